package subscribe

import (
	"net/http"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/feature/notify"
	"foyer/internal/kernel/problem"
)

// Exits is where people get no more of a mail by the address in it.
type Exits struct{ Notices notify.Notifier }

// Routes are its addresses. Mail programs send the POST by themselves, without
// cookies, when somebody asks them to (RFC 8058); opening the page changes nothing,
// since they open links before people do.
func (f Exits) Routes() []web.Route {
	token := web.Objects{"token": "unsubscribe"}
	return []web.Route{
		web.Visitor("GET", "/unsubscribe/{token}", token, f.show),
		web.Visitor("POST", "/unsubscribe/{token}", token, f.post),
	}
}

// exitPage is the page behind the address in a mail.
type exitPage struct {
	web.View
	Exit  notify.Exit
	Known bool // the address stands for something
	Done  bool
}

func (f Exits) show(w http.ResponseWriter, r *http.Request, who auth.Visitor) error {
	return f.serve(w, r, who, false)
}

func (f Exits) post(w http.ResponseWriter, r *http.Request, who auth.Visitor) error {
	return f.serve(w, r, who, true)
}

func (f Exits) serve(w http.ResponseWriter, r *http.Request, who auth.Visitor, leave bool) error {
	p, status := exitPage{View: web.VisitorView(w, r)}, http.StatusOK
	var err error
	p.Exit, err = f.Notices.Exit(r.Context(), who, r.PathValue("token"))
	switch {
	case problem.Is(err, problem.NotFound):
		status = http.StatusNotFound
	case err != nil:
		return err
	default:
		p.Known = true
		if leave {
			if err := p.Exit.Leave(r.Context()); err != nil {
				return err
			}
			p.Done = true
		}
	}
	return web.Render(w, r, status, exitView(p))
}

// asks tells whether there is anything to unsubscribe from yet.
func (p exitPage) asks() bool { return !p.Done && len(p.Exit.Areas) > 0 }

func (p exitPage) title() string {
	switch {
	case !p.Known:
		return p.T("unsubscribe.unknown_title")
	case p.asks():
		return p.T("unsubscribe.title")
	}
	return p.T("unsubscribe.done_title")
}

func (p exitPage) text() string {
	var areas []string
	for _, area := range p.Exit.Areas {
		areas = append(areas, p.T("notifications.area."+string(area)))
	}
	named := strings.Join(areas, ", ")
	switch {
	case !p.Known:
		return p.T("unsubscribe.unknown", "workspace", p.Site.Name)
	case len(areas) == 0:
		return p.T("unsubscribe.already", "workspace", p.Site.Name)
	case p.Done:
		return p.T("unsubscribe.done", "workspace", p.Site.Name, "areas", named)
	}
	return p.T("unsubscribe.text", "workspace", p.Site.Name, "areas", named)
}

func (p exitPage) settingsAt() string {
	if p.Exit.Realm == auth.StaffRealm {
		return "/app" + Path
	}
	return "/portal" + Path
}
