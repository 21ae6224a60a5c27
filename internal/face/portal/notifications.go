package portal

import (
	"net/http"
	"slices"

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
		Cases    bool `form:"cases"`
		Changes  bool `form:"changes"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if err := notify.ForClient(who).Save(r.Context(), notify.Settings(in)); err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, "/portal/account/notifications")
	return nil
}

// told tells whether the contact sees anything that mails are sent about.
func (p notificationsPage) told() bool {
	return slices.ContainsFunc([]auth.Area{auth.Projects, auth.Money, auth.Cases, auth.Changes}, p.Who.Sees)
}
