// Package prose is the text of contracts, and of whatever else people write at
// length: a subset of Markdown, read once into a tree of our own, from which
// come HTML for a page, blocks for a file, plain text and an outline.
//
// The subset is paragraphs, headings of three levels, lists, quotes, tables, bold,
// italic, links to http, https and mailto, rules, hard breaks, and placeholders
// such as {{client.name}}. Whatever else somebody types (HTML, pictures, code,
// headings of a fourth level) stays what it is, text: it is neither lost nor done.
//
// A message is the same for what people write to each other, where a line stays a
// line and an address needs no marks.
//
// A placeholder gets its value in the tree. The value is text there, so that no
// name of a client can become a heading, a link or a script.
package prose
