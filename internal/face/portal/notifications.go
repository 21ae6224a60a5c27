package portal

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/feature/notify"
)

// notificationsPage is where a contact chooses which mail they get.
type notificationsPage struct {
	view
	Settings notify.Settings
}

func (f Face) showNotifications(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	settings, err := notify.ForClient(who).Settings(r.Context())
	if err != nil {
		return err
	}
	p := notificationsPage{newView(w, r, who), settings}
	return p.page(w, r, http.StatusOK, p.T("notifications.title"), notificationsView(p))
}

func (f Face) postNotifications(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in struct {
		Projects bool `form:"projects"`
		Invoices bool `form:"invoices"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if err := notify.ForClient(who).Save(r.Context(), notify.Settings{Projects: in.Projects, Invoices: in.Invoices}); err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, "/portal/account/notifications")
	return nil
}
