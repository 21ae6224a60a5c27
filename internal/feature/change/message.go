package change

import (
	"context"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// write adds what somebody says to a request, with files, and gives its id.
func (r *Request) write(ctx context.Context, tx scope.Tx, by Hand, side Side, body string, files []document.Uploaded) (string, error) {
	if r.WentOnAs.There {
		return "", r.moved() // the conversation goes on there
	}
	author := "staff"
	if side == ByClient {
		author = "contact"
	}
	message := by.NewID()
	_, err := tx.Exec(ctx, insertMessage, tx.WithClient(r.Client.String(), scope.Args{
		"id": message, "request": r.ID, "author_kind": author, "body": body,
	}))
	if err != nil {
		return "", err
	}
	return message, r.keep(ctx, tx, by, message, files)
}

// keep writes the rows of files that came with a message, or with the request itself.
func (r *Request) keep(ctx context.Context, tx scope.Tx, by Hand, message string, files []document.Uploaded) error {
	for _, u := range files {
		file := by.NewID()
		version, err := document.Keep(ctx, tx, by.NewID, document.Place{Kind: "attachment", ID: file, Client: r.Client.String()}, u)
		if err != nil {
			return err
		}
		if err := r.attach(ctx, tx, file, message, document.Attached{Name: u.Name, Version: version}); err != nil {
			return err
		}
	}
	return nil
}

// attach puts a file beside the wish or a message.
func (r *Request) attach(ctx context.Context, tx scope.Tx, file, message string, f document.Attached) error {
	_, err := tx.Exec(ctx, insertFile, tx.WithClient(r.Client.String(), scope.Args{
		"id": file, "request": r.ID, "message": scope.Null(message), "name": f.Name, "file": f.Version,
	}))
	return err
}

// said notes that something was said that takes the request nowhere.
func (r *Request) said(ctx context.Context, tx scope.Tx, by Hand, message string) error {
	if _, err := tx.Exec(ctx, touchRequest, tx.WithClient(r.Client.String(), scope.Args{"request": r.ID})); err != nil {
		return err
	}
	return r.note(ctx, tx, by.Record, "said", auth.ForClientToo, map[string]any{"message": message})
}

// Message is something that was said about a request, as Markdown.
type Message struct {
	ID      string
	ByStaff bool
	Author  string // name
	Mine    bool   // of whoever reads it
	Body    string
	At      time.Time
	Files   []document.Attached
}

// ThreadPage is how many messages a page of a conversation has.
const ThreadPage = 50

// Part is the part of a conversation that is wanted: the newest messages, those before
// one, or those after one.
type Part struct{ Before, After string }

// Thread is a part of a conversation, the oldest first.
type Thread struct {
	Messages     []Message
	Older, Newer string              // the message that an older part ends before, and a newer one begins after; empty without one
	Files        []document.Attached // of the request itself
	// Seen is the newest that was said or offered on this page: what Before wants.
	Seen string
}

// newest comes after every id.
var newest = strings.Repeat("v", id.Length)

// part is a page of messages that is being read.
type part struct {
	Part
	me   string
	rows []Message
	own  []document.Attached
}

func (p Part) clean() Part {
	if !id.Valid(p.Before) {
		p.Before = ""
	}
	if !id.Valid(p.After) || p.Before != "" {
		p.After = ""
	}
	return p
}

// query is the statement that reads it: of staff, or of a client.
func (p *part) query(request ID, after, before string) scope.Query {
	statement, from := before, p.Before
	if from == "" {
		from = newest
	}
	if p.After != "" {
		statement, from = after, p.After
	}
	var unused []string
	return scope.Into(&unused, statement, scope.Args{"request": request, "from": from}, p.scan)
}

func (p *part) scan(row scope.Row) (string, error) {
	var m Message
	var kind, author string
	var f document.Attached
	err := row.Scan(&m.ID, &kind, &author, &m.Author, &m.Body, scope.Time(&m.At), scope.Text(&f.ID), scope.Text(&f.Name), scope.Text(&f.Version),
		scope.Text(&f.MediaType), &f.Size)
	switch {
	case err != nil:
	case m.ID == "":
		p.own = append(p.own, f)
	default:
		m.ByStaff, m.Mine = kind == "staff", author == p.me
		if n := len(p.rows); n == 0 || p.rows[n-1].ID != m.ID {
			p.rows = append(p.rows, m)
		}
		if f.ID != "" {
			last := &p.rows[len(p.rows)-1]
			last.Files = append(last.Files, f)
		}
	}
	return "", err
}

// thread is the part that was read, which came newest first, or oldest first after a
// message.
func (p *part) thread(quotes []Quote) Thread {
	rows, more := p.rows, len(p.rows) > ThreadPage
	if more {
		rows = rows[:ThreadPage]
	}
	t := Thread{Files: p.own}
	if p.After == "" {
		for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
			rows[i], rows[j] = rows[j], rows[i]
		}
	}
	t.Messages = rows
	older, newer := more, p.Before != ""
	if p.After != "" {
		older, newer = true, more
	}
	if len(rows) == 0 {
		older, newer = false, false
	} else {
		t.Seen = rows[len(rows)-1].ID
	}
	if older {
		t.Older = rows[0].ID
	}
	if newer {
		t.Newer = rows[len(rows)-1].ID
	} else if len(quotes) > 0 {
		t.Seen = max(t.Seen, quotes[0].ID)
	}
	if t.Seen == "" {
		t.Seen = nothing
	}
	return t
}

// nothing comes before every id: what has been seen where nothing was said yet.
var nothing = strings.Repeat("0", id.Length)

// Full is a request with its conversation and its quotes, the newest in front. Of roles
// that see no money the quotes have no prices.
type Full struct {
	Request
	Thread Thread
	Quotes []Quote
}

// Get reads a request with a part of its conversation; problem.NotFound.
func (a App) Get(ctx context.Context, request ID, p Part) (full Full, err error) {
	if !id.Valid(request.String()) {
		return full, problem.Missing()
	}
	var found []Request
	read := part{Part: p.clean(), me: a.who.ID()}
	at := scope.Args{"request": request}
	err = a.who.Read(ctx, auth.ChangesRead, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&found, readRequest, at, scanRequest), scope.Into(&full.Quotes, listQuotes, at, scanQuote),
			read.query(request, messagesAfter, messagesBefore))
	})
	if err == nil && len(found) == 0 {
		err = problem.Missing()
	}
	if err != nil {
		return Full{}, err
	}
	full.Request, full.Thread = a.shown(found[0]), read.thread(full.Quotes)
	if !a.SeesMoney() {
		for i := range full.Quotes {
			full.Quotes[i].Price.Minor, full.Quotes[i].Price.Currency = 0, ""
		}
	}
	return full, nil
}

// shown is a request without what this person does not see.
func (a App) shown(r Request) Request {
	if !a.SeesMoney() {
		r.Price, r.Invoice, r.InvoiceNo = nil, "", ""
	}
	return r
}

// kept is a file that was sent along: the version that has its bytes, and its name.
type kept struct{ version, name string }

func scanKept(row scope.Row) (k kept, err error) { return k, row.Scan(&k.version, &k.name) }

// File is a file that was sent along; problem.NotFound.
func (a App) File(ctx context.Context, request ID, file string) (document.Content, error) {
	if !id.Valid(request.String()) || !id.Valid(file) {
		return document.Content{}, problem.Missing()
	}
	var k kept
	var v document.Version
	err := a.who.Read(ctx, auth.ChangesRead, func(tx scope.Tx) (err error) {
		if k, err = scope.One(ctx, tx, findFile, scope.Args{"request": request, "file": file}, scanKept); err != nil {
			return err
		}
		v, err = document.Find(ctx, tx, k.version)
		return err
	})
	if err != nil {
		return document.Content{}, err
	}
	return a.f.Documents.Fetch(ctx, v, k.name)
}

// File is a file that was sent along; problem.NotFound.
func (p Portal) File(ctx context.Context, request ID, file string) (document.Content, error) {
	if !id.Valid(request.String()) || !id.Valid(file) {
		return document.Content{}, problem.Missing()
	}
	var k kept
	var v document.Version
	err := p.who.Read(ctx, auth.Changes, func(tx scope.Tx) (err error) {
		if k, err = scope.One(ctx, tx, findSeenFile, scope.Args{"request": request, "file": file, "all_changes": p.all()}, scanKept); err != nil {
			return err
		}
		v, err = document.FindSeen(ctx, tx, k.version)
		return err
	})
	if err != nil {
		return document.Content{}, err
	}
	return p.f.Documents.Fetch(ctx, v, k.name)
}
