// What the editor makes of a text, and of what is pasted, in Markdown again.
// Run with: npm test
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { keeps, parse, schema, serialize } from "../js/prose-text.js";

const again = (text) => serialize(parse(text));

const same = [
  "# One\n\n## Two\n\n### Three\n",
  "Plain, **bold**, *italic*, ***both***, and [a link](https://example.com/a?b=1).\n",
  "- one\n  1. two\n  2. three\n- four\n",
  "1. one\n\n   two\n\n2. three\n",
  "7. seven\n8. eight\n",
  "> said\n>\n> so\n",
  "one\\\ntwo\n",
  "a\n\n---\n\nb\n",
  "| Item | Price |\n| --- | --: |\n| **One** | 5 |\n| {{client.name}} | a \\| b |\n",
  "> - a\n>\n>   | b |\n>   | --- |\n>   | c |\n",
  "By {{client.name}}, {{contract.start}}.\n",
  "\\# no heading\n",
  "\\*no\\* \\&amp; \\{{no.place}} 1\\. x\n".replace("1\\. x", "1. x"),
];

test("what the subset has comes back as it was", () => {
  for (const text of same) assert.equal(again(text), text);
});

test("what is outside of it stays text, and nothing is lost", () => {
  for (const text of ["<script>alert(1)</script>", "`code`", "```\nx\n```", "![alt](https://example.com/x.png)", "[a](javascript:alert(1))", '[a](https://example.com "tip")', "#### deep", "[a]: https://example.com", "    indented"]) {
    assert.ok(keeps(text), text);
    assert.equal(parse(again(text)).textContent, parse(text).textContent, text);
  }
  assert.equal(parse("<b>x</b>").textContent, "<b>x</b>");
  let marks = 0;
  parse("[a](javascript:alert(1)) <javascript:x> [b](//example.com)").descendants((node) => void (marks += node.marks.length));
  assert.equal(marks, 0);
});

test("a second time changes nothing more", () => {
  for (const text of [...same, "a\nb", "* x\n* y", "Name\n---", "***a** b*", "|a|b|\n|-|-|\n|1|", "a\n\n\n\nb", "1) a"]) {
    const once = again(text);
    assert.equal(again(once), once, text);
  }
});

test("typed text cannot become anything else", () => {
  for (const typed of ["# x", "- x", "1. x", "> x", "**x**", "{{client.name}}", "<https://example.com>", "&lt;", "a | b", "---", "[a](https://example.com)", "| a |", "+ x", "_x_", "\\", "`x`", "=== x"]) {
    const doc = schema.node("doc", null, [schema.node("paragraph", null, [schema.text(typed)]), schema.node("paragraph", null, [schema.text("|---|")])]);
    assert.deepEqual(parse(serialize(doc)).toJSON(), doc.toJSON(), typed);
  }
});

test("templates come back whole", () => {
  const at = new URL("../../internal/feature/contract/templates/", import.meta.url);
  for (const language of ["en", "de"])
    for (const name of readdirSync(new URL(`${language}/`, at))) {
      const text = readFileSync(new URL(`${language}/${name}`, at), "utf8").split("\n\n").slice(1).join("\n\n");
      assert.ok(keeps(text), name);
      assert.deepEqual(parse(again(text)).toJSON(), parse(text).toJSON(), name);
    }
});

test("a text that the editor would lose a part of is left alone", () => {
  assert.equal(keeps("|a|b|\n|-|-|\n|1|2|lost|"), false);
});
