package total_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"foyer/internal/kernel/money"
	"foyer/internal/kernel/total"
)

// line is a line with a quantity in whole units and a price in minor units.
func line(quantity, price int64, category total.Category, rate total.Rate) total.Line {
	return total.Line{Quantity: total.Quantity(quantity * 10_000), Price: total.Price(price * 10_000), Category: category, Rate: rate}
}

func off(l total.Line, d total.Discount) total.Line {
	l.Discount = d
	return l
}

const (
	seven    total.Rate = 70_000
	nineteen total.Rate = 190_000
)

// said is what sums come to, for comparing: the lines' amounts and nets, the
// taxes, and the whole.
func said(s total.Sums) string {
	text := ""
	for _, l := range s.Lines {
		text += fmt.Sprintf("%d/%d ", l.Amount, l.Net)
	}
	for _, t := range s.Taxes {
		text += fmt.Sprintf("%s%d:%d+%d ", t.Category, t.Rate, t.Net, t.Tax)
	}
	return text + fmt.Sprintf("= %d-%d %d+%d=%d", s.Amount, s.Discount, s.Net, s.Tax, s.Gross)
}

// Worked by hand from the arithmetic rules of EN 16931.
func TestSumsWorkedByHand(t *testing.T) {
	t.Parallel()
	S, Z, E, AE, K, G, O := total.Standard, total.ZeroRated, total.Exempt, total.ReverseCharge, total.IntraCommunity, total.Export, total.OutsideScope
	for _, c := range []struct {
		name string
		bill total.Bill
		want string
	}{
		{"one line at 19 %", total.Bill{Lines: []total.Line{line(3, 10_000, S, nineteen)}}, "30000/30000 S190000:30000+5700 = 30000-0 30000+5700=35700"},
		{"a half cent of tax rounds up: 0.50 at 7 % is 0.035", total.Bill{Lines: []total.Line{line(1, 50, S, seven)}}, "50/50 S70000:50+4 = 50-0 50+4=54"},
		{"tax by group, not by line: three of 0.33 at 19 % are 0.99 with 0.19", total.Bill{Lines: []total.Line{line(1, 33, S, nineteen), line(1, 33, S, nineteen), line(1, 33, S, nineteen)}},
			"33/33 33/33 33/33 S190000:99+19 = 99-0 99+19=118"},
		{"two rates", total.Bill{Lines: []total.Line{line(2, 4999, S, nineteen), line(1, 1299, S, seven)}},
			"9998/9998 1299/1299 S190000:9998+1900 S70000:1299+91 = 11297-0 11297+1991=13288"},
		{"a line with 10 % off: 3 × 9.99 = 29.97 → 26.973", total.Bill{Lines: []total.Line{off(line(3, 999, S, nineteen), total.Discount{Rate: 100_000})}},
			"2697/2697 S190000:2697+512 = 2697-0 2697+512=3209"},
		{"a line with 5.00 off", total.Bill{Lines: []total.Line{off(line(3, 999, S, nineteen), total.Discount{Minor: 500})}}, "2497/2497 S190000:2497+474 = 2497-0 2497+474=2971"},
		{"10.00 off the whole goes 7.27 and 2.73 by largest remainder", total.Bill{Lines: []total.Line{line(1, 8000, S, nineteen), line(1, 3000, S, seven)}, Discount: total.Discount{Minor: 1000}},
			"8000/8000 3000/3000 S190000:7273+1382 S70000:2727+191 = 11000-1000 10000+1573=11573"},
		{"10 % off the whole", total.Bill{Lines: []total.Line{line(1, 8000, S, nineteen), line(1, 3000, S, seven)}, Discount: total.Discount{Rate: 100_000}},
			"8000/8000 3000/3000 S190000:7200+1368 S70000:2700+189 = 11000-1100 9900+1557=11457"},
		{"prices with 19 % in them: 119.00 has 19.00", total.Bill{Inclusive: true, Lines: []total.Line{line(1, 11_900, S, nineteen)}}, "11900/10000 S190000:10000+1900 = 11900-0 10000+1900=11900"},
		{"three of 0.99 with 7 % in them: 2.97 has 0.19, nets 0.93, 0.93, 0.92", total.Bill{Inclusive: true, Lines: []total.Line{line(1, 99, S, seven), line(1, 99, S, seven), line(1, 99, S, seven)}},
			"99/93 99/93 99/92 S70000:278+19 = 297-0 278+19=297"},
		{"inclusive with a discount", total.Bill{Inclusive: true, Discount: total.Discount{Rate: 500_000}, Lines: []total.Line{line(1, 11_900, S, nineteen), line(1, 10_700, S, seven)}},
			"11900/10000 10700/10000 S190000:5000+950 S70000:5000+350 = 22600-11300 10000+1300=11300"},
		{"all seven categories", total.Bill{Lines: []total.Line{
			line(1, 700, O, 0), line(1, 600, G, 0), line(1, 500, K, 0), line(1, 400, AE, 0), line(1, 300, E, 0), line(1, 200, Z, 0), line(1, 100, S, nineteen),
		}}, "700/700 600/600 500/500 400/400 300/300 200/200 100/100 S190000:100+19 Z0:200+0 E0:300+0 AE0:400+0 K0:500+0 G0:600+0 O0:700+0 = 2800-0 2800+19=2819"},
		{"8.875 % on 100.00", total.Bill{Lines: []total.Line{line(1, 10_000, S, 88_750)}}, "10000/10000 S88750:10000+888 = 10000-0 10000+888=10888"},
		{"a credit inside", total.Bill{Lines: []total.Line{line(1, 10_000, S, nineteen), line(-1, 2500, S, nineteen)}}, "10000/10000 -2500/-2500 S190000:7500+1425 = 7500-0 7500+1425=8925"},
		{"a group below nothing", total.Bill{Lines: []total.Line{line(1, 10_000, S, nineteen), line(-1, 50, S, seven)}},
			"10000/10000 -50/-50 S190000:10000+1900 S70000:-50+-4 = 9950-0 9950+1896=11846"},
		{"2.5 hours at 0.0375", total.Bill{Lines: []total.Line{{Quantity: 25_000, Price: 37_500, Category: Z}}}, "9/9 Z0:9+0 = 9-0 9+0=9"},
		{"nothing", total.Bill{}, "= 0-0 0+0=0"},
	} {
		got, err := total.Of(c.bill)
		if err != nil || said(got) != c.want {
			t.Errorf("%s:\n  got  %s (%v)\n  want %s", c.name, said(got), err, c.want)
		}
	}
}

func TestBillsThatHaveNoSums(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		bill total.Bill
		want error
	}{
		{"a line above the limit", total.Bill{Lines: []total.Line{line(1_000_000_000, 100_000_000, total.Standard, nineteen)}}, total.ErrTooLarge},
		{"a quantity above its own", total.Bill{Lines: []total.Line{{Quantity: math.MaxInt64, Price: 1, Category: total.Standard}}}, total.ErrTooLarge},
		{"a price below its own", total.Bill{Lines: []total.Line{{Quantity: 1, Price: math.MinInt64, Category: total.Standard}}}, total.ErrTooLarge},
		{"tax that takes it above", total.Bill{Lines: []total.Line{line(1, money.Limit/10_000, total.Standard, nineteen), line(9_999, money.Limit/10_000, total.Standard, nineteen)}}, total.ErrTooLarge},
		{"more off a line than it comes to", total.Bill{Lines: []total.Line{off(line(1, 100, total.Standard, nineteen), total.Discount{Minor: 101})}}, total.ErrDiscount},
		{"more off than there is", total.Bill{Lines: []total.Line{line(1, 100, total.Standard, nineteen)}, Discount: total.Discount{Minor: 101}}, total.ErrDiscount},
		{"off nothing", total.Bill{Lines: []total.Line{line(1, 100, total.Standard, nineteen), line(-1, 100, total.Standard, seven)}, Discount: total.Discount{Minor: 1}}, total.ErrDiscount},
		{"more than all", total.Bill{Discount: total.Discount{Rate: 1_000_001}}, total.ErrDiscount},
		{"less than none", total.Bill{Discount: total.Discount{Minor: -1}}, total.ErrDiscount},
		{"both", total.Bill{Discount: total.Discount{Minor: 1, Rate: 1}}, total.ErrDiscount},
	} {
		if got, err := total.Of(c.bill); !errors.Is(err, c.want) {
			t.Errorf("%s: %s, %v, want %v", c.name, said(got), err, c.want)
		}
	}
}

// anyBill draws a bill of up to 40 lines, now and then with extreme figures.
func anyBill(t *rapid.T) total.Bill {
	b := total.Bill{Inclusive: rapid.Bool().Draw(t, "inclusive")}
	rates := rapid.SliceOfN(rapid.SampledFrom([]total.Rate{50_000, 55_000, seven, 77_000, 88_750, nineteen, 200_000, 210_000, 255_000, 1_000_000}), 1, 3).Draw(t, "rates")
	most := rapid.SampledFrom([]int64{10, 1000, 1_000_000, 1_000_000_000_000}).Draw(t, "most")
	for range rapid.IntRange(0, 40).Draw(t, "lines") {
		l := total.Line{
			Quantity: total.Quantity(rapid.Int64Range(-50_000, 500_000).Draw(t, "quantity")),
			Price:    total.Price(rapid.Int64Range(-most, 10*most).Draw(t, "price")),
			Category: rapid.SampledFrom(total.Categories).Draw(t, "category"),
		}
		if l.Category.Taxed() {
			l.Rate = rapid.SampledFrom(rates).Draw(t, "rate")
		}
		if rapid.IntRange(0, 4).Draw(t, "discounted") == 0 {
			l.Discount.Rate = total.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "off"))
		}
		b.Lines = append(b.Lines, l)
	}
	switch rapid.IntRange(0, 3).Draw(t, "reduced") {
	case 0:
		b.Discount.Rate = total.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "share"))
	case 1:
		b.Discount.Minor = rapid.Int64Range(0, most).Draw(t, "sum")
	}
	return b
}

// random runs a property over random bills: few in make test, and in make soak
// the 100,000 of the promise.
func random(t *testing.T, property func(t *rapid.T, b total.Bill, s total.Sums)) {
	t.Helper()
	rounds := 1
	if os.Getenv("FOYER_TEST_SOAK") != "" {
		rounds = 1000 // of a hundred each
	}
	for range rounds {
		rapid.Check(t, func(t *rapid.T) {
			b := anyBill(t)
			s, err := total.Of(b)
			if errors.Is(err, total.ErrTooLarge) || errors.Is(err, total.ErrDiscount) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			property(t, b, s)
		})
	}
}

func TestSumsAddUp(t *testing.T) {
	t.Parallel()
	random(t, func(t *rapid.T, b total.Bill, s total.Sums) {
		var amounts, nets, net, tax int64
		for _, l := range s.Lines {
			amounts, nets = amounts+l.Amount, nets+l.Net
		}
		for _, x := range s.Taxes {
			net, tax = net+x.Net, tax+x.Tax
		}
		switch {
		case amounts != s.Amount:
			t.Fatalf("the lines come to %d, not %d", amounts, s.Amount)
		case nets != s.Net+s.ReducedNet:
			t.Fatalf("the lines' nets come to %d, not %d and %d", nets, s.Net, s.ReducedNet)
		case net != s.Net || tax != s.Tax || s.Net+s.Tax != s.Gross:
			t.Fatalf("%d and %d are not %d + %d = %d", net, tax, s.Net, s.Tax, s.Gross)
		case b.Inclusive && s.Gross != s.Amount-s.Discount:
			t.Fatalf("the prices shown come to %d, and %d is asked for", s.Amount-s.Discount, s.Gross)
		case !b.Inclusive && s.Net != s.Amount-s.Discount:
			t.Fatalf("the net sum is %d, and the lines come to %d", s.Net, s.Amount-s.Discount)
		}
	})
}

// half is a quotient rounded as the law's examples do it, by another road: exact
// rational numbers.
func half(num *big.Rat) int64 {
	two := new(big.Int).Mul(num.Num(), big.NewInt(2))
	den := new(big.Int).Mul(num.Denom(), big.NewInt(2))
	if two.Sign() < 0 {
		two.Sub(two, num.Denom())
	} else {
		two.Add(two, num.Denom())
	}
	return new(big.Int).Quo(two, den).Int64()
}

func ratio(a, b int64) *big.Rat { return big.NewRat(a, b) }

func TestEachStepIsRoundedAsExactNumbersAre(t *testing.T) {
	t.Parallel()
	random(t, func(t *rapid.T, b total.Bill, s total.Sums) {
		for i, l := range b.Lines {
			exact := new(big.Rat).Mul(ratio(int64(l.Quantity), 10_000), ratio(int64(l.Price), 10_000))
			exact.Mul(exact, ratio(1_000_000-int64(l.Discount.Rate), 1_000_000))
			if want := half(exact); s.Lines[i].Amount != want {
				t.Fatalf("%+v comes to %d, want %d", l, s.Lines[i].Amount, want)
			}
			if near := new(big.Rat).SetInt64(s.Lines[i].Amount); b.Inclusive {
				near.Mul(near, ratio(1_000_000, 1_000_000+int64(l.Rate)))
				if d, _ := near.Sub(near, ratio(s.Lines[i].Net, 1)).Float64(); math.Abs(d) > 1.5 {
					t.Fatalf("the net of %+v is %d, off by %f", l, s.Lines[i].Net, d)
				}
			}
		}
		for _, x := range s.Taxes {
			want := half(new(big.Rat).Mul(ratio(x.Net, 1), ratio(int64(x.Rate), 1_000_000)))
			if b.Inclusive {
				want = half(new(big.Rat).Mul(ratio(x.Net+x.Tax, 1), ratio(int64(x.Rate), 1_000_000+int64(x.Rate))))
			}
			if x.Tax != want {
				t.Fatalf("the tax of %+v is %d, want %d", x, x.Tax, want)
			}
		}
		if b.Discount.Rate != 0 {
			if want := half(new(big.Rat).Mul(ratio(s.Amount, 1), ratio(int64(b.Discount.Rate), 1_000_000))); s.Discount != want {
				t.Fatalf("the discount is %d, want %d", s.Discount, want)
			}
		}
	})
}

func TestACreditIsTheMirrorOfItsInvoice(t *testing.T) {
	t.Parallel()
	random(t, func(t *rapid.T, b total.Bill, s total.Sums) {
		mirror := b
		mirror.Lines = slices.Clone(b.Lines)
		for i := range mirror.Lines {
			mirror.Lines[i].Quantity *= -1
		}
		got, err := total.Of(mirror)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got.Lines {
			got.Lines[i] = total.LineSum{Amount: -got.Lines[i].Amount, Discount: -got.Lines[i].Discount, Net: -got.Lines[i].Net}
		}
		for i := range got.Taxes {
			got.Taxes[i].Net, got.Taxes[i].Tax = -got.Taxes[i].Net, -got.Taxes[i].Tax
		}
		got.Amount, got.Discount, got.Net, got.Tax, got.Gross = -got.Amount, -got.Discount, -got.Net, -got.Tax, -got.Gross
		if said(got) != said(s) {
			t.Fatalf("the mirror of\n  %s is\n  %s", said(s), said(got))
		}
	})
}

func TestTheOrderOfLinesDoesNotMatter(t *testing.T) {
	t.Parallel()
	random(t, func(t *rapid.T, b total.Bill, s total.Sums) {
		b.Lines = rapid.Permutation(b.Lines).Draw(t, "order")
		got, err := total.Of(b)
		if err != nil {
			t.Fatal(err)
		}
		got.Lines, s.Lines = nil, nil
		if said(got) != said(s) {
			t.Fatalf("in another order\n  %s is\n  %s", said(s), said(got))
		}
	})
}
