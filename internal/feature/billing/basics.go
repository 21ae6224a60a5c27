package billing

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/brand"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Papers are the sizes of a page of a PDF.
var Papers = []string{"a4", "letter"}

// Basics are what new invoices begin with, and what their PDF wears. As text
// they hold what was typed.
type Basics struct {
	Currency  string // ISO 4217 alpha-3
	TermsDays string // days that a client has to pay
	Accounts  string // mail address that gets a copy of what is sent, may be empty
	Color     string // #rrggbb of the PDF, empty for the workspace's
	Footer    string // below every page of the PDF
	Paper     string // one of Papers
	Version   int64  // of the settings, when the form was drawn
}

// BasicsFields are the names of the form's fields in their order.
var BasicsFields = []string{"currency", "terms_days", "accounts", "color", "footer", "paper"}

func (in Basics) check() (Basics, int, error) {
	var f problem.Fields
	in.Currency = strings.ToUpper(strings.TrimSpace(in.Currency))
	if !money.Known(in.Currency) {
		f.Add("currency", "client.currency_wrong")
	}
	days := TermsDays(&f, "terms_days", in.TermsDays)
	in.Accounts = text.Email(&f, "accounts", in.Accounts, text.Optional)
	in.Color = text.Line(&f, "color", in.Color, text.Optional, 20)
	if in.Color != "" && !f.Has("color") {
		if c, err := brand.Parse(in.Color); err != nil {
			f.Add("color", "brand.color.form")
		} else {
			in.Color = c.Hex()
		}
	}
	in.Footer = text.Block(&f, "footer", in.Footer, text.Optional, longestReason)
	if !slices.Contains(Papers, in.Paper) {
		f.Add("paper", "field.choice")
	}
	return in, days, f.Err()
}

// TermsDays takes a number of days that somebody has to pay, from 0 to 365.
func TermsDays(f *problem.Fields, field, value string) int {
	value = text.Line(f, field, value, text.Required, 10)
	if f.Has(field) {
		return 0
	}
	n, err := strconv.ParseUint(value, 10, 16)
	if err != nil || n > 365 {
		f.Add(field, "client.payment_terms_wrong")
	}
	return int(n)
}

func scanBasics(row scope.Row) (b Basics, err error) {
	return b, row.Scan(&b.Currency, &b.TermsDays, &b.Accounts, &b.Color, &b.Footer, &b.Paper, &b.Version)
}

// SaveBasics stores what new invoices begin with. Problems are Forbidden,
// Invalid by field, and Conflict when the form is stale.
func (a App) SaveBasics(ctx context.Context, in Basics) error {
	in, days, err := in.check()
	if err != nil {
		return err
	}
	return a.once(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, saveBasics, scope.Args{
			"currency": in.Currency, "days": days, "accounts": in.Accounts, "color": in.Color, "footer": in.Footer, "paper": in.Paper,
			"version": in.Version,
		})
		if err == nil && n == 0 {
			err = problem.Stale()
		}
		if err != nil {
			return err
		}
		return a.record(ctx, tx, "billing.changed", nil)
	})
}

// Instructions are how to pay in a currency: lines of "label: value", and others.
type Instructions struct {
	Currency string
	Content  string
	Version  int64
}

// InstructionsFields are the names of the form's fields in their order.
var InstructionsFields = []string{"currency", "content"}

// SaveInstructions stores how to pay in a currency; empty ones take them away.
// Version 0 is for a currency that had none. Problems are Forbidden, Invalid by
// field, and Conflict when the form is stale.
func (a App) SaveInstructions(ctx context.Context, in Instructions) error {
	var f problem.Fields
	in.Currency = strings.ToUpper(strings.TrimSpace(in.Currency))
	if !money.Known(in.Currency) {
		f.Add("currency", "client.currency_wrong")
	}
	in.Content = text.Block(&f, "content", in.Content, text.Optional, longestText)
	if err := f.Err(); err != nil {
		return err
	}
	statement := saveInstructions
	if in.Content == "" {
		statement = deleteInstructions
	}
	return a.once(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		args := scope.Args{"currency": in.Currency, "version": in.Version}
		if in.Content != "" {
			args["content"] = in.Content
		}
		n, err := tx.Exec(ctx, statement, args)
		if err == nil && n == 0 && (in.Content != "" || in.Version != 0) {
			err = problem.Stale()
		}
		if err != nil {
			return err
		}
		return a.record(ctx, tx, "instructions.changed", map[string]any{"currency": in.Currency})
	})
}
