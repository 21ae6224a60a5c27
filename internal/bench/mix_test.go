package bench

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/seed"
)

// some are people who have one of everything, and one who has nothing but a login.
func some() []walker {
	all := []walker{{&http.Cookie{}, map[string][]string{"email": {"nobody"}, "password": {"x"}, "thing": things}}}
	for _, name := range []string{"a", "b", "c"} {
		has := map[string][]string{"email": {name}, "password": {"x"}, "thing": things}
		for _, h := range have {
			has[h.name] = []string{name + "1", name + "2"}
		}
		has["deep"] = []string{"/portal/invoices?after=" + name}
		all = append(all, walker{&http.Cookie{}, has})
	}
	return all
}

// The weights are those that were agreed on, 19 in all, and of the lists of invoices a
// tenth filtered.
func TestMixChoosesByWeight(t *testing.T) {
	t.Parallel()
	w, err := newWalk(mix, some())
	if err != nil {
		t.Fatal(err)
	}
	const draws = 192_000
	rng, count := rand.New(rand.NewPCG(1, 1)), map[string]float64{}
	for range draws {
		d := w.next(rng)
		count[d.kind.Name]++
		if d.kind.Name == "invoices" && strings.Contains(d.path, "status=") {
			count["filtered"]++
		}
		if d.by == &w.walkers[0] && strings.Contains(d.kind.Ways[0].Path, "{") {
			t.Fatalf("%s is done at %q by who has none", d.kind.Name, d.path)
		}
		if strings.ContainsAny(d.path+d.form, "{}") || (d.form == "") != (d.kind.Form == nil) {
			t.Fatalf("%s is done at %q with %q", d.kind.Name, d.path, d.form)
		}
	}
	for name, want := range map[string]float64{
		"sign-in": 0.2, "dashboard": 3, "projects": 1.5, "project": 1.5, "invoices": 3, "filtered": 0.3, "invoice": 3, "fresh PDF": 0.6, "contract": 0.5,
		"cases": 1, "case": 2, "reply": 0.4, "change request": 0.1, "documents": 1, "download": 0.8, "meetings": 0.4,
	} {
		if got := count[name] * 19 / draws; math.Abs(got-want) > 0.05*want+0.01 {
			t.Errorf("%s has the weight %.3f, want %.1f", name, got, want)
		}
	}
}

func TestMixIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	w, err := newWalk(mix, some())
	if err != nil {
		t.Fatal(err)
	}
	walked := func(series uint64) string {
		rng, all := rand.New(rand.NewPCG(series, 0)), ""
		for range 500 {
			d := w.next(rng)
			all += d.kind.Name + d.path + d.form + d.by.has["email"][0] + "\n"
		}
		return all
	}
	if one, again := walked(1), walked(1); one != again {
		t.Error("two walks of one series differ")
	}
	if walked(1) == walked(2) {
		t.Error("walks of different series are equal")
	}
}

func TestMixSaysWhatNobodyCanDo(t *testing.T) {
	t.Parallel()
	if _, err := newWalk(mix, some()[:1]); err == nil || !strings.Contains(err.Error(), "none of 1 people can do project at") {
		t.Errorf("a mix for who has nothing: %v", err)
	}
}

// What is late counts as late, whoever is to blame, and nothing is done before its time.
func TestLatencyCountsFromTheMomentMeant(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusSeeOther)
		}
	}))
	t.Cleanup(site.Close)
	w, err := newWalk(mix, some())
	if err != nil {
		t.Fatal(err)
	}
	l := newLoad(w, site.URL, "127.0.0.1")
	l.do(t.Context(), w.next(rand.New(rand.NewPCG(1, 1))), time.Now().Add(-time.Minute))
	if all := l.all(); len(all) != 1 || all[0] < time.Minute {
		t.Errorf("what was meant for a minute ago took %v", all)
	}
	l = newLoad(w, site.URL, "127.0.0.1")
	l.open(t.Context(), 1, 500, 200*time.Millisecond)
	if len(l.all()) != 100 || len(l.failed) > 0 {
		t.Errorf("%d of 100 things were done, and %v", len(l.all()), l.failed)
	}
	for _, took := range l.all() {
		if took <= 0 {
			t.Fatalf("an answer came %v before its question", -took)
		}
	}
}

// The whole of it runs on both engines, on a handful of records.
func TestMixIsWalked(t *testing.T) {
	t.Parallel()
	plan := seed.Plan{
		Clients: 8, Projects: 40, Targets: 2, Few: 10, Many: 12, Invoices: 150, Lines: 2, FewInvoices: 10, ManyInvoices: 120, Documents: 20, FewDocuments: 4, ManyDocuments: 4,
		Cases: 30, FewCases: 5, ManyCases: 5, Changes: 10, FewChanges: 2, ManyChanges: 2, Contracts: 10, FewContracts: 2, ManyContracts: 2, Number: 1, Today: "2026-11-23",
		Password: seed.Password,
	}
	for name, address := range map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "postgres": dbtest.PostgresAddress} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := openPlace(t.Context(), plan, name, t.TempDir(), address(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = p.close() })
			r := &Report{}
			o := Options{Plan: plan, Rounds: 1, Mix: 300 * time.Millisecond}
			if err := measureMix(t.Context(), o, p, r); err != nil {
				t.Fatal(err)
			}
			if err := measureForeign(t.Context(), o, p, r); err != nil {
				t.Fatal(err)
			}
			holdsTogether(t, r)
		})
	}
}

// holdsTogether looks at what a report of a mix says.
func holdsTogether(t *testing.T, r *Report) {
	t.Helper()
	m := r.Mix
	if m.People != 6 || m.Operations == 0 || m.Capacity <= 0 || m.Memory <= 0 || m.P99 < m.P50 || m.P50 <= 0 || m.Alone <= 0 {
		t.Errorf("the mix: %+v", m)
	}
	if len(m.Kinds)+len(r.Absent) != len(mix) {
		t.Errorf("%d kinds were done and %v are not there, of %d", len(m.Kinds), r.Absent, len(mix))
	}
	if len(r.Foreign) != len(foreign) {
		t.Errorf("%d pages were asked for with another client's id, of %d", len(r.Foreign), len(foreign))
	}
	var table, object strings.Builder
	if err := r.Table(&table); err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(&object).Encode(r); err != nil {
		t.Fatal(err)
	}
	for _, k := range m.Kinds {
		if k.Program <= 0 || k.Statements == 0 || k.Bytes == 0 && !strings.Contains("sign-in reply change request", k.Name) {
			t.Errorf("%s: %+v", k.Name, k)
		}
		if !strings.Contains(table.String(), "\n"+k.Name+" ") || !strings.Contains(object.String(), `"name":"`+k.Name+`"`) {
			t.Errorf("%s is not in the report", k.Name)
		}
	}
	for _, missed := range r.Missed {
		if strings.HasPrefix(missed, "mix:") {
			t.Errorf("something went wrong: %s", missed)
		}
	}
}
