package portal

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/shelf"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/library"
	"foyer/internal/kernel/problem"
)

const documentsPath = "/portal/documents"

func (f Face) documentRoutes() []web.Route {
	one, version := web.Objects{"id": "document"}, web.Objects{"id": "document", "version": "document version"}
	return []web.Route{
		web.Contact("GET", documentsPath, auth.Documents, nil, f.listDocuments),
		web.Contact("POST", documentsPath, auth.Documents, nil, f.postDocuments).Streaming(),
		web.Contact("GET", documentsPath+"/new", auth.Documents, nil, f.newDocuments),
		web.Contact("GET", documentsPath+"/{id}", auth.Documents, one, f.showDocument),
		web.Contact("GET", documentsPath+"/{id}/file", auth.Documents, one, f.showDocumentFile),
		web.Contact("GET", documentsPath+"/{id}/preview", auth.Documents, one, f.showDocumentPreview),
		web.Contact("POST", documentsPath+"/{id}/versions", auth.Documents, web.Objects{"id": "brought document"}, f.postDocumentVersion).Streaming(),
		web.Contact("GET", documentsPath+"/{id}/versions/{version}/file", auth.Documents, version, f.showDocumentFile),
	}
}

func documentIn(r *http.Request) library.ID { return library.ID(r.PathValue("id")) }

// documentAt is an address below a document.
func documentAt(d library.ID, path string) string { return documentsPath + "/" + d.String() + path }

// documentsPage is the list.
type documentsPage struct {
	view
	List   library.ShownList
	Upload bool
}

func (f Face) listDocuments(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	q, door := r.URL.Query(), f.Documents.ForClient(who)
	list, err := door.List(r.Context(), library.Wanted{
		Category: library.Category(q.Get("category")), Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before"),
	})
	if err != nil {
		return err
	}
	p := documentsPage{newView(w, r, who), list, door.MayUpload()}
	p.Loads = []string{shelf.Sheet, shelf.Script}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, documentResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("portal.documents.title"), documentsView(p))
}

// documentsAt is the address of the list with something wanted of it.
func documentsAt(category library.Category, query, cursor, at string) string {
	return web.ListAt(documentsPath, "category", category, query, cursor, at)
}

// shown tells whether a category has a tab: the three that always are, and those of
// the workspace's own in which there is something.
func (p documentsPage) shown(s library.Shelf) bool { return s.Category.Standing() || s.Count > 0 }

func (p documentsPage) filters() ui.Segment {
	w := p.List.Wanted
	s := ui.Segment{Label: p.T("document.category"), Items: []ui.Tab{{
		Text: p.T("document.category.all"), Href: documentsAt("", w.Query, "", ""), Count: shelf.Total(p.View, p.List.Shelves), Current: w.Category == "",
	}}}
	for _, one := range p.List.Shelves {
		if p.shown(one) {
			s.Items = append(s.Items, ui.Tab{
				Text: shelf.Category(p.View, one.Category, one.Name), Href: documentsAt(one.Category, w.Query, "", ""),
				Count: shelf.Counted(p.View, one.Count), Current: w.Category == one.Category,
			})
		}
	}
	return s
}

func (p documentsPage) search() ui.SearchField {
	w := p.List.Wanted
	return p.Search(p.T("portal.documents.search"), "#document-results", w.Query, documentsAt(w.Category, "", "", ""))
}

// counted is how many documents a category has, as far as they are counted.
func (p documentsPage) counted(category library.Category) int {
	n := 0
	for _, s := range p.List.Shelves {
		if category == "" || s.Category == category {
			n += s.Count
		}
	}
	return n
}

// found says how many documents the list has.
func (p documentsPage) found() string {
	n := p.counted(p.List.Wanted.Category)
	if n >= library.MostCounted {
		return p.T("documents.found_many", "n", p.Number(library.MostCounted-1))
	}
	return p.N("documents.found", n)
}

// group is a category with the newest of its documents.
type group struct {
	Shelf library.Shelf
	Rows  []library.Shown
}

// groups are the documents by category, as the page shows them all at once.
func (p documentsPage) groups() []group {
	var all []group
	for _, s := range p.List.Shelves {
		g := group{Shelf: s}
		for _, row := range p.List.Rows {
			if row.Category == s.Category {
				g.Rows = append(g.Rows, row)
			}
		}
		if len(g.Rows) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// more leads to the rest of a group.
func (p documentsPage) more(g group) ui.TextLink {
	if g.Shelf.Count <= len(g.Rows) {
		return ui.TextLink{}
	}
	return ui.TextLink{Text: p.T("documents.all_of", "n", shelf.Counted(p.View, g.Shelf.Count)), Href: documentsAt(g.Shelf.Category, "", "", "")}
}

func (p documentsPage) pager() ui.Pager {
	w, found := p.List.Wanted, ""
	if p.List.Prev != "" || p.List.Next != "" {
		found = p.found()
	}
	return p.pages(p.T("documents.pages"), found, p.List.Prev, p.List.Next, func(cursor, at string) string { return documentsAt(w.Category, w.Query, cursor, at) })
}

// none is what an empty list says.
func (p documentsPage) none() ui.EmptyState {
	w := p.List.Wanted
	switch {
	case w.Query != "":
		return ui.EmptyState{
			Plain: true, Title: p.T("documents.none.search", "query", w.Query), Text: p.T("portal.documents.none.search_text"),
			Action: ui.Button{Label: p.T("portal.projects.none.clear"), Href: documentsAt(w.Category, "", "", "")},
		}
	case w.Category != "":
		return ui.EmptyState{Plain: true, Title: p.T("documents.none.category"), Action: ui.Button{Label: p.T("portal.documents.none.show_all"), Href: documentsPath}}
	}
	e := ui.EmptyState{Title: p.T("portal.documents.none.any"), Text: p.T("portal.documents.none.any_text", "workspace", p.Site.Name)}
	if p.Upload {
		e.Action = p.upload(ui.Outlined)
	}
	return e
}

// upload leads to the form that brings files.
func (v view) upload(kind ui.ButtonKind) ui.Button {
	return ui.Button{Label: v.T("document.upload"), Icon: "upload", Kind: kind, Href: documentsPath + "/new", Dialog: "drawer"}
}

// fresh is how long a document that was not opened yet is said to be new.
const fresh = 14 * 24 * time.Hour

// files are documents as rows.
func (v view) files(label string, all []library.Shown, without library.Kind) ui.FileRows {
	rows := ui.FileRows{Label: label}
	for _, d := range all {
		row := ui.FileRow{
			Kind: library.Ending(d.Name), Name: d.Name, Href: documentAt(d.ID, ""), Size: shelf.Size(v.Printer, d.Latest.Size),
			When: shelf.Day(v.View, d.Latest.At), Moment: shelf.Moment(d.Latest.At),
			Download: ui.Button{Label: v.T("upload.download", "name", d.Name), Icon: "download", IconOnly: true, Kind: ui.Plain, Href: documentAt(d.ID, "/file"), Download: true},
		}
		var sub []string
		if d.Place.Kind != without {
			sub = append(sub, v.from(d))
		}
		if d.Latest.Number > 1 {
			sub = append(sub, v.T("document.version", "n", v.Number(d.Latest.Number)))
		}
		row.Sub = strings.Join(sub, " · ")
		switch {
		case d.Source == library.FromClient && d.Mine:
			row.Pills = []ui.Pill{{Text: v.T("document.from_you")}}
		case d.Source == library.FromClient:
			row.Pills = []ui.Pill{{Text: v.T("document.from", "name", d.Latest.By)}}
		case d.Fresh && v.Now.Sub(d.Latest.At) < fresh:
			row.Pills = []ui.Pill{{Text: v.T("document.new"), Tone: ui.Info}}
		}
		rows.Rows = append(rows.Rows, row)
	}
	return rows
}

// from is where a document belongs, as its client calls it.
func (v view) from(d library.Shown) string {
	if d.Place.Kind == library.OfClient {
		return v.Who.ClientName()
	}
	return shelf.Place(v.View, d.Place)
}

// documentPage is one document.
type documentPage struct {
	view
	Document library.Shown
	Room     library.Room
	Upload   bool // a version
}

func (f Face) documentPage(w http.ResponseWriter, r *http.Request, who auth.Client) (documentPage, error) {
	door := f.Documents.ForClient(who)
	p := documentPage{view: newView(w, r, who)}
	p.Loads = []string{shelf.Sheet, shelf.Script}
	var err error
	if p.Document, err = door.Get(r.Context(), documentIn(r)); err != nil {
		return p, err
	}
	if p.Upload = door.MayUpload() && p.Document.Source == library.FromClient; p.Upload {
		p.Room, err = door.Room(r.Context())
	}
	return p, err
}

func (f Face) showDocument(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	p, err := f.documentPage(w, r, who)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.Document.Name, documentView(p))
}

func (p documentPage) head() ui.PageHead {
	return ui.PageHead{
		Title: p.Document.Name, Sub: p.from(p.Document), Crumbs: []ui.Link{{Text: p.T("portal.documents.title"), Href: documentsPath}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

func (p documentPage) look() shelf.Look {
	l := shelf.Look{View: p.View, Name: p.Document.Name, At: documentAt(p.Document.ID, "")}
	if len(p.Document.Versions) > 0 {
		l.Latest = p.Document.Versions[0]
	}
	return l
}

// facts are what is known of the document.
func (p documentPage) facts() []ui.KeyValue {
	d := p.Document
	items := []ui.KeyValue{
		{Key: p.T("document.category"), Value: shelf.Category(p.View, d.Category, d.CategoryName)},
		{Key: p.T("document.belongs"), Value: p.from(d), Href: p.recordOf(d.Place)},
		{Key: p.T("document.size"), Value: shelf.Size(p.Printer, d.Latest.Size)},
		{Key: p.T("document.date"), Value: p.When(d.Latest.At.In(p.Now.Location()), p.Now)},
		{Key: p.T("document.version_number"), Value: p.Number(d.Latest.Number)},
	}
	if d.Latest.By != "" {
		items = append(items, ui.KeyValue{Key: p.T("document.by"), Value: d.Latest.By})
	}
	return items
}

// recordOf is the address of the record that a document belongs to.
func (v view) recordOf(p library.Place) string {
	switch p.Kind {
	case library.OfProject:
		return "/portal/projects/" + p.ID
	case library.OfContract:
		return "/portal/contracts/" + p.ID
	case library.OfInvoice:
		return "/portal/invoices/" + p.ID
	case library.OfCase:
		return "/portal/cases/" + p.ID
	}
	return ""
}

func (f Face) showDocumentFile(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	return f.sendDocument(w, r, who, library.ToKeep)
}

func (f Face) showDocumentPreview(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	return f.sendDocument(w, r, who, library.ToLook)
}

func (f Face) sendDocument(w http.ResponseWriter, r *http.Request, who auth.Client, manner library.Manner) error {
	file, err := f.Documents.ForClient(who).File(r.Context(), documentIn(r), library.VersionID(r.PathValue("version")), manner)
	if err != nil {
		return err
	}
	return shelf.Send(w, r, file, manner)
}

// uploadPage is where files are brought.
type uploadPage struct {
	view
	Places []library.Place
	Place  string // the id of the one that is chosen
	Room   library.Room
}

func (f Face) newDocuments(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	return f.drawUpload(w, r, who, http.StatusOK, r.URL.Query().Get("project"), nil)
}

func (f Face) drawUpload(w http.ResponseWriter, r *http.Request, who auth.Client, status int, place string, trouble error) error {
	door := f.Documents.ForClient(who)
	if !door.MayUpload() {
		return problem.Of(problem.Forbidden, "document.may_not_upload")
	}
	p := uploadPage{view: newView(w, r, who), Place: place}
	p.View = p.WithProblem(trouble)
	p.Loads = []string{shelf.Sheet, shelf.Script}
	var err error
	if p.Places, err = door.Places(r.Context()); err != nil {
		return err
	}
	if p.Room, err = door.Room(r.Context()); err != nil {
		return err
	}
	if p.Fragment {
		return web.Render(w, r, status, uploadView(p))
	}
	return p.page(w, r, status, p.T("document.upload"), uploadView(p))
}

func (p uploadPage) places() ui.Select {
	s := ui.Select{Field: ui.Field{Name: "place", Label: p.T("portal.document.for"), Value: p.Place, Error: p.Error("place")}}
	for _, one := range p.Places {
		text := one.Name
		if one.Kind != library.OfClient {
			text = shelf.Place(p.View, one)
		}
		s.Options = append(s.Options, ui.Option{Value: one.ID, Label: text})
	}
	return s
}

// uploadForm is what stands before the files.
type uploadForm struct {
	Place string `form:"place"`
}

func (f Face) postDocuments(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in uploadForm
	done, err := shelf.Receive(w, r, &in, func() (*library.Load, error) {
		door := f.Documents.ForClient(who.Keyed(web.Key(r)))
		parcel := library.Parcel{Kind: library.OfProject, Place: in.Place}
		if in.Place == "" || in.Place == who.ClientID() {
			parcel.Kind, parcel.Place = library.OfClient, who.ClientID()
		}
		return door.Begin(r.Context(), parcel)
	})
	if shelf.Told(w, r, newView(w, r, who).View, done, err) {
		return nil
	}
	if mended(err) || problem.Is(err, problem.Unavailable) {
		return f.drawUpload(w, r, who, web.Status(err), in.Place, err)
	}
	if err != nil {
		return err
	}
	shelf.Flash(w, r, done)
	web.Redirect(w, r, documentsPath)
	return nil
}

// versionForm is what stands before the file of a version.
type versionForm struct {
	Version int64 `form:"version"`
}

func (f Face) postDocumentVersion(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in versionForm
	done, err := shelf.Receive(w, r, &in, func() (*library.Load, error) {
		return f.Documents.ForClient(who.Keyed(web.Key(r))).Begin(r.Context(), library.Parcel{Of: documentIn(r), Version: in.Version})
	})
	if shelf.Told(w, r, newView(w, r, who).View, done, err) {
		return nil
	}
	if mended(err) || problem.Is(err, problem.Unavailable) {
		p, read := f.documentPage(w, r, who)
		if read != nil {
			return read
		}
		p.View = p.WithProblem(err)
		return p.page(w, r, web.Status(err), p.Document.Name, documentView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.document_renewed")
	web.Redirect(w, r, documentAt(documentIn(r), ""))
	return nil
}

// several cuts the documents of a record to as many as its page shows, and tells
// whether there are more.
func several(all []library.Shown) ([]library.Shown, bool) {
	return slices.Clip(all[:min(len(all), library.Several)]), len(all) > library.Several
}
