package app

import (
	"net/http"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/subscribe"
	"foyer/internal/face/web"
	"foyer/internal/feature/notify"
)

// notices is where a member chooses their mail.
func notices(w http.ResponseWriter, r *http.Request, who auth.Staff) subscribe.Place {
	v := newView(w, r, who)
	return subscribe.Place{
		View: v.View, Door: notify.ForStaff(who), Base: "/app", Sub: v.T("notifications.sub_app", "workspace", v.Site.Name), Kind: "app",
		Draw: func(status int, title string, body templ.Component) error { return v.page(w, r, status, title, body) },
	}
}

func showNotifications(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return notices(w, r, who).Show(r)
}

func postNotifications(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return notices(w, r, who).Post(w, r)
}

func notificationsCard(v web.View) templ.Component { return subscribe.Card(v, "/app") }
