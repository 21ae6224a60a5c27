package housetest

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The page that says what Foyer promises to clients and which tests show it.
const promisesPage = "docs/promises.md"

var (
	promiseRow   = regexp.MustCompile(`(?m)^\| S(\d+) \| (.+) \| (.+) \|$`)
	promiseTests = regexp.MustCompile("^`Test[A-Z]\\w+(/[^`]+)?`(, `Test[A-Z]\\w+(/[^`]+)?`)*$")
	promiseTest  = regexp.MustCompile("`(Test\\w+)(?:/([^`]+))?`")
	lineOfTest   = regexp.MustCompile(`^TestS(\d\d)[A-Z]`)
)

// promised is how many lines there are.
const promised = 56

// Every line that a client portal was promised by is on the page once, with tests
// that exist; and every test of a line stands there.
func TestPromisesAreShown(t *testing.T) {
	t.Parallel()
	tests := testsByName(t)
	named := map[int][]string{}
	var lines []int
	for _, row := range promiseRow.FindAllStringSubmatch(readTree(t, promisesPage), -1) {
		n := number(t, row[1])
		lines = append(lines, n)
		if !promiseTests.MatchString(row[3]) {
			t.Errorf("S%d does not say by tests alone how it is shown: %s", n, row[3])
		}
		for _, m := range promiseTest.FindAllStringSubmatch(row[3], -1) {
			named[n] = append(named[n], m[1])
			for _, fault := range faultsOfTest(tests, m[1], m[2]) {
				t.Errorf("S%d: %s", n, fault)
			}
		}
	}
	for n := 1; n <= max(promised, len(lines)); n++ {
		if n > len(lines) || n > promised || lines[n-1] != n {
			t.Fatalf("%s has not each line from S1 to S%d once, in order: %v", promisesPage, promised, lines)
		}
	}
	for name := range tests {
		if m := lineOfTest.FindStringSubmatch(name); m != nil && !slices.Contains(named[number(t, m[1])], name) {
			t.Errorf("%s is not at its line in %s", name, promisesPage)
		}
	}
}

// faultsOfTest says whether a test, or a part of it, is missing. A part may get its
// name from a table of the test, so that the name has to be among its words.
func faultsOfTest(tests map[string][]*ast.FuncDecl, name, part string) []string {
	if len(tests[name]) == 0 {
		return []string{name + " is not there"}
	}
	if part != "" && !slices.ContainsFunc(tests[name], func(f *ast.FuncDecl) bool { return saysWord(f, part) }) {
		return []string{name + " has no part " + part}
	}
	return nil
}

// saysWord tells whether a string in a function is this word.
func saysWord(f *ast.FuncDecl, word string) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			found = found || err == nil && text == word
		}
		return !found
	})
	return found
}

func number(t *testing.T, digits string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimLeft(digits, "0"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
