package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/payment"
	"foyer/internal/kernel/problem"
)

const unmatchedPath = "/app/payments/unmatched"

func (f Face) unmatchedRoutes() []web.Route {
	one := web.Objects{"id": "unmatched payment"}
	return []web.Route{
		web.Staff("GET", unmatchedPath, auth.MoneyRead, nil, f.listUnmatched),
		web.Staff("POST", unmatchedPath+"/{id}/apply", auth.MoneyWrite, one, f.postApply),
		web.Staff("GET", unmatchedPath+"/{id}/refund", auth.MoneyWrite, one, f.askSendBack),
		web.Staff("POST", unmatchedPath+"/{id}/refund", auth.MoneyWrite, one, f.postSendBack),
		web.Staff("POST", unmatchedPath+"/{id}/ignore", auth.MoneyWrite, one, f.postIgnore),
	}
}

func unmatchedIn(r *http.Request) payment.UnmatchedID {
	return payment.UnmatchedID(r.PathValue("id"))
}

func unmatchedAt(u payment.UnmatchedID, path string) string {
	return unmatchedPath + "/" + u.String() + path
}

// unmatchedPage lists payments that fit no invoice. Of is the one whose form was
// not accepted, with the field of that form and what was typed into it.
type unmatchedPage struct {
	view
	Open, Decided []payment.Unmatched
	Of            payment.UnmatchedID
	Field, Typed  string
}

func (f Face) unmatchedPage(w http.ResponseWriter, r *http.Request, who auth.Staff) (unmatchedPage, error) {
	all, err := f.Payments.ForStaff(who).Unmatched(r.Context())
	p := unmatchedPage{view: newView(w, r, who)}
	for _, u := range all {
		if u.State == "open" {
			p.Open = append(p.Open, u)
		} else {
			p.Decided = append(p.Decided, u)
		}
	}
	return p, err
}

func (f Face) listUnmatched(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.unmatchedPage(w, r, who)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.T("unmatched.title"), unmatchedView(p))
}

// fieldID is the id of a field of the form of one payment.
func (p unmatchedPage) fieldID(field string, u payment.UnmatchedID) string {
	return field + "-" + u.String()
}

// typed is what a field has: what was typed into it, or what it begins with.
func (p unmatchedPage) typed(u payment.Unmatched, field, begin string) string {
	if p.Of == u.ID && p.Field == field {
		return p.Typed
	}
	return begin
}

// wrong is what is wrong with a field of the form of one payment.
func (p unmatchedPage) wrong(u payment.Unmatched, field string) string {
	return badly(p.Of == u.ID, p.Error(field))
}

// trouble is the summary above the list.
func (p unmatchedPage) trouble() ui.ErrorSummary {
	var items []ui.ErrorItem
	if text := p.Error(p.Field); text != "" {
		items = append(items, ui.ErrorItem{ID: p.fieldID(p.Field, p.Of), Text: text})
	}
	switch {
	case len(items) > 0:
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	case p.Error("amount") != "": // what Stripe says to a refund
		return ui.ErrorSummary{Text: p.Error("amount")}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

// facts are what is known of a payment.
func (p unmatchedPage) facts(u payment.Unmatched) []ui.KeyValue {
	var items []ui.KeyValue
	if u.Asked.Currency != "" {
		items = append(items, ui.KeyValue{Key: p.T("unmatched.asked"), Value: u.Asked.Say(p.Printer)})
	}
	if u.Invoice != "" {
		items = append(items, ui.KeyValue{Key: p.T("unmatched.invoice"), Value: u.Number, Href: invoiceAt(u.Invoice, "")})
	}
	items = append(items, ui.KeyValue{Key: p.T("unmatched.intent"), Body: mono(orDash(u.Intent))})
	if u.Session != u.Intent {
		items = append(items, ui.KeyValue{Key: p.T("unmatched.session"), Body: mono(u.Session)})
	}
	return items
}

// by is who decided; what went back at Stripe itself was decided there.
func (p unmatchedPage) by(u payment.Unmatched) string {
	if u.ResolvedBy == "" {
		return "Stripe"
	}
	return u.ResolvedBy
}

// decision answers a decision: the list, or the list again with what was wrong.
func (f Face) decision(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, flash, field, typed string) error {
	switch {
	case problem.Is(err, problem.Invalid), problem.Is(err, problem.Conflict):
		p, failed := f.unmatchedPage(w, r, who)
		if failed != nil {
			return failed
		}
		p.Of, p.Field, p.Typed, p.View = unmatchedIn(r), field, typed, p.WithProblem(err)
		return p.page(w, r, web.Status(err), p.T("unmatched.title"), unmatchedView(p))
	case err != nil:
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, unmatchedPath)
	return nil
}

func (f Face) postApply(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Number string `form:"number"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Payments.ForStaff(who).Apply(r.Context(), unmatchedIn(r), in.Number)
	return f.decision(w, r, who, err, "flash.unmatched_applied", "number", in.Number)
}

func (f Face) postIgnore(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Note string `form:"note"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Payments.ForStaff(who).Ignore(r.Context(), unmatchedIn(r), in.Note)
	return f.decision(w, r, who, err, "flash.unmatched_ignored", "note", in.Note)
}

// askSendBack asks before a payment goes back; one that was decided on leads to
// the list.
func (f Face) askSendBack(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.unmatchedPage(w, r, who)
	if err != nil {
		return err
	}
	for _, u := range p.Open {
		if u.ID == unmatchedIn(r) {
			return confirm(w, r, nil, confirmation{
				view: p.view, Title: p.T("unmatched.refund_title", "amount", u.Amount.Say(p.Printer)), Text: p.T("unmatched.refund_text"),
				Action: unmatchedAt(u.ID, "/refund"), Back: unmatchedPath, Yes: p.T("unmatched.refund"), No: p.T("ui.cancel"), Kind: ui.DangerFilled, Icon: "undo-2",
			})
		}
	}
	for _, u := range p.Decided {
		if u.ID == unmatchedIn(r) {
			web.Redirect(w, r, unmatchedPath)
			return nil
		}
	}
	return problem.Missing()
}

func (f Face) postSendBack(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Payments.ForStaff(who).SendBack(r.Context(), unmatchedIn(r))
	if problem.Is(err, problem.Unavailable) {
		return f.decision(w, r, who, nil, "flash.warn.refund_down", "", "")
	}
	return f.decision(w, r, who, err, "flash.unmatched_refunded", "", "")
}
