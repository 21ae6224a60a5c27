package standin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Delivery is how webhooks travel.
type Delivery struct {
	Hold    bool          // keep until Release
	Lose    bool          // never sent
	Times   int           // copies of each, 0 is 1
	Delay   time.Duration // before each
	Shuffle bool          // events of one change in any order
}

// Deliver says how webhooks travel from now on. What is held stays held until
// Release.
func (s *Stripe) Deliver(d Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delivery = d
}

// parcel is an event on its way to an endpoint.
type parcel struct {
	event Event
	to    *endpoint
	due   time.Time
}

// Tries of a delivery: in the background a few, at Release many.
const (
	fewTries  = 8
	manyTries = 25
)

// dispatch sends the events of a change on their way.
func (s *Stripe) dispatch() {
	fresh := s.fresh
	s.fresh = nil
	d := s.delivery
	switch {
	case len(fresh) == 0, s.closed, d.Lose:
		return
	case d.Hold:
		s.held = append(s.held, fresh...)
		return
	}
	parcels := s.pack(fresh, max(d.Times, 1), time.Now().Add(d.Delay))
	if d.Shuffle {
		shuffle(parcels, rand.Uint64()) //nolint:gosec // an order, and no secret
	}
	s.pending += len(parcels)
	s.queue = append(s.queue, parcels...)
	if !s.running && len(s.queue) > 0 {
		s.running = true
		s.work.Go(s.run)
	}
}

// pack makes copies of events for all who want them.
func (s *Stripe) pack(events []Event, copies int, due time.Time) []parcel {
	var parcels []parcel
	for _, e := range events {
		for _, p := range s.endpoints {
			for range copies {
				if p.wants(e.Type) {
					parcels = append(parcels, parcel{e, p, due})
				}
			}
		}
	}
	return parcels
}

// shuffle puts parcels into the order of a seed.
func shuffle(parcels []parcel, seed uint64) {
	chance := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // an order that can be repeated, and no secret
	chance.Shuffle(len(parcels), func(a, b int) { parcels[a], parcels[b] = parcels[b], parcels[a] })
}

// run sends the queue in order. What is not taken at once is tried again aside,
// so that others need not wait.
func (s *Stripe) run() {
	for {
		s.mu.Lock()
		if len(s.queue) == 0 || s.closed {
			s.running = false
			s.mu.Unlock()
			return
		}
		p := s.queue[0]
		s.queue = s.queue[1:]
		s.mu.Unlock()
		if pause(s.ctx, time.Until(p.due)) != nil {
			continue
		}
		if s.post(s.ctx, p) == nil {
			s.over()
			continue
		}
		s.work.Go(func() {
			_ = s.insist(s.ctx, p, 1, fewTries)
			s.over()
		})
	}
}

// over is one parcel less.
func (s *Stripe) over() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending--
	close(s.quiet)
	s.quiet = make(chan struct{})
}

// Quiet waits until nothing is on its way: everything that was sent was taken or
// given up. Held events do not count.
func (s *Stripe) Quiet(ctx context.Context) error {
	for {
		s.mu.Lock()
		pending, next := s.pending, s.quiet
		s.mu.Unlock()
		if pending == 0 {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return errors.New("the stand-in was closed")
		}
	}
}

// Release sends everything that is held: copies of each to every endpoint that
// wants it now, in an order that comes of the seed, by a number of workers at
// once. It waits for all. What is not taken is tried again; what is never taken is
// an error, and held again.
func (s *Stripe) Release(ctx context.Context, copies, workers int, seed uint64) error {
	s.mu.Lock()
	held := s.held
	s.held = nil
	parcels := s.pack(held, max(copies, 1), time.Time{})
	s.mu.Unlock()

	shuffle(parcels, seed)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	work := make(chan parcel)
	var all sync.WaitGroup
	var mu sync.Mutex
	var problems []error
	back := map[string]bool{}
	for range max(workers, 1) {
		all.Go(func() {
			for p := range work {
				if err := s.insist(ctx, p, 0, manyTries); err != nil {
					mu.Lock()
					problems = append(problems, fmt.Errorf("%s %s to %s: %w", p.event.Type, p.event.ID, p.to.url, err))
					back[p.event.ID] = true
					mu.Unlock()
				}
			}
		})
	}
	for _, p := range parcels {
		work <- p
	}
	close(work)
	all.Wait()
	if len(back) > 0 {
		s.mu.Lock()
		again := slices.DeleteFunc(slices.Clone(held), func(e Event) bool { return !back[e.ID] })
		s.held = append(again, s.held...)
		s.mu.Unlock()
	}
	return errors.Join(problems...)
}

// insist tries until an event is taken, with pauses that grow.
func (s *Stripe) insist(ctx context.Context, p parcel, tried, most int) error {
	var err error
	for n := tried; n < most; n++ {
		if n > 0 {
			if ended := pause(ctx, min(10*time.Millisecond<<min(n, 10), 500*time.Millisecond)); ended != nil {
				return errors.Join(err, ended)
			}
		}
		if err = s.post(ctx, p); err == nil {
			return nil
		}
	}
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// post sends an event once, signed now. Only an answer of 200 to 299 takes it.
func (s *Stripe) post(ctx context.Context, p parcel) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.to.url, bytes.NewReader(p.event.Body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "Stripe/1.0 (stand-in)")
	r.Header.Set("Stripe-Signature", Sign(p.event.Body, p.to.secret, s.now()))
	answer, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16))
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("answered with %d", answer.StatusCode)
	}
	return nil
}
