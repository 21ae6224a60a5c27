package housetest

import (
	"bufio"
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/housetest/house"
)

// The variables by which the test below tells its child what to do.
const (
	crashEngine, crashAddress = "FOYER_TEST_CRASH_ENGINE", "FOYER_TEST_CRASH_ADDRESS"
	crashClient, crashRate    = "FOYER_TEST_CRASH_CLIENT", "FOYER_TEST_CRASH_RATE"
)

// Numbers have no gap and no double when the program is killed while several
// issue at once; what was acknowledged is there, and nothing is half there.
func TestNumbersSurviveBeingKilled(t *testing.T) {
	if os.Getenv(crashAddress) != "" {
		issueUntilKilled(t)
		return
	}
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		rounds, each := 2, 15
		if os.Getenv("FOYER_TEST_SOAK") != "" {
			rounds, each = 100, 100
		}
		var acknowledged []string
		for range rounds {
			acknowledged = append(acknowledged, killAfter(t, h, w, each)...)
		}
		everything := h.Everything(t)
		numbers := house.Texts(t, everything, `select number from invoice where kind = 'invoice' and number is not null and workspace_id = '`+w.Site.ID+`' order by issued_at, listed`)
		// After 9999 numbers grow longer.
		slices.SortFunc(numbers, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
		for i, number := range numbers {
			if want := fmt.Sprintf("INV-2026-%04d", i+1); number != want {
				t.Fatalf("the number at place %d is %s", i+1, number)
			}
		}
		for _, number := range acknowledged {
			if !slices.Contains(numbers, number) {
				t.Errorf("%s was acknowledged and is gone", number)
			}
		}
		if half := house.Texts(t, everything, `select n.number from invoice n left join open_amount o on o.workspace_id = n.workspace_id and o.invoice_id = n.id
			where n.kind = 'invoice' and n.state = 'issued' and (o.invoice_id is null or n.snapshot = '')`); len(half) > 0 {
			t.Errorf("half there are %v", half)
		}
		if len(acknowledged) < rounds*each {
			t.Errorf("only %d were acknowledged", len(acknowledged))
		}
		figure(t, "killed while issuing", fmt.Sprintf("%s: %d kills, %d acknowledged, %d numbers, no gap", h.Engine, rounds, len(acknowledged), len(numbers)))
	})
}

// killAfter starts a child that issues invoices, and kills it once it has
// acknowledged so many.
func killAfter(t *testing.T, h *house.House, w *house.Workspace, many int) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestNumbersSurviveBeingKilled$")
	cmd.Env = append(os.Environ(), crashEngine+"="+string(h.Engine), crashAddress+"="+h.Address, crashClient+"="+w.Clients[0].ID.String(), crashRate+"="+w.Rate.String())
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	var acknowledged []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		number, issued := strings.CutPrefix(lines.Text(), "issued ")
		if !issued {
			continue
		}
		if acknowledged = append(acknowledged, number); len(acknowledged) == many {
			must(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Wait() // it was killed
	return acknowledged
}

// issueUntilKilled is the child: four people issue at once, and each number is
// printed once it is committed.
func issueUntilKilled(t *testing.T) {
	t.Helper()
	h := house.Open(t, house.Engine(os.Getenv(crashEngine)), os.Getenv(crashAddress))
	owner := h.Visitor(house.Host)
	if r := owner.Post(t, "/app/login", url.Values{"email": {"owner@a.example"}, "password": {house.Password}}); r.Code != http.StatusSeeOther {
		t.Fatalf("the owner cannot sign in: %d", r.Code)
	}
	app := invoice.Feature{Documents: document.Shelf{Blobs: h.Blobs}, Enqueue: h.Jobs.Enqueue}.ForStaff(owner.Staff(t))
	var printing sync.Mutex
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for t.Context().Err() == nil {
				made, err := app.Create(t.Context(), invoice.Details{
					Client: client.ID(os.Getenv(crashClient)), Currency: "EUR", TermsDays: "14",
					Lines: []invoice.LineDetails{{Description: "Work", Quantity: "1", Price: "100", Rate: billing.RateID(os.Getenv(crashRate))}},
				})
				if err == nil {
					err = app.Issue(t.Context(), made, 1, false)
				}
				if err != nil {
					continue
				}
				n, err := app.Get(t.Context(), made)
				if err != nil {
					continue
				}
				printing.Lock()
				fmt.Println("issued " + n.Number)
				printing.Unlock()
			}
		})
	}
	all.Wait()
}
