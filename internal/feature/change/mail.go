package change

import (
	"context"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/prose"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// toClient and toStaff are what mails tell of, as the steps are called.
var (
	toClient = []string{"asked", "said", "quoted", "agreed", "rejected", "turned", "adopted", "revised", "accepted", "declined", "withdrawn", "expired"}
	toStaff  = []string{"submitted", "adopted", "answered", "negotiated", "accepted", "declined", "withdrawn", "expired", "said"}
)

// The kinds of mail are these with the name of what they tell of.
const (
	mailClient = "change_client_"
	mailStaff  = "change_staff_"
)

// WriteMail says who writes the mails.
func (f Feature) WriteMail(o *outbox.Outbox) {
	for _, name := range toClient {
		o.Write(mailClient+name, write)
	}
	for _, name := range toStaff {
		o.Write(mailStaff+name, write)
	}
}

// tellClient mails the contacts whom the request concerns: who asked for it, who has
// written or decided about it, and of a quote all who may accept it. Where the mail
// says what was written, text is message, quote, decision or reason, and which the id
// of it. Nobody is told of their own doing.
func (r *Request) tellClient(ctx context.Context, tx scope.Tx, by Hand, name, text, which string) error {
	return r.tell(ctx, tx, by, listFollowers, scope.Args{"quoted": text == "quote" || name == "revised"}, mailClient+name, text, which)
}

// tellBoth mails both sides.
func (r *Request) tellBoth(ctx context.Context, tx scope.Tx, by Hand, name, text, which string) error {
	if err := r.tellClient(ctx, tx, by, name, text, which); err != nil {
		return err
	}
	return r.tellStaff(ctx, tx, by, name, text, which)
}

// tellStaff mails the assignee or, where there is none on the team, who may write
// changes.
func (r *Request) tellStaff(ctx context.Context, tx scope.Tx, by Hand, name, text, which string) error {
	return r.tell(ctx, tx, by, listCarers, scope.Args{}, mailStaff+name, text, which)
}

func (r *Request) tell(ctx context.Context, tx scope.Tx, by Hand, readers string, args scope.Args, kind, text, which string) error {
	args["request"] = r.ID
	people, err := scope.List(ctx, tx, readers, tx.WithIdentity("", tx.WithClient(r.Client.String(), args)), scope.Value[string])
	if err != nil {
		return err
	}
	for _, identity := range people {
		m := auth.Mail{Kind: kind, Identity: identity, Client: r.Client.String(), Params: map[string]any{"request": r.ID, "text": text, "which": which}}
		if err := by.Post(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// write writes a mail about a request, unless its reader may not see that any more.
func write(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	request := ID(w.Params["request"])
	if !id.Valid(request.String()) {
		return outbox.Letter{}, outbox.ErrNoPoint
	}
	r, err := scope.One(ctx, tx, readRequest, scope.Args{"request": request}, scanRequest)
	if problem.Is(err, problem.NotFound) {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	mayRead, at := mayCare, who.Site().AppURL("/app/change-requests/"+r.ID.String())
	if w.Realm == auth.PortalRealm {
		mayRead, at = mayFollow, who.Site().PortalURL("/portal/change-requests/"+r.ID.String())
	}
	n, err := scope.One(ctx, tx, mayRead, scope.Args{"request": r.ID, "reader": w.Identity}, scope.Value[int])
	if err == nil && n == 0 {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	return r.letter(ctx, tx, who, w, p, at)
}

// letter is what a mail says.
func (r Request) letter(ctx context.Context, tx scope.Tx, who auth.System, w outbox.Wanted, p lang.Printer, at string) (outbox.Letter, error) {
	var words []string
	price, name, day := "", "", r.ValidUntil
	switch w.Params["text"] {
	case "message":
		files, err := r.message(ctx, tx, w.Params["which"], &name, &words)
		if err != nil {
			return outbox.Letter{}, err
		}
		if len(files) > 0 {
			words = append(words, p.T("mail.case.files", "names", strings.Join(files, ", ")))
		}
	case "reason":
		words = paragraphs(r.Reason)
	case "decision":
		q, err := scope.One(ctx, tx, readQuote, scope.Args{"client": r.Client, "request": r.ID, "quote": w.Params["which"]}, scanQuote)
		if err != nil {
			return outbox.Letter{}, err
		}
		price, name = q.Price.Say(p), q.DecidedBy
		if q.Decision == "declined" {
			words = paragraphs(r.Reason)
		}
	case "quote":
		q, err := scope.One(ctx, tx, readQuote, scope.Args{"client": r.Client, "request": r.ID, "quote": w.Params["which"]}, scanQuote)
		if err != nil {
			return outbox.Letter{}, err
		}
		if r.State != Quoted || r.Quote != q.ID {
			return outbox.Letter{}, outbox.ErrNoPoint // another one is out, or none
		}
		price, day, words = q.Price.Say(p), q.ValidUntil, paragraphs(q.Note)
	}
	args := []any{
		"workspace", who.Site().Name, "client", r.ClientName, "contact", r.ContactName, "who", name, "number", r.Number, "title", r.Title, "project", r.ProjectName,
		"price", price, "day", sayDay(p, day),
	}
	l := outbox.Letter{
		Subject: p.T("mail."+w.Kind+".subject", args...), Title: p.T("mail."+w.Kind+".title", args...),
		Paragraphs: append([]string{p.T("mail."+w.Kind+".text", args...)}, words...),
		Action:     p.T("mail.change.open"), URL: at, Small: []string{p.T("mail.change.small", args...)},
	}
	switch w.Kind {
	case mailClient + "turned":
		n, err := scope.One(ctx, tx, seesCase, scope.Args{"request": r.ID, "reader": w.Identity}, scope.Value[int])
		if err != nil {
			return outbox.Letter{}, err
		}
		if n > 0 {
			l.Action, l.URL = p.T("mail.case.open"), who.Site().PortalURL("/portal/cases/"+r.WentOnAs.ID.String())
			l.Small = []string{p.T("mail.case.no_reply", "number", r.WentOnAs.Number)}
		}
	case mailClient + "revised":
		if r.State == Quoted {
			return outbox.Letter{}, outbox.ErrNoPoint // another one is out
		}
	}
	return l, nil
}

// message reads who wrote a message and what, and gives the names of what was sent along.
func (r Request) message(ctx context.Context, tx scope.Tx, message string, name *string, words *[]string) ([]string, error) {
	body := ""
	at := scope.Args{"request": r.ID, "message": message}
	if _, err := scope.One(ctx, tx, readMessage, at, func(row scope.Row) (struct{}, error) { return struct{}{}, row.Scan(name, &body) }); err != nil {
		return nil, err
	}
	*words = paragraphs(body)
	return scope.List(ctx, tx, namedFiles, at, scope.Value[string])
}

// longestMailed is how many characters of what somebody wrote a mail repeats.
const longestMailed = 4000

// paragraphs are what somebody wrote, as it is mailed.
func paragraphs(body string) []string {
	var all []string
	for one := range strings.SplitSeq(text.Cut(prose.PlainMessage(body), longestMailed), "\n\n") {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}

func sayDay(p lang.Printer, day civil.Date) string {
	if day == "" {
		return ""
	}
	return p.LongDate(day.Time())
}
