// Package billing knows how the workspace bills: the taxes it charges, the terms
// and instructions that invoices carry, how their numbers look, what their PDF
// wears, when open ones are reminded of, and lines to pick from.
//
// None of it reaches back: what an invoice was issued with stays as it was. A
// rate that was used is put away rather than deleted, and a series keeps its
// count whatever its numbers look like.
//
// ForStaff is the door. Reading takes the right to read money, so that whoever
// writes invoices can choose from it; changing takes the right to write settings,
// and for saved lines that to write money.
package billing
