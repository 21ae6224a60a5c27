package ui

// colorScheme is the value of the color-scheme meta element for a theme, so
// that the browser paints the right ground before the stylesheet arrives.
func colorScheme(theme string) string {
	switch theme {
	case "light":
		return "only light"
	case "dark":
		return "dark"
	}
	return "light dark"
}
