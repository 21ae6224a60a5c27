package brand

import "testing"

// The rule's own lightness leaves room on every hue, so the darkening of the
// panel is tried with a rule that is too light.
func TestPanelDarkensUntilWhiteIsRead(t *testing.T) {
	t.Parallel()
	bright := lightTheme
	bright.deep.lightness = .7
	for _, owner := range []Color{White, {255, 255, 0}, {0, 255, 0}, {255, 0, 0}, {0, 0, 255}} {
		deep, arches := bright.panel(owner.tone())
		if got := Ratio(White, arches); got < 6 || got > 7 {
			t.Errorf("%s: white on the arches %s is %.2f:1, want just over 6:1", owner.Hex(), arches.Hex(), got)
		}
		if Ratio(White, deep) <= Ratio(White, arches) {
			t.Errorf("%s: the arches %s are not lighter than the panel %s", owner.Hex(), arches.Hex(), deep.Hex())
		}
	}
}
