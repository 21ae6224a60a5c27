package server

import (
	"net/http"
	"strconv"

	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
)

// demoRoutes are the mailbox of the demo, where the mail it sends can be read.
func demoRoutes(box *mail.Box) []web.Route {
	return []web.Route{
		web.Anyone("GET", "/demo/mail", func(w http.ResponseWriter, r *http.Request) error {
			return web.Render(w, r, http.StatusOK, mailboxView(mailbox(w, r, "Mail"), box.List()))
		}),
		web.Anyone("GET", "/demo/mail/{n}", func(w http.ResponseWriter, r *http.Request) error {
			kept, err := keptMail(box, r)
			if err != nil {
				return err
			}
			return web.Render(w, r, http.StatusOK, mailView(mailbox(w, r, kept.Subject), kept))
		}).Naming("n", "demo mail"),
		web.Anyone("GET", "/demo/mail/{n}/html", func(w http.ResponseWriter, r *http.Request) error {
			kept, err := keptMail(box, r)
			if err != nil {
				return err
			}
			// The mail as it was sent, in a frame that can do nothing but look. Its
			// logo comes from whichever address of the workspace it speaks for.
			w.Header().Set("Content-Security-Policy", "sandbox allow-popups allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; img-src http: https:; frame-ancestors 'self'")
			w.Header().Set("X-Frame-Options", "SAMEORIGIN")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, err = w.Write([]byte(kept.HTML))
			return err
		}).Naming("n", "demo mail"),
	}
}

func keptMail(box *mail.Box, r *http.Request) (mail.Kept, error) {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return mail.Kept{}, problem.Missing()
	}
	return box.Get(n)
}

// mailPage is a page of the demo's mailbox.
type mailPage struct {
	web.View
	Title string
}

func mailbox(w http.ResponseWriter, r *http.Request, title string) mailPage {
	v := web.VisitorView(w, r)
	v.Face = ui.Staff
	return mailPage{v, title}
}
