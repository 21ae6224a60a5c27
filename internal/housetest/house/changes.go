package house

import (
	"testing"

	"foyer/internal/feature/change"
)

// changes are what a client wants altered: of the first contact one request in each
// state that somebody waits in and one that was accepted, and one of the contact who
// sees their own alone.
func (w *Workspace) changes(t testing.TB, c *Client) {
	t.Helper()
	ctx, app, name := t.Context(), w.alters(t), c.Canary+" change"
	portal := w.h.Changes.ForClient(c.Contacts[0].Contact(t))
	c.SubmittedChange = w.Request(t, c, c.Contacts[0], name+" submitted")
	c.Change = w.Request(t, c, c.Contacts[0], name)
	must(t, app.Review(ctx, c.Change, change.Before{}))
	w.remark(t, c.Change, c.Canary+" secret remark")
	must(t, app.Say(ctx, c.Change, change.Before{}, name+" message", attached(name+" message")))
	must(t, portal.Say(ctx, c.Change, change.Before{}, name+" message of theirs", attached(name+" message of theirs")))
	c.AskedChange = w.Request(t, c, c.Contacts[0], name+" asked")
	must(t, app.Ask(ctx, c.AskedChange, change.Before{}, name+" question", nil))
	w.remark(t, c.AskedChange, c.Canary+" secret remark of what was asked")
	c.QuotedChange = w.Quoted(t, c, name+" quoted", "700")
	w.remark(t, c.QuotedChange, c.Canary+" secret remark of a quote")
	c.AgreedChange = w.Quoted(t, c, c.Canary+" agreed", "50")
	w.Accept(t, c, c.AgreedChange)
	c.OwnChange = w.Request(t, c, c.Contacts[3], c.Canary+" wish")
	must(t, app.Review(ctx, c.OwnChange, change.Before{}))
	w.remark(t, c.OwnChange, c.Canary+" secret remark of a wish")
	c.ChangeFile, c.OwnChangeFile = w.changeFile(t, c.Change), w.changeFile(t, c.OwnChange)
}

// alters is the door to change requests for the Owner.
func (w *Workspace) alters(t testing.TB) change.App {
	t.Helper()
	return w.h.Changes.ForStaff(w.Owner.Staff(t))
}

// Request asks for a change in the name of a contact, with a file.
func (w *Workspace) Request(t testing.TB, c *Client, by *Agent, name string) change.ID {
	t.Helper()
	made, err := w.h.Changes.ForClient(by.Contact(t)).Submit(t.Context(), change.Details{
		Project: c.Project, Title: name, Description: name + " description", Category: change.BugFix, Priority: change.High,
		Justification: name + " justification", Benefit: name + " benefit",
	}, attached(name))
	must(t, err)
	return made
}

// remark is what staff keep about a request among themselves.
func (w *Workspace) remark(t testing.TB, of change.ID, remark string) {
	t.Helper()
	now, err := w.alters(t).Get(t.Context(), of, change.Part{})
	must(t, err)
	must(t, w.alters(t).SaveNote(t.Context(), of, now.Version, change.Note{Assignee: now.Assignee, Remark: remark}))
}

// Quoted asks for a change as the first contact, and answers with a price.
func (w *Workspace) Quoted(t testing.TB, c *Client, name, price string) change.ID {
	t.Helper()
	made := w.Request(t, c, c.Contacts[0], name)
	must(t, w.alters(t).Quote(t.Context(), made, change.Before{}, change.QuoteDetails{
		Price: price, Currency: "EUR", Hours: "5", Milestone: c.Target, Days: "7", ValidUntil: "2026-12-20", Note: name + " quote",
	}))
	return made
}

// Accept accepts what a request is quoted at, as the first contact.
func (w *Workspace) Accept(t testing.TB, c *Client, of change.ID) {
	t.Helper()
	now, err := w.alters(t).Get(t.Context(), of, change.Part{})
	must(t, err)
	must(t, w.h.Changes.ForClient(c.Contacts[0].Contact(t)).Accept(t.Context(), of, now.Quotes[0].Shown()))
}

// changeFile is the file that came with a request.
func (w *Workspace) changeFile(t testing.TB, of change.ID) string {
	t.Helper()
	now, err := w.alters(t).Get(t.Context(), of, change.Part{})
	must(t, err)
	return now.Thread.Files[0].ID
}

// crowdOfChanges asks for one more change, quotes some and accepts some of these.
func (w *Workspace) crowdOfChanges(t testing.TB, c *Client, n int, name string) {
	t.Helper()
	must(t, w.alters(t).Say(t.Context(), c.Change, change.Before{}, name+" change message", attached(name+" change message")))
	if n%3 != 0 {
		w.Request(t, c, c.Contacts[0], name+" change")
		return
	}
	if made := w.Quoted(t, c, name+" agreed", "1"); n%6 == 0 {
		w.Accept(t, c, made)
	}
}
