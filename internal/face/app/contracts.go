package app

import (
	"net/http"
	"net/url"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/sign"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
)

// The most that the forms of a contract may send: a text of a MiB as browsers
// encode it and forty people, and an attachment with the text and room above, so that
// one a little too large is told so in its form.
const (
	longestText    = 4 << 20
	attachmentBody = contract.LargestAttachments + longestText
)

func (f Face) contractRoutes() []web.Route {
	one, draft, out := web.Objects{"id": "contract"}, web.Objects{"id": "draft contract"}, web.Objects{"id": "open contract"}
	signed, executed := web.Objects{"id": "signed contract"}, web.Objects{"id": "executed contract"}
	return []web.Route{
		web.Staff("GET", "/app/contracts", auth.ContractsRead, nil, f.listContracts),
		web.Staff("POST", "/app/contracts", auth.ContractsWrite, nil, f.postContract),
		web.Staff("GET", "/app/contracts/new", auth.ContractsWrite, nil, f.newContract),
		web.Staff("GET", "/app/contracts/{id}", auth.ContractsRead, one, f.showContract),
		web.Staff("GET", "/app/contracts/{id}/pdf", auth.ContractsRead, one, f.showContractFile),
		web.Staff("GET", "/app/contracts/{id}/edit", auth.ContractsWrite, draft, f.editContract),
		web.Staff("POST", "/app/contracts/{id}/edit", auth.ContractsWrite, draft, f.postContractEdit),
		web.Staff("GET", "/app/contracts/{id}/parties", auth.ContractsWrite, draft, f.editParties),
		web.Staff("POST", "/app/contracts/{id}/parties", auth.ContractsWrite, draft, f.postParties).WithBody(longestText),
		web.Staff("POST", "/app/contracts/{id}/parties/rows", auth.ContractsWrite, draft, f.postPartyRows).WithBody(longestText),
		web.Staff("GET", "/app/contracts/{id}/content", auth.ContractsWrite, draft, f.editContent),
		web.Staff("POST", "/app/contracts/{id}/content", auth.ContractsWrite, draft, f.postContent).WithBody(longestText),
		web.Staff("POST", "/app/contracts/{id}/preview", auth.ContractsWrite, draft, f.postPreview).WithBody(longestText),
		web.Staff("POST", "/app/contracts/{id}/attachments", auth.ContractsWrite, draft, f.postAttachment).WithBody(attachmentBody),
		web.Staff("GET", "/app/contracts/{id}/attachments/{attachment}", auth.ContractsRead, web.Objects{"id": "contract", "attachment": "attachment"}, f.showAttachment),
		web.Staff("POST", "/app/contracts/{id}/attachments/{attachment}/removal", auth.ContractsWrite, web.Objects{"id": "draft contract", "attachment": "draft attachment"}, f.postAttachmentRemoval).WithBody(attachmentBody),
		web.Staff("GET", "/app/contracts/{id}/sending", auth.ContractsWrite, draft, f.askContractSending),
		web.Staff("POST", "/app/contracts/{id}/sending", auth.ContractsWrite, draft, f.postContractSending),
		web.Staff("GET", "/app/contracts/{id}/removal", auth.ContractsWrite, draft, f.askContractRemoval),
		web.Staff("POST", "/app/contracts/{id}/removal", auth.ContractsWrite, draft, f.postContractRemoval),
		web.Staff("POST", "/app/contracts/{id}/reminder", auth.ContractsWrite, out, f.postContractReminder),
		web.Staff("GET", "/app/contracts/{id}/withdrawal", auth.ContractsWrite, out, f.askWithdrawal),
		web.Staff("POST", "/app/contracts/{id}/withdrawal", auth.ContractsWrite, out, f.postWithdrawal),
		web.Staff("GET", "/app/contracts/{id}/deadline", auth.ContractsWrite, out, f.askDeadline),
		web.Staff("POST", "/app/contracts/{id}/deadline", auth.ContractsWrite, out, f.postDeadline),
		web.Staff("GET", "/app/contracts/{id}/signatories/{signatory}/replacement", auth.ContractsWrite, web.Objects{"id": "contract", "signatory": "signatory"}, f.askReplacement),
		web.Staff("POST", "/app/contracts/{id}/signatories/{signatory}/replacement", auth.ContractsWrite, web.Objects{"id": "contract", "signatory": "signatory"}, f.postReplacement),
		web.Staff("GET", "/app/contracts/{id}/signature", auth.ContractsWrite, signed, f.signPage(sign.Place.ShowSignature)),
		web.Staff("POST", "/app/contracts/{id}/signature", auth.ContractsWrite, signed, f.signPage(sign.Place.PostSignature)).WithBody(sign.Body),
		web.Staff("POST", "/app/contracts/{id}/seal", auth.ContractsWrite, signed, f.postSeal),
		web.Staff("GET", "/app/contracts/{id}/cancellation", auth.ContractsWrite, signed, f.askCancellation),
		web.Staff("POST", "/app/contracts/{id}/cancellation", auth.ContractsWrite, signed, f.postCancellation),
		web.Staff("GET", "/app/contracts/{id}/termination", auth.SettingsWrite, executed, f.askTermination),
		web.Staff("POST", "/app/contracts/{id}/termination", auth.SettingsWrite, executed, f.postTermination),
		web.Staff("POST", "/app/contracts/{id}/revision", auth.ContractsWrite, one, f.postRevision),
		web.Staff("GET", "/app/clients/{id}/contracts", auth.ContractsRead, web.Objects{"id": "client"}, f.listClientContracts),
	}
}

func contractIn(r *http.Request) contract.ID { return contract.ID(r.PathValue("id")) }

// contractAt is an address below a contract.
func contractAt(c contract.ID, path string) string { return "/app/contracts/" + c.String() + path }

// agrees tells whether the person may write contracts; without it a page has no
// controls.
func (v view) agrees() bool { return v.Who.May(auth.ContractsWrite) }

// contractsPage is the list.
type contractsPage struct {
	view
	List contract.List
}

func (f Face) listContracts(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	q := r.URL.Query()
	list, err := f.Contracts.ForStaff(who).List(r.Context(), contract.Wanted{
		Filter: contract.Filter(q.Get("tab")), Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before"),
	})
	if err != nil {
		return err
	}
	p := contractsPage{newView(w, r, who), list}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, contractResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("contracts.title"), contractsView(p))
}

// href is the address of the list with something else wanted.
func (p contractsPage) href(filter contract.Filter, query, cursor, at string) string {
	return web.ListAt("/app/contracts", "tab", filter, query, cursor, at)
}

// cards are the figures above the list, of what is searched for.
func (p contractsPage) cards() []ui.StatCard {
	c, query := p.List.Cards, p.List.Wanted.Query
	card := func(key, icon string, n int, filter contract.Filter) ui.StatCard {
		return ui.StatCard{Label: p.T(key), Icon: icon, Figure: p.Number(n), Href: p.href(filter, query, "", "")}
	}
	return []ui.StatCard{
		card("contracts.total", "file-text", c.Total, contract.FilterAll), card("contracts.active", "file-check", c.Active, contract.FilterActive),
		card("contracts.pending", "signature", c.Pending, contract.FilterPending), card("contracts.expiring", "calendar-clock", c.Expiring, contract.FilterExpiring), p.sums("contracts.value", "banknote", c.Value, p.href(contract.FilterActive, query, "", "")),
	}
}

func (p contractsPage) tabs() ui.Segment {
	w := p.List.Wanted
	s := ui.Segment{Label: p.T("contracts.filter")}
	filters := contract.Filters
	if w.Filter == contract.FilterExpiring {
		filters = append(filters[:len(filters):len(filters)], contract.FilterExpiring)
	}
	for _, filter := range filters {
		s.Items = append(s.Items, ui.Tab{
			Text: p.T("contract.filter." + string(filter)), Href: p.href(filter, w.Query, "", ""),
			Count: p.Count(p.List.Counts[filter]), Current: w.Filter == filter,
		})
	}
	return s
}

func (p contractsPage) search() ui.SearchField {
	w := p.List.Wanted
	return p.Search(p.T("contracts.search"), "#contract-results", w.Query, p.href(w.Filter, "", "", ""))
}

// found says how many contracts the list has.
func (p contractsPage) found() string {
	return p.N("contracts.found", p.List.Counts[p.List.Wanted.Filter])
}

func (p contractsPage) pager() ui.Pager {
	w := p.List.Wanted
	return p.pages(p.T("contracts.pages"), p.found(), p.List.Prev, p.List.Next, func(cursor, at string) string {
		return p.href(w.Filter, w.Query, cursor, at)
	})
}

// none is what an empty list says.
func (p contractsPage) none() ui.EmptyState {
	w := p.List.Wanted
	if w.Query != "" {
		return ui.EmptyState{
			Plain: true, Title: p.T("contracts.none.search", "query", w.Query), Text: p.T("contracts.none.search_text"),
			Action: ui.Button{Label: p.T("clients.none.clear"), Href: p.href(w.Filter, "", "", "")},
		}
	}
	if w.Filter != contract.FilterAll {
		return ui.EmptyState{Plain: true, Title: p.T("contracts.none." + string(w.Filter))}
	}
	e := ui.EmptyState{Title: p.T("contracts.none.all"), Text: p.T("contracts.none.all_text")}
	if p.agrees() {
		e.Action = p.write("")
	}
	return e
}

// write leads to the form of a new contract, with a client where one is known.
func (v view) write(with client.ID) ui.Button {
	b := ui.Button{Label: v.T("contracts.add"), Icon: "plus", Href: "/app/contracts/new"}
	if with != "" {
		b.Href += "?client=" + with.String()
	}
	return b
}

// onMoment is the day of a moment, in the workspace's zone; empty for none.
func (v view) onMoment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return v.ListDate(at.In(v.Now.Location()))
}

// contractTable are contracts as rows, in the list and at their client.
type contractTable struct {
	view
	Rows     []contract.Row
	OfClient bool // the client goes without saying
}

func (p contractTable) columns() []ui.Column {
	columns := []ui.Column{{Text: p.T("contract.name")}}
	if !p.OfClient {
		columns = append(columns, ui.Column{Text: p.T("project.client")})
	}
	return append(columns, ui.Column{Text: p.T("contract.status")}, ui.Column{Text: p.T("contract.executed_on")}, ui.Column{Text: p.T("contract.parties"), End: true},
		ui.Column{Text: p.T("contract.value"), End: true}, ui.Column{Text: p.T("ui.more"), Hidden: true})
}

// worth is the value of a row, empty for none.
func (p contractTable) worth(r contract.Row) string {
	if r.Amount == nil {
		return ""
	}
	return r.Amount.Say(p.Printer)
}

// signed says how many of the people of a row that is out have signed.
func (p contractTable) signed(r contract.Row) string {
	if r.State != contract.Pending && r.State != contract.Signed {
		return ""
	}
	return p.T("contracts.signed_of", "signed", p.Number(r.Signed), "people", p.Number(r.People))
}

// rowMenu is what can be done with a row.
func (p contractTable) rowMenu(row contract.Row) ui.Menu {
	m := ui.Menu{Label: p.T("clients.actions", "name", row.Name), Items: []ui.MenuItem{
		{Text: p.T("invoice.view"), Icon: "eye", Href: contractAt(row.ID, "")},
		{Text: p.T("contract.download"), Icon: "download", Href: contractAt(row.ID, "/pdf")},
	}}
	if !p.agrees() {
		return m
	}
	switch row.State {
	case contract.Draft:
		m.Items = append(m.Items,
			ui.MenuItem{Text: p.T("contract.edit"), Icon: "pencil", Href: contractAt(row.ID, "/edit"), Rule: true},
			ui.MenuItem{Text: p.T("contract.send"), Icon: "send", Href: contractAt(row.ID, "/sending"), Dialog: "drawer"})
	case contract.Pending:
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("contract.remind"), Icon: "bell", Action: contractAt(row.ID, "/reminder"), Hidden: []ui.Hidden{p.Hidden()}, Rule: true})
	}
	return m
}

// clientContractsPage is the Contracts tab of a client.
type clientContractsPage struct {
	clientFrame
	List contract.List
}

func (f Face) listClientContracts(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, err := client.ForStaff(who).Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	list, err := f.Contracts.ForStaff(who).List(r.Context(), contract.Wanted{Client: c.ID, After: q.Get("after"), Before: q.Get("before")})
	if err != nil {
		return err
	}
	p := clientContractsPage{clientFrame{newView(w, r, who), c, "contracts"}, list}
	return p.page(w, r, http.StatusOK, p.T("contracts.of", "name", c.Name), clientContractsView(p))
}

// starts tells whether a contract with the client can begin here.
func (p clientContractsPage) starts() bool {
	return p.agrees() && !p.Client.Lead && !p.Client.Archived()
}

func (p clientContractsPage) pager() ui.Pager {
	return p.pages(p.T("contracts.pages"), p.N("contracts.found", p.List.Counts[contract.FilterAll]), p.List.Prev, p.List.Next, func(cursor, at string) string {
		return clientAt(p.Client.ID, "/contracts?"+cursor+"="+url.QueryEscape(at))
	})
}

// none is what the tab says without contracts.
func (p clientContractsPage) none() ui.EmptyState {
	e := ui.EmptyState{Title: p.T("contracts.none.client", "name", p.Client.Name), Text: p.T("contracts.none.all_text")}
	if p.Client.Lead {
		e.Text = p.T("contracts.none.lead_text")
	}
	if p.starts() {
		e.Action = p.write(p.Client.ID)
	}
	return e
}
