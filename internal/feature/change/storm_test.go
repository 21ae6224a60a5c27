package change_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"foyer/internal/feature/change"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// atOnce runs functions at once and counts those that succeed; whatever is refused is
// refused because it has moved on.
func atOnce(t *testing.T, all ...func() error) (done int) {
	t.Helper()
	errs := make([]error, len(all))
	var start, end sync.WaitGroup
	start.Add(1)
	for i, do := range all {
		end.Go(func() {
			start.Wait()
			errs[i] = do()
		})
	}
	start.Done()
	end.Wait()
	for _, err := range errs {
		switch {
		case err == nil:
			done++
		case !problem.Is(err, problem.Conflict):
			t.Errorf("refused with %v", err)
		}
	}
	return done
}

func TestManyAcceptOneQuote(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		q := quote("100")
		q.Milestone, q.Days = b.milestone, "7"
		r := b.quoted(t, "Gift cards", q)
		shown := b.get(t, r).Quotes[0].Shown()
		var all []func() error
		for range 64 {
			door := b.portal(t)
			all = append(all, func() error { return door.Accept(t.Context(), r, shown) })
		}
		if done := atOnce(t, all...); done != 1 {
			t.Errorf("%d accepted", done)
		}
		if d, l, n, k := b.count(t, countDeliverables), b.count(t, countLines), b.count(t, countInvoices), b.count(t, countDecisions); d != 1 || l != 1 || n != 1 || k != 1 {
			t.Errorf("%d deliverables, %d lines, %d invoices, %d decisions", d, l, n, k)
		}
		_, m, err := b.App(t, home).Target(t.Context(), b.project, b.milestone)
		must(t, err)
		if m.DueOn != "2026-12-17" {
			t.Errorf("the milestone moved to %s", m.DueOn)
		}
		b.right(t)
	})
}

// A form that is sent twice accepts once and is no error.
func TestASecondClickChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		r := b.quoted(t, "Gift cards", quote("100"))
		door, sha := b.portal(t), b.hash(t, r)
		for range 3 {
			must(t, door.Accept(t.Context(), r, change.Acceptance{SHA256: sha}))
		}
		asking := b.portal(t)
		first, err := asking.Submit(t.Context(), b.details("Twice"), nil)
		must(t, err)
		again, err := asking.Submit(t.Context(), b.details("Twice"), nil)
		must(t, err)
		if first != again || b.count(t, countLines) != 1 {
			t.Errorf("%s and %s", first, again)
		}
		b.right(t)
	})
}

// Accepting races with all that ends a quote, and with who works on the project and on
// invoices: one of two wins, and nobody waits for ever.
func TestAcceptingRaces(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		rivals := map[string]func(r change.ID) func() error{
			"withdraw": func(r change.ID) func() error {
				door := b.portal(t)
				return func() error { return door.Withdraw(t.Context(), r, change.Before{}) }
			},
			"revise": func(r change.ID) func() error {
				door := b.app(t)
				return func() error { return door.Review(t.Context(), r, change.Before{State: change.Quoted}) }
			},
			"decline": func(r change.ID) func() error {
				door, sha := b.portal(t), b.hash(t, r)
				return func() error { return door.Decline(t.Context(), r, sha, "No") }
			},
			"expire": func(r change.ID) func() error {
				door, sys := b.portal(t), b.System(t, home)
				return func() error {
					b.At(time.Date(2026, 12, 6, 1, 0, 0, 0, time.UTC))
					if err := b.f.Sweep(t.Context(), sys); err != nil {
						return err
					}
					return door.Negotiate(t.Context(), r, change.Before{}, "Late", nil)
				}
			},
		}
		for name, rival := range rivals {
			began := b.Now()
			lines, deliverables := b.count(t, countLines), b.count(t, countDeliverables)
			r := b.quoted(t, "Against "+name, quote("10"))
			door, sha, against := b.portal(t), b.hash(t, r), rival(r)
			done := atOnce(t, func() error { return door.Accept(t.Context(), r, change.Acceptance{SHA256: sha}) }, against)
			b.At(began)
			state, more := b.get(t, r).State, 0
			if state == change.Scheduled {
				more = 1
			} else if !slices.Contains([]change.State{change.Withdrawn, change.InReview, change.Declined, change.Expired}, state) {
				t.Errorf("against %s it is %s", name, state)
			}
			if done > 1 || b.count(t, countLines) != lines+more || b.count(t, countDeliverables) != deliverables+more {
				t.Errorf("against %s: %d done, %s", name, done, state)
			}
		}
		b.right(t)
	})
}

// Deliverables are moved, drafts are changed and quotes accepted at once, each in the
// order of locks that the packages promise.
func TestNobodyWaitsForEver(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		var all []func() error
		for i := range 6 {
			made := b.quoted(t, "Made", quote("10"))
			b.accept(t, made)
			target := b.get(t, made).Target
			r := b.quoted(t, "New", quote("10"))
			door, sha, staff, say := b.portal(t), b.hash(t, r), b.App(t, home), b.app(t)
			bills := b.bills.ForStaff(b.Staff(t, home, owner, b.Form()))
			n := b.invoice(t, b.get(t, made).Invoice)
			all = append(all,
				func() error { return door.Accept(t.Context(), r, change.Acceptance{SHA256: sha}) },
				func() error {
					return staff.SetTargetState(t.Context(), b.project, target, project.Change{From: project.Todo, To: project.Done})
				},
				func() error { return say.Say(t.Context(), made, change.Before{}, "Working on it", nil) },
				func() error {
					if i > 0 {
						return nil
					}
					return bills.Issue(t.Context(), n.ID, n.Version, false)
				})
		}
		atOnce(t, all...)
		if n := b.count(t, `select count(*) from change_request where workspace_id = :workspace and state in ('scheduled', 'delivered')`); n != 12 {
			t.Errorf("%d are accepted", n)
		}
		b.right(t)
	})
}

// A quote holds until midnight in the workspace's zone, which is Dublin's, and the sweep
// ends it after that; it can be taken up again.
func TestAQuoteHoldsUntilMidnight(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		past := quote("10")
		past.ValidUntil = "2026-11-22"
		r := b.submit(t, "Gift cards")
		wants(t, b.app(t).Quote(t.Context(), r, change.Before{}, past), problem.Invalid, "valid_until", "change.valid_past")
		// In summer Dublin is an hour ahead of UTC.
		b.At(time.Date(2027, 6, 1, 9, 0, 0, 0, time.UTC))
		q := quote("10")
		q.ValidUntil = "2027-06-05"
		must(t, b.app(t).Quote(t.Context(), r, change.Before{}, q))
		other := b.quoted(t, "In time", q)
		b.Deliver(t)
		b.At(time.Date(2027, 6, 5, 22, 59, 0, 0, time.UTC))
		must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		b.state(t, r, change.Quoted)
		b.accept(t, other)
		b.Deliver(t)
		b.At(time.Date(2027, 6, 5, 23, 0, 0, 0, time.UTC))
		conflict(t, b.portal(t).Accept(t.Context(), r, change.Acceptance{SHA256: b.hash(t, r)}), "change.quote_expired")
		if s := b.shown(t, r); s.Closed == nil {
			t.Error("the page does not say that the quote has expired")
		}
		for range 2 {
			must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		}
		b.state(t, r, change.Expired)
		b.tells(t, "expiring", ines+": The quote for CR-1 has expired: Gift cards", owner+": Quote CR-1 for Marlow Ceramics has expired: Gift cards")
		conflict(t, b.portal(t).Accept(t.Context(), r, change.Acceptance{SHA256: b.hash(t, r)}), "change.moved_on.expired")
		must(t, b.app(t).Review(t.Context(), r, change.Before{State: change.Expired}))
		b.state(t, r, change.InReview)
		b.right(t)
	})
}

// A request follows its deliverable, each time by a step of its own.
func TestARequestFollowsItsDeliverable(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		r := b.quoted(t, "Gift cards", quote("10"))
		b.accept(t, r)
		target := b.get(t, r).Target
		for _, step := range []struct {
			to   project.State
			want change.State
		}{{project.InProgress, change.InProgress}, {project.Done, change.Delivered}, {project.InProgress, change.InProgress}, {project.Done, change.Delivered}} {
			b.MoveTarget(t, b.project, target, step.to)
			b.state(t, r, step.want)
		}
		b.MoveTarget(t, b.project, target, project.Cancelled)
		b.state(t, r, change.Delivered)
		if s := b.shown(t, r); s.Target != "" {
			t.Error("the client is led to a deliverable that was cancelled")
		}
		want := []string{"started scheduled in_progress", "delivered in_progress delivered", "reopened delivered in_progress", "delivered in_progress delivered"}
		if got := b.steps(t, r); !slices.Equal(got[5:], want) {
			t.Errorf("the steps are %q", got)
		}
		if k := b.Kinds(t, b.of); k["change.dropped staff"] != 1 || k["change.dropped client"] != 0 {
			t.Errorf("recorded is %v", k)
		}
		quick := b.submit(t, "At once")
		must(t, b.app(t).Agree(t.Context(), quick, change.Before{}, "Done in a minute."))
		b.MoveTarget(t, b.project, b.get(t, quick).Target, project.Done)
		if got := b.steps(t, quick); !slices.Equal(got[4:], []string{"started scheduled in_progress", "delivered in_progress delivered"}) {
			t.Errorf("the steps are %q", got)
		}
		other := b.Deliverable(t, b.project, "Nobody's", true)
		b.MoveTarget(t, b.project, other, project.Done)
		b.right(t)
	})
}

// What was said, offered and decided cannot be changed, and what is kept beside it is
// compared with it.
func TestVerifyNamesWhatIsWrong(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		r := b.quoted(t, "Gift cards", quote("10"))
		must(t, b.portal(t).Say(t.Context(), r, change.Before{}, "Nice.", nil))
		b.accept(t, r)
		for _, statement := range []string{
			`update change_quote set price_minor = 1 where workspace_id = :workspace`,
			`update change_message set body = '' where workspace_id = :workspace`,
			`update change_decision set decision = 'declined' where workspace_id = :workspace`,
			`delete from change_decision where workspace_id = :workspace`,
		} {
			if err := b.System(t, home).Write(t.Context(), func(tx scope.Tx) error {
				_, err := tx.Exec(t.Context(), statement, nil)
				return err
			}); err == nil {
				t.Errorf("the database lets through %q", statement)
			}
		}
		b.right(t)
		wrong := func(statement string) []string {
			t.Helper()
			b.Run(t, home, statement, nil)
			found, err := change.Verify(t.Context(), b.System(t, home))
			must(t, err)
			return found
		}
		if got := wrong(`update client_tally set records = records + 1 where workspace_id = :workspace and part = 'change.scheduled'`); len(got) != 1 {
			t.Errorf("of a wrong tally is said %q", got)
		}
		if got := wrong(`update change_request set state = 'accepted', target_id = null where workspace_id = :workspace`); len(got) != 2 {
			t.Errorf("of a change without a deliverable is said %q", got)
		}
	})
}
