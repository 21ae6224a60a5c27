package housetest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/feature/document"
	"foyer/internal/feature/workspace"
	"foyer/internal/housetest/house"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
)

const deliveryPage = "/app/settings/mail/delivery"

// From the button that makes a key to the mail that a mail server gets: a mail goes
// out unsigned until a check finds the record, and from then on holds for a
// verifier that is not ours, by the record that the page shows.
func TestMailOfAWorkspaceHoldsForAnIndependentVerifier(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		h.Serve(t)
		press := func(action, says string) house.Response {
			t.Helper()
			for _, f := range w.Owner.Get(t, deliveryPage).Page(t).All("form", "method=post") {
				if f.Get("action") == deliveryPage+action {
					if got := w.Owner.Post(t, deliveryPage+action, f.Values()); got.Code != http.StatusSeeOther {
						t.Fatalf("%s answers %d: %s", action, got.Code, got.Page(t).Text())
					}
				}
			}
			page := w.Owner.Get(t, deliveryPage)
			if !strings.Contains(page.Page(t).Text(), says) {
				t.Errorf("after %s the page does not say %q: %s", action, says, page.Page(t).Text())
			}
			return page
		}
		asked := len(h.DNS.Asked())
		press("/key", "Now enter its record in DNS")
		if len(h.DNS.Asked()) != asked {
			t.Errorf("looking at the page, or making a key, asks DNS: %v", h.DNS.Asked())
		}
		k := waitingKey(t, h, w)
		press("/check", "DNS has no such record yet")
		h.DNS.Set(k.Name(), "v=DKIM1; p=<script>alert(1)</script>")
		h.DNS.Set("studio.example", "v=spf1 -all", "v=spf1 mx -all")
		page := press("/check", "DNS says something else under this name")
		if strings.Contains(page.Text(), "<script>alert(1)") {
			t.Error("what DNS says comes as markup")
		}
		if !strings.Contains(page.Page(t).Text(), "Your domain has more than one") || !strings.Contains(page.Page(t).Text(), k.Record()) {
			t.Errorf("the page says %s", page.Page(t).Text())
		}
		raws := [][]byte{testMail(t, h, w)}
		h.DNS.Set(k.Name(), k.Record())
		press("/check", "Mail is signed from now on")
		raws = append(raws, testMail(t, h, w), testMail(t, h, h.Second))
		tampered := []byte(strings.Replace(string(raws[1]), "Subject: ", "Subject: Re: ", 1))
		holds := mailtest.Verified(t, map[string]string{k.Name(): k.Record()}, append(raws, tampered)...)
		if want := []bool{false, true, false, false}; !slices.Equal(holds, want) {
			t.Errorf("unsigned, signed, the other workspace's, tampered with: %v, want %v\n%s", holds, want, raws[1])
		}
		if page := h.Second.Owner.Get(t, deliveryPage); strings.Contains(page.Text(), k.Selector) {
			t.Error("the other workspace sees the key")
		}
	})
}

func waitingKey(t *testing.T, h *house.House, w *house.Workspace) workspace.MailKey {
	t.Helper()
	d, err := workspace.Feature{Documents: document.Shelf{Blobs: h.Blobs}}.ForStaff(w.Owner.Staff(t)).Delivery(t.Context())
	must(t, err)
	if d.Waiting.ID == "" {
		t.Fatalf("no key waits: %+v", d)
	}
	return d.Waiting
}

// testMail has the Owner ask for a test mail, and is what a mail server gets of it.
func testMail(t *testing.T, h *house.House, w *house.Workspace) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	seen := map[string]bool{}
	for _, k := range h.Box.List() {
		seen[k.MessageID] = true
	}
	form := w.Owner.Get(t, "/app/settings/mail").Page(t).All("form", "action=/app/settings/mail/test")[0].Values()
	if got := w.Owner.Post(t, "/app/settings/mail/test", form); got.Code != http.StatusSeeOther {
		t.Fatalf("the test mail answers %d", got.Code)
	}
	kept, err := h.Box.Await(ctx, func(m mail.Message) bool {
		return !seen[m.MessageID] && m.From.Addr == w.Canary+"@studio.example" && strings.Contains(m.Subject, "est mail")
	})
	must(t, err)
	s := mailtest.Start(t, mailtest.Options{})
	must(t, s.Sender(t).Send(ctx, kept.Message))
	return s.Next(ctx, t).Raw
}
