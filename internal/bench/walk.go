package bench

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/scope"
	"foyer/internal/seed"
)

const (
	// most is how many people are signed in, where the set has as many.
	most = 100
	// busy is how many of them do something at once.
	busy = 32
)

func sortedNames(of map[string]string) []string { return slices.Sorted(maps.Keys(of)) }

// measureMix walks the mix: one thing after the other in this process, for what each
// costs, and then in the program as it is served, as fast as it goes and at half of that.
func measureMix(ctx context.Context, o Options, p *place, r *Report) error {
	if o.Mix == 0 {
		return nil
	}
	var kinds []kind
	for _, k := range mix {
		if p.has(k.Route) {
			kinds = append(kinds, k)
		} else {
			r.Absent = append(r.Absent, k.Route)
		}
	}
	walkers, err := p.walkers(ctx, o.Plan.Clients)
	if err != nil {
		return err
	}
	w, err := newWalk(kinds, walkers)
	if err != nil {
		return err
	}
	m := &Mix{People: len(walkers), Clients: busy, Seconds: o.Mix.Seconds()}
	r.Mix = m
	if err := p.measureKinds(ctx, o.Rounds, w, m, r); err != nil {
		return err
	}
	return p.measureLoad(ctx, o, w, m, r)
}

// walkers signs people in and looks at what they have.
func (p *place) walkers(ctx context.Context, clients int) ([]walker, error) {
	var all []walker
	for _, email := range append([]string{seed.ContactA, seed.ContactB}, contacts(most-2, clients)...) {
		cookie, err := p.signIn(ctx, auth.PortalRealm, email)
		if err != nil {
			return nil, err
		}
		w := walker{cookie, map[string][]string{"email": {email}, "password": {seed.Password}, "thing": things}}
		for _, h := range have {
			r := request(ctx, http.MethodGet, "http://"+p.host+h.page, "", p.host)
			r.AddCookie(cookie)
			answer := &sink{header: http.Header{}, keep: &bytes.Buffer{}}
			p.Handler().ServeHTTP(answer, r)
			if answer.status != http.StatusOK {
				return nil, fmt.Errorf("%s for %s answers %d", h.page, email, answer.status)
			}
			for _, found := range h.written.FindAllSubmatch(answer.keep.Bytes(), -1) {
				w.has[h.name] = append(w.has[h.name], html.UnescapeString(string(found[1])))
			}
		}
		all = append(all, w)
	}
	return all, nil
}

// measureKinds does each kind a few times in every round, and gives of its processor
// time the median of the rounds.
func (p *place) measureKinds(ctx context.Context, rounds int, w *walk, m *Mix, r *Report) error {
	rng := rand.New(rand.NewPCG(1, 0)) //nolint:gosec // the same each time
	type cost struct{ program, database []time.Duration }
	costs := make([]cost, len(w.kinds))
	for i := range w.kinds {
		m.Kinds = append(m.Kinds, MixKind{Name: w.kinds[i].Name, Weight: w.kinds[i].Weight})
		for range 3 { // what is made once is made now
			if err := p.walked(ctx, w.do(rng, &w.kinds[i]), &m.Kinds[i]); err != nil {
				return err
			}
		}
	}
	for range rounds {
		for i := range w.kinds {
			times := max(3, int(10*w.kinds[i].Weight))
			program, database := p.spent()
			for range times {
				if err := p.walked(ctx, w.do(rng, &w.kinds[i]), &m.Kinds[i]); err != nil {
					return err
				}
			}
			p2, d2 := p.spent()
			costs[i].program = append(costs[i].program, (p2-program)/time.Duration(times))
			costs[i].database = append(costs[i].database, (d2-database)/time.Duration(times))
		}
	}
	weights := 0.0
	for i, c := range costs {
		k := &m.Kinds[i]
		k.Program, k.Database = micro(quantile(c.program, 0.5)), micro(quantile(c.database, 0.5))
		k.Bytes /= k.done
		m.Alone += k.Weight * (k.Program + k.Database)
		weights += k.Weight
		if of := w.kinds[i]; of.Most > 0 {
			r.hold(k.Program+k.Database <= of.Most, "%s %s: %.2f ms, goal %.2f", of.Goal, of.Name, (k.Program+k.Database)/1000, of.Most/1000)
		}
	}
	m.Alone = float64(int(m.Alone / weights))
	return nil
}

// walked does one thing in this process, and notes its statements and bytes.
func (p *place) walked(ctx context.Context, d doing, k *MixKind) error {
	counted, n := scope.CountStatements(ctx)
	answer := &sink{header: http.Header{}}
	p.Handler().ServeHTTP(answer, d.request(counted, "http://"+p.host, p.host))
	if !d.answers(answer.status) {
		return fmt.Errorf("%s at %s answers %d", d.kind.Name, d.path, answer.status)
	}
	k.Statements = max(k.Statements, int(n.Load()))
	k.Bytes += answer.bytes
	k.done++
	return nil
}
