package housetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	rungRow   = regexp.MustCompile("(?m)^\\| \\d+ \\| (`.*`) \\|$")
	testName  = regexp.MustCompile("`(Test[A-Z]\\w+)`")
	localLink = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
)

// The page that explains the house shows the ladder as it is.
func TestArchitecturePageShowsTheLadder(t *testing.T) {
	t.Parallel()
	rows := rungRow.FindAllStringSubmatch(readTree(t, "docs/architecture.md"), -1)
	if len(rows) != len(ladder) {
		t.Fatalf("docs/architecture.md shows %d rungs, the ladder has %d", len(rows), len(ladder))
	}
	for i, row := range rows {
		shown := strings.Fields(strings.ReplaceAll(row[1], "`", ""))
		slices.Sort(shown)
		if want := slices.Sorted(slices.Values(ladder[i])); !slices.Equal(shown, want) {
			t.Errorf("rung %d: docs/architecture.md shows %v, the ladder has %v", i, shown, want)
		}
	}
}

// A page that says which test holds a promise names one that there is.
func TestDocsNameTestsAndPagesThatExist(t *testing.T) {
	t.Parallel()
	tests := testsByName(t)
	for _, page := range pages(t) {
		text := readTree(t, page)
		for _, m := range testName.FindAllStringSubmatch(text, -1) {
			if len(tests[m[1]]) == 0 {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
		for _, m := range localLink.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
			}
		}
	}
}

// pages are the Markdown files for people, named from the top of the tree.
func pages(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/adr/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			all = append(all, strings.TrimPrefix(filepath.ToSlash(file), root+"/"))
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %d pages were found: %v", len(all), all)
	}
	return all
}

// testsByName are the functions in every file of tests of the house.
func testsByName(t *testing.T) map[string][]*ast.FuncDecl {
	t.Helper()
	names := map[string][]*ast.FuncDecl{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if entry != nil && entry.IsDir() && (entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), ".") && path != root) {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, decl := range tree.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				names[f.Name.Name] = append(names[f.Name.Name], f)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
