package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/payment"
	"foyer/internal/kernel/problem"
)

const stripePath = "/app/settings/payments"

func (f Face) stripeRoutes() []web.Route {
	return []web.Route{
		web.Staff("GET", stripePath, auth.SettingsRead, nil, f.showStripe),
		web.Staff("POST", stripePath+"/key", auth.SettingsWrite, nil, f.postStripeKey),
		web.Staff("POST", stripePath+"/hook", auth.SettingsWrite, nil, f.postStripeHook),
		web.Staff("GET", stripePath+"/remove", auth.SettingsWrite, nil, f.askStripeRemoval),
		web.Staff("POST", stripePath+"/remove", auth.SettingsWrite, nil, f.postStripeRemoval),
	}
}

// stripePage is how the workspace takes payments. What was typed into its forms is
// secret and never drawn.
type stripePage struct {
	view
	Stored payment.Settings
}

// on tells whether payments are taken.
func (p stripePage) on() bool { return p.Stored.Key.ID != "" }

// changes tells whether the person may change what is here: the environment's key
// is changed where the environment is.
func (p stripePage) changes() bool {
	return p.Who.May(auth.SettingsWrite) && !p.Stored.Key.Environment
}

// mode is whether real money moves.
func (p stripePage) mode() ui.Pill {
	if p.Stored.Key.Live {
		return ui.Pill{Text: p.T("stripe.live"), Tone: ui.OK}
	}
	return ui.Pill{Text: p.T("stripe.test"), Tone: ui.Warn}
}

// account is whose key it is, and which.
func (p stripePage) account() []ui.KeyValue {
	k := p.Stored.Key
	return []ui.KeyValue{
		{Key: p.T("stripe.account"), Value: orDash(k.Name)},
		{Key: p.T("stripe.account_id"), Body: mono(orDash(k.Account))},
		{Key: p.T("stripe.secret_key"), Value: p.T("stripe.ends", "end", k.End)},
	}
}

// signed is whether it is known what webhooks are signed with.
func (p stripePage) signed() ui.Status {
	if p.Stored.Key.HookEnd == "" {
		return ui.Status{Kind: ui.StatusWarn, Text: p.T("stripe.hook_unknown")}
	}
	return ui.Status{Kind: ui.StatusOK, Text: p.T("stripe.hook_known", "end", p.Stored.Key.HookEnd)}
}

func (f Face) drawStripe(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, trouble error) error {
	stored, err := f.Payments.ForStaff(who).Settings(r.Context())
	if err != nil {
		return err
	}
	p := stripePage{newView(w, r, who), stored}
	p.View = p.WithProblem(trouble)
	return p.page(w, r, status, p.T("stripe.title"), stripeView(p))
}

func (f Face) showStripe(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawStripe(w, r, who, http.StatusOK, nil)
}

// stripeSaved answers a form: saved, or the page again with what was wrong.
func (f Face) stripeSaved(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, flash string) error {
	if drawnAgain(err) {
		return f.drawStripe(w, r, who, web.Status(err), err)
	}
	if err != nil {
		return err
	}
	return settingsSaved(w, r, stripePath, flash)
}

func (f Face) postStripeKey(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		SecretKey string `form:"secret_key"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	hooked, err := f.Payments.ForStaff(who).SaveKey(r.Context(), in.SecretKey)
	flash := "flash.stripe_on"
	if !hooked {
		flash = "flash.warn.stripe_by_hand"
	}
	return f.stripeSaved(w, r, who, err, flash)
}

func (f Face) postStripeHook(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		HookSecret string `form:"hook_secret"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return f.stripeSaved(w, r, who, f.Payments.ForStaff(who).SaveHook(r.Context(), in.HookSecret), "flash.stripe_hook")
}

func (f Face) askStripeRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return askStripeRemovalWith(w, r, who, nil)
}

func askStripeRemovalWith(w http.ResponseWriter, r *http.Request, who auth.Staff, trouble error) error {
	v := newView(w, r, who)
	return confirm(w, r, trouble, confirmation{
		view: v, Title: v.T("stripe.remove_title"), Text: v.T("stripe.remove_text"), Action: stripePath + "/remove", Back: stripePath,
		Yes: v.T("stripe.remove"), No: v.T("ui.cancel"), Kind: ui.DangerFilled, Icon: "trash-2",
	})
}

func (f Face) postStripeRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Payments.ForStaff(who).RemoveKey(r.Context())
	if problem.Is(err, problem.Conflict) {
		return askStripeRemovalWith(w, r, who, err)
	}
	if err != nil {
		return err
	}
	return settingsSaved(w, r, stripePath, "flash.stripe_off")
}
