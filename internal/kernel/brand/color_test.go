package brand_test

import (
	"errors"
	"math"
	"testing"

	"foyer/internal/kernel/brand"
)

func TestParse(t *testing.T) {
	t.Parallel()
	green := brand.Color{R: 0x1b, G: 0x5c, B: 0x4b}
	for text, want := range map[string]brand.Color{
		"#1b5c4b":       green,
		"#1B5C4B":       green,
		" \t#1b5C4b \n": green,
		"#f0a":          {R: 0xff, G: 0x00, B: 0xaa},
		"#FFF":          brand.White,
		"#000000":       {},
	} {
		got, err := brand.Parse(text)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "#", "1b5c4b", "#1b5c4", "#1b5c4b0", "#1b5c4b00", "#1b", "#abcd", "##fff",
		"#ggg", "#12345g", "# 1b5c4b", "#1b 5c4b", "red", "rgb(1,2,3)", "#é1", "#+12", "#fff;}",
	} {
		if got, err := brand.Parse(text); !errors.Is(err, brand.ErrSyntax) || got != (brand.Color{}) {
			t.Errorf("Parse(%q) = %v, %v; want ErrSyntax", text, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("#1b5c4b")
	f.Add("#Abc")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := brand.Parse(text)
		if err != nil {
			return
		}
		if again, err := brand.Parse(c.Hex()); err != nil || again != c {
			t.Errorf("Parse(%q) = %v, whose Hex %q reads back as %v, %v", text, c, c.Hex(), again, err)
		}
	})
}

func TestRatio(t *testing.T) {
	t.Parallel()
	// Values agreed between published contrast tools.
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"#000", "#fff", 21},
		{"#fff", "#fff", 1},
		{"#767676", "#fff", 4.54},
		{"#777777", "#fff", 4.48},
		{"#f00", "#fff", 4.00},
		{"#00f", "#fff", 8.59},
		{"#ff0", "#fff", 1.07},
		{"#1b5c4b", "#fff", 7.84},
	} {
		a, b := parse(t, c.a), parse(t, c.b)
		if got := brand.Ratio(a, b); math.Abs(got-c.want) > 0.005 {
			t.Errorf("Ratio(%s, %s) = %.3f, want %.2f", c.a, c.b, got, c.want)
		}
		if brand.Ratio(a, b) != brand.Ratio(b, a) {
			t.Errorf("Ratio(%s, %s) depends on the order", c.a, c.b)
		}
	}
}

func parse(t *testing.T, text string) brand.Color {
	t.Helper()
	c, err := brand.Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return c
}
