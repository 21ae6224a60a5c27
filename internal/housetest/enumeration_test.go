package housetest

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"testing"

	"foyer/internal/housetest/house"
)

// Whether an address has a login is told neither by what comes back nor by the
// work that is done: equal bytes, equal headers, one hash, and as many rows in
// every table.
func TestAnswersDoNotTellWhoHasALogin(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		everything := h.Everything(t)
		for _, c := range []struct{ path, known, unknown string }{
			{"/portal/login", w.Clients[0].Canary + "@client.example", "nobody1@client.example"},
			{"/app/login", "owner@a.example", "nobod@a.example"},
			{"/portal/password/forgot", w.Clients[0].Canary + "@client.example", "nobody2@client.example"},
			{"/app/password/forgot", "owner@a.example", "noone@a.example"},
		} {
			var answers []string
			h.Visitor(w.Host).Post(t, c.path, url.Values{"email": {"first@of.example"}}) // tries of this network address are counted from here on
			for _, email := range []string{c.known, c.unknown} {
				form := url.Values{"email": {email}}
				if strings.HasSuffix(c.path, "/login") {
					form.Set("password", "not the password at all")
				}
				hashes, rows := h.Hasher.Count(), rowsOf(t, h, everything)
				got := h.Visitor(w.Host).Post(t, c.path, form)
				answers = append(answers, fmt.Sprintf("%d\n%s\n%s\nhashes %d\nrows %d", got.Code, headersOf(got.Header()),
					strings.ReplaceAll(got.Text(), email, "EMAIL"), h.Hasher.Count()-hashes, rowsOf(t, h, everything)-rows))
			}
			if answers[0] != answers[1] {
				t.Errorf("%s tells a known address from an unknown one:\n%s\n--- and ---\n%s", c.path, answers[0], answers[1])
			}
			if strings.HasSuffix(c.path, "/login") && !strings.Contains(answers[0], "hashes 1\n") {
				t.Errorf("%s does not cost one hash: %s", c.path, answers[0][len(answers[0])-60:])
			}
		}
	})
}

// rowsOf counts the rows of every table, the jobs' too.
func rowsOf(t *testing.T, h *house.House, everything *sql.DB) int {
	t.Helper()
	sum := 0
	for _, table := range append(h.Tables(t, everything), "river_job") {
		n, err := strconv.Atoi(h.Count(t, everything, table))
		must(t, err)
		sum += n
	}
	return sum
}

func headersOf(h http.Header) string {
	var lines []string
	for name, values := range h {
		lines = append(lines, name+": "+strings.Join(values, ", "))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
