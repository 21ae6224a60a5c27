package portal

import (
	"net/http"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/subscribe"
	"foyer/internal/face/web"
	"foyer/internal/feature/notify"
)

// notices is where a contact chooses their mail about the client.
func notices(w http.ResponseWriter, r *http.Request, who auth.Client) subscribe.Place {
	v := newView(w, r, who)
	return subscribe.Place{
		View: v.View, Door: notify.ForClient(who), Base: "/portal", Sub: v.T("notifications.sub", "client", who.ClientName()), Kind: "portal",
		Draw: func(status int, title string, body templ.Component) error { return v.page(w, r, status, title, body) },
	}
}

func showNotifications(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	return notices(w, r, who).Show(r)
}

func postNotifications(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	return notices(w, r, who).Post(w, r)
}

func notificationsCard(v web.View) templ.Component { return subscribe.Card(v, "/portal") }
