// Package hook is the face that other programs see: addresses that they call,
// and prove each call by a signature, or read by a secret in the address.
package hook

import (
	"errors"
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/payment"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/stripe"
)

// Face is the hooks with what they call.
type Face struct {
	Payments payment.Feature
	Outbox   *outbox.Outbox
	Calendar calendar.Feature
}

// largest is how many bytes an event may have; Stripe's have some thousands.
const largest = 512 << 10

// Routes are the addresses that other programs call. Without a secret in the
// environment there is no address for it.
func (f Face) Routes() []web.Route {
	routes := []web.Route{
		web.Visitor("GET", "/calendar/{token}", web.Objects{"token": "calendar feed"}, f.showFeed),
		web.Service("POST", "/hooks/mail/{endpoint}", web.Objects{"endpoint": "mail endpoint"}, outbox.LargestReport, f.hearMail),
		web.Service("POST", "/hooks/stripe/{endpoint}", web.Objects{"endpoint": "stripe endpoint"}, largest, f.hearStripe),
	}
	if f.Payments.Hook != "" {
		routes = append(routes, web.Service("POST", "/hooks/stripe", nil, largest, f.hearOwnStripe))
	}
	return routes
}

// An endpoint begins with the id of its workspace.
func (f Face) hearStripe(w http.ResponseWriter, r *http.Request, body []byte) error {
	endpoint := r.PathValue("endpoint")
	at := min(len(endpoint), id.Length)
	if !id.Valid(endpoint[:at]) {
		return answer(w, problem.Missing())
	}
	who, err := f.Payments.System(r.Context(), endpoint[:at])
	if err == nil {
		err = f.Payments.Hear(r.Context(), who, endpoint[at:], false, r.Header.Get("Stripe-Signature"), body)
	}
	return answer(w, err)
}

// hearMail takes what a mail server reports of a mail. Its endpoint begins with the id
// of the workspace, too.
func (f Face) hearMail(w http.ResponseWriter, r *http.Request, body []byte) error {
	endpoint := r.PathValue("endpoint")
	at := min(len(endpoint), id.Length)
	if !id.Valid(endpoint[:at]) {
		return answer(w, problem.Missing())
	}
	who, err := f.Payments.System(r.Context(), endpoint[:at])
	if err == nil {
		err = f.Outbox.Report(r.Context(), who, endpoint[at:], body)
	}
	return answer(w, err)
}

func (f Face) hearOwnStripe(w http.ResponseWriter, r *http.Request, body []byte) error {
	workspace, err := f.Payments.First(r.Context())
	if err != nil {
		return answer(w, err)
	}
	var who auth.System
	if who, err = f.Payments.System(r.Context(), workspace); err == nil {
		err = f.Payments.Hear(r.Context(), who, "", true, r.Header.Get("Stripe-Signature"), body)
	}
	return answer(w, err)
}

// answer says in a line what became of a call. Stripe calls again where it is not
// 200.
func answer(w http.ResponseWriter, err error) error {
	status, says := http.StatusOK, "taken\n"
	switch {
	case err == nil:
	case errors.Is(err, outbox.ErrNoReport):
		status, says = http.StatusBadRequest, outbox.ErrNoReport.Error()+"\n"
	case errors.Is(err, stripe.ErrForged):
		status, says = http.StatusBadRequest, "the signature is not right\n"
	case problem.Is(err, problem.NotFound):
		status, says = http.StatusNotFound, "there is nothing here\n"
	default:
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, err = w.Write([]byte(says))
	return err
}
