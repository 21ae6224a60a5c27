package server

import (
	"context"

	"foyer/internal/feature/change"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/scope"
)

// agreedLines hands change what it needs of invoice: the two stand on one rung.
type agreedLines struct{}

// Lock implements change.Invoices.
func (agreedLines) Lock(ctx context.Context, tx scope.Tx) error { return invoice.Lock(ctx, tx) }

// AddLine implements change.Invoices.
func (agreedLines) AddLine(ctx context.Context, tx scope.Tx, by change.Hand, l change.Line) (string, error) {
	made, err := invoice.AddAgreed(ctx, tx, by, invoice.Agreed{
		Client: l.Client, Project: l.Project, Description: l.Description, Net: l.Net, Draft: invoice.ID(l.Draft), For: l.Request.String(),
	})
	return made.String(), err
}
