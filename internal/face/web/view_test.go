package web_test

import (
	"database/sql"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
)

// Somebody who is not signed in reads what the browser asks for, and the
// workspace's language where we do not have that.
func TestVisitorsReadWhatTheirBrowserAsksFor(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for _, site := range []string{"en", "de"} {
			err := h.db.Unscoped(t.Context(), func(tx *sql.Tx) error {
				_, err := tx.ExecContext(t.Context(), `update workspace set language = $1`, site)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for asked, want := range map[string]string{
				"": site, "*": site, "fr-FR,fr;q=0.8": site, "\x00": site, "de-AT,de;q=0.9,en;q=0.5": "de", "en-GB,en;q=0.9,de;q=0.1": "en", "fr,de;q=0.2": "de",
			} {
				for _, path := range []string{"/portal/", "/portal/nothing"} {
					r := h.request(http.MethodGet, path, "")
					r.Header.Set("Accept-Language", asked)
					if body := h.ask(r).Body.String(); !strings.Contains(body, `<html lang="`+want+`" dir="ltr"`) {
						t.Errorf("%s of a workspace in %s for %q is not in %s: %.60s", path, site, asked, want, body)
					}
				}
			}
		}
	})
}

func TestAMessageFillsItsWordsInAPluralToo(t *testing.T) {
	t.Parallel()
	v := web.View{Printer: lang.For("de")}
	for want, m := range map[string]problem.Message{
		"2 falsche Passwörter, zuletzt: Heute 09:12":                                            problem.Say("portal.failed", "n", 2, "when", "Heute 09:12"),
		"1 falsches Passwort, zuletzt: Heute 09:12":                                             problem.Say("portal.failed", "when", "Heute 09:12", "n", 1),
		"Schreiben Sie höchstens 5 Zeichen.":                                                    problem.Say("field.long", "max", 5),
		"Das wurde zu oft versucht. Warten Sie 1 Minute und versuchen Sie es dann noch einmal.": problem.Say("problem.too_many_minutes", "n", 1),
	} {
		if got := v.Say(m); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A sentence that fits any field stands beneath its field; in the summary above the form
// it says which one. The label is written as it stands at the field.
func TestTheSummaryNamesTheFieldWhereItsSentenceDoesNot(t *testing.T) {
	t.Parallel()
	var f problem.Fields
	f.Add("subject", "field.required")
	f.Add("body", "field.required")
	f.Add("zone", "field.zone")
	f.Add("gone", "field.required")
	f.Add("files", "document.choose")
	v := web.View{Printer: lang.For("en")}.WithProblem(f.Err())
	field := func(name, label string) ui.TextField {
		return ui.TextField{Name: name, Label: label, Error: v.Error(name)}
	}
	page := templ.Join(
		ui.ErrorSummary{Title: "T", Items: v.ErrorItems("subject", "body", "zone", "gone", "files")},
		field("subject", "Subject <b>"), field("body", "What is it?"), field("zone", "Time zone"), field("files", "Files"), field("quiet", "Other"),
	)
	w := httptest.NewRecorder()
	if err := web.Render(w, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusUnprocessableEntity, page); err != nil {
		t.Fatal(err)
	}
	body := w.Body.String()
	for _, want := range []string{
		`<a href="#f-subject"><bdi>Subject &lt;b&gt;</bdi>: Please fill this in.</a>`, `<a href="#f-body"><bdi>What is it?</bdi> Please fill this in.</a>`,
		`<a href="#f-zone"><bdi>Time zone</bdi>: Choose a time zone`, `<a href="#f-gone">Please fill this in.</a>`, `<a href="#f-files">` + v.T("document.choose") + `</a>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in\n%s", want, body)
		}
	}
	if strings.Contains(body, "<!--") {
		t.Errorf("room is left:\n%s", body)
	}
}

// Who finds nothing at an address of the portal still knows whose it is, and gets home.
func TestErrorPagesOfThePortalWearTheMark(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	first, _ := twoWorkspaces(t, h)
	for path, marked := range map[string]bool{"/portal/nothing": true, "/app/nothing": false} {
		w := h.get(path)
		if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), `<header class="top">`) != marked {
			t.Errorf("%s is answered %d, with the mark of %s: %v wanted\n%s", path, w.Code, first.Name, marked, w.Body)
		}
	}
}
