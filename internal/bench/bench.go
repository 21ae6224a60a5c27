package bench

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/scope"
	"foyer/internal/seed"
)

// Options say what is measured and where.
type Options struct {
	Set      string // of package seed
	Plan     seed.Plan
	Dir      string // of the data; kept
	Database string // PostgreSQL's address, empty for SQLite in Dir
	Growth   *Larger
	Rounds   int
	Storm    time.Duration // how long the storm of sign-ins lasts
	Mix      time.Duration // how long the mix is walked in each of its two ways; 0 for not at all
	// Program and Environ start the program anew, for its memory and its start.
	Program string
	Environ []string
	Say     func(format string, args ...any)
}

// Larger is the set that pages are compared with, and where it is.
type Larger struct {
	Set      string
	Plan     seed.Plan
	Database string // as Options has it
}

// Run measures. It returns what it came to also when a goal is missed.
func Run(ctx context.Context, o Options) (*Report, error) {
	r := &Report{Date: string(civil.Today(time.Now())), Set: o.Set, Engine: "sqlite", Cores: runtime.NumCPU(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if o.Database != "" {
		r.Engine = "postgres"
	}
	o.Say("opening set %s", o.Set)
	p, err := openPlace(ctx, o.Plan, o.Set, filepath.Join(o.Dir, o.Set), o.Database)
	if err != nil {
		return nil, err
	}
	defer p.close()
	for _, step := range []struct {
		name string
		do   func(context.Context, Options, *place, *Report) error
	}{
		{"pages", measurePages}, {"what is not theirs", measureForeign}, {"sign-in", measureSignIn}, {"a storm of sign-ins", measureStorm},
		{"the program's start and memory", measureProgram}, {"growth", measureGrowth},
		// Last, as it writes.
		{"the mix", measureMix},
	} {
		o.Say("measuring %s", step.name)
		if err := step.do(ctx, o, p, r); err != nil {
			return r, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return r, nil
}

func measurePages(ctx context.Context, o Options, p *place, r *Report) error {
	for _, pg := range pages {
		if !p.has(pg.Route) {
			r.Absent = append(r.Absent, pg.Route)
			continue
		}
		f, err := measurePage(ctx, o, p, pg)
		if err != nil {
			return err
		}
		r.Pages = append(r.Pages, f)
		r.hold(pg.Limit == 0 || f.Ratio <= pg.Limit, "%s %s: %.2f times the bare handler, goal %.2f", pg.Goal, pg.Route, f.Ratio, pg.Limit)
		r.hold(pg.Goal != "G7" || f.CPU <= 400, "G7 %s: %.2f ms for %d bytes, goal 0.40", pg.Route, f.CPU/1000, f.Bytes)
		r.hold(f.Statements <= 6, "G13 %s: %d statements, goal 6", pg.Route, f.Statements)
	}
	return nil
}

func measurePage(ctx context.Context, o Options, p *place, pg page) (Page, error) {
	f := Page{Name: pg.Name, Route: pg.Route, As: string(pg.As), Goal: pg.Goal, Limit: pg.Limit}
	path := p.path(pg)
	counted, n := scope.CountStatements(ctx)
	plain, err := p.get(counted, path, pg.As, false, http.StatusOK)
	if err != nil {
		return f, err
	}
	f.Statements, f.Bytes = int(n.Load()), plain.bytes
	packed, err := p.get(ctx, path, pg.As, true, http.StatusOK)
	if err != nil {
		return f, err
	}
	f.Gzip = packed.bytes
	bare, err := p.bare(pg, false)
	if err != nil {
		return f, err
	}
	looked, err := p.bare(pg, true)
	if err != nil {
		return f, err
	}
	medians, err := p.compare(o.Rounds,
		func() error { _, err := p.get(ctx, path, pg.As, true, http.StatusOK); return err },
		func() error { _, err := p.get(ctx, path, pg.As, false, http.StatusOK); return err },
		func() error { return bare(ctx) },
		func() error { return looked(ctx) })
	if err != nil {
		return f, err
	}
	f.CPU, f.Uncompressed, f.Bare, f.Handler = micro(medians[0]), micro(medians[1]), micro(medians[2]), micro(medians[3])
	f.Ratio = over(medians[0], medians[2])
	return f, nil
}

// measureForeign asks for another client's record and for one that is not there.
func measureForeign(ctx context.Context, o Options, p *place, r *Report) error {
	for _, pg := range foreign {
		if !p.has(pg.Route) {
			continue
		}
		theirs, none := filled(pg.Path, p.records.B), filled(pg.Path, nobodys)
		medians, err := p.compare(o.Rounds,
			func() error { _, err := p.get(ctx, theirs, pg.As, true, http.StatusNotFound); return err },
			func() error { _, err := p.get(ctx, none, pg.As, true, http.StatusNotFound); return err })
		if err != nil {
			return err
		}
		f := Foreign{Route: pg.Route, Theirs: micro(medians[0]), Missing: micro(medians[1]), Ratio: over(medians[0], medians[1])}
		r.Foreign = append(r.Foreign, f)
		r.hold(f.Ratio >= 0.8 && f.Ratio <= 1.25, "404 %s: another's costs %.2f times what is not there, goal 0.8 to 1.25", pg.Route, f.Ratio)
	}
	return nil
}

func measureSignIn(ctx context.Context, o Options, p *place, r *Report) error {
	medians, err := p.compare(max(o.Rounds/2, 3),
		func() error { _, err := p.signIn(ctx, auth.PortalRealm, seed.ContactA); return err },
		func() error { _, err := p.Hasher.Hash(ctx, seed.Password); return err })
	if err != nil {
		return err
	}
	r.SignIn = SignIn{CPU: micro(medians[0]), Hash: micro(medians[1]), Ratio: over(medians[0], medians[1])}
	r.hold(r.SignIn.Ratio <= 1.25, "G8 sign-in: %.2f times the bare hash, goal 1.25", r.SignIn.Ratio)
	return nil
}

// measureGrowth compares the pages of client A between a small and a larger set,
// and in the larger one those of client B with those of client A.
func measureGrowth(ctx context.Context, o Options, p *place, r *Report) error {
	if o.Growth == nil {
		return nil
	}
	to := o.Growth.Set
	large, err := openPlace(ctx, o.Growth.Plan, to, filepath.Join(o.Dir, to), o.Growth.Database)
	if err != nil {
		return err
	}
	defer large.close()
	for _, pg := range slices.Concat(pages, lastPages) {
		if !p.has(pg.Route) {
			continue
		}
		few, limit := pg, 1.2
		if pg.As == contactB {
			few.As = contactA
		} else {
			limit = 0 // goal G16 is about the portal
		}
		var runs []func() error
		for _, side := range []struct {
			at *place
			pg page
		}{{p, few}, {large, few}, {large, pg}} {
			path, err := side.at.last(ctx, side.pg)
			if err != nil {
				return err
			}
			runs = append(runs, func() error { _, err := side.at.get(ctx, path, side.pg.As, true, http.StatusOK); return err })
		}
		medians, err := p.compare(o.Rounds, runs...)
		if err != nil {
			return err
		}
		g := Growth{Name: pg.Name, Small: micro(medians[0]), Large: micro(medians[1]), Ratio: over(medians[1], medians[0]), From: o.Set, To: to}
		r.hold(limit == 0 || g.Ratio <= limit, "G16 %s: %.2f times from %s to %s, goal %.2f", pg.Name, g.Ratio, o.Set, to, limit)
		if pg.As == contactB {
			g.Many, g.ManyRatio = micro(medians[2]), over(medians[2], medians[1])
			most := map[string]float64{"G1": 1.6, "G3": 1.2, "G17": 1.3}[pg.Goal]
			r.hold(most == 0 || g.ManyRatio <= most, "G17 %s: %.2f times for a client with a hundred times as many, goal %.2f", pg.Name, g.ManyRatio, most)
		}
		r.Growth = append(r.Growth, g)
	}
	return nil
}
