package housetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// line is the road from the program to the stand-in, and what is wrong with it. The
// program asks Toxiproxy, which makes connections bad; that asks a gateway, which
// makes answers bad; and that asks the stand-in.
type line struct {
	t       *testing.T
	admin   string // where Toxiproxy is told what to do
	to      string // what the program is told of
	stripe  string // the stand-in itself
	nextTo  http.Handler
	garble  atomic.Pointer[[]nonsense]
	mu      sync.Mutex
	asked   map[string]int // requests that came to the gateway, by what they ask for
	all     int
	arrived chan struct{} // one did; nobody has to look
}

// layLine starts the proxy. Its road begins with open.
func layLine(t *testing.T) *line {
	t.Helper()
	l := &line{t: t, asked: map[string]int{}, arrived: make(chan struct{}, 1)}
	// The address is given up before the proxy takes it: it cannot be told to find
	// one, nor does it say that there is somebody else. Then another one is tried.
	for range 5 {
		at := freeAddress(t)
		host, port, _ := net.SplitHostPort(at)
		cmd := exec.CommandContext(t.Context(), filepath.Join(root, "scripts", "tool"), "toxiproxy", "-host", host, "-port", port)
		must(t, cmd.Start())
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		l.admin = "http://" + at
		if l.answers() {
			return l
		}
	}
	t.Fatal("Toxiproxy does not start")
	return nil
}

func freeAddress(t *testing.T) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// answers waits until the proxy does, as long as a slow machine may take.
func (l *line) answers() bool {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for range 1500 {
		if status, _ := l.send(http.MethodGet, "/proxies", nil); status == http.StatusOK {
			return true
		}
		<-look.C
	}
	return false
}

// open lays the road to the stand-in, and gives the address at its near end.
func (l *line) open(stripe string) string {
	l.t.Helper()
	at, err := url.Parse(stripe)
	must(l.t, err)
	next := httputil.NewSingleHostReverseProxy(at)
	next.ErrorLog = log.New(io.Discard, "", 0) // that connections are lost is what this is for
	l.stripe, l.nextTo = stripe, next
	gateway := httptest.NewServer(l)
	l.t.Cleanup(gateway.Close)
	l.t.Cleanup(l.heal) // or the gateway waits for what is held
	_, body := l.send(http.MethodPost, "/proxies", map[string]any{"name": "stripe", "listen": "127.0.0.1:0", "upstream": gateway.Listener.Addr().String(), "enabled": true})
	var made struct {
		Listen string `json:"listen"`
	}
	must(l.t, json.Unmarshal(body, &made))
	l.to = "http://" + made.Listen
	return l.to
}

// send tells the proxy something. A status of 0 is no answer.
func (l *line) send(method, path string, says any) (int, []byte) {
	data, err := json.Marshal(says)
	if err != nil {
		panic(err)
	}
	r, err := http.NewRequest(method, l.admin+path, bytes.NewReader(data))
	if err != nil {
		panic(err)
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		return 0, []byte(err.Error())
	}
	return got.StatusCode, body
}

// poison makes what comes back bad, on connections that there are and new ones:
// all of them, or a part.
func (l *line) poison(kind string, part float64, attributes map[string]int) {
	l.t.Helper()
	status, body := l.send(http.MethodPost, "/proxies/stripe/toxics", map[string]any{
		"name": kind, "type": kind, "stream": "downstream", "toxicity": part, "attributes": attributes,
	})
	if status != http.StatusOK {
		l.t.Fatalf("%s: %d %s", kind, status, body)
	}
}

// cure takes one of the poisons away. What was held by it is cut.
func (l *line) cure(kind string) {
	l.t.Helper()
	if status, body := l.send(http.MethodDelete, "/proxies/stripe/toxics/"+kind, nil); status != http.StatusNoContent {
		l.t.Fatalf("%s: %d %s", kind, status, body)
	}
}

// down refuses connections.
func (l *line) down() {
	l.t.Helper()
	if status, body := l.send(http.MethodPost, "/proxies/stripe", map[string]any{"enabled": false}); status != http.StatusOK {
		l.t.Fatalf("down: %d %s", status, body)
	}
}

// heal takes back everything that is wrong. While the line was down somebody may
// have got its port for a connection, and has it for a moment.
func (l *line) heal() {
	l.garble.Store(nil)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for range 500 {
		if status, _ := l.send(http.MethodPost, "/reset", nil); status == http.StatusNoContent || status == 0 {
			return
		}
		<-look.C
	}
	l.t.Error("the line cannot be healed")
}

// garbled lets answers be nonsense, of each kind in turn.
func (l *line) garbled(kinds []nonsense) { l.garble.Store(&kinds) }

// ServeHTTP is the gateway.
func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := l.count(r)
	select {
	case l.arrived <- struct{}{}:
	default:
	}
	kinds := l.garble.Load()
	if kinds == nil {
		l.nextTo.ServeHTTP(w, r)
		return
	}
	kind := (*kinds)[n%len(*kinds)]
	said := httptest.NewRecorder()
	if kind.done {
		l.nextTo.ServeHTTP(said, r)
	}
	kind.answer(w, said.Body.Bytes())
}

// count notes a request and gives how many there were.
func (l *line) count(r *http.Request) int {
	what := r.Method + " " + r.URL.Path
	if front, _, one := strings.Cut(what, "/sessions/"); one {
		what = front + "/sessions/…"
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked[what]++
	l.all++
	return l.all
}

// questions copies what was asked up to now.
func (l *line) questions() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.asked)
}

// nonsense is an answer that is none, of a request that was done or was not.
type nonsense struct {
	name   string
	done   bool
	answer func(w http.ResponseWriter, right []byte)
}

// says answers something, whatever was asked.
func says(status int, contentType, body string) func(http.ResponseWriter, []byte) {
	return func(w http.ResponseWriter, _ []byte) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Location", "/login")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const (
	isHTML = "text/html; charset=utf-8"
	isJSON = "application/json"
)

// nonsenses are answers that a road can make up. None says what Stripe has
// decided: that is told in an error of Stripe's own shape, with 400 to 499.
var nonsenses = []nonsense{
	{"a page", true, says(200, isHTML, "<!doctype html><title>Welcome</title><p>Welcome to the hotel's network.")},
	{"a gateway's page", false, says(502, isHTML, "<html><body><h1>502 Bad Gateway</h1></body></html>")},
	{"half an answer", true, func(w http.ResponseWriter, right []byte) { says(200, isJSON, string(right[:len(right)/2]))(w, nil) }},
	{"an empty object", true, says(200, isJSON, "{}")},
	{"a gateway's page, and it was done", true, says(502, isHTML, "<html><body><h1>502 Bad Gateway</h1></body></html>")},
	{"the right answer as a picture", true, func(w http.ResponseWriter, right []byte) { says(200, "image/png", string(right))(w, nil) }},
	{"a picture", true, says(200, "image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")},
	{"a page that is not found", true, says(404, isHTML, "<html><body><h1>Not Found</h1></body></html>")},
	{"nothing", true, says(200, isJSON, "")},
	{"null", true, says(200, isJSON, "null")},
	{"a list", true, says(200, isJSON, `["object", "checkout.session"]`)},
	{"the way to a sign-in", true, says(302, isHTML, "")},
	{"the right answer twice", true, func(w http.ResponseWriter, right []byte) { says(200, isJSON, string(right)+string(right))(w, nil) }},
	{"an error that is a text", true, says(503, isJSON, `{"error": "upstream connect error"}`)},
	{"something broke", true, says(500, isJSON, `{"error": {"type": "api_error", "message": "An unknown error occurred"}}`)},
	{"too many", false, says(429, isJSON, `{"error": {"type": "invalid_request_error", "code": "rate_limit"}}`)},
	{"a lone id", true, says(200, isJSON, `{"id": "cs_test_nobodys", "object": "checkout.session"}`)},
	{"a wall", true, says(403, isHTML, strings.Repeat("<p>Access denied</p>", 200))},
}

// pay presses a button on a page of the stand-in, as whoever is on it does, and
// gives where they are sent; empty where somebody else was quicker.
func (l *line) pay(page, how string) (string, error) {
	r, err := http.NewRequest(http.MethodPost, l.stripe+"/pay/"+page, strings.NewReader(url.Values{"do": {how}}.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer got.Body.Close()
	switch got.StatusCode {
	case http.StatusSeeOther:
		return got.Header.Get("Location"), nil
	case http.StatusConflict:
		return "", nil
	}
	return "", fmt.Errorf("the page of the stand-in answers %d", got.StatusCode)
}
