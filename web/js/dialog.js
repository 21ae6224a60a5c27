// Links marked data-dialog open their page as a fragment in a native dialog.
// The same address is a page of its own, so a modified click, an error or a
// missing script simply goes there.
import htmx from "htmx.org/dist/htmx.esm.js";

// What was typed is not thrown away by a slip: a click beside the dialog does nothing
// then, and leaving it says so first and takes a second press.
const leaves = (dialog) => {
  if (!("typed" in dialog.dataset) || dialog.querySelector("[data-leaving]")) return true;
  const note = document.createElement("p");
  note.className = "note tone-warn";
  note.dataset.leaving = "";
  note.setAttribute("role", "alert");
  note.textContent = document.getElementById("toasts").dataset.unsaved;
  dialog.querySelector(".drawer-heading")?.append(note);
  return false;
};

const make = (kind) => {
  const dialog = document.createElement("dialog");
  dialog.className = `dialog dialog-${kind === "center" ? "center" : "drawer"}`;
  dialog.addEventListener("close", () => setTimeout(() => dialog.remove(), 250));
  dialog.addEventListener("input", ({ target }) => {
    if (target.form?.getAttribute("method") !== "post") return;
    dialog.dataset.typed = "";
    dialog.querySelector("[data-leaving]")?.remove();
  });
  dialog.addEventListener("cancel", (event) => {
    if (event.target === dialog && !leaves(dialog)) event.preventDefault();
  });
  const beside = ({ target, clientX: x, clientY: y }) => {
    const box = dialog.getBoundingClientRect();
    return target === dialog && (x < box.left || x > box.right || y < box.top || y > box.bottom);
  };
  let pressed = false;
  dialog.addEventListener("mousedown", (event) => {
    pressed = beside(event);
    if (pressed && "typed" in dialog.dataset) event.preventDefault(); // the focus stays in the field
  });
  dialog.addEventListener("click", (event) => {
    if (pressed && beside(event) && !("typed" in dialog.dataset)) dialog.close();
  });
  return dialog;
};

// A form inside a dialog is sent by htmx and answered into the dialog.
const wire = (dialog) => {
  if (!dialog.querySelector('form[method="post"]')) delete dialog.dataset.typed; // it is only to be copied
  for (const form of dialog.querySelectorAll("form")) {
    // Not form.method, which is the field of that name where there is one.
    if (form.getAttribute("method") !== "post" || form.hasAttribute("hx-post") || form.hasAttribute("data-theme-form")) continue;
    form.setAttribute("hx-post", form.getAttribute("action") || location.href);
    form.setAttribute("hx-target", "closest dialog");
    form.setAttribute("hx-swap", "innerHTML");
    form.setAttribute("hx-validate", "false");
  }
  const title = dialog.querySelector("[data-drawer-sheet]")?.getAttribute("aria-labelledby");
  if (title) dialog.setAttribute("aria-labelledby", title);
};

// An error or what the server marked, else the first thing to fill in, else
// the way out: a question of yes or no starts at no.
const focus = (dialog) => {
  const first =
    dialog.querySelector("[data-focus]") ||
    dialog.querySelector("[autofocus]") ||
    dialog.querySelector("input:not([type=hidden]):not(:disabled):not([type=radio]:not(:checked)), select, textarea") ||
    dialog.querySelector(".form-actions [data-close]") ||
    dialog.querySelector("[data-close]");
  first?.focus();
};

const open = async (link) => {
  const dialog = make(link.dataset.dialog);
  document.body.append(dialog);
  await htmx.ajax("GET", link.getAttribute("href"), { source: link, target: dialog, swap: "innerHTML" });
  if (!dialog.querySelector("[data-drawer-sheet]")) {
    dialog.remove();
    location.assign(link.href);
    return;
  }
  // The menu closes behind the dialog; the focus comes back to what opens it.
  link.closest("details[data-menu]")?.querySelector("summary").focus();
  dialog.showModal();
  focus(dialog);
};

// A button that sends its form elsewhere does so here too.
document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  const elsewhere = request.submitter?.getAttribute("formaction");
  if (elsewhere) request.action = elsewhere;
});

document.addEventListener("htmx:before:settle", (event) => {
  const dialog = event.target.closest?.("dialog");
  if (dialog) wire(dialog);
});

document.addEventListener("htmx:after:swap", (event) => {
  const dialog = event.target.closest?.("dialog");
  if (dialog?.open) focus(dialog);
});

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const close = event.target.closest("dialog [data-close]");
  if (close) {
    event.preventDefault();
    const dialog = close.closest("dialog");
    if (leaves(dialog)) dialog.close();
    return;
  }
  const link = event.target.closest("a[data-dialog]");
  if (!link) return;
  event.preventDefault();
  open(link).catch(() => location.assign(link.href));
});
