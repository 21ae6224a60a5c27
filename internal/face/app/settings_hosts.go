package app

import (
	"net/http"
	"net/url"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/problem"
)

const hostsPath = "/app/settings/portal"

func (f Face) hostRoutes() []web.Route {
	host := web.Objects{"host": "host"}
	return []web.Route{
		web.Staff("GET", hostsPath, auth.SettingsRead, nil, f.showHosts),
		web.Staff("POST", hostsPath, auth.SettingsWrite, nil, f.postHost),
		web.Staff("GET", hostsPath+"/{host}/removal", auth.SettingsWrite, host, f.showHostRemoval),
		web.Staff("POST", hostsPath+"/{host}/removal", auth.SettingsWrite, host, f.postHostRemoval),
	}
}

type hostForm struct {
	Host string `form:"host"`
	Kind string `form:"kind"`
}

type hostsPage struct {
	settingsView
	In hostForm
}

func (p hostsPage) kinds() []ui.Option {
	return []ui.Option{
		{Value: string(workspace.PortalHost), Label: p.T("host.kind.portal"), Hint: p.T("host.kind.portal_hint"), Icon: "door-open"},
		{Value: string(workspace.AppHost), Label: p.T("host.kind.app"), Hint: p.T("host.kind.app_hint"), Icon: "briefcase"},
	}
}

func hostRemoval(host string) string { return hostsPath + "/" + url.PathEscape(host) + "/removal" }

func (f Face) showHosts(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.settings(w, r, who, hostsPath)
	if err != nil {
		return err
	}
	return p.draw(w, r, nil, "settings.portal.title", hostsView(hostsPage{p, hostForm{Kind: string(workspace.PortalHost)}}))
}

func (f Face) postHost(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in hostForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Workspace.ForStaff(who).AddHost(r.Context(), workspace.NewHost{Host: in.Host, Kind: workspace.HostKind(in.Kind)})
	switch {
	case err == nil:
		return settingsSaved(w, r, hostsPath, "flash.host_added")
	case !drawnAgain(err):
		return err
	}
	p, reading := f.settings(w, r, who, hostsPath)
	if reading != nil {
		return reading
	}
	return p.draw(w, r, err, "settings.portal.title", hostsView(hostsPage{p.refused(err, nil), in}))
}

// askHostRemoval asks about one of the workspace's hosts; problem.NotFound for any
// other.
func (f Face) askHostRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff, trouble error) error {
	stored, err := f.Workspace.ForStaff(who).Get(r.Context())
	if err != nil {
		return err
	}
	name := r.PathValue("host")
	if !slices.ContainsFunc(stored.Hosts, func(h workspace.Host) bool { return h.Name == name }) {
		return problem.Missing()
	}
	v := newView(w, r, who)
	return confirm(w, r, trouble, confirmation{
		view: v, Title: v.T("host.remove_title", "host", name), Text: v.T("host.remove_text"), Action: hostRemoval(name), Back: hostsPath,
		Yes: v.T("host.remove"), No: v.T("ui.cancel"), Kind: ui.DangerFilled, Icon: "trash-2",
	})
}

func (f Face) showHostRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askHostRemoval(w, r, who, nil)
}

func (f Face) postHostRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Workspace.ForStaff(who).RemoveHost(r.Context(), r.PathValue("host"), r.Host)
	switch {
	case err == nil:
		return settingsSaved(w, r, hostsPath, "flash.host_removed")
	case !drawnAgain(err):
		return err
	}
	return f.askHostRemoval(w, r, who, err)
}
