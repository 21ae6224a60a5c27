package support

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/scope"
)

// ThreadPage is how many entries a page of a thread has.
const ThreadPage = 50

// Entry is a part of a thread: a reply, a note or an event; the others are nil.
type Entry struct {
	ID    string
	Reply *Reply
	Note  *Note
	Event *Event
}

// Event is what happened with a case by itself or by a press of a button.
type Event struct {
	Kind  string // such as case.assigned
	Actor string // name; empty for the program
	Own   bool
	At    time.Time
	// Member is who it was assigned to, empty for nobody.
	Member MemberID
	Self   bool     // it was assigned to who did it
	Fields []string // of case.changed: what was changed
}

// Thread is a page of what was said and done in a case, oldest first.
type Thread struct {
	Entries        []Entry
	Earlier, Later string // ids to go on from, empty at either end
}

// Since are the replies that came after an entry; none without one.
func (t Thread) Since(entry string) (all []Reply) {
	for _, e := range t.Entries {
		if entry != "" && e.Reply != nil && e.ID > entry {
			all = append(all, *e.Reply)
		}
	}
	return all
}

// Newest is the id of the last entry, of a thread that is read at its end.
func (t Thread) Newest() string {
	if len(t.Entries) == 0 {
		return ""
	}
	return t.Entries[len(t.Entries)-1].ID
}

// First is the first reply on the page; nil without one.
func (t Thread) First() *Reply {
	for _, e := range t.Entries {
		if e.Reply != nil {
			return e.Reply
		}
	}
	return nil
}

// Span is which part of a thread is wanted; its zero value is the newest.
type Span struct{ Before, After string }

// newest comes after every id.
var newest = strings.Repeat("v", id.Length)

// bounds are from where the part is read, and in which direction.
func (s Span) bounds() (from string, onwards bool) {
	switch {
	case id.Valid(s.After):
		return s.After, true
	case id.Valid(s.Before):
		return s.Before, false
	}
	return newest, false
}

// line is a row of a thread as it is read.
type line struct {
	id, kind, author, name, body, params string
	byStaff                              bool
	at                                   time.Time
}

func scanLine(row scope.Row) (l line, err error) {
	return l, row.Scan(&l.id, &l.kind, &l.byStaff, scope.Text(&l.author), scope.Text(&l.name), &l.body, &l.params, scope.Time(&l.at))
}

// filed is a file with the message that it was sent along with.
type filed struct {
	of string
	document.Attached
}

func scanFiled(row scope.Row) (f filed, err error) {
	return f, row.Scan(&f.of, &f.ID, &f.Name, &f.MediaType, &f.Size, &f.Version)
}

// threadOf makes a page of the lines that were read, one more than it has, and of
// the files that were sent along.
func threadOf(lines []line, files []filed, s Span, reader string) (Thread, error) {
	_, onwards := s.bounds()
	more := len(lines) > ThreadPage
	if more {
		lines = lines[:ThreadPage]
	}
	if !onwards {
		slices.Reverse(lines)
	}
	var t Thread
	for _, l := range lines {
		e, err := l.entry(reader)
		if err != nil {
			return Thread{}, err
		}
		for _, f := range files {
			switch {
			case f.of != l.id:
			case e.Reply != nil:
				e.Reply.Files = append(e.Reply.Files, f.Attached)
			case e.Note != nil:
				e.Note.Files = append(e.Note.Files, f.Attached)
			}
		}
		t.Entries = append(t.Entries, e)
	}
	if len(lines) == 0 {
		return t, nil
	}
	if onwards || more {
		t.Earlier = lines[0].id
	}
	if from, _ := s.bounds(); onwards && more || !onwards && from != newest {
		t.Later = lines[len(lines)-1].id
	}
	return t, nil
}

func (l line) entry(reader string) (Entry, error) {
	e, own := Entry{ID: l.id}, l.author != "" && l.author == reader
	switch l.kind {
	case "reply":
		e.Reply = &Reply{ID: ReplyID(l.id), Author: l.name, ByStaff: l.byStaff, Own: own, Body: l.body, At: l.at}
	case "note":
		e.Note = &Note{ID: NoteID(l.id), Author: l.name, Own: own, Body: l.body, At: l.at}
	default:
		e.Event = &Event{Kind: l.kind, Actor: l.name, Own: own, At: l.at}
		var params struct {
			Member string
			Self   bool
			Fields []string
		}
		if err := json.Unmarshal([]byte(l.params), &params); err != nil {
			return e, err
		}
		e.Event.Member, e.Event.Self, e.Event.Fields = params.Member, params.Self, params.Fields
	}
	return e, nil
}

// thread reads a page of a thread by the statements of whoever reads it.
func thread(ctx context.Context, tx scope.Tx, c ID, s Span, reader string, earlier, later string, listFiles string) (Thread, error) {
	from, onwards := s.bounds()
	statement := earlier
	if onwards {
		statement = later
	}
	lines, err := scope.List(ctx, tx, statement, scope.Args{"case": c, "from": from}, scanLine)
	if err != nil || len(lines) == 0 {
		return Thread{}, err
	}
	first, last := lines[0].id, lines[len(lines)-1].id
	files, err := scope.List(ctx, tx, listFiles, scope.Args{"case": c, "first": min(first, last), "last": max(first, last)}, scanFiled)
	if err != nil {
		return Thread{}, err
	}
	return threadOf(lines, files, s, reader)
}
