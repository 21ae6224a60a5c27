package text

import (
	"slices"

	"foyer/internal/kernel/problem"
)

// Choice gives a value back, and refuses one that is not among those that its field
// offers.
func Choice[T ~string](f *problem.Fields, field string, value T, among []T) T {
	if !slices.Contains(among, value) {
		f.Add(field, "field.choice")
	}
	return value
}
