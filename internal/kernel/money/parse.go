package money

import (
	"strconv"
	"strings"

	"foyer/internal/kernel/problem"
)

// Sign says which amounts a field takes.
type Sign int

// The signs.
const (
	AnySign     Sign = iota
	NotNegative      // zero or above
	Positive         // above zero
)

// Limit is the most minor units that Parse takes, in either direction.
const Limit = 1_000_000_000_000_000

// Parse reads an amount as people type it: 1234.5, 1,234.50, 1.234,50,
// 1 234,50, 1'234.50, also with the currency's code or symbol. What it cannot
// take it notes at the field, in which case the amount means nothing.
//
// It is the same in every language. A comma or point is the decimal mark when
// other marks stand before it. Standing alone it is the decimal mark too, unless
// exactly three digits follow and one to three that do not begin with zero come
// before: 1,234 and 1.234 are thousands. Only in currencies of three decimals
// they are not, since there 1.234 is how one writes it. A mark that stands more
// than once is one of thousands, and those are exactly three digits apart.
func Parse(f *problem.Fields, field, value, currency string, sign Sign) Amount {
	text, negative := bare(value, currency)
	if text == "" && !negative {
		f.Add(field, "field.required")
		return Amount{Currency: currency}
	}
	n := Decimals(currency)
	whole, fraction, ok := split(text, n)
	switch {
	case !ok:
		f.Add(field, "money.wrong")
	case len(fraction) > n && n == 0:
		f.Add(field, "money.whole")
	case len(fraction) > n:
		f.Add(field, "money.decimals", "n", n)
	}
	if f.Has(field) {
		return Amount{Currency: currency}
	}
	a := Amount{Currency: currency}
	if a.Minor, ok = minor(whole + fraction + strings.Repeat("0", n-len(fraction))); !ok {
		f.Add(field, "money.too_large")
	}
	if negative {
		a.Minor = -a.Minor
	}
	switch {
	case sign != AnySign && a.Minor < 0:
		f.Add(field, "money.negative")
	case sign == Positive && a.Minor == 0:
		f.Add(field, "money.nothing")
	}
	return a
}

// Fault says what is wrong with a number that people typed.
type Fault string

// The faults, as the last part of their messages' keys.
const (
	NoFault Fault = ""
	Empty   Fault = "empty"
	Wrong   Fault = "wrong"
	Many    Fault = "decimals"
	Large   Fault = "too_large"
)

// Number reads a number with at most so many decimals as Parse reads amounts, and
// gives it in units of the last decimal: 1.5 with four decimals is 15000. Where
// lone is set a single comma or point is always the decimal mark.
func Number(value, currency string, decimals int, lone bool) (int64, Fault) {
	text, negative := bare(value, currency)
	if text == "" && !negative {
		return 0, Empty
	}
	marks := decimals
	switch {
	case lone:
		marks = 3
	case marks == 3:
		marks = 4
	}
	whole, fraction, ok := split(text, marks)
	switch {
	case !ok:
		return 0, Wrong
	case len(fraction) > decimals:
		return 0, Many
	}
	n, ok := minor(whole + fraction + strings.Repeat("0", decimals-len(fraction)))
	if !ok {
		return 0, Large
	}
	if negative {
		n = -n
	}
	return n, NoFault
}

// spaces makes one kind of the spaces and apostrophes that set thousands apart.
var spaces = strings.NewReplacer("\u00a0", " ", "\u2009", " ", "\u202f", " ", "’", "'")

// bare takes sign, currency and outer space away.
func bare(value, currency string) (text string, negative bool) {
	text, negative = unsigned(strings.TrimSpace(spaces.Replace(value)))
	for _, mark := range []string{currency, english.symbols[currency], german.symbols[currency]} {
		if n := len(mark); n > 0 && len(text) > n {
			if strings.EqualFold(text[:n], mark) {
				text = strings.TrimSpace(text[n:])
				break
			}
			if strings.EqualFold(text[len(text)-n:], mark) {
				text = strings.TrimSpace(text[:len(text)-n])
				break
			}
		}
	}
	if !negative {
		text, negative = unsigned(text)
	}
	return text, negative
}

func unsigned(text string) (rest string, negative bool) {
	for _, minus := range []string{"-", "−"} {
		if rest, negative = strings.CutPrefix(text, minus); negative {
			return strings.TrimSpace(rest), true
		}
	}
	return text, false
}

// split gives the digits before and after the decimal mark.
func split(text string, decimals int) (whole, fraction string, ok bool) {
	whole = text
	if at := strings.LastIndexAny(text, ".,"); at >= 0 && isDecimal(text, at, decimals) {
		whole, fraction = text[:at], text[at+1:]
		if fraction == "" || !digitsOnly(fraction) {
			return "", "", false
		}
	}
	whole, ok = ungroup(whole)
	return whole, fraction, ok && whole+fraction != ""
}

// isDecimal tells whether the last comma or point is the decimal mark.
func isDecimal(text string, at, decimals int) bool {
	before, after := text[:at], text[at+1:]
	switch {
	case strings.Contains(before, text[at:at+1]):
		return false
	case !digitsOnly(before):
		return true
	}
	return decimals == 3 || len(after) != 3 || !leads(before)
}

// ungroup takes out the marks of thousands, which are all of one kind.
func ungroup(whole string) (string, bool) {
	at := strings.IndexAny(whole, " '.,")
	if at < 0 {
		return whole, digitsOnly(whole)
	}
	groups := strings.Split(whole, whole[at:at+1])
	for i, g := range groups {
		if !digitsOnly(g) || i == 0 && !leads(g) || i > 0 && len(g) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// leads tells whether digits can stand before a mark of thousands.
func leads(digits string) bool {
	return len(digits) >= 1 && len(digits) <= 3 && digits[0] != '0'
}

func digitsOnly(text string) bool {
	return strings.Trim(text, "0123456789") == ""
}

// minor is the number that digits are, when it is not above the limit.
func minor(digits string) (int64, bool) {
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n <= Limit
}
