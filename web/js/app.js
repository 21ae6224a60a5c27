// Foyer's script: htmx and a handful of conveniences. Every page works without
// it; nothing here decides anything.
import "./policy.js";
import "./dialog.js";
import "./marks.js";
import "./sortable.js";
import { announce, say, trouble } from "./toast.js";

const root = document.documentElement;
const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const found = event.target.closest?.(selector);
    if (found) act(found, event);
  });

// A form that came back with errors: its summary takes the focus.
const focusSummary = (within) => (within.querySelector?.("[data-focus]") || within.querySelector?.("[aria-invalid=true]"))?.focus();

// An answer that is no fragment: an error page, or a redirect that fetch
// followed. Show it as the page it is.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  if (ctx.request.method === "GET" || !ctx.response.raw.redirected) return;
  event.preventDefault();
  location.assign(ctx.response.raw.url);
});
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  if (ctx.hx.redirect || ctx.status === 422 || [409, 422].includes(ctx.response.status)) return;
  if (ctx.request.method === "GET") location.assign(ctx.request.action);
  else trouble();
});
document.addEventListener("htmx:error", trouble);
document.addEventListener("htmx:after:swap", (event) => {
  if (!event.target.closest?.("dialog")) focusSummary(event.target);
});

// A time zone that nobody has typed or said yet: the one this browser is in.
const zone = (root) => {
  for (const field of root.querySelectorAll("[data-zone]"))
    if (!field.value || field.dataset.zone) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
};
zone(document);
document.addEventListener("htmx:after:swap", (event) => zone(event.target));

// Tabs that scroll: the one that is open is in view.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const strip = tab.closest(".tabs");
  strip.scrollLeft += tab.getBoundingClientRect().left + (tab.offsetWidth - strip.clientWidth) / 2 - strip.getBoundingClientRect().left;
}

// Copy
on("click", "[data-copy]", async (button) => {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return;
  }
  button.dataset.done = "";
  say(button.dataset.copied);
  setTimeout(() => delete button.dataset.done, 2000);
});

// A switch or a list that sends its form as soon as it changes
on("change", "[data-submit]", (control) => control.form?.requestSubmit());

// Show what is typed into a password field
on("click", "[data-reveal]", (button) => {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
});
on("submit", "form", (form) => {
  for (const button of form.querySelectorAll("[data-reveal][aria-pressed=true]")) button.click();
});

// Colour: swatch and text say the same
on("input", "[data-swatch]", (swatch) => {
  document.getElementById(swatch.dataset.swatch).value = swatch.value;
});
on("input", ".input-color .input", (input) => {
  const swatch = input.parentElement.querySelector("[data-swatch]");
  if (/^#[0-9a-f]{6}$/i.test(input.value)) swatch.value = input.value;
});

// Theme: at once here, and by the form's own POST for the pages to come
on("submit", "[data-theme-form]", (form, event) => {
  const { submitter } = event;
  if (!submitter?.value) return;
  event.preventDefault();
  const theme = submitter.value;
  const body = new URLSearchParams(new FormData(form, submitter));
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(trouble);
  root.dataset.theme = theme;
  [...form.elements].find((button) => button.name === "theme" && button.value !== theme)?.focus();
});

// Menus are details elements: Escape and a click elsewhere close them
const shut = (except) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
};
document.addEventListener("click", (event) => shut(event.target.closest("details[data-menu]")));
document.addEventListener("focusin", (event) => shut(event.target.closest("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (rail?.hasAttribute("data-open")) rails(false);
});

// and the arrows go through what they offer
on("keydown", "details[data-menu][open]", (menu, event) => {
  const items = [...menu.querySelectorAll("a, button")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: Math.max(at, 0) - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  items.at(to)?.focus();
});

// A long form, while something that was typed into it is not stored: leaving asks, as
// browsers allow it, once somebody touched the page
on("input", "[data-keep]", (form) => (form.dataset.keep = "typed"));
on("submit", "[data-keep]", (form) => (form.dataset.keep = ""));
addEventListener("beforeunload", (event) => {
  if (navigator.userActivation?.hasBeenActive === false || !document.querySelector('[data-keep="typed"]')) return;
  event.preventDefault();
  event.returnValue = true; // older browsers ask only then
});

// The staff rail on phones; without script the link's #rail opens it
const rail = document.querySelector("[data-rail]");
const rails = (open) => {
  rail.toggleAttribute("data-open", open);
  for (const other of document.querySelectorAll("main, .staff-top")) other.inert = open;
  if (open) rail.querySelector(".rail-nav a, [data-rail-close]")?.focus();
  else document.querySelector("[data-rail-open]")?.focus();
};
on("click", "[data-rail-open]", (_, event) => {
  event.preventDefault();
  rails(true);
});
on("click", "[data-rail-close]", (_, event) => {
  event.preventDefault();
  if (location.hash === "#rail") history.replaceState(history.state, "", location.pathname + location.search);
  rails(false);
});

root.dataset.js = "";
announce();
focusSummary(document);
