package support_test

import (
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/blob"
)

const (
	home  = projecttest.Home
	owner = projecttest.Owner
	jun   = "jun@halden.example"
	ines  = "ines@marlow.example"
	rui   = "rui@marlow.example"
	sam   = "sam@northwind.example"
)

var (
	must  = projecttest.Must
	wants = projecttest.Wants
)

// bench is a desk at which cases are answered: Jun works on them besides the Owner,
// and Marlow has Ines, who sees all of theirs, and Rui, who sees his own.
type bench struct {
	*projecttest.Desk
	f      support.Feature
	blobs  blob.Store
	marlow client.ID
	other  client.ID
	jun    string // his id as a member
}

func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		blobs, err := blob.OpenDisk(t.TempDir())
		must(t, err)
		b := &bench{Desk: d, blobs: blobs, f: support.Feature{Documents: document.Shelf{Blobs: blobs}}}
		b.f.WriteMail(d.Mails)
		b.jun = d.Hire(t, "Jun Sato", jun, auth.Support).ID
		b.marlow, b.other = d.Client(t, home, "Marlow Ceramics", ines), d.Client(t, home, "Northwind Bikes", sam)
		d.Add(t, b.marlow, rui, auth.ProjectPreset, true)
		d.Deliver(t)
		test(t, b)
		for _, host := range []string{home, projecttest.Away} {
			wrong, err := support.Verify(t.Context(), d.System(t, host))
			must(t, err)
			if len(wrong) > 0 {
				t.Errorf("kept wrongly: %q", wrong)
			}
		}
	})
}

// app is the door for a member, with a form of their own.
func (b *bench) app(t *testing.T, email string) support.App {
	t.Helper()
	return b.f.ForStaff(b.Staff(t, home, email, b.Form()))
}

func (b *bench) portal(t *testing.T, email string) support.Portal {
	t.Helper()
	of := b.marlow
	if email == sam {
		of = b.other
	}
	return b.f.ForClient(b.Contact(t, home, email, of))
}

// raise begins a case in the portal.
func (b *bench) raise(t *testing.T, email, subject string) support.ID {
	t.Helper()
	made, err := b.portal(t, email).Raise(t.Context(), support.Matter{Subject: subject, Description: subject + " does not work.", Priority: support.Medium})
	must(t, err)
	return made
}

func (b *bench) get(t *testing.T, c support.ID) (support.Case, support.Thread) {
	t.Helper()
	got, thread, err := b.app(t, owner).Get(t.Context(), c, support.Span{})
	must(t, err)
	return got, thread
}

func (b *bench) state(t *testing.T, c support.ID, want support.State) {
	t.Helper()
	if got, _ := b.get(t, c); got.State != want {
		t.Fatalf("the case is %s, want %s", got.State, want)
	}
}

// lines are a thread in short: what was said and what happened.
func lines(thread support.Thread) string {
	var all []string
	for _, e := range thread.Entries {
		switch {
		case e.Reply != nil:
			all = append(all, e.Reply.Author+": "+e.Reply.Body)
		case e.Note != nil:
			all = append(all, "note: "+e.Note.Body)
		default:
			all = append(all, e.Event.Kind)
		}
	}
	return strings.Join(all, " | ")
}

func file(name, content string) document.Upload {
	return document.Upload{Name: name, Bytes: []byte(content)}
}
