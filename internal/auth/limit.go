package auth

import (
	"context"
	"database/sql"
	"net/netip"
	"time"

	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// limitWindow is how long tries count.
const limitWindow = 15 * time.Minute

// How often one network address may try within the window, by purpose.
var addressLimits = map[string]struct {
	tries  int64
	window time.Duration
}{
	"sign_in": {50, limitWindow},
	"reset":   {20, time.Hour},
	"setup":   {20, time.Hour},
	"verify":  {60, time.Hour},
}

// Wrong passwords that cost an account nothing, and the longest pause: from one
// network, and from all together.
const (
	freeTries         = 10
	longestDelay      = time.Minute
	freeTriesOfAll    = 100
	longestDelayOfAll = 4 * time.Second
)

// pauses makes each wrong password above the free ones wait twice as long as the
// one before, up to the longest pause.
func pauses(free int64, longest time.Duration) func(tries, time.Time) time.Duration {
	return func(t tries, now time.Time) time.Duration {
		if t.n < free {
			return 0
		}
		return min(time.Second<<min(t.n-free, 10), longest) - now.Sub(t.latest)
	}
}

func tooMany(wait time.Duration) error {
	wait = max(wait, time.Second)
	if wait < 90*time.Second {
		return problem.Of(problem.TooMany, "problem.too_many_seconds", "n", int(wait.Round(time.Second).Seconds()))
	}
	return problem.Of(problem.TooMany, "problem.too_many_minutes", "n", int((wait + time.Minute - 1).Minutes()))
}

// Attempts are counted by address before it is known which workspace or person
// is meant, so these statements belong to no workspace.
const countAddress = `-- countAddress
insert into address_limit (address, purpose, attempts, since)
values ($1, $2, 1, $3)
on conflict (address, purpose) do update
set attempts = case when address_limit.since < $4 then 1 else address_limit.attempts + 1 end,
	since = case when address_limit.since < $4 then $3 else address_limit.since end
returning attempts, since`

const uncountAddress = `-- uncountAddress
update address_limit
set attempts = attempts - 1
where address = $1
  and purpose = $2
  and attempts > 0`

// network is what an address is counted under: itself, or its /64 for IPv6.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}

// countAddress counts a try by a network address and refuses one too many with
// problem.TooMany.
func (g *Gate) countAddress(ctx context.Context, address, purpose string) error {
	limit, now := addressLimits[purpose], g.now()
	var attempts, since int64
	err := g.db.Unscoped(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, countAddress, network(address), purpose, now.UnixMicro(), now.Add(-limit.window).UnixMicro()).Scan(&attempts, &since)
	})
	if err == nil && attempts > limit.tries {
		return tooMany(time.UnixMicro(since).Add(limit.window).Sub(now))
	}
	return err
}

// CountCheck counts that a visitor has a file checked, which anybody may and which
// takes a while, and refuses one too many with problem.TooMany.
func (g *Gate) CountCheck(ctx context.Context, v Visitor) error {
	return g.countAddress(ctx, v.Facts().Address, "verify")
}

// uncountAddress takes a try back that turned out to be right.
func (g *Gate) uncountAddress(ctx context.Context, address, purpose string) error {
	return g.db.Unscoped(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, uncountAddress, network(address), purpose)
		return err
	})
}

const readLimit = `-- readLimit
select attempts, since, latest_at
from sign_in_limit
where workspace_id = :workspace
  and realm = :realm
  and purpose = :purpose
  and email_key = :email`

const countLimit = `-- countLimit
insert into sign_in_limit (workspace_id, realm, purpose, email_key, attempts, since, latest_at)
values (:workspace, :realm, :purpose, :email, :attempts, :since, :now)
on conflict (workspace_id, realm, purpose, email_key) do update
set attempts = excluded.attempts,
	since = excluded.since,
	latest_at = excluded.latest_at`

const forgetLimit = `-- forgetLimit
delete from sign_in_limit
where workspace_id = :workspace
  and realm = :realm
  and purpose = :purpose
  and email_key = :email`

type tries struct {
	n             int64
	since, latest time.Time
}

func scanTries(row scope.Row) (t tries, err error) {
	err = row.Scan(&t.n, scope.Time(&t.since), scope.Time(&t.latest))
	return t, err
}

// counter is one count of tries: what for, under which key, how long tries count,
// and how long one has to wait after the tries so far.
type counter struct {
	purpose, key string
	window       time.Duration
	judge        func(tries, time.Time) time.Duration
}

// signInCounters count wrong passwords of an account twice: from this network,
// where few are free and the pauses grow long, and from everywhere, where many
// are free and the pauses stay short. So guessing is slow wherever it comes
// from, and whoever knows an address cannot keep its owner out.
func signInCounters(key, address string) []counter {
	return []counter{
		{"sign_in_from", key + " " + network(address), limitWindow, pauses(freeTries, longestDelay)},
		{"sign_in", key, limitWindow, pauses(freeTriesOfAll, longestDelayOfAll)},
	}
}

// countAccount counts a try for a mail address, whether it has a login or not,
// and refuses one too early with problem.TooMany.
func (g *Gate) countAccount(ctx context.Context, v Visitor, realm Realm, counters ...counter) error {
	return v.write(ctx, func(tx scope.Tx) error {
		for _, c := range counters {
			if err := countOne(ctx, tx, realm, c); err != nil {
				return err
			}
		}
		return nil
	})
}

func countOne(ctx context.Context, tx scope.Tx, realm Realm, c counter) error {
	if err := tx.Lock(ctx, c.purpose+":"+c.key); err != nil {
		return err
	}
	args := scope.Args{"realm": string(realm), "purpose": c.purpose, "email": c.key}
	t, err := scope.One(ctx, tx, readLimit, args, scanTries)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return err
	}
	now := tx.Now()
	if now.Sub(t.since) > c.window {
		t = tries{since: now}
	}
	if wait := c.judge(t, now); wait > 0 {
		return tooMany(wait)
	}
	args["attempts"], args["since"] = t.n+1, t.since
	_, err = tx.Exec(ctx, countLimit, args)
	return err
}

// resetsAnHour is how many reset links one address may ask for in an hour.
const resetsAnHour = 3

func judgeReset(t tries, now time.Time) time.Duration {
	if t.n < resetsAnHour {
		return 0
	}
	return t.since.Add(time.Hour).Sub(now)
}

// forgetTries forgets the wrong passwords of an address after a right one, given
// from this network.
func forgetTries(ctx context.Context, tx scope.Tx, realm Realm, email, address string) error {
	for _, c := range signInCounters(email, address) {
		if _, err := tx.Exec(ctx, forgetLimit, scope.Args{"realm": string(realm), "purpose": c.purpose, "email": c.key}); err != nil {
			return err
		}
	}
	return nil
}
