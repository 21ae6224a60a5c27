package brand

// The contrast that each kind of pair is promised.
const (
	textRatio = 4.5 // text of any size (WCAG 1.4.3)
	fillRatio = 3.0 // a fill against the page (WCAG 1.4.11)
	deepRatio = 6.0 // white on the deep panels, arches included
)

// aim is what text in the brand colour is stepped to. It is a little above the
// promise because a browser may keep the neutral tokens, written in OKLCH,
// finer than the 8 bits measured here.
const aim = 4.55

// theme is what differs between the two results of a derivation.
type theme struct {
	neutrals Neutrals
	// away is the direction of lightness that leaves the page: -1 where the
	// page is light, +1 where it is dark.
	away float64
	soft softRule
	deep deepRule
}

// softRule makes brand-soft: a fixed lightness and a share of the chroma.
type softRule struct{ lightness, share, most float64 }

// deepRule makes the deep pair: the owner's lightness kept within bounds and
// scaled, a share of the chroma, and how much lighter the arches are.
type deepRule struct{ least, lightness, share, most, arch float64 }

var lightTheme = theme{
	neutrals: Light,
	away:     -1,
	soft:     softRule{lightness: .954, share: .28, most: .02},
	deep:     deepRule{least: .26, lightness: .42, share: .85, most: .115, arch: .064},
}

var darkTheme = theme{
	neutrals: Dark,
	away:     +1,
	soft:     softRule{lightness: .298, share: .58, most: .045},
	deep:     deepRule{least: .23, lightness: .305, share: .61, most: .083, arch: .044},
}

// Derive makes the palette of a workspace from its owner's colour. Every colour
// gives a palette that keeps all the pairs that Report lists.
func Derive(owner Color) Palette {
	return Palette{
		Owner: owner,
		Light: lightTheme.derive(owner),
		Dark:  darkTheme.derive(owner),
	}
}

func (t theme) derive(owner Color) Side {
	base := owner.tone()
	var s Side
	s.Brand = t.fill(owner, base)
	s.BrandOn, _ = on(s.Brand)
	s.BrandHover = t.hover(s.Brand, s.BrandOn)
	s.BrandSoft = base.at(t.soft.lightness).with(min(base.chroma*t.soft.share, t.soft.most)).color()
	s.BrandText = t.text(owner, base, s.BrandSoft)
	s.BrandDeep, s.BrandDeep2 = t.panel(base)
	return s
}

// on is the text colour for a fill: white if it can be read, otherwise ink.
// It is always the dark ink, since the dark theme's own ink is nearly white.
// False means that neither can be read.
func on(fill Color) (Color, bool) {
	if Ratio(White, fill) >= textRatio {
		return White, true
	}
	return Light.Ink, Ratio(Light.Ink, fill) >= textRatio
}

// fill is the owner's colour itself if text on it can be read and it stands out
// from the page. Otherwise its lightness moves until both hold: away from the
// page if it is too close to it, darker if only the text fails, since white
// text is what the rule prefers. A fill that has to move is moved until it
// stands out from cards as well, where most buttons are.
func (t theme) fill(owner Color, base tone) Color {
	_, readable := on(owner)
	apart := Ratio(owner, t.neutrals.Bg) >= fillRatio
	if readable && apart {
		return owner
	}
	direction := -1.0
	if !apart {
		direction = t.away
	}
	for lightness := base.lightness; lightness >= 0 && lightness <= 1; lightness += direction * 0.005 {
		c := base.at(lightness).color()
		if _, readable := on(c); readable && t.standsOut(c) {
			return c
		}
	}
	// Never reached, because each hue passes through a lightness that fits; the
	// ink of the theme fits too.
	return t.neutrals.Ink
}

func (t theme) standsOut(fill Color) bool {
	return Ratio(fill, t.neutrals.Bg) >= fillRatio && Ratio(fill, t.neutrals.Surface) >= fillRatio
}

// hoverSteps are the distances in lightness tried for a hover, best first. The
// long ones are for near-black, where a short step cannot be seen.
var hoverSteps = [...]float64{.05, .04, .03, .08, .12, .18}

// seen is the least contrast between a fill and its hover.
const seen = 1.08

// hover is the fill under a pointer: a visible step away from the page, or
// towards it where the text on it or its standing out would suffer. A few light
// fills have no room for both; there the text wins.
func (t theme) hover(fill, text Color) Color {
	base := fill.tone()
	for _, apart := range [2]float64{fillRatio, 1} {
		for _, step := range hoverSteps {
			for _, direction := range [2]float64{t.away, -t.away} {
				c := base.at(base.lightness + direction*step).color()
				if Ratio(c, text) >= textRatio && Ratio(c, t.neutrals.Bg) >= apart && Ratio(c, fill) >= seen {
					return c
				}
			}
		}
	}
	// Never reached (the tests walk every kind of colour); the fill itself at
	// least keeps its text.
	return fill
}

// text is the owner's colour as text: the same hue, stepped away from the page
// until it can be read on every background of the theme.
func (t theme) text(owner Color, base tone, soft Color) Color {
	c, lightness := owner, base.lightness
	for !t.readable(c, soft) && lightness >= 0 && lightness <= 1 {
		lightness += t.away * 0.01
		c = base.at(lightness).color()
	}
	return c
}

func (t theme) readable(text, soft Color) bool {
	for _, ground := range t.neutrals.grounds() {
		if Ratio(text, ground) < aim {
			return false
		}
	}
	return Ratio(text, soft) >= aim
}

// panel is the deep colour of the greeting and sign-in panels and the slightly
// lighter one of the arches drawn on it. Both get darker together until white
// can be read on the arches.
func (t theme) panel(base tone) (deep, arches Color) {
	// A light colour gives the full lightness of the rule, a dark one keeps its
	// own, scaled as the rule scales the light theme's panel.
	scale := t.deep.lightness / lightTheme.deep.lightness
	lightness := min(max(base.lightness*scale, t.deep.least), t.deep.lightness)
	calm := base.with(min(base.chroma*t.deep.share, t.deep.most))
	for {
		deep, arches = calm.at(lightness).color(), calm.at(lightness+t.deep.arch).color()
		if Ratio(White, arches) >= deepRatio || lightness <= 0 {
			return deep, arches
		}
		lightness -= 0.01
	}
}
