// What comes out of a word processor, made into what it means, before the editor
// reads it. It is a document of its own, of which nothing is shown.
import { style } from "./prose-text.js";

// Before it is parsed, what the policy forbids gets names that mean nothing: style
// attributes, of which tidy still reads a few, handlers, scripts and sheets.
export const inert = (html) =>
  html
    .replace(/<(\/?)(script|style)\b/gi, "<$1template data-was-")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s/"'])style\s*=/gi, "$1 data-look=").replace(/([\s/"'])(on\w+|srcset|src)\s*=/gi, "$1 data-was-$2="));

// Word has no lists but paragraphs with a mark in a span of their own.
const lists = (root, page) => {
  let open = []; // lists that are open, the outermost first
  for (const item of [...root.querySelectorAll("p")]) {
    const level = Number(/mso-list:[^;]*level(\d+)/.exec(style(item))?.[1] ?? 0);
    if (!level) {
      open = [];
      continue;
    }
    const mark = item.querySelector("[data-look*='mso-list:Ignore' i], [data-look*='mso-list: Ignore' i]");
    const name = /^\s*[\da-z]{1,4}[.)]/i.test(mark?.textContent ?? "") ? "ol" : "ul";
    mark?.remove();
    if (open.length && open[0].nextElementSibling !== item) open = [];
    open.length = Math.min(open.length, level);
    if (open.length === level && open.at(-1).localName !== name) open.length = level - 1;
    while (open.length < level) {
      const list = page.createElement(open.length === level - 1 ? name : "ul");
      if (!open.length) item.before(list);
      else (open.at(-1).lastElementChild ?? open.at(-1).appendChild(page.createElement("li"))).append(list);
      open.push(list);
    }
    const li = page.createElement("li");
    li.append(...item.childNodes);
    open.at(-1).append(li);
    item.remove();
  }
};

export const tidy = (root) => {
  const page = root.ownerDocument ?? root;
  for (const gone of root.querySelectorAll("script, style, meta, link, title, xml, template, img, svg, iframe, object, [data-look*='display:none' i], [data-look*='display: none' i]")) gone.remove();
  lists(root, page);
  for (const odd of [...root.querySelectorAll("*")]) if (odd.localName.includes(":")) odd.replaceWith(...odd.childNodes);
  // Cells have one line of text, and no two in one.
  for (const cell of root.querySelectorAll("td, th")) {
    for (const name of ["colspan", "rowspan", "data-colwidth"]) cell.removeAttribute(name);
    for (const part of [...cell.querySelectorAll("p, div, li, ul, ol, h1, h2, h3, h4, h5, h6, blockquote, br, table, tbody, tr, td")]) {
      if (part.previousSibling) part.before(" ");
      part.replaceWith(...part.childNodes);
    }
  }
  for (const table of root.querySelectorAll("table")) {
    for (const cell of table.rows[0]?.querySelectorAll("td") ?? []) {
      const head = page.createElement("th");
      head.append(...cell.childNodes);
      cell.replaceWith(head);
    }
  }
};
