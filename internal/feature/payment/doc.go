// Package payment takes money through Stripe: the keys of a workspace, people who
// go to pay, what Stripe tells of them, and what fits nothing.
//
// Three roads lead to settle: a webhook, the page that people come back to, and
// the sweep. It compares what Stripe says with what we asked for, and moves an
// attempt only forward, so that it does not matter how often or in which order
// it is told. What money does to invoices is the ledger's, in package invoice.
package payment
