// Package total makes the sums of an invoice from its lines: what each line
// comes to, the tax of each category and rate, and the whole. Everything is an
// integer, products are made in 128 bits, and halves are rounded away from zero,
// once at each of three places: at a line with its discount, at the discount of
// the whole, and at the tax of a category and rate.
//
// Prices may exclude their tax or include it. Where they exclude it, a line comes
// to its net sum and the tax is reckoned from the net sum of its category and
// rate. Where they include it, a line comes to its gross sum, the tax is the part
// of the gross sum of its category and rate, and what the client pays is exactly
// the sum of the prices that were shown.
//
// What always holds (EN 16931, rules BR-CO-10, BR-CO-13 to BR-CO-15 and, within
// one minor unit, BR-CO-17):
//
//	Amount            = the sum of the lines' amounts
//	Net + Tax         = Gross
//	Net, Tax          = the sums over the taxes
//	Gross             = Amount − Discount, where prices include their tax
//	Net               = Amount − Discount, where they exclude it
//	the lines' nets   = Net + ReducedNet
//
// Sums are stored and never made again: another order of rounding gives another
// cent for one gross amount in six.
package total

import (
	"cmp"
	"errors"
	"slices"

	"foyer/internal/kernel/money"
)

// Category is how something is taxed, by EN 16931 (a part of UNTDID 5305).
type Category string

// The seven categories.
const (
	Standard       Category = "S"
	ZeroRated      Category = "Z"
	Exempt         Category = "E"
	ReverseCharge  Category = "AE"
	IntraCommunity Category = "K"
	Export         Category = "G"
	OutsideScope   Category = "O"
)

// Categories lists the categories in the order in which they are offered.
var Categories = []Category{Standard, ZeroRated, Exempt, ReverseCharge, IntraCommunity, Export, OutsideScope}

// Known tells whether it is one of the seven.
func (c Category) Known() bool { return slices.Contains(Categories, c) }

// Taxed tells whether the category has a rate above zero: only Standard has.
func (c Category) Taxed() bool { return c == Standard }

// NeedsReason tells whether an invoice has to say why no tax is charged (EN
// 16931, rules BR-E-10, BR-AE-10, BR-IC-10, BR-G-10 and BR-O-10).
func (c Category) NeedsReason() bool { return c != Standard && c != ZeroRated }

// Quantity is a number of units in ten-thousandths: 15000 is 1.5.
type Quantity int64

// Price is the price of a unit in ten-thousandths of a minor unit: 10000 is one
// cent.
type Price int64

// Rate is a share in millionths: 190000 is 19 %.
type Rate int64

// The parts of one.
const (
	perUnit  = 10_000
	perPrice = 10_000
	perRate  = 1_000_000
)

// The largest that a quantity and a price can be, in either direction; their
// product with a rate fits 128 bits.
const (
	MostQuantity Quantity = 1_000_000_000 * perUnit
	MostPrice    Price    = 100_000_000_000 * perPrice
)

// Discount is a share of what it is taken from, or a fixed sum in minor units,
// which is above zero whatever the sign of what it is taken from. Never both.
type Discount struct {
	Rate  Rate  `json:"rate,omitempty"`
	Minor int64 `json:"minor,omitempty"`
}

// Line is one position of an invoice. Its quantity and its price may be
// negative.
type Line struct {
	Quantity Quantity
	Price    Price
	Discount Discount
	Category Category
	Rate     Rate
}

// Bill is what sums are made of.
type Bill struct {
	Lines     []Line
	Discount  Discount // of the whole
	Inclusive bool     // prices include their tax
}

// LineSum is what a line comes to, in minor units.
type LineSum struct {
	// Amount is quantity × price without the line's discount: net where prices
	// exclude their tax, gross where they include it.
	Amount int64
	// Discount is what the line's own discount took off.
	Discount int64
	// Net is the amount without tax (BT-131), before the discount of the whole.
	Net int64
}

// TaxSum is the tax of a category and rate, in minor units, after the discount of
// the whole.
type TaxSum struct {
	Category Category
	Rate     Rate
	Net, Tax int64
}

// Sums are those of a bill, in minor units.
type Sums struct {
	Lines []LineSum
	// Taxes are in the order of Categories, then the highest rate first.
	Taxes []TaxSum
	// Amount is the sum of the lines' amounts, and Discount what the discount of
	// the whole takes off it.
	Amount, Discount int64
	// ReducedNet is the discount without tax (BT-107).
	ReducedNet      int64
	Net, Tax, Gross int64
}

// ErrTooLarge is a bill with a sum above money.Limit, or a number above its own.
var ErrTooLarge = errors.New("the sums are too large")

// ErrDiscount is a discount above what it is taken from, or one that is none.
var ErrDiscount = errors.New("the discount is more than what it is taken from")

// group is what has one category and rate.
type group struct {
	TaxSum
	amount int64 // of its lines
	lines  []int
}

// Of makes the sums of a bill. Its errors are ErrTooLarge and ErrDiscount. The
// sums of a bill whose quantities are negated are the negated sums.
func Of(b Bill) (Sums, error) {
	var s Sums
	for _, l := range b.Lines {
		sum, err := l.sum()
		if err != nil {
			return Sums{}, err
		}
		s.Lines = append(s.Lines, sum)
		s.Amount += sum.Amount
		if !within(s.Amount) {
			return Sums{}, ErrTooLarge
		}
	}
	groups, err := grouped(b.Lines, s.Lines)
	if err != nil {
		return Sums{}, err
	}
	if s.Discount, err = b.Discount.of(s.Amount); err != nil {
		return Sums{}, err
	}
	shares := split(s.Discount, s.Amount, groups)
	for i := range groups {
		if err := s.add(&groups[i], shares[i], b.Inclusive); err != nil {
			return Sums{}, err
		}
	}
	s.Gross = s.Net + s.Tax
	if !within(s.Net) || !within(s.Gross) {
		return Sums{}, ErrTooLarge
	}
	return s, nil
}

// add taxes a group without its share of the discount.
func (s *Sums) add(g *group, share int64, inclusive bool) error {
	before := g.amount
	if inclusive {
		for i, net := range g.nets(s.Lines) {
			s.Lines[g.lines[i]].Net = net
		}
		before -= contained(g.amount, g.Rate)
		rest := g.amount - share
		g.Tax = contained(rest, g.Rate)
		g.Net = rest - g.Tax
	} else {
		g.Net = g.amount - share
		g.Tax = scale(g.Net, int64(g.Rate), perRate)
	}
	if !within(g.Net) || !within(g.Tax) {
		return ErrTooLarge
	}
	s.Taxes = append(s.Taxes, g.TaxSum)
	s.Net, s.Tax, s.ReducedNet = s.Net+g.Net, s.Tax+g.Tax, s.ReducedNet+before-g.Net
	return nil
}

// sum is what a line comes to; its net is the amount until its tax is known.
func (l Line) sum() (LineSum, error) {
	if l.Quantity > MostQuantity || l.Quantity < -MostQuantity || l.Price > MostPrice || l.Price < -MostPrice {
		return LineSum{}, ErrTooLarge
	}
	if l.Rate < 0 || l.Rate > perRate || !l.Category.Known() {
		return LineSum{}, ErrTooLarge
	}
	whole, ok := product(int64(l.Quantity), int64(l.Price), 1, perUnit*perPrice)
	if !ok || !within(whole) {
		return LineSum{}, ErrTooLarge
	}
	amount := whole
	switch d := l.Discount; {
	case d.Rate != 0 && d.Minor != 0 || d.Rate < 0 || d.Rate > perRate:
		return LineSum{}, ErrDiscount
	case d.Rate != 0:
		// Rounded once, after the discount.
		amount, _ = product(int64(l.Quantity), int64(l.Price), perRate-int64(d.Rate), perUnit*perPrice*perRate)
	default:
		off, err := d.of(whole)
		if err != nil {
			return LineSum{}, err
		}
		amount -= off
	}
	return LineSum{Amount: amount, Discount: whole - amount, Net: amount}, nil
}

// of is what a discount takes off an amount, with the amount's sign.
func (d Discount) of(amount int64) (int64, error) {
	switch {
	case d.Rate != 0 && d.Minor != 0, d.Rate < 0, d.Rate > perRate, d.Minor < 0:
		return 0, ErrDiscount
	case d.Rate != 0:
		return scale(amount, int64(d.Rate), perRate), nil
	case d.Minor > max(amount, -amount):
		return 0, ErrDiscount
	case amount < 0:
		return -d.Minor, nil
	}
	return d.Minor, nil
}

// grouped puts the lines of each category and rate together.
func grouped(lines []Line, sums []LineSum) ([]group, error) {
	var groups []group
	for i, l := range lines {
		at := slices.IndexFunc(groups, func(g group) bool { return g.Category == l.Category && g.Rate == l.Rate })
		if at < 0 {
			at = len(groups)
			groups = append(groups, group{TaxSum: TaxSum{Category: l.Category, Rate: l.Rate}})
		}
		g := &groups[at]
		g.lines = append(g.lines, i)
		if g.amount += sums[i].Amount; !within(g.amount) {
			return nil, ErrTooLarge
		}
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(slices.Index(Categories, a.Category), slices.Index(Categories, b.Category)), cmp.Compare(b.Rate, a.Rate))
	})
	return groups, nil
}

// split shares a discount out over groups by what they come to.
func split(discount, of int64, groups []group) []int64 {
	parts := make([]fraction, len(groups))
	for i, g := range groups {
		if of != 0 {
			parts[i] = divide(discount, g.amount, of)
		}
	}
	return spread(discount, parts)
}

// nets are what the lines of a group with inclusive prices come to without tax:
// together exactly what the group does.
func (g group) nets(sums []LineSum) []int64 {
	parts := make([]fraction, len(g.lines))
	for i, at := range g.lines {
		parts[i] = divide(sums[at].Amount, perRate, perRate+int64(g.Rate))
	}
	return spread(g.amount-contained(g.amount, g.Rate), parts)
}

// contained is the tax that a gross amount contains.
func contained(gross int64, rate Rate) int64 { return scale(gross, int64(rate), perRate+int64(rate)) }

func within(minor int64) bool { return minor <= money.Limit && minor >= -money.Limit }
