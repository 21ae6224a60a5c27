package calendar

import (
	"net/url"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/ical"
	"foyer/internal/kernel/lang"
)

// Named is the title of an event; of one without, what it is.
func (e Event) Named(p lang.Printer, site auth.Site) string {
	switch {
	case e.Title != "":
		return e.Title
	case e.ClientName != "":
		return p.T("meeting.untitled", "client", e.ClientName, "workspace", site.Name)
	}
	return p.T("meeting.type." + string(e.Type))
}

// ics is the event in a calendar, with the address of its page. Who takes part is there
// for readers who may know, and their mail addresses are.
func (e Event) ics(p lang.Printer, site auth.Site, at string, people []Attendee) ical.Event {
	one := ical.Event{
		UID: e.ID.String(), Sequence: e.Sequence, Changed: e.UpdatedAt, Created: e.CreatedAt, Starts: e.Starts, Ends: e.Ends, Status: ical.Cancelled,
		Summary: e.Named(p, site), Location: e.Place, URL: at, Organizer: ical.Person{Name: site.Name, Email: organizer(site)},
	}
	if one.Location == "" {
		one.Location = e.Link
	}
	switch {
	case e.State.Stands():
		one.Status = ical.Confirmed
	case e.State.Pending():
		one.Status = ical.Tentative
	}
	for _, line := range []string{e.More(), e.Link, at} {
		if line != "" {
			one.Description = strings.TrimPrefix(one.Description+"\n\n"+line, "\n\n")
		}
	}
	for _, a := range people {
		if !a.Gone {
			one.Attendees = append(one.Attendees, ical.Attendee{Person: ical.Person{Name: a.Name, Email: a.Email}, Accepted: a.Member != "" || a.Contact == e.Contact})
		}
	}
	return one
}

// organizer is the address of the workspace, whoever of it holds a meeting.
func organizer(site auth.Site) string {
	for _, address := range []string{site.ReplyTo, site.Email, site.Sender} {
		if address != "" {
			return address
		}
	}
	host := "localhost"
	if at, err := url.Parse(site.AppURL("/")); err == nil && at.Hostname() != "" {
		host = at.Hostname()
	}
	return "no-reply@" + host
}
