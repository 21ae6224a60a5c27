package brand_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"foyer/internal/kernel/brand"
)

func TestCSS(t *testing.T) {
	t.Parallel()
	want := ":root{--brand:light-dark(#17594a,#327060);" +
		"--brand-on:light-dark(#ffffff,#ffffff);" +
		"--brand-hover:light-dark(#014b3d,#417f6e);" +
		"--brand-text:light-dark(#17594a,#65a392);" +
		"--brand-soft:light-dark(#e3f4ef,#14342c);" +
		"--brand-deep:light-dark(#24574a,#14362d);" +
		"--brand-deep-2:light-dark(#37695c,#204138);}\n"
	if got := brand.Derive(parse(t, "#17594a")).CSS(); got != want {
		t.Errorf("CSS is\n%s\nwant\n%s", got, want)
	}
}

// The sheet's name is a hash of its content, so the content may not waver.
func TestCSSIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	first := brand.Derive(brand.Default).CSS()
	for range 20 {
		if again := brand.Derive(brand.Default).CSS(); again != first {
			t.Fatalf("CSS is\n%s\nand then\n%s", first, again)
		}
	}
}

func TestMail(t *testing.T) {
	t.Parallel()
	hex := regexp.MustCompile(`^#[0-9a-f]{6}$`)
	for _, owner := range []string{"#000", "#fff", "#ff0", "#c8452c"} {
		flat := brand.Derive(parse(t, owner)).Mail()
		for _, value := range []string{flat.Fill, flat.On, flat.Text} {
			if !hex.MatchString(value) {
				t.Errorf("%s: %q is not a flat colour", owner, value)
			}
		}
		if got := brand.Ratio(parse(t, flat.Fill), parse(t, flat.On)); got < 4.5 {
			t.Errorf("%s: text on the button is %.2f:1", owner, got)
		}
		if got := brand.Ratio(parse(t, flat.Text), brand.White); got < 4.5 {
			t.Errorf("%s: a link on white is %.2f:1", owner, got)
		}
	}
}

func TestReportSaysWhatMoved(t *testing.T) {
	t.Parallel()
	moved := map[string]string{}
	for _, owner := range []string{"#17594a", "#ffff00", "#ff0000"} {
		var marks string
		for _, c := range brand.Report(brand.Derive(parse(t, owner))) {
			if c.Pair == brand.PairOnFill || c.Pair == brand.PairFillPage || c.Pair == brand.PairTextPage || c.Pair == brand.PairWhiteDeep {
				marks += fmt.Sprintf("%s %s %v\n", c.Theme, c.Pair, c.Moved)
			}
		}
		moved[owner] = marks
	}
	for owner, want := range map[string][6]bool{
		"#17594a": {false, false, false, true, true, true},
		"#ffff00": {true, true, true, false, false, false},
		"#ff0000": {true, true, true, true, true, true},
	} {
		expect := fmt.Sprintf("light on_fill %v\nlight fill_page %v\nlight text_page %v\nlight white_deep false\n"+
			"dark on_fill %v\ndark fill_page %v\ndark text_page %v\ndark white_deep false\n",
			want[0], want[1], want[2], want[3], want[4], want[5])
		if moved[owner] != expect {
			t.Errorf("%s: report says\n%swant\n%s", owner, moved[owner], expect)
		}
	}
}

// A palette that breaks its promise, as a hand-made one can, must be seen to.
func TestReportSeesABrokenPalette(t *testing.T) {
	t.Parallel()
	p := brand.Derive(brand.Default)
	p.Dark.BrandOn = p.Dark.Brand
	p.Light.BrandDeep2 = brand.White
	var failed []string
	for _, c := range brand.Report(p) {
		if !c.OK() {
			failed = append(failed, fmt.Sprint(c.Theme, " ", c.Pair))
		}
	}
	want := []string{"light white_deep_2", "dark on_fill", "dark on_hover"}
	if !slices.Equal(failed, want) {
		t.Errorf("failed are %q, want %q", failed, want)
	}
}

func TestReportPromises(t *testing.T) {
	t.Parallel()
	need := map[brand.Pair]float64{brand.PairFillPage: 3, brand.PairWhiteDeep: 6, brand.PairWhiteDeep2: 6}
	for _, c := range brand.Report(brand.Derive(brand.Default)) {
		want := need[c.Pair]
		if want == 0 {
			want = 4.5
		}
		if c.Need != want {
			t.Errorf("%s %s promises %v:1, want %v:1", c.Theme, c.Pair, c.Need, want)
		}
	}
}
