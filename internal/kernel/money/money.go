// Package money has amounts of money: whole minor units of one currency, read
// from what people type and said in their language. Nothing here is a float.
package money

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Amount is a sum of money: 450000 of EUR are €4,500.00.
type Amount struct {
	Minor    int64
	Currency string // ISO 4217 alpha-3
}

// decimals are the currencies that do not have two, by ISO 4217. Amounts are
// stored in minor units, so this never follows a library's data: that of CLDR
// differs (COP, IDR, IQD) and has changed before.
var decimals = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
	"UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// Decimals is how many decimals a currency has: 2 for EUR, 0 for JPY, 3 for KWD.
func Decimals(currency string) int {
	if n, odd := decimals[currency]; odd {
		return n
	}
	return 2
}

// Add is the sum of two amounts of one currency.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency {
		return Amount{}, fmt.Errorf("%s and %s do not add up", a.Currency, b.Currency)
	}
	if b.Minor > 0 && a.Minor > math.MaxInt64-b.Minor || b.Minor < 0 && a.Minor < math.MinInt64-b.Minor {
		return Amount{}, fmt.Errorf("%d and %d %s are too much", a.Minor, b.Minor, a.Currency)
	}
	return Amount{a.Minor + b.Minor, a.Currency}, nil
}

// Input is the amount as a form shows it, which Parse reads back: 4500.00.
func (a Amount) Input() string {
	whole, fraction := a.digits()
	if fraction != "" {
		whole += "." + fraction
	}
	if a.Minor < 0 {
		return "-" + whole
	}
	return whole
}

// digits are those before and those after the decimal mark, without a sign.
func (a Amount) digits() (whole, fraction string) {
	n := Decimals(a.Currency)
	all := strings.TrimPrefix(strconv.FormatInt(a.Minor, 10), "-")
	if missing := n + 1 - len(all); missing > 0 {
		all = strings.Repeat("0", missing) + all
	}
	return all[:len(all)-n], all[len(all)-n:]
}
