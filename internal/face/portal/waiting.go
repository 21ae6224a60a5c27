package portal

import (
	"github.com/a-h/templ"

	"foyer/internal/face/ui"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/support"
	"foyer/internal/feature/waiting"
	"foyer/internal/kernel/text"
)

// waiting are the rows of what waits for the contact.
func (p homePage) waiting() []ui.AttentionRow {
	rows := make([]ui.AttentionRow, 0, len(p.Waits.Items))
	for _, i := range p.Waits.Items {
		rows = append(rows, p.row(i))
	}
	return rows
}

// row says what waits in a sentence, with a button to where it is done.
func (p homePage) row(i waiting.Item) ui.AttentionRow {
	row, days := ui.AttentionRow{Tone: ui.Brand, Text: i.Number}, p.today().Until(i.Due)
	if i.Amount != nil {
		row.Amount = i.Amount.Say(p.Printer)
	}
	door := func(icon, label, named, href string) {
		row.Icon, row.Button = icon, ui.Button{Label: label, Href: href, Attrs: templ.Attributes{"aria-label": named}}
	}
	switch i.Kind {
	case waiting.Sign:
		row.Title = p.T("home.sign.title", "name", i.Name)
		if i.Due != "" {
			row.Text = text.Capital(p.T("home.sign.by", "date", p.near(i.Due), "distance", p.Distance(days)))
		}
		door("signature", p.T("home.sign.go"), p.T("home.sign.go_one", "name", i.Name), contractAt(contract.ID(i.ID), ""))
	case waiting.Pay, waiting.Paying:
		row.Tone, row.Text, row.Whole = ui.Info, i.Name, i.Number
		door("receipt", p.T("invoice.view"), p.T("invoice.view_one", "number", i.Number), invoiceAt(invoice.ID(i.ID), ""))
		switch {
		case i.Kind == waiting.Paying:
			row.Title = p.T("home.due.under_way", "number", i.Number)
		case i.Overdue:
			row.Title, row.Tone = p.T("home.due.late", "number", i.Number, "late", p.Overdue(-days)), ui.Bad
		default:
			row.Title = p.T("home.due.soon", "number", i.Number, "distance", p.Distance(days))
		}
		if i.Online {
			row.Post = p.payButton(invoice.ID(i.ID), i.Number, "")
		}
	case waiting.Decide:
		row.Title, row.Text = p.T("home.decide.title", "title", i.Name), p.T("home.decide.until", "date", p.near(i.Due))
		door("git-pull-request", p.T("home.decide.go"), p.T("home.decide.go_one", "title", i.Name), changeAt(change.ID(i.ID), ""))
	case waiting.AnswerChange:
		row.Title = p.T("home.answer.title", "subject", i.Name)
		door("git-pull-request", p.T("home.answer.go"), p.T("home.answer.go_one", "subject", i.Name), changeAt(change.ID(i.ID), ""))
	case waiting.AnswerMeeting:
		name := i.Name
		if name == "" {
			name = p.T("meeting.untitled", "client", p.Who.ClientName(), "workspace", p.Site.Name)
		}
		row.Title = p.T("home.meeting.title", "name", name)
		door("calendar-clock", p.T("home.meeting.go"), p.T("home.meeting.go_one", "name", name), "/portal/meetings/"+i.ID)
	case waiting.AnswerCase:
		row.Title = p.T("home.answer.title", "subject", i.Name)
		door("life-buoy", p.T("home.answer.go"), p.T("home.answer.go_one", "subject", i.Name), caseAt(support.ID(i.ID), ""))
	case waiting.Confirm:
		row.Title, row.Text = p.T("home.confirm.title", "subject", i.Name), p.T("home.confirm.until", "date", p.near(p.dayOf(i.Since.Add(support.Grace))))
		door("life-buoy", p.T("home.confirm.go"), p.T("home.confirm.go_one", "subject", i.Name), caseAt(support.ID(i.ID), ""))
	}
	return row
}

// more leads to what waits besides what is listed.
func (p homePage) more() []ui.TextLink {
	shown := map[waiting.Kind]int{}
	for _, i := range p.Waits.Items {
		shown[i.Kind]++
	}
	var links []ui.TextLink
	for _, place := range []struct {
		key, href string
		kinds     []waiting.Kind
	}{
		{"portal.invoices.title", "/portal/invoices", []waiting.Kind{waiting.Pay}}, {"portal.contracts.title", "/portal/contracts", []waiting.Kind{waiting.Sign}},
		{"portal.cases.title", "/portal/cases", []waiting.Kind{waiting.AnswerCase, waiting.Confirm}},
		{"portal.changes.nav", changesPath, []waiting.Kind{waiting.Decide, waiting.AnswerChange}},
		{"notifications.area.calendar", "/portal/meetings", []waiting.Kind{waiting.AnswerMeeting}},
	} {
		rest := 0
		for _, k := range place.kinds {
			rest += p.Counts[k] - shown[k]
		}
		if rest > 0 {
			links = append(links, ui.TextLink{Text: p.N("waiting.more", rest, "place", p.T(place.key)), Href: place.href})
		}
	}
	return links
}
