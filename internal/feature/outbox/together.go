package outbox

import (
	"slices"

	"foyer/internal/auth"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/text"
)

// longest is how many characters a paragraph has in a mail that tells of a whole day.
const longest = 300

// together is the letter that several mails to one person make: of a thread, which is
// whole, or of a day, which tells of each in short.
func together(letters []Letter, head Wanted, site auth.Site, p lang.Printer, more bool) Letter {
	newest := letters[len(letters)-1]
	l := Letter{
		Subject: newest.Subject, Name: newest.Name, Title: p.N("mail.together.title", len(letters)), Action: newest.Action, URL: newest.URL, Small: newest.Small,
	}
	if head.digest {
		l = Letter{
			Subject: p.N("mail.digest.subject", len(letters), "workspace", site.Name), Title: p.T("mail.digest.title"),
			Action: p.T("mail.digest.portal"), URL: site.URL(head.Realm, "/"),
		}
		if head.Realm == auth.StaffRealm {
			l.Action = p.T("mail.digest.app")
		}
	}
	for _, one := range letters {
		if !head.digest {
			l.Parts = append(l.Parts, Part{Title: one.Title, Paragraphs: one.Paragraphs})
			continue
		}
		// A record that has a page is told of once, with all that happened to it.
		at := slices.IndexFunc(l.Parts, func(p Part) bool { return one.URL != "" && p.URL == one.URL })
		if at < 0 {
			at, l.Parts = len(l.Parts), append(l.Parts, Part{Title: one.Subject, Action: one.Action, URL: one.URL})
		}
		l.Parts[at].Paragraphs = append(l.Parts[at].Paragraphs, short(one.Paragraphs)...)
	}
	if more {
		l.Small = append(l.Small, p.T("mail.together.more"))
	}
	return l
}

// short is the beginning of what a mail says: what happened, and what was written.
func short(paragraphs []string) []string {
	var all []string
	for _, said := range paragraphs[:min(2, len(paragraphs))] {
		all = append(all, text.Cut(said, longest))
	}
	return all
}

// foot says in the head of a mail which thread it belongs to, and in its head and at
// its end how to get no more of it.
func (o *Outbox) foot(m *mail.Message, l *Letter, site auth.Site, head, last Wanted) {
	rule := o.Rules[last.Kind]
	if thread := last.Params[rule.Thread]; rule.Thread != "" && thread != "" && !head.digest {
		// No mail has this id: programs that show threads put those together that
		// answer one and the same, which they need not have.
		m.InReplyTo = thread + ".thread@" + o.Host
		m.References = []string{m.InReplyTo}
	}
	if rule.Area == "" || last.Identity == "" {
		return
	}
	l.settings = site.URL(head.Realm, "/account/notifications")
	l.exit = o.exitAt(site, last)
	m.Headers["List-Unsubscribe"] = "<" + l.exit + ">"
	m.Headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
}
