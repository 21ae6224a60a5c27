package library_test

import (
	"strings"
	"testing"

	"foyer/internal/feature/library"
	"foyer/internal/kernel/problem"
)

// Nobody has more than a few uploads under way; others are not kept from theirs, and one
// that ends makes room for the next.
func TestUploadsUnderWay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.f.Uploads = &library.Underway{}
		begin := func(email string) (*library.Load, error) { return b.portal(t, email).Begin(t.Context(), b.at()) }
		var loads []*library.Load
		for {
			l, err := begin(ines)
			if problem.Is(err, problem.TooMany) {
				break
			}
			must(t, err)
			if loads = append(loads, l); len(loads) > 20 {
				t.Fatal("there is no end to them")
			}
		}
		l, err := b.app(t).Begin(t.Context(), b.at())
		must(t, err)
		must(t, l.Add(t.Context(), "ours.txt", strings.NewReader("ours")))
		_, err = l.Finish(t.Context())
		must(t, err)
		loads[0].Close()
		loads[0].Close() // which ends nothing else
		if _, err := begin(ines); err != nil {
			t.Errorf("after one has ended: %v", err)
		}
		if _, err := begin(ines); !problem.Is(err, problem.TooMany) {
			t.Errorf("after another one: %v", err)
		}
	})
}
