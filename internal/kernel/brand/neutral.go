package brand

// Neutrals are the tokens of one theme that no brand changes. The style sheet
// declares the same values; they are here because the brand is measured
// against them.
type Neutrals struct {
	Bg      Color // page
	Surface Color // cards, header
	Raised  Color // menus, selected segment
	Sunken  Color // rails, board columns, notes

	Line    Color // hairlines
	Line2   Color // outlined buttons
	Control Color // borders of inputs

	Ink  Color // text
	Ink2 Color // secondary text
	Ink3 Color // labels, meta

	OK, Warn, Bad, Info Color // text and dots of a state
}

// Light is the neutral set of the light theme.
var Light = Neutrals{
	Bg:      oklch(.982, .003, 165),
	Surface: White,
	Raised:  White,
	Sunken:  oklch(.965, .004, 165),

	Line:    oklch(.917, .005, 165),
	Line2:   oklch(.85, .007, 165),
	Control: oklch(.63, .012, 172),

	Ink:  oklch(.225, .014, 178),
	Ink2: oklch(.42, .014, 176),
	Ink3: oklch(.505, .012, 174),

	OK:   oklch(.47, .105, 155),
	Warn: oklch(.5, .11, 68),
	Bad:  oklch(.515, .175, 27),
	Info: oklch(.48, .11, 245),
}

// Dark is the neutral set of the dark theme.
var Dark = Neutrals{
	Bg:      oklch(.178, .008, 178),
	Surface: oklch(.216, .009, 178),
	Raised:  oklch(.25, .01, 178),
	Sunken:  oklch(.193, .008, 178),

	Line:    oklch(.295, .01, 178),
	Line2:   oklch(.37, .011, 178),
	Control: oklch(.56, .012, 178),

	Ink:  oklch(.955, .004, 165),
	Ink2: oklch(.79, .008, 170),
	Ink3: oklch(.7, .009, 172),

	OK:   oklch(.79, .13, 157),
	Warn: oklch(.83, .125, 80),
	Bad:  oklch(.76, .135, 25),
	Info: oklch(.8, .1, 240),
}

// grounds are the neutral backgrounds that text may stand on.
func (n Neutrals) grounds() [4]Color {
	return [4]Color{n.Bg, n.Surface, n.Raised, n.Sunken}
}
