// Package talk draws what clients and the business say to each other, which both
// faces show: the thread of a case, the conversation about a change, and the words
// for where they stand. It stands below the faces, which may not import one another.
package talk

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/document"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
)

// Sheet is the style sheet that pages with a thread or a board load.
const Sheet = "talk.css"

// Body is the most bytes of a form with files: what may be sent along, and text
// above its own limit, so that it can be told so in its form.
const Body = document.LargestUploads + 4<<20

// Uploads are the files that came with a form.
func Uploads(r *http.Request) ([]document.Upload, error) {
	files, err := web.Uploads(r, support.UploadField)
	uploads := make([]document.Upload, len(files))
	for i, f := range files {
		uploads[i] = document.Upload(f)
	}
	return uploads, err
}

// TooLarge says at the field of files that a form with them was too large.
func TooLarge() error {
	return problem.Field(support.UploadField, "upload.large", "limit", blob.Bytes(document.LargestUploads))
}

// Summary is what stands above a page on which something was written in a composer and
// not taken, its fields first. more are those of other forms there.
func Summary(v web.View, composer string, more ...string) ui.ErrorSummary {
	items := v.ErrorItems(append([]string{"body", support.UploadField}, more...)...)
	for i, item := range items {
		if item.ID == ui.FieldID("body") {
			items[i].ID = composer + "-body"
		}
	}
	if len(items) > 0 {
		return ui.ErrorSummary{Title: v.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: v.Trouble()}
}

// Lasted is how long something took.
func Lasted(p lang.Printer, d time.Duration) string {
	switch {
	case d < time.Hour:
		return p.N("lasted.minutes", max(int(d/time.Minute), 1))
	case d < 48*time.Hour:
		return p.N("lasted.hours", int(d/time.Hour))
	}
	return p.N("lasted.days", int(d/(24*time.Hour)))
}

// Aged is how old something is.
func Aged(p lang.Printer, d time.Duration) string {
	if d < 48*time.Hour {
		return Lasted(p, d)
	}
	return p.N("aged.days", int(d/(24*time.Hour)))
}

// Priority is how urgent something is.
func Priority[P ~string](p lang.Printer, priority P) ui.PriorityMark {
	return ui.PriorityMark{Priority: string(priority), Label: p.T("priority." + string(priority))}
}

// Priorities are priorities to choose from.
func Priorities[P ~string](p lang.Printer, all []P) []ui.Option {
	options := make([]ui.Option, len(all))
	for i, one := range all {
		options[i] = ui.Option{Value: string(one), Label: p.T("priority." + string(one))}
	}
	return options
}

// Files are the fields of files of a form.
func Files(v web.View) ui.FileField {
	return ui.FileField{
		Name: support.UploadField, Label: v.T("upload.label"), Hint: v.T("upload.hint"), Error: v.Error(support.UploadField), Optional: v.T("ui.optional"),
		Accept: document.Accepted(), Attrs: templ.Attributes{"multiple": true},
	}
}

// files are files that were sent along with something at an address.
func files(v web.View, at string, all []document.Attached) []ui.ThreadFile {
	var drawn []ui.ThreadFile
	for _, f := range all {
		drawn = append(drawn, ui.ThreadFile{
			Name: f.Name, Kind: f.Kind(), Size: web.Bytes(f.Size), Href: at + "/files/" + f.ID, DownloadLabel: v.T("upload.download", "name", f.Name),
		})
	}
	return drawn
}

// when is a moment as a thread has it.
func when(v web.View, at time.Time) (text, moment string) {
	at = at.In(v.Now.Location())
	return v.When(at, v.Now), at.Format(time.RFC3339)
}
