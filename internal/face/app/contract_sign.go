package app

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/sign"
	"foyer/internal/face/ui"
	"foyer/internal/feature/contract"
)

// signer is the staff member's door with a contract in hand.
type signer struct {
	door contract.App
	of   contract.ID
}

func (s signer) Paper(ctx context.Context) (contract.Paper, error) { return s.door.Paper(ctx, s.of) }
func (s signer) View(ctx context.Context) error                    { return s.door.View(ctx, s.of) }
func (s signer) Sign(ctx context.Context, in contract.Signature) error {
	return s.door.Sign(ctx, s.of, in)
}

// signPage serves a page on which a member of the business signs or approves.
func (f Face) signPage(serve func(sign.Place, http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request, auth.Staff) error {
	return func(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
		v, id := newView(w, r, who), contractIn(r)
		return serve(sign.Place{
			View: v.View, Door: signer{f.Contracts.ForStaff(who), id}, At: contractAt(id, ""),
			Crumbs: []ui.Link{{Text: v.T("contracts.title"), Href: "/app/contracts"}},
			Shell: func(ctx context.Context, narrow bool) (templ.Component, error) {
				err := v.count(ctx)
				shell := v.shell()
				shell.Narrow = narrow
				return shell, err
			},
		}, w, r)
	}
}
