package housetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"foyer/internal/kernel/db"
)

// statement is an SQL text found in the source.
type statement struct{ where, name, text string }

var (
	namedStatement = regexp.MustCompile(`^-- (\w+)\n?`)
	tableUse       = regexp.MustCompile(`(?i)\b(?:from|join|update|into)\s+([a-z_]+)`)
	engineOnly     = regexp.MustCompile(`(?i)::|\bilike\b|\bnow\(\)|->>|\bfor update\b|\barray\b|autoincrement|\bserial\b`)
	upperKeyword   = regexp.MustCompile(`\b(SELECT|FROM|WHERE|INSERT|UPDATE|DELETE|JOIN|VALUES)\b`)
)

// statements reads every constant text that begins with a comment of its name,
// put together from its parts.
func statements(t *testing.T) []statement {
	t.Helper()
	texts := constants{}
	where := map[string]string{}
	for _, p := range packages(t) {
		name, _ := ours(p.ImportPath)
		for _, file := range p.GoFiles {
			tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, constant := range texts.read(path.Base(name), tree) {
				where[constant] = name + "/" + file
			}
		}
	}
	var all []statement
	for constant, file := range where {
		home, name, _ := strings.Cut(constant, ".")
		if text := texts.text(home, texts[constant]); namedStatement.MatchString(text) {
			all = append(all, statement{file, name, text})
		}
	}
	if len(all) < 40 {
		t.Fatalf("only %d statements were found", len(all))
	}
	return all
}

// constants are the constants and variables that may be texts, as others name
// them: with their package before them.
type constants map[string]ast.Expr

func (c constants) read(home string, tree *ast.File) []string {
	var names []string
	for _, decl := range tree.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range gen.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && len(v.Values) == len(v.Names) {
				for i, n := range v.Names {
					name := home + "." + n.Name
					c[name] = v.Values[i]
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// text puts together what an expression of a package says.
func (c constants) text(home string, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.BinaryExpr:
		return c.text(home, e.X) + c.text(home, e.Y)
	case *ast.Ident:
		if e.Name != "nil" {
			return c.text(home, c[home+"."+e.Name])
		}
	case *ast.SelectorExpr:
		if other, ok := e.X.(*ast.Ident); ok {
			return c.text(other.Name, c[other.Name+"."+e.Sel.Name])
		}
	case *ast.ParenExpr:
		return c.text(home, e.X)
	}
	return ""
}

// TestStatementsAreConstants holds that no statement is put together at run
// time, where none of these rules could see it.
func TestStatementsAreConstants(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name, _ := ours(p.ImportPath)
		if !strings.HasPrefix(name, "internal/feature/") && name != "internal/auth" {
			continue
		}
		for _, file := range p.GoFiles {
			tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if at := statementArgument(call); at >= 0 && at < len(call.Args) {
					if _, built := call.Args[at].(*ast.BinaryExpr); built {
						t.Errorf("%s/%s puts a statement together in a call", name, file)
					}
					if made, ok := call.Args[at].(*ast.CallExpr); ok {
						t.Errorf("%s/%s makes a statement by calling %v", name, file, made.Fun)
					}
				}
				return true
			})
		}
	}
}

// statementArgument is the place of the statement in a call of scope, or -1.
func statementArgument(call *ast.CallExpr) int {
	fun := call.Fun
	if generic, ok := fun.(*ast.IndexExpr); ok {
		fun = generic.X
	}
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return -1
	}
	pkg, _ := sel.X.(*ast.Ident)
	switch {
	case pkg != nil && pkg.Name == "scope" && (sel.Sel.Name == "One" || sel.Sel.Name == "List"):
		return 2
	case pkg != nil && pkg.Name == "scope" && sel.Sel.Name == "Into":
		return 1
	case pkg != nil && pkg.Name == "tx" && (sel.Sel.Name == "Exec" || sel.Sel.Name == "Each"):
		return 1
	}
	return -1
}

// unscoped are the statements that belong to no workspace because they come
// before it is known; each has the reason beside it in auth.
var unscoped = []string{"siteOfFirst", "siteOfHost", "siteOfID", "countAddress", "uncountAddress", "dropOldAddresses", "claimInstallation", "insertWorkspace", "insertHost"}

func TestEveryStatementKeepsToItsWorkspace(t *testing.T) {
	t.Parallel()
	for _, s := range statements(t) {
		if engineOnly.MatchString(s.text) {
			t.Errorf("%s %s is for one engine only: %s", s.where, s.name, engineOnly.FindString(s.text))
		}
		if upperKeyword.MatchString(s.text) {
			t.Errorf("%s %s shouts", s.where, s.name)
		}
		if strings.HasPrefix(s.where, "internal/auth/") && slices.Contains(unscoped, s.name) {
			continue
		}
		if !strings.Contains(s.text, ":workspace") {
			t.Errorf("%s %s does not name :workspace", s.where, s.name)
		}
		scoped, tables := strings.Count(s.text, "workspace_id"), 0
		for _, m := range tableUse.FindAllStringSubmatch(s.text, -1) {
			if !slices.Contains(db.TablesWithoutWorkspace, m[1]) && m[1] != "set" {
				tables++
			}
		}
		if scoped < tables {
			t.Errorf("%s %s reads %d tables but names workspace_id %d times", s.where, s.name, tables, scoped)
		}
	}
}
