package support_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/feature/support"
	"foyer/internal/kernel/problem"
)

// movers are the events of steps, by the name of each in Steps.
var movers = map[string]support.State{
	"opened": support.Open, "waiting": support.Waiting, "held": support.OnHold, "resumed": support.Open, "resolved": support.Resolved,
	"reopened": support.Open, "closed": support.Closed,
}

// often is a small count in make test and, in make soak, the one that was asked for.
func often(daily, soak int) int {
	if os.Getenv("FOYER_TEST_SOAK") != "" {
		return soak
	}
	return daily
}

// Whatever members, contacts and time do in whatever order, a case only takes steps
// that the table has for whoever does it, each with its event; what is refused
// changes nothing; and no text is lost.
func TestStepsAreThoseOfTheTable(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		seed := uint64(time.Now().UnixNano())
		r := rand.New(rand.NewPCG(seed, 7))
		taken := map[string]bool{}
		for round := range often(12, 500) {
			c := b.raise(t, ines, fmt.Sprint("Case ", round))
			at, seen := support.New, 0
			for range 14 {
				by, err := b.random(t, r, c)
				if _, known := problem.As(err); err != nil && !known {
					t.Fatalf("seed %d: %v", seed, err)
				}
				got, thread := b.get(t, c)
				moved := false
				for _, e := range thread.Entries[seen:] {
					if e.Event == nil {
						continue
					}
					to := movers[strings.TrimPrefix(e.Event.Kind, "case.")]
					if to == "" {
						continue
					}
					moved = true
					step := slices.IndexFunc(support.Steps[at], func(s support.Step) bool {
						return s.To == to && "case."+s.Name == e.Event.Kind && (s.By&by != 0 || s.By&support.BySystem != 0 && s.To == support.Closed)
					})
					if step < 0 {
						t.Fatalf("seed %d: %s from %s by %d is no step", seed, e.Event.Kind, at, by)
					}
					taken[string(at)+" "+string(to)] = true
					at = to
				}
				if at != got.State || err != nil && moved {
					t.Fatalf("seed %d: the events lead to %s, stored is %s, after %v", seed, at, got.State, err)
				}
				seen = len(thread.Entries)
				if seen == support.ThreadPage {
					break
				}
			}
		}
		if len(taken) < 8 {
			t.Errorf("only %v were taken", taken)
		}
	})
}

// random does something that somebody might, and says who.
func (b *bench) random(t *testing.T, r *rand.Rand, c support.ID) (support.By, error) {
	t.Helper()
	ctx, member, client := t.Context(), b.app(t, jun), b.portal(t, ines)
	switch r.IntN(11) {
	case 0:
		return support.ByStaff, member.Reply(ctx, c, support.Message{Body: "staff"})
	case 1:
		return support.ByStaff, member.Reply(ctx, c, support.Message{Body: "staff", Wait: true})
	case 2:
		return support.ByStaff, member.Note(ctx, c, support.Message{Body: "note"})
	case 3:
		return support.ByStaff, member.Assign(ctx, c, []string{"", b.jun}[r.IntN(2)])
	case 4:
		return support.ByStaff, member.Resolve(ctx, c, "", "Done.")
	case 5:
		return support.ByStaff, member.Hold(ctx, c, "", "Later.")
	case 6:
		return support.ByStaff, member.Reopen(ctx, c)
	case 7:
		return support.ByContact, client.Close(ctx, c)
	case 8:
		return support.ByContact, client.Reopen(ctx, c)
	case 9:
		b.Later(3 * 24 * time.Hour)
		return support.BySystem, b.f.Sweep(ctx, b.System(t, home))
	}
	_, err := client.Reply(ctx, c, "client", nil)
	return support.ByContact, err
}

// Both lists count what they list, whatever is asked for.
func TestListsCountWhatTheyList(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		for i := range 9 {
			c := b.raise(t, []string{ines, rui, sam}[i%3], fmt.Sprint("Case ", i))
			if i%2 == 0 {
				must(t, b.app(t, jun).Resolve(t.Context(), c, "", "Done."))
			}
			if i%3 == 1 {
				now, _ := b.get(t, c)
				now.Details.Priority = support.Critical
				must(t, b.app(t, owner).Update(t.Context(), c, now.Version, now.Details))
			}
			if i == 5 {
				must(t, b.app(t, jun).Note(t.Context(), c, support.Message{Body: "Kingfisher in a note"}))
			}
			b.Later(time.Minute)
		}
		whole, err := b.app(t, jun).List(t.Context(), support.Wanted{})
		must(t, err)
		if whole.Cards != (support.Cards{Open: 4, Resolved: 5, Total: 9, Critical: 2}) || len(whole.Rows) != 9 {
			t.Errorf("the cards are %+v over %d rows", whole.Cards, len(whole.Rows))
		}
		if !slices.IsSortedFunc(whole.Rows, func(x, y support.Row) int { return y.UpdatedAt.Compare(x.UpdatedAt) }) {
			t.Error("what changed last is not first")
		}
		for _, w := range []support.Wanted{
			{}, {Filter: support.FilterOpen}, {Filter: support.FilterResolved}, {Filter: support.FilterOpen, Priority: support.Critical}, {Query: "case 4"}, {Query: "SC-2"},
			{Query: "kingfisher"}, {Query: "marlow"}, {Query: "CASE 3 does"}, {Whose: support.Mine}, {Whose: support.Nobodys, Filter: support.FilterOpen}, {Client: b.other}, {Query: "%"},
		} {
			list, err := b.app(t, jun).List(t.Context(), w)
			must(t, err)
			if len(list.Rows) != list.Counts[list.Wanted.Filter] {
				t.Errorf("%+v lists %d and counts %v", w, len(list.Rows), list.Counts)
			}
		}
		for query, n := range map[string]int{"case": 6, "kingfisher": 0, "does not work": 6, "case 3": 1, "SC-3": 0} {
			list, err := b.portal(t, ines).List(t.Context(), support.Wanted{Query: query})
			must(t, err)
			if len(list.Rows) != n || list.Counts[support.FilterAll] != n {
				t.Errorf("Ines searches %q and finds %d, counted %v, want %d", query, len(list.Rows), list.Counts, n)
			}
		}
		for _, email := range []string{ines, rui} {
			for _, f := range support.Filters {
				list, err := b.portal(t, email).List(t.Context(), support.Wanted{Filter: f})
				must(t, err)
				if len(list.Rows) != list.Counts[f] {
					t.Errorf("%s lists %d under %s and counts %v", email, len(list.Rows), f, list.Counts)
				}
			}
		}
	})
}

// Lists come in pages without a gap, also while cases go on having the same moment.
func TestListsComeInPages(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		want := map[support.ID]bool{}
		for i := range support.PageSize + 7 {
			want[b.raise(t, ines, fmt.Sprint("Case ", i))] = true
			if i%5 == 0 {
				b.Later(time.Second)
			}
		}
		staff, client := map[support.ID]bool{}, map[support.ID]bool{}
		for after := ""; ; {
			list, err := b.app(t, jun).List(t.Context(), support.Wanted{After: after})
			must(t, err)
			for _, r := range list.Rows {
				staff[r.ID] = true
			}
			if list.Next == "" {
				back, err := b.app(t, jun).List(t.Context(), support.Wanted{Before: list.Prev})
				must(t, err)
				if len(back.Rows) != support.PageSize || back.Prev != "" {
					t.Errorf("the page before has %d rows", len(back.Rows))
				}
				break
			}
			after = list.Next
		}
		for after := ""; ; {
			list, err := b.portal(t, ines).List(t.Context(), support.Wanted{After: after})
			must(t, err)
			for _, r := range list.Rows {
				client[r.ID] = true
			}
			if after = list.Next; after == "" {
				break
			}
		}
		if len(staff) != len(want) || len(client) != len(want) {
			t.Errorf("%d and %d of %d are listed", len(staff), len(client), len(want))
		}
		for _, odd := range []string{"x", "\x00", "' or 1=1"} {
			if list, err := b.app(t, jun).List(t.Context(), support.Wanted{After: odd}); err != nil || len(list.Rows) != support.PageSize {
				t.Errorf("after %q: %d rows, %v", odd, len(list.Rows), err)
			}
		}
	})
}
