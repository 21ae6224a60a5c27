package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"foyer/internal/feature/client"
	"foyer/internal/housetest/house"
)

func TestProjectPages(t *testing.T) {
	t.Parallel()
	furnished(t, projectByForms, completionOfWhatIsNotShared, oneClientOfMany)
}

// A project is made and changed by forms; somebody else's change is shown and
// nothing typed is lost.
func projectByForms(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	of := h.First.Clients[0].ID.String()
	made := a.Post(t, "/app/projects", form(t, a, "/app/projects/new?client="+of, "/app/projects", "name", "By forms", "ends_on", "2026-12-24"))
	if made.Code != http.StatusSeeOther {
		t.Fatalf("add: %d\n%s", made.Code, made.Page(t).Text())
	}
	at := made.Header().Get("Location")
	says(t, a.Get(t, at), http.StatusOK, "31 days left")

	mine := form(t, a, at+"/edit", at+"/edit", "name", "Mine", "budget", "1200")
	theirs := form(t, a, at+"/edit", at+"/edit", "name", "Theirs")
	if r := a.Post(t, at+"/edit", theirs); r.Code != http.StatusSeeOther {
		t.Fatalf("edit: %d\n%s", r.Code, r.Page(t).Text())
	}
	stale := a.Post(t, at+"/edit", mine)
	says(t, stale, http.StatusConflict, "Theirs")
	again := stale.Page(t).Form(t, at+"/edit")
	if again.Get("name") != "Mine" || again.Get("budget") != "1200" {
		t.Errorf("the words are gone: %v", again)
	}
	if r := a.Post(t, at+"/edit", again); r.Code != http.StatusSeeOther {
		t.Errorf("save over theirs: %d\n%s", r.Code, r.Page(t).Text())
	}
	says(t, a.Get(t, at), http.StatusOK, "€1,200.00")

	again = form(t, a, at+"/edit", at+"/edit", "ends_on", "2026-01-01")
	wrong := a.Post(t, at+"/edit", again)
	says(t, wrong, http.StatusUnprocessableEntity, "The planned end lies before the start.")
}

// Mail about a project goes to those who see it, and so does the promise of it.
func completionOfWhatIsNotShared(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	at := "/app/projects/" + h.First.Clients[0].Project.String()
	const promise = "Contacts who see it get a mail."
	says(t, a.Get(t, at+"/status?to=completed"), http.StatusOK, promise)
	values := form(t, a, at+"/edit", at+"/edit")
	values.Del("shared")
	if r := a.Post(t, at+"/edit", values); r.Code != http.StatusSeeOther {
		t.Fatalf("edit: %d\n%s", r.Code, r.Page(t).Text())
	}
	if page := a.Get(t, at+"/status?to=completed"); page.Code != http.StatusOK || strings.Contains(page.Text(), promise) {
		t.Errorf("status %d, with a promise of mail for what is not shared", page.Code)
	}
}

// Beyond the clients that the form can offer, work begins at the client's own
// page, and the client stays chosen when the form comes back.
func oneClientOfMany(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	clients := h.First.ClientsAs(t, a)
	last := client.ID("")
	for n := range 501 {
		made, err := clients.Create(t.Context(), client.Details{Name: fmt.Sprintf("Zinc %03d", n), Email: fmt.Sprintf("zinc-%d@many.example", n), Type: client.Organization, Preferred: client.ByEmail})
		if err != nil {
			t.Fatal(err)
		}
		last = made
	}
	values := form(t, a, "/app/projects/new?client="+last.String(), "/app/projects")
	if values.Get("client") != last.String() {
		t.Fatalf("the client is not chosen: %v", values)
	}
	wrong := a.Post(t, "/app/projects", values)
	says(t, wrong, http.StatusUnprocessableEntity, "The first 500 clients are listed.")
	if again := wrong.Page(t).Form(t, "/app/projects"); again.Get("client") != last.String() {
		t.Errorf("the client is gone: %v", again)
	}
}
