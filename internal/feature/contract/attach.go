package contract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"foyer/internal/feature/document"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// AttachmentID names an attachment.
type AttachmentID = id.Of[Attachment]

// Attachment is a file that travels with a contract, inside of its file.
type Attachment struct {
	ID      AttachmentID `json:"id"`
	Name    string       `json:"name"`
	Size    int64        `json:"size"` // in bytes
	SHA256  string       `json:"sha256"`
	Version string       `json:"file_version"` // of the stored file
	Type    string       `json:"media_type"`
}

// The limits of attachments. The sealed file has each of them twice, since the file
// that was signed is in it as well.
const (
	MostAttachments    = 10
	LargestAttachments = 10 << 20 // all of a contract together, in bytes
)

// The files that the sealed file has besides the attachments.
const (
	auditName  = "audit.json"
	signedName = "signed.pdf"
)

// AttachField is the form field at which problems of an attachment are shown.
const AttachField = "file"

// attachable are the kinds of files that can be attached, as their bytes say, with
// the endings of their names; the first is given to a name that has none of them.
var attachable = map[string][]string{"application/pdf": {".pdf"}, "image/png": {".png"}, "image/jpeg": {".jpg", ".jpeg"}}

// Kind is what the file is, as people call it: PDF.
func (a Attachment) Kind() string { return strings.ToUpper(path.Base(a.Type)) }

// attachedName cleans the name of a file of a kind.
func attachedName(name, kind string) (string, error) {
	var f problem.Fields
	// Names with a dot in front are hidden where they are unpacked.
	name = fileName(text.Line(&f, AttachField, strings.TrimLeft(name, ". "), text.Required, longestFile))
	if err := f.Err(); err != nil {
		return "", err
	}
	if text.Key(name) == text.Key(auditName) {
		return "", problem.Field(AttachField, "contract.attachment.reserved", "name", name)
	}
	if endings := attachable[kind]; !slices.Contains(endings, strings.ToLower(path.Ext(name))) {
		name += endings[0]
	}
	if text.Key(name) == text.Key(signedName) {
		return "", problem.Field(AttachField, "contract.attachment.reserved", "name", name)
	}
	return name, nil
}

// Typed is the text that stands in the editor while a draft's attachments are
// changed: it is saved with them, so that it is not lost. There is none without a
// version.
type Typed struct {
	Version int64
	Content string
}

// Attach adds a file to a draft, and saves what is typed. It makes another version of
// the record, so that what is sent is what was shown. Problems are NotFound, Invalid
// at AttachField or content, and Conflict when the draft was sent or the version of
// what is typed is not the stored one.
func (a App) Attach(ctx context.Context, contract ID, in Typed, name string, content []byte) error {
	kind := http.DetectContentType(content)
	switch {
	case len(content) == 0:
		return problem.Field(AttachField, "contract.attachment.none")
	case len(content) > LargestAttachments:
		return problem.Field(AttachField, "contract.attachment.large", "limit", blob.Bytes(LargestAttachments))
	case attachable[kind] == nil:
		return problem.Field(AttachField, "contract.attachment.kind")
	}
	name, err := attachedName(name, kind)
	if err != nil {
		return err
	}
	stored, err := a.f.Documents.Store(ctx, a.who.Site().ID, kind, bytes.NewReader(content), LargestAttachments)
	if err != nil {
		return err
	}
	kept := false
	err = a.files(ctx, contract, in, func(tx scope.Tx, c Contract) error {
		size := int64(len(content))
		there, err := scope.One(ctx, tx, countAttachments, scope.Args{"contract": c.ID, "name_key": text.Key(name)}, scanPile)
		switch {
		case err != nil:
			return err
		case there.same > 0:
			return problem.Field(AttachField, "contract.attachment.twice", "name", name)
		case there.count >= MostAttachments:
			return problem.Field(AttachField, "contract.attachment.most", "max", MostAttachments)
		case there.size+size > LargestAttachments:
			return problem.Field(AttachField, "contract.attachment.full", "limit", blob.Bytes(LargestAttachments))
		}
		one := AttachmentID(a.who.NewID())
		place := document.Place{Kind: "attachment", ID: one.String(), Client: c.Client.String()}
		version, err := document.Add(ctx, tx, a.who.NewID, document.File{Place: place, Category: "attachments", Name: name, Stored: stored})
		if err != nil {
			return err
		}
		kept = true
		_, err = tx.Exec(ctx, insertAttachment, scope.Args{
			"id": one, "contract": c.ID, "client": c.Client, "position": there.last + 1, "name": name, "name_key": text.Key(name), "file": version,
		})
		return err
	})
	return a.f.Documents.Settle(ctx, stored, kept, err)
}

// Detach takes a file away from a draft, and saves what is typed; versions that were
// sent keep the file. Problems are as in Attach.
func (a App) Detach(ctx context.Context, contract ID, in Typed, which AttachmentID) error {
	if !id.Valid(which.String()) {
		return problem.Missing()
	}
	return a.files(ctx, contract, in, func(tx scope.Tx, c Contract) error {
		n, err := tx.Exec(ctx, deleteAttachment, scope.Args{"contract": c.ID, "id": which})
		if err == nil && n == 0 {
			err = problem.Missing()
		}
		return err
	})
}

// files changes the attachments of a draft, and its text to what is typed.
func (a App) files(ctx context.Context, contract ID, in Typed, change func(tx scope.Tx, c Contract) error) error {
	typed, err := readContent(in.Content)
	if err != nil {
		return err
	}
	_, err = a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if c.State != Draft {
			return "", problem.Of(problem.Conflict, "contract.sent_already")
		}
		if err := change(tx, c); err != nil {
			return "", err
		}
		touch, args := touchContract, scope.Args{"id": c.ID}
		if in.Version != 0 {
			if in.Version != c.Version {
				return "", problem.Stale()
			}
			touch, args["content"] = updateContent, typed
		}
		if _, err := tx.Exec(ctx, touch, args); err != nil {
			return "", err
		}
		return "", a.record(ctx, tx, "changed", c, nil)
	})
	return err
}

// pile is how many attachments there are, and how large.
type pile struct {
	count int
	size  int64
	last  int64 // position
	same  int   // of the name that is asked for
}

func scanPile(row scope.Row) (p pile, err error) {
	return p, row.Scan(&p.count, &p.size, &p.last, &p.same)
}

// Attachment is a file that travels with a contract, or would with a draft;
// problem.NotFound.
func (a App) Attachment(ctx context.Context, contract ID, which AttachmentID) (File, error) {
	p, err := a.latest(ctx, contract)
	if err != nil {
		return File{}, err
	}
	return a.f.attachment(ctx, a.reading(), p, which)
}

// attachment is one of those of a contract that somebody reads.
func (f Feature) attachment(ctx context.Context, read func(context.Context, func(scope.Tx) error) error, p Paper, which AttachmentID) (File, error) {
	n := slices.IndexFunc(p.Snapshot.Attachments, func(one Attachment) bool { return one.ID == which })
	if n < 0 {
		return File{}, problem.Missing()
	}
	one := p.Snapshot.Attachments[n]
	content, err := f.bytes(ctx, read, one.Version, p.Contract.Client.String())
	return File{one.Name, one.Type, content}, err
}

// enclosed are the attachments of a version as its file has them inside, the very
// bytes that it names.
func (f Feature) enclosed(ctx context.Context, read func(context.Context, func(scope.Tx) error) error, s Snapshot) ([]pdf.Attachment, error) {
	var files []pdf.Attachment
	for _, one := range s.Attachments {
		content, err := f.bytes(ctx, read, one.Version, "")
		if err != nil {
			return nil, err
		}
		if fmt.Sprintf("%x", sha256.Sum256(content)) != one.SHA256 {
			return nil, fmt.Errorf("attachment %s is not what version %d of contract %s names", one.ID, s.Version, s.Contract)
		}
		files = append(files, pdf.Attachment{Name: one.Name, Type: one.Type, Bytes: content})
	}
	return files, nil
}
