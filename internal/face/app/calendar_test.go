package app_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"foyer/internal/housetest/house"
)

func TestCalendarByForms(t *testing.T) {
	t.Parallel()
	furnished(t, peopleAreAskedForByTheForm, aDayIsAskedForByTheForm)
}

// Without a script the form is sent and drawn anew to choose a client's people: nothing
// of it is in an address, nothing is stored, and what was seen stays what was seen.
func peopleAreAskedForByTheForm(t *testing.T, h *house.House) {
	t.Helper()
	a, c := h.First.Owner, h.First.Clients[0]
	for page, action := range map[string]string{
		"/app/calendar/new": "/app/calendar",
		"/app/calendar/" + c.InnerEvent.String() + "/edit": "/app/calendar/" + c.InnerEvent.String(),
	} {
		typed := form(t, a, page, action, "title", "Asked for", "notes", "Among us", "client", c.ID.String())
		if typed.Has("seen") {
			typed.Set("seen", "77")
		}
		asked := a.Post(t, action+"?ask=contacts", typed)
		if asked.Code != http.StatusOK {
			t.Fatalf("%s: status %d", page, asked.Code)
		}
		if n := len(asked.Page(t).All("input", "name=contacts")); n == 0 {
			t.Errorf("%s: nobody of the client is offered", page)
		}
		again := asked.Page(t).Form(t, action)
		if again.Get("title") != "Asked for" || again.Get("notes") != "Among us" || again.Get("seen") != typed.Get("seen") {
			t.Errorf("%s: the words are gone: %v", page, again)
		}
		for _, b := range asked.Page(t).All("button", "formaction") {
			if b.Get("formmethod") != "" || !strings.HasPrefix(b.Get("formaction"), action+"?ask=") {
				t.Errorf("%s: a button sends it by %q to %s", page, b.Get("formmethod"), b.Get("formaction"))
			}
		}
	}
}

func aDayIsAskedForByTheForm(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	action := "/app/calendar/" + h.First.Clients[0].Meeting.String() + "/proposal"
	typed := form(t, a, action, action, "date", "2026-12-17", "time2", "11:30", "note", strings.Repeat("Between us. ", 100))
	seen, err := strconv.Atoi(typed.Get("seen"))
	if err != nil {
		t.Fatal(err)
	}
	typed.Set("seen", strconv.Itoa(seen+70))
	asked := a.Post(t, action+"?ask=day", typed)
	says(t, asked, http.StatusOK, "17 December")
	again := asked.Page(t).Form(t, action)
	if again.Get("time2") != "11:30" || strings.TrimSpace(again.Get("note")) != strings.TrimSpace(typed.Get("note")) || again.Get("seen") != typed.Get("seen") {
		t.Errorf("the words are gone: %v", again)
	}
}
