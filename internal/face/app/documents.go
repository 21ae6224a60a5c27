package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/shelf"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/library"
	"foyer/internal/feature/project"
)

const documentsPath = "/app/documents"

func (f Face) documentRoutes() []web.Route {
	one, version := web.Objects{"id": "document"}, web.Objects{"id": "document", "version": "document version"}
	routes := []web.Route{
		web.Staff("GET", documentsPath, auth.DocumentsRead, nil, f.listDocuments),
		web.Staff("GET", documentsPath+"/new", auth.DocumentsWrite, nil, f.newDocuments),
		web.Staff("POST", documentsPath, auth.DocumentsWrite, nil, f.postDocumentsOfClient).Streaming(),
		web.Staff("GET", documentsPath+"/{id}", auth.DocumentsRead, one, f.showDocument),
		web.Staff("GET", documentsPath+"/{id}/file", auth.DocumentsRead, one, f.showDocumentFile),
		web.Staff("GET", documentsPath+"/{id}/preview", auth.DocumentsRead, one, f.showDocumentPreview),
		web.Staff("POST", documentsPath+"/{id}/versions", auth.DocumentsWrite, one, f.postDocumentVersion).Streaming(),
		web.Staff("GET", documentsPath+"/{id}/versions/{version}/file", auth.DocumentsRead, version, f.showDocumentFile),
		web.Staff("GET", documentsPath+"/{id}/edit", auth.DocumentsWrite, one, f.editDocument),
		web.Staff("POST", documentsPath+"/{id}/edit", auth.DocumentsWrite, one, f.postDocumentEdit),
		web.Staff("GET", documentsPath+"/{id}/sharing", auth.DocumentsWrite, one, f.askSharing),
		web.Staff("POST", documentsPath+"/{id}/sharing", auth.DocumentsWrite, one, f.postSharing),
		web.Staff("POST", documentsPath+"/{id}/archival", auth.DocumentsWrite, one, f.postDocumentArchival),
		web.Staff("POST", documentsPath+"/{id}/restoration", auth.DocumentsWrite, one, f.postDocumentRestoration),
		web.Staff("GET", documentsPath+"/{id}/deletion", auth.DocumentsWrite, one, f.askDocumentDeletion),
		web.Staff("POST", documentsPath+"/{id}/deletion", auth.DocumentsWrite, one, f.postDocumentDeletion),
		web.Staff("GET", shelvesPath, auth.SettingsRead, nil, f.showShelves),
		web.Staff("POST", shelvesPath, auth.SettingsWrite, nil, f.postLimits),
		web.Staff("POST", shelvesPath+"/categories", auth.SettingsWrite, nil, f.postShelf),
		web.Staff("POST", shelvesPath+"/categories/{category}/removal", auth.SettingsWrite, web.Objects{"category": "document category"}, f.postShelfRemoval),
	}
	for _, m := range managers {
		at, of := "/app/"+m.path+"/{id}/documents", web.Objects{"id": string(m.kind)}
		routes = append(routes,
			web.Staff("GET", at, m.kind.Right(), of, func(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
				return f.showManager(w, r, who, m, http.StatusOK, uploadForm{}, nil)
			}),
			web.Staff("POST", at, auth.DocumentsWrite, of, func(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
				return f.postDocuments(w, r, who, m)
			}).Streaming())
	}
	return routes
}

// manager is the documents of one kind of record.
type manager struct {
	kind library.Kind
	path string // below which the records are
}

// managers are the kinds of records that have documents.
var managers = []manager{
	{library.OfClient, "clients"}, {library.OfProject, "projects"}, {library.OfContract, "contracts"}, {library.OfInvoice, "invoices"}, {library.OfCase, "cases"},
}

// recordAt is the address of a record that has documents, and of its documents.
func recordAt(p library.Place) (record, documents string) {
	for _, m := range managers {
		if m.kind == p.Kind {
			record = "/app/" + m.path + "/" + p.ID
		}
	}
	return record, record + "/documents"
}

func documentIn(r *http.Request) library.ID { return library.ID(r.PathValue("id")) }

// documentAt is an address below a document.
func documentAt(d library.ID, path string) string { return documentsPath + "/" + d.String() + path }

// files tells whether the person may change documents.
func (v view) files() bool { return v.Who.May(auth.DocumentsWrite) }

// documentsPage is a list of documents: all, or those of a client or a record.
type documentsPage struct {
	view
	List library.List
	Base string          // address of the list
	Top  templ.Component // of a record's page, in the place of the head
	// Place is the record that files come to, with what may still come; none in the
	// list of all.
	Place library.Place
	Room  library.Room
	In    uploadForm
	// closed tells of a record that takes no files.
	closed bool
}

func wantedOf(q url.Values) library.Wanted {
	return library.Wanted{
		State: library.State(q.Get("state")), Category: library.Category(q.Get("category")), Whose: library.Whose(q.Get("whose")), Query: q.Get("q"),
		After: q.Get("after"), Before: q.Get("before"),
	}
}

func (f Face) listDocuments(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	list, err := f.Documents.ForStaff(who).List(r.Context(), wantedOf(r.URL.Query()))
	if err != nil {
		return err
	}
	return f.drawDocuments(w, r, http.StatusOK, documentsPage{view: newView(w, r, who), List: list, Base: documentsPath}, "")
}

func (f Face) drawDocuments(w http.ResponseWriter, r *http.Request, status int, p documentsPage, title string) error {
	p.Loads = append(p.Loads, talk.Sheet, shelf.Sheet, shelf.Script)
	if p.Fragment {
		return web.Render(w, r, status, documentResults(p))
	}
	if title == "" {
		title = p.T("documents.title")
	}
	return p.page(w, r, status, title, documentsView(p))
}

// uploadForm is what stands before the files.
type uploadForm struct {
	Category string `form:"category"`
	Shared   bool   `form:"shared"`
}

// showManager draws the documents of a record, with a form that brings others.
func (f Face) showManager(w http.ResponseWriter, r *http.Request, who auth.Staff, m manager, status int, in uploadForm, trouble error) error {
	id := r.PathValue("id")
	app := f.Documents.ForStaff(who)
	p := documentsPage{view: newView(w, r, who), In: in}
	p.View = p.WithProblem(trouble)
	var err error
	wanted := wantedOf(r.URL.Query())
	if m.kind == library.OfClient {
		c, err := client.ForStaff(who).Get(r.Context(), client.ID(id))
		if err != nil {
			return err
		}
		wanted.Client = c.ID
		p.Place = library.Place{Kind: m.kind, ID: id, Name: c.Name, Client: c.ID, ClientName: c.Name}
		p.Top, p.closed = clientTop(clientFrame{p.view, c, "documents"}), c.Lead
	} else {
		if p.Place, p.Room, err = app.Place(r.Context(), m.kind, id); err != nil {
			return err
		}
		wanted.Kind, wanted.Place = m.kind, id
		if p.Top, err = f.managerTop(r.Context(), p, who); err != nil {
			return err
		}
	}
	if p.List, err = app.List(r.Context(), wanted); err != nil {
		return err
	}
	if m.kind == library.OfClient {
		p.Room = p.List.Room
	}
	_, p.Base = recordAt(p.Place)
	return f.drawDocuments(w, r, status, p, p.T("documents.of", "name", p.Place.Name))
}

// managerTop is the head of the page of a record: of a project with its tabs, and else
// with the way back to it.
func (f Face) managerTop(ctx context.Context, p documentsPage, who auth.Staff) (templ.Component, error) {
	if p.Place.Kind == library.OfProject {
		found, err := project.ForStaff(who).Get(ctx, project.ID(p.Place.ID))
		return projectTop(projectFrame{p.view, found, "documents"}), err
	}
	record, _ := recordAt(p.Place)
	list := map[library.Kind]ui.Link{
		library.OfContract: {Text: p.T("contracts.title"), Href: "/app/contracts"}, library.OfInvoice: {Text: p.T("invoices.title"), Href: "/app/invoices"},
		library.OfCase: {Text: p.T("cases.title"), Href: "/app/cases"},
	}[p.Place.Kind]
	name := p.Place.Name
	if name == "" {
		name = p.T("document.draft_invoice")
	}
	return ui.PageHead{
		Title: p.T("documents.title"), Sub: shelf.Place(p.View, p.Place) + " · " + p.Place.ClientName,
		Crumbs: []ui.Link{list, {Text: name, Href: record}}, CrumbsLabel: p.T("ui.crumbs"),
	}, nil
}

func (f Face) postDocuments(w http.ResponseWriter, r *http.Request, who auth.Staff, m manager) error {
	var in uploadForm
	done, err := shelf.Receive(w, r, &in, func() (*library.Load, error) {
		return f.Documents.ForStaff(who.Keyed(web.Key(r))).Begin(r.Context(), library.Parcel{
			Kind: m.kind, Place: r.PathValue("id"), Category: library.Category(in.Category), Shared: in.Shared,
		})
	})
	if shelf.Told(w, r, newView(w, r, who).View, done, err) {
		return nil
	}
	if drawnAgain(err) {
		return f.showManager(w, r, who, m, web.Status(err), in, err)
	}
	if err != nil {
		return err
	}
	shelf.Flash(w, r, done)
	_, at := recordAt(library.Place{Kind: m.kind, ID: r.PathValue("id")})
	web.Redirect(w, r, at)
	return nil
}

// takes tells whether files can be brought here.
func (p documentsPage) takes() bool { return p.Place.ID != "" && p.files() && !p.closed }

func (p documentsPage) drop() ui.Dropzone { return shelf.Drop(p.View, p.Base, p.Base, p.Room, false) }

// sorting chooses the category of what comes.
func (p documentsPage) sorting() ui.Select {
	chosen := p.In.Category
	if chosen == "" {
		chosen = string(p.Place.Default())
	}
	return ui.Select{Field: ui.Field{Name: "category", Label: p.T("document.category"), Value: chosen, Error: p.Error("category")}, Options: p.categories(p.List.Shelves, "")}
}

// categories are those to choose from, with the one that is chosen already.
func (v view) categories(all []library.Shelf, now library.Category) []ui.Option {
	var options []ui.Option
	for _, s := range all {
		if s.Offered || s.Category == now {
			options = append(options, ui.Option{Value: string(s.Category), Label: shelf.Category(v.View, s.Category, s.Name)})
		}
	}
	return options
}

// sharing shares what comes.
func (p documentsPage) sharing() ui.Checkbox {
	return ui.Checkbox{Field: ui.Field{Name: "shared", Label: p.T("document.share_with", "name", p.Place.ClientName), Hint: p.T("document.share_hint")}, Checked: p.In.Shared}
}

// href is the address of the list with something else wanted.
func (p documentsPage) href(w library.Wanted, cursor, at string) string {
	q := url.Values{}
	for name, value := range map[string]string{"category": string(w.Category), "whose": string(w.Whose), "q": w.Query, "state": string(w.State), cursor: at} {
		if value != "" && (name != "state" || w.State != library.Kept) {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return p.Base
	}
	return p.Base + "?" + q.Encode()
}

func (p documentsPage) tabs() ui.Segment {
	with := func(c library.Category) library.Wanted {
		w := p.List.Wanted
		w.Category = c
		return w
	}
	s := ui.Segment{Label: p.T("document.category"), Items: []ui.Tab{{
		Text: p.T("document.category.all"), Href: p.href(with(""), "", ""), Count: shelf.Total(p.View, p.List.Shelves), Current: p.List.Wanted.Category == "",
	}}}
	for _, one := range p.List.Shelves {
		if one.Category.Standing() || one.Count > 0 || one.Category == p.List.Wanted.Category {
			s.Items = append(s.Items, ui.Tab{
				Text: shelf.Category(p.View, one.Category, one.Name), Href: p.href(with(one.Category), "", ""), Count: shelf.Counted(p.View, one.Count),
				Current: p.List.Wanted.Category == one.Category,
			})
		}
	}
	return s
}

// narrowing are the filters besides the tabs, as menus.
func (p documentsPage) narrowing() []ui.Menu {
	said := func(prefix, value string) string {
		if value == "" {
			return ""
		}
		return p.T(prefix + value)
	}
	w := p.List.Wanted
	whose := narrowing(p.view, "documents.narrow", p.T("document.sharing"), said("documents.whose.", string(w.Whose)))
	for _, one := range library.Whoses {
		other := w
		other.Whose = one
		text := p.T("ui.all")
		if one != library.Everybodys {
			text = p.T("documents.whose." + string(one))
		}
		whose.Items = append(whose.Items, ui.MenuItem{Text: text, Href: p.href(other, "", ""), Current: w.Whose == one})
	}
	chosen := ""
	if w.State != library.Kept {
		chosen = p.T("documents.state." + string(w.State))
	}
	state := narrowing(p.view, "documents.narrow", p.T("document.state"), chosen)
	for _, one := range []library.State{library.Kept, library.Archived, library.Deleted} {
		other := w
		other.State = one
		state.Items = append(state.Items, ui.MenuItem{Text: p.T("documents.state." + string(one)), Href: p.href(other, "", ""), Current: w.State == one})
	}
	return []ui.Menu{whose, state}
}

func (p documentsPage) search() ui.SearchField {
	w := p.List.Wanted
	words := w.Query
	w.Query = ""
	return p.Search(p.T("documents.search"), "#document-results", words, p.href(w, "", ""))
}

// found says how many documents the list has.
func (p documentsPage) found() string {
	n := 0
	for _, s := range p.List.Shelves {
		if p.List.Wanted.Category == "" || s.Category == p.List.Wanted.Category {
			if s.Count >= library.MostCounted {
				return p.T("documents.found_many", "n", p.Number(library.MostCounted-1))
			}
			n += s.Count
		}
	}
	return p.N("documents.found", n)
}

func (p documentsPage) pager() ui.Pager {
	return p.pages(p.T("documents.pages"), p.found(), p.List.Prev, p.List.Next, func(cursor, at string) string { return p.href(p.List.Wanted, cursor, at) })
}

// none is what an empty list says.
func (p documentsPage) none() ui.EmptyState {
	w := p.List.Wanted
	clear := ui.Button{Label: p.T("clients.none.clear"), Href: p.Base}
	switch {
	case w.Query != "":
		return ui.EmptyState{Plain: true, Title: p.T("documents.none.search", "query", w.Query), Text: p.T("documents.none.search_text"), Action: clear}
	case w.State != library.Kept:
		return ui.EmptyState{Plain: true, Title: p.T("documents.none." + string(w.State)), Action: clear}
	case w.Whose != library.Everybodys || w.Category != "":
		return ui.EmptyState{Plain: true, Title: p.T("documents.none.category"), Action: clear}
	}
	e := ui.EmptyState{Title: p.T("documents.none.all"), Text: p.T("documents.none.all_text")}
	switch {
	case p.takes():
		e.Text = p.T("documents.none.place_text")
	case p.files():
		e.Text = p.T("documents.none.any_text")
	}
	return e
}

// lists tells whether rows say whose they are.
func (p documentsPage) lists() bool { return p.Place.ID == "" }

func (p documentsPage) columns() []ui.Column {
	columns := []ui.Column{{Text: p.T("document.name")}}
	if p.lists() {
		columns = append(columns, ui.Column{Text: p.T("project.client")})
	}
	return append(columns, ui.Column{Text: p.T("document.category")}, ui.Column{Text: p.T("document.sharing")}, ui.Column{Text: p.T("document.size"), End: true},
		ui.Column{Text: p.T("document.changed")}, ui.Column{Text: p.T("document.downloads"), End: true})
}

// below is what stands under the name of a row.
func (p documentsPage) below(r library.Row) string {
	var said []string
	if p.lists() || r.Place.ID != p.Place.ID {
		if r.Place.Kind != library.OfClient {
			said = append(said, shelf.Place(p.View, r.Place))
		}
	}
	if r.Latest.Number > 1 {
		said = append(said, p.T("document.version", "n", p.Number(r.Latest.Number)))
	}
	if r.Latest.By != "" {
		said = append(said, r.Latest.By)
	}
	return strings.Join(said, " · ")
}

// shared is which people of the client see a document.
func (v view) shared(r library.Row) ui.Status {
	switch {
	case r.State != library.Kept:
		return ui.Status{Kind: ui.StatusOff, Text: v.T("documents.state." + string(r.State))}
	case r.Sharing == library.NotShared:
		return ui.Status{Kind: ui.StatusOff, Text: v.T("document.sharing.none")}
	case r.Sharing == library.WithChosen:
		return ui.Status{Kind: ui.StatusInfo, Text: v.T("document.sharing.chosen")}
	}
	return ui.Status{Kind: ui.StatusOK, Text: v.T("document.sharing.client")}
}

// attachedFiles leads from the page of a record to its documents, for those who see
// documents.
func (v view) attachedFiles(kind library.Kind, id string) templ.Component {
	if !v.Who.May(auth.DocumentsRead) {
		return nil
	}
	_, at := recordAt(library.Place{Kind: kind, ID: id})
	link := ui.TextLink{Text: v.T("documents.open"), Icon: "folder-open", Href: at}
	if v.files() {
		link.Text = v.T("documents.manage")
	}
	return filesCard(v, link)
}
