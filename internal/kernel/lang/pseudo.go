package lang

import "strings"

var accents = strings.NewReplacer(
	"a", "á", "e", "é", "i", "í", "o", "ó", "u", "ú", "y", "ý", "n", "ñ", "c", "ç",
	"A", "Á", "E", "É", "I", "Í", "O", "Ó", "U", "Ú", "Y", "Ý", "N", "Ñ", "C", "Ç",
)

// pseudo stretches every sentence of a catalogue by about two fifths and marks
// its ends, so that a test sees text that was cut off or never translated.
func pseudo(from *catalogue, tag string) *catalogue {
	c := &catalogue{tag: tag, plural: from.plural, messages: map[string]string{}, dates: from.dates, marks: from.marks}
	for key, text := range from.messages {
		c.messages[key] = "⟦" + accent(text) + strings.Repeat("~", len(text)*2/5) + "⟧"
	}
	return c
}

// accent leaves {names} alone.
func accent(text string) string {
	var b strings.Builder
	for text != "" {
		open := strings.IndexByte(text, '{')
		end := strings.IndexByte(text, '}')
		if open < 0 || end < open {
			b.WriteString(accents.Replace(text))
			break
		}
		b.WriteString(accents.Replace(text[:open]))
		b.WriteString(text[open : end+1])
		text = text[end+1:]
	}
	return b.String()
}
