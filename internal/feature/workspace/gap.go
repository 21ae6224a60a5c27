package workspace

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/scope"
)

// Gap is something that the workspace still lacks. Its sentences are the
// messages gap.KIND.title, counted by Count, .text and .action.
type Gap struct {
	Kind  string
	Icon  string
	Href  string // where it is put right
	Count int
}

// Gaps lists what the workspace still lacks, the most urgent first. mailReady
// tells whether a mail server is configured. Problem: Forbidden.
func (a App) Gaps(ctx context.Context, mailReady bool) ([]Gap, error) {
	var have standing
	err := a.who.Read(ctx, auth.SettingsRead, func(tx scope.Tx) (err error) {
		have, err = scope.One(ctx, tx, readStanding, nil, scanStanding)
		return err
	})
	if err != nil {
		return nil, err
	}
	return have.gaps(mailReady), nil
}

// standing is how far the workspace has been furnished.
type standing struct {
	color, logo, address, email bool
	payable                     bool // there are payment instructions, or Stripe
	waiting                     int  // mails
}

func (s standing) gaps(mailReady bool) []Gap {
	var gaps []Gap
	switch {
	case mailReady:
	case s.waiting > 0:
		gaps = append(gaps, Gap{"mail", "mail-warning", "/app/settings/mail", s.waiting})
	default:
		gaps = append(gaps, Gap{"mail_server", "mail-warning", "/app/settings/mail", 1})
	}
	if !s.payable {
		gaps = append(gaps, Gap{"payment", "banknote", "/app/settings/billing#instructions", 1})
	}
	switch {
	case !s.color && !s.logo:
		gaps = append(gaps, Gap{"brand", "palette", "/app/settings/brand", 1})
	case !s.color:
		gaps = append(gaps, Gap{"color", "palette", "/app/settings/brand", 1})
	case !s.logo:
		gaps = append(gaps, Gap{"logo", "image", "/app/settings/brand", 1})
	}
	if !s.address || !s.email {
		gaps = append(gaps, Gap{"company", "building-2", "/app/settings", 1})
	}
	return gaps
}
