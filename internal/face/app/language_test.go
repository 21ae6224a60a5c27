package app_test

import (
	"net/http"
	"testing"

	"foyer/internal/housetest/house"
)

func TestPagesInGerman(t *testing.T) {
	t.Parallel()
	furnished(t, staffChooseGerman, aClientIsSpokenToInGerman)
}

func staffChooseGerman(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	says(t, a.Get(t, "/app/account"), http.StatusOK, "Default: English Deutsch English")
	if r := a.Post(t, "/app/account", form(t, a, "/app/account", "/app/account", "language", "de")); r.Code != http.StatusSeeOther {
		t.Fatalf("choosing German: %d", r.Code)
	}
	says(t, a.Get(t, "/app/account"), http.StatusOK, "Gespeichert.")
	says(t, a.Get(t, "/app/account"), http.StatusOK, "Voreinstellung: English Deutsch English")
	if got := form(t, a, "/app/account", "/app/account").Get("language"); got != "de" {
		t.Errorf("the form shows the choice %q", got)
	}
	says(t, a.Get(t, "/app/"), http.StatusOK, "Montag, 23. November")
	says(t, a.Get(t, "/app/settings/preferences"), http.StatusOK, "Sprache")
	says(t, a.Get(t, "/app/settings/brand"), http.StatusOK, "4,5:1")
	says(t, a.Get(t, "/app/clients/"+h.First.Clients[0].ID.String()), http.StatusOK, "Angelegt 23. Nov. 2026")
	r := a.Post(t, "/app/account", form(t, a, "/app/account", "/app/account", "language", "tlh"))
	says(t, r, http.StatusUnprocessableEntity, "Wählen Sie eine der Möglichkeiten.")
	// Nobody else's pages change.
	says(t, h.First.Clients[0].Contacts[0].Get(t, "/portal/account"), http.StatusOK, "Your account")
}

// The language is staff's to set at the client, until a person chooses.
func aClientIsSpokenToInGerman(t *testing.T, h *house.House) {
	t.Helper()
	client, staff := h.First.Clients[0], h.First.Owner
	at := "/app/clients/" + client.ID.String()
	if r := staff.Post(t, at+"/edit", form(t, staff, at+"/edit", at+"/edit", "language", "de")); r.Code != http.StatusSeeOther {
		t.Fatalf("changing the client: %d\n%s", r.Code, r.Page(t).Text())
	}
	a := client.Contacts[0]
	says(t, a.Get(t, "/portal/"), http.StatusOK, "Guten Morgen")
	says(t, a.Get(t, "/portal/account"), http.StatusOK, "Voreinstellung: Deutsch Deutsch English")
	if got := form(t, a, "/portal/account", "/portal/account").Get("language"); got != "" {
		t.Errorf("the form shows %q as chosen", got)
	}
	if r := a.Post(t, "/portal/account", form(t, a, "/portal/account", "/portal/account", "language", "en")); r.Code != http.StatusSeeOther {
		t.Fatalf("choosing English: %d", r.Code)
	}
	says(t, a.Get(t, "/portal/"), http.StatusOK, "Good morning")
	says(t, a.Get(t, "/portal/account"), http.StatusOK, "Default: Deutsch Deutsch English")
}
