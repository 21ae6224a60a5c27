package calendar

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// toClient and toStaff are what mails tell of, as the steps are called, and removed,
// which tells somebody that they take part no more.
var (
	toClient = []string{"confirmed", "proposed", "declined", "expired", "move_proposed", "moved", "move_declined", "move_expired", "cancelled", "invited", "changed", "removed"}
	toStaff  = append([]string{"requested"}, toClient...)
)

// The kinds of mail are these with the name of what they tell of.
const (
	mailClient = "meeting_client_"
	mailStaff  = "meeting_staff_"
)

// audience is who hears of something.
type audience bool

const (
	theOthers audience = false // than whoever did it
	everybody audience = true
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

// reader is somebody to mail.
type reader struct {
	identity string
	staff    bool
	member   MemberID
	contact  ContactID
}

func scanReader(row scope.Row) (r reader, err error) {
	return r, row.Scan(&r.identity, &r.staff, scope.Text(&r.member), scope.Text(&r.contact))
}

func (r reader) is(a Attendee) bool { return r.member == a.Member && r.contact == a.Contact }

// tell mails those who take part: of the business, where nobody on the team does yet,
// everybody who may write the calendar.
func (a act) tell(ctx context.Context, name string, to audience) error {
	return a.tellWho(ctx, name, to, func(reader) bool { return true })
}

func (a act) tellWho(ctx context.Context, name string, to audience, which func(reader) bool) error {
	people, err := scope.List(ctx, a.tx, listReaders, a.tx.WithIdentity("", a.args(scope.Args{"everybody": bool(to)})), scanReader)
	if err != nil {
		return err
	}
	for _, r := range people {
		if !which(r) {
			continue
		}
		if err := a.post(ctx, name, r); err != nil {
			return err
		}
	}
	return nil
}

func (a act) post(ctx context.Context, name string, r reader) error {
	m := auth.Mail{Kind: mailClient + name, Identity: r.identity, Client: a.e.Client.String(), Params: map[string]any{"event": a.e.ID, "sequence": a.e.Sequence}}
	if r.staff {
		m.Kind, m.Client = mailStaff+name, ""
	}
	return a.by.Post(ctx, a.tx, m)
}

// tellChanged mails those who came, those who left, and the rest.
func (a act) tellChanged(ctx context.Context, came, left []Attendee) error {
	among := func(all []Attendee, r reader) bool {
		for _, one := range all {
			if r.is(one) {
				return true
			}
		}
		return false
	}
	if err := a.tellWho(ctx, "invited", everybody, func(r reader) bool { return among(came, r) }); err != nil {
		return err
	}
	if err := a.tellWho(ctx, "changed", everybody, func(r reader) bool { return !among(came, r) }); err != nil {
		return err
	}
	for _, one := range left {
		if err := a.post(ctx, "removed", reader{identity: one.Identity, staff: one.Member != ""}); err != nil {
			return err
		}
	}
	return nil
}

// write writes a mail about an event, unless its reader may not see that any more or
// something newer was told.
func write(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	event := ID(w.Params["event"])
	if !id.Valid(event.String()) {
		return outbox.Letter{}, outbox.ErrNoPoint
	}
	f, err := ofStaff.full(ctx, tx, scope.Args{"event": event}, event)
	if problem.Is(err, problem.NotFound) {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	staff := w.Realm == auth.StaffRealm
	name := w.Kind[len(mailClient):]
	at := who.Site().PortalURL("/portal/meetings/" + f.ID.String())
	if staff {
		name, at = w.Kind[len(mailStaff):], who.Site().AppURL("/app/calendar/"+f.ID.String())
	}
	may := mayRead
	if name == "removed" {
		may = mayComeIn
	}
	n, err := scope.One(ctx, tx, may, scope.Args{"event": f.ID, "reader": w.Identity}, scope.Value[int])
	if err == nil && n == 0 {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	return f.letter(ctx, tx, who, w, p, name, at)
}
