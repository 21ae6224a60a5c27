package web

import (
	"net/http"
	"strconv"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
)

// page answers with the error page of a status.
func (rt *Router) page(w http.ResponseWriter, r *http.Request, status int, message problem.Message) {
	v := VisitorView(w, r)
	p := errorPage{View: v, Title: v.T("error." + strconv.Itoa(status)), Text: v.Say(message), Home: "/portal/", Back: v.T("error.home")}
	if realmOf(r.URL.Path) == auth.StaffRealm {
		p.Home = "/app/"
	}
	w.Header().Set("Cache-Control", "no-store")
	if err := Render(w, r, status, errorView(p)); err != nil {
		rt.logFailure(r, err)
		http.Error(w, p.Title, status)
	}
}
