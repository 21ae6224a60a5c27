// Package shelf is documents for either face: files that come, lists, what a document
// looks like, and files that go. It stands below the faces, which may not import one
// another.
package shelf

import (
	"cmp"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/document"
	"foyer/internal/feature/library"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

// The style sheet and the script that pages with documents load.
const (
	Sheet  = "shelf.css"
	Script = "shelf.js"
)

// byScript is the header by which the script says that it sends one file and reads a
// plain answer.
const byScript = "Foyer-Upload"

// Receive reads a form with files as it comes and makes documents of them. fields is
// what Decode fills from the fields before the files; begin is called once it is. What
// is wrong comes back after the rest of the form was taken, so that the browser reads
// it.
func Receive(w http.ResponseWriter, r *http.Request, fields any, begin func() (*library.Load, error)) (library.Brought, error) {
	form, err := web.OpenStream(w, r)
	if err != nil {
		return library.Brought{}, err
	}
	done, err := receive(r, form, fields, begin)
	if err != nil {
		form.Drain()
	}
	return done, err
}

func receive(r *http.Request, form *web.Stream, fields any, begin func() (*library.Load, error)) (library.Brought, error) {
	if err := web.Decode(r, fields); err != nil {
		return library.Brought{}, err
	}
	load, err := begin()
	if err != nil {
		return library.Brought{}, err
	}
	defer load.Close()
	if err := form.Each(library.UploadField, func(name string, content io.Reader) error { return load.Add(r.Context(), name, content) }); err != nil {
		load.Drop(r.Context())
		return library.Brought{}, err
	}
	return load.Finish(r.Context())
}

// Told answers the script of a form with files in a plain sentence: 201 for what came,
// the status of a problem for what did not. It tells whether it did; a form sent without
// the script gets a page.
func Told(w http.ResponseWriter, r *http.Request, v web.View, done library.Brought, err error) bool {
	if r.Header.Get(byScript) == "" {
		return false
	}
	status, said := http.StatusCreated, ""
	if p, known := problem.As(err); known {
		v.Problem = p
		status, said = web.Status(err), cmp.Or(v.Error(library.UploadField), v.Error("client"), v.Error("category"), v.Trouble())
	} else if err != nil {
		return false
	} else if len(done.Here) > 0 {
		web.Flash(w, r, "flash.document_here", "names", strings.Join(done.Here, ", ")) // the script goes on to the next page
		said = v.T("document.here", "names", strings.Join(done.Here, ", "))
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, said)
	return true
}

// Flash leaves a sentence for the next page of what came.
func Flash(w http.ResponseWriter, r *http.Request, done library.Brought) {
	switch {
	case len(done.Here) > 0 && len(done.Added) == 0:
		web.Flash(w, r, "flash.document_here", "names", strings.Join(done.Here, ", "))
	case len(done.Here) > 0:
		web.Flash(w, r, "flash.documents_added_some", "names", strings.Join(done.Here, ", "))
	case len(done.Added) == 1:
		web.Flash(w, r, "flash.document_added", "name", done.Added[0])
	default:
		web.Flash(w, r, "flash.documents_added")
	}
}

// Send answers with a file of a document.
func Send(w http.ResponseWriter, r *http.Request, file library.File, manner library.Manner) error {
	defer file.Close()
	return web.Send(w, r, web.Stored{
		Name: file.Name, MediaType: file.MediaType, SHA256: file.SHA256, Content: file, Inline: manner == library.ToLook, Note: file.Note,
	})
}

// Drop is a place to bring files to, with the words that go with it; once all is there,
// next is the page to go on to. Several files can come at once unless single is set.
func Drop(v web.View, action, next string, room library.Room, single bool) ui.Dropzone {
	d := ui.Dropzone{
		Action: action, Next: next, Hidden: []ui.Hidden{v.Hidden()}, Wrong: wrong(v),
		Files: ui.FileField{
			Name: library.UploadField, Label: v.T("document.files"), Accept: document.Accepted(), Error: v.Error(library.UploadField), Hint: Limits(v, room),
			Attrs: templ.Attributes{"multiple": !single},
		},
		Button: ui.Button{Label: v.T("document.upload"), Kind: ui.Filled, Icon: "upload"},
		Drop:   v.T("document.drop"), Stop: v.T("document.stop"), Again: v.T("document.again"), Remove: v.T("document.take_away"), Waits: v.T("document.waits"),
		Done: v.T("document.done"), Stopped: v.T("document.stopped"), Lost: v.T("document.lost"), Most: room.Largest(),
		Large: v.T("upload.too_large", "name", "{name}", "limit", web.Bytes(room.Largest())),
	}
	if single {
		d.Files.Label, d.Drop, d.Button.Label = v.T("document.file"), v.T("document.drop_one"), v.T("document.upload_version")
	}
	return d
}

// wrong is what stands above the files where they were not taken. Where there is one
// place alone it has no field.
func wrong(v web.View) ui.ErrorSummary {
	if items := v.ErrorItems("client", "category", library.UploadField); len(items) > 0 {
		return ui.ErrorSummary{Title: v.N("ui.errors", len(items)), Items: items}
	}
	if place := v.Error("place"); place != "" {
		return ui.ErrorSummary{Text: place}
	}
	return ui.ErrorSummary{Text: v.Trouble()}
}

// Limits says how much may come, and how much room there is where it has an end.
func Limits(v web.View, room library.Room) string {
	said := v.T("document.limit", "limit", web.Bytes(room.File))
	if left, limited := room.Left(); limited {
		said += " " + v.T("document.left", "left", Size(v.Printer, left))
	}
	return said
}

// Full is a warning that there is little room left, nil where there is enough.
func Full(v web.View, room library.Room) templ.Component {
	if !room.Nearly() {
		return nil
	}
	left, _ := room.Left()
	return ui.Note{Tone: ui.Warn, Title: v.T("document.nearly_full", "left", Size(v.Printer, left))}
}

// Size is a number of bytes as a list has it, such as 1.4 MB.
func Size(p lang.Printer, n int64) string {
	units := []string{"B", "KB", "MB", "GB", "TB"}
	size, unit := float64(n), 0
	for size >= 999.5 && unit < len(units)-1 {
		size, unit = size/1024, unit+1
	}
	places := 0
	if unit > 0 && size < 9.95 {
		places = 1
	}
	said := strings.TrimSuffix(strconv.FormatFloat(size, 'f', places, 64), ".0")
	return strings.Replace(said, ".", p.DecimalMark(), 1) + "\u00a0" + units[unit]
}

// Category is what a category is called.
func Category(v web.View, c library.Category, own string) string {
	if c.Standing() {
		return v.T("document.category." + string(c))
	}
	return own
}

// Place is where a document belongs, such as Project: Shop.
func Place(v web.View, p library.Place) string {
	name := p.Name
	if name == "" && p.Kind == library.OfInvoice {
		name = v.T("document.draft_invoice")
	}
	return v.T("document.at."+string(p.Kind), "name", name)
}

// Day is when a document came, as lists have it.
func Day(v web.View, at time.Time) string {
	at = at.In(v.Now.Location())
	if days := civil.Today(v.Now).Until(civil.Today(at)); days == 0 || days == -1 {
		return text.Capital(v.Distance(days))
	}
	return v.ListDate(at)
}

// Moment is a time as the machine reads it.
func Moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Counted is how many documents a category has, with a plus where there are more than
// are counted.
func Counted(v web.View, n int) string {
	if n >= library.MostCounted {
		return v.T("nav.over", "n", v.Number(library.MostCounted-1))
	}
	return v.Count(n)
}

// Total adds up what the categories have.
func Total(v web.View, shelves []library.Shelf) string {
	sum, over := 0, false
	for _, s := range shelves {
		sum, over = sum+min(s.Count, library.MostCounted-1), over || s.Count >= library.MostCounted
	}
	if over {
		return v.T("nav.over", "n", v.Number(sum))
	}
	return v.Count(sum)
}

// Versions are the versions of a document as rows, the newest first.
func Versions(v web.View, all []library.Version, at string) ui.FileRows {
	rows := ui.FileRows{Label: v.T("document.versions"), Narrow: true}
	for i, one := range all {
		row := ui.FileRow{
			Kind: library.Ending(one.Name), Name: v.T("document.version", "n", v.Number(one.Number)), Href: at + "/versions/" + one.ID.String() + "/file",
			Sub: one.Name, Size: Size(v.Printer, one.Size), When: Day(v, one.At), Moment: Moment(one.At),
		}
		if one.By != "" {
			row.Sub += " · " + one.By
		}
		if i > 0 {
			row.Pills = []ui.Pill{{Text: v.T("document.superseded")}}
		} else if len(all) > 1 {
			row.Pills = []ui.Pill{{Text: v.T("document.current"), Tone: ui.OK}}
		}
		rows.Rows = append(rows.Rows, row)
	}
	return rows
}

// Look is what there is to see of a document's newest version.
type Look struct {
	web.View
	Latest library.Version
	Name   string
	At     string // address of the document
}

// Shown tells how it is shown: picture, pdf, or not at all.
func (l Look) Shown() string {
	switch {
	case l.Latest.Pictured:
		return "picture"
	case l.Latest.Looked():
		return "pdf"
	}
	return ""
}
