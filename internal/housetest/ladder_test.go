package housetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ladder says on which rung a package stands: it may import packages on lower
// rungs only. docs/architecture.md shows the same table.
var ladder = [][]string{
	{"web", "internal/kernel/problem", "internal/kernel/id", "internal/kernel/lang", "internal/kernel/brand", "internal/kernel/zones", "internal/kernel/civil", "internal/kernel/secret", "internal/kernel/seal/keys", "internal/kernel/backup"},
	{"internal/kernel/scope", "internal/kernel/money", "internal/kernel/page", "internal/kernel/config", "internal/kernel/seal"},
	{"internal/kernel/db", "internal/kernel/blob", "internal/kernel/mail", "internal/kernel/ical", "internal/kernel/picture", "internal/kernel/total", "internal/kernel/pdf", "internal/kernel/stripe", "internal/kernel/stripe/standin"},
	{"internal/kernel/text", "internal/kernel/prose", "internal/kernel/mark"},
	{"internal/auth"},
	{"internal/job"},
	{"internal/feature/activity", "internal/feature/outbox"},
	{"internal/feature/document"},
	{"internal/feature/workspace", "internal/feature/staff", "internal/feature/client", "internal/feature/billing", "internal/feature/contract/templates"},
	{"internal/feature/project", "internal/feature/support"},
	{"internal/feature/invoice", "internal/feature/contract", "internal/feature/change", "internal/feature/calendar"},
	{"internal/feature/library", "internal/feature/notify", "internal/feature/payment"},
	{"internal/feature/feed", "internal/feature/waiting"},
	{"internal/face/ui"},
	{"internal/face/web"},
	{"internal/face/door", "internal/face/sheet", "internal/face/shelf", "internal/face/sign", "internal/face/subscribe", "internal/face/talk"},
	{"internal/face/portal", "internal/face/app", "internal/face/hook"},
	{"internal/server"},
	{"internal/demo", "internal/seed"},
	{"internal/bench"},
	{"cmd/foyer"},
}

// forTests are packages that only tests import, and programs beside the house.
var forTests = []string{
	"internal/housetest", "internal/kernel/db/dbtest", "internal/kernel/mail/mailtest", "internal/kernel/blob/blobtest",
	"internal/feature/project/projecttest", "internal/feature/document/documenttest", "internal/face/ui/gallery", "e2e",
}

type goPackage struct {
	ImportPath string
	Dir        string
	Imports    []string
	GoFiles    []string
}

// packages lists the packages of the house with what they import.
func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func ours(importPath string) (string, bool) { return strings.CutPrefix(importPath, "foyer/") }

func TestLadder(t *testing.T) {
	t.Parallel()
	rung := map[string]int{}
	for i, names := range ladder {
		for _, n := range names {
			rung[n] = i
		}
	}
	seen := map[string]bool{}
	for _, p := range packages(t) {
		name, _ := ours(p.ImportPath)
		seen[name] = true
		at, placed := rung[name]
		if slices.ContainsFunc(forTests, func(f string) bool { return name == f || strings.HasPrefix(name, f+"/") }) {
			continue
		}
		if !placed {
			t.Errorf("package %s has no rung", name)
			continue
		}
		for _, imported := range p.Imports {
			below, our := ours(imported)
			if !our {
				continue
			}
			if to, placed := rung[below]; !placed || to >= at {
				t.Errorf("%s (rung %d) imports %s (rung %d), which is not below it", name, at, below, to)
			}
		}
	}
	for name := range rung {
		if !seen[name] {
			t.Errorf("the ladder names %s, which is not there", name)
		}
	}
}

// mayImport says who may import what opens the database.
var mayImport = map[string][]string{
	"foyer/internal/kernel/db": {"internal/auth", "internal/job", "internal/server", "cmd/foyer"},
	"database/sql":             {"internal/auth", "internal/job", "internal/kernel/db", "internal/kernel/scope"},
}

func TestOnlyFewReachTheDatabase(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name, _ := ours(p.ImportPath)
		if slices.ContainsFunc(forTests, func(f string) bool { return name == f || strings.HasPrefix(name, f+"/") }) {
			continue
		}
		for what, allowed := range mayImport {
			if slices.Contains(p.Imports, what) && !slices.Contains(allowed, name) {
				t.Errorf("%s imports %s; only %v may", name, what, allowed)
			}
		}
	}
}

// calls that go round a wall, and the packages that may make them.
var guarded = map[string][]string{
	"scope.Raw":              {"internal/job"},
	"scope.Run":              {"internal/auth", "internal/kernel/db"},
	"http.HandleFunc":        {},
	"http.Handle":            {},
	"templ.Raw":              {"internal/face/ui"},
	"template.HTML":          {},
	"fmt.Println":            {},
	"template.JS":            {},
	"templ.JSUnsafeFuncCall": {},
}

func TestGuardedCalls(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name, _ := ours(p.ImportPath)
		for _, file := range p.GoFiles {
			tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if pkg, ok := sel.X.(*ast.Ident); ok {
					call := pkg.Name + "." + sel.Sel.Name
					if allowed, watched := guarded[call]; watched && !slices.Contains(allowed, name) && !slices.Contains(forTests, name) {
						t.Errorf("%s/%s uses %s", name, file, call)
					}
				}
				return true
			})
		}
	}
}

// badNames are packages that say nothing of what is in them.
var badNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "service", "services", "manager"}

func TestPackagesSayWhatIsInThem(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if slices.Contains(badNames, filepath.Base(p.ImportPath)) {
			t.Errorf("package %s has a name that says nothing", p.ImportPath)
		}
	}
}
