package app

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/project"
	"foyer/internal/feature/waiting"
	"foyer/internal/kernel/text"
)

func (f Face) todayRoutes() []web.Route {
	return []web.Route{web.Staff("GET", "/app/{$}", auth.OwnRead, nil, f.showToday)}
}

// todayPage is the first page of the app: what is still missing, and how things
// stand.
type todayPage struct {
	view
	Gaps   []ui.AttentionRow
	Counts client.Counts
	Due    project.Dues
	News   payment.News
	Agreed contract.Dues
	Talk   waiting.Talk
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
		p.Due, p.Counts = due, due.Clients
	} else if who.May(auth.ClientsRead) {
		counts, err := client.ForStaff(who).Count(r.Context())
		if err != nil {
			return err
		}
		p.Counts = counts
	}
	if who.May(auth.ContractsRead) {
		due, err := f.Contracts.ForStaff(who).Due(r.Context())
		if err != nil {
			return err
		}
		p.Agreed = due
	}
	if who.May(auth.CasesWrite) || who.May(auth.ChangesWrite) {
		waits, err := waiting.ForStaff(r.Context(), who)
		if err != nil {
			return err
		}
		p.Talk = waits
	}
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

// unmatched leads to the payments that fit nothing.
func (p todayPage) unmatched() ui.AttentionRow {
	return ui.AttentionRow{
		Icon: "banknote", Tone: ui.Warn, Title: p.N("today.unmatched", p.News.Unmatched), Text: p.T("today.unmatched_text"),
		Button: ui.Button{Label: p.T("today.unmatched_action"), Href: unmatchedPath},
	}
}

// contracts are those that wait for this person's signature, and those whose seal
// failed.
func (p todayPage) contracts() []ui.AttentionRow {
	var rows []ui.AttentionRow
	for _, c := range p.Agreed.Sign {
		row := ui.AttentionRow{Icon: "signature", Tone: ui.Brand, Title: p.T("today.sign", "name", c.Name), Text: c.ClientName + " · " + c.Number}
		if p.agrees() {
			row.Button = ui.Button{Label: p.T("contract.read_sign"), Href: contractAt(c.ID, "/signature"), Attrs: templ.Attributes{"aria-label": p.T("home.sign.go_one", "name", c.Name)}}
		}
		rows = append(rows, row)
	}
	for _, c := range p.Agreed.Stuck {
		rows = append(rows, ui.AttentionRow{
			Icon: "shield-alert", Tone: ui.Bad, Title: p.T("today.seal", "name", c.Name), Text: p.T("today.seal_text"),
			Button: ui.Button{Label: p.T("today.seal_action"), Href: contractAt(c.ID, "")},
		})
	}
	return rows
}

// talk are the cases and change requests that wait for this person, the longest first.
func (p todayPage) talk() []ui.AttentionRow {
	var rows []ui.AttentionRow
	for _, c := range p.Talk.Cases {
		key := "today.case_answer"
		if c.Nobodys {
			key = "today.case_new"
		}
		rows = append(rows, ui.AttentionRow{
			Icon: "life-buoy", Tone: ui.Info, Title: p.T(key, "subject", c.Subject), Text: p.waits(c.Client, c.Since),
			Button: ui.Button{Label: p.T("today.case_open"), Href: caseAt(c.ID, ""), Attrs: templ.Attributes{"aria-label": p.T("home.answer.go_one", "subject", c.Subject)}},
		})
	}
	for _, c := range p.Talk.Changes {
		rows = append(rows, ui.AttentionRow{
			Icon: "git-pull-request", Tone: ui.Info, Title: p.T("today.change_"+string(c.State), "title", c.Title), Text: p.waits(c.Client, c.Since),
			Button: ui.Button{Label: p.T("today.change_open"), Href: changeAt(c.ID, ""), Attrs: templ.Attributes{"aria-label": p.T("today.change_open_one", "title", c.Title)}},
		})
	}
	return rows
}

// waits says whose it is and for how long it has waited.
func (p todayPage) waits(client string, since time.Time) string {
	return p.T("today.waits", "client", client, "time", talk.Lasted(p.Printer, p.Now.Sub(since)))
}

// ending are the contracts that end or renew soon.
func (p todayPage) ending() []ui.DatedRow {
	var rows []ui.DatedRow
	for _, c := range p.Agreed.Ending {
		row := p.dueRow(project.Due{Name: c.Name, On: c.On})
		key := "today.ends_with"
		if c.Renews {
			key = "today.renews_with"
		}
		row.Href, row.Sub = contractAt(c.ID, ""), p.T(key, "client", c.ClientName)
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

// late are the invoices that are past their day, the longest first.
func (p todayPage) late() []ui.DatedRow {
	var rows []ui.DatedRow
	for _, n := range p.News.Late {
		row := p.dueRow(project.Due{Name: n.Number, On: n.DueOn})
		row.Href, row.Sub = invoiceAt(n.Invoice, ""), p.T("today.owes", "client", n.Client, "amount", n.Open.Say(p.Printer))
		if n.UnderWay {
			row.Sub = p.T("today.under_way", "client", n.Client, "amount", n.Open.Say(p.Printer))
		}
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

// more says how many are due besides those that are shown.
func (p todayPage) more(all, shown int) string {
	if all <= shown {
		return ""
	}
	return p.N("today.more", all-shown)
}
