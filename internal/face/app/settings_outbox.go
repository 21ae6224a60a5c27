package app

import (
	"net/http"
	"net/url"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/outbox"
)

const outboxPath = "/app/settings/outbox"

func (f Face) outboxRoutes() []web.Route {
	return []web.Route{
		web.Staff("GET", outboxPath, auth.SettingsRead, nil, f.listOutbox),
		web.Staff("POST", outboxPath+"/{id}/sending", auth.SettingsWrite, web.Objects{"id": "mail"}, f.postMailAgain),
	}
}

// outboxPage lists the mails, and what became of them.
type outboxPage struct {
	settingsView
	State outbox.State
	List  outbox.List
}

func (f Face) listOutbox(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawOutbox(w, r, who, nil)
}

func (f Face) drawOutbox(w http.ResponseWriter, r *http.Request, who auth.Staff, trouble error) error {
	q := r.URL.Query()
	p := outboxPage{settingsView: settingsView{view: newView(w, r, who), Tab: "/app/settings/mail", Changes: who.May(auth.SettingsWrite)}}
	if state := outbox.State(q.Get("state")); slices.Contains(outbox.States, state) {
		p.State = state
	}
	var err error
	if p.List, err = f.Outbox.ForStaff(who).List(r.Context(), outbox.Wishes{State: p.State, After: q.Get("after"), Before: q.Get("before")}); err != nil {
		return err
	}
	p.View = p.WithProblem(trouble)
	return p.draw(w, r, trouble, "outbox.title", outboxView(p))
}

func (f Face) postMailAgain(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Outbox.ForStaff(who).Again(r.Context(), r.PathValue("id"))
	if drawnAgain(err) {
		return f.drawOutbox(w, r, who, err)
	}
	if err != nil {
		return err
	}
	return settingsSaved(w, r, outboxPath, f.mailed("flash.mail_again"))
}

func outboxAt(state outbox.State, cursor, at string) string {
	q := url.Values{}
	if state != "" {
		q.Set("state", string(state))
	}
	if cursor != "" {
		q.Set(cursor, at)
	}
	if len(q) == 0 {
		return outboxPath
	}
	return outboxPath + "?" + q.Encode()
}

func (p outboxPage) tabs() ui.Segment {
	s := ui.Segment{Label: p.T("outbox.filter"), Items: []ui.Tab{{Text: p.T("outbox.all"), Href: outboxPath, Current: p.State == ""}}}
	for _, state := range outbox.States {
		s.Items = append(s.Items, ui.Tab{Text: p.T("outbox.state." + string(state)), Href: outboxAt(state, "", ""), Current: p.State == state})
	}
	return s
}

func (p outboxPage) status(r outbox.Row) ui.Status {
	kind := ui.StatusOff
	switch r.State {
	case outbox.IsWaiting:
		kind = ui.StatusInfo
	case outbox.IsSent:
		kind = ui.StatusOK
	case outbox.IsBounced, outbox.IsFailed:
		kind = ui.StatusBad
	}
	return ui.Status{Kind: kind, Text: p.T("outbox.state." + string(r.State))}
}

// says is what is known of a mail besides its state.
func (p outboxPage) says(r outbox.Row) string {
	switch {
	case r.State == outbox.IsDropped:
		return p.T("outbox.dropped")
	case r.State == outbox.IsSent:
		return ""
	case r.State == outbox.IsWaiting && r.Tries > 0:
		return p.N("outbox.tried", r.Tries)
	}
	return r.Problem
}

func (p outboxPage) pager() ui.Pager {
	return p.pages(p.T("outbox.pages"), "", p.List.Prev, p.List.Next, func(cursor, at string) string { return outboxAt(p.State, cursor, at) })
}

func (p outboxPage) again(r outbox.Row) ui.PostButton {
	return ui.PostButton{Action: outboxPath + "/" + r.ID + "/sending", Hidden: []ui.Hidden{p.Hidden()}, Button: ui.Button{
		Label: p.T("outbox.again"), Icon: "send", Size: ui.Small, Attrs: map[string]any{"aria-label": p.T("outbox.again_one", "email", r.Email)},
	}}
}
