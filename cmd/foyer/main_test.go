package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"foyer/internal/demo"
	"foyer/internal/kernel/db/dbtest"
)

// The test binary is the program when this is set, so that tests run the real
// one.
const asProgram = "FOYER_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// foyer is the program, ready to be started.
func foyer(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append([]string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir()}, env...)
	return cmd
}

// ends runs the program to its end and gives its exit code and what it said.
func ends(t *testing.T, env []string, args ...string) (code int, out, errOut string) {
	t.Helper()
	cmd := foyer(t, env, args...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), o.String(), e.String()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, o.String(), e.String()
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"version"}, 0, "foyer 0."},
		{[]string{"--help"}, 0, "client portal"},
		{[]string{"nonsense"}, 2, "--help"},
		{[]string{"demo", "--listen", "0.0.0.0:0"}, 1, "this machine alone"},
		{[]string{"demo", "--nonsense"}, 2, "--help"},
	} {
		code, out, errOut := ends(t, nil, c.args...)
		if code != c.code || !strings.Contains(out+errOut, c.says) {
			t.Errorf("foyer %v: exit %d, want %d\n%s%s", c.args, code, c.code, out, errOut)
		}
	}
}

// oneSentence holds that the program ended with one sentence for the operator.
func oneSentence(t *testing.T, env []string, says string, args ...string) {
	t.Helper()
	code, out, errOut := ends(t, env, args...)
	lines := strings.Split(strings.TrimSpace(errOut), "\n")
	last := lines[len(lines)-1]
	if code != 1 || len(lines) != 1 || !strings.HasPrefix(last, "foyer: ") || !strings.Contains(last, says) || strings.Contains(out+errOut, "panic") {
		t.Errorf("exit %d, want 1 and one sentence with %q\n%s%s", code, says, out, errOut)
	}
	if strings.Contains(out+errOut, "s3cret") {
		t.Errorf("the password is said: %s%s", out, errOut)
	}
}

func TestBadDaysEndServeWithOneSentence(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("not a database, but long enough to look like a file of some kind"), 0o600); err != nil {
		t.Fatal(err)
	}
	const dir = "FOYER_DATA_DIR=data" // of each case's own
	free := "FOYER_LISTEN=127.0.0.1:0"
	for name, c := range map[string]struct {
		env  []string
		says string
	}{
		"the port is taken":                 {[]string{dir, "FOYER_LISTEN=" + taken.Addr().String(), "FOYER_BASE_URL=http://127.0.0.1:1"}, "taken by another program"},
		"the data folder is a file":         {[]string{free, "FOYER_DATA_DIR=" + file}, "FOYER_DATA_DIR"},
		"the data folder is below one":      {[]string{free, "FOYER_DATA_DIR=" + file + "/data"}, "FOYER_DATA_DIR"},
		"the database is no database":       {[]string{dir, free, "FOYER_DATABASE_URL=sqlite:" + file}, "cannot be opened"},
		"the database folder is gone":       {[]string{dir, free, "FOYER_DATABASE_URL=sqlite:" + file + "/x/foyer.db"}, "cannot be opened"},
		"an unknown kind of database":       {[]string{dir, free, "FOYER_DATABASE_URL=mysql://root:s3cret@127.0.0.1/foyer"}, "FOYER_DATABASE_URL"},
		"a PostgreSQL that is not there":    {[]string{dir, free, "FOYER_DATABASE_URL=postgres://foyer:s3cret@127.0.0.1:1/foyer"}, "does not answer"},
		"a PostgreSQL address that is none": {[]string{dir, free, "FOYER_DATABASE_URL=postgres://foyer:s3cret@[::1/foyer"}, "cannot be read"},
		"a server of files that is away":    {[]string{dir, free, "FOYER_BLOB_URL=s3://foyer:s3cret@127.0.0.1:1/files?region=x&insecure=1"}, "FOYER_BLOB_URL is not usable: the server of files 127.0.0.1:1 cannot be reached"},
		"an address of files that is none":  {[]string{dir, free, "FOYER_BLOB_URL=s3://foyer:s3cret/x@127.0.0.1:1/files"}, "%2F"},
		"an unknown setting":                {[]string{dir, free, "FOYER_DATABSE_URL=x"}, "FOYER_DATABASE_URL"},
		"a base URL in the clear":           {[]string{dir, free, "FOYER_BASE_URL=http://portal.example.com"}, "https"},
		"a mail server that is none":        {[]string{dir, free, "FOYER_SMTP_URL=mail.example.com"}, "FOYER_SMTP_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, line := range c.env {
				if line == dir {
					c.env[i] = "FOYER_DATA_DIR=" + t.TempDir()
				}
			}
			oneSentence(t, c.env, c.says, "serve")
			if !strings.Contains(name, "port") { // which may be free by then
				oneSentence(t, c.env, "", "check")
			}
		})
	}
}

func TestVerifyOfAnInstallationWithoutAWorkspace(t *testing.T) {
	t.Parallel()
	env := []string{"FOYER_DATA_DIR=" + t.TempDir(), "FOYER_DATABASE_URL=sqlite:" + dbtest.SQLiteFile(t)}
	if code, out, errOut := ends(t, env, "verify"); code != 0 || !strings.Contains(out, "All is as it was written.") {
		t.Errorf("exit %d: %s%s", code, out, errOut)
	}
}

func TestServeRefusesASchemaThatDoesNotFit(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]string{
		"run `foyer migrate`": `delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)`,
		"newer version":       `insert into goose_db_version (version_id, is_applied) values (99999, 1)`,
	} {
		file := dbtest.SQLiteFile(t)
		d, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.ExecContext(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		_ = d.Close()
		env := []string{"FOYER_DATA_DIR=" + t.TempDir(), "FOYER_LISTEN=127.0.0.1:0", "FOYER_DATABASE_URL=sqlite:" + file}
		oneSentence(t, env, says, "serve")
		oneSentence(t, env, says, "check")
	}
}

func TestServeRefusesARoleThatIsNotBoundByRowLevelSecurity(t *testing.T) {
	t.Parallel()
	dbtest.PostgresAddress(t) // or there is no server to ask
	super, err := url.Parse(os.Getenv("FOYER_TEST_POSTGRES_SUPER_URL"))
	if err != nil || super.Host == "" {
		t.Fatalf("FOYER_TEST_POSTGRES_SUPER_URL: %v", err)
	}
	admin, err := sql.Open("pgx", super.String())
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	const role = "foyer_bypass"
	if _, err := admin.ExecContext(t.Context(), `create role `+role+` login bypassrls password 's3cret'`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dropRole(t, super.String(), role) })
	bypass := *super
	bypass.User = url.UserPassword(role, "s3cret")
	bypass.RawQuery = "sslmode=disable"
	base := []string{"FOYER_DATA_DIR=" + t.TempDir(), "FOYER_LISTEN=127.0.0.1:0"}
	oneSentence(t, append(base, "FOYER_DATABASE_URL="+super.String()), "superuser", "serve")
	oneSentence(t, append(base, "FOYER_DATABASE_URL="+bypass.String()), "BYPASSRLS", "serve")
}

func dropRole(t *testing.T, address, role string) {
	t.Helper()
	admin, err := sql.Open("pgx", address)
	if err != nil {
		t.Error(err)
		return
	}
	defer admin.Close()
	if _, err := admin.ExecContext(context.Background(), `drop role `+role); err != nil {
		t.Error(err)
	}
}

// running is the program while it serves.
type running struct {
	*exec.Cmd
	base  string
	lines *bufio.Scanner
	said  *bytes.Buffer
	jar   http.Client
}

// serves starts the program and waits until it serves.
func serves(t *testing.T, env []string, args ...string) *running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	if args[0] == "demo" {
		args = append(args, "--listen", address)
	}
	cmd := foyer(t, append(env, "FOYER_LISTEN="+address), args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errOut, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	jar, _ := cookiejar.New(nil)
	r := &running{Cmd: cmd, base: "http://" + address, said: &bytes.Buffer{}, jar: http.Client{Jar: jar}}
	r.lines = bufio.NewScanner(io.MultiReader(out, errOut))
	if args[0] == "demo" {
		r.until(t, "demo/mail")
		return r
	}
	go io.Copy(io.Discard, errOut) //nolint:errcheck // only so that the pipe does not fill
	return r
}

// until reads what the program says up to a line with these words.
func (r *running) until(t *testing.T, words string) string {
	t.Helper()
	for r.lines.Scan() {
		r.said.WriteString(r.lines.Text() + "\n")
		if strings.Contains(r.lines.Text(), words) {
			return r.lines.Text()
		}
	}
	t.Fatalf("the program never said %q:\n%s", words, r.said)
	return ""
}

// get asks until the program answers.
func (r *running) get(t *testing.T, path string) (int, string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := r.jar.Do(req)
		if err == nil {
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, string(body)
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// ready waits until the program says that it is.
func (r *running) ready(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		status, said := r.get(t, "/readyz")
		if status == http.StatusOK {
			return
		}
		if said != "starting\n" || time.Now().After(deadline) {
			t.Fatalf("it answers %d, %s", status, said)
		}
	}
}

func (r *running) post(t *testing.T, path string, form url.Values) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", r.base)
	resp, err := r.jar.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Request.URL.Path + "\n" + string(body)
}

func TestDemoServesAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	r := serves(t, nil, "demo")
	for _, words := range []string{demo.Ines, demo.Priya, demo.ClientPassword, demo.StaffPassword, "/portal/login", "/app/login"} {
		if !strings.Contains(r.said.String(), words) {
			t.Errorf("the demo does not say %s", words)
		}
	}
	if status, page := r.post(t, "/portal/login", url.Values{"email": {demo.Ines}, "password": {demo.ClientPassword}}); status != http.StatusOK || !strings.HasPrefix(page, "/portal/\n") || !strings.Contains(page, ", Ines") {
		t.Errorf("sign in as Ines: %d %s", status, page[:min(200, len(page))])
	}
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := r.Wait(); err != nil {
		t.Errorf("the demo ends with %v", err)
	}
	left, err := filepath.Glob(filepath.Join(envOf(r.Env, "TMPDIR"), "foyer-demo*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func envOf(env []string, name string) string {
	for _, line := range env {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			return value
		}
	}
	return ""
}

var setupLink = regexp.MustCompile(`token=([\w-]+)`)

// From nothing to an Owner who is signed in; then a restart, which asks for no
// set-up any more.
func TestFirstRun(t *testing.T) {
	t.Parallel()
	env := []string{"FOYER_DATA_DIR=" + t.TempDir()}
	r := serves(t, env, "serve")
	token := setupLink.FindStringSubmatch(r.until(t, "token="))[1]
	if status, page := r.get(t, "/portal/"); status != http.StatusOK || !strings.Contains(page, "Set up your workspace") {
		t.Errorf("before set-up the portal answers %d", status)
	}
	form := url.Values{
		"token": {token}, "workspace": {"Halden & Rowe"}, "name": {"Priya Rowe"}, "email": {"priya@haldenrowe.example"},
		"password": {"a lantern in the hallway"}, "zone": {"Europe/Dublin"}, "language": {"en"},
	}
	if status, page := r.post(t, "/app/setup", form); status != http.StatusOK || !strings.HasPrefix(page, "/app/\n") {
		t.Fatalf("set-up: %d %s", status, page[:min(300, len(page))])
	}
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := r.Wait(); err != nil {
		t.Errorf("serve ends with %v", err)
	}
	again := serves(t, env, "serve")
	if status, page := again.get(t, "/app/setup"); status != http.StatusOK || !strings.Contains(page, "Sign in") {
		t.Errorf("after set-up the set-up page answers %d %s", status, page[:min(200, len(page))])
	}
	_ = again.Process.Kill()
	for again.lines.Scan() {
		if strings.Contains(again.lines.Text(), "token=") {
			t.Error("a second token is printed")
		}
	}
}

// A request under way when SIGTERM comes is answered; new ones are not taken.
func TestStopDrains(t *testing.T) {
	t.Parallel()
	r := serves(t, []string{"FOYER_DATA_DIR=" + t.TempDir()}, "serve")
	if status, _ := r.get(t, "/healthz"); status != http.StatusOK {
		t.Fatalf("health: %d", status)
	}
	r.ready(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(r.base, "http://"), ":")
	everywhere := []string{"FOYER_LISTEN=0.0.0.0:" + port, "FOYER_BASE_URL=https://portal.example.com"}
	if code, out, errOut := ends(t, everywhere, "check", "--serving"); code != 0 || out != "It is ready.\n" {
		t.Errorf("while it serves: exit %d\n%s%s", code, out, errOut)
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(r.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := "theme=dark&next=%2Fapp%2Fsetup"
	fmt.Fprintf(conn, "POST /theme HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
		strings.TrimPrefix(r.base, "http://"), r.base, len(body))
	reader := bufio.NewReader(conn)
	// The program asks for the body, so the request is under way.
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100") {
		t.Fatalf("the program does not ask for the body: %q %v", line, err)
	}
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for { // until it takes no new connections
		c, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(r.base, "http://"))
		if err != nil {
			break
		}
		_ = c.Close()
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(reader)
	if err != nil || !strings.Contains(string(rest), "303 See Other") || !strings.Contains(string(rest), "fy_theme=dark") {
		t.Errorf("the request under way got %q %v", rest, err)
	}
	if err := r.Wait(); err != nil {
		t.Errorf("serve ends with %v", err)
	}
	oneSentence(t, everywhere, "nothing answers", "check", "--serving")
}

func TestCreateOwnerOpensTheDoorAgain(t *testing.T) {
	t.Parallel()
	env := []string{"FOYER_DATA_DIR=" + t.TempDir()}
	code, out, errOut := ends(t, env, "admin", "create-owner", "--email", "p@example.com", "--name", "P", "--workspace", "Studio", "--host", "studio.example.com")
	if code != 0 || !strings.Contains(out, "/app/password/reset/") {
		t.Fatalf("exit %d\n%s%s", code, out, errOut)
	}
	code, out, errOut = ends(t, env, "admin", "create-owner", "--email", "nobody", "--name", "")
	if code != 1 || !strings.Contains(errOut, "--email: ") || !strings.Contains(errOut, "--name: ") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
}
