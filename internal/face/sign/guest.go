package sign

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/kernel/problem"
)

// takeLink moves the token out of the address, as with every link that is mailed:
// no referrer, log or neighbour at the screen sees it. It does nothing else, since
// mail programs open links before people do.
func takeLink(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error {
	web.KeepLink(w, r, r.PathValue("token"))
	http.Redirect(w, r, "/sign", http.StatusSeeOther)
	return nil
}

// guest serves a page of a contract to whoever holds a link to it. The link is kept
// on with every page, so that reading takes as long as it takes.
func (f Face) guest(serve func(Place, http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request, auth.Visitor) error {
	return func(w http.ResponseWriter, r *http.Request, who auth.Visitor) error {
		v := web.VisitorView(w, r)
		token := web.LinkToken(r).Reveal()
		door, err := f.Contracts.ForGuest(r.Context(), who, token)
		if problem.Is(err, problem.NotFound) {
			return spent(w, r, v, err)
		}
		if err != nil {
			return err
		}
		web.KeepLink(w, r, token)
		p := Place{View: v, Door: door, At: "/sign", Shell: func(_ context.Context, narrow bool) (templ.Component, error) { return open(v, narrow), nil }}
		err = serve(p, w, r)
		if problem.Is(err, problem.NotFound) {
			_, err = f.Contracts.ForGuest(r.Context(), who, token) // it was taken back since
			return spent(w, r, v, err)
		}
		return err
	}
}

// spent says that a link opens nothing, why where that is known, and what to do.
func spent(w http.ResponseWriter, r *http.Request, v web.View, why error) error {
	said := ""
	if p, ok := problem.As(why); ok && strings.HasPrefix(p.Message.Key, "sign.over.") {
		said = v.Say(p.Message)
	}
	return web.Render(w, r, http.StatusNotFound, web.Nest(v.Document(v.T("sign.spent.title")), open(v, true), spentView(v, said)))
}
