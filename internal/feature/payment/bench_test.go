package payment_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/db/dbtest"
)

// A webhook is taken: its signature is proven, it is stored, and what it says is
// compared with what is there. Every event is a new one.
func BenchmarkHear(b *testing.B) {
	s := open(b, projecttest.New(b, dbtest.SQLite(b)))
	n := s.invoice(b, "100", "EUR")
	must(b, s.stripe.Pay(s.press(b, n.ID), false))
	secret, body := s.hook(b), string(s.completed(b))
	event := regexp.MustCompile(`evt_\w+`).FindString(body)
	i := 0
	for b.Loop() {
		i++
		must(b, s.send(b, []byte(strings.Replace(body, event, fmt.Sprint("evt_bench_", i), 1)), secret))
	}
}
