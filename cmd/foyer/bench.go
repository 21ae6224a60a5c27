package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"foyer/internal/bench"
	"foyer/internal/kernel/civil"
	"foyer/internal/seed"
)

type benchCmd struct {
	Set        string        `enum:"S,M,L" default:"S" help:"Set of data: S, M or L, as foyer seed makes it."`
	Data       string        `type:"path" help:"Folder to keep the data in and use again; without one they are gone at the end."`
	Database   string        `help:"Address of an empty PostgreSQL database, or of one that was filled by an earlier run; without it, SQLite."`
	Growth     bool          `help:"Measure a larger set besides, and compare."`
	To         string        `enum:"M,L" default:"M" help:"The larger set of --growth."`
	ToDatabase string        `help:"Address of the PostgreSQL database of the larger set."`
	Rounds     int           `default:"15" help:"How often each thing has its turn."`
	Storm      time.Duration `default:"5s" help:"How long a list is read calmly, and how long while many sign in."`
	Mix        time.Duration `default:"20s" help:"How long the mix of all that clients do is walked at full speed, and how long at half of it; 0 for not at all."`
	JSON       bool          `name:"json" help:"Print JSON instead of a table."`
	Check      bool          `help:"Exit 1 when a goal is missed."`
}

// Validate refuses what cannot be measured.
func (c benchCmd) Validate() error {
	switch {
	case c.Rounds < 1 || c.Rounds > 1000:
		return errors.New("--rounds is a number from 1 to 1,000")
	case c.Storm < 100*time.Millisecond || c.Storm > time.Minute:
		return errors.New("--storm is a time from 100ms to 1m")
	case c.Mix < 0 || c.Mix > time.Hour:
		return errors.New("--mix is a time from 0s to 1h")
	case c.Growth && c.Set == c.To:
		return errors.New("--growth compares two sets, so --to is another one than --set")
	case c.Growth && (c.Database == "") != (c.ToDatabase == ""):
		return errors.New("--growth compares on one engine: give both --database and --to-database, or neither")
	}
	return nil
}

// Run measures and prints.
func (c benchCmd) Run(p *program) (err error) {
	if c.Data == "" {
		if c.Data, err = os.MkdirTemp("", "foyer-bench"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(c.Data)) }()
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	plan := func(set string) seed.Plan {
		plan := seed.Sets[set]
		plan.Number, plan.Today, plan.Password = 1, civil.Today(time.Now()), seed.Password
		return plan
	}
	o := bench.Options{
		Set: c.Set, Plan: plan(c.Set), Dir: c.Data, Database: c.Database, Rounds: c.Rounds, Storm: c.Storm, Mix: c.Mix, Program: self,
		Say: func(format string, args ...any) { p.log.Info(fmt.Sprintf(format, args...)) },
	}
	if c.Growth {
		o.Growth = &bench.Larger{Set: c.To, Plan: plan(c.To), Database: c.ToDatabase}
	}
	for _, line := range p.environ {
		if strings.HasPrefix(line, "FOYER_TEST_") {
			o.Environ = append(o.Environ, line)
		}
	}
	r, err := bench.Run(p.ctx, o)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(p.out)
		enc.SetIndent("", "  ")
		err = enc.Encode(r)
	} else {
		err = r.Table(p.out)
	}
	if err == nil && c.Check && len(r.Missed) > 0 {
		err = errors.New("goals were missed: " + strings.Join(r.Missed, "; "))
	}
	return err
}
