package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/project"
	"foyer/internal/housetest/house"
)

func TestProjectsByForms(t *testing.T) {
	t.Parallel()
	furnished(t, projectIsAdded, projectFormKeepsTheWords, staleProjectKeepsTheWords, projectSteps, projectCompletedWithOpenWork,
		milestonesOutsideAreNamed, projectThatIsCopied, projectsAreFound, projectsByRole)
}

const projectsPage = "/app/projects"

// added makes a project by the form and gives its page.
func added(t *testing.T, h *house.House, changed ...string) string {
	t.Helper()
	a := h.First.Owner
	page := projectsPage + "/new?client=" + h.First.Clients[0].ID.String()
	changed = append([]string{"name", "A project", "ends_on", "2027-01-28"}, changed...)
	r := a.Post(t, projectsPage, form(t, a, page, projectsPage, changed...))
	if r.Code != http.StatusSeeOther {
		t.Fatalf("add a project: %d\n%s", r.Code, r.Page(t).Text())
	}
	return r.Header().Get("Location")
}

func projectID(page string) project.ID { return project.ID(page[strings.LastIndexByte(page, '/')+1:]) }

func projectIsAdded(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	page := projectsPage + "/new?client=" + h.First.Clients[0].ID.String()
	once := form(t, a, page, projectsPage, "name", "Shop <b>relaunch</b>", "description", "One\nTwo", "type", "ongoing", "priority", "high",
		"budget", "1.234,50", "tags", "shop, Shop , glaze")
	first, second := a.Post(t, projectsPage, once), a.Post(t, projectsPage, once)
	at := first.Header().Get("Location")
	if first.Code != http.StatusSeeOther || at != second.Header().Get("Location") {
		t.Fatalf("sent twice: %d to %q, %d to %q", first.Code, at, second.Code, second.Header().Get("Location"))
	}
	for _, text := range []string{"Shop <b>relaunch</b>", "High priority", "Ongoing", "Planned", "€1,234.50", "glaze", "Shared with " + h.First.Clients[0].Canary} {
		says(t, a.Get(t, at), http.StatusOK, text)
	}
	if r := a.Post(t, at+"/edit", form(t, a, at+"/edit", at+"/edit", "owner", "", "shared", "")); r.Code != http.StatusSeeOther {
		t.Errorf("edit: %d\n%s", r.Code, r.Page(t).Text())
	}
	says(t, a.Get(t, at), http.StatusOK, "Not shared")
	says(t, a.Get(t, at), http.StatusOK, "Nobody yet")
}

func projectFormKeepsTheWords(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	page := projectsPage + "/new?client=" + h.First.Clients[0].ID.String()
	for _, c := range []struct {
		field, value, says string
		also               []string
	}{
		{"name", "", "Please fill this in.", nil},
		{"ends_on", "2026-11-01", "The planned end lies before the start.", []string{"starts_on", "2026-11-02"}},
		{"ends_on", "", "Fixed work has a planned end.", nil},
		{"client", "", "Choose the client that this work is for.", nil},
		{"client", h.Second.Clients[0].ID.String(), "Choose the client that this work is for.", nil},
		{"owner", h.Second.MemberIDs[auth.Owner], "This person is no longer on the team.", nil},
		{"budget", "a lot", "Write an amount in figures", nil},
	} {
		r := a.Post(t, projectsPage, form(t, a, page, projectsPage, append(append([]string{"name", "Kept", "ends_on", "2027-01-28", "tags", "kept too"}, c.also...), c.field, c.value)...))
		says(t, r, http.StatusUnprocessableEntity, c.says)
		again := r.Page(t).Form(t, projectsPage)
		if c.field != "name" && again.Get("name") != "Kept" || again.Get("tags") != "kept too" {
			t.Errorf("%s: the words are gone: %v", c.field, again)
		}
	}
}

func staleProjectKeepsTheWords(t *testing.T, h *house.House) {
	t.Helper()
	mine, theirs := h.First.Owner, h.First.Members[auth.Project]
	edit := added(t, h) + "/edit"
	old := form(t, mine, edit, edit, "name", "My name")
	if r := theirs.Post(t, edit, form(t, theirs, edit, edit, "name", "Their name")); r.Code != http.StatusSeeOther {
		t.Fatalf("save: %d", r.Code)
	}
	r := mine.Post(t, edit, old)
	says(t, r, http.StatusConflict, "Their name")
	again := r.Page(t).Form(t, edit)
	if again.Get("name") != "My name" {
		t.Errorf("the form has %q", again.Get("name"))
	}
	if r := mine.Post(t, edit, again); r.Code != http.StatusSeeOther {
		t.Errorf("saved again: %d", r.Code)
	}
}

// step takes a step by its form.
func step(t *testing.T, a *house.Agent, at, to string, changed ...string) house.Response {
	t.Helper()
	return a.Post(t, at+"/status", form(t, a, at+"/status?to="+to, at+"/status", changed...))
}

func projectSteps(t *testing.T, h *house.House) {
	t.Helper()
	a, at := h.First.Owner, added(t, h)
	old := form(t, a, at+"/status?to=active", at+"/status")
	if r := step(t, a, at, "active"); r.Code != http.StatusSeeOther {
		t.Fatalf("start: %d", r.Code)
	}
	says(t, a.Get(t, at+"/status?to=on_hold"), http.StatusOK, "reads")
	says(t, step(t, a, at, "on_hold"), http.StatusUnprocessableEntity, "Please fill this in.")
	if r := step(t, a, at, "on_hold", "reason", "Waiting <i>for</i> texts"); r.Code != http.StatusSeeOther {
		t.Errorf("hold: %d", r.Code)
	}
	says(t, a.Get(t, at), http.StatusOK, "Waiting <i>for</i> texts")
	delete(old, "_key")
	says(t, a.Post(t, at+"/status", old), http.StatusConflict, "Somebody else has moved this project on")
	says(t, a.Get(t, at+"/status?to=nowhere"), http.StatusOK, "Resume")
}

func projectCompletedWithOpenWork(t *testing.T, h *house.House) {
	t.Helper()
	a, app := h.First.Owner, project.ForStaff(h.First.Owner.Staff(t))
	at := added(t, h, "shared", "")
	for n := range 12 {
		_, err := app.AddTarget(t.Context(), projectID(at), project.TargetDetails{Kind: project.Deliverable, Name: fmt.Sprintf("Piece %02d", n)})
		if err != nil {
			t.Fatal(err)
		}
	}
	step(t, a, at, "active")
	ask := a.Get(t, at+"/status?to=completed")
	for _, text := range []string{"12 deliverables are not done yet.", "Piece 09", "and 2 others", "The project is finished."} {
		says(t, ask, http.StatusOK, text)
	}
	if r := step(t, a, at, "completed"); r.Code != http.StatusSeeOther {
		t.Errorf("complete: %d", r.Code)
	}
	says(t, a.Get(t, at), http.StatusOK, "Completed")
}

func milestonesOutsideAreNamed(t *testing.T, h *house.House) {
	t.Helper()
	a, app := h.First.Owner, project.ForStaff(h.First.Owner.Staff(t))
	at := added(t, h)
	_, err := app.AddTarget(t.Context(), projectID(at), project.TargetDetails{Kind: project.Milestone, Name: "Late launch", DueOn: "2027-01-20", ClientVisible: true})
	if err != nil {
		t.Fatal(err)
	}
	if text := a.Get(t, at).Page(t).Text(); strings.Contains(text, "outside") {
		t.Errorf("nothing is outside yet:\n%s", text)
	}
	if r := a.Post(t, at+"/edit", form(t, a, at+"/edit", at+"/edit", "ends_on", "2027-01-10")); r.Code != http.StatusSeeOther {
		t.Fatalf("an end before a milestone is refused: %d", r.Code)
	}
	says(t, a.Get(t, at), http.StatusOK, "1 open milestone lies outside the dates of the project: Late launch")
}

func projectThatIsCopied(t *testing.T, h *house.House) {
	t.Helper()
	a, app := h.First.Owner, project.ForStaff(h.First.Owner.Staff(t))
	at := added(t, h, "starts_on", "2026-11-01", "ends_on", "2026-11-30")
	_, err := app.AddTarget(t.Context(), projectID(at), project.TargetDetails{Kind: project.Milestone, Name: "Goal", DueOn: "2026-11-11"})
	if err != nil {
		t.Fatal(err)
	}
	r := a.Post(t, at+"/copy", form(t, a, at+"/copy", at+"/copy", "starts_on", "2027-03-01", "ends_on", "2027-03-30"))
	if r.Code != http.StatusSeeOther {
		t.Fatalf("copy: %d\n%s", r.Code, r.Page(t).Text())
	}
	_, targets, err := app.WithTargets(t.Context(), projectID(r.Header().Get("Location")))
	if err != nil || len(targets) != 1 || targets[0].DueOn != "2027-03-11" {
		t.Errorf("the copy has %+v (%v)", targets, err)
	}
}

func projectsAreFound(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	added(t, h, "name", "Needle in hay")
	fragment := a.Clone()
	fragment.Headers.Set("HX-Request", "true")
	for _, path := range []string{"?q=needle", "?q=needle&tab=active"} {
		says(t, a.Get(t, projectsPage+path), http.StatusOK, "Needle in hay")
		if r := fragment.Get(t, projectsPage+path); r.Code != http.StatusOK || strings.Contains(r.Text(), "<html") || !strings.Contains(r.Text(), "Needle in hay") {
			t.Errorf("%s as a fragment: %d\n%s", path, r.Code, r.Text())
		}
	}
	says(t, a.Get(t, projectsPage+"?q=needle&tab=completed"), http.StatusOK, "Nothing matches “needle”")
	says(t, a.Get(t, "/app/clients/"+h.First.Clients[0].ID.String()+"/projects"), http.StatusOK, "Needle in hay")
}

// Who reads has no controls, and who sees no money finds none.
func projectsByRole(t *testing.T, h *house.House) {
	t.Helper()
	at := projectsPage + "/" + h.First.Clients[0].Project.String()
	for role, a := range h.First.Members {
		writes := role == auth.Owner || role == auth.Admin || role == auth.Project
		for _, page := range []string{projectsPage, at, "/app/clients/" + h.First.Clients[0].ID.String() + "/projects"} {
			r := a.Get(t, page)
			controls := strings.Count(r.Text(), "/projects/new") + strings.Count(r.Text(), `/copy"`) + strings.Count(r.Text(), "/status")
			if r.Code != http.StatusOK || (controls > 0) != writes {
				t.Errorf("%s gets %d with %d controls at %s", role, r.Code, controls, page)
			}
			if money := strings.Contains(r.Text(), "1,000.00"); money != (role != auth.Support) {
				t.Errorf("%s finds money at %s: %v", role, page, money)
			}
		}
	}
}
