package text

import "strings"

// Cut is a text of at most so many characters, with an ellipsis where it goes on.
func Cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return strings.TrimSpace(string(runes[:most])) + " …"
	}
	return text
}
