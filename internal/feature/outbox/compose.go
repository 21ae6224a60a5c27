package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"foyer/internal/auth"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/scope"
)

const readMails = `-- readMails
select o.id, o.kind, o.identity_id, i.realm, i.name, coalesce(nullif(o.email, ''), i.email), o.client_id, o.params, o.created_at, o.digest
from outbox o
left join identity i on i.workspace_id = o.workspace_id and i.id = o.identity_id
where o.workspace_id = :workspace
  and (o.id = :id or o.head_id = :id)
  and o.state = 'waiting'
order by o.id`

func scanWanted(row scope.Row) (w Wanted, err error) {
	var params string
	err = row.Scan(&w.ID, &w.Kind, scope.Text(&w.Identity), scope.Text(&w.Realm), scope.Text(&w.Name), scope.Text(&w.Email),
		scope.Text(&w.Client), scope.Text(&params), scope.Time(&w.CreatedAt), &w.digest)
	if err != nil {
		return w, err
	}
	w.Name = oneLine(w.Name)
	w.Params, err = readParams(params)
	return w, err
}

// readParams gives figures back as they were written, without an exponent.
func readParams(text string) (map[string]string, error) {
	var values map[string]any
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if err := d.Decode(&values); err != nil {
		return nil, fmt.Errorf("read the params of a mail: %w", err)
	}
	params := make(map[string]string, len(values))
	for name, value := range values {
		params[name] = fmt.Sprint(value)
	}
	return params, nil
}

// most is how many mails are told of in one; of more, the reader is sent to where they
// are read.
const most = 50

// write makes the message of a mail and of those that go with it, links included, in
// a transaction of its own: when that fails its links were never there. pointless are
// the mails that it says nothing of.
func (o *Outbox) write(ctx context.Context, who auth.System, id string) (m mail.Message, pointless []string, err error) {
	var files []func(context.Context) ([]mail.File, error)
	err = who.Write(ctx, func(tx scope.Tx) error {
		all, err := scope.List(ctx, tx, readMails, scope.Args{"id": id}, scanWanted)
		if err != nil {
			return err
		}
		m, pointless, files, err = o.compose(ctx, who, tx, id, all)
		return err
	})
	for _, make := range files {
		if err != nil {
			break
		}
		var more []mail.File
		more, err = make(ctx)
		m.Files = append(m.Files, more...)
	}
	return m, pointless, err
}

// compose makes the message that goes under the id of a mail, of all that go with it,
// the oldest first, and what makes the files to send along.
func (o *Outbox) compose(ctx context.Context, who auth.System, tx scope.Tx, id string, all []Wanted) (m mail.Message, pointless []string, files []func(context.Context) ([]mail.File, error), err error) {
	if len(all) == 0 {
		return m, nil, nil, ErrNoPoint
	}
	head := all[0]
	if err := stopped(ctx, tx, head.Email); err != nil {
		return m, nil, nil, err
	}
	language, err := who.LanguageOf(ctx, tx, head.Identity, head.Client)
	if err != nil {
		return m, nil, nil, err
	}
	site, p := who.Site(), lang.For(language)
	var letters []Letter
	var last Wanted // of those that there is a point in
	for _, w := range all {
		if len(letters) == most {
			break
		}
		l, err := o.letter(ctx, who, tx, w, p)
		switch {
		case errors.Is(err, ErrNoPoint):
			pointless = append(pointless, w.ID)
			continue
		case err != nil:
			return m, nil, nil, err
		}
		last, letters = w, append(letters, l)
	}
	if len(letters) == 0 {
		return m, nil, nil, ErrNoPoint
	}
	l := letters[0]
	if len(letters) > 1 || head.digest {
		l = together(letters, head, site, p, len(all) > len(letters)+len(pointless))
	}
	for _, one := range letters {
		if one.Files != nil && !head.digest {
			files = append(files, one.Files)
		}
	}
	l.Subject = oneLine(l.Subject)
	if head.Name == "" {
		head.Name = oneLine(l.Name)
	}
	m = mail.Message{
		Subject: l.Subject, Date: tx.Now(), MessageID: o.messageID(id), Headers: map[string]string{"Auto-Submitted": "auto-generated"},
	}
	if l.Calendar != nil {
		m.Calendar = l.Calendar
		m.Files = append(m.Files, mail.File{Name: l.Calendar.Name, MediaType: "application/ics", Bytes: l.Calendar.Bytes})
	}
	o.foot(&m, &l, site, head, last)
	if m.Text, m.HTML, err = l.render(ctx, site, head, p); err != nil {
		return m, nil, nil, err
	}
	// The head stands for the mail that was sent, also where it adds nothing to it.
	pointless = slices.DeleteFunc(pointless, func(one string) bool { return one == id })
	if err = o.address(&m, site, head); err == nil && o.Sign != nil {
		m.Signer, err = o.Sign(ctx, who, tx, m.From)
	}
	return m, pointless, files, err
}

// letter writes one mail; ErrNoPoint where its reader does not want it any more.
func (o *Outbox) letter(ctx context.Context, who auth.System, tx scope.Tx, w Wanted, p lang.Printer) (Letter, error) {
	writer, known := o.writers[w.Kind]
	if !known {
		return Letter{}, fmt.Errorf("nobody writes mails of kind %q", w.Kind)
	}
	if area := o.Rules[w.Kind].Area; area != "" && w.Identity != "" {
		r, err := o.Reader(ctx, tx, w.Identity, w.Client, area)
		if err == nil && r.Choice == None {
			err = ErrNoPoint
		}
		if err != nil {
			return Letter{}, err
		}
	}
	return writer(ctx, who, tx, w, p)
}

// address says who writes to whom.
func (o *Outbox) address(m *mail.Message, site auth.Site, w Wanted) (err error) {
	name, sender := site.SenderName, site.Sender
	if name == "" {
		name = site.Name
	}
	if sender == "" {
		sender = "no-reply@" + o.Host
	}
	if m.To, err = mail.NewAddress(w.Name, w.Email); err != nil {
		return err
	}
	if m.From, err = mail.NewAddress(oneLine(name), sender); err != nil {
		return err
	}
	if site.ReplyTo != "" {
		m.ReplyTo, err = mail.NewAddress("", site.ReplyTo)
	}
	return err
}

// oneLine makes a text fit for the head of a mail. Our forms refuse what it
// takes out; names also come by other ways, and no mail may fail for one.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1 // turns the text around it about
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}
