package auth

import (
	"runtime"
	"testing"

	"foyer/internal/kernel/problem"
)

// No more passwords are hashed at once than there are slots; sixty-four wait,
// and the next is told to come back.
func TestHashesAreBounded(t *testing.T) {
	t.Parallel()
	h := NewHasher()
	if n := cap(h.slots); n != max(1, runtime.GOMAXPROCS(0)-1) {
		t.Errorf("%d hashes at once", n)
	}
	for range cap(h.slots) {
		h.slots <- struct{}{} // all slots are taken
	}
	room := int(h.queue) + cap(h.slots)
	results := make(chan error, room)
	for range room {
		go func() {
			_, err := h.Hash(t.Context(), "a lantern in the hallway")
			results <- err
		}()
	}
	for h.waiting.Load() < int64(room) {
		runtime.Gosched()
	}
	if _, err := h.Hash(t.Context(), "one too many"); !problem.Is(err, problem.Unavailable) {
		t.Errorf("beyond the queue: %v, want to be told to come back", err)
	}
	if n := h.Count(); n != 0 {
		t.Errorf("%d hashes were computed while every slot was taken", n)
	}
	for range cap(h.slots) {
		<-h.slots
	}
	for range room {
		if err := <-results; err != nil {
			t.Errorf("one that waited: %v", err)
		}
	}
}
