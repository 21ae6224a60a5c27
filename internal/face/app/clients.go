package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
)

func (f Face) clientRoutes() []web.Route {
	one := web.Objects{"id": "client"}
	return []web.Route{
		web.Staff("GET", "/app/clients", auth.ClientsRead, nil, f.listClients),
		web.Staff("POST", "/app/clients", auth.ClientsWrite, nil, f.postClient),
		web.Staff("GET", "/app/clients/new", auth.ClientsWrite, nil, f.newClient),
		web.Staff("GET", "/app/clients/{id}", auth.ClientsRead, one, f.showClient),
		web.Staff("GET", "/app/clients/{id}/edit", auth.ClientsWrite, one, f.editClient),
		web.Staff("POST", "/app/clients/{id}/edit", auth.ClientsWrite, one, f.postClientEdit),
		web.Staff("GET", "/app/clients/{id}/archival", auth.ClientsWrite, one, f.confirmArchival),
		web.Staff("POST", "/app/clients/{id}/archival", auth.ClientsWrite, one, f.postArchival),
		web.Staff("POST", "/app/clients/{id}/restoration", auth.ClientsWrite, one, f.postRestoration),
		web.Staff("GET", "/app/clients/{id}/conversion", auth.ClientsWrite, one, f.confirmConversion),
		web.Staff("POST", "/app/clients/{id}/conversion", auth.ClientsWrite, one, f.postConversion),
	}
}

// clientIn is the client that the address names.
func clientIn(r *http.Request) client.ID { return client.ID(r.PathValue("id")) }

// clientAt is an address below a client's.
func clientAt(c client.ID, path string) string { return "/app/clients/" + c.String() + path }

// writes tells whether the person may change clients; without it a page has no
// controls.
func (v view) writes() bool { return v.Who.May(auth.ClientsWrite) }

// clientsPage is the list.
type clientsPage struct {
	view
	List client.List
}

func (f Face) listClients(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	q := r.URL.Query()
	list, err := client.ForStaff(who).List(r.Context(), client.Wanted{
		Tab: client.Tab(q.Get("tab")), Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before"),
	})
	if err != nil {
		return err
	}
	p := clientsPage{newView(w, r, who), list}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, clientResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("clients.title"), clientsView(p))
}

// href is the address of the list with something else wanted.
func (p clientsPage) href(tab client.Tab, query, cursor, at string) string {
	return web.ListAt("/app/clients", "tab", tab, query, cursor, at)
}

func (p clientsPage) tabs() ui.Segment {
	w := p.List.Wanted
	s := ui.Segment{Label: p.T("clients.filter")}
	for _, t := range []struct {
		tab   client.Tab
		key   string
		count int
	}{
		{client.All, "clients.tab.all", p.List.All},
		{client.OnlyClient, "clients.tab.clients", p.List.Clients},
		{client.OnlyLeads, "clients.tab.leads", p.List.Leads},
		{client.Archive, "clients.tab.archived", p.List.Archived},
	} {
		if t.tab == client.Archive && t.count == 0 && w.Tab != client.Archive {
			continue
		}
		s.Items = append(s.Items, ui.Tab{
			Text: p.T(t.key), Href: p.href(t.tab, w.Query, "", ""), Count: p.Count(t.count), Current: w.Tab == t.tab,
		})
	}
	return s
}

func (p clientsPage) search() ui.SearchField {
	w := p.List.Wanted
	return p.Search(p.T("clients.search"), "#client-results", w.Query, p.href(w.Tab, "", "", ""))
}

func (p clientsPage) pager() ui.Pager {
	w := p.List.Wanted
	pager := ui.Pager{Label: p.T("clients.pages"), Text: p.N("clients.found", p.List.Total())}
	if p.List.Prev == "" && p.List.Next == "" {
		return pager
	}
	pager.Prev, pager.Next = ui.Link{Text: p.T("ui.previous")}, ui.Link{Text: p.T("ui.next")}
	if p.List.Prev != "" {
		pager.Prev.Href = p.href(w.Tab, w.Query, "before", p.List.Prev)
	}
	if p.List.Next != "" {
		pager.Next.Href = p.href(w.Tab, w.Query, "after", p.List.Next)
	}
	return pager
}

// none is what an empty list says.
func (p clientsPage) none() ui.EmptyState {
	w := p.List.Wanted
	if w.Query != "" {
		return ui.EmptyState{
			Plain: true, Title: p.T("clients.none.search", "query", w.Query), Text: p.T("clients.none.search_text"),
			Action: ui.Button{Label: p.T("clients.none.clear"), Href: p.href(w.Tab, "", "", "")},
		}
	}
	e := ui.EmptyState{Title: p.T("clients.none." + string(w.Tab)), Text: p.T("clients.none." + string(w.Tab) + "_text")}
	if p.writes() && w.Tab != client.Archive {
		e.Action = ui.Button{Label: p.T("clients.add"), Icon: "plus", Href: "/app/clients/new", Dialog: "drawer"}
	}
	return e
}

// rowMenu is what can be done with a row.
func (p clientsPage) rowMenu(row client.Row) ui.Menu {
	m := ui.Menu{Label: p.T("clients.actions", "name", row.Name), Items: []ui.MenuItem{
		{Text: p.T("clients.view"), Icon: "eye", Href: clientAt(row.ID, "")},
	}}
	if !p.writes() {
		return m
	}
	if row.Archived {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("client.restore"), Icon: "archive-restore",
			Action: clientAt(row.ID, "/restoration"), Hidden: []ui.Hidden{p.Hidden()}, Rule: true})
		return m
	}
	m.Items = append(m.Items,
		ui.MenuItem{Text: p.T("client.edit"), Icon: "pencil", Href: clientAt(row.ID, "/edit"), Dialog: "drawer"},
		ui.MenuItem{Text: p.T("client.archive"), Icon: "archive", Href: clientAt(row.ID, "/archival"), Dialog: "center", Rule: true, Danger: true})
	return m
}

// clientStatus is where a client or lead stands.
func clientStatus(v view, lead client.LeadStatus, archived bool) ui.Status {
	switch {
	case archived:
		return ui.Status{Kind: ui.StatusOff, Text: v.T("client.status.archived")}
	case lead == "":
		return ui.Status{Kind: ui.StatusActive, Text: v.T("client.status.active")}
	}
	kind := map[client.LeadStatus]ui.StatusKind{client.New: ui.StatusInfo, client.Qualified: ui.StatusWarn, client.Won: ui.StatusOK}[lead]
	if kind == "" {
		kind = ui.StatusOff
	}
	return ui.Status{Kind: kind, Text: v.T("client.status.lead_" + string(lead))}
}
