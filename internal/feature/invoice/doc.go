// Package invoice knows what clients owe: invoices, the credit notes that correct
// them, and the ledger of what was paid.
//
// An invoice is a draft until it is issued. Then it has a number, a date and a
// snapshot of all that it says, and the database refuses to change any of it;
// what was wrong is corrected by a credit note, which is issued alike.
//
//	draft  → issued   issue: number, date and snapshot are fixed
//	draft  → (gone)   discard; no number was used
//	issued → void     a credit note over the whole of it, with nothing paid
//
// Whether an invoice is paid is no state of it. The ledger has payments, refunds
// and allocations, whose rows are only added; what is left to pay is the gross
// sum less what is allocated to it. OpenAmount keeps that figure for lists, and
// only the ledger writes it. What is over is the client's credit.
//
//	sent     issued, something left to pay, not past its day
//	overdue  issued, something left to pay, its day has passed in the workspace's zone
//	paid     issued, nothing left to pay
//
// A written-off invoice is none of the three; it is under All alone.
//
// Sums are those of package total, stored when they are made and never made
// again. Numbers come from package billing, in the transaction that issues.
//
// A client sees whatever was issued to them, with the capability for money; Seen
// says so in SQL.
//
// ForStaff, ForClient and Feature's jobs are the doors. Their methods answer
// problem.NotFound for ids of other workspaces and, in the portal, for what is
// another client's or a draft.
package invoice
