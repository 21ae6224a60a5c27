package money_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/currency"
	"pgregory.net/rapid"

	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
)

// read parses an amount and gives the key of what is wrong with it.
func read(value, currency string, sign money.Sign) (money.Amount, string) {
	var f problem.Fields
	a := money.Parse(&f, "amount", value, currency, sign)
	if p := f.Problem(); p != nil {
		return a, p.Fields["amount"].Key
	}
	return a, ""
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, currency string
		want            int64
	}{
		{"1234.5", "EUR", 123450},
		{"1,234.50", "EUR", 123450},
		{"1.234,50", "EUR", 123450},
		{"1 234,50", "EUR", 123450},
		{"1\u00a0234,50", "EUR", 123450},
		{"1\u202f234,50", "EUR", 123450},
		{"1'234.50", "CHF", 123450},
		{"1’234.50", "CHF", 123450},
		{" 1200 ", "EUR", 120000},
		{"0", "EUR", 0},
		{"007", "EUR", 700},
		{".5", "EUR", 50},
		{"0,5", "EUR", 50},
		{"12,3", "EUR", 1230},
		{"1,234", "EUR", 123400},
		{"1.234", "EUR", 123400},
		{"999.999", "EUR", 99999900},
		{"1.234.567", "EUR", 123456700},
		{"1,234,567.89", "EUR", 123456789},
		{"1.234.567,89", "EUR", 123456789},
		{"1 234 567", "EUR", 123456700},
		{"1,234", "JPY", 1234},
		{"1234", "JPY", 1234},
		{"1.234", "KWD", 1234},
		{"1,234", "KWD", 1234},
		{"1,234.567", "KWD", 1234567},
		{"1.234.567", "KWD", 1234567000},
		{"1.5", "KWD", 1500},
		{"0.0001", "CLF", 1},
		{"1.234", "CLF", 12340000},
		{"-5", "EUR", -500},
		{"− 5", "EUR", -500},
		{"-0", "EUR", 0},
		{"€4,500.00", "EUR", 450000},
		{"€ 4.500,00", "EUR", 450000},
		{"4.500,00 €", "EUR", 450000},
		{"−€1.00", "EUR", -100},
		{"€-1.00", "EUR", -100},
		{"eur 12", "EUR", 1200},
		{"1,200.00 CHF", "CHF", 120000},
		{"CA$5", "CAD", 500},
		{"5,00 AU$", "AUD", 500},
		{"10000000000000.00", "EUR", money.Limit},
		{"-10,000,000,000,000.00", "EUR", -money.Limit},
	} {
		got, wrong := read(c.value, c.currency, money.AnySign)
		if want := (money.Amount{Minor: c.want, Currency: c.currency}); got != want || wrong != "" {
			t.Errorf("%q in %s is %v (%s), want %v", c.value, c.currency, got, wrong, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, currency string
		sign            money.Sign
		want            string
	}{
		{"", "EUR", money.AnySign, "field.required"},
		{" \u00a0", "EUR", money.AnySign, "field.required"},
		{"1.234", "EUR", money.NotNegative, ""},
		{"0.125", "EUR", money.AnySign, "money.decimals"},
		{"1234.567", "EUR", money.AnySign, "money.decimals"},
		{"12.3456", "EUR", money.AnySign, "money.decimals"},
		{"1,234.567", "EUR", money.AnySign, "money.decimals"},
		{"1.2345", "KWD", money.AnySign, "money.decimals"},
		{"1234.5", "JPY", money.AnySign, "money.whole"},
		{"1,234.00", "JPY", money.AnySign, "money.whole"},
		{"-1", "EUR", money.NotNegative, "money.negative"},
		{"-1", "EUR", money.Positive, "money.negative"},
		{"0.00", "EUR", money.NotNegative, ""},
		{"-0", "EUR", money.NotNegative, ""},
		{"0.00", "EUR", money.Positive, "money.nothing"},
		{"0.01", "EUR", money.Positive, ""},
		{"10000000000000.01", "EUR", money.AnySign, "money.too_large"},
		{"-10000000000000.01", "EUR", money.NotNegative, "money.too_large"},
		{"1000000000000001", "JPY", money.AnySign, "money.too_large"},
		{strings.Repeat("9", 400), "EUR", money.AnySign, "money.too_large"},
	} {
		if _, got := read(c.value, c.currency, c.sign); got != c.want {
			t.Errorf("%q in %s: %q, want %q", c.value, c.currency, got, c.want)
		}
	}
	for _, value := range []string{
		"NaN", "Inf", "1e5", "0x10", "abc", "-", "--1", "-−1", "1-", ".", ",", "€", "EUR", "12.", "12,", "1..2", "1,,2", "1 2", "12 34",
		"1,23,456", "1,2345,678", "0,123,456", "0.123.456", "1234,567,890", "1.234.56", "1,234.567,89", "1 234.567 89", "1'234 567",
		"1_000", "١٢٣", "１２", "12½", "$5", "5 USD", "1.234,567.89", "1\n2", "\xff", "+5",
	} {
		if _, got := read(value, "EUR", money.AnySign); got != "money.wrong" {
			t.Errorf("%q: %q, want money.wrong", value, got)
		}
	}
}

func TestSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor              int64
		currency, en, tode string
	}{
		{450000, "EUR", "€4,500.00", "4.500,00 €"},
		{-100, "EUR", "−€1.00", "−1,00 €"},
		{0, "EUR", "€0.00", "0,00 €"},
		{5, "EUR", "€0.05", "0,05 €"},
		{-5, "EUR", "−€0.05", "−0,05 €"},
		{123456789, "USD", "$1,234,567.89", "1.234.567,89 $"},
		{99999, "GBP", "£999.99", "999,99 £"},
		{1234, "JPY", "¥1,234", "1.234 ¥"},
		{-1, "JPY", "−¥1", "−1 ¥"},
		{120000, "CHF", "CHF 1,200.00", "1.200,00 CHF"},
		{-120000, "CHF", "−CHF 1,200.00", "−1.200,00 CHF"},
		{100, "SEK", "SEK 1.00", "1,00 SEK"},
		{100, "NOK", "NOK 1.00", "1,00 NOK"},
		{100, "DKK", "DKK 1.00", "1,00 DKK"},
		{100, "PLN", "PLN 1.00", "1,00 PLN"},
		{100, "CZK", "CZK 1.00", "1,00 CZK"},
		{100, "CAD", "CA$1.00", "1,00 CA$"},
		{100, "AUD", "A$1.00", "1,00 AU$"},
		{1234567, "KWD", "KWD 1,234.567", "1.234,567 KWD"},
		{1800000, "EUR", "€18,000.00", "18.000,00 €"},
		{math.MinInt64, "JPY", "−¥9,223,372,036,854,775,808", "−9.223.372.036.854.775.808 ¥"},
		{math.MinInt64, "EUR", "−€92,233,720,368,547,758.08", "−92.233.720.368.547.758,08 €"},
	} {
		a := money.Amount{Minor: c.minor, Currency: c.currency}
		for tag, want := range map[string]string{"en": c.en, "de": c.tode, lang.Pseudo: c.en} {
			want = strings.ReplaceAll(want, " ", "\u00a0")
			if got := a.Say(lang.For(tag)); got != want {
				t.Errorf("%v in %s is %q, want %q", a, tag, got, want)
			}
		}
	}
}

func TestInput(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]money.Amount{
		"4500.00": {450000, "EUR"}, "-4500.00": {-450000, "EUR"}, "0.00": {0, "EUR"}, "-0.07": {-7, "EUR"},
		"4500": {4500, "JPY"}, "4.500": {4500, "KWD"}, "0.4500": {4500, "CLF"},
	} {
		if got := a.Input(); got != want {
			t.Errorf("%v is %q, want %q", a, got, want)
		}
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	got, err := money.Amount{Minor: 450000, Currency: "EUR"}.Add(money.Amount{Minor: -1, Currency: "EUR"})
	if want := (money.Amount{Minor: 449999, Currency: "EUR"}); got != want || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	for _, pair := range [][2]money.Amount{
		{{1, "EUR"}, {1, "USD"}},
		{{1, "EUR"}, {}},
		{{math.MaxInt64, "EUR"}, {1, "EUR"}},
		{{math.MinInt64, "EUR"}, {-1, "EUR"}},
	} {
		if got, err := pair[0].Add(pair[1]); err == nil || got != (money.Amount{}) {
			t.Errorf("%v and %v are %v", pair[0], pair[1], got)
		}
	}
}

// Stored amounts change their meaning when a currency's decimals do.
func TestDecimalsAreThoseOfISO4217(t *testing.T) {
	t.Parallel()
	for n, list := range map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
		2: "AUD CAD CHF COP CZK DKK EUR GBP HUF IDR NOK PLN RSD SEK TWD USD",
		3: "BHD IQD JOD KWD LYD OMR TND",
		4: "CLF UYW",
	} {
		for code := range strings.FieldsSeq(list) {
			if got := money.Decimals(code); got != n {
				t.Errorf("%s has %d decimals, want %d", code, got, n)
			}
		}
	}
}

// codes are all the currencies that are in use somewhere, and two that are
// units of account.
func allCodes() []string {
	all := []string{"CLF", "UYW"}
	for it := currency.Query(); it.Next(); {
		all = append(all, it.Unit().String())
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// What we write, in a form or in any language, we read back as it was.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	all := allCodes()
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount{
			Minor:    rapid.Int64Range(-money.Limit, money.Limit).Draw(t, "minor"),
			Currency: rapid.SampledFrom(all).Draw(t, "currency"),
		}
		forms := []string{a.Input()}
		for _, tag := range lang.Offered() {
			forms = append(forms, a.Say(lang.For(tag)))
		}
		for _, form := range forms {
			if got, wrong := read(form, a.Currency, money.AnySign); got != a || wrong != "" {
				t.Fatalf("%v is written %q and read as %v (%s)", a, form, got, wrong)
			}
		}
	})
}

// Whatever is typed, an amount is within the limit or refused with a sentence
// that there is, and what was read is read again the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "1234.5", "1,234.50", "1.234,50", "1 234,50", "1'234.50", "1,234", "0.125", "-5", "− €5", "NaN", "1e9", "€", "9999999999999999",
		"1.234.567,89", "12,34,567", "\u00a01\u202f000", "CHF 5", "٣", "\xff", "1,,2", ".5", "5.", "0,000",
	} {
		for _, code := range []string{"EUR", "JPY", "KWD", "CLF"} {
			f.Add(seed, code)
		}
	}
	f.Fuzz(func(t *testing.T, value, code string) {
		if !slices.Contains(allCodes(), code) {
			return
		}
		got, wrong := read(value, code, money.NotNegative)
		if wrong != "" {
			if !lang.Has(wrong) {
				t.Fatalf("%q is refused with %q, which is no sentence", value, wrong)
			}
			return
		}
		if got.Minor < 0 || got.Minor > money.Limit || got.Currency != code {
			t.Fatalf("%q is read as %v", value, got)
		}
		if again, wrong := read(got.Input(), code, money.NotNegative); again != got || wrong != "" {
			t.Fatalf("%q is read as %v and then as %v (%s)", value, got, again, wrong)
		}
	})
}
