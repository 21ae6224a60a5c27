package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"foyer/internal/auth"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/scope"
)

const readMail = `-- readMail
select o.id, o.kind, o.identity_id, i.realm, i.name, coalesce(nullif(o.email, ''), i.email), o.client_id, o.params, o.created_at
from outbox o
left join identity i on i.workspace_id = o.workspace_id and i.id = o.identity_id
where o.workspace_id = :workspace
  and o.id = :id`

func scanWanted(row scope.Row) (w Wanted, err error) {
	var params string
	err = row.Scan(&w.ID, &w.Kind, scope.Text(&w.Identity), scope.Text(&w.Realm), scope.Text(&w.Name), scope.Text(&w.Email),
		scope.Text(&w.Client), scope.Text(&params), scope.Time(&w.CreatedAt))
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

// write makes the message of a mail, links included, in a transaction of its
// own: when that fails its links were never there.
func (o *Outbox) write(ctx context.Context, who auth.System, id string) (m mail.Message, err error) {
	var files func(context.Context) ([]mail.File, error)
	err = who.Write(ctx, func(tx scope.Tx) error {
		w, err := scope.One(ctx, tx, readMail, scope.Args{"id": id}, scanWanted)
		if err != nil {
			return err
		}
		m, files, err = o.compose(ctx, who, tx, w)
		return err
	})
	if err == nil && files != nil {
		m.Files, err = files(ctx)
	}
	return m, err
}

// compose makes the message of a mail, and what makes the files to send along.
func (o *Outbox) compose(ctx context.Context, who auth.System, tx scope.Tx, w Wanted) (mail.Message, func(context.Context) ([]mail.File, error), error) {
	writer, known := o.writers[w.Kind]
	if !known {
		return mail.Message{}, nil, fmt.Errorf("nobody writes mails of kind %q", w.Kind)
	}
	language, err := who.LanguageOf(ctx, tx, w.Identity, w.Client)
	if err != nil {
		return mail.Message{}, nil, err
	}
	site, p := who.Site(), lang.For(language)
	letter, err := writer(ctx, who, tx, w, p)
	if err != nil {
		return mail.Message{}, nil, err
	}
	letter.Subject = oneLine(letter.Subject)
	if w.Name == "" {
		w.Name = oneLine(letter.Name)
	}
	text, html, err := letter.render(ctx, site, w, p)
	if err != nil {
		return mail.Message{}, nil, err
	}
	m := mail.Message{
		Subject: letter.Subject, Text: text, HTML: html, Date: tx.Now(),
		MessageID: w.ID + "@" + o.Host, Headers: map[string]string{"Auto-Submitted": "auto-generated"},
	}
	if err = o.address(&m, site, w); err == nil && o.Sign != nil {
		m.Signer, err = o.Sign(ctx, who, tx, m.From)
	}
	return m, letter.Files, err
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
