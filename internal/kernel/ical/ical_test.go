package ical_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"foyer/internal/kernel/ical"
)

var at = time.Date(2026, 12, 3, 10, 30, 0, 0, time.UTC)

func event() ical.Event {
	return ical.Event{
		UID: "0123456789abcdefghijklmnop", Sequence: 3, Changed: at.Add(-time.Hour), Created: at.Add(-2 * time.Hour), Starts: at, Ends: at.Add(30 * time.Minute),
		Status: ical.Confirmed, Summary: `Glaze, salt; "fire" \ Übergrößenträger ` + strings.Repeat("ä", 80), Description: "First line\nsecond; line",
		Location: "1 Quay, Cork", URL: "https://foyer.example/portal/meetings/1", Organizer: ical.Person{Name: `Halden "&" Rowe`, Email: "hello@haldenrowe.example"},
		Attendees: []ical.Attendee{{Person: ical.Person{Name: "Marlow, Ines: O’Neill", Email: "ines@marlow.example"}, Accepted: true}, {Person: ical.Person{Email: "rui@marlow.example"}}},
	}
}

// A parser that is not ours reads back what was written.
func TestAnotherParserReadsIt(t *testing.T) {
	t.Parallel()
	c := ical.Calendar{Method: ical.Request, Maker: "Halden & Rowe", Events: []ical.Event{event()}}
	read, err := ics.ParseCalendar(bytes.NewReader(c.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Events()) != 1 {
		t.Fatalf("%d events", len(read.Events()))
	}
	e, want := read.Events()[0], event()
	for _, p := range []struct {
		property ics.ComponentProperty
		want     string
	}{
		{ics.ComponentPropertyUniqueId, want.UID}, {ics.ComponentPropertySequence, "3"}, {ics.ComponentPropertySummary, want.Summary},
		{ics.ComponentPropertyDescription, want.Description}, {ics.ComponentPropertyLocation, want.Location}, {ics.ComponentPropertyUrl, want.URL},
		{ics.ComponentPropertyStatus, "CONFIRMED"}, {ics.ComponentPropertyDtStart, "20261203T103000Z"}, {ics.ComponentPropertyDtEnd, "20261203T110000Z"},
		{ics.ComponentPropertyOrganizer, "mailto:hello@haldenrowe.example"},
	} {
		if got := e.GetProperty(p.property); got == nil || got.Value != p.want {
			t.Errorf("%s is %+v, want %q", p.property, got, p.want)
		}
	}
	if len(e.Attendees()) != 2 || e.Attendees()[0].Email() != "ines@marlow.example" || e.Attendees()[0].ParticipationStatus() != ics.ParticipationStatusAccepted {
		t.Errorf("attendees are %+v", e.Attendees())
	}
	if got := e.Attendees()[0].ICalParameters["CN"]; len(got) != 1 || got[0] != want.Attendees[0].Name {
		t.Errorf("the name of who takes part is %q", got)
	}
}

// RFC 5545, 3.1: lines end with CR LF, are at most 75 bytes long, and are not cut within
// a character.
func TestLines(t *testing.T) {
	t.Parallel()
	data := string(ical.Calendar{Maker: "x", Name: "Halden & Rowe", Refresh: time.Hour, Events: []ical.Event{event()}}.Bytes())
	if !strings.HasSuffix(data, "END:VCALENDAR\r\n") || strings.Count(data, "\n") != strings.Count(data, "\r\n") || strings.Count(data, "\r") != strings.Count(data, "\r\n") {
		t.Error("a line does not end with CR LF")
	}
	for line := range strings.SplitSeq(data, "\r\n") {
		if len(line) > 75 || strings.ToValidUTF8(line, "") != line {
			t.Errorf("the line has %d bytes: %q", len(line), line)
		}
	}
	if strings.Contains(data, "METHOD") {
		t.Error("a feed asks for something")
	}
}

// Nothing that people type becomes a line or a parameter of its own.
func TestNothingTypedBreaksOut(t *testing.T) {
	t.Parallel()
	hostile := "x\r\nATTENDEE:mailto:eve@example.com\nEND:VEVENT\rX\";CN=y:\\n,;"
	e := event()
	e.Summary, e.Description, e.Location, e.Organizer.Name, e.Attendees[0].Name = hostile, hostile, hostile, hostile, hostile
	data := string(ical.Calendar{Maker: hostile, Name: hostile, Events: []ical.Event{e}}.Bytes())
	unfolded := strings.ReplaceAll(data, "\r\n ", "")
	if n := strings.Count(unfolded, "\r\nATTENDEE"); n != 2 {
		t.Errorf("%d attendees", n)
	}
	if n := strings.Count(unfolded, "\r\nEND:VEVENT"); n != 1 {
		t.Errorf("the event ends %d times", n)
	}
	if _, err := ics.ParseCalendar(strings.NewReader(data)); err != nil {
		t.Error(err)
	}
}
