// Package portal is the face that clients see: it wears the workspace's logo
// and colour, and nothing of Foyer's own shows.
package portal

import (
	"net/http"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/face/door"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/library"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/problem"
)

// Face is the portal with what its handlers call.
type Face struct {
	Gate      *auth.Gate
	Router    *web.Router
	Invoices  invoice.Feature
	Payments  payment.Feature
	Contracts contract.Feature
	Cases     support.Feature
	Changes   change.Feature
	Calendar  calendar.Feature
	Documents library.Feature
}

// Routes are the addresses of the portal.
func (f Face) Routes() []web.Route {
	return slices.Concat(f.door().Routes(), f.contractRoutes(), f.caseRoutes(), f.changeRoutes(), f.documentRoutes(), f.meetingRoutes(), []web.Route{
		web.Contact("GET", "/portal/{$}", auth.Own, nil, f.showHome),
		web.Contact("GET", "/portal/activity", auth.Own, nil, f.showActivity),
		web.Contact("GET", "/portal/milestones", auth.Projects, nil, f.listMilestones),
		web.Contact("GET", "/portal/projects", auth.Projects, nil, f.listProjects),
		web.Contact("GET", "/portal/projects/{id}", auth.Projects, web.Objects{"id": "project"}, f.showProject),
		web.Contact("GET", "/portal/invoices", auth.Money, nil, f.listInvoices),
		web.Contact("GET", "/portal/invoices/{id}", auth.Money, web.Objects{"id": "invoice"}, f.showInvoice),
		web.Contact("GET", "/portal/invoices/{id}/pdf", auth.Money, web.Objects{"id": "invoice"}, f.showInvoiceFile),
		web.Contact("POST", "/portal/invoices/{id}/pay", auth.Money, web.Objects{"id": "invoice"}, f.postPay),
		web.Contact("GET", "/portal/invoices/{id}/receipts/{payment}", auth.Money, web.Objects{"id": "invoice", "payment": "payment"}, f.showReceipt),
		web.Contact("GET", "/portal/invoices/{id}/payments/{checkout}", auth.Money, web.Objects{"id": "invoice", "checkout": "checkout"}, f.showPaying),
		web.Contact("GET", "/portal/account/notifications", auth.Own, nil, showNotifications),
		web.Contact("POST", "/portal/account/notifications", auth.Own, nil, postNotifications),
		web.Person(auth.PortalRealm, "GET", "/portal/client", nil, f.showChoice),
		web.Person(auth.PortalRealm, "POST", "/portal/client", nil, f.postChoice),
		web.Visitor("GET", "/portal/email/{token}", web.Objects{"token": "link"}, f.takeEmailLink),
		web.Visitor("GET", "/portal/email", nil, f.showEmail),
		web.Visitor("POST", "/portal/email", nil, f.postEmail),
	})
}

func (f Face) door() door.Door {
	return door.Door{Gate: f.Gate, Router: f.Router, Realm: auth.PortalRealm, Frame: personFrame, More: notificationsCard}
}

// choicePage is where a person who is contact of several clients chooses one.
type choicePage struct {
	web.View
	Who     auth.Person
	Choices []auth.Choice
}

func (f Face) showChoice(w http.ResponseWriter, r *http.Request, who auth.Person) error {
	choices, err := who.Choices(r.Context())
	if err != nil {
		return err
	}
	p := choicePage{web.NewView(w, r, who.Language()), who, choices}
	return web.Render(w, r, http.StatusOK, choiceView(p))
}

func (f Face) postChoice(w http.ResponseWriter, r *http.Request, who auth.Person) error {
	var in struct {
		Client string `form:"client"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if err := who.Choose(r.Context(), in.Client); err != nil {
		return err
	}
	web.Redirect(w, r, "/portal/")
	return nil
}

// emailPage is where a new sign-in address is confirmed.
type emailPage struct {
	web.View
	Link auth.Link
}

func (f Face) takeEmailLink(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error {
	web.KeepLink(w, r, r.PathValue("token"))
	http.Redirect(w, r, "/portal/email", http.StatusSeeOther)
	return nil
}

func (f Face) showEmail(w http.ResponseWriter, r *http.Request, v auth.Visitor) error {
	return f.drawEmail(w, r, v, http.StatusOK, nil)
}

func (f Face) drawEmail(w http.ResponseWriter, r *http.Request, v auth.Visitor, status int, trouble error) error {
	p := emailPage{View: web.VisitorView(w, r).WithProblem(trouble)}
	link, err := f.Gate.FindLink(r.Context(), v, auth.PortalRealm, web.LinkToken(r))
	if problem.Is(err, problem.NotFound) || err == nil && link.Purpose != auth.EmailLink {
		return web.Render(w, r, http.StatusNotFound, emailSpentView(p))
	}
	if err != nil {
		return err
	}
	p.Link = link
	return web.Render(w, r, status, emailView(p))
}

func (f Face) postEmail(w http.ResponseWriter, r *http.Request, v auth.Visitor) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Gate.ConfirmEmail(r.Context(), v, auth.PortalRealm, web.LinkToken(r))
	if _, known := problem.As(err); known {
		return f.drawEmail(w, r, v, web.Status(err), err)
	}
	if err != nil {
		return err
	}
	web.DropLink(w, r)
	web.Flash(w, r, "flash.email_confirmed")
	web.Redirect(w, r, "/portal/login")
	return nil
}
