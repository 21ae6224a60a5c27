package calendar

import (
	"context"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/ical"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/scope"
)

// carries are the mails that bring the calendar of their reader up to date.
var carries = map[string]ical.Method{
	"confirmed": ical.Request, "moved": ical.Request, "invited": ical.Request, "changed": ical.Request, "cancelled": ical.Cancel, "removed": ical.Cancel,
}

// outdated tells whether a mail would tell its reader of what is not so any more.
func (f Full) outdated(name, reader string) bool {
	among := slices.ContainsFunc(f.Attendees, func(a Attendee) bool { return a.Identity == reader })
	switch name {
	case "requested":
		return f.State != Requested
	case "proposed":
		return !f.State.Pending()
	case "expired":
		return f.State != Expired
	case "move_proposed":
		return !f.Moving()
	case "move_declined":
		return f.State != Confirmed || f.Moving()
	case "move_expired": // it is told of a meeting that is over, too
		return f.State == Cancelled || f.Moving()
	case "confirmed", "moved", "changed":
		return f.State != Confirmed
	case "invited":
		return f.State != Confirmed || !among
	case "removed":
		return among
	}
	return false
}

// letter is what a mail says.
func (f Full) letter(ctx context.Context, tx scope.Tx, who auth.System, w outbox.Wanted, p lang.Printer, name, at string) (outbox.Letter, error) {
	if f.outdated(name, w.Identity) {
		return outbox.Letter{}, outbox.ErrNoPoint
	}
	chosen, err := scope.One(ctx, tx, readReadersZone, scope.Args{"reader": w.Identity, "of": f.Client}, scope.Value[string])
	if err != nil {
		return outbox.Letter{}, err
	}
	zone := readIn(chosen, who.Site())
	args := []any{
		"workspace", who.Site().Name, "client", f.ClientName, "contact", f.ContactName, "title", f.Named(p, who.Site()), "who", f.lastBy(),
		"when", zoned(p, f.Slot(), zone), "organiser", f.OrganiserName,
	}
	l := outbox.Letter{
		Subject: p.T("mail."+w.Kind+".subject", args...), Title: p.T("mail."+w.Kind+".title", args...),
		Action: p.T("mail.meeting.open"), URL: at, Small: []string{p.T("mail.meeting.small")},
	}
	if name == "proposed" {
		l.Paragraphs = []string{p.N("mail."+w.Kind+".text", len(f.Table()), args...)}
	} else {
		l.Paragraphs = []string{p.T("mail."+w.Kind+".text", args...)}
	}
	l.Paragraphs = append(l.Paragraphs, f.details(p, name, zone)...)
	if name == "removed" {
		if w.Realm == auth.PortalRealm {
			l.Action, l.URL, l.Small = "", "", nil
		}
		f, at = f.without(w), ""
	}
	if method := carries[name]; method != "" {
		l.Calendar = f.invitation(method, w.Realm, p, who.Site(), at)
	}
	return l, nil
}

// without is what is left of an event for whoever takes part no more: themselves.
func (f Full) without(reader outbox.Wanted) Full {
	f.About, f.Link, f.Place = "", "", ""
	f.Attendees = []Attendee{{Name: reader.Name, Email: reader.Email}}
	return f
}

// invitation is the calendar that a mail carries. People of a client read of each other
// there, and not the mail addresses of members.
func (f Full) invitation(method ical.Method, realm auth.Realm, p lang.Printer, site auth.Site, at string) *mail.File {
	people := f.Attendees
	if realm == auth.PortalRealm {
		people = slices.DeleteFunc(slices.Clone(people), func(a Attendee) bool { return a.Member != "" })
	}
	one := f.ics(p, site, at, people)
	if method == ical.Cancel {
		one.Status = ical.Cancelled
	}
	c := ical.Calendar{Method: method, Maker: site.Name, Events: []ical.Event{one}}
	return &mail.File{Name: "invite.ics", MediaType: c.MediaType(), Bytes: c.Bytes()}
}

// readIn is the zone that somebody reads times in: the one they chose, or else that of
// the workspace.
func readIn(chosen string, site auth.Site) *time.Location {
	if zone, err := time.LoadLocation(chosen); err == nil && chosen != "" {
		return zone
	}
	return site.Zone
}

// zoned says when something is, with the zone.
func zoned(p lang.Printer, s Slot, zone *time.Location) string {
	return p.T("mail.meeting.when", "when", s.Say(p, zone), "city", ZoneName(p, zone))
}

// lastBy is the name of who offered times last.
func (f Full) lastBy() string {
	if len(f.Proposals) == 0 {
		return ""
	}
	return f.Proposals[0].Author
}

// details are what a mail says besides: the times on the table with what was written to
// them, why it ended, or how people meet.
func (f Full) details(p lang.Printer, name string, zone *time.Location) (all []string) {
	say := func(key, value string) {
		if value != "" {
			all = append(all, p.T(key, "value", value))
		}
	}
	switch name {
	case "requested", "proposed", "move_proposed":
		for _, s := range f.Table() {
			say("mail.meeting.time", zoned(p, s, zone))
		}
		if name == "requested" {
			say("mail.meeting.about", f.About)
		}
		if len(f.Proposals) > 0 {
			say("mail.meeting.note", f.Proposals[0].Note)
		}
	case "declined", "cancelled", "move_declined":
		say("mail.meeting.reason", f.Reason)
	case "confirmed", "moved", "invited", "changed":
		all = append(all, p.T("meeting.type."+string(f.Type)))
		say("mail.meeting.place", f.Place)
		say("mail.meeting.link", f.Link)
		say("mail.meeting.about", f.More())
	}
	return all
}

const readReadersZone = `-- readZoneOfReader
select coalesce((
	select ` + zoneOfContact + `
	from contact k
	where k.workspace_id = i.workspace_id and k.client_id = :of and k.identity_id = i.id), i.digest_zone)
from identity i
where i.workspace_id = :workspace
  and i.id = :reader`
