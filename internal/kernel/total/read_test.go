package total_test

import (
	"testing"

	"pgregory.net/rapid"

	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/total"
)

func wrong(f problem.Fields) string {
	if p := f.Problem(); p != nil {
		return p.Fields["x"].Key
	}
	return ""
}

func TestNumbersAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	quantity := func(f *problem.Fields, v string) int64 { return int64(total.ParseQuantity(f, "x", v)) }
	price := func(currency string) func(f *problem.Fields, v string) int64 {
		return func(f *problem.Fields, v string) int64 { return int64(total.ParsePrice(f, "x", v, currency)) }
	}
	rate := func(f *problem.Fields, v string) int64 { return int64(total.ParseRate(f, "x", v)) }
	for _, c := range []struct {
		what  string
		read  func(f *problem.Fields, v string) int64
		value string
		want  int64
		wrong string
	}{
		{"quantity", quantity, "2", 20_000, ""},
		{"quantity", quantity, "1,5", 15_000, ""},
		{"quantity", quantity, "1.5", 15_000, ""},
		{"quantity", quantity, "1.125", 11_250, ""},
		{"quantity", quantity, "-3", -30_000, ""},
		{"quantity", quantity, "1,234.5", 12_345_000, ""},
		{"quantity", quantity, "0.00005", 0, "quantity.decimals"},
		{"quantity", quantity, "", 0, "field.required"},
		{"quantity", quantity, "two", 0, "quantity.wrong"},
		{"quantity", quantity, "1000000001", 0, "quantity.too_large"},
		{"price", price("EUR"), "90", 90_000_000, ""},
		{"price", price("EUR"), "0,0375", 37_500, ""},
		{"price", price("EUR"), "1.234,50", 1_234_500_000, ""},
		{"price", price("EUR"), "€1,234", 1_234_000_000, ""},
		{"price", price("EUR"), "-12.5", -12_500_000, ""},
		{"price", price("EUR"), "0.0000001", 0, "price.decimals"},
		{"price", price("JPY"), "100", 1_000_000, ""},
		{"price", price("JPY"), "0.5", 5_000, ""},
		{"price", price("KWD"), "1.234", 12_340_000, ""},
		{"price", price("EUR"), "1000000000.01", 0, "price.too_large"},
		{"price", price("EUR"), "much", 0, "price.wrong"},
		{"rate", rate, "19", 190_000, ""},
		{"rate", rate, "8.875 %", 88_750, ""},
		{"rate", rate, "7,7", 77_000, ""},
		{"rate", rate, "100", 1_000_000, ""},
		{"rate", rate, "101", 1_010_000, "rate.range"},
		{"rate", rate, "-1", -10_000, "rate.range"},
	} {
		var f problem.Fields
		got := c.read(&f, c.value)
		if w := wrong(f); w != c.wrong || w == "" && got != c.want {
			t.Errorf("%s %q is %d (%s), want %d (%s)", c.what, c.value, got, w, c.want, c.wrong)
		}
	}
}

func TestDiscountsAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]total.Discount{
		"": {}, "10%": {Rate: 100_000}, "7,5 %": {Rate: 75_000}, "50": {Minor: 5000}, "1.234,50": {Minor: 123_450}, "0": {},
	} {
		var f problem.Fields
		if got := total.ParseDiscount(&f, "x", value, "EUR"); got != want || wrong(f) != "" {
			t.Errorf("%q is %+v (%s), want %+v", value, got, wrong(f), want)
		}
	}
	for value, want := range map[string]string{"-5": "money.negative", "101%": "rate.range", "half": "money.wrong", "%": "field.required"} {
		var f problem.Fields
		total.ParseDiscount(&f, "x", value, "EUR")
		if wrong(f) != want {
			t.Errorf("%q: %q, want %q", value, wrong(f), want)
		}
	}
}

func TestNumbersAsTheyAreSaid(t *testing.T) {
	t.Parallel()
	en, de := lang.For("en"), lang.For("de")
	for got, want := range map[string]string{
		total.Quantity(15_000).Say(en): "1.5", total.Quantity(15_000).Say(de): "1,5", total.Quantity(-20_000).Say(en): "−2",
		total.Quantity(12_345_000).Say(de): "1.234,5", total.Price(37_500).Say(en, "EUR"): "0.0375", total.Price(90_000_000_00).Say(de, "EUR"): "9.000,00",
		total.Price(1_000_000).Say(en, "JPY"): "100", total.Rate(190_000).Say(en): "19%", total.Rate(88_750).Say(de): "8,875\u00a0%",
	} {
		if got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
}

// What a form shows is read back as it was.
func TestWhatIsShownIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var f problem.Fields
		currency := rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "CHF"}).Draw(t, "currency")
		q := total.Quantity(rapid.Int64Range(-int64(total.MostQuantity), int64(total.MostQuantity)).Draw(t, "quantity"))
		p := total.Price(rapid.Int64Range(-int64(total.MostPrice), int64(total.MostPrice)).Draw(t, "price"))
		r := total.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "rate"))
		d := total.Discount{Minor: rapid.Int64Range(0, 1_000_000_000).Draw(t, "minor")}
		if got := total.ParseQuantity(&f, "q", q.Input()); got != q {
			t.Fatalf("%d is shown as %s and read as %d", q, q.Input(), got)
		}
		if got := total.ParsePrice(&f, "p", p.Input(currency), currency); got != p {
			t.Fatalf("%d %s is shown as %s and read as %d", p, currency, p.Input(currency), got)
		}
		if got := total.ParseRate(&f, "r", r.Input()); got != r {
			t.Fatalf("%d is shown as %s and read as %d", r, r.Input(), got)
		}
		if got := total.ParseDiscount(&f, "d", d.Input(currency), currency); got != d {
			t.Fatalf("%+v is shown as %s and read as %+v", d, d.Input(currency), got)
		}
		if f.Problem() != nil {
			t.Fatal(f.Problem())
		}
	})
}
