package portal

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/sign"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
)

// contractAt is an address below a contract.
func contractAt(c contract.ID, path string) string { return "/portal/contracts/" + c.String() + path }

// contractFilters are the filters in addresses, where they have the names of the
// states.
var contractFilters = map[contract.Filter]string{
	contract.FilterPending: "pending_signature", contract.FilterActive: "active", contract.FilterExpired: "expired",
}

// contractFilter is the filter that an address asks for.
func contractFilter(status string) contract.Filter {
	for filter, name := range contractFilters {
		if name == status || string(filter) == status {
			return filter
		}
	}
	return contract.FilterAll
}

// contractsAt is the address of the list with something wanted of it.
func contractsAt(filter contract.Filter, query, cursor, at string) string {
	return web.ListAt("/portal/contracts", "status", contractFilters[filter], query, cursor, at)
}

// contractsPage is the list.
type contractsPage struct {
	view
	List contract.List
}

func (f Face) listContracts(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	q := r.URL.Query()
	list, err := f.Contracts.ForClient(who).List(r.Context(), contract.Wanted{
		Filter: contractFilter(q.Get("status")), Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before"),
	})
	if err != nil {
		return err
	}
	p := contractsPage{newView(w, r, who), list}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, contractResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("portal.contracts.title"), contractsView(p))
}

func (p contractsPage) filters() ui.Segment {
	w := p.List.Wanted
	s := ui.Segment{Label: p.T("portal.contracts.filter")}
	for _, filter := range contract.ShownFilters {
		s.Items = append(s.Items, ui.Tab{
			Text: p.T("contract.filter." + string(filter)), Href: contractsAt(filter, w.Query, "", ""),
			Count: p.Count(p.List.Counts[filter]), Current: w.Filter == filter,
		})
	}
	return s
}

func (p contractsPage) search() ui.SearchField {
	w := p.List.Wanted
	return p.Search(p.T("portal.contracts.search"), "#contract-results", w.Query, contractsAt(w.Filter, "", "", ""))
}

// found says how many contracts the list has.
func (p contractsPage) found() string {
	return p.N("portal.contracts.found", p.List.Counts[p.List.Wanted.Filter])
}

func (p contractsPage) pager() ui.Pager {
	w, found := p.List.Wanted, ""
	if p.List.Prev != "" || p.List.Next != "" {
		found = p.found() // where all fit on a page, the filters say it
	}
	return p.pages(p.T("portal.contracts.pages"), found, p.List.Prev, p.List.Next, func(cursor, at string) string {
		return contractsAt(w.Filter, w.Query, cursor, at)
	})
}

// none is what an empty list says.
func (p contractsPage) none() ui.EmptyState {
	w := p.List.Wanted
	switch {
	case w.Query != "":
		return ui.EmptyState{
			Plain: true, Title: p.T("portal.contracts.none.search", "query", w.Query), Text: p.T("portal.contracts.none.search_text"),
			Action: ui.Button{Label: p.T("portal.projects.none.clear"), Href: contractsAt(w.Filter, "", "", "")},
		}
	case w.Filter != contract.FilterAll:
		return ui.EmptyState{Plain: true, Title: p.T("portal.contracts.none." + string(w.Filter)), Action: ui.Button{
			Label: p.T("portal.contracts.none.all"), Href: contractsAt(contract.FilterAll, "", "", ""),
		}}
	}
	return ui.EmptyState{Title: p.T("portal.contracts.none.any"), Text: p.T("portal.contracts.none.any_text", "workspace", p.Site.Name)}
}

func (p contractsPage) columns() []ui.Column {
	return []ui.Column{
		{Text: p.T("portal.contracts.contract")}, {Text: p.T("portal.contracts.status")}, {Text: p.T("portal.contracts.dates")}, {Text: p.T("contract.value"), End: true},
		{Text: p.T("ui.more"), Hidden: true},
	}
}

// dates are from when to when a contract holds.
func (p contractsPage) dates(row contract.Row) string {
	switch {
	case row.Starts != "" && row.Ends != "":
		return p.T("portal.contracts.span", "from", p.ListDate(row.Starts.Time()), "to", p.ListDate(row.Ends.Time()))
	case row.Starts != "":
		return p.T("portal.contracts.since", "from", p.ListDate(row.Starts.Time()))
	case row.Ends != "":
		return p.T("portal.contracts.until", "to", p.ListDate(row.Ends.Time()))
	}
	return "–"
}

// note is what stands below the status.
func (p contractsPage) note(row contract.Row) string {
	switch {
	case row.State == contract.Pending && row.SignBy != "":
		return p.T("portal.contracts.by", "date", p.near(row.SignBy))
	case row.State == contract.Signed && row.Seal != contract.Unsealed:
		return p.T("portal.contracts.sealing")
	case row.State == contract.Pending && row.People > 1:
		return p.T("portal.contracts.signed", "signed", p.Number(row.Signed), "all", p.Number(row.People))
	}
	return ""
}

// mine tells whether the contact can sign a contract now.
func (v view) mine(row contract.Row) bool {
	return row.Mine && row.State == contract.Pending && (row.SignBy == "" || row.SignBy >= v.today())
}

// signer is the contact's door with a contract in hand.
type signer struct {
	door contract.Portal
	of   contract.ID
}

func (s signer) Paper(ctx context.Context) (contract.Paper, error) { return s.door.Get(ctx, s.of) }
func (s signer) View(ctx context.Context) error                    { return s.door.View(ctx, s.of) }
func (s signer) SendCode(ctx context.Context) error                { return s.door.SendCode(ctx, s.of) }
func (s signer) TryCode(ctx context.Context, code string) error {
	return s.door.TryCode(ctx, s.of, code)
}
func (s signer) Sign(ctx context.Context, in contract.Signature) error {
	return s.door.Sign(ctx, s.of, in)
}
func (s signer) Decline(ctx context.Context, sha256, reason string) error {
	return s.door.Decline(ctx, s.of, sha256, reason)
}
func (s signer) File(ctx context.Context) (contract.File, error) { return s.door.File(ctx, s.of) }
func (s signer) Attachment(ctx context.Context, which contract.AttachmentID) (contract.File, error) {
	return s.door.Attachment(ctx, s.of, which)
}

// contractPage serves a page of one contract.
func (f Face) contractPage(serve func(sign.Place, http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request, auth.Client) error {
	return func(w http.ResponseWriter, r *http.Request, who auth.Client) error {
		v, id := newView(w, r, who), contract.ID(r.PathValue("id"))
		return serve(sign.Place{
			View: v.View, Door: signer{f.Contracts.ForClient(who), id}, At: contractAt(id, ""),
			Crumbs: []ui.Link{{Text: v.T("portal.contracts.title"), Href: "/portal/contracts"}},
			Shell: func(ctx context.Context, narrow bool) (templ.Component, error) {
				err := v.count(ctx)
				shell := v.shell()
				shell.Narrow = narrow
				return shell, err
			},
		}, w, r)
	}
}

func (f Face) contractRoutes() []web.Route {
	of := web.Objects{"id": "contract"}
	return []web.Route{
		web.Contact("GET", "/portal/contracts", auth.Contracts, nil, f.listContracts),
		web.Contact("GET", "/portal/contracts/{id}", auth.Contracts, of, f.contractPage(sign.Place.Read)),
		web.Contact("GET", "/portal/contracts/{id}/pdf", auth.Contracts, of, f.contractPage(sign.Place.Download)),
		web.Contact("GET", "/portal/contracts/{id}/attachments/{attachment}", auth.Contracts, web.Objects{"id": "contract", "attachment": "attachment"}, f.contractPage(sign.Place.Attachment)),
		web.Contact("GET", "/portal/contracts/{id}/signature", auth.Contracts, of, f.contractPage(sign.Place.ShowSignature)),
		web.Contact("POST", "/portal/contracts/{id}/signature", auth.Contracts, of, f.contractPage(sign.Place.PostSignature)).WithBody(sign.Body),
		web.Contact("POST", "/portal/contracts/{id}/signature/code", auth.Contracts, of, f.contractPage(sign.Place.PostCode)).WithBody(sign.Body),
		web.Contact("GET", "/portal/contracts/{id}/refusal", auth.Contracts, of, f.contractPage(sign.Place.ShowRefusal)),
		web.Contact("POST", "/portal/contracts/{id}/refusal", auth.Contracts, of, f.contractPage(sign.Place.PostRefusal)),
	}
}
