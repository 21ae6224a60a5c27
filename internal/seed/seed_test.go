package seed_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"foyer/internal/feature/client"
	"foyer/internal/housetest/house"
	"foyer/internal/seed"
)

var tiny = seed.Plan{
	Clients: 12, Projects: 60, Targets: 7, Few: 20, Many: 30, Invoices: 80, Lines: 3, FewInvoices: 20, ManyInvoices: 40, Documents: 70, FewDocuments: 10, ManyDocuments: 30,
	Cases: 60, FewCases: 20, ManyCases: 20, Changes: 30, FewChanges: 10, ManyChanges: 10, Contracts: 20, FewContracts: 6, ManyContracts: 7, Meetings: 40, FewMeetings: 10, ManyMeetings: 12, Number: 7, Today: "2026-11-23", Password: house.Password,
}

// rows are what a seed wrote, without what is random on purpose: the workspace's
// id, the hash of the password, and the Owner with their session.
func rows(t *testing.T, h *house.House) []string {
	t.Helper()
	everything := h.Everything(t)
	var all []string
	for table, columns := range map[string]string{
		"client":         "id || name || search_key || email || created_at || coalesce(portal_enabled_at, 0)",
		"contact":        "client_id || id || identity_id || job_title",
		"project":        "client_id || id || name || search_key || state || starts_on || ends_on || state_at || coalesce(step_id, '') || coalesce(owner_id, '') || created_at",
		"target":         "project_id || id || kind || coalesce(milestone_id, '') || position || name || due_on || state || state_at || created_at",
		"project_step":   "project_id || id || coalesce(target_id, '') || from_state || to_state || reason || made_at",
		"funding":        "project_id || id || source || amount_minor || status",
		"invoice":        "client_id || id || state || coalesce(number, '') || gross_minor || issued_on || due_on || snapshot || listed || created_at",
		"payment":        "client_id || id || amount_minor || paid_on",
		"allocation":     "invoice_id || id || amount_minor || payment_id",
		"document":       "client_id || id || place_kind || place_id || name || name_key || category || shared || latest_id || created_at",
		"support_case":   "client_id || id || number || subject || search_key || state || state_at || coalesce(assignee_id, '') || replies || created_at",
		"case_reply":     "case_id || id || author_kind || author_id || body || created_at",
		"change_request": "client_id || id || project_id || number || title || description || state || contact_id || created_at",
		"change_message": "request_id || id || author_id || body",
		"contract":       "client_id || id || number || name || state || check_code || created_at || coalesce((select v.snapshot || v.sha256 || v.pages from contract_version v where v.contract_id = contract.id), '')",
		"signatory":      "contract_id || id || state || name || email || coalesce(invited_at, 0)",
		"activity":       "id || at || kind || subject_id || coalesce(client_id, '') || audience || cast(params as text)",
		"identity":       "id || name || email || created_at",
	} {
		query := "select " + columns + " from " + table + " where id not in (select id from identity where email = '" + seed.Owner + "')"
		if table == "activity" {
			query += " and client_id is not null"
		}
		found := house.Texts(t, everything, query+" order by 1")
		if len(found) == 0 {
			t.Errorf("%s is empty", table)
		}
		all = append(all, table+"\n"+strings.Join(found, "\n"))
	}
	return all
}

// The same number gives the same rows, another one others; on both engines the
// schema takes them.
func TestSeedIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	fill := func(t *testing.T, h *house.House, p seed.Plan) string {
		t.Helper()
		made, err := seed.Fill(t.Context(), h.Server, p)
		if err != nil {
			t.Fatal(err)
		}
		if made.Clients != p.Clients || made.Projects != p.Projects || made.Invoices != p.Invoices || made.Documents != p.Documents || made.Targets != p.Projects*p.Targets ||
			made.Cases != p.Cases || made.Changes != p.Changes || made.Contracts != p.Contracts || made.Meetings != p.Meetings {
			t.Errorf("made %+v of %+v", made, p)
		}
		sum := map[string]bool{}
		for _, r := range rows(t, h) {
			sum[r] = true
		}
		return fmt.Sprint(sum)
	}
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		one := fill(t, h, tiny)
		if two := fill(t, house.New(t, h.Engine), tiny); one != two {
			t.Error("two seeds of one number differ")
		}
		other := tiny
		other.Number++
		if three := fill(t, house.New(t, h.Engine), other); one == three {
			t.Error("seeds of different numbers are equal")
		}
	})
}

// Whoever a seed makes can sign in and finds their records; a second seed is
// refused.
func TestSeedOpensItsDoors(t *testing.T) {
	t.Parallel()
	h := house.New(t, house.SQLite)
	if _, err := seed.Fill(t.Context(), h.Server, tiny); err != nil {
		t.Fatal(err)
	}
	if _, err := seed.Fill(t.Context(), h.Server, tiny); err == nil || !strings.Contains(err.Error(), "workspace already") {
		t.Errorf("a second seed: %v", err)
	}
	for _, c := range []struct{ face, email string }{{"/app", seed.Owner}, {"/portal", seed.ContactA}, {"/portal", seed.ContactB}} {
		a := h.Visitor(house.Host)
		if r := a.Post(t, c.face+"/login", url.Values{"email": {c.email}, "password": {house.Password}}); r.Code != http.StatusSeeOther {
			t.Errorf("sign in %s: %d", c.email, r.Code)
		}
		if r := a.Get(t, c.face+"/"); r.Code != http.StatusOK {
			t.Errorf("%s for %s: %d", c.face, c.email, r.Code)
		}
		if c.face == "/app" {
			// The keys are those that the feature makes: a search finds the client.
			list, err := client.ForStaff(a.Staff(t)).List(t.Context(), client.Wanted{Query: "ÁLDER ceramics"})
			if err != nil || len(list.Rows) != 1 || list.Rows[0].Name != seed.NameA {
				t.Errorf("search for client A: %v %+v", err, list.Rows)
			}
		}
	}
	site, err := h.Gate.SiteFor(t.Context(), house.Host)
	if err != nil {
		t.Fatal(err)
	}
	who, err := h.Gate.System(t.Context(), site.ID)
	if err != nil {
		t.Fatal(err)
	}
	found, err := seed.Find(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []seed.Ids{found.A, found.B} {
		for _, id := range []string{c.Client, c.Project, c.Invoice, c.Document, c.Case, c.Change, c.Contract} {
			if id == "" {
				t.Errorf("not all was found: %+v", found)
			}
		}
	}
	a := h.Visitor(house.Host)
	a.Post(t, "/portal/login", url.Values{"email": {seed.ContactA}, "password": {house.Password}})
	for _, path := range []string{"cases/" + found.A.Case, "change-requests/" + found.A.Change, "contracts/" + found.A.Contract, "contracts/" + found.A.Contract + "/pdf"} {
		if r := a.Get(t, "/portal/"+path); r.Code != http.StatusOK {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
	// One of A's and one of B's contracts are drafts, which have no file.
	if files, contracts := h.Verified(t), tiny.Contracts-2; files != tiny.Documents+contracts {
		t.Errorf("%d files were verified, of %d documents and %d contracts that were sent", files, tiny.Documents, contracts)
	}
}

func TestPlansAreChecked(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]seed.Plan{
		"one client": {Clients: 1, Today: "2026-11-23"}, "fewer than none": {Clients: 2, Projects: -1, Today: "2026-11-23"},
		"no day": {Clients: 2, Today: "2026-02-30"}, "too many targets": {Clients: 2, Targets: 1001, Today: "2026-11-23"},
	} {
		if p.Check() == nil {
			t.Errorf("%s is no plan", name)
		}
	}
}
