package app

import (
	"net/http"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/mail"
)

const deliveryPath = "/app/settings/mail/delivery"

func (f Face) deliveryRoutes() []web.Route {
	return []web.Route{
		web.Staff("GET", deliveryPath, auth.SettingsRead, nil, f.showDelivery),
		web.Staff("POST", deliveryPath+"/key", auth.SettingsWrite, nil, f.postMailKey),
		web.Staff("POST", deliveryPath+"/check", auth.SettingsWrite, nil, f.postDeliveryCheck),
	}
}

// deliveryPage is what receivers of the workspace's mail go by.
type deliveryPage struct {
	settingsView
	Stored workspace.Delivery
	// Reports is where mail servers report what came back.
	Reports string
}

// suggested is a policy to begin with: it changes nothing by itself.
const suggested = "v=DMARC1; p=none"

// other is the domain of a key that is not the sender's, empty for none.
func (p deliveryPage) other() string {
	for _, k := range []workspace.MailKey{p.Stored.Used, p.Stored.Waiting} {
		if k.ID != "" && !p.Stored.Of(k) {
			return k.Domain
		}
	}
	return ""
}

// makes is the button that makes a key, the first of the domain or another one.
func (p deliveryPage) makes() ui.Button {
	if d := p.Stored; d.Of(d.Used) || d.Of(d.Waiting) {
		return ui.Button{Label: p.T("delivery.again"), Icon: "key"}
	}
	return ui.Button{Label: p.T("delivery.make"), Icon: "key", Kind: ui.Filled}
}

// signing is whether mail is signed.
func (p deliveryPage) signing() ui.Status {
	if p.Stored.Signs() {
		return ui.Status{Kind: ui.StatusOK, Text: p.T("delivery.signed")}
	}
	return ui.Status{Kind: ui.StatusWarn, Text: p.T("delivery.unsigned")}
}

// state is what DNS said of a record.
func (p deliveryPage) state(f mail.Finding) ui.Status {
	switch f.State {
	case mail.Right:
		return ui.Status{Kind: ui.StatusOK, Text: p.T("delivery.state.right")}
	case "":
		return ui.Status{Kind: ui.StatusOff, Text: p.T("delivery.state.unchecked")}
	}
	return ui.Status{Kind: ui.StatusWarn, Text: p.T("delivery.state." + string(f.State))}
}

// says is what DNS said of the record of a key, as a sentence; empty for nothing
// that has to be said.
func (p deliveryPage) says(k workspace.MailKey) string {
	if p.Stored.Signs() && k.ID == p.Stored.Used.ID {
		switch k.Found.State {
		case mail.Absent:
			return p.T("delivery.used.absent")
		case mail.Different, mail.Several:
			return p.T("delivery.used.different")
		case mail.Silent:
			return p.T("delivery.silent")
		}
		return ""
	}
	switch k.Found.State {
	case mail.Absent:
		return p.T("delivery.key.absent")
	case mail.Different:
		return p.T("delivery.key.different")
	case mail.Several:
		return p.T("delivery.key.several")
	case mail.Silent:
		return p.T("delivery.silent")
	}
	return ""
}

// spf is what the record says that names servers.
func (p deliveryPage) spf() string {
	switch p.Stored.SPF.State {
	case mail.Right:
		return p.T("delivery.spf.right")
	case mail.Absent:
		return p.T("delivery.spf.absent")
	case mail.Several:
		return p.T("delivery.spf.several")
	case mail.Silent:
		return p.T("delivery.silent")
	}
	return p.T("delivery.unchecked")
}

// dmarc is what the record of the policy says.
func (p deliveryPage) dmarc() string {
	switch d := p.Stored.DMARC; d.State {
	case mail.Right:
		return p.T("delivery.policy." + d.Policy)
	case mail.Absent:
		return p.T("delivery.dmarc.absent")
	case mail.Different:
		return p.T("delivery.dmarc.different")
	case mail.Several:
		return p.T("delivery.dmarc.several")
	case mail.Silent:
		return p.T("delivery.silent")
	}
	return p.T("delivery.unchecked")
}

// checked is when DNS was asked last.
func (p deliveryPage) checked() string {
	if p.Stored.CheckedAt.IsZero() {
		return p.T("delivery.unchecked")
	}
	return p.T("delivery.checked", "at", p.ago(p.Stored.CheckedAt))
}

// week is how long the record of a key is left where it is after its last mail.
const week = 7 * 24 * time.Hour

// retired says until when the record of the key before is needed.
func (p deliveryPage) retired() string {
	k := p.Stored.Retired
	if !p.Stored.Of(k) {
		return ""
	}
	if until := k.RetiredAt.Add(week); p.Now.Before(until) {
		return p.T("delivery.retired", "name", k.Name(), "day", p.onMoment(until))
	}
	return p.T("delivery.removable", "name", k.Name())
}

func (f Face) drawDelivery(w http.ResponseWriter, r *http.Request, who auth.Staff, trouble error) error {
	stored, err := f.Workspace.ForStaff(who).Delivery(r.Context())
	if err != nil {
		return err
	}
	p := deliveryPage{settingsView{view: newView(w, r, who), Tab: "/app/settings/mail", Changes: who.May(auth.SettingsWrite)}, stored, f.Outbox.ReportURL(who.Site())}
	p.View = p.WithProblem(trouble)
	return p.draw(w, r, trouble, "delivery.title", deliveryView(p))
}

func (f Face) showDelivery(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawDelivery(w, r, who, nil)
}

func (f Face) postMailKey(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	return f.delivered(w, r, who, f.Workspace.ForStaff(who).MakeMailKey(r.Context()), "flash.mail_key")
}

func (f Face) postDeliveryCheck(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	begun, err := f.Workspace.ForStaff(who).CheckDelivery(r.Context())
	flash := "flash.mail_checked"
	if begun {
		flash = "flash.mail_signed"
	}
	return f.delivered(w, r, who, err, flash)
}

// delivered answers a button of the page: done, or the page again with what was wrong.
func (f Face) delivered(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, flash string) error {
	if drawnAgain(err) {
		return f.drawDelivery(w, r, who, err)
	}
	if err != nil {
		return err
	}
	return settingsSaved(w, r, deliveryPath, flash)
}
