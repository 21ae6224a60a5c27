package app

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/waiting"
	"foyer/internal/kernel/money"
)

// view is what every page of the app is drawn with, for a staff member.
type view struct {
	web.View
	Who auth.Staff
	// Counts are how many things wait, as the rail says; read when the page is drawn.
	Counts waiting.Counts
}

// newView makes the view of a request.
func newView(w http.ResponseWriter, r *http.Request, who auth.Staff) view {
	return view{View: web.NewView(w, r, who.Language()), Who: who}
}

// place tells whether the page belongs to a place of the rail.
func (v view) place(path string) bool {
	at, _, _ := strings.Cut(v.Path, "?")
	if path == "/app/" {
		return at == path
	}
	return at == path || strings.HasPrefix(at, path+"/")
}

func (v view) item(key, icon, path string) ui.NavItem {
	return ui.NavItem{Text: v.T(key), Icon: icon, Href: path, Current: v.place(path)}
}

// counted is the item of an area, with how many things wait there.
func (v view) counted(key, icon, path string, area auth.Area) ui.NavItem {
	item := v.item(key, icon, path)
	item.Count, item.CountLabel = v.Waiting(v.Counts.Of(area), waiting.Most)
	return item
}

// shell is the rail and the person, around a page of the app.
func (v view) shell() ui.StaffShell {
	s := railOf(v.View, v.Who.Person)
	s.Groups = []ui.NavGroup{{Items: []ui.NavItem{v.item("nav.today", "sun", "/app/")}}}
	var work []ui.NavItem
	if v.Who.May(auth.ClientsRead) {
		work = append(work, v.item("nav.clients", "users", "/app/clients"))
	}
	if v.Who.May(auth.ProjectsRead) {
		work = append(work, v.item("projects.title", "layers", "/app/projects"))
	}
	if v.Who.May(auth.MoneyRead) {
		invoices := v.counted("invoices.title", "receipt", "/app/invoices", auth.Money)
		invoices.Current = invoices.Current || v.place("/app/payments")
		work = append(work, invoices)
	}
	if v.Who.May(auth.ContractsRead) {
		work = append(work, v.counted("contracts.title", "signature", "/app/contracts", auth.Contracts))
	}
	if v.Who.May(auth.ChangesRead) {
		work = append(work, v.counted("changes.title", "git-pull-request", changesPath, auth.Changes))
	}
	if v.Who.May(auth.CasesRead) {
		work = append(work, v.counted("cases.title", "life-buoy", "/app/cases", auth.Cases))
	}
	if v.Who.May(auth.CalendarRead) {
		work = append(work, v.counted("calendar.title", "calendar-days", calendarPath, auth.Calendar))
	}
	if v.Who.May(auth.DocumentsRead) {
		work = append(work, v.item("documents.title", "folder", documentsPath))
	}
	if len(work) > 0 {
		s.Groups = append(s.Groups, ui.NavGroup{Title: v.T("nav.work"), Items: work})
	}
	if v.Who.May(auth.SettingsRead) || v.Who.May(auth.PeopleRead) {
		home := "/app/settings"
		if !v.Who.May(auth.SettingsRead) {
			home = "/app/settings/team"
		}
		s.Foot = []ui.NavItem{{Text: v.T("nav.settings"), Icon: "sliders-horizontal", Href: home, Current: v.place("/app/settings")}}
	}
	return s
}

// railOf is the part of the rail that needs no role: mark, theme, person.
func railOf(v web.View, who auth.Person) ui.StaffShell {
	mark := ui.BrandMark{Name: v.Site.Name, Line: "Foyer", Product: true, Href: "/app/"}
	return ui.StaffShell{
		Brand: mark, NavLabel: v.T("nav.label"), Theme: v.Toggle(), MenuLabel: v.T("ui.menu"), CloseLabel: v.T("ui.close"),
		User: ui.Menu{Label: v.T("nav.person", "name", who.Name()), Title: who.Name(), Line: who.Email(), Items: []ui.MenuItem{
			{Text: v.T("account.title"), Icon: "user", Href: "/app/account"},
			{Text: v.T("ui.sign_out"), Icon: "log-out", Action: "/app/logout", Rule: true},
		}},
	}
}

// personFrame is the frame of pages that belong to the person alone.
func personFrame(v web.View, who auth.Person, title string, body templ.Component) templ.Component {
	shell := railOf(v, who)
	shell.Groups = []ui.NavGroup{{Items: []ui.NavItem{{Text: v.T("nav.today"), Icon: "sun", Href: "/app/"}}}}
	shell.Narrow = true
	return web.Nest(v.Document(title), shell, body)
}

// page answers with a page of the app.
func (v view) page(w http.ResponseWriter, r *http.Request, status int, title string, body templ.Component) error {
	if err := v.count(r.Context()); err != nil {
		return err
	}
	return web.Render(w, r, status, web.Nest(v.Document(title), v.shell(), body))
}

// count reads how many things wait, once.
func (v *view) count(ctx context.Context) (err error) {
	if v.Counts == nil {
		v.Counts, err = waiting.CountForStaff(ctx, v.Who)
	}
	return err
}

// drawerOrPage answers a form with its own page or, to htmx, as the drawer over
// the page it was opened from.
func (v view) drawerOrPage(w http.ResponseWriter, r *http.Request, status int, title string, drawer templ.Component) error {
	if v.Fragment {
		return web.Render(w, r, status, drawer)
	}
	return v.page(w, r, status, title, drawer)
}

// records are records to choose from, with none of them in front.
func records[C ~struct{ ID, Name string }](none string, all []C) []ui.Option {
	options := []ui.Option{{Label: none}}
	for _, one := range all {
		r := struct{ ID, Name string }(one)
		options = append(options, ui.Option{Value: r.ID, Label: r.Name})
	}
	return options
}

// withChosen are options with the one that is chosen already, which may not be offered
// any more.
func withChosen(options []ui.Option, value, label string) []ui.Option {
	if slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == value }) {
		return options
	}
	return append(options, ui.Option{Value: value, Label: label})
}

// nothing is no money, in the currency of the workspace.
func (v view) nothing() string { return money.Amount{Currency: v.Site.Currency}.Say(v.Printer) }

// sums is a card with a sum in each currency, the largest first.
func (v view) sums(label, icon string, amounts []money.Amount, href string) ui.StatCard {
	card := ui.StatCard{Label: v.T(label), Icon: icon, Figure: v.nothing(), Href: href}
	for i, a := range amounts {
		switch i {
		case 0:
			card.Figure = a.Say(v.Printer)
		case 1:
			card.Text = v.T("invoices.and", "amount", a.Say(v.Printer))
		default:
			card.Text = v.N("invoices.and_more", len(amounts)-1)
		}
	}
	return card
}
