package housetest

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/contract"
	"foyer/internal/housetest/house"
	"foyer/internal/kernel/problem"
)

// Contracts end executed with one seal, one chain that holds and one mail for each
// party, when the program is killed over and over between the last signature and
// the sealed file.
func TestContractsSurviveBeingKilled(t *testing.T) {
	if os.Getenv(crashAddress) != "" {
		signUntilKilled(t)
		return
	}
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		many, kills := 8, 3
		if os.Getenv("FOYER_TEST_SOAK") != "" {
			many, kills = 200, 50
		}
		random := rand.New(rand.NewPCG(11, 11))
		for i := range many {
			w.ToSign(t, w.Clients[0], fmt.Sprintf("storm %d", i))
		}
		steps := 0
		for range kills {
			steps += signFor(t, h, w, 1+random.IntN(max(1, 4*many/kills)))
		}
		steps += signFor(t, h, w, -1)
		if steps < many { // what a child did last it may not have said
			t.Errorf("only %d steps were done for %d contracts", steps, many)
		}
		holdsAfterStorm(t, h, w, many)
		figure(t, "killed while sealing", fmt.Sprintf("%s: %d contracts, %d kills, each executed with one seal", h.Engine, many, kills))
	})
}

// storming are the contracts of the storm.
const storming = ` from contract n where n.name like 'storm %' `

// holdsAfterStorm holds what is kept of each contract, and each sealed file.
func holdsAfterStorm(t *testing.T, h *house.House, w *house.Workspace, many int) {
	t.Helper()
	everything := h.Everything(t)
	of := func(what string) []string {
		return slices.Compact(house.Texts(t, everything, `select cast((`+what+`) as text)`+storming+`order by 1`))
	}
	for what, want := range map[string]string{
		"n.state": "executed", "n.seal": "done", "select count(*) from signature s where s.contract_id = n.id": "1",
		"select count(*) from document d where d.place_id = n.id and d.category = 'contracts' and d.id in (select v.document_id from document_version v where v.id = n.sealed_version_id)": "1",
		"select count(*) from document_version v join document d on d.id = v.document_id where d.place_id = n.id":                                                                          "2", // as sent, and sealed
		`select count(*) from contract_event e where e.contract_id = n.id and e.entry like '%"kind":"sealed"%'`:                                                                            "1",
		`select count(*) from outbox o where o.kind = 'contract_executed' and cast(o.params as text) like '%' || n.id || '%'`:                                                              "2",
		`select count(distinct coalesce(o.identity_id, o.email)) from outbox o where o.kind = 'contract_executed' and cast(o.params as text) like '%' || n.id || '%'`:                      "2",
	} {
		if got := of(what); !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %v, want %s for each", what, got, want)
		}
	}
	system, err := h.Gate.System(t.Context(), w.Site.ID)
	must(t, err)
	looked, broken, err := contract.CheckAll(t.Context(), system)
	must(t, err)
	if looked < many || len(broken) > 0 {
		t.Errorf("of %d chains are broken: %v", looked, broken)
	}
	ids := house.Texts(t, everything, `select n.id`+storming+`order by n.id`)
	if len(ids) != many {
		t.Errorf("%d contracts, want %d", len(ids), many)
	}
	for _, one := range ids {
		r := w.Clients[0].Contacts[0].Get(t, "/portal/contracts/"+one+"/pdf")
		v, err := h.Contracts.Verify(t.Context(), h.Gate.Visitor(w.Site, auth.Facts{Address: "192.0.2.1"}), r.Body.Bytes())
		must(t, err)
		if v.Answer != contract.Intact || v.Record == nil || v.Record.ID.String() != one {
			t.Errorf("the file of %s is %s, of %v", one, v.Answer, v.Record)
		}
	}
}

// What docs/checking-a-contract.md says to do finds what was signed and the log
// inside of the sealed file, and their hashes on its pages; and does not take a log
// that was changed.
func TestTheDocumentedCheckHolds(t *testing.T) {
	h := house.New(t, house.SQLite).Furnish(t)
	c := h.First.Clients[0]
	sealed := c.Contacts[0].Get(t, "/portal/contracts/"+c.SealedContract.String()+"/pdf").Body.Bytes()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "contract.pdf"), sealed, 0o600))
	doc := readTree(t, "docs/checking-a-contract.md")
	program := regexp.MustCompile("(?s)```python\n(.*?)```").FindStringSubmatch(doc)[1]
	must(t, os.WriteFile(filepath.Join(dir, "check.py"), []byte(program), 0o600))
	run := func(command string) (said string, err error) {
		cmd := exec.CommandContext(t.Context(), "bash", "-ec", command)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	said, err := run(regexp.MustCompile(`    (pdfdetach .*\n)    (sha256sum .*)\n`).FindString(doc))
	signed, _, _ := strings.Cut(said, " ")
	version := house.Texts(t, h.Everything(t), "select sha256 from contract_version where contract_id = '"+c.SealedContract.String()+"'")[0]
	if err != nil || signed != version {
		t.Errorf("what was signed is %q, want %s (%v)", said, version, err)
	}
	head, err := run("python3 check.py audit.json")
	head = strings.TrimSpace(head)
	if err != nil || len(head) != 64 {
		t.Fatalf("the log gives %q (%v)", head, err)
	}
	text, err := run("qpdf --check contract.pdf >&2 && pdftotext -raw contract.pdf - | tr -d '[:space:]'")
	if err != nil || !strings.Contains(text, head) || !strings.Contains(text, version) {
		t.Errorf("the pages do not name %s and %s (%v):\n%s", head, version, err, text)
	}
	said, err = run("sed -i 's/invited/viewed/' audit.json && python3 check.py audit.json")
	if err == nil || !strings.Contains(said, "is not as it was") {
		t.Errorf("a log that was changed gives %q (%v)", said, err)
	}
	for change, want := range map[string]string{
		`s/By choosing/By pressing/`:              "a signature is not as it was",
		`s/My electronic signature/My signature/`: "the words that were agreed to",
	} {
		said, err = run("pdfdetach -saveall contract.pdf && cp audit.json before && sed -i '" + change + "' audit.json && ! cmp -s before audit.json && python3 check.py audit.json")
		if err == nil || !strings.Contains(said, want) {
			t.Errorf("after %s it says %q, want %q (%v)", change, said, want, err)
		}
	}
}

// signFor starts a child that signs and seals, and kills it after so many steps; a
// negative number lets it end by itself. It gives the steps that were done.
func signFor(t *testing.T, h *house.House, w *house.Workspace, steps int) (done int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestContractsSurviveBeingKilled$")
	cmd.Env = append(os.Environ(), crashEngine+"="+string(h.Engine), crashAddress+"="+h.Address, crashClient+"="+w.Clients[0].Canary, house.DataVariable+"="+h.Data)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		step, is := strings.CutPrefix(lines.Text(), "step ")
		if !is {
			continue
		}
		if strings.HasPrefix(step, "failed") {
			t.Errorf("the child %s", step)
		}
		if done++; done == steps {
			must(t, cmd.Process.Kill())
		}
	}
	if err := cmd.Wait(); err != nil && steps < 0 {
		t.Errorf("the last child ends with %v", err)
	}
	return done
}

// signUntilKilled is the child: four windows sign what waits and seal what is
// signed, each with two jobs at once, and print a line after each.
func signUntilKilled(t *testing.T) {
	t.Helper()
	h := house.Open(t, house.Engine(os.Getenv(crashEngine)), os.Getenv(crashAddress))
	window := h.Visitor(house.Host)
	if r := window.Post(t, "/portal/login", url.Values{"email": {os.Getenv(crashClient) + "@client.example"}, "password": {house.Password}}); r.Code != http.StatusSeeOther {
		t.Fatalf("the contact cannot sign in: %d", r.Code)
	}
	who := window.Contact(t)
	system, err := h.Gate.System(t.Context(), who.Site().ID)
	must(t, err)
	left := house.Texts(t, h.Everything(t), `select n.id`+storming+`and n.state <> 'executed' order by n.id`)
	var taking, printing sync.Mutex
	next := func() (of contract.ID, is bool) {
		taking.Lock()
		defer taking.Unlock()
		if len(left) == 0 {
			return "", false
		}
		of, left = contract.ID(left[0]), left[1:]
		return of, true
	}
	say := func(step string, err error) {
		printing.Lock()
		defer printing.Unlock()
		if err != nil {
			step = "failed " + err.Error()
		}
		fmt.Println("step " + step)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for of, is := next(); is; of, is = next() {
				if err := h.SignAs(t, who, of, "Somebody"); !problem.Is(err, problem.Conflict) { // signed before a child died
					say("signed", err)
				}
				var twice sync.WaitGroup // a job that is believed dead may live
				for range 2 {
					twice.Go(func() { say("sealed", h.SealAs(t, system, of)) })
				}
				twice.Wait()
			}
		})
	}
	all.Wait()
}
