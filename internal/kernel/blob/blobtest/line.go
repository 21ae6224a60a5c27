package blobtest

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"testing"
)

// Line is a road to a server of S3 that Toxiproxy makes bad. It begins as a good
// one.
type Line struct {
	// Address is that of the bucket at the end of the road.
	Address string

	tb    testing.TB
	admin string // where the proxy is told what to do
}

// NewLine lays a road to the bucket of an address.
func NewLine(tb testing.TB, address string) *Line {
	tb.Helper()
	l, script := &Line{tb: tb}, tool(tb, "toxiproxy")
	// As with the server, an address may be lost to somebody quicker.
	for range 5 {
		at := freeAddress(tb)
		host, port, _ := net.SplitHostPort(at)
		cmd := exec.CommandContext(tb.Context(), script, "toxiproxy", "-host", host, "-port", port)
		if err := cmd.Start(); err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		l.admin = "http://" + at
		if await(func() bool { return l.tell(http.MethodGet, "/proxies", nil, nil) == http.StatusOK }) {
			l.open(address)
			return l
		}
	}
	tb.Fatal("Toxiproxy does not start")
	return nil
}

func (l *Line) open(address string) {
	l.tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		l.tb.Fatal(err)
	}
	var made struct{ Listen string }
	proxy := map[string]any{"name": "s3", "listen": "127.0.0.1:0", "upstream": u.Host, "enabled": true}
	if status := l.tell(http.MethodPost, "/proxies", proxy, &made); status != http.StatusCreated {
		l.tb.Fatalf("open a line: %d", status)
	}
	u.Host = made.Listen
	l.Address = u.String()
}

// Down refuses connections and ends those there are.
func (l *Line) Down() {
	l.tb.Helper()
	l.must(http.MethodPost, "/proxies/s3", map[string]any{"enabled": false}, http.StatusOK)
}

// Poison makes what goes up to the server or comes down from it bad, in a manner
// that Toxiproxy knows.
func (l *Line) Poison(stream, kind string, attributes map[string]int) {
	l.tb.Helper()
	l.must(http.MethodPost, "/proxies/s3/toxics", map[string]any{
		"name": stream + kind, "type": kind, "stream": stream, "toxicity": 1, "attributes": attributes,
	}, http.StatusOK)
}

// Cut ends each connection after so many bytes to the server ("upstream") or from it
// ("downstream").
func (l *Line) Cut(stream string, bytes int) {
	l.tb.Helper()
	l.Poison(stream, "limit_data", map[string]int{"bytes": bytes})
}

// Heal makes it a good line again. While it was down somebody may have got its port
// for a connection, and has it for a moment.
func (l *Line) Heal() {
	l.tb.Helper()
	if !await(func() bool { return l.tell(http.MethodPost, "/reset", nil, nil) == http.StatusNoContent }) {
		l.tb.Fatal("the line cannot be healed")
	}
}

func (l *Line) must(method, path string, says any, want int) {
	l.tb.Helper()
	if status := l.tell(method, path, says, nil); status != want {
		l.tb.Fatalf("%s: %d", path, status)
	}
}

// tell tells the proxy something and reads what it answers. A status of 0 is no
// answer.
func (l *Line) tell(method, path string, says, answer any) int {
	data, err := json.Marshal(says)
	if err != nil {
		return 0
	}
	r, err := http.NewRequest(method, l.admin+path, bytes.NewReader(data))
	if err != nil {
		return 0
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	defer got.Body.Close()
	if answer != nil && json.NewDecoder(got.Body).Decode(answer) != nil {
		return 0
	}
	return got.StatusCode
}
