package housetest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the top of the tree, as seen from this package.
const root = "../.."

// readTree returns the text of a file, named from the top of the tree.
func readTree(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// requirements maps the modules that a go.mod asks for to their versions:
// directly only, or with all that they bring along.
func requirements(text string, indirect bool) map[string]string {
	line := regexp.MustCompile(`(?m)^(?:require )?\s*(\S+) (v[0-9]\S*)( // indirect)?$`)
	found := map[string]string{}
	for _, match := range line.FindAllStringSubmatch(text, -1) {
		if indirect || match[3] == "" {
			found[match[1]] = match[2]
		}
	}
	return found
}

// toolPackages lists the programs that a go.mod names.
func toolPackages(text string) []string {
	block := regexp.MustCompile(`(?ms)^tool \(\n(.*?)^\)$`).FindStringSubmatch(text)
	if block == nil {
		return nil
	}
	return strings.Fields(block[1])
}

// webPackages lists what the package.json of the web sources asks for.
func webPackages(t *testing.T) []string {
	t.Helper()
	var manifest struct {
		Dependencies    map[string]string `json:"dependencies"`
		DevDependencies map[string]string `json:"devDependencies"`
	}
	if err := json.Unmarshal([]byte(readTree(t, "web/package.json")), &manifest); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, set := range []map[string]string{manifest.Dependencies, manifest.DevDependencies} {
		for name := range set {
			names = append(names, name)
		}
	}
	return names
}

func TestEveryDependencyIsExplained(t *testing.T) {
	t.Parallel()
	var required []string
	for module := range requirements(readTree(t, "go.mod"), false) {
		required = append(required, module)
	}
	required = append(required, toolPackages(readTree(t, "tools/go.mod"))...)
	required = append(required, webPackages(t)...)

	var explained []string
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")
	for _, match := range row.FindAllStringSubmatch(readTree(t, "docs/dependencies.md"), -1) {
		explained = append(explained, match[1])
	}
	if len(required) == 0 || len(explained) == 0 {
		t.Fatalf("read %d requirements and %d explanations: one of the files is not what this test takes it for", len(required), len(explained))
	}
	for _, name := range required {
		if !slices.Contains(explained, name) {
			t.Errorf("%s is asked for and has no line in docs/dependencies.md: add one, or do without it", name)
		}
	}
	for i, name := range explained {
		if !slices.Contains(required, name) {
			t.Errorf("docs/dependencies.md explains %s, which nothing asks for by name: take its line away", name)
		}
		if slices.Contains(explained[:i], name) {
			t.Errorf("docs/dependencies.md explains %s twice", name)
		}
	}
}

// Templates are made into code by the program and rendered by the library: one
// that is newer than the other makes code that does not fit.
func TestTemplProgramAndLibraryAreOneVersion(t *testing.T) {
	t.Parallel()
	const module = "github.com/a-h/templ"
	library := requirements(readTree(t, "go.mod"), true)[module]
	program := requirements(readTree(t, "tools/go.mod"), true)[module]
	if library == "" || library != program {
		t.Errorf("templ is %q in go.mod and %q in tools/go.mod: they must be the same", library, program)
	}
}
