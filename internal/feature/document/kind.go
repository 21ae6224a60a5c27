package document

import (
	"bytes"
	"io"
	"path"
	"slices"
	"strings"

	"foyer/internal/kernel/problem"
)

// kind is a kind of file that is taken, with how its bytes begin.
type kind struct {
	mediaType string
	starts    []string // one of these; none for text
	at        int      // bytes before that
}

// How files of the containers begin that several kinds are made of.
const (
	zipped   = "PK\x03\x04"
	compound = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)

// kinds are the kinds of files by the endings of their names. What a browser would
// run (HTML, SVG, scripts) and what an operating system would is not among them, and
// no office document that says by its ending that it has macros.
var kinds = map[string]kind{
	".pdf":     {"application/pdf", []string{"%PDF-"}, 0},
	".png":     {"image/png", []string{"\x89PNG\r\n\x1a\n"}, 0},
	".jpg":     {"image/jpeg", []string{"\xff\xd8\xff"}, 0},
	".jpeg":    {"image/jpeg", []string{"\xff\xd8\xff"}, 0},
	".gif":     {"image/gif", []string{"GIF87a", "GIF89a"}, 0},
	".webp":    {"image/webp", []string{"WEBP"}, 8},
	".heic":    {"image/heic", []string{"ftyp"}, 4},
	".tif":     {"image/tiff", []string{"II*\x00", "MM\x00*"}, 0},
	".tiff":    {"image/tiff", []string{"II*\x00", "MM\x00*"}, 0},
	".psd":     {"image/vnd.adobe.photoshop", []string{"8BPS"}, 0},
	".ai":      {"application/illustrator", []string{"%PDF-", "%!PS-Adobe"}, 0},
	".eps":     {"application/postscript", []string{"%!PS-Adobe", "\xc5\xd0\xd3\xc6"}, 0},
	".indd":    {"application/x-indesign", []string{"\x06\x06\xed\xf5\xd8\x1d\x46\xe5"}, 0},
	".fig":     {"application/x-figma", []string{"fig-kiwi", zipped}, 0},
	".sketch":  {"application/x-sketch", []string{zipped}, 0},
	".dwg":     {"image/vnd.dwg", []string{"AC10"}, 0},
	".txt":     {"text/plain; charset=utf-8", nil, 0},
	".log":     {"text/plain; charset=utf-8", nil, 0},
	".md":      {"text/plain; charset=utf-8", nil, 0},
	".csv":     {"text/csv; charset=utf-8", nil, 0},
	".ics":     {"text/calendar; charset=utf-8", nil, 0},
	".rtf":     {"application/rtf", []string{`{\rtf`}, 0},
	".doc":     {"application/msword", []string{compound}, 0},
	".xls":     {"application/vnd.ms-excel", []string{compound}, 0},
	".ppt":     {"application/vnd.ms-powerpoint", []string{compound}, 0},
	".msg":     {"application/vnd.ms-outlook", []string{compound}, 0},
	".docx":    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{zipped}, 0},
	".xlsx":    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{zipped}, 0},
	".pptx":    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", []string{zipped}, 0},
	".odt":     {"application/vnd.oasis.opendocument.text", []string{zipped}, 0},
	".ods":     {"application/vnd.oasis.opendocument.spreadsheet", []string{zipped}, 0},
	".odp":     {"application/vnd.oasis.opendocument.presentation", []string{zipped}, 0},
	".pages":   {"application/vnd.apple.pages", []string{zipped}, 0},
	".numbers": {"application/vnd.apple.numbers", []string{zipped}, 0},
	".key":     {"application/vnd.apple.keynote", []string{zipped}, 0},
	".zip":     {"application/zip", []string{zipped}, 0},
	".7z":      {"application/x-7z-compressed", []string{"7z\xbc\xaf\x27\x1c"}, 0},
	".rar":     {"application/vnd.rar", []string{"Rar!\x1a\x07"}, 0},
	".gz":      {"application/gzip", []string{"\x1f\x8b"}, 0},
	".tar":     {"application/x-tar", []string{"ustar"}, 257},
	".mp4":     {"video/mp4", []string{"ftyp"}, 4},
	".mov":     {"video/quicktime", []string{"ftyp", "moov", "wide", "free", "mdat"}, 4},
	".webm":    {"video/webm", []string{"\x1a\x45\xdf\xa3"}, 0},
	".mp3":     {"audio/mpeg", []string{"ID3", "\xff\xfb", "\xff\xf3", "\xff\xf2"}, 0},
	".wav":     {"audio/wav", []string{"WAVE"}, 8},
	".otf":     {"font/otf", []string{"OTTO"}, 0},
	".ttf":     {"font/ttf", []string{"\x00\x01\x00\x00", "true"}, 0},
	".woff2":   {"font/woff2", []string{"wOF2"}, 0},
}

// Accepted are the endings of files that are taken, as a file field names them.
func Accepted() string {
	var all []string
	for ending := range kinds {
		all = append(all, ending)
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}

// headLength is how many bytes tell a kind.
const headLength = 512

// judge reads the beginning of what is called by a name. It gives the kind of the
// file and a reader of all its bytes, which fails with a problem at the field where a
// text is none. Problems (Invalid, at the field): upload.kind, upload.empty and
// upload.mismatch; an error of content is wrapped.
func judge(field, name string, content io.Reader) (kind, io.Reader, error) {
	known, ok := kinds[strings.ToLower(path.Ext(name))]
	if !ok {
		return kind{}, nil, problem.Field(field, "upload.kind", "name", name)
	}
	head := make([]byte, headLength)
	n, err := io.ReadFull(content, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return kind{}, nil, err
	}
	whole := io.MultiReader(bytes.NewReader(head[:n]), content)
	switch {
	case n == 0:
		return kind{}, nil, problem.Field(field, "upload.empty", "name", name)
	case known.starts == nil:
		return known, &plain{whole, problem.Field(field, "upload.mismatch", "name", name)}, nil
	case !known.begins(head[:n]):
		return kind{}, nil, problem.Field(field, "upload.mismatch", "name", name)
	}
	return known, whole, nil
}

func (k kind) begins(head []byte) bool {
	if len(head) < k.at {
		return false
	}
	if k.mediaType == "image/webp" || k.mediaType == "audio/wav" {
		if !bytes.HasPrefix(head, []byte("RIFF")) {
			return false
		}
	}
	return slices.ContainsFunc(k.starts, func(s string) bool { return bytes.HasPrefix(head[k.at:], []byte(s)) })
}

// plain reads text, in which no byte is zero.
type plain struct {
	io.Reader
	no error
}

// Read implements io.Reader.
func (p *plain) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if bytes.IndexByte(b[:n], 0) >= 0 {
		return 0, p.no
	}
	return n, err
}
