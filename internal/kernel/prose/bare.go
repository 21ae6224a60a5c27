package prose

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

var kindBare = ast.NewNodeKind("Bare")

// bare is an address without marks in goldmark's tree.
type bare struct {
	ast.BaseInline
	text, href string
}

func (*bare) Kind() ast.NodeKind           { return kindBare }
func (b *bare) Dump(source []byte, at int) { ast.DumpHelper(b, source, at, nil, nil) }

// addresses reads https://example.com and a@example.com. goldmark asks at
// punctuation, at spaces and where a line or another piece begins, and nowhere
// else; so what stands before the colon is looked at from there.
type addresses struct{}

func (addresses) Trigger() []byte { return []byte(` :("',;<>`) }

func (addresses) Parse(parent ast.Node, r text.Reader, _ parser.Context) ast.Node {
	line, at := r.PeekLine()
	if line[0] == ':' {
		return afterScheme(parent, r, line[1:], at.Start)
	}
	skip := 0
	if strings.IndexByte(` ("',;<>`, line[0]) >= 0 {
		skip = 1
	} else if wordy(r.PrecendingCharacter()) {
		return nil
	}
	n := mailbox(line[skip:])
	found := bareOf(string(line[skip:skip+n]), "mailto:")
	if found == nil {
		return nil
	}
	if skip > 0 {
		ast.MergeOrAppendTextSegment(parent, at.WithStop(at.Start+skip))
	}
	r.Advance(skip + n)
	return found
}

// afterScheme reads what follows a colon when a scheme of ours stands before it,
// and takes that from the text which was read already.
func afterScheme(parent ast.Node, r text.Reader, rest []byte, colon int) ast.Node {
	before, ok := parent.LastChild().(*ast.Text)
	if !ok || before.Segment.Stop != colon {
		return nil
	}
	scheme, n := schemeAt(before.Segment.Value(r.Source())), 0
	switch strings.ToLower(scheme) {
	case "":
		return nil
	case "mailto":
		n = mailbox(rest)
	default:
		n = webAddress(rest)
	}
	found := bareOf(scheme+":"+string(rest[:n]), "")
	if found == nil {
		return nil
	}
	before.Segment = before.Segment.WithStop(colon - len(scheme))
	if before.Segment.IsEmpty() {
		parent.RemoveChild(parent, before)
	}
	r.Advance(1 + n)
	return found
}

// bareOf is the address that a text is, if a link may lead there.
func bareOf(text, scheme string) ast.Node {
	href, ok := address(scheme + text)
	if !ok {
		return nil
	}
	return &bare{text: text, href: href}
}

// schemeAt is the scheme that a text ends with, as it is written there.
func schemeAt(text []byte) string {
	for _, scheme := range []string{"https", "http", "mailto"} {
		at := len(text) - len(scheme)
		if at < 0 || !strings.EqualFold(string(text[at:]), scheme) {
			continue
		}
		if last, _ := utf8.DecodeLastRune(text[:at]); !wordy(last) {
			return string(text[at:])
		}
	}
	return ""
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// webAddress is how many bytes at the beginning of a text belong to an address of
// the web: not the punctuation of the sentence, nor a bracket that was opened
// before it.
func webAddress(text []byte) int {
	end := 0
	for end < len(text) && end <= maxAddress {
		r, n := utf8.DecodeRune(text[end:])
		if !wordy(r) && !unicode.IsMark(r) && !strings.ContainsRune("-._~:/?#@!$&'()*+,;=%", r) {
			break
		}
		end += n
	}
	closers := bytes.Count(text[:end], []byte(")")) - bytes.Count(text[:end], []byte("("))
	for ; end > 0; end-- {
		last := text[end-1]
		if last == ')' && closers > 0 {
			closers--
		} else if strings.IndexByte("?!.,:;*_~'", last) < 0 {
			break
		}
	}
	return end
}

var mailPattern = regexp.MustCompile(`^[\w.%+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}\b`)

// mailbox is how many bytes the mail address at the beginning of a text has, 0 if
// there is none.
func mailbox(text []byte) int {
	if text = text[:min(len(text), 320)]; bytes.IndexByte(text, '@') < 1 {
		return 0
	}
	return len(mailPattern.Find(text))
}
