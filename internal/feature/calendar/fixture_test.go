package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/client"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
)

const (
	home  = projecttest.Home
	owner = projecttest.Owner
	ines  = "ines@marlow.example"
	sam   = "sam@northwind.example"
	pat   = "pat@haldenrowe.example" // role project
	vic   = "vic@haldenrowe.example" // role viewer
	kim   = "kim@haldenrowe.example" // role project, once they are hired

	canary = "kanarienvogel"
)

var (
	must  = projecttest.Must
	wants = projecttest.Wants
)

// desk is where meetings are asked for: by Ines of Marlow, of a workspace in Dublin. It
// is Monday 23 November 2026, 9 o'clock.
type desk struct {
	*projecttest.Desk
	f  calendar.Feature
	of client.ID
}

func onBoth(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) { test(t, furnish(t, d)) })
}

func furnish(t *testing.T, base *projecttest.Desk) *desk {
	t.Helper()
	box, err := secret.New(make([]byte, secret.Size))
	must(t, err)
	d := &desk{Desk: base, f: calendar.Feature{Secrets: box}}
	d.f.WriteMail(d.Mails)
	d.of = d.Client(t, home, "Marlow Ceramics", ines)
	d.Hire(t, "Pat Project", pat, auth.Project)
	d.Deliver(t)
	return d
}

func (d *desk) app(t testing.TB) calendar.App { t.Helper(); return d.as(t, owner) }

func (d *desk) as(t testing.TB, email string) calendar.App {
	t.Helper()
	return d.f.ForStaff(d.Staff(t, home, email, d.Form()))
}

func (d *desk) portal(t testing.TB) calendar.Portal { t.Helper(); return d.contact(t, ines) }

func (d *desk) contact(t testing.TB, email string) calendar.Portal {
	t.Helper()
	return d.f.ForClient(d.Contact(t, home, email, d.of))
}

// at is one exact time.
func at(date, clock string) []calendar.Time { return []calendar.Time{{Date: date, Time: clock}} }

func wish(zone string, times ...calendar.Time) calendar.Wish {
	return calendar.Wish{Type: calendar.Video, Topic: "Walk through the shop", Offer: calendar.Offer{Times: times, Zone: zone, Length: "30"}}
}

// request asks for a meeting in the name of Ines.
func (d *desk) request(t testing.TB, zone string, times ...calendar.Time) calendar.ID {
	t.Helper()
	made, err := d.portal(t).Request(t.Context(), wish(zone, times...))
	must(t, err)
	return made
}

func (d *desk) get(t testing.TB, e calendar.ID) calendar.Full {
	t.Helper()
	f, err := d.app(t).Get(t.Context(), e)
	must(t, err)
	return f
}

func (d *desk) seen(t testing.TB, e calendar.ID) int { t.Helper(); return d.get(t, e).Sequence }

// confirm settles on the first time on the table.
func (d *desk) confirm(t testing.TB, e calendar.ID) {
	t.Helper()
	f := d.get(t, e)
	must(t, d.app(t).Confirm(t.Context(), e, f.Sequence, calendar.Answer{Slot: f.Table()[0].ID}))
}

func (d *desk) sweep(t testing.TB) {
	t.Helper()
	must(t, d.f.Sweep(t.Context(), d.System(t, home)))
}

// is holds where an event stands, whose turn it is and when it is, in UTC.
func (d *desk) is(t testing.TB, e calendar.ID, state calendar.State, turn calendar.Side, starts string) {
	t.Helper()
	f := d.get(t, e)
	if got := f.Starts.Format(time.RFC3339); f.State != state || f.Turn != turn || got != starts {
		t.Fatalf("it is %s, turn %q, at %s; want %s, %q, %s", f.State, f.Turn, got, state, turn, starts)
	}
}

// tells says who gets which mails, as "to: subject", and that none has what staff keep
// to themselves.
func (d *desk) tells(t testing.TB, what string, want ...string) {
	t.Helper()
	var got []string
	for _, m := range d.Deliver(t) {
		got = append(got, m.To.Addr+": "+m.Subject)
		if strings.Contains(m.Text+m.HTML, canary) {
			t.Errorf("%s: a mail to %s has notes of staff", what, m.To.Addr)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s tells\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func conflict(t testing.TB, err error, key string) {
	t.Helper()
	wants(t, err, problem.Conflict, "", key)
}

func missing(t testing.TB, err error) { t.Helper(); wants(t, err, problem.NotFound, "", "") }

func invalid(t testing.TB, err error, field, key string) {
	t.Helper()
	wants(t, err, problem.Invalid, field, key)
}

// memberOf is the id of a member.
func (d *desk) memberOf(t testing.TB, email string) calendar.MemberID {
	t.Helper()
	return d.Staff(t, home, email, d.Form()).MemberID()
}

// contactOf is the id of a contact.
func (d *desk) contactOf(t testing.TB, email string) calendar.ContactID {
	t.Helper()
	return d.Contact(t, home, email, d.of).ContactID()
}

// double counts pairs of events that stand and take one time of one member on the team.
func (d *desk) double(t testing.TB) (n int) {
	t.Helper()
	must(t, d.System(t, home).Read(t.Context(), func(tx scope.Tx) (err error) {
		n, err = scope.One(t.Context(), tx, countDoubles, nil, scope.Value[int])
		return err
	}))
	return n
}

const countDoubles = `
select count(*)
from calendar_event a
join calendar_attendee x on x.workspace_id = a.workspace_id and x.event_id = a.id
join calendar_attendee y on y.workspace_id = x.workspace_id and y.member_id = x.member_id
join calendar_event b on b.workspace_id = y.workspace_id and b.id = y.event_id and b.id > a.id and b.starts_at < a.ends_at and b.ends_at > a.starts_at
join member m on m.workspace_id = x.workspace_id and m.id = x.member_id and m.removed_at is null
where a.workspace_id = :workspace
  and a.state = 'confirmed'
  and b.state = 'confirmed'`

func other() calendar.ID { return calendar.ID(id.Made(time.UnixMilli(1), 7)) }
