// The Markdown of contract text in the editor: the same subset that
// internal/kernel/prose reads, there with goldmark, here with markdown-it.
import MarkdownIt from "markdown-it";
import { MarkdownParser, MarkdownSerializer } from "prosemirror-markdown";
import { Schema } from "prosemirror-model";
import { tableNodes } from "prosemirror-tables";

const address = (to) => /^(https?:\/\/[^/?#\s]|mailto:[^@\s]+@)/i.test(to) && !/[\s\\{}]/.test(to) && !/^https?:\/\/[^/?#]*@/i.test(to);

// How something that was pasted is styled: prose-paste.js gave it another name,
// as the policy allows no style attribute.
export const style = (node) => node.getAttribute("data-look") ?? "";
const styled = (pattern) => (node) => pattern.test(style(node)) && null;
const plain = /(^|[;\s])font-weight:\s*(normal|400)/;
const aligned = (node) => {
  if (/text-align:\s*(right|end)/.test(style(node)) || node.classList.contains("prose-end")) return "end";
  return /text-align:\s*center/.test(style(node)) || node.classList.contains("prose-center") ? "center" : null;
};

const tables = tableNodes({
  tableGroup: "block",
  cellContent: "inline*",
  cellAttributes: {
    align: { default: null, getFromDOM: aligned, setDOMAttr: (value, attrs) => value && (attrs.class = `prose-${value}`) },
  },
});

export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: { content: "inline*", group: "block", parseDOM: [{ tag: "p" }], toDOM: () => ["p", 0] },
    heading: {
      attrs: { level: { default: 1 } },
      content: "inline*",
      group: "block",
      defining: true,
      parseDOM: [1, 2, 3, 4, 5, 6].map((n) => ({ tag: `h${n}`, attrs: { level: Math.min(n, 3) } })),
      toDOM: (node) => [`h${node.attrs.level}`, 0],
    },
    blockquote: { content: "block+", group: "block", defining: true, parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0] },
    horizontal_rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
    ordered_list: {
      attrs: { order: { default: 1 }, tight: { default: true } },
      content: "list_item+",
      group: "block",
      parseDOM: [{ tag: "ol", getAttrs: (node) => ({ order: node.hasAttribute("start") ? Number(node.getAttribute("start")) || 1 : 1 }) }],
      toDOM: (node) => ["ol", node.attrs.order === 1 ? {} : { start: node.attrs.order }, 0],
    },
    bullet_list: { attrs: { tight: { default: true } }, content: "list_item+", group: "block", parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
    list_item: { content: "block+", defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
    ...tables,
    text: { group: "inline" },
    hard_break: { inline: true, group: "inline", selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
    place: {
      attrs: { name: {} },
      inline: true,
      group: "inline",
      atom: true,
      parseDOM: [{ tag: "span[data-place]", getAttrs: (node) => ({ name: node.dataset.place }) }],
      toDOM: (node) => ["span", { class: "prose-place", "data-place": node.attrs.name }, `{{${node.attrs.name}}}`],
      leafText: (node) => `{{${node.attrs.name}}}`,
    },
  },
  marks: {
    link: {
      attrs: { href: {} },
      inclusive: false,
      parseDOM: [{ tag: "a[href]", getAttrs: (node) => address(node.getAttribute("href")) && { href: node.getAttribute("href") } }],
      toDOM: (mark) => ["a", { href: mark.attrs.href, rel: "noopener noreferrer nofollow" }, 0],
    },
    strong: {
      parseDOM: [
        { tag: "strong" },
        { tag: "b", getAttrs: (node) => !plain.test(style(node)) && null },
        { tag: "span", consuming: false, getAttrs: styled(/(^|[;\s])font-weight:\s*(bold|[6-9]00)/) },
      ],
      toDOM: () => ["strong", 0],
    },
    em: {
      parseDOM: [{ tag: "em" }, { tag: "i" }, { tag: "span", consuming: false, getAttrs: styled(/(^|[;\s])font-style:\s*italic/) }],
      toDOM: () => ["em", 0],
    },
  },
});

const md = new MarkdownIt({ html: false, linkify: false, typographer: false });
md.disable(["code", "fence", "html_block", "reference", "lheading", "backticks", "strikethrough", "image", "html_inline"]);
md.normalizeLink = (to) => to;
md.validateLink = address;

// What stands in two braces is a placeholder.
const braces = /\{\{([^{}\n]{0,79}[^{}\s][^{}\n]{0,79})\}\}/y;
md.inline.ruler.before("link", "place", (state, silent) => {
  braces.lastIndex = state.pos;
  const found = braces.exec(state.src);
  if (!found || found[0].length > 84) return false;
  if (!silent) state.push("place", "", 0).content = found[1].trim();
  state.pos += found[0].length;
  return true;
});

// Headings below the third level are text.
md.core.ruler.after("block", "levels", ({ tokens }) => {
  tokens.forEach((token, i) => {
    if (!/^h[4-6]$/.test(token.tag)) return;
    if (token.type === "heading_open") tokens[i + 1].content = `${token.markup} ${tokens[i + 1].content}`.trim();
    token.type = token.type.replace("heading", "paragraph");
    token.tag = "p";
  });
});

// A link with a title is text.
md.core.ruler.after("inline", "titles", ({ tokens, Token }) => {
  for (const { children } of tokens) {
    let closing = "";
    for (const [i, child] of (children ?? []).entries()) {
      if (child.type === "link_open" && child.attrGet("title") !== null) {
        closing = `](${child.attrGet("href")} "${child.attrGet("title")}")`;
        children[i] = Object.assign(new Token("text", "", 0), { content: "[" });
      } else if (child.type === "link_close" && closing) {
        children[i] = Object.assign(new Token("text", "", 0), { content: closing });
        closing = "";
      }
    }
  }
});

const tight = (tokens, i) => {
  while (++i < tokens.length) if (tokens[i].type !== "list_item_open") return tokens[i].hidden;
  return false;
};
const cellAttrs = (token) => ({ align: { "text-align:right": "end", "text-align:center": "center" }[token.attrGet("style")] ?? null });

const parser = new MarkdownParser(schema, md, {
  blockquote: { block: "blockquote" },
  paragraph: { block: "paragraph" },
  list_item: { block: "list_item" },
  bullet_list: { block: "bullet_list", getAttrs: (_, tokens, i) => ({ tight: tight(tokens, i) }) },
  ordered_list: { block: "ordered_list", getAttrs: (token, tokens, i) => ({ order: Number(token.attrGet("start") ?? 1), tight: tight(tokens, i) }) },
  heading: { block: "heading", getAttrs: (token) => ({ level: Number(token.tag.slice(1)) }) },
  hr: { node: "horizontal_rule" },
  hardbreak: { node: "hard_break" },
  place: { node: "place", getAttrs: (token) => ({ name: token.content }) },
  em: { mark: "em" },
  strong: { mark: "strong" },
  link: { mark: "link", getAttrs: (token) => ({ href: token.attrGet("href") }) },
  table: { block: "table" },
  thead: { ignore: true },
  tbody: { ignore: true },
  tr: { block: "table_row" },
  th: { block: "table_header", getAttrs: cellAttrs },
  td: { block: "table_cell", getAttrs: cellAttrs },
});

// A cell stands in one line.
const cell = (state, node) => {
  const { out, delim } = state;
  Object.assign(state, { out: "", delim: "", inTable: true });
  state.renderInline(node, false);
  const text = state.out.replace(/\n/g, " ").trim();
  Object.assign(state, { out, delim, inTable: false });
  return text;
};

const serializer = new MarkdownSerializer(
  {
    blockquote: (state, node) => state.wrapBlock("> ", null, node, () => state.renderContent(node)),
    heading: (state, node) => {
      state.write(`${"#".repeat(node.attrs.level)} `);
      state.inTable = true; // in one line, too
      state.renderInline(node, false);
      state.inTable = false;
      state.closeBlock(node);
    },
    horizontal_rule: (state, node) => {
      state.write("---");
      state.closeBlock(node);
    },
    bullet_list: (state, node) => state.renderList(node, "  ", () => "- "),
    ordered_list: (state, node) => {
      const width = String(node.attrs.order + node.childCount - 1).length;
      state.renderList(node, " ".repeat(width + 2), (i) => `${node.attrs.order + i}.`.padEnd(width + 2));
    },
    list_item: (state, node) => state.renderContent(node),
    paragraph: (state, node) => {
      state.renderInline(node);
      state.closeBlock(node);
    },
    hard_break: (state, node, parent, index) => {
      if (state.inTable) return state.text(" ", false);
      for (let i = index + 1; i < parent.childCount; i++)
        if (parent.child(i).type !== node.type) return state.write("\\\n");
    },
    text: (state, node) => state.text(node.text, true),
    place: (state, node) => state.text(`{{${node.attrs.name}}}`, false),
    table: (state, node) => {
      state.write(); // what is due before the table
      const columns = Math.max(...node.children.map((row) => row.childCount));
      node.forEach((row, _, i) => {
        const cells = row.children.map((one) => cell(state, one));
        while (cells.length < columns) cells.push("");
        state.write(`| ${cells.join(" | ")} |`);
        state.ensureNewLine();
        if (i > 0) return;
        const marks = { end: "--:", center: ":-:" };
        state.write(`| ${cells.map((_, at) => marks[row.maybeChild(at)?.attrs.align] ?? "---").join(" | ")} |`);
        state.ensureNewLine();
      });
      state.closeBlock(node);
    },
    table_row: () => {},
    table_cell: () => {},
    table_header: () => {},
  },
  {
    em: { open: "*", close: "*", mixable: true, expelEnclosingWhitespace: true },
    strong: { open: "**", close: "**", mixable: true, expelEnclosingWhitespace: true },
    link: { open: "[", close: (_, mark) => `](${mark.attrs.href.replace(/[()]/g, "\\$&")})` },
  },
  { escapeExtraCharacters: /&(?=#?\w+;)|<(?=[^\s<>]*[:@])|\{(?=\{)|\|/g, hardBreakNodeName: "hard_break" },
);

export const parse = (text) => parser.parse(text);
export const serialize = (doc) => serializer.serialize(doc).replace(/\n+$/, "") + "\n";

const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, "");

// A text that the editor would lose a letter of stays in its field as it is.
export const keeps = (text) => {
  try {
    return letters(serialize(parse(text))) === letters(text);
  } catch {
    return false;
  }
};
