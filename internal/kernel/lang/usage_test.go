package lang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"foyer/internal/kernel/lang"
)

// sayers are the calls that take a key, with the place of the key among their
// arguments. Two of one name take it at different places.
var sayers = map[string][]int{
	"T": {0}, "N": {0}, "Say": {0}, "Of": {1}, "Field": {1}, "Add": {1}, "Flash": {2}, "Has": {0},
}

var (
	keyForm   = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	beginning = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*[._]$`)
)

// source is what the code of the house says with string literals.
type source struct {
	said     map[string]string // key given to one of the sayers → where
	literals map[string]bool   // every literal
	begun    []string          // "error." of "error." + x
}

func readSource(t *testing.T) source {
	t.Helper()
	s := source{said: map[string]string{}, literals: map[string]bool{}}
	files := 0
	for _, dir := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join("../../..", dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && d.Name() != "housetest" {
				return err
			}
			if d.IsDir() {
				return fs.SkipDir // its programs are tests, which people do not read
			}
			if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			files++
			return s.read(path)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 50 || len(s.said) < 50 {
		t.Fatalf("only %d files with %d keys were found", files, len(s.said))
	}
	return s
}

func (s *source) read(path string) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, 0)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			for _, i := range sayers[calledName(n)] {
				if i < len(n.Args) {
					if text, ok := literal(n.Args[i]); ok && keyForm.MatchString(text) {
						s.said[text] = set.Position(n.Pos()).String()
					}
				}
			}
		case *ast.BasicLit:
			if text, ok := literal(n); ok {
				s.literals[text] = true
				if beginning.MatchString(text) {
					s.begun = append(s.begun, text)
				}
			}
		}
		return true
	})
	return nil
}

func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// pluralForms are the ends of the keys of counted things.
var pluralForms = []string{"zero", "one", "two", "few", "many", "other"}

// base is a key without its plural form.
func base(key string) string {
	if i := strings.LastIndexByte(key, '.'); i > 0 && slices.Contains(pluralForms, key[i+1:]) {
		return key[:i]
	}
	return key
}

func TestEveryKeyThatIsSaidExists(t *testing.T) {
	t.Parallel()
	for key, where := range readSource(t).said {
		if !lang.Has(key) {
			t.Errorf("%s says %q, which en.txt does not have", where, key)
		}
	}
}

func TestEveryKeyIsSaid(t *testing.T) {
	t.Parallel()
	s := readSource(t)
	for _, key := range lang.Keys(lang.Default) {
		if s.literals[key] || s.literals[base(key)] || s.begins(key) {
			continue
		}
		t.Errorf("en.txt has %q, which nothing says", key)
	}
}

// begins tells whether the key is put together: "role." + name, or with an end
// that is a literal too, "role." + name + ".hint". What stands between has no
// dots or is a literal, such as the kind of an event.
func (s source) begins(key string) bool {
	for _, prefix := range s.begun {
		middle, ok := strings.CutPrefix(base(key), prefix)
		if !ok {
			continue
		}
		for end := len(middle); end > 0; end = strings.LastIndexByte(middle[:end], '.') {
			known := !strings.Contains(middle[:end], ".") || s.literals[middle[:end]]
			if known && (end == len(middle) || s.literals[middle[end:]]) {
				return true
			}
		}
	}
	return false
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// A translation fills the same names as the English sentence; a plural may
// leave the number out.
func TestPlaceholdersAreTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, tag := range append(lang.Offered(), lang.Pseudo, lang.PseudoRTL) {
		for _, key := range lang.Keys(tag) {
			if !lang.Has(base(key)) && !lang.Has(key) {
				t.Errorf("%s has %q, which en.txt does not have", tag, key)
				continue
			}
			english := key
			if base(key) != key {
				english = base(key) + ".other"
			}
			want, got := names(lang.For(lang.Default).T(english)), names(lang.For(tag).T(key))
			if base(key) != key {
				want, got = without(want, "{n}"), without(got, "{n}")
			}
			if !slices.Equal(want, got) {
				t.Errorf("%s: %s fills %v, in English %v", tag, key, got, want)
			}
		}
	}
}

func names(text string) []string {
	all := placeholder.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func without(all []string, name string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return s == name })
}

func TestPlaceholdersAreWellFormed(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^\{[a-z][a-z_]*\}$`)
	for _, key := range lang.Keys(lang.Default) {
		text := lang.For(lang.Default).T(key)
		for _, name := range placeholder.FindAllString(text, -1) {
			if !form.MatchString(name) {
				t.Errorf("%s has the placeholder %s", key, name)
			}
		}
		if strings.ContainsAny(placeholder.ReplaceAllString(text, ""), "{}") {
			t.Errorf("%s has a brace too many: %s", key, text)
		}
	}
}

// The catalogue keeps to the house's style: no exclamation marks, none of the
// words that say nothing, no Latin placeholders, no straight dashes for ranges.
func TestSentencesKeepTheStyle(t *testing.T) {
	t.Parallel()
	bad := regexp.MustCompile(`!|(?i)\bsuccessful|\bplease try again later\b|\blorem\b|\boops\b|\.\.\.|\bTODO\b`)
	text, err := os.ReadFile("en.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		key, said, _ := strings.Cut(line, "=")
		if hit := bad.FindString(said); hit != "" && !strings.HasPrefix(key, "#") {
			t.Errorf("en.txt:%d has %q: %s", i+1, hit, line)
		}
	}
}
