package app

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/project"
	"foyer/internal/feature/support"
	"foyer/internal/feature/waiting"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/text"
)

func (f Face) todayRoutes() []web.Route {
	return []web.Route{
		web.Staff("GET", "/app/{$}", auth.OwnRead, nil, f.showToday),
		web.Staff("GET", "/app/account/notifications", auth.OwnRead, nil, showNotifications),
		web.Staff("POST", "/app/account/notifications", auth.OwnWrite, nil, postNotifications),
	}
}

// todayPage is the first page of the app: what is still missing, and how things
// stand.
type todayPage struct {
	view
	Gaps    []ui.AttentionRow
	Clients client.Counts
	Due     project.Dues
	News    []payment.Happened
	Waits   waiting.List
}

// dueWithin is how many days ahead the page looks.
const dueWithin = 7

func (f Face) showToday(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p := todayPage{view: newView(w, r, who)}
	if who.May(auth.ProjectsRead) {
		due, err := project.ForStaff(who).Due(r.Context(), dueWithin)
		if err != nil {
			return err
		}
		p.Due, p.Clients = due, due.Clients
	} else if who.May(auth.ClientsRead) {
		counts, err := client.ForStaff(who).Count(r.Context())
		if err != nil {
			return err
		}
		p.Clients = counts
	}
	if err := p.count(r.Context()); err != nil {
		return err
	}
	waits, err := waiting.ForStaff(r.Context(), who)
	if err != nil {
		return err
	}
	p.Waits = waits
	if who.May(auth.MoneyRead) {
		news, err := f.Payments.ForStaff(who).News(r.Context())
		if err != nil {
			return err
		}
		p.News = news
	}
	if who.May(auth.SettingsWrite) {
		gaps, err := f.Workspace.ForStaff(who).Gaps(r.Context(), f.MailReady)
		if err != nil {
			return err
		}
		for _, g := range gaps {
			row := ui.AttentionRow{Icon: g.Icon, Tone: ui.Warn, Title: p.N("gap."+g.Kind+".title", g.Count), Text: p.T("gap." + g.Kind + ".text")}
			row.Button = ui.Button{Label: p.T("gap." + g.Kind + ".action"), Href: g.Href}
			p.Gaps = append(p.Gaps, row)
		}
	}
	return p.page(w, r, http.StatusOK, p.T("nav.today"), todayView(p))
}

// waiting are the rows of what waits for the member, set-up gaps last.
func (p todayPage) waiting() []ui.AttentionRow {
	rows := make([]ui.AttentionRow, 0, len(p.Waits.Items)+len(p.Gaps))
	for _, i := range p.Waits.Items {
		rows = append(rows, p.row(i))
	}
	return append(rows, p.Gaps...)
}

// row says what waits in a sentence, with a button to where it is done.
func (p todayPage) row(i waiting.Item) ui.AttentionRow {
	row := ui.AttentionRow{Tone: ui.Info, Text: i.Client, Whole: i.Number}
	if i.Kind != waiting.Unmatched && i.Kind != waiting.Chase {
		row.Title = p.T("today.do."+string(i.Kind), "name", i.Name, "client", i.Client, "number", i.Number)
	}
	if i.Amount != nil {
		row.Amount = i.Amount.Say(p.Printer)
	}
	if !i.Since.IsZero() {
		row.Text = p.T("today.waits", "client", i.Client, "time", talk.Lasted(p.Printer, p.Now.Sub(i.Since)))
	}
	name := i.Name
	door := func(icon, key, href string) {
		row.Icon = icon
		if href != "" {
			row.Button = ui.Button{Label: p.T(key), Href: href, Attrs: templ.Attributes{"aria-label": p.T("today.open_one", "label", p.T(key), "name", name)}}
		}
	}
	switch i.Kind {
	case waiting.Dispute, waiting.Refund, waiting.Refused:
		row.Tone, row.Text, name = ui.Warn, p.T("today.trouble_"+string(i.Kind)), i.Number
		icon, key, href := "triangle-alert", "mail.invoice.action", ""
		if i.ID != "" {
			href = invoiceAt(invoice.ID(i.ID), "")
		}
		switch {
		case i.Kind == waiting.Dispute:
			icon, row.Tone = "shield-alert", ui.Bad
		case i.Kind == waiting.Refused && p.Who.May(auth.SettingsRead):
			key, href = "stripe.title", stripePath
		}
		door(icon, key, href)
	case waiting.Unmatched:
		row.Tone, row.Title, row.Text = ui.Warn, p.N("today.unmatched", p.Counts[waiting.Unmatched]), p.T("today.unmatched_text")
		name = row.Title
		door("banknote", "today.unmatched_action", unmatchedPath)
	case waiting.CounterSign:
		row.Tone, row.Text = ui.Brand, i.Client+" · "+i.Number
		href := ""
		if p.agrees() {
			href = contractAt(contract.ID(i.ID), "/signature")
		}
		door("signature", "contract.read_sign", href)
	case waiting.Seal:
		row.Tone, row.Text = ui.Bad, p.T("today.seal_text")
		door("shield-alert", "today.seal_action", contractAt(contract.ID(i.ID), ""))
	case waiting.Take, waiting.Answer:
		door("life-buoy", "today.case_open", caseAt(support.ID(i.ID), ""))
	case waiting.Arrange, waiting.Unheld:
		if i.Kind == waiting.Unheld {
			row.Text = i.Client
		}
		door("calendar-clock", "today.meeting_open", "/app/calendar/"+i.ID)
	case waiting.Triage, waiting.Review:
		door("git-pull-request", "today.change_open", changeAt(change.ID(i.ID), ""))
	case waiting.Issue:
		name = i.Client // which the title says already
		row.Text = p.T("today.since", "time", talk.Lasted(p.Printer, p.Now.Sub(i.Since)))
		door("receipt", "today.issue_go", invoiceAt(invoice.ID(i.ID), ""))
	case waiting.Chase:
		row.Tone, name = ui.Bad, i.Number
		row.Title = p.T("today.chase", "number", i.Number, "late", p.Overdue(i.Due.Until(p.today())))
		door("receipt", "today.chase_go", invoiceAt(invoice.ID(i.ID), ""))
	}
	return row
}

// newLeads says how many of the leads nobody has looked at; nothing where there is none.
func (p todayPage) newLeads() string {
	if p.Clients.NewLeads == 0 {
		return ""
	}
	return p.N("today.new_leads", p.Clients.NewLeads)
}

// more leads to what waits besides what is listed.
func (p todayPage) more() []ui.TextLink {
	shown := map[waiting.Kind]int{waiting.Unmatched: p.Counts[waiting.Unmatched]}
	for _, i := range p.Waits.Items {
		if i.Kind != waiting.Unmatched {
			shown[i.Kind]++
		}
	}
	var links []ui.TextLink
	for _, place := range []struct {
		key, href string
		kinds     []waiting.Kind
	}{
		{"today.more_overdue", "/app/invoices?tab=overdue", []waiting.Kind{waiting.Chase}}, {"today.more_drafts", "/app/invoices?tab=draft", []waiting.Kind{waiting.Issue}},
		{"today.more_money", "/app/invoices", []waiting.Kind{waiting.Dispute, waiting.Refund, waiting.Refused}},
		{"today.more_contracts", "/app/contracts", []waiting.Kind{waiting.CounterSign, waiting.Seal}}, {"today.more_cases", "/app/cases?tab=open", []waiting.Kind{waiting.Take, waiting.Answer}},
		{"today.more_meetings", "/app/calendar", []waiting.Kind{waiting.Arrange, waiting.Unheld}},
		{"today.more_changes", changesPath, []waiting.Kind{waiting.Triage, waiting.Review}},
	} {
		rest := 0
		for _, k := range place.kinds {
			rest += p.Counts[k] - shown[k]
		}
		if rest > 0 {
			links = append(links, ui.TextLink{Text: p.N(place.key, rest), Href: place.href})
		}
	}
	return links
}

// next says what comes next where nothing waits; empty where nothing does.
func (p todayPage) next() string {
	var name string
	var on civil.Date
	consider := func(n string, d civil.Date) {
		if d >= p.today() && (on == "" || d < on) {
			name, on = n, d
		}
	}
	for _, d := range slices.Concat(p.Due.Milestones, p.Due.Projects) {
		consider(d.Name, d.On)
	}
	for _, e := range p.Waits.Ending {
		consider(e.Name, e.On)
	}
	if on == "" {
		return ""
	}
	return p.T("today.next", "name", name, "date", p.onDay(on))
}

// ending are the contracts that end or renew soon.
func (p todayPage) ending() []ui.DatedRow {
	var rows []ui.DatedRow
	for _, c := range p.Waits.Ending {
		row := p.dueRow(project.Due{Name: c.Name, On: c.On})
		key := "today.ends_with"
		if c.Renews {
			key = "today.renews_with"
		}
		row.Href, row.Sub = contractAt(c.ID, ""), p.T(key, "client", c.Client)
		rows = append(rows, row)
	}
	return rows
}

// milestones are the open milestones that are late or due soon.
func (p todayPage) milestones() []ui.DatedRow {
	var rows []ui.DatedRow
	for _, d := range p.Due.Milestones {
		row := p.dueRow(d)
		row.Href = projectAt(d.Project, "/targets#item-"+d.Target.String())
		row.Sub = p.T("today.due_of", "project", d.ProjectName, "client", d.ClientName)
		rows = append(rows, row)
	}
	return rows
}

// ends are the planned ends that have passed or come soon.
func (p todayPage) ends() []ui.DatedRow {
	var rows []ui.DatedRow
	for _, d := range p.Due.Projects {
		row := p.dueRow(d)
		row.Href, row.Sub = projectAt(d.Project, ""), d.ClientName
		rows = append(rows, row)
	}
	return rows
}

// dueRow is something with the day it is due on and how far that is.
func (p todayPage) dueRow(d project.Due) ui.DatedRow {
	day, days := d.On.Time(), p.today().Until(d.On)
	row := ui.DatedRow{
		Title: d.Name, Date: ui.DateBlock{Month: p.ShortMonth(day), Day: p.Number(day.Day()), Date: string(d.On)},
		Pill: ui.Pill{Text: text.Capital(p.Distance(days))},
	}
	if days < 0 {
		row.Late, row.Pill = true, ui.Pill{Text: text.Capital(p.Overdue(-days))}
	}
	return row
}

// others says how many are due besides those that are shown.
func (p todayPage) others(all, shown int) string {
	if all <= shown {
		return ""
	}
	return p.N("today.more", all-shown)
}
