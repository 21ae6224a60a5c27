package contract_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/internal/feature/contract"
)

// chain is a sound chain of n events, as it is told in docs: each hash is of the
// scheme, the hash before and the entry.
func chain(of contract.ID, created time.Time, n int) []contract.Link {
	previous := contract.Genesis(of, created)
	var links []contract.Link
	for i := range n {
		entry, err := json.Marshal(contract.Act{
			Seq: int64(i) + 1, At: created.Add(time.Duration(i) * time.Minute).Format(time.RFC3339Nano), Kind: "viewed", Actor: contract.Actor{Kind: "contact", Name: "Ines"},
		})
		if err != nil {
			panic(err)
		}
		l := contract.Link{Seq: int64(i) + 1, Entry: string(entry), Previous: previous, Hash: contract.Chained(previous, string(entry))}
		previous = l.Hash
		links = append(links, l)
	}
	return links
}

// Whatever is done to a log by somebody who cannot mend the last hash, which stands
// in the sealed file, is found: an event changed, taken out, put in, swapped or cut
// off at the end.
func TestEveryManipulationOfALogIsFound(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	const of contract.ID = "06h0f8hig1o1d18b8r23cfjueo"
	rounds := 1
	if os.Getenv("FOYER_TEST_SOAK") != "" {
		rounds = 100 // of a hundred each
	}
	for range rounds {
		rapid.Check(t, func(t *rapid.T) { manipulate(t, of, created) })
	}
}

// manipulate does one thing to a log, and holds that it is found.
func manipulate(t *rapid.T, of contract.ID, created time.Time) {
	n := rapid.IntRange(1, 30).Draw(t, "events")
	sound := chain(of, created, n)
	anchor, err := contract.Check(of, created, sound)
	if err != nil {
		t.Fatalf("a sound log: %v", err)
	}
	links := slices.Clone(sound)
	at := rapid.IntRange(0, n-1).Draw(t, "at")
	switch rapid.SampledFrom([]string{"byte", "kind", "out", "in", "swap", "cut", "previous", "hash", "rest"}).Draw(t, "how") {
	case "byte":
		text := []byte(links[at].Entry)
		text[rapid.IntRange(0, len(text)-1).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		links[at].Entry = string(text)
	case "kind": // with its own hash made anew, as who can write the table would
		var a contract.Act
		if err := json.Unmarshal([]byte(links[at].Entry), &a); err != nil {
			t.Fatal(err)
		}
		a.Kind = "signed"
		text, _ := json.Marshal(a)
		links[at].Entry = string(text)
		links[at].Hash = contract.Chained(links[at].Previous, links[at].Entry)
	case "out":
		links = slices.Delete(links, at, at+1)
	case "in":
		links = slices.Insert(links, at, links[at])
	case "swap":
		other := rapid.IntRange(0, n-1).Filter(func(i int) bool { return n == 1 || i != at }).Draw(t, "other")
		if n == 1 {
			return
		}
		links[at], links[other] = links[other], links[at]
	case "cut":
		links = links[:at]
	case "previous":
		links[at].Previous = contract.Chained(links[at].Previous, "x")
	case "hash":
		links[at].Hash = contract.Chained(links[at].Hash, "x")
	case "rest": // everything from there on made anew
		links = slices.Concat(links[:at], forged(links[:at], of, created, n-at))
	}
	head, err := contract.Check(of, created, links)
	var broken contract.Broken
	if err != nil && !errors.As(err, &broken) {
		t.Fatalf("the error is %v", err)
	}
	if err == nil && head == anchor {
		t.Fatal("nothing was found")
	}
}

// forged continues a log with other events, soundly.
func forged(links []contract.Link, of contract.ID, created time.Time, n int) []contract.Link {
	previous := contract.Genesis(of, created)
	if len(links) > 0 {
		previous = links[len(links)-1].Hash
	}
	var more []contract.Link
	for i := range n {
		seq := int64(len(links)+i) + 1
		entry, _ := json.Marshal(contract.Act{Seq: seq, Kind: "forged"})
		l := contract.Link{Seq: seq, Entry: string(entry), Previous: previous, Hash: contract.Chained(previous, string(entry))}
		previous = l.Hash
		more = append(more, l)
	}
	return more
}
