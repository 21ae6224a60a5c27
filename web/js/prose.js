// The editor of contract text, over a textarea that works without it. The
// textarea stays what is sent: each change is written back to it as Markdown.
import { baseKeymap, chainCommands, lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { DOMParser } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { EditorState, Plugin } from "prosemirror-state";
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, goToNextCell, isInTable, tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { keeps, parse, schema, serialize } from "./prose-text.js";
import { inert, tidy } from "./prose-paste.js";

const { nodes, marks } = schema;

// Clipboard takes what a word processor gives for what it means.
class Clipboard extends DOMParser {
  parseSlice(dom, options) {
    tidy(dom);
    return super.parseSlice(dom, options);
  }
}

// chips makes a placeholder of what was typed as one.
const chips = inputRules({
  rules: [
    wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
    wrappingInputRule(/^\s*[-*]\s$/, nodes.bullet_list),
    wrappingInputRule(/^(\d{1,9})\.\s$/, nodes.ordered_list, (found) => ({ order: Number(found[1]) }), (found, node) => node.childCount + node.attrs.order === Number(found[1])),
    textblockTypeInputRule(/^(#{1,3})\s$/, nodes.heading, (found) => ({ level: found[1].length })),
  ],
});
const typedPlace = new Plugin({
  appendTransaction: (changes, _, state) => {
    if (!changes.some((change) => change.docChanged)) return null;
    const { tr } = state;
    const found = [];
    state.doc.descendants((node, at) => {
      if (!node.isText) return;
      for (const hit of node.text.matchAll(/\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*\}\}/g)) found.push([at + hit.index, hit[0].length, hit[1], node.marks]);
    });
    for (const [at, length, name, kept] of found.reverse()) tr.replaceWith(at, at + length, nodes.place.create({ name }, null, kept));
    return found.length ? tr : null;
  },
});

const table = (state, dispatch) => {
  if (isInTable(state)) return false;
  const row = (type) => nodes.table_row.create(null, [0, 1, 2].map(() => type.create()));
  dispatch?.(state.tr.replaceSelectionWith(nodes.table.create(null, [row(nodes.table_header), row(nodes.table_cell), row(nodes.table_cell)])).scrollIntoView());
  return true;
};
const line = (state, dispatch) => {
  if (isInTable(state)) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.horizontal_rule.create()).scrollIntoView());
  return true;
};
const stop = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
};
const around = (state, type) => {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type === type) return true;
  return false;
};
const list = (type) => (state, dispatch) => (around(state, type) ? liftListItem(nodes.list_item)(state, dispatch) : wrapInList(type)(state, dispatch));
const quoted = (state, dispatch) => (around(state, nodes.blockquote) ? lift(state, dispatch) : wrapIn(nodes.blockquote)(state, dispatch));
const block = (type, attrs) => (state, dispatch) => !isInTable(state) && setBlockType(type, attrs)(state, dispatch);
const has = (state, mark) => {
  const { from, to, empty, $from } = state.selection;
  return empty ? !!mark.isInSet(state.storedMarks ?? $from.marks()) : state.doc.rangeHasMark(from, to, mark);
};
const linked = (ask) => (state, dispatch) => {
  if (has(state, marks.link)) return toggleMark(marks.link)(state, dispatch);
  if (state.selection.empty) return false;
  if (!dispatch) return true;
  const href = prompt(ask, "https://")?.trim();
  if (!href || !/^(https?:\/\/[^/?#\s]|mailto:[^@\s]+@)/i.test(href)) return false;
  return toggleMark(marks.link, { href })(state, dispatch);
};

// What a button does (data-do), and whether it is pressed.
const commands = (ask) => ({
  bold: [toggleMark(marks.strong), (state) => has(state, marks.strong)],
  italic: [toggleMark(marks.em), (state) => has(state, marks.em)],
  link: [linked(ask), (state) => has(state, marks.link)],
  text: [block(nodes.paragraph), (state) => state.selection.$from.parent.type === nodes.paragraph],
  ...Object.fromEntries([1, 2, 3].map((level) => [`heading${level}`, [block(nodes.heading, { level }), ({ selection: { $from } }) => $from.parent.type === nodes.heading && $from.parent.attrs.level === level]])),
  bullets: [list(nodes.bullet_list), (state) => around(state, nodes.bullet_list)],
  numbers: [list(nodes.ordered_list), (state) => around(state, nodes.ordered_list)],
  deeper: [sinkListItem(nodes.list_item)],
  outer: [liftListItem(nodes.list_item)],
  quote: [quoted, (state) => around(state, nodes.blockquote)],
  rule: [line],
  table: [table],
  "row-add": [addRowAfter],
  "row-remove": [deleteRow],
  "column-add": [addColumnAfter],
  "column-remove": [deleteColumn],
  "table-remove": [deleteTable],
  undo: [undo],
  redo: [redo],
});

const edit = (field) => {
  const bar = document.querySelector(`[data-prose-bar="${field.id}"]`);
  if (!keeps(field.value)) return;
  const label = field.labels[0];
  const all = commands(field.dataset.proseAsk ?? "https://");
  const plugins = [
    chips,
    typedPlace,
    history(),
    keymap({
      "Mod-b": all.bold[0], "Mod-i": all.italic[0], "Mod-k": all.link[0], "Mod-z": undo, "Mod-y": redo, "Shift-Mod-z": redo,
      "Enter": splitListItem(nodes.list_item), "Shift-Enter": stop, "Mod-]": all.deeper[0], "Mod-[": all.outer[0],
      "Tab": goToNextCell(1), "Shift-Tab": goToNextCell(-1),
    }),
    keymap({ ...baseKeymap, Backspace: chainCommands(baseKeymap.Backspace, liftListItem(nodes.list_item)) }),
    tableEditing(),
  ];
  const place = document.createElement("div");
  field.before(place);
  const attributes = { role: "textbox", "aria-multiline": "true", class: "reading prose-edit" };
  if (label) {
    label.id ||= `${field.id}-label`;
    attributes["aria-labelledby"] = label.id;
    label.addEventListener("click", (event) => {
      event.preventDefault();
      view.focus();
    });
  }
  for (const name of ["aria-describedby", "aria-invalid"]) if (field.hasAttribute(name)) attributes[name] = field.getAttribute(name);
  const show = (state) => {
    for (const button of bar?.querySelectorAll("[data-do]") ?? []) {
      const [does, pressed] = all[button.dataset.do] ?? [];
      if (!does) continue;
      // Focus must not be lost to a button that went out of use under it.
      button.setAttribute("aria-disabled", String(!pressed?.(state) && !does(state)));
      if (pressed) button.setAttribute("aria-pressed", String(pressed(state)));
    }
  };
  const view = new EditorView(place, {
    state: EditorState.create({ doc: parse(field.value), plugins }),
    attributes,
    clipboardParser: new Clipboard(schema, DOMParser.schemaRules(schema)),
    transformPastedHTML: inert,
    clipboardTextSerializer: (slice) => serialize(schema.topNodeType.createAndFill(null, slice.content) ?? schema.topNodeType.createAndFill()),
    dispatchTransaction: (change) => {
      view.updateState(view.state.apply(change));
      if (change.docChanged) {
        field.value = serialize(view.state.doc);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      show(view.state);
    },
  });
  field.hidden = true;
  field.required = false;
  // Buttons that work in the textarea have nothing to work in now.
  document.querySelector(`[data-marks="${field.id}"]`)?.setAttribute("hidden", "");
  if (bar) {
    bar.hidden = false;
    // A button keeps the selection: it takes no focus by the mouse.
    bar.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (!button) return;
      all[button.dataset.do]?.[0](view.state, view.dispatch, view);
      if (event.detail > 0) view.focus();
    });
    bar.addEventListener("change", (event) => {
      const { target } = event;
      if (!target.matches("[data-prose-places]") || !target.value) return;
      view.dispatch(view.state.tr.replaceSelectionWith(nodes.place.create({ name: target.value })).scrollIntoView());
      target.value = "";
      view.focus();
    });
  }
  if (field.autofocus) view.focus();
  show(view.state);
};

for (const field of document.querySelectorAll("textarea[data-prose]")) edit(field);
