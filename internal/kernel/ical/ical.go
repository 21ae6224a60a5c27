// Package ical writes iCalendar objects (RFC 5545): events for a calendar program, in a
// mail as an invitation (RFC 6047) or in a feed that it subscribes to. Times are written
// in UTC, so that no zone has to be described. The same calendar gives the same bytes.
package ical

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Method is what a calendar in a mail asks for (RFC 5546); a feed has none.
type Method string

// The methods.
const (
	Request Method = "REQUEST" // put it in, or bring it up to date
	Cancel  Method = "CANCEL"  // take it out
)

// Status is where an event stands.
type Status string

// The statuses.
const (
	Tentative Status = "TENTATIVE"
	Confirmed Status = "CONFIRMED"
	Cancelled Status = "CANCELLED"
)

// Person is somebody with a mail address, which has to be there.
type Person struct{ Name, Email string }

// Attendee is who takes part.
type Attendee struct {
	Person
	Accepted bool // they agreed; otherwise nobody knows yet
}

// Event is one event. Its UID stays for life, and Sequence grows with each change.
type Event struct {
	UID          string
	Sequence     int
	Changed      time.Time
	Created      time.Time
	Starts, Ends time.Time
	Status       Status
	Summary      string
	Description  string
	Location     string
	URL          string
	Organizer    Person
	Attendees    []Attendee
}

// Calendar is some events.
type Calendar struct {
	Method  Method // empty for a feed
	Maker   string // who made it, for PRODID
	Name    string // of a feed
	Events  []Event
	Refresh time.Duration // how often a feed is worth reading again; 0 says nothing
}

// MediaType is what its bytes are.
func (c Calendar) MediaType() string {
	if c.Method == "" {
		return "text/calendar; charset=utf-8"
	}
	return "text/calendar; charset=utf-8; method=" + string(c.Method)
}

// Bytes is the calendar as it travels.
func (c Calendar) Bytes() []byte {
	var w writer
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.text("PRODID", "-//"+strings.ReplaceAll(c.Maker, "/", "-")+"//Calendar//EN")
	w.line("CALSCALE", "GREGORIAN")
	if c.Method != "" {
		w.line("METHOD", string(c.Method))
	}
	if c.Name != "" {
		w.text("NAME", c.Name)
		w.text("X-WR-CALNAME", c.Name)
	}
	if c.Refresh > 0 {
		every := "PT" + strconv.Itoa(int(c.Refresh/time.Minute)) + "M"
		w.line("REFRESH-INTERVAL;VALUE=DURATION", every)
		w.line("X-PUBLISHED-TTL", every)
	}
	for _, e := range c.Events {
		w.event(e)
	}
	w.line("END", "VCALENDAR")
	return []byte(w.String())
}

type writer struct{ strings.Builder }

func (w *writer) event(e Event) {
	w.line("BEGIN", "VEVENT")
	w.text("UID", e.UID)
	w.line("SEQUENCE", strconv.Itoa(e.Sequence))
	w.line("DTSTAMP", stamp(e.Changed))
	w.line("CREATED", stamp(e.Created))
	w.line("LAST-MODIFIED", stamp(e.Changed))
	w.line("DTSTART", stamp(e.Starts))
	w.line("DTEND", stamp(e.Ends))
	w.line("STATUS", string(e.Status))
	if e.Status == Confirmed {
		w.line("TRANSP", "OPAQUE")
	} else {
		w.line("TRANSP", "TRANSPARENT")
	}
	w.some("SUMMARY", e.Summary)
	w.some("DESCRIPTION", e.Description)
	w.some("LOCATION", e.Location)
	if e.URL != "" {
		w.line("URL", e.URL)
	}
	if e.Organizer.Email != "" {
		w.line("ORGANIZER"+e.Organizer.param(), "mailto:"+e.Organizer.Email)
	}
	for _, a := range e.Attendees {
		state := "NEEDS-ACTION"
		if a.Accepted {
			state = "ACCEPTED"
		}
		w.line("ATTENDEE"+a.param()+";ROLE=REQ-PARTICIPANT;PARTSTAT="+state+";RSVP=FALSE", "mailto:"+a.Email)
	}
	w.line("END", "VEVENT")
}

// param is a person's name as a parameter. A quoted one may hold anything but quotes and
// line breaks, which RFC 6868 has other signs for.
func (p Person) param() string {
	if p.Name == "" {
		return ""
	}
	return `;CN="` + strings.NewReplacer("^", "^^", `"`, "^'", "\r", "", "\n", "^n").Replace(p.Name) + `"`
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escape = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

func (w *writer) some(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

func (w *writer) text(name, value string) {
	w.line(name, escape.Replace(strings.ToValidUTF8(value, "\ufffd")))
}

// most is how many bytes a line has at most, without its end.
const most = 75

// line writes one content line, folded where it is long, and never within a character.
func (w *writer) line(name, value string) {
	rest := name + ":" + value
	for limit := most; len(rest) > limit; limit = most - 1 {
		n := limit
		for n > 0 && !utf8.RuneStart(rest[n]) {
			n--
		}
		w.WriteString(rest[:n] + "\r\n ")
		rest = rest[n:]
	}
	w.WriteString(rest + "\r\n")
}
