package talk_test

import (
	"testing"

	"foyer/internal/face/talk"
	"foyer/internal/kernel/lang"
)

func TestTakes(t *testing.T) {
	t.Parallel()
	for minutes, want := range map[int]string{15: "15 minutes", 60: "1 hour", 90: "90 minutes", 240: "4 hours"} {
		if got := talk.Takes(lang.For("en"), minutes); got != want {
			t.Errorf("%d minutes are %q, want %q", minutes, got, want)
		}
	}
}
