package library

import (
	"sync"

	"foyer/internal/kernel/problem"
)

// mostUnderway is how many uploads one person has under way at once.
const mostUnderway = 4

// Underway counts the uploads that are under way, by who brings them: what is refused in
// the end takes room until then. It counts those of one process.
type Underway struct {
	mu sync.Mutex
	by map[string]int
}

// enter counts one more; problem.TooMany where there are too many already. A nil Underway
// counts nothing.
func (u *Underway) enter(who string) error {
	if u == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.by[who] >= mostUnderway {
		return problem.Of(problem.TooMany, "document.too_many_uploads")
	}
	if u.by == nil {
		u.by = map[string]int{}
	}
	u.by[who]++
	return nil
}

func (u *Underway) leave(who string) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.by[who]--; u.by[who] <= 0 {
		delete(u.by, who)
	}
}
