package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"foyer/internal/kernel/config"
)

var (
	variable  = regexp.MustCompile(`\bFOYER_[A-Z_]+\b`)
	execution = regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/foyer (.*)$`)
	entry     = regexp.MustCompile(`(?m)^ENTRYPOINT \["/foyer"\]\nCMD \["(.*)"\]$`)
	health    = regexp.MustCompile(`(?m)^HEALTHCHECK .* CMD \["/foyer", "(.*)"\]$`)
	command   = regexp.MustCompile(`(?m)(?:^|[;&|] )foyer ([a-z][^#&;|'\n\\]*)`)
	shell     = regexp.MustCompile("(?s)```sh\n(.*?)```")
)

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What the service, the image and the page for operators name is there: settings,
// commands and their flags.
func TestWhatIsShippedNamesWhatIsThere(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, v := range config.Variables {
		known[v.Name], known[v.Name+"_FILE"] = true, true
	}
	unit, image, page := readFile(t, "contrib/foyer.service"), readFile(t, "Containerfile"), readFile(t, "docs/operations.md")
	for name, text := range map[string]string{"contrib/foyer.service": unit, "Containerfile": image, "docs/operations.md": page} {
		found := variable.FindAllString(text, -1)
		if len(found) == 0 {
			t.Errorf("%s names no setting", name)
		}
		for _, one := range found {
			if !known[one] {
				t.Errorf("%s names %s, which is no setting", name, one)
			}
		}
	}
	asked := 0
	parses := func(where, line string) {
		t.Helper()
		asked++
		parser, err := kong.New(&cli{}, kong.Name("foyer"), kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) {}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(words(line)); err != nil {
			t.Errorf("%s has foyer %s: %v", where, line, err)
		}
	}
	for where, found := range map[string][]string{
		"contrib/foyer.service":             execution.FindStringSubmatch(unit),
		"the image":                         entry.FindStringSubmatch(image),
		"the health check of Containerfile": health.FindStringSubmatch(image),
	} {
		if len(found) != 2 {
			t.Errorf("%s runs nothing", where)
			continue
		}
		parses(where, strings.ReplaceAll(found[1], `", "`, " "))
	}
	for _, block := range shell.FindAllStringSubmatch(strings.ReplaceAll(page, "\\\n", " "), -1) {
		for _, line := range command.FindAllStringSubmatch(block[1], -1) {
			parses("docs/operations.md", line[1])
		}
	}
	if asked < 12 {
		t.Errorf("only %d commands were found", asked)
	}
}

var textOf = regexp.MustCompile(`[a-z/]+/[A-Za-z*-]+\.txt`)

// A release and an image have the licences of all that is in them: ours with its notice,
// each text that the notice names, and those of the modules.
func TestWhatIsShippedHasItsLicences(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "scripts/licences", "./cmd/foyer")
	cmd.Dir = "../.."
	printed, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	named := textOf.FindAllString(readFile(t, "NOTICE"), -1)
	if len(named) < 6 {
		t.Errorf("NOTICE names %v", named)
	}
	for _, one := range append(named, "NOTICE") {
		files, err := filepath.Glob("../../" + one)
		if len(files) == 0 {
			t.Errorf("there is no %s (%v)", one, err)
		}
		for _, file := range files {
			if !bytes.Contains(printed, []byte(readFile(t, file[len("../../"):]))) {
				t.Errorf("%s is not shipped", file)
			}
		}
	}
	for file, line := range map[string]string{
		"Makefile":      "\n\tscripts/licences ./cmd/foyer > bin/dist/THIRD-PARTY.txt\n\tcp LICENSE NOTICE bin/dist/\n",
		"Containerfile": "\nCOPY --from=build /out/THIRD-PARTY.txt /\nCOPY LICENSE NOTICE /\n",
	} {
		if !strings.Contains(readFile(t, file), line) {
			t.Errorf("%s does not ship the licences", file)
		}
	}
}

var word = regexp.MustCompile(`"[^"]*"|(?:\$\([^)]*\)|[^\s"])+`)

// words are those of a line for a shell; what stands in quotes or in $( ) is one.
func words(line string) []string { return word.FindAllString(line, -1) }

// The service may write to the folder of its data and nowhere else, as nobody who is
// anybody else, and the image runs as nobody either.
func TestWhatIsShippedHasNoRights(t *testing.T) {
	t.Parallel()
	unit, image := "\n"+readFile(t, "contrib/foyer.service"), "\n"+readFile(t, "Containerfile")
	for _, line := range []string{
		"User=foyer", "StateDirectory=foyer", "StateDirectoryMode=0700", "Environment=FOYER_DATA_DIR=/var/lib/foyer", "NoNewPrivileges=yes", "CapabilityBoundingSet=",
		"ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes", "RestrictNamespaces=yes", "MemoryDenyWriteExecute=yes",
	} {
		if !strings.Contains(unit, "\n"+line+"\n") {
			t.Errorf("contrib/foyer.service does not say %s", line)
		}
	}
	if strings.Contains(unit, "ReadWritePaths") {
		t.Error("contrib/foyer.service opens another folder")
	}
	last := image[strings.LastIndex(image, "\nFROM "):]
	for _, line := range []string{"FROM scratch", "USER 65532:65532", "VOLUME /var/lib/foyer"} {
		if !strings.Contains(last, "\n"+line+"\n") {
			t.Errorf("the image does not say %s", line)
		}
	}
	if strings.Contains(last, "\nRUN ") {
		t.Error("the image has something that runs")
	}
}
