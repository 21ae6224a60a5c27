package support

import (
	"context"
	"time"

	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// ReplyID names a reply.
type ReplyID = id.Of[Reply]

// NoteID names a note.
type NoteID = id.Of[Note]

// Reply is what was said between staff and client, in the Markdown that package
// prose reads.
type Reply struct {
	ID      ReplyID
	Author  string // name
	ByStaff bool
	Own     bool // of whoever reads it
	Body    string
	At      time.Time
	Files   []document.Attached
}

// Note is what staff wrote to each other.
type Note struct {
	ID     NoteID
	Author string
	Own    bool
	Body   string
	At     time.Time
	Files  []document.Attached
}

// body cleans what somebody wrote; what is sent along can stand for it.
func body(written string, uploads int) (string, error) {
	var f problem.Fields
	need := text.Required
	if uploads > 0 {
		need = text.Optional
	}
	written = text.Block(&f, "body", written, need, LongestBody)
	return written, f.Err()
}

// reply writes a reply with what was sent along, and gives its id.
func (a act) reply(ctx context.Context, identity, written string, files []document.Uploaded) (ReplyID, error) {
	made, err := a.first(ctx, identity, written, files)
	if err != nil {
		return "", err
	}
	event := "answered"
	if a.by == ByContact {
		event = "replied"
	}
	return made, a.tell(ctx, event, map[string]any{"reply": made})
}

// first writes the reply with which a case is raised, which is told as that.
func (a act) first(ctx context.Context, identity, written string, files []document.Uploaded) (ReplyID, error) {
	made := ReplyID(a.who.NewID())
	kind := "staff"
	if a.by == ByContact {
		kind = "contact"
	}
	at := func(args scope.Args) scope.Args { return a.tx.WithClient(a.c.Client.String(), args) }
	if err := a.write(ctx, made, kind, identity, written, a.tx.Now()); err != nil {
		return "", err
	}
	for _, one := range files {
		file := a.who.NewID()
		version, err := document.Keep(ctx, a.tx, a.who.NewID, document.Place{Kind: "attachment", ID: file, Client: a.c.Client.String()}, one)
		if err != nil {
			return "", err
		}
		if _, err := a.tx.Exec(ctx, insertReplyFile, at(scope.Args{"id": file, "case": a.c.ID, "reply": made, "name": one.Name, "file": version})); err != nil {
			return "", err
		}
	}
	return made, nil
}

// write stores a reply of a moment and counts it.
func (a act) write(ctx context.Context, made ReplyID, kind, author, written string, of time.Time) error {
	at := func(args scope.Args) scope.Args { return a.tx.WithClient(a.c.Client.String(), args) }
	if _, err := a.tx.Exec(ctx, insertReply, at(scope.Args{
		"id": made, "case": a.c.ID, "kind": kind, "author": author, "body": written, "search_key": text.Key(written), "at": of,
	})); err != nil {
		return err
	}
	a.c.Replies++
	_, err := a.tx.Exec(ctx, countReply, at(scope.Args{"id": a.c.ID, "staff": kind == "staff"}))
	return err
}

// noted writes a note with what was sent along, and gives its id. Its files belong to
// no client, so that no client's transaction finds them.
func (a act) noted(ctx context.Context, identity, written string, files []document.Uploaded) (NoteID, error) {
	made := NoteID(a.who.NewID())
	if _, err := a.tx.Exec(ctx, insertNote, scope.Args{"id": made, "case": a.c.ID, "author": identity, "body": written, "search_key": text.Key(written)}); err != nil {
		return "", err
	}
	for _, one := range files {
		file := a.who.NewID()
		version, err := document.Keep(ctx, a.tx, a.who.NewID, document.Place{Kind: "note", ID: file}, one)
		if err != nil {
			return "", err
		}
		if _, err := a.tx.Exec(ctx, insertNoteFile, scope.Args{"id": file, "case": a.c.ID, "note": made, "name": one.Name, "file": version}); err != nil {
			return "", err
		}
	}
	if _, err := a.tx.Exec(ctx, touchCase, scope.Args{"id": a.c.ID}); err != nil {
		return "", err
	}
	return made, a.note(ctx, "noted", map[string]any{"note": made})
}
