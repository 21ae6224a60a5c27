package portal

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/waiting"
)

// view is what every page of the portal is drawn with, for a contact.
type view struct {
	web.View
	Who auth.Client
	// Counts are how many things wait, as the navigation says; read when the page is drawn.
	Counts waiting.Counts
}

func newView(w http.ResponseWriter, r *http.Request, who auth.Client) view {
	return view{View: web.NewView(w, r, who.Language()), Who: who}
}

func (v view) item(key, icon, path string) ui.NavItem {
	at, _, _ := strings.Cut(v.Path, "?")
	current := at == path || path != "/portal/" && strings.HasPrefix(at, path+"/")
	return ui.NavItem{Text: v.T(key), Icon: icon, Href: path, Current: current}
}

// counted is the item of an area, with how many things wait there.
func (v view) counted(key, icon, path string, area auth.Area) ui.NavItem {
	item := v.item(key, icon, path)
	item.Count, item.CountLabel = v.Waiting(v.Counts.Of(area), waiting.Most)
	return item
}

func (v view) shell() ui.PortalShell {
	s := shellOf(v.View, v.Who.Person)
	s.Nav = []ui.NavItem{v.item("portal.home", "home", "/portal/")}
	if v.Who.Sees(auth.Projects) {
		s.Nav = append(s.Nav, v.item("portal.projects.title", "layers", "/portal/projects"))
	}
	if v.Who.Sees(auth.Money) {
		s.Nav = append(s.Nav, v.counted("portal.invoices.title", "receipt", "/portal/invoices", auth.Money))
	}
	if v.Who.Sees(auth.Contracts) {
		s.Nav = append(s.Nav, v.counted("portal.contracts.title", "signature", "/portal/contracts", auth.Contracts))
	}
	if v.Who.Sees(auth.Cases) {
		s.Nav = append(s.Nav, v.counted("portal.cases.title", "life-buoy", "/portal/cases", auth.Cases))
	}
	if v.Who.Sees(auth.Changes) {
		s.Nav = append(s.Nav, v.counted("portal.changes.nav", "git-pull-request", changesPath, auth.Changes))
	}
	if v.Who.Sees(auth.Documents) {
		s.Nav = append(s.Nav, v.item("portal.documents.title", "folder", documentsPath))
	}
	if v.Who.Sees(auth.Calendar) {
		s.Nav = append(s.Nav, v.counted("meetings.title", "calendar", meetingsPath, auth.Calendar))
	}
	s.User.Line = v.Who.ClientName()
	if v.Who.Several() {
		s.User.Items = append([]ui.MenuItem{{Text: v.T("portal.switch"), Line: v.Who.ClientName(), Icon: "refresh-cw", Href: "/portal/client"}}, s.User.Items...)
	}
	return s
}

// shellOf is the part of the header that needs no client: mark, theme, person.
func shellOf(v web.View, who auth.Person) ui.PortalShell {
	return ui.PortalShell{
		Brand: v.Mark("/portal/"), NavLabel: v.T("nav.label"), MoreLabel: v.T("ui.more"), Theme: v.Toggle(),
		User: ui.Menu{
			Label: v.T("nav.person", "name", who.Name()), Face: ui.Avatar{Name: who.Name(), Self: true}, Title: who.Name(), Line: who.Email(),
			Items: []ui.MenuItem{
				{Text: v.T("account.title"), Icon: "user", Href: "/portal/account"},
				{Text: v.T("ui.sign_out"), Icon: "log-out", Action: "/portal/logout", Rule: true},
			},
		},
	}
}

// personFrame is the frame of pages that belong to the person alone.
func personFrame(v web.View, who auth.Person, title string, body templ.Component) templ.Component {
	shell := shellOf(v, who)
	shell.Nav = []ui.NavItem{{Text: v.T("portal.home"), Icon: "home", Href: "/portal/"}}
	shell.Narrow = true
	return web.Nest(v.Document(title), shell, body)
}

// page answers with a page of the portal.
func (v view) page(w http.ResponseWriter, r *http.Request, status int, title string, body templ.Component) error {
	if err := v.count(r.Context()); err != nil {
		return err
	}
	return web.Render(w, r, status, web.Nest(v.Document(title), v.shell(), body))
}

// count reads how many things wait, once.
func (v *view) count(ctx context.Context) (err error) {
	if v.Counts == nil {
		v.Counts, err = waiting.CountForClient(ctx, v.Who)
	}
	return err
}

// summary says how many fields of a form need another look, and which.
func (v view) summary(fields ...string) ui.ErrorSummary {
	if items := v.ErrorItems(fields...); len(items) > 0 {
		return ui.ErrorSummary{Title: v.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: v.Trouble()}
}
