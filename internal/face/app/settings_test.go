package app_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/housetest/house"
)

// furnished runs tests one after the other in a house with everybody in it, on
// each engine. To furnish a house takes longer than any of them.
func furnished(t *testing.T, tests ...func(t *testing.T, h *house.House)) {
	t.Helper()
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		for _, test := range tests {
			test(t, h)
		}
	})
}

func TestSettingsPages(t *testing.T) {
	t.Parallel()
	furnished(t, logoAboveTheLimit, colorIsShownBeforeItIsSaved, staleSettingsKeepTheWords, settingsByRole)
}

// says fails unless the answer has the status and the text.
func says(t *testing.T, r house.Response, status int, text string) {
	t.Helper()
	if page := r.Page(t).Text(); r.Code != status || !strings.Contains(page, text) {
		t.Errorf("%s %s: status %d, want %d with %q\n%s", r.Request.Method, r.Request.URL, r.Code, status, text, page)
	}
}

// form is what a page's form would send, with some of it changed.
func form(t *testing.T, a *house.Agent, page, action string, changed ...string) url.Values {
	t.Helper()
	v := a.Get(t, page).Page(t).Form(t, action)
	for i := 0; i < len(changed); i += 2 {
		v.Set(changed[i], changed[i+1])
	}
	return v
}

func logoAboveTheLimit(t *testing.T, h *house.House) {
	t.Helper()
	const at, page = "/app/settings/brand/logo", "/app/settings/brand"
	a := h.First.Owner
	send := func(data []byte) house.Response {
		return a.PostFile(t, at, form(t, a, page, at), "logo", "logo.png", data)
	}
	for size, status := range map[int]int{5<<20 + 1: http.StatusUnprocessableEntity, 6<<20 + 1: http.StatusRequestEntityTooLarge, 12 << 20: http.StatusRequestEntityTooLarge} {
		r := send(make([]byte, size))
		says(t, r, status, "This picture file is too large. The limit is 5 MB.")
		if n := len(r.Page(t).All("input", "aria-invalid=true")); n != 1 {
			t.Errorf("%d fields are marked, want 1", n)
		}
	}
	says(t, send(nil), http.StatusUnprocessableEntity, "Choose a picture file first.")
	if r := h.Visitor(house.Host).PostFile(t, at, nil, "logo", "x", make([]byte, 7<<20)); r.Code != http.StatusSeeOther {
		t.Errorf("somebody who is not signed in gets %d", r.Code)
	}

	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewNRGBA(image.Rect(0, 0, 30, 10))); err != nil {
		t.Fatal(err)
	}
	if r := send(picture.Bytes()); r.Code != http.StatusSeeOther {
		t.Fatalf("a good logo: %d\n%s", r.Code, r.Text())
	}
	says(t, a.Get(t, page), http.StatusOK, "The logo is saved.")
	logo := a.Get(t, page).Page(t).All("img", "width=120")[0].Get("src")
	if r := h.Visitor(house.Host).Get(t, logo); r.Code != http.StatusOK || r.Header().Get("Content-Type") != "image/png" {
		t.Errorf("the logo is served with %d, %s", r.Code, r.Header().Get("Content-Type"))
	}
	if r := h.Visitor(house.SecondHost).Get(t, logo); r.Code != http.StatusNotFound {
		t.Errorf("the other workspace serves the logo with %d", r.Code)
	}
	if r := a.Post(t, at+"/removal", form(t, a, at+"/removal", at+"/removal")); r.Code != http.StatusSeeOther {
		t.Errorf("removal: %d", r.Code)
	}
	says(t, a.Get(t, page), http.StatusOK, "No logo yet.")
}

func colorIsShownBeforeItIsSaved(t *testing.T, h *house.House) {
	t.Helper()
	const page = "/app/settings/brand"
	a := h.First.Owner
	r := a.Get(t, page+"?color=%23ffee00")
	says(t, r, http.StatusOK, "What the portal makes of #ffee00.")
	if n := len(r.Page(t).All("svg", "role=img")); n != 2 {
		t.Errorf("%d drawings, want one a theme", n)
	}
	if strings.Contains(r.Text(), " style=") {
		t.Error("the page has styles of its own")
	}
	says(t, a.Get(t, page+"?color=red"), http.StatusUnprocessableEntity, "Write the colour as #rrggbb")
	says(t, a.Get(t, page), http.StatusOK, "The neutral slate") // nothing was saved by looking

	saved := a.Post(t, page, form(t, a, page, page, "color", "#FFEE00"))
	if saved.Code != http.StatusSeeOther {
		t.Fatalf("save: %d", saved.Code)
	}
	says(t, a.Get(t, page), http.StatusOK, "What the portal makes of #ffee00.")
	fragment := h.First.Owner.Clone()
	fragment.Headers.Set("HX-Request", "true")
	if r := fragment.Get(t, page+"?color=%230f766e"); r.Code != http.StatusOK || strings.Contains(r.Text(), "<html") || !strings.Contains(r.Text(), "#0f766e") {
		t.Errorf("the fragment is %d\n%s", r.Code, r.Text())
	}
}

func staleSettingsKeepTheWords(t *testing.T, h *house.House) {
	t.Helper()
	const page = "/app/settings"
	mine, theirs := h.First.Owner, h.First.Members[auth.Admin]
	old := form(t, mine, page, page, "name", "My words")
	if r := theirs.Post(t, page, form(t, theirs, page, page, "name", "Their words")); r.Code != http.StatusSeeOther {
		t.Fatalf("save: %d", r.Code)
	}
	r := mine.Post(t, page, old)
	says(t, r, http.StatusConflict, "Their words")
	again := r.Page(t).Form(t, page)
	if again.Get("name") != "My words" {
		t.Errorf("the form has %q", again.Get("name"))
	}
	if r := mine.Post(t, page, again); r.Code != http.StatusSeeOther {
		t.Errorf("saved again: %d", r.Code)
	}
}

// Who sees and does what on the pages of the team and the settings.
func settingsByRole(t *testing.T, h *house.House) {
	t.Helper()
	for role, a := range h.First.Members {
		writes, reads := role == auth.Owner || role == auth.Admin, role == auth.Finance
		want := func(may bool) int {
			if may {
				return http.StatusOK
			}
			return http.StatusForbidden
		}
		for _, page := range []string{"", "/brand", "/portal", "/preferences", "/mail", "/billing", "/team/new"} {
			if r := a.Get(t, "/app/settings"+page); r.Code != want(writes) {
				t.Errorf("%s gets %d for %q", role, r.Code, page)
			}
		}
		r := a.Get(t, "/app/settings/team")
		if r.Code != want(writes || reads) {
			t.Errorf("%s gets %d for the team", role, r.Code)
		}
		if r.Code != http.StatusOK {
			continue
		}
		controls := len(r.Page(t).All("a", "href=/app/settings/team/new")) + strings.Count(r.Text(), "/role\"")
		if (controls > 0) != writes {
			t.Errorf("%s is shown %d controls of the team", role, controls)
		}
		if tabs := len(r.Page(t).All("nav", "class=tabs")[0].All("a", "")); tabs != map[bool]int{true: 13, false: 1}[writes] {
			t.Errorf("%s is shown %d tabs", role, tabs)
		}
	}
}
