package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"foyer/internal/kernel/problem"
)

// keyField carries the idempotency key of a form.
const keyField = "_key"

// readForm reads the body within its limit. Files stay in memory: a form with
// one has its own limit.
func readForm(w http.ResponseWriter, r *http.Request, limit int64) error {
	body := r.Body
	parts := inParts(r)
	if parts && r.ContentLength > limit {
		return readTyped(w, r, limit)
	}
	r.Body = http.MaxBytesReader(w, body, limit)
	var err error
	if parts {
		err = r.ParseMultipartForm(limit)
	} else {
		err = r.ParseForm()
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		// A browser reads the answer once it has sent everything, so a body that
		// is not absurdly large is taken to its end and thrown away.
		_, _ = io.CopyN(io.Discard, body, 8*limit)
		return problem.Of(problem.TooLarge, "problem.too_large", "limit", Bytes(tooLarge.Limit))
	}
	if err != nil {
		return problem.Of(problem.Malformed, "problem.bad_request")
	}
	return nil
}

// inParts tells whether a form comes with files.
func inParts(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

// readTyped reads what was typed into a form whose files are too large, and throws
// the files away: the page can be drawn again with it. The problem is TooLarge.
func readTyped(w http.ResponseWriter, r *http.Request, limit int64) error {
	// Nobody is waited for who sends without end.
	r.Body = http.MaxBytesReader(w, r.Body, 9*limit)
	parts, err := r.MultipartReader()
	if err != nil {
		return problem.Of(problem.Malformed, "problem.bad_request")
	}
	r.MultipartForm = &multipart.Form{Value: map[string][]string{}}
	left := limit
	for {
		part, err := parts.NextPart()
		if err != nil {
			break // the end, or somebody who sends without one
		}
		if part.FileName() != "" {
			continue // the next part throws the rest of it away
		}
		value, err := io.ReadAll(io.LimitReader(part, left+1))
		if left -= int64(len(value)); err != nil || left < 0 {
			break
		}
		r.MultipartForm.Value[part.FormName()] = append(r.MultipartForm.Value[part.FormName()], string(value))
	}
	return problem.Of(problem.TooLarge, "problem.too_large", "limit", Bytes(limit))
}

// Bytes is a number of bytes as people read it: 256 KB, 5 MB. It counts
// as blob.Bytes does, 1024 to a step.
func Bytes(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return strconv.FormatInt(n>>30, 10) + " GB"
	case n >= 1<<20:
		return strconv.FormatInt(n>>20, 10) + " MB"
	case n >= 1<<10:
		return strconv.FormatInt(n>>10, 10) + " KB"
	}
	return strconv.FormatInt(n, 10) + " B"
}

func postedValues(r *http.Request) url.Values {
	if r.MultipartForm != nil {
		return url.Values(r.MultipartForm.Value)
	}
	return r.PostForm
}

// keyOf is the form's key with the address it goes to and a hash of what it
// says: the forms of one page share a key, and a form sent again with other words
// is another change. What none of our forms has is as good as none.
func keyOf(r *http.Request) string {
	values := postedValues(r)
	key := values.Get(keyField)
	if key == "" || len(key) > 64 || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return ""
	}
	said := url.Values{}
	for name, all := range values {
		if name != keyField {
			said[name] = all
		}
	}
	if r.MultipartForm != nil {
		for name, files := range r.MultipartForm.File {
			for _, f := range files {
				said.Add(name, f.Filename+" "+strconv.FormatInt(f.Size, 10))
			}
		}
	}
	sum := sha256.Sum256([]byte(r.URL.Path + "?" + said.Encode()))
	return key + "." + hex.EncodeToString(sum[:16])
}

// Upload is a file that came with a form.
type Upload struct {
	Name  string // as the browser says
	Bytes []byte
}

// Uploads are the files that were chosen in a field of the form, none where it was
// left empty.
func Uploads(r *http.Request, field string) ([]Upload, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var all []Upload
	for _, head := range r.MultipartForm.File[field] {
		if head.Filename == "" {
			continue
		}
		file, err := head.Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(file)
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, err
		}
		all = append(all, Upload{head.Filename, content})
	}
	return all, nil
}

// Decode fills the struct that in points to from the posted form. A field is
// named by its `form` tag and is a string, bool, int64 or []string; those of an
// embedded struct count as its own. A posted
// name that the struct does not have, or one posted twice, is
// problem.Malformed: none of our forms does that. On a route with a limit of its
// own a body above it is problem.TooLarge, so that the form can say so; what was
// typed beside files is filled in all the same.
func Decode(r *http.Request, in any) error {
	err := decode(r, in)
	if at, ok := r.Context().Value(incomingKey{}).(*incoming); ok && at.oversize != nil {
		return at.oversize
	}
	return err
}

func decode(r *http.Request, in any) error {
	malformed := problem.Of(problem.Malformed, "problem.bad_request")
	v := reflect.ValueOf(in).Elem()
	known := map[string]reflect.Value{}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name := f.Tag.Get("form"); name != "" {
			known[name] = v.FieldByIndex(f.Index)
		}
	}
	for name, values := range postedValues(r) {
		if name == keyField {
			continue
		}
		field, ok := known[name]
		if !ok || len(values) > 1 && field.Kind() != reflect.Slice {
			return malformed
		}
		switch field.Kind() {
		case reflect.String:
			field.SetString(values[0])
		case reflect.Bool:
			field.SetBool(values[0] != "" && values[0] != "false" && values[0] != "0")
		case reflect.Int64:
			n, err := strconv.ParseInt(values[0], 10, 64)
			if err != nil {
				return malformed
			}
			field.SetInt(n)
		case reflect.Slice:
			field.Set(reflect.ValueOf(values))
		default:
			panic("form field " + name + " has a type that forms do not have")
		}
	}
	return nil
}
