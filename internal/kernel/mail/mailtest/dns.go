package mailtest

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// DNS is a name server on loopback that knows TXT records and nothing else. It is
// safe for concurrent use.
type DNS struct {
	*net.Resolver

	mu      sync.Mutex
	records map[string][]string
	mute    bool
	fails   bool
	asked   []string
}

// StartDNS runs a name server without records until the test ends. Its Resolver
// asks it alone.
func StartDNS(tb testing.TB) *DNS {
	tb.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("listen: %v", err)
	}
	d := &DNS{records: map[string][]string{}}
	d.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.serve(conn)
	}()
	tb.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return d
}

// Set gives a name its records, in place of those it had.
func (d *DNS) Set(name string, texts ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.records[name] = texts
}

// Mute makes the server say nothing, or speak again.
func (d *DNS) Mute(mute bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mute = mute
}

// Fail makes the server answer that it cannot tell, or can again.
func (d *DNS) Fail(fails bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fails = fails
}

// Asked are the names that were asked for, as often as they were.
func (d *DNS) Asked() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.asked)
}

func (d *DNS) serve(conn net.PacketConn) {
	packet := make([]byte, 4096)
	for {
		n, from, err := conn.ReadFrom(packet)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if answer := d.answer(packet[:n]); answer != nil {
			_, _ = conn.WriteTo(answer, from)
		}
	}
}

// answer is what the server says to a question, nil for nothing.
func (d *DNS) answer(packet []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(packet) != nil || len(m.Questions) != 1 {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	q := m.Questions[0]
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	d.asked = append(d.asked, name)
	if d.mute {
		return nil
	}
	m.Header = dnsmessage.Header{ID: m.ID, Response: true, RecursionDesired: m.RecursionDesired, RecursionAvailable: true}
	m.Additionals = nil
	texts, known := d.records[name]
	switch {
	case d.fails:
		m.RCode = dnsmessage.RCodeServerFailure
	case !known:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeTXT:
		for _, text := range texts {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
				Body:   &dnsmessage.TXTResource{TXT: pieces(text)},
			})
		}
	}
	answer, err := m.Pack()
	if err != nil {
		return nil
	}
	return answer
}

// pieces are the strings of at most 255 bytes of which a record is made.
func pieces(text string) []string {
	var all []string
	for len(text) > 255 {
		all, text = append(all, text[:255]), text[255:]
	}
	return append(all, text)
}
