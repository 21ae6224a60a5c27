package e2e

import (
	"bufio"
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"foyer/internal/kernel/db/dbtest"
)

const ownersPassword = "a ladder in the pantry"

// A fresh installation prints an address with a token. Whoever opens it makes
// the workspace and becomes its owner; after that nobody else can.
func TestFirstRun(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "foyer")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../cmd/foyer")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for _, e := range []engine{sqlite, postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			looks := farApart
			if e == postgres {
				looks = looks[:1]
			}
			for _, l := range looks {
				t.Run(l.String(), func(t *testing.T) {
					t.Parallel()
					firstRun(t, run(t, binary, e), l)
				})
			}
		})
	}
}

// run starts the program as an operator does and gives the address that it
// prints. Told to stop, it has to end well.
func run(t *testing.T, binary string, e engine) string {
	t.Helper()
	port := freePort(t)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), binary, "serve")
	cmd.Env = []string{"FOYER_LISTEN=127.0.0.1:" + port, "FOYER_DATA_DIR=" + filepath.Join(t.TempDir(), "data")}
	if e == postgres {
		cmd.Env = append(cmd.Env, "FOYER_DATABASE_URL="+dbtest.PostgresAddress(t))
	}
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	address := regexp.MustCompile(`http://\S+/app/setup\?token=\S+`)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := address.FindString(lines.Text()); found != "" {
			return found
		}
	}
	t.Fatal("the program prints no address to set it up at")
	return ""
}

func firstRun(t *testing.T, printed string, l look) {
	base := strings.SplitAfter(printed, "/app")[0]
	base = strings.TrimSuffix(base, "/app")
	b, late := open(t, base, l), open(t, base, l)
	b.goTo("/portal/login")
	b.arrive("/app/setup")
	b.shot("app-setup")
	b.setUp("Harbour Lights", "a wrong token")
	b.see("This is not the token that the console printed last.")
	if got := eval[string](b, b.find("labelled('Name of your business').value")); got != "Harbour Lights" {
		t.Errorf("the name that was typed is gone: %q", got)
	}
	b.goTo(printed)
	b.fill("Password", "password")
	b.press("Set up and sign in")
	b.see("need another look")
	b.see("Use " + lower(atLeast))
	b.shot("app-setup-refused")
	late.goTo(printed)
	b.goTo(printed)
	b.setUp("Harbour Lights", "")
	b.arrive("/app/")
	b.see("Hello, Kit")
	b.see("No mail server is set up")
	b.shot("app-today-fresh")

	// No money is said in the currency of the workspace.
	for _, path := range []string{"/app/invoices", "/app/contracts", "/app/projects"} {
		b.goTo(path)
		b.see("€0.00")
	}

	// What an invoice needs first is said before anything is typed, and leads there.
	b.goTo("/app/invoices/new")
	b.see("There is no client yet. Add one first.")
	b.see("There is no tax rate yet")
	b.press("Add a rate")
	b.arrive("/app/settings/billing/rates/new")
	if !eval[bool](b, b.find("labelled('New lines begin with this rate').checked")) {
		t.Error("lines would not begin with the first rate")
	}
	if b.goTo("/app/settings/team"); !l.noScript {
		b.tabInView()
	}

	// The second one, with the same token, finds it claimed.
	late.setUp("Intruders", "")
	late.await("location.pathname !== '/app/setup'", "the page for the first run is still there")
	late.goTo("/app/setup")
	late.arrive("/app/login")
	late.see("Harbour Lights")
	late.missing("Intruders")
	late.signIn("kit@harbourlights.example", ownersPassword)
	late.arrive("/app/")
	late.goTo("/portal/login")
	late.see("Harbour Lights")
}

// setUp fills the form of the first run; without a token it keeps the one from
// the address.
func (b *tab) setUp(name, token string) {
	b.t.Helper()
	if token != "" {
		b.fill("Setup token", token)
	}
	b.fill("Name of your business", name)
	b.fill("Your name", "Kit Byrne")
	b.fill("Your email", "kit@harbourlights.example")
	b.fill("Time zone", "Europe/Dublin")
	b.fill("Password", ownersPassword)
	b.press("Set up and sign in")
}
