package app

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/door"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

func (f Face) portalAccessRoutes() []web.Route {
	one := web.Objects{"id": "client"}
	contact := web.Objects{"id": "client", "contact": "contact"}
	session := web.Objects{"id": "client", "session": "session"}
	return []web.Route{
		web.Staff("GET", "/app/clients/{id}/portal", auth.ClientsRead, one, f.showPortal),
		web.Staff("POST", "/app/clients/{id}/portal/access", auth.ClientsWrite, one, f.postAccess),
		web.Staff("POST", "/app/clients/{id}/portal/contacts/{contact}/invitation", auth.ClientsWrite, contact, f.postInvitation),
		web.Staff("POST", "/app/clients/{id}/portal/contacts/{contact}/mail", auth.ClientsWrite, contact, f.postMailAllowed),
		web.Staff("POST", "/app/clients/{id}/portal/contacts/{contact}/reset", auth.ClientsWrite, contact, f.postReset),
		web.Staff("POST", "/app/clients/{id}/portal/contacts/{contact}/verification", auth.ClientsWrite, contact, f.postVerification),
		web.Staff("POST", "/app/clients/{id}/portal/contacts/{contact}/password", auth.ClientsWrite, contact, f.postContactPassword),
		web.Staff("POST", "/app/clients/{id}/portal/sessions/{session}/end", auth.ClientsWrite, session, f.postSessionEnd),
	}
}

// portalAt is the Portal Access tab with a contact and an inner tab chosen.
func portalAt(c client.ID, contact client.ContactID, inner string) string {
	q := url.Values{}
	if contact != "" {
		q.Set("contact", contact.String())
	}
	if inner != "" {
		q.Set("tab", inner)
	}
	if len(q) == 0 {
		return clientAt(c, "/portal")
	}
	return clientAt(c, "/portal?"+q.Encode())
}

// accessPage is the Portal Access tab.
type accessPage struct {
	clientFrame
	Access client.Access
	Chosen client.Contact // whose password is looked at; zero without contacts
	Inner  string         // password or sessions
	Typed  string         // a password that was refused
	// MailReady tells whether an invitation would leave.
	MailReady bool
}

func (f Face) showPortal(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	q := r.URL.Query()
	return f.drawPortal(w, r, who, client.ContactID(q.Get("contact")), q.Get("tab"), "", nil)
}

// drawPortal draws the tab, with what was refused if anything.
func (f Face) drawPortal(w http.ResponseWriter, r *http.Request, who auth.Staff, chosen client.ContactID, inner, typed string, trouble error) error {
	access, err := client.ForStaff(who).Portal(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	v := newView(w, r, who)
	status := http.StatusOK
	if trouble != nil {
		v.View, status = v.WithProblem(trouble), web.Status(trouble)
	}
	p := accessPage{clientFrame: clientFrame{v, access.Client, "portal"}, Access: access, Inner: "password", Typed: typed, MailReady: f.MailReady}
	if inner == "sessions" {
		p.Inner = inner
	}
	for i, c := range access.Contacts {
		if i == 0 || c.ID == chosen {
			p.Chosen = c
		}
	}
	return p.page(w, r, status, p.T("portal.title", "name", access.Client.Name), accessView(p))
}

// refused draws the tab again when the feature said no, and gives other errors
// back.
func (f Face) refused(w http.ResponseWriter, r *http.Request, who auth.Staff, chosen client.ContactID, typed string, err error) error {
	if known, ok := problem.As(err); ok && (known.Kind == problem.Invalid || known.Kind == problem.Conflict) {
		return f.drawPortal(w, r, who, chosen, "password", typed, err)
	}
	return err
}

func (f Face) postAccess(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Enabled bool `form:"enabled"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	step, flash := client.App.DisablePortal, "flash.portal_off"
	if in.Enabled {
		step, flash = client.App.EnablePortal, "flash.portal_on"
	}
	if err := step(client.ForStaff(who), r.Context(), clientIn(r)); err != nil {
		return f.refused(w, r, who, "", "", err)
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, portalAt(clientIn(r), "", "")+"#"+ui.FieldID("enabled"))
	return nil
}

func (f Face) postInvitation(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.portalStep(w, r, who, client.App.Invite, f.mailed("flash.invited"))
}

func (f Face) postReset(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.portalStep(w, r, who, client.App.SendReset, f.mailed("flash.reset_sent"))
}

func (f Face) postVerification(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.portalStep(w, r, who, client.App.SendVerification, f.mailed("flash.verification_sent"))
}

func (f Face) postMailAllowed(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.portalStep(w, r, who, client.App.AllowMail, "flash.mail_allowed")
}

type contactStep = func(client.App, context.Context, client.ID, client.ContactID) error

// contactStep does to a contact what needs no words, and says so on the page
// after.
func (f Face) contactStep(w http.ResponseWriter, r *http.Request, who auth.Staff, step contactStep, flash, next string) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	app := client.ForStaff(who)
	_, c, err := app.Contact(r.Context(), clientIn(r), contactIn(r))
	if err != nil {
		return err
	}
	if err := step(app, r.Context(), clientIn(r), c.ID); err != nil {
		return err
	}
	web.Flash(w, r, flash, "name", c.Name)
	web.Redirect(w, r, next)
	return nil
}

// portalStep is contactStep on the Portal Access tab, which is drawn again
// when it is refused.
func (f Face) portalStep(w http.ResponseWriter, r *http.Request, who auth.Staff, step contactStep, flash string) error {
	err := f.contactStep(w, r, who, step, flash, portalAt(clientIn(r), contactIn(r), ""))
	return f.refused(w, r, who, contactIn(r), "", err)
}

func (f Face) postContactPassword(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Password string `form:"password"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	app := client.ForStaff(who)
	if err := app.SetPassword(r.Context(), clientIn(r), contactIn(r), in.Password); err != nil {
		return f.refused(w, r, who, contactIn(r), in.Password, err)
	}
	_, c, err := app.Contact(r.Context(), clientIn(r), contactIn(r))
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.initial_password", "name", c.Name)
	web.Redirect(w, r, portalAt(clientIn(r), c.ID, ""))
	return nil
}

func (f Face) postSessionEnd(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := client.ForStaff(who).EndSession(r.Context(), clientIn(r), r.PathValue("session")); err != nil {
		return err
	}
	web.Flash(w, r, "flash.session_ended")
	web.Redirect(w, r, portalAt(clientIn(r), "", "sessions"))
	return nil
}

// primary is the contact whose login the client's address is; zero without one.
func (p accessPage) primary() client.Contact {
	if len(p.Access.Contacts) > 0 && p.Access.Contacts[0].Primary {
		return p.Access.Contacts[0]
	}
	return client.Contact{}
}

// several tells whether the page has to say who is meant.
func (p accessPage) several() bool { return len(p.Access.Contacts) > 1 }

func (p accessPage) when(t time.Time) string { return p.When(t.In(p.Now.Location()), p.Now) }

// first is what the chosen contact is called: by the whole name where it is that of an
// organization.
func (p accessPage) first() string {
	if p.Client.Type == client.Organization && p.Chosen.Name == p.Client.Name {
		return p.Chosen.Name
	}
	return text.FirstName(p.Chosen.Name)
}

func (p accessPage) sub() string {
	if p.Client.PortalOn() {
		return p.T("portal.on_sub", "name", p.Client.Name)
	}
	return p.T("portal.off_sub", "name", p.Client.Name)
}

// refusal is why the switch cannot be turned on, now or at the last try.
func (p accessPage) refusal() string {
	if key := p.Client.PortalRefusal(); key != "" {
		return p.T(key)
	}
	return p.Error("enabled")
}

// trouble is what the whole tab was refused for.
func (p accessPage) trouble() string {
	if p.Problem != nil && len(p.Problem.Fields) == 0 {
		return p.Trouble()
	}
	return ""
}

// moving is an address that the primary contact has still to confirm, and
// whether its confirmation is under way.
func (p accessPage) moving() (email string, underway bool) {
	c := p.primary()
	if c.ID == "" || auth.AddressKey(p.Client.Email) == auth.AddressKey(c.Email) {
		return "", false
	}
	return p.Client.Email, c.Pending.Email == p.Client.Email
}

func (p accessPage) inner() ui.Tabs {
	return ui.Tabs{Inner: true, Label: p.T("portal.inner"), Items: []ui.Tab{
		{Text: p.T("portal.password"), Href: portalAt(p.Client.ID, p.chosenID(), ""), Current: p.Inner == "password"},
		{Text: p.T("portal.sessions"), Href: portalAt(p.Client.ID, p.chosenID(), "sessions"), Count: p.Count(len(p.Access.Sessions)), Current: p.Inner == "sessions"},
	}}
}

// chosenID is the chosen contact where the address has to say so.
func (p accessPage) chosenID() client.ContactID {
	if !p.several() || p.Chosen.Primary {
		return ""
	}
	return p.Chosen.ID
}

// people lets one choose whose password it is about.
func (p accessPage) people() ui.Segment {
	s := ui.Segment{Label: p.T("portal.people")}
	for _, c := range p.Access.Contacts {
		s.Items = append(s.Items, ui.Tab{Text: c.Name, Href: portalAt(p.Client.ID, c.ID, ""), Current: c.ID == p.Chosen.ID})
	}
	return s
}

// invites tells whether the chosen contact is best sent an invitation: nobody
// has chosen a password yet.
func (p accessPage) invites() bool { return !p.Chosen.HasPassword }

func (p accessPage) resetLine() string {
	switch {
	case p.invites() && !p.Chosen.InvitedAt.IsZero():
		return p.T("portal.last_sent", "when", p.when(p.Chosen.InvitedAt))
	case !p.invites() && !p.Chosen.ResetAt.IsZero():
		return p.T("portal.last_sent", "when", p.when(p.Chosen.ResetAt))
	}
	return ""
}

func (p accessPage) passwordHint() string {
	return p.T("portal.password_hint", "min", strconv.Itoa(auth.PasswordMin), "name", p.first())
}

// sessionRow is a living session as the list shows it.
type accessSession struct {
	ID, Icon, Title, Meta string
}

func (p accessPage) sessions() []accessSession {
	var rows []accessSession
	for _, s := range p.Access.Sessions {
		row := accessSession{ID: s.ID, Icon: door.DeviceIcon(s.Agent), Title: door.Device(p.Printer, s.Agent)}
		if p.several() {
			row.Title = p.T("portal.session_of", "name", p.Access.Person(s.Person).Name, "device", row.Title)
		}
		row.Meta = p.T("session.meta", "seen", p.when(s.SeenAt), "address", s.Address)
		if p.Now.Sub(s.SeenAt) < 2*time.Minute {
			row.Meta = p.T("session.meta_now", "address", s.Address)
		}
		rows = append(rows, row)
	}
	return rows
}

// happenings are the icons of the sign-in history.
var happenings = map[string]string{
	"session.started": "log-in", "session.ended": "log-out", "password.set": "key-round", "reset.requested": "mail",
	"reset.sent": "mail", "invitation.sent": "mail-plus", "email.verification_sent": "mail-question", "email.changed": "at-sign",
	"portal.enabled": "door-open", "portal.disabled": "door-closed",
}

func (p accessPage) history() ui.Feed {
	feed := ui.Feed{Plain: true}
	for _, e := range p.Access.History {
		item := ui.FeedItem{Icon: happenings[e.Kind], Title: p.happened(e), Meta: p.when(e.At)}
		if e.Kind == "session.started" {
			item.Icon = door.DeviceIcon(e.Agent)
			item.Meta = p.T("portal.history.where", "when", item.Meta, "device", door.Device(p.Printer, e.Agent), "address", e.Address)
		}
		if name := p.Access.Person(e.SubjectID).Name; name != "" && p.several() {
			item.Meta = p.T("portal.history.who", "name", name, "when", item.Meta)
		}
		feed.Items = append(feed.Items, item)
	}
	return feed
}

// happened is an entry of the history in words.
func (p accessPage) happened(e activity.Entry) string {
	key := "portal.history." + e.Kind
	if e.ActorKind == "staff" {
		return p.T(key+".staff", "by", e.ActorName)
	}
	return p.T(key)
}
