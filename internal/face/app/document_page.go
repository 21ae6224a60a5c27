package app

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/shelf"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/library"
	"foyer/internal/kernel/problem"
)

// documentPage is one document.
type documentPage struct {
	view
	Document library.Document
}

func (f Face) documentPage(w http.ResponseWriter, r *http.Request, who auth.Staff) (documentPage, error) {
	p := documentPage{view: newView(w, r, who)}
	p.Loads = []string{shelf.Sheet, shelf.Script}
	var err error
	p.Document, err = f.Documents.ForStaff(who).Get(r.Context(), documentIn(r))
	return p, err
}

// briefly is the page as far as its forms need it.
func (f Face) briefly(w http.ResponseWriter, r *http.Request, who auth.Staff) (documentPage, error) {
	p := documentPage{view: newView(w, r, who)}
	p.Loads = []string{shelf.Sheet}
	var err error
	p.Document, err = f.Documents.ForStaff(who).Brief(r.Context(), documentIn(r))
	return p, err
}

func (f Face) showDocument(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.documentPage(w, r, who)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.Document.Name, documentView(p))
}

// changes tells whether the person who looks may change the document.
func (p documentPage) changes() bool { return p.files() && !p.Document.Fixed() }

// renews tells whether another version can come.
func (p documentPage) renews() bool { return p.changes() && p.Document.State == library.Kept }

func (p documentPage) head() ui.PageHead {
	d := p.Document
	return ui.PageHead{
		Title: d.Name, Sub: d.Place.ClientName, Status: p.shared(d.Row),
		Crumbs: []ui.Link{{Text: p.T("documents.title"), Href: documentsPath}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

func (p documentPage) version() ui.Hidden {
	return ui.Hidden{Name: "version", Value: strconv.FormatInt(p.Document.Version, 10)}
}

// menu is what else can be done with the document.
func (p documentPage) menu() ui.Menu {
	d := p.Document
	m := ui.Menu{Label: p.T("clients.actions", "name", d.Name)}
	act := func(key, icon, path string) {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T(key), Icon: icon, Action: documentAt(d.ID, path), Hidden: []ui.Hidden{p.Hidden(), p.version()}})
	}
	if d.State == library.Kept {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("document.edit"), Icon: "pencil", Href: documentAt(d.ID, "/edit"), Dialog: "drawer"})
		act("document.archive", "archive", "/archival")
	} else {
		act("document.restore", "archive-restore", "/restoration")
	}
	if d.State != library.Deleted {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("document.delete"), Icon: "trash-2", Href: documentAt(d.ID, "/deletion"), Dialog: "center", Danger: true, Rule: true})
	}
	return m
}

// note says in words what the state leaves open.
func (p documentPage) note() ui.Note {
	d := p.Document
	switch {
	case d.State == library.Archived:
		return ui.Note{Icon: "archive", Title: p.T("document.note.archived", "date", p.onMoment(d.StateAt)), Text: p.T("document.note.archived_text")}
	case d.State == library.Deleted:
		return ui.Note{Tone: ui.Warn, Icon: "trash-2", Title: p.T("document.note.deleted", "date", p.onMoment(d.StateAt.Add(library.Retention)))}
	case d.Fixed():
		return ui.Note{Icon: "lock", Text: p.T("document.note.fixed")}
	}
	return ui.Note{}
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
	record, _ := recordAt(d.Place)
	brought := map[library.Source]string{library.Made: p.T("document.source.own", "name", p.Site.Name), library.FromStaff: d.Latest.By, library.FromClient: p.T("document.from", "name", d.Latest.By)}[d.Source]
	return filled([]ui.KeyValue{
		{Key: p.T("document.category"), Value: shelf.Category(p.View, d.Category, d.CategoryName)},
		{Key: p.T("document.belongs"), Value: shelf.Place(p.View, d.Place), Href: record},
		{Key: p.T("project.client"), Value: d.Place.ClientName, Href: clientAt(d.Place.Client, "")},
		{Key: p.T("document.size"), Value: shelf.Size(p.Printer, d.Latest.Size)},
		{Key: p.T("document.date"), Value: p.ago(d.Latest.At)},
		{Key: p.T("document.version_number"), Value: p.Number(d.Latest.Number)},
		{Key: p.T("document.by"), Value: brought},
	})
}

// readers are the names of the contacts that the document is shared with.
func (p documentPage) readers() []library.Contact {
	return slices.DeleteFunc(slices.Clone(p.Document.Contacts), func(c library.Contact) bool { return !c.Chosen })
}

// reads says what keeps a contact from a document that is shared with them.
func (v view) reads(c library.Contact) string {
	switch {
	case c.Suspended:
		return v.T("document.contact.suspended")
	case !c.Documents:
		return v.T("document.contact.no_documents")
	}
	return ""
}

// taken says what somebody was handed.
func (p documentPage) taken(d library.Download) string {
	key := "document.downloaded"
	if d.Looked {
		key = "document.looked"
	}
	return p.T(key, "n", p.Number(d.Number))
}

func (f Face) showDocumentFile(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.sendDocument(w, r, who, library.ToKeep)
}

func (f Face) showDocumentPreview(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.sendDocument(w, r, who, library.ToLook)
}

func (f Face) sendDocument(w http.ResponseWriter, r *http.Request, who auth.Staff, manner library.Manner) error {
	file, err := f.Documents.ForStaff(who).File(r.Context(), documentIn(r), library.VersionID(r.PathValue("version")), manner)
	if err != nil {
		return err
	}
	return shelf.Send(w, r, file, manner)
}

// versionForm is what the forms of a document say of the row they were drawn from.
type versionForm struct {
	Version int64 `form:"version"`
}

func (f Face) postDocumentVersion(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in versionForm
	done, err := shelf.Receive(w, r, &in, func() (*library.Load, error) {
		return f.Documents.ForStaff(who.Keyed(web.Key(r))).Begin(r.Context(), library.Parcel{Of: documentIn(r), Version: in.Version})
	})
	if shelf.Told(w, r, newView(w, r, who).View, done, err) {
		return nil
	}
	return f.documentDone(w, r, who, err, "flash.document_renewed")
}

// documentDone answers a change of a document that has no form of its own: back to its
// page, or to it with what was wrong.
func (f Face) documentDone(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, flash string) error {
	if drawnAgain(err) {
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
	web.Flash(w, r, flash)
	web.Redirect(w, r, documentAt(documentIn(r), ""))
	return nil
}

func (f Face) postDocumentArchival(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.moveDocument(w, r, who, f.Documents.ForStaff(who).Archive, "flash.document_archived")
}

func (f Face) postDocumentRestoration(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.moveDocument(w, r, who, f.Documents.ForStaff(who).Restore, "flash.document_restored")
}

func (f Face) postDocumentDeletion(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.moveDocument(w, r, who, f.Documents.ForStaff(who).Delete, "flash.document_deleted")
}

func (f Face) moveDocument(w http.ResponseWriter, r *http.Request, who auth.Staff, do func(context.Context, library.ID, int64) error, flash string) error {
	var in versionForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return f.documentDone(w, r, who, do(r.Context(), documentIn(r), in.Version), flash)
}

func (f Face) askDocumentDeletion(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.briefly(w, r, who)
	if err != nil {
		return err
	}
	return p.drawerOrPage(w, r, http.StatusOK, p.T("document.delete"), documentDeletionView(p))
}

// documentForm is what the form of a document sends.
type documentForm struct {
	Version  int64  `form:"version"`
	Name     string `form:"name"`
	Category string `form:"category"`
	Place    string `form:"place"` // kind and id
	Earlier  bool   `form:"earlier"`
}

// documentFormPage is where a document is renamed, sorted and moved.
type documentFormPage struct {
	documentPage
	In      documentForm
	Places  []library.Place
	Shelves []library.OwnCategory
}

func (f Face) editDocument(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.briefly(w, r, who)
	if err == nil {
		err = p.Document.Open()
	}
	if err != nil {
		return err
	}
	d := p.Document
	return f.drawDocumentForm(w, r, who, http.StatusOK, documentFormPage{documentPage: p, In: documentForm{
		Version: d.Version, Name: stemOf(d.Name), Category: string(d.Category), Place: placeValue(d.Place), Earlier: d.Earlier,
	}})
}

func (f Face) postDocumentEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in documentForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	kind, place := placeOf(in.Place)
	err := f.Documents.ForStaff(who).Change(r.Context(), documentIn(r), in.Version, library.Details{
		Name: in.Name, Category: library.Category(in.Category), Kind: kind, Place: place, Earlier: in.Earlier,
	})
	if drawnAgain(err) {
		p, read := f.briefly(w, r, who)
		if read != nil {
			return read
		}
		if problem.Is(err, problem.Conflict) {
			in.Version = p.Document.Version
		}
		p.View = p.WithProblem(err)
		return f.drawDocumentForm(w, r, who, web.Status(err), documentFormPage{documentPage: p, In: in})
	}
	return f.documentDone(w, r, who, err, "flash.saved")
}

func (f Face) drawDocumentForm(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p documentFormPage) error {
	app := f.Documents.ForStaff(who)
	var err error
	if p.Places, err = app.Places(r.Context(), p.Document); err != nil {
		return err
	}
	if p.Shelves, err = app.Categories(r.Context()); err != nil {
		return err
	}
	return p.drawerOrPage(w, r, status, p.T("document.edit"), documentFormView(p))
}

// sharingForm is what the form of who sees a document sends.
type sharingForm struct {
	Version int64    `form:"version"`
	Sharing string   `form:"sharing"`
	Chosen  []string `form:"chosen"`
}

// sharingPage is where it is said who sees a document.
type sharingPage struct {
	documentPage
	In sharingForm
}

func (f Face) askSharing(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.documentPage(w, r, who)
	if err == nil {
		err = p.Document.Open()
	}
	if err != nil {
		return err
	}
	in := sharingForm{Version: p.Document.Version, Sharing: string(p.Document.Sharing)}
	for _, c := range p.readers() {
		in.Chosen = append(in.Chosen, c.ID)
	}
	return f.drawSharing(w, r, http.StatusOK, sharingPage{p, in})
}

func (f Face) drawSharing(w http.ResponseWriter, r *http.Request, status int, p sharingPage) error {
	return p.drawerOrPage(w, r, status, p.T("document.share"), sharingView(p))
}

func (f Face) postSharing(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in sharingForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Documents.ForStaff(who).Share(r.Context(), documentIn(r), in.Version, library.Sharing(in.Sharing), in.Chosen)
	if drawnAgain(err) {
		p, read := f.documentPage(w, r, who)
		if read != nil {
			return read
		}
		if problem.Is(err, problem.Conflict) {
			in.Version = p.Document.Version
		}
		p.View = p.WithProblem(err)
		return f.drawSharing(w, r, web.Status(err), sharingPage{p, in})
	}
	return f.documentDone(w, r, who, err, map[bool]string{true: "flash.document_unshared", false: "flash.document_shared"}[in.Sharing == string(library.NotShared)])
}

// stemOf is the name of a document without its ending, which stays.
func stemOf(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// placeValue is a record as a choice says it.
func placeValue(p library.Place) string { return string(p.Kind) + " " + p.ID }

// placeOf is the record that was chosen.
func placeOf(value string) (library.Kind, string) {
	kind, id, _ := strings.Cut(value, " ")
	return library.Kind(kind), id
}

func (p documentFormPage) places() ui.Select {
	s := ui.Select{Field: ui.Field{Name: "place", Label: p.T("document.belongs"), Value: p.In.Place, Error: p.Error("place")}}
	for _, one := range p.Places {
		s.Options = append(s.Options, ui.Option{Value: placeValue(one), Label: shelf.Place(p.View, one)})
	}
	return s
}

func (p documentFormPage) categories() ui.Select {
	s := ui.Select{Field: ui.Field{Name: "category", Label: p.T("document.category"), Value: p.In.Category, Error: p.Error("category")}}
	s.Options = p.sorted(p.Shelves)
	if !slices.ContainsFunc(s.Options, func(o ui.Option) bool { return o.Value == string(p.Document.Category) }) {
		s.Options = append(s.Options, ui.Option{Value: string(p.Document.Category), Label: p.Document.CategoryName})
	}
	return s
}

// ways are the ways to share.
func (p sharingPage) ways() ui.Tiles {
	t := ui.Tiles{Field: ui.Field{Name: "sharing", Label: p.T("document.sharing"), Value: p.In.Sharing, Error: p.Error("sharing")}, Columns: 1}
	for _, one := range library.Sharings {
		if p.Document.Source == library.FromClient && one != library.WithClient {
			continue
		}
		t.Options = append(t.Options, ui.Option{
			Value: string(one), Label: p.T("document.share."+string(one), "name", p.Document.Place.ClientName), Hint: p.T("document.share." + string(one) + "_hint"),
			Icon: map[library.Sharing]string{library.NotShared: "eye-off", library.WithClient: "users", library.WithChosen: "user-check"}[one],
		})
	}
	return t
}

// contacts are the people to choose.
func (p sharingPage) contacts() ui.Checkboxes {
	c := ui.Checkboxes{Field: ui.Field{Name: "chosen", Label: p.T("document.contacts"), Error: p.Error("chosen"), Hint: p.T("document.contacts_hint")}, Chosen: p.In.Chosen}
	for _, one := range p.Document.Contacts {
		c.Options = append(c.Options, ui.Option{Value: one.ID, Label: one.Name, Hint: p.reads(one)})
	}
	return c
}
