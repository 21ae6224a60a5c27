package text_test

import (
	"testing"

	"foyer/internal/kernel/text"
)

func TestCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		most int
		want string
	}{{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "abc …"}, {"äöü ß", 4, "äöü …"}} {
		if got := text.Cut(c.text, c.most); got != c.want {
			t.Errorf("%q cut at %d is %q, want %q", c.text, c.most, got, c.want)
		}
	}
}
