package money

import "foyer/internal/kernel/lang"

// manner is how one language writes money.
type manner struct {
	symbols map[string]string // of the currencies that have one in this language
	after   bool              // symbols and codes stand behind the number
}

var english = manner{symbols: map[string]string{"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$"}}

var german = manner{symbols: map[string]string{"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "AU$"}, after: true}

func mannerOf(tag string) manner {
	switch tag {
	case "de":
		return german
	default:
		return english
	}
}

// noBreak is a space at which no line ends.
const noBreak = "\u00a0"

// Say is the amount in a language, with all its digits and the currency's
// symbol, or its code where the language has no symbol for it: €4,500.00,
// 4.500,00 €, CHF 1,200.00, −€1.00.
func (a Amount) Say(p lang.Printer) string {
	whole, fraction := a.digits()
	number := p.Group(whole)
	if fraction != "" {
		number += p.DecimalMark() + fraction
	}
	sign := ""
	if a.Minor < 0 {
		sign = lang.Minus
	}
	m := mannerOf(p.Tag())
	symbol, has := m.symbols[a.Currency]
	if !has {
		symbol = a.Currency
	}
	switch {
	case m.after:
		return sign + number + noBreak + symbol
	case has:
		return sign + symbol + number
	}
	return sign + symbol + noBreak + number
}
