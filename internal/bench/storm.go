package bench

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"foyer/internal/auth"
)

// stormers sign in at once, over and over.
const stormers = 32

// pause is between two requests of the one who reads while others sign in.
const pause = 10 * time.Millisecond

// measureStorm reads a list over loopback, calm and while many sign in. Those who
// ask and the server are one process, on the same processors.
func measureStorm(ctx context.Context, o Options, p *place, r *Report) error {
	base, stopServing, err := p.listen(ctx)
	if err != nil {
		return err
	}
	defer stopServing()
	list := pages[0]
	for _, pg := range pages {
		if pg.Goal == "G1" && pg.As == contactB && p.has(pg.Route) {
			list = pg
			break
		}
	}
	s := Storm{Route: list.Route, Clients: stormers}
	calm, err := p.read(ctx, base, list, o.Storm)
	if err != nil {
		return err
	}
	storm, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	var done, refused atomic.Int64
	for _, email := range contacts(stormers, o.Plan.Clients) {
		all.Go(func() { p.keepSigningIn(storm, base, email, &done, &refused) })
	}
	loud, err := p.read(ctx, base, list, o.Storm)
	stop()
	all.Wait()
	if err != nil {
		return err
	}
	s.SignIns, s.Refused = int(done.Load()), int(refused.Load())
	s.Calm50, s.Calm95 = milli(quantile(calm, 0.5)), milli(quantile(calm, 0.95))
	s.Storm50, s.Storm95 = milli(quantile(loud, 0.5)), milli(quantile(loud, 0.95))
	r.Storm = s
	r.hold(s.Storm95 <= 5*s.Calm95 || s.Storm95 <= 20, "G9 %s: p95 %.1f ms in the storm, %.1f calm; goal 5 times or 20 ms", list.Route, s.Storm95, s.Calm95)
	r.hold(s.SignIns > 0 && s.Refused == 0, "G9: %d sign-ins done and %d refused", s.SignIns, s.Refused)
	return nil
}

// listen answers over loopback from this process.
func (p *place) listen(ctx context.Context) (base string, stop func(), err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	hs := &http.Server{Handler: p.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go hs.Serve(l) //nolint:errcheck // ends with Close
	return "http://" + l.Addr().String(), func() { _ = hs.Close() }, nil
}

// contacts are n contacts of clients other than A and B that are no leads and not
// archived, or fewer where there are not so many clients.
func contacts(n, clients int) []string {
	var all []string
	for i := 2; len(all) < n && i < clients; i++ {
		if i%10 != 5 && i%25 != 7 {
			all = append(all, fmt.Sprintf("client%d@client.example", i+1))
		}
	}
	return all
}

func (p *place) keepSigningIn(ctx context.Context, base, email string, done, refused *atomic.Int64) {
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer browser.CloseIdleConnections()
	for ctx.Err() == nil {
		r := p.signInRequest(ctx, base, auth.PortalRealm, email)
		r.Header.Set("Origin", "http://"+p.host)
		answer, err := browser.Do(r)
		if err != nil {
			continue // the storm is over
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusSeeOther {
			done.Add(1)
		} else {
			refused.Add(1)
		}
	}
}

// read asks for a page again and again and gives how long each answer took.
func (p *place) read(ctx context.Context, base string, pg page, long time.Duration) ([]time.Duration, error) {
	browser := &http.Client{}
	defer browser.CloseIdleConnections()
	var took []time.Duration
	for end := time.Now().Add(long); time.Now().Before(end); {
		r := request(ctx, http.MethodGet, base+p.path(pg), "", p.host)
		r.AddCookie(p.cookies[pg.As])
		begin := time.Now()
		answer, err := browser.Do(r)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s answers %d (%w)", pg.Path, answer.StatusCode, err)
		}
		took = append(took, time.Since(begin))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return took, nil
}
