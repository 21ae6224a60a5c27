package support_test

import (
	"fmt"
	"strings"
	"testing"

	"foyer/internal/feature/waiting"
)

// A case waits for whoever works on it; without one on the team, for everybody who may
// take it.
func TestACaseWaitsForWhoeverWorksOnIt(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		waits := func(what, email, want string) {
			t.Helper()
			who := b.Staff(t, home, email, b.Form())
			list, err := waiting.ForStaff(t.Context(), who)
			must(t, err)
			counts, err := waiting.CountForStaff(t.Context(), who)
			must(t, err)
			var got []string
			for _, i := range list.Items {
				got = append(got, fmt.Sprint(i.Kind, " ", i.Name, " of ", i.Client))
			}
			if strings.Join(got, ", ") != want || counts.All() != len(got) {
				t.Errorf("%s: %q wait for %s, and %v are counted; want %q", what, got, email, counts, want)
			}
		}
		c := b.raise(t, ines, "Glaze colours")
		waits("new", owner, "take Glaze colours of Marlow Ceramics")
		waits("new", jun, "take Glaze colours of Marlow Ceramics")
		must(t, b.app(t, owner).Assign(t.Context(), c, b.jun))
		waits("of Jun", owner, "")
		waits("of Jun", jun, "answer Glaze colours of Marlow Ceramics")
		must(t, b.Team(t, home).Remove(t.Context(), b.jun))
		waits("of who left", owner, "take Glaze colours of Marlow Ceramics")
	})
}
