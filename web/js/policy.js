// What htmx may do with text from the server. It is the only code here that
// turns text into elements, and it goes through this Trusted Types policy:
// scripts are made inert before the text is parsed, and nothing is evaluated.
import htmx from "htmx.org/dist/htmx.esm.js";

// Every script element starts with these characters, whatever stands around
// them; what they are replaced by cannot spell them again.
export const inert = (html) => html.replace(/<(\/?)script/gi, "<$1template data-was");

const refuse = () => {
  throw new Error("Foyer evaluates no text as script");
};

const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("foyer", { createHTML: inert })
  : { createHTML: inert };

htmx.registerExtension("foyer", {
  init: (api) => api.initSecurity({ createHTML: (s) => policy.createHTML(s), createScript: refuse }, refuse, refuse),
});
