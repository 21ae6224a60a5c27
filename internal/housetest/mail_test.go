package housetest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"foyer/internal/feature/notify"
	"foyer/internal/housetest/house"
	"foyer/internal/kernel/id"
)

// Every kind of mail that somebody writes has its line in the table of notify, and the
// other way round; and of everything that happens in the house the table says who
// hears of it.
func TestTheTableOfMailIsWhole(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		rules := map[string]notify.Rule{}
		for _, r := range notify.Rules {
			if _, twice := rules[r.Mail]; twice {
				t.Errorf("%s has two lines", r.Mail)
			}
			rules[r.Mail] = r
			if r.Client == "" && r.Staff == "" {
				t.Errorf("nobody hears of %s", r.Mail)
			}
			for _, e := range r.Events {
				if slices.Contains(notify.Silent, e) {
					t.Errorf("%s is silent, and yet sends %s", e, r.Mail)
				}
			}
		}
		for _, kind := range h.Outbox.Kinds() {
			if _, known := rules[kind]; !known {
				t.Errorf("the table does not say who gets %s", kind)
			}
			delete(rules, kind)
		}
		for kind := range rules {
			t.Errorf("nobody writes %s", kind)
		}
		d := h.Everything(t)
		happened := texts(t, d, `select distinct kind from activity`)
		if len(happened) < 40 {
			t.Fatalf("only %d kinds of activity in the house", len(happened))
		}
		for _, kind := range happened {
			if !notify.Known(kind) {
				t.Errorf("the table does not say who hears of %s", kind)
			}
		}
		threads := 0
		sending := notify.Sending()
		for _, row := range texts(t, d, `select kind || ' ' || cast(params as text) from outbox`) {
			kind, params, _ := strings.Cut(row, " ")
			var said map[string]any
			noError(t, json.Unmarshal([]byte(params), &said))
			if thread := sending[kind].Thread; thread != "" {
				threads++
				if of, _ := said[thread].(string); !id.Valid(of) && kind != "payment_trouble" {
					t.Errorf("%s belongs to the thread %q", kind, said[thread])
				}
			}
		}
		if threads < 10 {
			t.Errorf("only %d mails in the house belong to a thread", threads)
		}
	})
}

// The address in a mail unsubscribes by a POST of a mail program, which has no cookies
// and comes from nowhere (RFC 8058), and not by a look at the page. It belongs to its
// workspace.
func TestUnsubscribingWithoutSigningIn(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		w := h.First
		at := exit(t, h, w)
		stranger := h.Visitor(w.Host)
		for range 2 {
			if page := stranger.Get(t, at).Page(t); !strings.Contains(page.Text(), "Unsubscribe from this mail?") {
				t.Fatalf("the page says %s", page.Text())
			}
		}
		if _, n := stranger.Count(t, at); n > mostStatements {
			t.Errorf("the page takes %d statements", n)
		}
		oneClick := func(a *house.Agent) house.Response {
			r := a.PostRequest(t, at, url.Values{"List-Unsubscribe": {"One-Click"}})
			r.Header.Del("Origin")
			r.Header.Del("Sec-Fetch-Site")
			return a.Do(t, r)
		}
		if r := oneClick(w.Owner); r.Code != http.StatusForbidden {
			t.Errorf("with a cookie that a page may have borrowed it is answered %d", r.Code)
		}
		if done := oneClick(h.Visitor(w.Host)); done.Code != http.StatusOK || !strings.Contains(done.Page(t).Text(), "You are unsubscribed") {
			t.Errorf("the program is answered %d: %s", done.Code, done.Page(t).Text())
		}
		for _, again := range []house.Response{stranger.Get(t, at), stranger.Post(t, at, nil)} {
			if again.Code != http.StatusOK || !strings.Contains(again.Page(t).Text(), "no such mail any more") {
				t.Errorf("once more is answered %d: %s", again.Code, again.Page(t).Text())
			}
		}
		for _, wrong := range []house.Response{
			h.Visitor(h.Second.Host).Post(t, at, nil), stranger.Post(t, at+"x", nil), stranger.Post(t, "/unsubscribe/x", nil),
		} {
			if wrong.Code != http.StatusNotFound || !strings.Contains(wrong.Page(t).Text(), "This address opens nothing") {
				t.Errorf("what is no address of theirs is answered %d: %s", wrong.Code, wrong.Page(t).Text())
			}
		}
	})
}

// exit is the address to unsubscribe at, without its host, of a mail about a case.
func exit(t *testing.T, h *house.House, w *house.Workspace) string {
	t.Helper()
	sys, err := h.Gate.System(t.Context(), w.Site.ID)
	noError(t, err)
	for _, mail := range texts(t, h.Everything(t), `select id from outbox where state = 'waiting' and kind = 'case_raised' and workspace_id = $1`, w.Site.ID) {
		data, err := json.Marshal(map[string]string{"mail": mail})
		noError(t, err)
		noError(t, h.Outbox.Send(t.Context(), sys, data))
		for _, m := range h.Box.List() {
			if link := m.Headers["List-Unsubscribe"]; link != "" {
				at, err := url.Parse(strings.Trim(link, "<>"))
				noError(t, err)
				return at.Path
			}
		}
	}
	t.Fatal("no mail says how to unsubscribe")
	return ""
}
