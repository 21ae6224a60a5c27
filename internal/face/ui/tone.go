package ui

// Tone is the meaning a colour carries. The zero value is neutral.
type Tone string

// The tones. Brand is for action and position; the others are for state only.
const (
	Neutral Tone = ""
	Brand   Tone = "brand"
	OK      Tone = "ok"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
	Info    Tone = "info"
)

// class is the CSS class of a tone, empty for neutral.
func (t Tone) class() string {
	if t == Neutral {
		return ""
	}
	return "tone-" + string(t)
}

// Link is a text that leads somewhere. With an empty Href it is drawn as
// plain text or left out, as the component says.
type Link struct {
	Text string
	Href string
}
