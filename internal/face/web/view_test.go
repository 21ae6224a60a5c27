package web_test

import (
	"database/sql"
	"net/http"
	"strings"
	"testing"

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
