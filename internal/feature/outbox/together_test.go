package outbox

import (
	"testing"

	"foyer/internal/auth"
	"foyer/internal/kernel/lang"
)

// A daily mail has a heading for each record, and one for each of those that have no
// page to lead to.
func TestADayIsToldOfByRecord(t *testing.T) {
	t.Parallel()
	day := []Letter{
		{Subject: "SC-1", Paragraphs: []string{"one"}, URL: "/cases/1"}, {Subject: "A contract was taken back", Paragraphs: []string{"two"}},
		{Subject: "SC-1", Paragraphs: []string{"three", "four", "five"}, URL: "/cases/1"}, {Subject: "Another was cancelled", Paragraphs: []string{"six"}},
	}
	l := together(day, Wanted{Realm: auth.PortalRealm, digest: true}, auth.Site{Name: "Halden & Rowe"}, lang.For("en"), false)
	var got string
	for _, p := range l.Parts {
		got += p.Title + ":"
		for _, text := range p.Paragraphs {
			got += " " + text
		}
		got += ". "
	}
	if want := "SC-1: one three four. A contract was taken back: two. Another was cancelled: six. "; got != want {
		t.Errorf("it tells %q, want %q", got, want)
	}
	if l.Subject != "Halden & Rowe: 4 pieces of news" {
		t.Errorf("the subject is %q", l.Subject)
	}
}
