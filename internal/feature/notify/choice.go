package notify

import (
	"context"
	"slices"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/zones"
)

// Wish is how somebody wants the mail of an area.
type Wish struct {
	Area   auth.Area
	Choice outbox.Choice
}

// Settings are how somebody wants their mail.
type Settings struct {
	Wishes []Wish // for each area that they are mailed about, in the order of the table
	Hour   int    // at which the daily mail is sent, 0 to 23
	Zone   string // in which; empty for the workspace's
}

// Of is how the mail of an area is wanted; empty for one that is not among them.
func (s Settings) Of(area auth.Area) outbox.Choice {
	for _, w := range s.Wishes {
		if w.Area == area {
			return w.Choice
		}
	}
	return ""
}

// byContact is how a contact gets the mail of an area until they choose: what they
// may act on as it comes, what they only read once a day.
func byContact(c auth.Capabilities, area auth.Area) outbox.Choice {
	acts := map[auth.Area]bool{
		auth.Projects: c.Accept || c.Request || c.Upload, auth.Money: c.Pay, auth.Contracts: c.Sign,
		auth.Cases: c.Request || c.Accept, auth.Changes: c.Request || c.Accept, auth.Documents: c.Upload,
		auth.Calendar: true, // an invitation cannot come a day late
	}
	if acts[area] {
		return outbox.Now
	}
	return outbox.Daily
}

// byRole is how a member gets the mail of an area until they choose.
func byRole(r auth.Role, area auth.Area) outbox.Choice {
	if area == auth.Calendar || r.May(auth.Right{Area: area, Level: auth.Write}) {
		return outbox.Now
	}
	return outbox.Daily
}

// reader is somebody as far as their mail is concerned: a member, or a contact of the
// client that a mail is about.
type reader struct {
	realm  auth.Realm
	role   auth.Role
	caps   auth.Capabilities
	hour   int
	zone   string
	choice outbox.Choice
}

func scanReader(row scope.Row) (r reader, err error) {
	c := &r.caps
	return r, row.Scan(&r.realm, &r.hour, &r.zone, &r.role, &c.Projects, &c.Money, &c.Contracts, &c.Cases, &c.Changes,
		&c.Pay, &c.Sign, &c.Accept, &c.Request, &c.Upload, &r.choice)
}

// Reader is how somebody wants the mail of an area about a client; nobody who is
// gone wants any.
func Reader(ctx context.Context, tx scope.Tx, identity, client string, area auth.Area) (outbox.Reader, error) {
	r, err := scope.One(ctx, tx, readReader, tx.WithClient(client, scope.Args{"reader": identity, "area": area}), scanReader)
	if problem.Is(err, problem.NotFound) {
		return outbox.Reader{Choice: outbox.None}, nil
	}
	if err != nil {
		return outbox.Reader{}, err
	}
	if r.choice == "" && r.realm == auth.StaffRealm {
		r.choice = byRole(r.role, area)
	}
	if r.choice == "" {
		r.choice = byContact(r.caps, area)
	}
	zone, err := time.LoadLocation(r.zone)
	return outbox.Reader{Realm: r.realm, Choice: r.choice, Digest: nextDigest(tx.Now(), r.hour, zone)}, err
}

// quarter is what every zone's clock is a multiple of away from UTC.
const quarter = 15 * time.Minute

// nextDigest is when the next daily mail is due after now: when the day in the zone
// reaches the hour. Where the clock skips the hour that is the moment after; where it
// repeats the hour it is the first time.
func nextDigest(now time.Time, hour int, zone *time.Location) time.Time {
	at := now.Truncate(quarter).Add(quarter)
	for !reaches(at.In(zone), hour) {
		at = at.Add(quarter)
	}
	return at
}

// reaches tells whether a day reaches an hour at a moment, for the first time.
func reaches(at time.Time, hour int) bool {
	for back := quarter; back <= 2*time.Hour; back += quarter {
		if before := at.Add(-back); before.Day() == at.Day() && before.Hour() >= hour {
			return false
		}
	}
	return at.Hour() >= hour
}

func (s Settings) check(areas []auth.Area) (Settings, error) {
	var fields problem.Fields
	for _, w := range s.Wishes {
		if !slices.Contains(areas, w.Area) || !slices.Contains(outbox.Choices, w.Choice) {
			fields.Add(string(w.Area), "field.choice")
		}
	}
	if s.Hour < 0 || s.Hour > 23 {
		fields.Add("hour", "field.choice")
	}
	if s.Zone != "" && !slices.Contains(zones.Names, s.Zone) {
		fields.Add("zone", "field.zone")
	}
	return s, fields.Err()
}

// params are the settings as an event has them.
func (s Settings) params() map[string]any {
	p := map[string]any{"hour": strconv.Itoa(s.Hour), "zone": s.Zone}
	for _, w := range s.Wishes {
		p[string(w.Area)] = w.Choice
	}
	return p
}
