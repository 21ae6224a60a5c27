package app_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/calendar"
	"foyer/internal/housetest/house"
)

func TestCalendarByForms(t *testing.T) {
	t.Parallel()
	furnished(t, peopleAreAskedForByTheForm, aDayIsAskedForByTheForm, staleEventShowsTheirs, staleProposalShowsWhatIsSoNow, typedWordsOutliveTheirForm, howToComeIsAskedFor, outsideOfWorkingHoursIsSaid)
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

func eventAt(e calendar.ID, rest string) string { return "/app/calendar/" + e.String() + rest }

// What somebody else stored meanwhile stands beside what was typed, before a second
// click stores that.
func staleEventShowsTheirs(t *testing.T, h *house.House) {
	t.Helper()
	mine, theirs, at := h.First.Owner, h.First.Members[auth.Admin], eventAt(h.First.Clients[0].InnerEvent, "")
	old := form(t, mine, at+"/edit", at, "title", "My title")
	if r := theirs.Post(t, at, form(t, theirs, at+"/edit", at, "place", "Their room")); r.Code != http.StatusSeeOther {
		t.Fatalf("save: %d", r.Code)
	}
	r := mine.Post(t, at, old)
	says(t, r, http.StatusConflict, "What is stored now:")
	says(t, r, http.StatusConflict, "Their room")
	again := r.Page(t).Form(t, at)
	if again.Get("title") != "My title" || again.Get("place") == "Their room" {
		t.Errorf("the form has %v", again)
	}
	again.Set("date", "2020-01-01")
	if r := mine.Post(t, at, again); strings.Contains(r.Page(t).Text(), "What is stored now:") {
		t.Errorf("what is wrong with a field is no news of others: %s", r.Page(t).Text())
	}
	again.Set("date", old.Get("date"))
	if r := mine.Post(t, at, again); r.Code != http.StatusSeeOther {
		t.Errorf("saved again: %d", r.Code)
	}
}

func staleProposalShowsWhatIsSoNow(t *testing.T, h *house.House) {
	t.Helper()
	mine, theirs, at := h.First.Owner, h.First.Members[auth.Admin], eventAt(h.First.Clients[0].ProposedMeeting, "/proposal")
	old := form(t, mine, at, at, "date", "2026-12-18", "time", "10:00", "note", "My note")
	if r := theirs.Post(t, at, form(t, theirs, at, at, "date", "2026-12-21", "time", "09:15")); r.Code != http.StatusSeeOther {
		t.Fatalf("suggest: %d", r.Code)
	}
	r := mine.Post(t, at, old)
	says(t, r, http.StatusConflict, "What is stored now:")
	says(t, r, http.StatusConflict, "09:15")
	if again := r.Page(t).Form(t, at); strings.TrimSpace(again.Get("note")) != "My note" || mine.Post(t, at, again).Code != http.StatusSeeOther {
		t.Errorf("the form has %v", again)
	}
}

// Where somebody else came first and the form is gone, its words are on the page.
func typedWordsOutliveTheirForm(t *testing.T, h *house.House) {
	t.Helper()
	c := h.First.Clients[1]
	mine, theirs, at := h.First.Owner, h.First.Members[auth.Admin], eventAt(c.Meeting, "")
	confirm := form(t, mine, at, at+"/confirmation", "place", "Room of my own", "link", "https://meet.example/mine")
	decline := form(t, mine, at+"/rejection", at+"/rejection", "reason", "A reason of mine")
	if r := theirs.Post(t, at+"/confirmation", form(t, theirs, at, at+"/confirmation", "link", "https://meet.example/theirs")); r.Code != http.StatusSeeOther {
		t.Fatalf("confirm: %d", r.Code)
	}
	r := mine.Post(t, at+"/confirmation", confirm)
	for _, text := range []string{"What you typed", "Room of my own", "https://meet.example/mine"} {
		says(t, r, http.StatusConflict, text)
	}
	says(t, mine.Post(t, at+"/rejection", decline), http.StatusConflict, "A reason of mine")
	fragment := mine.Clone()
	fragment.Headers.Set("HX-Request", "true")
	over := fragment.Post(t, at+"/rejection", decline)
	says(t, over, http.StatusConflict, "A reason of mine")
	if strings.Contains(over.Text(), "<html") || len(over.Page(t).All("a", "href="+at)) == 0 {
		t.Error("a whole page is drawn in the place of a question over the page, or nothing leads to the meeting")
	}
}

// One click confirms in the list of what waits, with a field for how people come where
// that is not said yet; staff are told where they left it out.
func howToComeIsAskedFor(t *testing.T, h *house.House) {
	t.Helper()
	c := h.First.Clients[0]
	a, at := h.First.Owner, eventAt(c.Meeting, "")
	const panel, left = "/app/calendar", "The invitation has no link to join."
	typed := form(t, a, panel, at+"/confirmation")
	if _, asked := typed["link"]; !asked || len(a.Get(t, panel).Page(t).All("input", "inputmode=url")) == 0 {
		t.Errorf("nothing asks for a link: %v", typed)
	}
	says(t, a.Get(t, at), http.StatusOK, "the invitation does not say how to come")
	says(t, a.Post(t, at+"/confirmation", form(t, a, panel, at+"/confirmation", "link", "no link")), http.StatusUnprocessableEntity, "Link to join")
	if r := a.Post(t, at+"/confirmation", typed); r.Code != http.StatusSeeOther {
		t.Fatalf("confirm: %d", r.Code)
	}
	says(t, a.Get(t, at), http.StatusOK, left)
	if r := a.Post(t, at, form(t, a, at+"/edit", at, "link", "https://meet.example/late")); r.Code != http.StatusSeeOther {
		t.Fatalf("add a link: %d", r.Code)
	}
	if page := a.Get(t, at).Page(t).Text(); strings.Contains(page, left) {
		t.Error("it is still said that there is no link")
	}
	if page := a.Get(t, eventAt(c.InnerEvent, "")).Page(t).Text(); strings.Contains(page, "does not say where you meet") {
		t.Error("an event of the business needs no way for a client")
	}
}

// Staff are not held to working hours, and told where they leave them.
func outsideOfWorkingHoursIsSaid(t *testing.T, h *house.House) {
	t.Helper()
	const outside, add = "outside of your working hours", "/app/calendar"
	a := h.First.Owner
	stored := func(want bool, action string, in url.Values) string {
		t.Helper()
		r := a.Post(t, action, in)
		at := r.Header().Get("Location")
		if r.Code != http.StatusSeeOther {
			t.Fatalf("%s: status %d\n%s", action, r.Code, r.Page(t).Text())
		}
		if page := a.Get(t, at).Page(t).Text(); strings.Contains(page, outside) != want && strings.Contains(page, "not all within your working hours") != want {
			t.Errorf("%s: %v\n%s", action, in, page)
		}
		return at
	}
	made := stored(true, add, form(t, a, add+"/new", add, "title", "Moving house", "date", "2026-12-19", "time", "22:30", "length", "60"))
	stored(false, made, form(t, a, made+"/edit", made, "notes", "It stays when it was."))
	stored(false, made, form(t, a, made+"/edit", made, "date", "2026-12-22", "time", "11:00"))
	stored(true, made, form(t, a, made+"/edit", made, "time", "06:00"))
	offer := eventAt(h.First.Clients[1].OwnMeeting, "/proposal")
	stored(true, offer, form(t, a, offer, offer, "date", "2026-12-22", "time", "14:00", "date2", "2026-12-26", "time2", "23:30"))
	stored(false, offer, form(t, a, offer, offer, "date", "2026-12-22", "time", "14:00"))
}
