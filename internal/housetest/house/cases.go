package house

import (
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/feature/support"
)

// cases are what a client needs help with: a case of the first contact in which
// everybody has written, one that is on hold, one that is resolved, one that staff
// raised for the second contact, and one of the contact who sees their own alone.
func (w *Workspace) cases(t testing.TB, c *Client) {
	t.Helper()
	ctx, app, secret := t.Context(), w.helps(t), c.Canary+" secret"
	must(t, app.SaveCategory(ctx, support.Category{Name: secret + " category"}))
	all, err := app.Categories(ctx)
	must(t, err)
	for _, one := range all {
		if one.Name == secret+" category" {
			c.Category = one.ID
		}
	}
	c.Case = w.Raise(t, c.Contacts[0], c.Canary+" case")
	w.sort(t, c.Case, c.Category)
	w.answer(t, c.Case, c.Canary+" case answer")
	w.note(t, c.Case, secret+" note")
	_, err = w.h.Cases.ForClient(c.Contacts[0].Contact(t)).Reply(ctx, c.Case, c.Canary+" case question", attached(c.Canary+" case question"))
	must(t, err)
	c.CaseFile, c.NoteFile = w.caseFiles(t, c.Case)

	c.HeldCase = w.Raise(t, c.Contacts[0], c.Canary+" case on hold")
	must(t, app.Hold(ctx, c.HeldCase, "", secret+" reason"))
	c.ResolvedCase = w.Raise(t, c.Contacts[0], c.Canary+" case resolved")
	w.note(t, c.ResolvedCase, secret+" note of what is resolved")
	must(t, app.Resolve(ctx, c.ResolvedCase, "", c.Canary+" case resolution"))
	c.SecondCase, err = app.Raise(ctx, support.Details{
		Client: c.ID, Contact: c.ContactIDs[1].String(), Subject: c.Canary + " case by phone", Priority: support.High, Severity: support.Major,
		Category: c.Category, Source: support.ByPhone,
	}, w.MemberIDs[auth.Support], c.Canary+" case by phone description", attached(c.Canary+" case by phone"))
	must(t, err)

	c.OwnCase = w.Raise(t, c.Contacts[3], c.Canary+" matter")
	w.answer(t, c.OwnCase, c.Canary+" matter answer")
	w.note(t, c.OwnCase, secret+" note of a matter")
	c.OwnCaseFile, c.OwnNoteFile = w.caseFiles(t, c.OwnCase)
}

// helps is the door to cases for the Owner.
func (w *Workspace) helps(t testing.TB) support.App {
	t.Helper()
	return w.h.Cases.ForStaff(w.Owner.Staff(t))
}

func attached(name string) []document.Upload {
	return []document.Upload{{Name: name + ".txt", Bytes: []byte(name + " file")}}
}

// Raise begins a case of a contact, with a file.
func (w *Workspace) Raise(t testing.TB, by *Agent, name string) support.ID {
	t.Helper()
	made, err := w.h.Cases.ForClient(by.Contact(t)).Raise(t.Context(), support.Matter{
		Subject: name, Description: name + " description", Priority: support.Critical, Uploads: attached(name),
	})
	must(t, err)
	return made
}

// sort puts a case into a category, and says how much is broken.
func (w *Workspace) sort(t testing.TB, of support.ID, into support.CategoryID) {
	t.Helper()
	c, _, err := w.helps(t).Get(t.Context(), of, support.Span{})
	must(t, err)
	c.Category, c.Severity = into, support.Blocker
	must(t, w.helps(t).Update(t.Context(), of, c.Version, c.Details))
}

// seen is the newest entry of a case.
func (w *Workspace) seen(t testing.TB, of support.ID) string {
	t.Helper()
	_, thread, err := w.helps(t).Get(t.Context(), of, support.Span{})
	must(t, err)
	return thread.Newest()
}

func (w *Workspace) answer(t testing.TB, of support.ID, body string) {
	t.Helper()
	must(t, w.helps(t).Reply(t.Context(), of, support.Message{Body: body, Uploads: attached(body), Seen: w.seen(t, of), Wait: true}))
}

func (w *Workspace) note(t testing.TB, of support.ID, body string) {
	t.Helper()
	must(t, w.helps(t).Note(t.Context(), of, support.Message{Body: body, Uploads: attached(body), Seen: w.seen(t, of)}))
}

// caseFiles are the first file of a reply in a case, and the first of a note.
func (w *Workspace) caseFiles(t testing.TB, of support.ID) (reply, note string) {
	t.Helper()
	_, thread, err := w.helps(t).Get(t.Context(), of, support.Span{})
	must(t, err)
	for _, e := range thread.Entries {
		switch {
		case e.Reply != nil && reply == "":
			reply = e.Reply.Files[0].ID
		case e.Note != nil && note == "":
			note = e.Note.Files[0].ID
		}
	}
	return reply, note
}

// crowdOfCases makes one more case of a client, in a thread that grows, and of every
// other one a note; and now and then a category.
func (w *Workspace) crowdOfCases(t testing.TB, c *Client, n int, name string) {
	t.Helper()
	made := w.Raise(t, c.Contacts[0], name+" case")
	w.answer(t, c.Case, name+" case answer")
	if n%2 == 0 {
		w.note(t, made, name+" secret note")
		w.note(t, c.Case, name+" secret note")
	}
	if n%4 == 0 {
		must(t, w.helps(t).SaveCategory(t.Context(), support.Category{Name: name + " secret category"}))
	}
}
