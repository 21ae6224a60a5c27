package app_test

import (
	"net/http"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/housetest/house"
)

const teamPage = "/app/settings/team"

func TestTeamPages(t *testing.T) {
	t.Parallel()
	furnished(t, othersSettingsAreNotThere, teamByForms)
}

func teamByForms(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	wrong := a.Post(t, teamPage, form(t, a, teamPage+"/new", teamPage, "name", "Mio", "email", "support@a.example", "role", "viewer"))
	says(t, wrong, http.StatusUnprocessableEntity, "belongs to a member of the team already")
	if again := wrong.Page(t).Form(t, teamPage); again.Get("name") != "Mio" || again.Get("role") != "viewer" {
		t.Errorf("the words are gone: %v", again)
	}
	once := form(t, a, teamPage+"/new", teamPage, "name", "Mio <b>", "email", "mio@a.example", "role", "viewer")
	for range 2 {
		if r := a.Post(t, teamPage, once); r.Code != http.StatusSeeOther {
			t.Fatalf("invite: %d\n%s", r.Code, r.Text())
		}
	}
	list := a.Get(t, teamPage)
	says(t, list, http.StatusOK, "The invitation to mio@a.example is on its way.")
	says(t, list, http.StatusOK, "Mio <b>")

	member := h.First.MemberIDs[auth.Support]
	at := teamPage + "/" + member
	if r := a.Post(t, at+"/role", form(t, a, at+"/role", at+"/role", "role", "finance")); r.Code != http.StatusSeeOther {
		t.Errorf("role: %d", r.Code)
	}
	if r := a.Post(t, at+"/removal", form(t, a, at+"/removal", at+"/removal")); r.Code != http.StatusSeeOther {
		t.Errorf("removal: %d", r.Code)
	}
	if r := h.First.Members[auth.Support].Get(t, "/app/"); r.Code != http.StatusSeeOther {
		t.Errorf("a removed member still gets %d", r.Code)
	}
	removed := a.Get(t, teamPage+"?state=removed")
	if r := a.Post(t, at+"/restoration", removed.Page(t).Form(t, at+"/restoration")); r.Code != http.StatusSeeOther {
		t.Errorf("restoration: %d", r.Code)
	}

	mine := teamPage + "/" + h.First.MemberIDs[auth.Owner]
	says(t, a.Post(t, mine+"/role", form(t, a, mine+"/role", mine+"/role", "role", "viewer")), http.StatusConflict, "This is the last owner.")
	says(t, a.Post(t, mine+"/removal", form(t, a, mine+"/removal", mine+"/removal")), http.StatusConflict, "You cannot remove yourself.")
}

// The members and hosts of another workspace are not there.
func othersSettingsAreNotThere(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	member := teamPage + "/" + h.Second.MemberIDs[auth.Viewer]
	for _, path := range []string{member + "/role", member + "/removal", "/app/settings/portal/" + h.Second.PortalHost() + "/removal"} {
		if r := a.Get(t, path); r.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, r.Code)
		}
		key := form(t, a, "/app/settings/brand/logo/removal", "/app/settings/brand/logo/removal")
		if r := a.Post(t, path, key); r.Code != http.StatusNotFound {
			t.Errorf("POST %s: %d", path, r.Code)
		}
	}
	says(t, a.Post(t, "/app/settings/portal", form(t, a, "/app/settings/portal", "/app/settings/portal", "host", h.Second.PortalHost())),
		http.StatusUnprocessableEntity, "This address is in use already.")
}
