package support

import (
	"context"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/prose"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// The kinds of mail about cases.
const (
	mailRaised   = "case_raised"
	mailReply    = "case_reply"
	mailNoted    = "case_noted"
	mailAssigned = "case_assigned"
	mailResolved = "case_resolved"
	mailSolved   = "case_solved"
	mailClosed   = "case_closed"
	mailReopened = "case_reopened"
)

// longestMailed is the most characters of a message that a mail has; the rest is
// read in the thread.
const longestMailed = 4000

// WriteMail says who writes the mails.
func (f Feature) WriteMail(o *outbox.Outbox) {
	for _, kind := range []string{mailRaised, mailReply, mailNoted, mailAssigned, mailResolved, mailSolved, mailClosed, mailReopened} {
		o.Write(kind, write)
	}
}

// tellClient mails the contacts whom a case concerns: whose matter it is, and who
// has written in it. Nobody is told of their own doing.
func (a act) tellClient(ctx context.Context, kind string, reply ReplyID) error {
	args := a.tx.WithIdentity("", a.tx.WithClient(a.c.Client.String(), scope.Args{"case": a.c.ID}))
	return a.post(ctx, listContacts, args, kind, map[string]any{"reply": reply})
}

// tellStaff mails the members whom a case concerns: who works on it, and who has
// written in it; without any, all who may work on cases.
func (a act) tellStaff(ctx context.Context, kind string, reply ReplyID) error {
	return a.post(ctx, listMembers, a.ofStaff(), kind, map[string]any{"reply": reply})
}

func (a act) ofStaff() scope.Args {
	return a.tx.WithIdentity("", a.tx.WithClient(a.c.Client.String(), scope.Args{"case": a.c.ID}))
}

// tellMember mails one member.
func (a act) tellMember(ctx context.Context, kind string, member MemberID) error {
	return a.post(ctx, oneMember, scope.Args{"member": member}, kind, nil)
}

// tellNoted mails a note to the members whom a case concerns.
func (a act) tellNoted(ctx context.Context, note NoteID) error {
	return a.post(ctx, listConcerned, a.ofStaff(), mailNoted, map[string]any{"note": note})
}

func (a act) post(ctx context.Context, readers string, args scope.Args, kind string, params map[string]any) error {
	people, err := scope.List(ctx, a.tx, readers, args, scope.Value[string])
	if err != nil {
		return err
	}
	all := map[string]any{"case": a.c.ID}
	for name, value := range params {
		all[name] = value
	}
	for _, identity := range people {
		if err := a.who.Post(ctx, a.tx, auth.Mail{Kind: kind, Identity: identity, Client: a.c.Client.String(), Params: all}); err != nil {
			return err
		}
	}
	return nil
}

// write makes the text of a mail, for who may still know of its case.
func write(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	c, err := about(ctx, tx, w)
	if err != nil {
		return outbox.Letter{}, err
	}
	said, err := words(ctx, tx, w, c)
	if err != nil {
		return outbox.Letter{}, err
	}
	args := []any{"workspace", who.Site().Name, "client", c.ClientName, "number", c.Number, "subject", c.Subject, "who", said.name}
	l := outbox.Letter{
		Subject: p.T("mail.case.subject", args...), Title: p.T("mail."+w.Kind+".client_title", args...), Paragraphs: []string{p.T("mail."+w.Kind+".client", args...)},
		Action: p.T("mail.case.open", args...), URL: who.Site().PortalURL("/portal/cases/" + c.ID.String()), Small: []string{p.T("mail.case.no_reply", args...)},
	}
	if w.Kind == mailResolved && c.BecameChange.ID != "" {
		n, err := scope.One(ctx, tx, seesChange, scope.Args{"case": c.ID, "reader": w.Identity}, scope.Value[int])
		if err != nil {
			return outbox.Letter{}, err
		}
		if n > 0 {
			args = append(args, "change", c.BecameChange.Number)
			l.Title, l.Paragraphs = p.T("mail.case_resolved.turned_title", args...), []string{p.T("mail.case_resolved.turned", args...)}
			l.Action, l.URL = p.T("mail.change.open"), who.Site().PortalURL("/portal/change-requests/"+c.BecameChange.ID)
		}
	}
	if w.Realm == auth.StaffRealm {
		l.Title, l.Paragraphs = p.T("mail."+w.Kind+".staff_title", args...), []string{p.T("mail."+w.Kind+".staff", args...)}
		l.URL = who.Site().AppURL("/app/cases/" + c.ID.String())
	}
	for paragraph := range strings.SplitSeq(text.Cut(prose.PlainMessage(said.body), longestMailed), "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			l.Paragraphs = append(l.Paragraphs, paragraph)
		}
	}
	if len(said.files) > 0 {
		l.Paragraphs = append(l.Paragraphs, p.T("mail.case.files", "names", strings.Join(said.files, ", ")))
	}
	return l, nil
}

// about reads the case of a mail; outbox.ErrNoPoint when the reader may not or will
// not know of it any more.
func about(ctx context.Context, tx scope.Tx, w outbox.Wanted) (Case, error) {
	of := ID(w.Params["case"])
	if !id.Valid(of.String()) {
		return Case{}, outbox.ErrNoPoint
	}
	statement, args := mayReadAsMember, scope.Args{"case": of, "reader": w.Identity}
	if w.Realm == auth.PortalRealm {
		statement = mayReadAsContact
	}
	n, err := scope.One(ctx, tx, statement, args, scope.Value[int])
	if err == nil && n == 0 {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return Case{}, err
	}
	c, err := scope.One(ctx, tx, readCase, scope.Args{"case": of}, scanCase)
	if problem.Is(err, problem.NotFound) {
		err = outbox.ErrNoPoint
	}
	return c, err
}

// spoken are the words that a mail passes on.
type spoken struct {
	name, body string
	files      []string
}

// words reads what was said. Only the mail of a note, which goes to staff alone,
// reads notes.
func words(ctx context.Context, tx scope.Tx, w outbox.Wanted, c Case) (said spoken, err error) {
	scan := func(row scope.Row) (s spoken, err error) { return s, row.Scan(&s.name, &s.body) }
	switch {
	case w.Kind == mailResolved && !c.State.Over():
		return said, outbox.ErrNoPoint // it goes on already
	case w.Kind == mailResolved:
		return spoken{body: c.Resolution}, nil
	case w.Kind == mailNoted && w.Realm == auth.StaffRealm:
		return scope.One(ctx, tx, saidInNote, scope.Args{"case": c.ID, "note": w.Params["note"]}, scan)
	case w.Params["reply"] == "":
		return said, nil
	}
	args := scope.Args{"case": c.ID, "reply": w.Params["reply"]}
	if said, err = scope.One(ctx, tx, saidInReply, args, scan); err != nil {
		return said, err
	}
	said.files, err = scope.List(ctx, tx, namedFiles, args, scope.Value[string])
	return said, err
}
