package calendar

import (
	"context"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Kind is what an entry of the calendar is.
type Kind string

// The kinds.
const (
	Meeting   Kind = "meeting"   // with people of a client
	Own       Kind = "own"       // of the business
	Pending   Kind = "pending"   // a time that is on the table
	Milestone Kind = "milestone" // the day that one is due
	Due       Kind = "due"       // the day that an invoice is
)

// Entry is something that the calendar shows.
type Entry struct {
	Kind         Kind
	ID           string // of the event, the project of the milestone, or the invoice
	Title        string // or the number of the invoice
	ClientName   string
	Type         Type
	State        State
	Part         Part      // of a pending one
	Starts, Ends time.Time // zero for what has a day
	On           civil.Date
}

func scanEntry(row scope.Row) (e Entry, err error) {
	return e, row.Scan(&e.Kind, &e.ID, &e.Title, scope.Text(&e.ClientName), scope.Text(&e.Type), scope.Text(&e.State), &e.Part, scope.Time(&e.Starts), scope.Time(&e.Ends), &e.On)
}

// Asked is which part of the calendar somebody wants.
type Asked struct {
	From, Until civil.Date // the first day and the one after the last, of the workspace's zone
	Member      MemberID   // whose events; empty for all
	Bare        bool       // without milestones and due dates
}

// MostEntries is how many entries are read at once; of more, the first.
const MostEntries = 10000

// Range reads what is in the calendar between two days, in the order of time; what has
// only a day comes first on it. Milestones and due dates are there for roles that see
// projects and money.
func (a App) Range(ctx context.Context, in Asked) (all []Entry, err error) {
	from, until := in.From.Begins(a.who.Site().Zone), in.Until.Begins(a.who.Site().Zone)
	if !id.Valid(in.Member) {
		in.Member = ""
	}
	err = a.who.Read(ctx, auth.CalendarRead, func(tx scope.Tx) error {
		all, err = scope.List(ctx, tx, listEntries, scope.Args{
			"from": from, "until": until, "longest": from.Add(-7 * 24 * time.Hour), "first": in.From, "end": in.Until, "member": in.Member,
			"projects": !in.Bare && a.who.May(auth.ProjectsRead), "money": !in.Bare && a.who.May(auth.MoneyRead), "most": MostEntries,
		}, scanEntry)
		return err
	})
	slices.SortStableFunc(all, func(x, y Entry) int { return x.Starts.Compare(y.Starts) })
	return all, err
}

// Waiting is a request or proposal that waits for an answer, with what is on the table.
type Waiting struct {
	Event
	Slots []Slot
	Note  string // of who offered them
	Busy  []Busy // what those who hold it have on the days around
}

// MostWaiting is how many are listed.
const MostWaiting = 20

// Line is an event of which the board says a line alone.
type Line struct {
	Entry
	Holder string    // name; empty where nobody on the team holds it
	Lapses time.Time // when the last time on the table passes; zero without one
}

// Board is what waits in the calendar, as a member sees it. Each list has MostWaiting at
// most.
type Board struct {
	Yours  []Waiting // for an answer of this member, or of whoever takes it, the first to lapse in front
	Total  int       // how many of these there are, up to 100
	Unheld []Line    // ahead, and without an organiser on the team; for who may take them
	Others []Line    // for an answer of others, the first to lapse in front
}

// Board reads what waits in the calendar. Nothing waits for who may not answer.
func (a App) Board(ctx context.Context) (b Board, err error) {
	var events []Event
	var rows []besideWaiting
	args := scope.Args{"most": MostWaiting, "member": a.who.MemberID(), "writes": a.MayWrite()}
	err = a.who.Read(ctx, auth.CalendarRead, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&events, listWaiting, args, scanEvent),
			scope.Into(&rows, listBesideWaiting, args, scanBesideWaiting),
		)
	})
	for _, e := range events {
		b.Yours = append(b.Yours, Waiting{Event: e})
	}
	for _, r := range rows {
		switch r.kind {
		case "count":
			b.Total = r.count
		case "other":
			b.Others = append(b.Others, Line{r.entry(Pending), r.name, r.ends})
		case "unheld":
			b.Unheld = append(b.Unheld, Line{Entry: r.entry(Meeting)})
		default:
			r.beside(b.Yours)
		}
	}
	return b, err
}

// besideWaiting is a time on the table of something that waits, something that its
// people have around, how many wait, or an event for a line.
type besideWaiting struct {
	kind, id, name, text, client string
	event, other                 ID
	starts, ends                 time.Time
	count                        int
}

func scanBesideWaiting(row scope.Row) (r besideWaiting, err error) {
	return r, row.Scan(&r.kind, &r.event, &r.id, &r.name, &r.text, &r.client, &r.other, scope.Time(&r.starts), scope.Time(&r.ends), &r.count)
}

func (r besideWaiting) entry(kind Kind) Entry {
	return Entry{Kind: kind, ID: r.event.String(), Title: r.text, ClientName: r.client, Type: Type(r.id), Starts: r.starts}
}

// beside puts a time or what is in its way to the event that it belongs to.
func (r besideWaiting) beside(all []Waiting) {
	n := slices.IndexFunc(all, func(w Waiting) bool { return w.ID == r.event })
	switch {
	case n < 0:
	case r.kind == "slot":
		all[n].Slots, all[n].Note = append(all[n].Slots, Slot{ID: r.id, Part: Part(r.name), Starts: r.starts, Ends: r.ends}), r.text
	default:
		all[n].Busy = append(all[n].Busy, Busy{Member: r.id, Name: r.name, Event: r.other, Title: r.text, Starts: r.starts, Ends: r.ends})
	}
}

// Proposal is what one side offered, and what became of it.
type Proposal struct {
	ID      string
	By      Side
	Author  string // name
	Note    string
	Slots   []Slot
	At      time.Time
	Outcome string // empty while it is on the table
}

// scanProposal scans a proposal with one of its slots.
func scanProposal(row scope.Row) (p Proposal, err error) {
	var s Slot
	err = row.Scan(&p.ID, &p.By, &p.Author, &p.Note, scope.Time(&p.At), &p.Outcome, &s.ID, &s.Part, scope.Time(&s.Starts), scope.Time(&s.Ends))
	p.Slots = []Slot{s}
	return p, err
}

// Full is an event with who takes part and what was offered, the newest in front.
type Full struct {
	Event
	Attendees []Attendee
	Proposals []Proposal
}

// Table are the times on the table; none where nothing is.
func (f Full) Table() []Slot {
	for _, p := range f.Proposals {
		if p.ID == f.Proposal {
			return p.Slots
		}
	}
	return nil
}

// whole puts the slots of each proposal together.
func whole(rows []Proposal) (all []Proposal) {
	for _, p := range rows {
		if last := len(all) - 1; last >= 0 && all[last].ID == p.ID {
			all[last].Slots = append(all[last].Slots, p.Slots...)
		} else {
			all = append(all, p)
		}
	}
	return all
}

// Get reads an event. Problem: NotFound.
func (a App) Get(ctx context.Context, event ID) (f Full, err error) {
	if !id.Valid(event.String()) {
		return f, problem.Missing()
	}
	err = a.who.Read(ctx, auth.CalendarRead, func(tx scope.Tx) error {
		f, err = ofStaff.full(ctx, tx, scope.Args{"event": event}, event)
		return err
	})
	return f, err
}

// reading are the statements by which one side reads an event.
type reading struct{ event, attendees, proposals string }

var (
	ofStaff   = reading{readEvent, listAttendees, listProposals}
	ofContact = reading{readSeenEvent, listSeenAttendees, listSeenProposals}
)

func (r reading) full(ctx context.Context, tx scope.Tx, args scope.Args, event ID) (Full, error) {
	var events []Event
	var f Full
	err := tx.Batch(ctx,
		scope.Into(&events, r.event, args, scanEvent),
		scope.Into(&f.Attendees, r.attendees, scope.Args{"event": event}, scanAttendee),
		scope.Into(&f.Proposals, r.proposals, scope.Args{"event": event}, scanProposal),
	)
	if err == nil && len(events) == 0 {
		err = problem.Missing()
	}
	if err != nil {
		return Full{}, err
	}
	f.Event, f.Proposals = events[0], whole(f.Proposals)
	return f, nil
}

// Busy is time that a member has given away.
type Busy struct {
	Member       MemberID
	Name         string
	Event        ID
	Title        string
	Starts, Ends time.Time
}

// Room reads what the members of an event have from one day of the workspace's zone to
// another, but for the event itself, and when the workspace works; of an event that
// nobody holds, what whoever asks has.
func (a App) Room(ctx context.Context, event ID, first, last civil.Date) (h Hours, all []Busy, err error) {
	from, until := first.Begins(a.who.Site().Zone), last.Add(1).Begins(a.who.Site().Zone)
	err = a.who.Read(ctx, auth.CalendarRead, func(tx scope.Tx) error {
		return tx.Each(ctx, listRoom, scope.Args{
			"event": event, "member": a.who.MemberID(), "from": from, "until": until, "longest": from.Add(-7 * 24 * time.Hour),
		}, func(row scope.Row) error {
			var kind, hours string
			var b Busy
			if err := row.Scan(&kind, &b.Member, &b.Name, &b.Event, &b.Title, scope.Time(&b.Starts), scope.Time(&b.Ends), &hours); err != nil {
				return err
			}
			if kind == "hours" {
				h = readHours(hours)
			} else {
				all = append(all, b)
			}
			return nil
		})
	})
	return h, all, err
}

// Frame reads what the calendar is drawn with: when the workspace works, and its members.
func (a App) Frame(ctx context.Context) (hours Hours, members []Choice, err error) {
	err = a.who.Read(ctx, auth.CalendarRead, func(tx scope.Tx) error {
		return tx.Each(ctx, listFrame, nil, func(row scope.Row) error {
			var kind string
			var one Choice
			if err := row.Scan(&kind, &one.ID, &one.Name); err != nil {
				return err
			}
			if kind == "hours" {
				hours = readHours(one.Name)
			} else {
				members = append(members, one)
			}
			return nil
		})
	})
	return hours, members, err
}

// Free are the stretches of a day's working hours, from now on, in which nothing of busy
// lies, each at least as long as a meeting.
func (h Hours) Free(day civil.Date, length int, busy []Busy, now time.Time) (all []Slot) {
	from, to := h.on(day, now.Location())
	if from.Before(now) {
		from = now.Truncate(15 * time.Minute).Add(15 * time.Minute)
	}
	least := time.Duration(length) * time.Minute
	take := func(until time.Time) {
		if until.Sub(from) >= least {
			all = append(all, Slot{Starts: from, Ends: until})
		}
	}
	for _, b := range slices.SortedFunc(slices.Values(busy), func(x, y Busy) int { return x.Starts.Compare(y.Starts) }) {
		if b.Starts.After(to) {
			break
		}
		take(b.Starts)
		if b.Ends.After(from) {
			from = b.Ends
		}
	}
	take(to)
	return all
}

// Choice is something that a form offers.
type Choice struct{ ID, Name string }

// Choices are what the form of an event offers.
type Choices struct {
	Clients  []Choice
	Members  []Choice
	Contacts []Choice // of the client that was asked for
}

// Choices reads what the form of an event offers, with the contacts of a client.
func (a App) Choices(ctx context.Context, of client.ID) (c Choices, err error) {
	if !id.Valid(of.String()) {
		of = ""
	}
	err = a.who.Read(ctx, auth.CalendarRead, func(tx scope.Tx) error {
		return tx.Each(ctx, listChoices, scope.Args{"of": of}, func(row scope.Row) error {
			var kind string
			var one Choice
			if err := row.Scan(&kind, &one.ID, &one.Name); err != nil {
				return err
			}
			switch kind {
			case "client":
				c.Clients = append(c.Clients, one)
			case "member":
				c.Members = append(c.Members, one)
			default:
				c.Contacts = append(c.Contacts, one)
			}
			return nil
		})
	})
	return c, err
}
