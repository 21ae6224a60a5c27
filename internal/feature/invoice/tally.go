package invoice

import (
	"cmp"
	"maps"
	"slices"

	"foyer/internal/kernel/money"
	"foyer/internal/kernel/scope"
)

// counted is how many records there are of a part in a currency, and what they
// come to in minor units.
type counted struct {
	records int
	amount  money.Amount
}

// tally is what the database keeps count of, by part; see the table client_tally.
type tally map[string][]counted

// The parts of a tally beside the kinds of invoices with their states.
const (
	tallyOpen    = "open"    // not due yet
	tallyOverdue = "overdue" // open and past its day
	tallyPaid    = "paid"
	tallyOff     = "off" // written off
	tallyCredit  = "credit"
)

// into reads a tally.
func (t tally) into(statement string, args scope.Args) scope.Query {
	var unused []string
	return scope.Into(&unused, statement, args, func(row scope.Row) (part string, err error) {
		var one counted
		if err = row.Scan(&part, &one.amount.Currency, &one.records, &one.amount.Minor); err == nil {
			t[part] = append(t[part], one)
		}
		return part, err
	})
}

// records is how many records parts have in all currencies.
func (t tally) records(parts ...string) int {
	n := 0
	for _, part := range parts {
		for _, one := range t[part] {
			n += one.records
		}
	}
	return n
}

// sum is what parts come to in each currency, the largest first.
func (t tally) sum(parts ...string) []money.Amount {
	var all []money.Amount
	for _, part := range parts {
		for _, one := range t[part] {
			at := slices.IndexFunc(all, func(a money.Amount) bool { return a.Currency == one.amount.Currency })
			if at < 0 {
				all = append(all, one.amount)
				continue
			}
			all[at].Minor += one.amount.Minor
		}
	}
	slices.SortFunc(all, func(a, b money.Amount) int {
		return cmp.Or(cmp.Compare(b.Minor, a.Minor), cmp.Compare(a.Currency, b.Currency))
	})
	return all
}

// counts are the invoices in each filter.
func (t tally) counts() Counts {
	c := t.shownCounts()
	c[FilterDraft] = t.records("invoice.draft", "credit_note.draft")
	c[FilterAll] += c[FilterDraft]
	return c
}

// shownCounts are the invoices in each filter that the client sees.
func (t tally) shownCounts() Counts {
	c := Counts{FilterSent: t.records(tallyOpen), FilterOverdue: t.records(tallyOverdue), FilterVoid: t.records("invoice.void")}
	issued := t.records("invoice.issued")
	c[FilterPaid] = issued - c[FilterSent] - c[FilterOverdue] - t.records(tallyOff)
	c[FilterAll] = issued + c[FilterVoid] + t.records("credit_note.issued")
	return c
}

// balances are where a client stands in each currency.
func (t tally) balances() []Balance {
	in := map[string]*Balance{}
	for part, all := range t {
		for _, one := range all {
			b := in[one.amount.Currency]
			if b == nil {
				b = &Balance{Currency: one.amount.Currency}
				in[b.Currency] = b
			}
			switch part {
			case tallyOpen:
				b.Open += one.amount.Minor
			case tallyOverdue:
				b.Open += one.amount.Minor
				b.Overdue += one.amount.Minor
			case tallyCredit:
				b.Credit += one.amount.Minor
			case tallyPaid, tallyOff:
			default:
				b.Invoices += one.records
			}
		}
	}
	var all []Balance
	for _, currency := range slices.Sorted(maps.Keys(in)) {
		all = append(all, *in[currency])
	}
	return all
}
