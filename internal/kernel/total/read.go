package total

import (
	"strconv"
	"strings"

	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
)

// extra is how many decimals a price may have beyond those of its currency, and
// a quantity and a rate at all.
const extra = 4

// note says at the field what is wrong with a number; what begins the key of its
// message.
func note(f *problem.Fields, field, what string, wrong money.Fault) {
	switch wrong {
	case money.NoFault:
	case money.Empty:
		f.Add(field, "field.required")
	default:
		f.Add(field, what+string(wrong))
	}
}

// ParseQuantity reads a number of units as people type it, with at most four
// decimals: 1.5, 1,5, -2. A point or comma standing alone is the decimal mark.
func ParseQuantity(f *problem.Fields, field, value string) Quantity {
	n, wrong := money.Number(value, "", extra, true)
	if wrong == money.NoFault && (Quantity(n) > MostQuantity || Quantity(n) < -MostQuantity) {
		wrong = money.Large
	}
	note(f, field, "quantity.", wrong)
	return Quantity(n)
}

// Input is the quantity as a form shows it: 1.5.
func (q Quantity) Input() string { return decimal(int64(q), extra, 0, ".") }

// Say is the quantity in a language.
func (q Quantity) Say(p lang.Printer) string { return say(p, int64(q), extra, 0) }

// ParsePrice reads the price of a unit as people type it: as an amount, with at
// most four decimals more than the currency has.
func ParsePrice(f *problem.Fields, field, value, currency string) Price {
	n, wrong := money.Number(value, currency, money.Decimals(currency)+extra, money.Decimals(currency) == 3)
	if wrong == money.NoFault && (Price(n) > MostPrice || Price(n) < -MostPrice) {
		wrong = money.Large
	}
	note(f, field, "price.", wrong)
	return Price(n)
}

// Input is the price as a form shows it, with at least the currency's decimals:
// 0.0375, 90.00. Three decimals get a fourth, since 1.234 is read as thousands.
func (p Price) Input(currency string) string {
	n := money.Decimals(currency)
	text := decimal(int64(p), n+extra, n, ".")
	if _, fraction, _ := strings.Cut(text, "."); len(fraction) == 3 && n != 3 {
		text += "0"
	}
	return text
}

// Say is the price in a language, without its currency.
func (p Price) Say(printer lang.Printer, currency string) string {
	n := money.Decimals(currency)
	return say(printer, int64(p), n+extra, n)
}

// ParseRate reads a rate in percent as people type it, from 0 to 100, with at
// most four decimals: 19, 8.875, 7,7 %.
func ParseRate(f *problem.Fields, field, value string) Rate {
	n, wrong := money.Number(strings.TrimSuffix(strings.TrimSpace(value), "%"), "", extra, true)
	if wrong == money.NoFault && (n < 0 || n > perRate) {
		wrong = "range"
	}
	note(f, field, "rate.", wrong)
	return Rate(n)
}

// Input is the rate in percent as a form shows it: 8.875.
func (r Rate) Input() string { return decimal(int64(r), extra, 0, ".") }

// Say is the rate in a language, in percent.
func (r Rate) Say(p lang.Printer) string { return p.T("rate.percent", "n", say(p, int64(r), extra, 0)) }

// ParseDiscount reads a discount as people type it: a share as 10% or 7,5 %, or
// an amount of the currency; nothing is none.
func ParseDiscount(f *problem.Fields, field, value, currency string) Discount {
	value = strings.TrimSpace(value)
	switch {
	case value == "":
		return Discount{}
	case strings.HasSuffix(value, "%"):
		return Discount{Rate: ParseRate(f, field, value)}
	}
	return Discount{Minor: money.Parse(f, field, value, currency, money.NotNegative).Minor}
}

// Input is the discount as a form shows it, empty for none.
func (d Discount) Input(currency string) string {
	switch {
	case d.Rate != 0:
		return d.Rate.Input() + "%"
	case d.Minor != 0:
		return money.Amount{Minor: d.Minor, Currency: currency}.Input()
	}
	return ""
}

// decimal writes a number of so many decimals, of which at least a few stay.
func decimal(n int64, decimals, least int, mark string) string {
	sign, whole, fraction := digits(n, decimals, least)
	if fraction != "" {
		whole += mark + fraction
	}
	return sign + whole
}

func say(p lang.Printer, n int64, decimals, least int) string {
	sign, whole, fraction := digits(n, decimals, least)
	if sign != "" {
		sign = lang.Minus
	}
	whole = p.Group(whole)
	if fraction != "" {
		whole += p.DecimalMark() + fraction
	}
	return sign + whole
}

// digits are those before and after the decimal mark; zeros at the end go, down
// to the least number of decimals.
func digits(n int64, decimals, least int) (sign, whole, fraction string) {
	all := strconv.FormatUint(magnitude(n), 10)
	if missing := decimals + 1 - len(all); missing > 0 {
		all = strings.Repeat("0", missing) + all
	}
	whole, fraction = all[:len(all)-decimals], all[len(all)-decimals:]
	for len(fraction) > least && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	if n < 0 {
		sign = "-"
	}
	return sign, whole, fraction
}
