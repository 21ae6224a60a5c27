// Package feed is what a client's people may read of what happened. It asks of
// each event whether whoever looks may see its record now, so that something
// that was hidden since takes its history with it.
package feed

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/scope"
)

// Recent is how many events a dashboard shows.
const Recent = 8

// pageSize is how many events a page of the whole feed has.
const pageSize = 25

// Event is one thing that happened, as a client may know it.
type Event struct {
	ID       string
	At       time.Time
	Kind     string
	Actor    string // name of the person; empty when it was nobody in particular
	Project  Subject
	Target   Subject // milestone or deliverable; empty when it is about the project
	Invoice  Subject // or credit note, by its number
	Contract Subject
	Change   Subject
	Case     Subject // by its subject
	Document Subject
	Meeting  Subject      // by its title, which may be empty
	From     string       // of milestone.rescheduled: the day before
	To       string       // and the day now, as YYYY-MM-DD
	Agreed   bool         // of the same: an accepted change request moved it
	ByStaff  bool         // a member of the team did it
	Amount   money.Amount // of what was paid or given back; may be zero
}

// Subject is the record that an event is about.
type Subject struct{ ID, Name string }

// Page is a part of the feed, newest first.
type Page struct {
	Events []Event
	From   string // that the page begins below, empty for the newest one
	Next   string // that the page after this one begins below, empty for the last one
}

// Portal is the feed of a contact.
type Portal struct{ who auth.Client }

// ForClient opens the door for a contact.
func ForClient(who auth.Client) Portal { return Portal{who} }

// newest comes after every id.
var newest = strings.Repeat("v", id.Length)

// Recent reads the last few events that the contact may see.
func (p Portal) Recent(ctx context.Context) ([]Event, error) {
	events, err := p.read(ctx, newest, Recent)
	return events, err
}

// Page reads a page of the events that the contact may see, below an event or
// from the newest on.
func (p Portal) Page(ctx context.Context, from string) (Page, error) {
	page := Page{From: from}
	if !id.Valid(from) {
		page.From, from = "", newest
	}
	events, err := p.read(ctx, from, pageSize+1)
	if len(events) > pageSize {
		events = events[:pageSize]
		page.Next = events[pageSize-1].ID
	}
	page.Events = events
	return page, err
}

func (p Portal) read(ctx context.Context, from string, most int) ([]Event, error) {
	var events []Event
	err := p.who.Read(ctx, auth.Own, func(tx scope.Tx) (err error) {
		events, err = scope.List(ctx, tx, listSeen, scope.Args{
			"from": from, "most": most, "projects": p.who.Sees(auth.Projects), "money": p.who.Sees(auth.Money), "contracts": p.who.Sees(auth.Contracts),
			"all":   p.who.Capabilities().Of(auth.Contracts) == auth.AllOfIt,
			"cases": p.who.Sees(auth.Cases), "all_cases": p.who.Capabilities().Of(auth.Cases) == auth.AllOfIt,
			"documents": p.who.Sees(auth.Documents),
			"meetings":  p.who.Sees(auth.Calendar), "all_meetings": p.who.Capabilities().Of(auth.Calendar) == auth.AllOfIt,
			"changes": p.who.Sees(auth.Changes), "all_changes": p.who.Capabilities().Of(auth.Changes) == auth.AllOfIt,
		}, scan)
		return err
	})
	return events, err
}

func scan(row scope.Row) (e Event, err error) {
	var params string
	var realm auth.Realm
	err = row.Scan(&e.ID, scope.Time(&e.At), &e.Kind, scope.Text(&e.Actor), scope.Text(&realm), scope.Text(&e.Project.ID), scope.Text(&e.Project.Name),
		scope.Text(&e.Target.ID), scope.Text(&e.Target.Name), scope.Text(&e.Invoice.ID), scope.Text(&e.Invoice.Name),
		scope.Text(&e.Contract.ID), scope.Text(&e.Contract.Name),
		scope.Text(&e.Change.ID), scope.Text(&e.Change.Name), scope.Text(&e.Case.ID), scope.Text(&e.Case.Name),
		scope.Text(&e.Document.ID), scope.Text(&e.Document.Name),
		scope.Text(&e.Meeting.ID), scope.Text(&e.Meeting.Name), scope.Text(&params))
	e.ByStaff = realm == auth.StaffRealm
	switch {
	case err != nil:
	case e.Kind == "milestone.rescheduled":
		var days struct {
			From, To string
			Agreed   bool
		}
		err = json.Unmarshal([]byte(params), &days)
		e.From, e.To, e.Agreed = days.From, days.To, days.Agreed
	case strings.HasPrefix(e.Kind, "payment."):
		var said struct {
			Minor    int64
			Currency string
		}
		err = json.Unmarshal([]byte(params), &said)
		e.Amount = money.Amount{Minor: said.Minor, Currency: said.Currency}
	}
	return e, err
}
