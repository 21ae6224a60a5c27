package library

import (
	"context"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// The kinds of mail about documents.
const (
	mailShared   = "document_shared"
	mailRenewed  = "document_renewed"
	mailUploaded = "document_uploaded"
)

// WriteMail says who writes the mails.
func (f Feature) WriteMail(o *outbox.Outbox) {
	for _, kind := range []string{mailShared, mailRenewed, mailUploaded} {
		o.Write(kind, write)
	}
}

// told are the events that the client sees.
var told = map[string]bool{"document.shared": true, "document.renewed": true, "document.uploaded": true}

// tell records what became of a document, and posts the mails of it to whom it is news:
// not to those who know.
func tell(ctx context.Context, tx scope.Tx, by hand, client bool, event string, at Place, of ID, name string, know ...string) error {
	audience := auth.ForStaffOnly
	if told[event] {
		audience = auth.ForClientToo
	}
	if err := by.Record(ctx, tx, auth.Event{
		Kind: event, SubjectKind: "document", SubjectID: of.String(), Area: auth.Documents, Client: at.Client.String(), Audience: audience,
		Params: map[string]any{"name": name, "place_kind": at.Kind, "place": at.ID},
	}); err != nil {
		return err
	}
	mail, readers := "", listReaders
	switch {
	case event == "document.shared":
		mail = mailShared
	case event == "document.uploaded" || event == "document.renewed" && client:
		mail, readers = mailUploaded, listStaffReaders
	case event == "document.renewed":
		mail = mailRenewed
	default:
		return nil
	}
	people, err := readersOf(ctx, tx, readers, at, of)
	for _, identity := range people {
		if err == nil && !slices.Contains(know, identity) {
			err = by.Post(ctx, tx, auth.Mail{Kind: mail, Identity: identity, Client: at.Client.String(), Params: map[string]any{"document": of, "place": at.ID}})
		}
	}
	return err
}

// readersOf are the logins of those who see a document, or look after it, but for whoever
// does something about it.
func readersOf(ctx context.Context, tx scope.Tx, readers string, at Place, of ID) ([]string, error) {
	return scope.List(ctx, tx, readers, tx.WithIdentity("", tx.WithClient(at.Client.String(), scope.Args{"document": of})), scope.Value[string])
}

// write makes the text of a mail, for who may still know of its document.
func write(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	of := ID(w.Params["document"])
	if !id.Valid(of.String()) {
		return outbox.Letter{}, outbox.ErrNoPoint
	}
	statement, url := mayReadAsContact, who.Site().PortalURL("/portal/documents/"+of.String())
	if w.Realm == auth.StaffRealm {
		statement, url = mayReadAsMember, who.Site().AppURL("/app/documents/"+of.String())
	}
	var name, client, place, by string
	var kind Kind
	_, err := scope.One(ctx, tx, statement, scope.Args{"document": of, "reader": w.Identity}, func(row scope.Row) (n int, err error) {
		return 0, row.Scan(&name, &client, &kind, scope.Text(&place), scope.Text(&by))
	})
	if problem.Is(err, problem.NotFound) {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	if kind == OfClient {
		place = client
	}
	args := []any{"workspace", who.Site().Name, "client", client, "name", name, "who", by, "place", p.T("document.at."+string(kind), "name", place)}
	return outbox.Letter{
		Subject: p.T("mail."+w.Kind+".subject", args...), Title: p.T("mail."+w.Kind+".title", args...), Paragraphs: []string{p.T("mail."+w.Kind+".text", args...)},
		Action: p.T("mail.document.open"), URL: url,
	}, nil
}
