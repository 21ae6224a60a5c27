package scope

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// statement is a text with its named parameters found, ready for both engines.
type statement struct {
	names    []string // in order of first appearance
	sqlite   string   // ?1 ?2
	postgres string   // $1 $2
}

func (s *statement) text(postgres bool) string {
	if postgres {
		return s.postgres
	}
	return s.sqlite
}

func (s *statement) has(name string) bool {
	for _, n := range s.names {
		if n == name {
			return true
		}
	}
	return false
}

var prepared sync.Map // text -> *statement

// prepare parses a statement once. Texts are constants, so the cache is bounded.
func prepare(text string) (*statement, error) {
	if s, ok := prepared.Load(text); ok {
		return s.(*statement), nil
	}
	s, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%w in %q", err, head(text))
	}
	prepared.Store(text, s)
	return s, nil
}

func head(text string) string {
	text = strings.TrimSpace(text)
	if line, _, ok := strings.Cut(text, "\n"); ok {
		return line
	}
	return text
}

// parse replaces :name outside of quotes and comments by numbered parameters.
func parse(text string) (*statement, error) {
	s := &statement{}
	var lite, post strings.Builder
	number := map[string]int{}
	for i := 0; i < len(text); {
		if end := skip(text, i); end > i {
			lite.WriteString(text[i:end])
			post.WriteString(text[i:end])
			i = end
			continue
		}
		if text[i] != ':' {
			lite.WriteByte(text[i])
			post.WriteByte(text[i])
			i++
			continue
		}
		name := nameAt(text, i+1)
		if name == "" {
			return nil, fmt.Errorf("a colon without a parameter's name")
		}
		n, seen := number[name]
		if !seen {
			s.names = append(s.names, name)
			n = len(s.names)
			number[name] = n
		}
		lite.WriteString("?" + strconv.Itoa(n))
		post.WriteString("$" + strconv.Itoa(n))
		i += 1 + len(name)
	}
	s.sqlite, s.postgres = lite.String(), post.String()
	return s, nil
}

// skip is the end of a quoted text or a comment that begins at i, or i.
func skip(text string, i int) int {
	until := func(end string, from int) int {
		if at := strings.Index(text[from:], end); at >= 0 {
			return from + at + len(end)
		}
		return len(text)
	}
	switch rest := text[i:]; {
	case rest[0] == '\'':
		return until("'", i+1)
	case rest[0] == '"':
		return until(`"`, i+1)
	case strings.HasPrefix(rest, "--"):
		return until("\n", i)
	case strings.HasPrefix(rest, "/*"):
		return until("*/", i+2)
	}
	return i
}

func nameAt(text string, from int) string {
	end := from
	for end < len(text) && (text[end] == '_' || text[end] >= 'a' && text[end] <= 'z' || text[end] >= '0' && text[end] <= '9') {
		end++
	}
	return text[from:end]
}
