package stripe

import (
	"errors"
	"strings"

	"foyer/internal/kernel/money"
)

// Stripe counts some currencies in other units than ISO 4217 does: these have no
// decimals at Stripe, and these two although ISO 4217 gives them none.
var (
	none = map[string]bool{
		"BIF": true, "CLP": true, "DJF": true, "GNF": true, "JPY": true, "KMF": true, "KRW": true, "MGA": true, "PYG": true, "RWF": true,
		"VND": true, "VUV": true, "XAF": true, "XOF": true, "XPF": true,
	}
	two = map[string]bool{"ISK": true, "UGX": true}
)

// decimals are those of a currency at Stripe.
func decimals(currency string) int {
	switch {
	case none[currency]:
		return 0
	case two[currency]:
		return 2
	}
	return money.Decimals(currency)
}

// ErrAmount is an amount that Stripe cannot take in its currency.
var ErrAmount = errors.New("an amount that Stripe cannot take")

// theirs turns minor units as ISO 4217 counts them into Stripe's.
func theirs(minor int64, currency string) (int64, error) {
	for d := money.Decimals(currency); d < decimals(currency); d++ {
		if minor *= 10; minor > 1e17 {
			return 0, ErrAmount
		}
	}
	for d := decimals(currency); d < money.Decimals(currency); d++ {
		if minor%10 != 0 {
			return 0, ErrAmount
		}
		minor /= 10
	}
	if money.Decimals(currency) == 3 && minor%10 != 0 { // they round such to two decimals
		return 0, ErrAmount
	}
	return minor, nil
}

// ours is the way back; what has no whole minor units at ISO 4217 is rounded
// towards nothing.
func ours(amount int64, currency string) int64 {
	for d := money.Decimals(currency); d < decimals(currency); d++ {
		amount /= 10
	}
	for d := decimals(currency); d < money.Decimals(currency); d++ {
		amount *= 10
	}
	return amount
}

// code is a currency as ISO 4217 writes it.
func code(currency string) string { return strings.ToUpper(currency) }
