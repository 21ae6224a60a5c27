package billing

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Numbered is what has numbers of its own.
type Numbered string

// What has numbers of its own.
const (
	Invoices    Numbered = "invoice"
	CreditNotes Numbered = "credit_note"
	Contracts   Numbered = "contract"
	Cases       Numbered = "case"
	Changes     Numbered = "change"
)

// Series is how the numbers of one kind look, and how many were given.
type Series struct {
	Kind    Numbered
	Prefix  string
	Digits  int // at least so many, with zeros in front
	Yearly  bool
	Last    int64 // given this year, or at all where the count goes on
	Version int64 // 0 while it is as it was from the start
}

// first are the series that a workspace begins with.
var first = []Series{
	{Kind: Invoices, Prefix: "INV-", Digits: 4, Yearly: true},
	{Kind: CreditNotes, Prefix: "CN-", Digits: 4, Yearly: true},
	{Kind: Contracts, Prefix: "CTR-", Digits: 4, Yearly: true},
	{Kind: Cases, Prefix: "SC-", Digits: 1},
	{Kind: Changes, Prefix: "CR-", Digits: 1},
}

// SeriesFields are the names of the form's fields in their order.
var SeriesFields = []string{"prefix", "digits", "yearly"}

// Number is the nth number of a year: INV-2026-0042.
func (s Series) Number(year int, n int64) string {
	if s.Yearly {
		return fmt.Sprintf("%s%d-%0*d", s.Prefix, year, s.Digits, n)
	}
	return fmt.Sprintf("%s%0*d", s.Prefix, s.Digits, n)
}

// year is the one that the count of a series belongs to; 0 where it goes on.
func (s Series) year(year int) int {
	if s.Yearly {
		return year
	}
	return 0
}

// completed adds the series that are as they were from the start.
func completed(stored []Series) []Series {
	all := slices.Clone(first)
	for i := range all {
		for _, s := range stored {
			if s.Kind == all[i].Kind && s.Version > 0 {
				all[i] = s
			} else if s.Kind == all[i].Kind {
				all[i].Last = s.Last
			}
		}
	}
	return all
}

func scanSeries(row scope.Row) (s Series, err error) {
	return s, row.Scan(&s.Kind, &s.Prefix, &s.Digits, &s.Yearly, &s.Version, &s.Last)
}

// SeriesDetails are what people type about a series.
type SeriesDetails struct {
	Kind    Numbered
	Prefix  string
	Digits  string
	Yearly  bool
	Version int64
}

// Details are what a form about it begins with.
func (s Series) Details() SeriesDetails {
	return SeriesDetails{s.Kind, s.Prefix, strconv.Itoa(s.Digits), s.Yearly, s.Version}
}

// yearLike is the end of a prefix that makes numbers look like those of a series
// with a yearly restart, so that one could be given twice.
var yearLike = regexp.MustCompile(`[0-9]{4}-$`)

func (d SeriesDetails) check() (Series, error) {
	var f problem.Fields
	s := Series{Kind: d.Kind, Yearly: d.Yearly, Version: d.Version}
	if !slices.ContainsFunc(first, func(s Series) bool { return s.Kind == d.Kind }) {
		return s, problem.Missing()
	}
	s.Prefix = text.Line(&f, "prefix", d.Prefix, text.Required, 20)
	if strings.TrimRight(s.Prefix, "0123456789") != s.Prefix {
		f.Add("prefix", "billing.prefix_digit")
	}
	if !s.Yearly && yearLike.MatchString(s.Prefix) {
		f.Add("prefix", "billing.prefix_year")
	}
	n, err := strconv.Atoi(strings.TrimSpace(d.Digits))
	if err != nil || n < 1 || n > 12 {
		f.Add("digits", "billing.digits_wrong")
	}
	s.Digits = n
	return s, f.Err()
}

// SaveSeries stores how the numbers of a kind look from the next one on; the
// count goes on. Problems are Forbidden, Invalid by field, and Conflict when the
// form is stale.
func (a App) SaveSeries(ctx context.Context, in SeriesDetails) error {
	s, err := in.check()
	if err != nil {
		return err
	}
	return a.once(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		stored, err := scope.List(ctx, tx, listSeries, scope.Args{"year": a.who.Now().Year()}, scanSeries)
		if err != nil {
			return err
		}
		for _, other := range completed(stored) {
			if other.Kind != s.Kind && strings.EqualFold(other.Prefix, s.Prefix) {
				return problem.Field("prefix", "billing.prefix_taken")
			}
		}
		n, err := tx.Exec(ctx, saveSeries, scope.Args{
			"kind": s.Kind, "prefix": s.Prefix, "digits": s.Digits, "yearly": s.Yearly, "version": s.Version,
		})
		if err == nil && n == 0 {
			err = problem.Stale()
		}
		if err != nil {
			return err
		}
		return a.record(ctx, tx, "series.changed", map[string]any{"kind": s.Kind})
	})
}

// Take gives the next number of a kind in the transaction of whoever issues
// something in a year, and its place in the count. Two who take one wait for
// each other; what is rolled back leaves no gap. Clients take numbers too, for what
// they begin themselves.
func Take(ctx context.Context, tx scope.Tx, kind Numbered, year int) (number string, n int64, err error) {
	if err := tx.Lock(ctx, "number/"+string(kind)); err != nil {
		return "", 0, err
	}
	list, take := listSeries, takeNumber
	if tx.Who().Kind == scope.Portal {
		list, take = listSeriesForClient, takeNumberForClient
	}
	stored, err := scope.List(ctx, tx, list, scope.Args{"year": year}, scanSeries)
	if err != nil {
		return "", 0, err
	}
	all := completed(stored)
	s := all[slices.IndexFunc(all, func(s Series) bool { return s.Kind == kind })]
	n, err = scope.One(ctx, tx, take, scope.Args{"kind": kind, "year": s.year(year)}, scope.Value[int64])
	if err != nil {
		return "", 0, err
	}
	return s.Number(year, n), n, nil
}
