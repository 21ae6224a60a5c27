package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
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
}

func (f Face) showToday(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p := todayPage{view: newView(w, r, who)}
	if who.May(auth.ClientsRead) {
		counts, err := client.ForStaff(who).Count(r.Context())
		if err != nil {
			return err
		}
		p.Counts = counts
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
