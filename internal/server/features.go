package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/app"
	"foyer/internal/face/hook"
	"foyer/internal/face/portal"
	"foyer/internal/face/sign"
	"foyer/internal/face/subscribe"
	"foyer/internal/face/web"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/library"
	"foyer/internal/feature/notify"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/support"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/seal"
	"foyer/internal/kernel/secret"
)

// connect hands the rooms what they need of each other and registers every
// job and route.
func (s *Server) connect(ids *id.Source, o Options) error {
	notices := notify.Notifier{Enqueue: s.Jobs.Enqueue, Outbox: s.Outbox}
	var changes change.Feature
	log := activity.Log{IDs: ids}
	log.Then = func(ctx context.Context, tx scope.Tx, id string, e activity.Event) error {
		if err := notices.Recorded(ctx, tx, id, e); err != nil {
			return err
		}
		return changes.Followed(ctx, tx, id, e)
	}
	s.Gate.Connect(auth.Ports{Record: log.Record, Post: s.Outbox.Post, Enqueue: s.Jobs.Enqueue})
	secrets, err := secret.Load(o.Config.SecretKey.Reveal(), o.Config.DataDir)
	if err != nil {
		return err
	}
	s.Outbox.Rules, s.Outbox.Reader, s.Outbox.Secrets = notify.Sending(), notify.Reader, secrets
	s.Outbox.WriteAccountMail()
	notify.WriteMail(s.Outbox)
	s.Jobs.Handle(notify.Kind, notices.Tell)
	s.handleJobs()
	shelf := document.Shelf{Blobs: s.Blobs}
	spaces := workspace.Feature{Documents: shelf, Secrets: secrets, DNS: o.DNS, Log: s.Log}
	s.Outbox.Sign = spaces.Signer
	invoices := invoice.Feature{Documents: shelf, Enqueue: s.Jobs.Enqueue}
	invoices.WriteMail(s.Outbox)
	s.Jobs.Handle(invoice.RenderKind, invoices.Render)
	s.Jobs.Each("invoice.remind", time.Hour, invoices.RemindAll)
	changes = change.Feature{Documents: shelf, Invoices: agreedLines{}, Record: log.Record}
	s.Changes = changes
	changes.WriteMail(s.Outbox)
	s.Jobs.Each("change.sweep", time.Hour, changes.Sweep)
	payments := payment.Feature{
		Invoices: invoices, System: s.Gate.System, Enqueue: s.Jobs.Enqueue, Secrets: secrets, API: o.Config.StripeURL,
		Key: o.Config.StripeKey.Reveal(), Hook: o.Config.StripeHook.Reveal(), First: s.first, Log: s.Log,
	}
	s.Payments = payments
	payments.WriteMail(s.Outbox)
	contracts := contract.Feature{Documents: shelf, Enqueue: s.Jobs.Enqueue, Keys: contract.Keys{Secrets: secrets}}
	if at := o.Config.TSAURL; at != nil {
		if contracts.Keys.TSA, err = seal.NewHTTP(at.String(), nil); err != nil {
			return err
		}
		contracts.Keys.TSAName = at.Host
	}
	s.Contracts = contracts
	contracts.WriteMail(s.Outbox)
	s.Jobs.Handle(contract.SealKind, contracts.Sealed)
	s.Jobs.Each("contract.sweep", time.Hour, contracts.Sweep)
	s.Jobs.Each("contract.keys", 24*time.Hour, contracts.Rotate)
	cases := support.Feature{Documents: shelf}
	s.Cases = cases
	cases.WriteMail(s.Outbox)
	s.Jobs.Each("support.sweep", time.Hour, cases.Sweep)
	meetings := calendar.Feature{Secrets: secrets}
	s.Calendar = meetings
	meetings.WriteMail(s.Outbox)
	s.Jobs.Each("calendar.sweep", time.Minute, meetings.Sweep)
	documents := library.Feature{Documents: shelf, Enqueue: s.Jobs.Enqueue, Uploads: &library.Underway{}}
	s.Documents = documents
	documents.WriteMail(s.Outbox)
	s.Jobs.Handle(library.PictureKind, documents.Picture)
	s.Jobs.Each("document.sweep", 24*time.Hour, documents.Sweep)
	s.Jobs.Handle(payment.HearKind, payments.Heard)
	s.Jobs.Each("payment.key", time.Minute, payments.TakeEnvironment)
	s.Jobs.Each("payment.prune", 24*time.Hour, payments.Prune)
	s.Jobs.Each("payment.sweep", payment.Every, payments.Sweep)
	routes := append(s.ownRoutes(), s.Router.AssetRoutes(spaces.OpenLogo)...)
	routes = append(routes, s.Router.ThemeRoute())
	routes = append(routes, app.Face{Gate: s.Gate, Router: s.Router, Workspace: spaces, Invoices: invoices, Payments: payments, Contracts: contracts, Cases: cases, Changes: changes, Calendar: meetings, Documents: documents, Outbox: s.Outbox, MailReady: s.Outbox.Sender != nil}.Routes()...)
	routes = append(routes, portal.Face{Gate: s.Gate, Router: s.Router, Invoices: invoices, Payments: payments, Contracts: contracts, Cases: cases, Changes: changes, Calendar: meetings, Documents: documents}.Routes()...)
	routes = append(routes, sign.Face{Gate: s.Gate, Contracts: contracts}.Routes()...)
	routes = append(routes, subscribe.Exits{Notices: notices}.Routes()...)
	routes = append(routes, hook.Face{Payments: payments, Outbox: s.Outbox, Calendar: meetings}.Routes()...)
	if o.Demo && o.Box != nil {
		routes = append(routes, demoRoutes(o.Box)...)
	}
	return s.Router.Add(append(routes, o.Routes...)...)
}

// first is the workspace that was there first: the environment's secrets are its.
func (s *Server) first(ctx context.Context) (string, error) {
	all, err := s.Gate.Workspaces(ctx)
	if err == nil && len(all) == 0 {
		err = problem.Missing()
	}
	if err != nil {
		return "", err
	}
	return all[0], nil
}

func (s *Server) handleJobs() {
	s.Jobs.Handle(outbox.SendKind, s.Outbox.Send)
	s.Jobs.Handle(auth.ResetWantedKind, func(ctx context.Context, who auth.System, data json.RawMessage) error {
		var wanted auth.ResetWanted
		if err := json.Unmarshal(data, &wanted); err != nil {
			return err
		}
		return who.PostReset(ctx, wanted)
	})
	s.Jobs.Each("outbox.digests", time.Minute, s.Outbox.Digests)
	s.Jobs.Each("outbox.sweep", 10*time.Minute, s.Outbox.Sweep)
	s.Jobs.Each("auth.tidy", 6*time.Hour, auth.Tidy)
}

// ownRoutes are the addresses that belong to no face.
func (s *Server) ownRoutes() []web.Route {
	return []web.Route{
		web.Anyone("GET", "/{$}", func(w http.ResponseWriter, r *http.Request) error {
			web.Redirect(w, r, "/portal/")
			return nil
		}),
		web.Anyone("GET", "/portal", to("/portal/")),
		web.Anyone("GET", "/app", to("/app/")),
		web.Anyone("GET", "/healthz", func(w http.ResponseWriter, _ *http.Request) error {
			return plain(w, http.StatusOK, "ok\n")
		}),
		web.Anyone("GET", "/readyz", s.ready),
	}
}

func to(path string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		web.Redirect(w, r, path)
		return nil
	}
}

// ready says whether this process can take requests: it neither starts nor stops, and
// the database answers with the right schema.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	if s.draining.Load() {
		return plain(w, http.StatusServiceUnavailable, "stopping\n")
	}
	if s.starting.Load() {
		return plain(w, http.StatusServiceUnavailable, "starting\n")
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.DB.Check(ctx); err != nil {
		s.Log.Error("not ready", "error", err.Error())
		return plain(w, http.StatusServiceUnavailable, "the database is not ready\n")
	}
	return plain(w, http.StatusOK, "ready\n")
}

func plain(w http.ResponseWriter, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err := w.Write([]byte(text))
	return err
}
