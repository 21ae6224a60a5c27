package brand

// Theme names one of the two themes.
type Theme string

// The two themes.
const (
	ThemeLight Theme = "light"
	ThemeDark  Theme = "dark"
)

// Pair names two colours that meet on a screen. It is a symbol, not a sentence:
// the preview page has a message for each.
type Pair string

// The pairs a palette promises, in the order of Report.
const (
	PairOnFill      Pair = "on_fill"      // BrandOn on Brand
	PairOnHover     Pair = "on_hover"     // BrandOn on BrandHover
	PairFillPage    Pair = "fill_page"    // Brand against the page
	PairTextPage    Pair = "text_page"    // BrandText on the page
	PairTextSurface Pair = "text_surface" // BrandText on a card
	PairTextRaised  Pair = "text_raised"  // BrandText on a menu
	PairTextSunken  Pair = "text_sunken"  // BrandText on a rail or note
	PairTextSoft    Pair = "text_soft"    // BrandText on BrandSoft
	PairInkSoft     Pair = "ink_soft"     // the faintest ink on BrandSoft
	PairWhiteDeep   Pair = "white_deep"   // white on BrandDeep
	PairWhiteDeep2  Pair = "white_deep_2" // white on BrandDeep2
)

// Check is one promised pair with what it measures.
type Check struct {
	Theme Theme
	Pair  Pair
	Fore  Color
	Back  Color
	Ratio float64 // measured, WCAG 2.x
	Need  float64 // promised
	// Moved says that the owner's colour could not be used in this pair as it
	// is: the fill or the text has its hue at another lightness. Soft and deep
	// colours are always made, so they never count as moved.
	Moved bool
}

// OK says that the pair keeps its promise.
func (c Check) OK() bool { return c.Ratio >= c.Need }

// Report measures every promised pair of a palette, light theme first.
func Report(p Palette) []Check {
	return append(
		check(ThemeLight, Light, p.Owner, p.Light),
		check(ThemeDark, Dark, p.Owner, p.Dark)...)
}

func check(theme Theme, n Neutrals, owner Color, s Side) []Check {
	fill, text := s.Brand != owner, s.BrandText != owner
	checks := []Check{
		{Pair: PairOnFill, Fore: s.BrandOn, Back: s.Brand, Need: textRatio, Moved: fill},
		{Pair: PairOnHover, Fore: s.BrandOn, Back: s.BrandHover, Need: textRatio, Moved: fill},
		{Pair: PairFillPage, Fore: s.Brand, Back: n.Bg, Need: fillRatio, Moved: fill},
		{Pair: PairTextPage, Fore: s.BrandText, Back: n.Bg, Need: textRatio, Moved: text},
		{Pair: PairTextSurface, Fore: s.BrandText, Back: n.Surface, Need: textRatio, Moved: text},
		{Pair: PairTextRaised, Fore: s.BrandText, Back: n.Raised, Need: textRatio, Moved: text},
		{Pair: PairTextSunken, Fore: s.BrandText, Back: n.Sunken, Need: textRatio, Moved: text},
		{Pair: PairTextSoft, Fore: s.BrandText, Back: s.BrandSoft, Need: textRatio, Moved: text},
		{Pair: PairInkSoft, Fore: n.Ink3, Back: s.BrandSoft, Need: textRatio},
		{Pair: PairWhiteDeep, Fore: White, Back: s.BrandDeep, Need: deepRatio},
		{Pair: PairWhiteDeep2, Fore: White, Back: s.BrandDeep2, Need: deepRatio},
	}
	for i := range checks {
		checks[i].Theme = theme
		checks[i].Ratio = Ratio(checks[i].Fore, checks[i].Back)
	}
	return checks
}
