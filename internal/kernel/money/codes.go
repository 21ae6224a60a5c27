package money

import (
	"slices"

	"golang.org/x/text/currency"
)

// codes are those of the currencies that are legal tender somewhere.
var codes = func() []string {
	var all []string
	for it := currency.Query(); it.Next(); {
		all = append(all, it.Unit().String())
	}
	slices.Sort(all)
	return slices.Compact(all)
}()

// Codes lists the currencies of ISO 4217 that can be chosen, sorted.
func Codes() []string { return slices.Clone(codes) }

// Known tells whether a currency can be chosen.
func Known(code string) bool {
	_, found := slices.BinarySearch(codes, code)
	return found
}
