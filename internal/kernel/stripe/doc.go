// Package stripe takes payments through Stripe Checkout, by stripe-go: it opens
// and looks at hosted pages, gives money back, and reads signed webhooks. It
// knows accounts and amounts, and nothing of clients and invoices.
package stripe
