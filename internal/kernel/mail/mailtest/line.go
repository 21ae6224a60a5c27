package mailtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"foyer/internal/kernel/mail"
)

// Line is a road to a server that Toxiproxy makes bad. It begins as a good one.
type Line struct {
	tb     testing.TB
	server *Server
	admin  string // where the proxy is told what to do
	port   int    // its near end
}

// Line lays a road to the server, which must not encrypt, so that it is known how
// many bytes go where.
func (s *Server) Line(tb testing.TB) *Line {
	tb.Helper()
	if !s.options.NoTLS {
		tb.Fatal("nobody can count the bytes of an encrypted line")
	}
	l := &Line{tb: tb, server: s}
	// The address is given up before the proxy takes it: it cannot be told to find
	// one, nor does it say that there is somebody else. Then another one is tried.
	for range 5 {
		host, port, _ := net.SplitHostPort(freeAddress(tb))
		cmd := exec.CommandContext(tb.Context(), filepath.Join(root(tb), "scripts", "tool"), "toxiproxy", "-host", host, "-port", port)
		if err := cmd.Start(); err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		l.admin = "http://" + net.JoinHostPort(host, port)
		if l.await(http.MethodGet, "/proxies", http.StatusOK) {
			l.open()
			return l
		}
	}
	tb.Fatal("Toxiproxy does not start")
	return nil
}

func (l *Line) open() {
	status, body := l.send(http.MethodPost, "/proxies", map[string]any{
		"name": "mail", "listen": "127.0.0.1:0", "upstream": l.server.addr.String(), "enabled": true,
	})
	var made struct {
		Listen string `json:"listen"`
	}
	if err := json.Unmarshal(body, &made); status != http.StatusCreated || err != nil {
		l.tb.Fatalf("open a line: %d %s", status, body)
	}
	_, port, _ := net.SplitHostPort(made.Listen)
	l.port, _ = strconv.Atoi(port)
}

func freeAddress(tb testing.TB) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// root is the folder of the module.
func root(tb testing.TB) string {
	dir, err := os.Getwd()
	for err == nil {
		if _, gone := os.Stat(filepath.Join(dir, "go.mod")); gone == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	tb.Fatalf("no go.mod above the test (%v)", err)
	return ""
}

// Sender sends over the line.
func (l *Line) Sender() *mail.SMTP {
	l.tb.Helper()
	cfg := l.server.Config()
	cfg.Port, cfg.Security = l.port, mail.None
	sender, err := mail.NewSMTP(cfg)
	if err != nil {
		l.tb.Fatalf("make a sender: %v", err)
	}
	return sender
}

// Down refuses connections.
func (l *Line) Down() {
	l.tb.Helper()
	if status, body := l.send(http.MethodPost, "/proxies/mail", map[string]any{"enabled": false}); status != http.StatusOK {
		l.tb.Fatalf("down: %d %s", status, body)
	}
}

// Poison makes what goes up to the server or comes down from it bad, in a manner
// that Toxiproxy knows.
func (l *Line) Poison(stream, kind string, attributes map[string]int) {
	l.tb.Helper()
	status, body := l.send(http.MethodPost, "/proxies/mail/toxics", map[string]any{
		"name": stream + kind, "type": kind, "stream": stream, "toxicity": 1, "attributes": attributes,
	})
	if status != http.StatusOK {
		l.tb.Fatalf("%s: %d %s", kind, status, body)
	}
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
	if !l.await(http.MethodPost, "/reset", http.StatusNoContent) {
		l.tb.Fatal("the line cannot be healed")
	}
}

// await asks until the proxy answers so, as long as a slow machine may take.
func (l *Line) await(method, path string, want int) bool {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for range 1500 {
		if status, _ := l.send(method, path, nil); status == want {
			return true
		}
		<-look.C
	}
	return false
}

// send tells the proxy something. A status of 0 is no answer.
func (l *Line) send(method, path string, says any) (int, []byte) {
	data, err := json.Marshal(says)
	if err != nil {
		return 0, []byte(err.Error())
	}
	r, err := http.NewRequest(method, l.admin+path, bytes.NewReader(data))
	if err != nil {
		return 0, []byte(err.Error())
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

// BeforeTaken is how many bytes the server says to a mail between two addresses
// before it says that it has taken charge of it.
func (l *Line) BeforeTaken(from, to string) int {
	l.tb.Helper()
	conn, err := net.Dial("tcp", l.server.addr.String())
	if err != nil {
		l.tb.Fatal(err)
	}
	defer conn.Close()
	heard := &counted{Conn: conn}
	text := textproto.NewConn(heard)
	for _, step := range []struct {
		says string
		code int
	}{
		{"", 220}, {"EHLO app.test", 250}, {"MAIL FROM:<" + from + ">", 250}, {"RCPT TO:<" + to + ">", 250}, {"DATA", 354},
	} {
		if step.says != "" {
			if err := text.PrintfLine("%s", step.says); err != nil {
				l.tb.Fatal(err)
			}
		}
		if _, _, err := text.ReadResponse(step.code); err != nil {
			l.tb.Fatal(fmt.Errorf("%s: %w", step.says, err))
		}
	}
	return heard.bytes
}

// counted counts what is read from a connection.
type counted struct {
	net.Conn
	bytes int
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.bytes += n
	return n, err
}
