package mail

import (
	"context"
	"maps"
	"slices"
	"sync"

	"foyer/internal/kernel/problem"
)

// Box is a Sender that keeps the mail in memory, for the demo's mailbox page
// and for tests. It is safe for concurrent use.
type Box struct {
	mu      sync.Mutex
	keep    int
	last    int // number of the newest mail
	kept    []Kept
	arrival chan struct{} // closed and replaced at each mail
}

// Kept is a mail in a Box. Numbers count from 1 and are never used again.
type Kept struct {
	Number int
	Message
}

// NewBox makes a box for the newest keep mails; at least one is kept.
func NewBox(keep int) *Box {
	return &Box{keep: max(keep, 1), arrival: make(chan struct{})}
}

// Send keeps the message. It refuses what SMTP refuses.
func (b *Box) Send(ctx context.Context, m Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return failed(ctx, stepGreeting, ctx.Err())
	}
	m.Headers, m.References = maps.Clone(m.Headers), slices.Clone(m.References)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	b.kept = append(b.kept, Kept{Number: b.last, Message: m})
	if len(b.kept) > b.keep {
		b.kept = slices.Delete(b.kept, 0, len(b.kept)-b.keep)
	}
	close(b.arrival)
	b.arrival = make(chan struct{})
	return nil
}

// List is what the box holds, newest first.
func (b *Box) List() []Kept {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := slices.Clone(b.kept)
	slices.Reverse(list)
	return list
}

// Get is the mail of a number. Problem: NotFound when the box never had it or
// has let it go.
func (b *Box) Get(number int) (Kept, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range b.kept {
		if k.Number == number {
			return k, nil
		}
	}
	return Kept{}, problem.Missing()
}

// Await is the newest mail for which match says yes, waiting until there is
// one. It returns the context's error when that ends first.
func (b *Box) Await(ctx context.Context, match func(Message) bool) (Kept, error) {
	for {
		b.mu.Lock()
		list, arrival := slices.Clone(b.kept), b.arrival
		b.mu.Unlock()
		for _, k := range slices.Backward(list) {
			if match(k.Message) {
				return k, nil
			}
		}
		select {
		case <-arrival:
		case <-ctx.Done():
			return Kept{}, context.Cause(ctx)
		}
	}
}
