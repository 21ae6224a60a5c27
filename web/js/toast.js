// Messages leave by themselves after a while, but not while someone reads
// them: pointing at them or focusing inside stops the clock.
const region = document.getElementById("toasts");
const stay = 7000;

const leave = (toast) => {
  let timer;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), stay);
  };
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", start);
  start();
};

// A live region is read out when it changes, not when it arrives with the
// page: take the messages out and put them back a moment later.
export const announce = () => {
  if (!region) return;
  const toasts = [...region.querySelectorAll("[data-toast]")];
  for (const toast of toasts) toast.remove();
  if (toasts.length) setTimeout(() => toasts.forEach((toast) => (region.append(toast), leave(toast))), 120);
};

export const say = (text) => {
  if (!region || !text) return;
  const toast = document.createElement("div");
  const line = document.createElement("p");
  toast.className = "toast";
  toast.dataset.toast = "";
  line.textContent = text;
  toast.append(line);
  region.append(toast);
  leave(toast);
};

export const trouble = () => say(region?.dataset.trouble);

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove();
});
