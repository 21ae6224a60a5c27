package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"
)

// load asks a program over loopback.
type load struct {
	walk       *walk
	base, host string
	browser    *http.Client

	mu     sync.Mutex
	took   map[string][]time.Duration // by kind
	failed map[string]int             // by what was done and how it was answered
}

func newLoad(w *walk, base, host string) *load {
	return &load{
		walk: w, base: base, host: host, took: map[string][]time.Duration{}, failed: map[string]int{},
		browser: &http.Client{
			Transport:     &http.Transport{MaxIdleConns: 4 * busy, MaxIdleConnsPerHost: 4 * busy, DisableCompression: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// do does one thing and notes how long it took since it was meant to begin.
func (l *load) do(ctx context.Context, d doing, meant time.Time) {
	failure := ""
	answer, err := l.browser.Do(d.request(ctx, l.base, l.host))
	if err == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
	}
	took := time.Since(meant)
	switch {
	case err != nil:
		failure = fmt.Sprintf("%s: %v", d.kind.Name, err)
	case !d.answers(answer.StatusCode):
		failure = fmt.Sprintf("%s: status %d", d.kind.Name, answer.StatusCode)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if failure != "" {
		l.failed[failure]++
		return
	}
	l.took[d.kind.Name] = append(l.took[d.kind.Name], took)
}

// all is how long everything took.
func (l *load) all() (all []time.Duration) {
	for _, some := range l.took {
		all = append(all, some...)
	}
	return all
}

// closed has people do one thing after the other without a pause, and gives how long
// that was until the last had its answer.
func (l *load) closed(ctx context.Context, series uint64, long time.Duration) time.Duration {
	begin := time.Now()
	var everybody sync.WaitGroup
	for i := range busy {
		everybody.Go(func() {
			rng := rand.New(rand.NewPCG(series, uint64(i))) //nolint:gosec // the same each time
			for time.Since(begin) < long && ctx.Err() == nil {
				l.do(ctx, l.walk.next(rng), time.Now())
			}
		})
	}
	everybody.Wait()
	return time.Since(begin)
}

// open begins so many things a second, at moments that do not wait for answers: what
// has to wait waits in the figures too.
func (l *load) open(ctx context.Context, series uint64, rate float64, long time.Duration) {
	rng := rand.New(rand.NewPCG(series, 0)) //nolint:gosec // the same each time
	var everybody sync.WaitGroup
	defer everybody.Wait()
	next := time.Now()
	for range int(rate * long.Seconds()) {
		next = next.Add(time.Duration(rng.ExpFloat64() / rate * float64(time.Second)))
		meant, d := next, l.walk.next(rng)
		select {
		case <-time.After(time.Until(meant)):
		case <-ctx.Done():
			return
		}
		everybody.Go(func() { l.do(ctx, d, meant) })
	}
}

// measureLoad walks the mix in the program as it is served.
func (p *place) measureLoad(ctx context.Context, o Options, w *walk, m *Mix, r *Report) error {
	s, err := p.serve(ctx, o)
	if err != nil {
		return err
	}
	defer s.stop()
	pid := s.pid
	warm := newLoad(w, s.base, s.host)
	warm.closed(ctx, 2, o.Mix/4)
	fast := newLoad(w, s.base, s.host)
	program, database := ranFor(pid), p.database()
	long := fast.closed(ctx, 3, o.Mix)
	n := max(len(fast.all()), 1)
	m.Program, m.Database = micro((ranFor(pid)-program)/time.Duration(n)), micro((p.database()-database)/time.Duration(n))
	m.Operations, m.Capacity = n, float64(n)/long.Seconds()
	kilobytes, err := memory(pid, "VmHWM:")
	if err != nil {
		return err
	}
	m.Memory = float64(kilobytes) / 1024
	half := newLoad(w, s.base, s.host)
	half.open(ctx, 4, m.Capacity/2, o.Mix)
	m.Rate = m.Capacity / 2
	m.P50, m.P95, m.P99 = spread(half.all())
	for i := range m.Kinds {
		k := &m.Kinds[i]
		k.P50, k.P95, _ = spread(half.took[k.Name])
		k.Operations = len(fast.took[k.Name]) + len(half.took[k.Name])
	}
	for _, l := range []*load{warm, fast, half} {
		for what, n := range l.failed {
			r.hold(false, "mix: %d times %s", n, what)
		}
	}
	r.hold(m.Program+m.Database <= 1500, "G10 mix: %.2f ms an operation, goal 1.50", (m.Program+m.Database)/1000)
	r.hold(m.Memory <= 120, "G14 memory under the mix: %.1f MB, goal 120", m.Memory)
	return ctx.Err()
}

func spread(of []time.Duration) (p50, p95, p99 float64) {
	return milli(quantile(of, 0.5)), milli(quantile(of, 0.95)), milli(quantile(of, 0.99))
}

// served is who answers at an address, under a host.
type served struct {
	base, host string
	pid        int
	stop       func()
}

// serve starts the program, or where there is none answers from this process.
func (p *place) serve(ctx context.Context, o Options) (served, error) {
	if o.Program == "" {
		base, stop, err := p.listen(ctx)
		return served{base, p.host, os.Getpid(), stop}, err
	}
	s, err := p.launch(ctx, o)
	if err != nil {
		return s, err
	}
	if err := p.firstPage(ctx, s.host); err != nil {
		s.stop()
		return s, err
	}
	return s, nil
}
