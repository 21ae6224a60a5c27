// Package app is the staff face: where the business works. It is ink on paper
// and never takes the brand's colour. Handlers parse, call one method of a
// feature, and draw.
package app

import (
	"slices"

	"foyer/internal/auth"
	"foyer/internal/face/door"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/library"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/support"
	"foyer/internal/feature/workspace"
)

// Face is the app with what its handlers call.
type Face struct {
	Gate      *auth.Gate
	Router    *web.Router
	Workspace workspace.Feature
	Invoices  invoice.Feature
	Payments  payment.Feature
	Contracts contract.Feature
	Cases     support.Feature
	Changes   change.Feature
	Calendar  calendar.Feature
	Documents library.Feature
	Outbox    *outbox.Outbox
	// MailReady tells whether a mail server is configured.
	MailReady bool
}

// Routes are the addresses of the app.
func (f Face) Routes() []web.Route {
	return slices.Concat(f.setupRoutes(), f.door().Routes(), f.todayRoutes(), f.clientRoutes(), f.contactRoutes(),
		f.portalAccessRoutes(), f.projectRoutes(), f.invoiceRoutes(), f.contractRoutes(), f.caseRoutes(), f.changeRoutes(), f.calendarRoutes(), f.documentRoutes(), f.unmatchedRoutes(), f.settingsRoutes(), f.teamRoutes())
}

func (f Face) door() door.Door {
	return door.Door{Gate: f.Gate, Router: f.Router, Realm: auth.StaffRealm, Frame: personFrame, More: notificationsCard}
}
