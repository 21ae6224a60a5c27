package total

import (
	"cmp"
	"math/bits"
	"slices"
)

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}

func signed(n uint64, negative bool) int64 {
	if negative {
		return -int64(n)
	}
	return int64(n)
}

// product is a × b × c ÷ by, with halves away from zero; it is not ok when a step
// does not fit 128 bits or the result 63. c and by are above zero or zero and
// above.
func product(a, b, c, by int64) (n int64, ok bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	over, mid := bits.Mul64(hi, uint64(c))
	up, lo := bits.Mul64(lo, uint64(c))
	hi, carry := bits.Add64(mid, up, 0)
	if over != 0 || carry != 0 {
		return 0, false
	}
	lo, carry = bits.Add64(lo, uint64(by)/2, 0)
	if hi, carry = bits.Add64(hi, 0, carry); carry != 0 || hi >= uint64(by) {
		return 0, false
	}
	quotient, _ := bits.Div64(hi, lo, uint64(by))
	if quotient > 1<<62 {
		return 0, false
	}
	return signed(quotient, (a < 0) != (b < 0)), true
}

// scale is a × b ÷ by for an amount within the limit and a share of one.
func scale(a, b, by int64) int64 {
	n, _ := product(a, b, 1, by)
	return n
}

// fraction is a quotient: a whole number towards zero, and what is left over of
// the divisor, with the sign of the whole quotient.
type fraction struct {
	whole int64
	rest  int64
}

// divide is a × b ÷ by without rounding, for amounts within the limit.
func divide(a, b, by int64) fraction {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	divisor := magnitude(by)
	if hi >= divisor {
		return fraction{}
	}
	quotient, rest := bits.Div64(hi, lo, divisor)
	negative := (a < 0) != (b < 0) != (by < 0)
	return fraction{signed(quotient, negative), signed(rest, negative)}
}

// spread rounds quotients of one divisor so that they come to a sum: first
// towards zero, then the ones with most left over take a unit more, earlier ones
// before later ones (the largest remainder method).
func spread(sum int64, parts []fraction) []int64 {
	out := make([]int64, len(parts))
	order := make([]int, len(parts))
	left := sum
	for i, p := range parts {
		out[i], order[i] = p.whole, i
		left -= p.whole
	}
	step := int64(1)
	if left < 0 {
		step = -1
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(step*parts[b].rest, step*parts[a].rest) })
	for i := 0; left != 0 && len(order) > 0; i++ {
		out[order[i%len(order)]] += step
		left -= step
	}
	return out
}
