package calendar

import (
	"context"
	"math"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// PageSize is how many past meetings a page has.
const PageSize = 25

// MostUpcoming is how many upcoming meetings are listed.
const MostUpcoming = 100

// Shown are the meetings of a client.
type Shown struct {
	Upcoming   []Event // what waits for an answer too, the next in front
	Past       []Event // the latest in front
	Prev, Next string
	Zone       *time.Location // of the contact
}

// place is where a page of past meetings begins: the latest comes first.
func place(from page.From) (key int64, id string) {
	if key, err := strconv.ParseInt(from.Key, 10, 64); err == nil && from.ID != "" {
		return key, from.ID
	}
	return math.MaxInt64, ""
}

// List reads what the contact sees of the client's meetings; after and before are
// cursors of the past ones.
func (p Portal) List(ctx context.Context, after, before string) (s Shown, err error) {
	from := page.Ask(after, before)
	var zone []string
	var past []Event
	err = p.who.Read(ctx, auth.Calendar, func(tx scope.Tx) error {
		statement := listPast
		if from.Backwards {
			statement = listPastBack
		}
		args := p.seeing(scope.Args{"most": PageSize + 1})
		args["key"], args["from"] = place(from)
		return tx.Batch(ctx,
			scope.Into(&s.Upcoming, listUpcoming, p.seeing(scope.Args{"most": MostUpcoming}), scanEvent),
			scope.Into(&past, statement, args, scanEvent),
			scope.Into(&zone, readZoneOfContact, nil, scope.Value[string]),
		)
	})
	s.Past, s.Prev, s.Next = page.Cut(past, PageSize, from, func(e Event) page.Place {
		return page.Place{Key: strconv.FormatInt(e.Starts.UnixMicro(), 10), ID: e.ID.String()}
	})
	s.Zone = readIn(append(zone, "")[0], p.who.Site())
	return s, err
}

// Get reads a meeting that the contact sees, with the zone that they read times in.
// Problem: NotFound.
func (p Portal) Get(ctx context.Context, event ID) (f Full, zone *time.Location, err error) {
	f, _, zone, err = p.GetForAnswer(ctx, event)
	return f, zone, err
}

// GetForAnswer is Get with how the workspace meets its clients.
func (p Portal) GetForAnswer(ctx context.Context, event ID) (f Full, t Terms, zone *time.Location, err error) {
	if !id.Valid(event.String()) {
		return f, t, p.who.Site().Zone, problem.Missing()
	}
	var chosen string
	err = p.who.Read(ctx, auth.Calendar, func(tx scope.Tx) error {
		if f, err = ofContact.full(ctx, tx, p.seeing(scope.Args{"event": event}), event); err != nil {
			return err
		}
		t, chosen, err = termsForClient(ctx, tx)
		return err
	})
	return f, t, readIn(chosen, p.who.Site()), err
}

// Terms reads how the workspace meets its clients, the zone that the contact reads times
// in, and whether that is one that they said.
func (p Portal) Terms(ctx context.Context) (t Terms, zone *time.Location, said bool, err error) {
	var chosen string
	err = p.who.Read(ctx, auth.Calendar, func(tx scope.Tx) error {
		t, chosen, err = termsForClient(ctx, tx)
		return err
	})
	return t, readIn(chosen, p.who.Site()), chosen != "", err
}

func termsForClient(ctx context.Context, tx scope.Tx) (t Terms, zone string, err error) {
	t, err = scope.One(ctx, tx, readTermsForClient, nil, func(row scope.Row) (t Terms, err error) {
		var hours string
		err = row.Scan(&hours, &t.Notice, &t.Length, &t.Version, &zone)
		t.Hours = readHours(hours)
		return t, err
	})
	return t, zone, err
}
