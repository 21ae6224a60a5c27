package calendar_test

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/internal/feature/calendar"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// atOnce runs functions at once and counts those that succeed; whatever is refused is a
// conflict.
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

func TestTwoMembersConfirmAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		f := d.get(t, e)
		var all []func() error
		for n := range 16 {
			door := d.as(t, []string{owner, pat}[n%2])
			all = append(all, func() error { return door.Confirm(t.Context(), e, f.Sequence, calendar.Answer{Slot: f.Table()[0].ID}) })
		}
		if done := atOnce(t, all...); done != 1 {
			t.Errorf("%d confirmed", done)
		}
		if now := d.get(t, e); now.Sequence != f.Sequence+1 || len(now.Attendees) != 2 {
			t.Errorf("sequence %d, %d take part", now.Sequence, len(now.Attendees))
		}
	})
}

// Many want the same hour of one member: one gets it.
func TestASlotThatWasTakenMeanwhile(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		var all []func() error
		var offered []calendar.ID
		for n := range 8 {
			e := d.request(t, "UTC", at("2026-12-03", fmt.Sprintf("10:%02d", n))...)
			must(t, d.app(t).Propose(t.Context(), e, d.seen(t, e), calendar.Offer{Times: at("2026-12-04", fmt.Sprintf("10:%02d", n))}))
			f := d.get(t, e)
			door := d.portal(t)
			offered = append(offered, e)
			all = append(all, func() error { return door.Accept(t.Context(), e, f.Sequence, f.Table()[0].ID) })
		}
		if done := atOnce(t, all...); done != 1 {
			t.Errorf("%d of one hour were agreed on", done)
		}
		if n := d.double(t); n != 0 {
			t.Errorf("%d double", n)
		}
		for _, e := range offered {
			if f := d.get(t, e); f.State == calendar.Proposed {
				conflict(t, d.portal(t).Accept(t.Context(), e, f.Sequence, f.Table()[0].ID), "meeting.taken_meanwhile")
				d.is(t, e, calendar.Proposed, calendar.ByClient, f.Starts.Format(time.RFC3339))
				break
			}
		}
	})
}

// The database refuses what the program would, if it were asked.
func TestTheDatabaseKnowsThatNobodyIsInTwoPlaces(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		d.confirm(t, e)
		f := d.request(t, "UTC", at("2026-12-03", "10:15")...)
		for what, statement := range map[string]string{
			"take an hour twice": `insert into calendar_busy (workspace_id, member_id, event_id, starts_at, ends_at)
				select workspace_id, member_id, :event, starts_at + 1, ends_at + 1 from calendar_busy where workspace_id = :workspace`,
			"move an hour":         `update calendar_busy set starts_at = starts_at + 1 where workspace_id = :workspace and event_id <> :event`,
			"alter an offer":       `update calendar_slot set starts_at = starts_at + 1 where workspace_id = :workspace and event_id = :event`,
			"alter a note":         `update calendar_proposal set note = 'x' where workspace_id = :workspace and event_id = :event`,
			"forget an offer":      `delete from calendar_proposal where workspace_id = :workspace and event_id = :event`,
			"leave nobody's turn":  `update calendar_event set turn = '' where workspace_id = :workspace and id = :event`,
			"leave it without end": `update calendar_event set lapses_at = null where workspace_id = :workspace and id = :event`,
		} {
			err := d.System(t, home).Write(t.Context(), func(tx scope.Tx) error {
				_, err := tx.Exec(t.Context(), statement, scope.Args{"event": f})
				return err
			})
			if err == nil {
				t.Errorf("the database lets one %s", what)
			}
		}
	})
}

// A contact who leaves in the middle: the request is not stuck, staff see that nobody can
// answer, and it ends by itself.
func TestAContactWhoLeaves(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		must(t, d.app(t).Propose(ctx, e, 0, calendar.Offer{Times: at("2026-12-04", "10:00")}))
		if b, err := d.app(t).Board(ctx); err != nil || b.Total != 0 || len(b.Others) != 0 {
			t.Errorf("%+v waits for staff while the client can answer: %v", b, err)
		}
		must(t, d.Clients(t, home).DisablePortal(ctx, d.of))
		b, err := d.app(t).Board(ctx)
		must(t, err)
		if b.Total != 1 || !b.Yours[0].Unreachable {
			t.Fatalf("once nobody of the client can answer, this waits for staff: %+v", b)
		}
		must(t, d.app(t).End(ctx, e, d.seen(t, e), "You left"))
		d.is(t, e, calendar.Declined, "", "2026-12-04T10:00:00Z")
	})
}

// An organiser who leaves takes no meeting along: it stands, and somebody else takes it.
func TestAnOrganiserWhoLeaves(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		f := d.get(t, e)
		must(t, d.as(t, pat).Confirm(ctx, e, f.Sequence, calendar.Answer{Slot: f.Table()[0].ID}))
		later := d.request(t, "UTC", at("2026-12-03", "14:00")...)
		must(t, d.as(t, pat).Propose(ctx, later, 0, calendar.Offer{Times: at("2026-12-04", "14:00")}))
		d.Deliver(t)
		must(t, d.Team(t, home).Remove(ctx, d.memberOf(t, pat)))
		now := d.get(t, e)
		if now.State != calendar.Confirmed || !now.OrganiserGone {
			t.Fatalf("it is %s, organiser gone: %v", now.State, now.OrganiserGone)
		}
		must(t, d.portal(t).Propose(ctx, later, d.seen(t, later), calendar.Offer{Times: at("2026-12-07", "10:00"), Zone: "UTC"}))
		d.tells(t, "an answer to who left", owner+": Another time for Walk through the shop")
		must(t, d.app(t).Take(ctx, e, now.Sequence))
		if now = d.get(t, e); now.OrganiserGone || now.Organiser != d.memberOf(t, owner) {
			t.Errorf("%s holds it", now.OrganiserName)
		}
		d.confirm(t, later)
		if now = d.get(t, later); now.Organiser != d.memberOf(t, owner) {
			t.Errorf("%s holds what was confirmed", now.OrganiserName)
		}
	})
}

func TestAMeetingThatIsMovedTenTimes(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		e := d.request(t, "UTC", at("2026-12-01", "10:00")...)
		d.confirm(t, e)
		for n := range 10 {
			day := fmt.Sprintf("2026-12-%02d", 14+n%5)
			starts := fmt.Sprintf("%sT%02d:00:00Z", day, 9+n%8)
			must(t, d.portal(t).Propose(t.Context(), e, d.seen(t, e), calendar.Offer{Times: at(day, starts[11:16]), Zone: "UTC"}))
			d.confirm(t, e)
			d.is(t, e, calendar.Confirmed, "", starts)
		}
		f, _, err := d.portal(t).Get(t.Context(), e)
		must(t, err)
		if f.Sequence != 21 || len(f.Proposals) != 11 || slices.ContainsFunc(f.Proposals, func(p calendar.Proposal) bool { return p.Outcome != "accepted" }) {
			t.Errorf("sequence %d, offers %+v", f.Sequence, f.Proposals)
		}
		if n := d.busy(t); n != 1 {
			t.Errorf("%d hours are taken", n)
		}
	})
}

// busy counts the hours that are taken.
func (d *desk) busy(t testing.TB) (n int) {
	t.Helper()
	must(t, d.System(t, home).Read(t.Context(), func(tx scope.Tx) (err error) {
		n, err = scope.One(t.Context(), tx, `select count(*) from calendar_busy where workspace_id = :workspace`, nil, scope.Value[int])
		return err
	}))
	return n
}

// Whatever members, one of whom leaves, and a client do in whatever order: no member is
// in two places at once, and each request that is pending has somebody whose turn it is, and an end.
func TestAfterAnyHistoryNobodyIsInTwoPlaces(t *testing.T) {
	t.Parallel()
	dbtest.OnBoth(t, func(t *testing.T, base *db.DB) {
		d := furnish(t, projecttest.New(t, base))
		rounds, hired := 0, 0
		d.Hire(t, "Kim Project", temp(hired), "project")
		rapid.Check(t, func(r *rapid.T) {
			if rounds++; rounds > histories {
				return
			}
			h := history{desk: d, t: t, r: r, hired: &hired}
			for range rapid.IntRange(5, 25).Draw(r, "steps") {
				h.step()
			}
			h.holds()
		})
	})
}

// histories is how many are told, 100 at most.
var histories = map[bool]int{false: 25, true: 100}[os.Getenv("FOYER_TEST_SOAK") != ""]

type history struct {
	*desk
	t      *testing.T
	r      *rapid.T
	events []calendar.ID
	hired  *int // how many have left, one after the other
}

// temp is the address of the nth of those who leave.
func temp(n int) string { return fmt.Sprintf("temp%d@haldenrowe.example", n) }

// leave lets the one leave who does, and hires another.
func (h *history) leave() {
	must(h.t, h.Team(h.t, home).Remove(h.t.Context(), h.memberOf(h.t, temp(*h.hired))))
	*h.hired++
	h.Hire(h.t, "Kim Project", temp(*h.hired), "project")
}

// step does something that may be refused, but only for a reason that people are told.
func (h *history) step() {
	ctx, r := h.t.Context(), h.r
	door := h.as(h.t, []string{owner, pat, temp(*h.hired)}[rapid.IntRange(0, 2).Draw(r, "member")])
	when := func(label string) calendar.Time {
		now := h.Now()
		day := now.AddDate(0, 0, 1+rapid.IntRange(0, 4).Draw(r, label+" day"))
		return calendar.Time{Date: day.Format(time.DateOnly), Time: fmt.Sprintf("%02d:%02d", 9+rapid.IntRange(0, 6).Draw(r, label+" hour"), 15*rapid.IntRange(0, 3).Draw(r, label+" minute"))}
	}
	act := rapid.SampledFrom([]string{"request", "request", "confirm", "confirm", "offer", "wish", "accept", "refuse", "end", "own", "cancel", "wait", "again", "take", "lose", "keep", "leave"}).Draw(r, "act")
	var e calendar.ID
	var f calendar.Full
	if len(h.events) > 0 {
		e = rapid.SampledFrom(h.events).Draw(r, "event")
		f = h.get(h.t, e)
	}
	slot := ""
	if table := f.Table(); len(table) > 0 {
		slot = table[0].ID
	}
	var err error
	switch act {
	case "request":
		var made calendar.ID
		if made, err = h.portal(h.t).Request(ctx, wish("UTC", when("asked"))); err == nil {
			h.events = append(h.events, made)
		}
	case "own":
		w := when("own")
		_, err = door.Create(ctx, calendar.Details{Title: "Own", Type: calendar.Phone, When: calendar.When{Date: w.Date, Time: w.Time, Length: "45"}, Members: []calendar.MemberID{h.memberOf(h.t, owner), h.memberOf(h.t, pat)}[:rapid.IntRange(0, 2).Draw(r, "members")]})
	case "leave":
		h.leave()
	case "wait":
		h.Later(time.Duration(rapid.IntRange(1, 40).Draw(r, "hours")) * time.Hour)
		h.sweep(h.t)
	default:
		if e == "" {
			return
		}
		err = map[string]func() error{
			"confirm": func() error { return door.Confirm(ctx, e, f.Sequence, calendar.Answer{Slot: slot}) },
			"offer": func() error {
				return door.Propose(ctx, e, f.Sequence, calendar.Offer{Times: []calendar.Time{when("offered")}})
			},
			"wish": func() error {
				return h.portal(h.t).Propose(ctx, e, f.Sequence, calendar.Offer{Times: []calendar.Time{when("wished")}, Zone: "UTC"})
			},
			"accept": func() error { return h.portal(h.t).Accept(ctx, e, f.Sequence, slot) },
			"refuse": func() error { return door.Refuse(ctx, e, f.Sequence, "No") },
			"keep":   func() error { return h.portal(h.t).Refuse(ctx, e, f.Sequence, "") },
			"end":    func() error { return door.End(ctx, e, f.Sequence, "No") },
			"cancel": func() error { return h.portal(h.t).Cancel(ctx, e, f.Sequence, "") },
			"again":  func() error { return h.portal(h.t).Again(ctx, e, f.Sequence) },
			"take":   func() error { return door.Take(ctx, e, f.Sequence) },
			"lose":   func() error { return door.Missed(ctx, e, f.Sequence) },
		}[act]()
	}
	if err != nil && !problem.Is(err, problem.Conflict) && !problem.Is(err, problem.Invalid) {
		r.Fatalf("%s: %v", act, err)
	}
}

func (h *history) holds() {
	if n := h.double(h.t); n != 0 {
		h.r.Errorf("%d times somebody is in two places", n)
	}
	for _, e := range h.events {
		f := h.get(h.t, e)
		if f.State.Pending() && (f.Turn == "" || f.Lapses.IsZero() || len(f.Table()) == 0) {
			h.r.Errorf("a request is stuck: %+v", f.Event)
		}
		if f.State.Pending() && f.Lapses.Before(h.Now()) {
			h.sweep(h.t)
			if now := h.get(h.t, e); now.State != calendar.Expired {
				h.r.Errorf("a request whose last time has passed is %s", now.State)
			}
		}
		if f.State == calendar.Confirmed && f.Proposal == "" != (f.Turn == "") {
			h.r.Errorf("turn %q of %q", f.Turn, f.Proposal)
		}
	}
}

// Whoever may not, may not; and what is not there or not theirs is not there.
func TestRolesAndStrangers(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		theirs := d.Client(t, home, "Northwind Bikes", sam)
		stranger := d.f.ForClient(d.Contact(t, home, sam, theirs))
		_, _, err := stranger.Get(ctx, e)
		missing(t, err)
		missing(t, stranger.Accept(ctx, e, 0, ""))
		missing(t, stranger.Cancel(ctx, e, 0, ""))
		missing(t, stranger.Propose(ctx, e, 0, calendar.Offer{Times: at("2026-12-04", "10:00"), Zone: "UTC"}))
		_, err = stranger.File(ctx, e, lang.For("en"))
		missing(t, err)
		if s, err := stranger.List(ctx, "", ""); err != nil || len(s.Upcoming)+len(s.Past) != 0 {
			t.Errorf("a stranger lists %+v, %v", s, err)
		}
		away := d.f.ForStaff(d.Staff(t, projecttest.Away, owner, d.Form()))
		_, err = away.Get(ctx, e)
		missing(t, err)
		missing(t, away.Confirm(ctx, e, 0, calendar.Answer{}))
		d.Hire(t, "Vic Viewer", vic, "viewer")
		viewer := d.as(t, vic)
		if _, err := viewer.Get(ctx, e); err != nil {
			t.Errorf("a viewer reads %v", err)
		}
		wants(t, viewer.Confirm(ctx, e, 0, calendar.Answer{}), problem.Forbidden, "", "")
		_, err = viewer.Create(ctx, calendar.Details{})
		wants(t, err, problem.Forbidden, "", "")
		wants(t, d.as(t, pat).SaveTerms(ctx, always(t, d)), problem.Forbidden, "", "")
		missing(t, d.app(t).Confirm(ctx, other(), 0, calendar.Answer{}))
		missing(t, d.portal(t).Cancel(ctx, "nonsense", 0, ""))
	})
}

// A month that is full is read whole, in the order of time, and what one member has alone
// where that is asked for.
func TestAFullMonth(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		d.confirm(t, e)
		const crowd = 5000
		d.Run(t, home, `insert into calendar_event (workspace_id, id, with_client, title, about, type, zone, length, state, state_at, starts_at, ends_at, updated_at, created_at)
			with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
			select :workspace, 'crowd' || cast(i as text), false, 'Crowd', '', 'video', 'UTC', 5, 'confirmed', 0,
				1796083200000000 + cast(i as bigint) * 500000000, 1796083200000000 + cast(i as bigint) * 500000000 + 300000000, 0, 0 from n`, nil)
		all, err := d.app(t).Range(ctx, calendar.Asked{From: "2026-12-01", Until: "2027-01-01"})
		must(t, err)
		if len(all) != crowd+1 || !slices.IsSortedFunc(all, func(a, b calendar.Entry) int { return a.Starts.Compare(b.Starts) }) {
			t.Errorf("%d entries, sorted or not", len(all))
		}
		all, err = d.app(t).Range(ctx, calendar.Asked{From: "2026-12-01", Until: "2027-01-01", Member: d.memberOf(t, owner)})
		must(t, err)
		if len(all) != 1 || all[0].ID != e.String() {
			t.Errorf("%d entries of one member", len(all))
		}
	})
}
