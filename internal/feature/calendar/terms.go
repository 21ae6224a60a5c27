package calendar

import (
	"context"
	"fmt"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Span is from when to when the workspace meets clients on a weekday, in minutes of the
// day in its zone. Both are 0 for a day on which it does not.
type Span struct{ Opens, Closes int }

// Hours are the working hours, by time.Weekday.
type Hours [7]Span

// open tells whether there are any on a weekday.
func (s Span) open() bool { return s.Closes > s.Opens }

// String is how they are stored: the days that are not closed as day=opens-closes.
func (h Hours) String() string {
	var all []string
	for day, s := range h {
		if s.open() {
			all = append(all, fmt.Sprintf("%d=%d-%d", day, s.Opens, s.Closes))
		}
	}
	return strings.Join(all, " ")
}

func readHours(text string) (h Hours) {
	for one := range strings.FieldsSeq(text) {
		var day int
		var s Span
		if _, err := fmt.Sscanf(one, "%d=%d-%d", &day, &s.Opens, &s.Closes); err == nil && day >= 0 && day < len(h) {
			h[day] = s
		}
	}
	return h
}

// on is when they begin and end on a day.
func (h Hours) on(day civil.Date, zone *time.Location) (from, to time.Time) {
	s := h[day.Time().Weekday()]
	if !s.open() {
		return from, from
	}
	from, _ = day.At(s.Opens, zone)
	to, _ = day.At(s.Closes, zone)
	return from, to
}

// hold tells whether a time lies within them.
func (h Hours) hold(starts, ends time.Time, zone *time.Location) bool {
	from, to := h.on(civil.Today(starts.In(zone)), zone)
	return from.Before(to) && !starts.Before(from) && !ends.After(to)
}

// within is the longest stretch of a window that lies within them; an empty one where
// there is none. A day elsewhere can reach into two or three of ours.
func (h Hours) within(starts, ends time.Time, zone *time.Location) (from, to time.Time) {
	day := civil.Today(starts.In(zone))
	for n := range 3 {
		opens, closes := h.on(day.Add(n), zone)
		if opens.Before(starts) {
			opens = starts
		}
		if closes.After(ends) {
			closes = ends
		}
		if closes.Sub(opens) > to.Sub(from) {
			from, to = opens, closes
		}
	}
	return from, to
}

// Terms are how a workspace meets its clients.
type Terms struct {
	Hours   Hours
	Notice  int // minutes before a meeting by which a client has to ask for it
	Length  int // minutes, where nobody says otherwise
	Version int64
}

func (t Terms) notice() time.Duration { return time.Duration(t.Notice) * time.Minute }

func scanTerms(row scope.Row) (t Terms, err error) {
	var hours string
	err = row.Scan(&hours, &t.Notice, &t.Length, &t.Version)
	t.Hours = readHours(hours)
	return t, err
}

// HoursOfDay is what is typed about a weekday; the times are empty on a day off.
type HoursOfDay struct{ Opens, Closes string }

// TypedTerms are Terms as they are typed. The fields are opens0 to opens6 and closes0 to
// closes6, 0 being Sunday, notice in hours, and length in minutes.
type TypedTerms struct {
	Days    [7]HoursOfDay
	Notice  int
	Length  int
	Version int64
}

func (in TypedTerms) read() (t Terms, err error) {
	var f problem.Fields
	for day, typed := range in.Days {
		opens, closes := fmt.Sprintf("opens%d", day), fmt.Sprintf("closes%d", day)
		if typed.Opens == "" && typed.Closes == "" {
			continue
		}
		from, known := civil.Clock(typed.Opens)
		if !known {
			f.Add(opens, "meeting.time_unknown")
		}
		to, known := civil.Clock(typed.Closes)
		switch {
		case !known:
			f.Add(closes, "meeting.time_unknown")
		case to <= from:
			f.Add(closes, "meeting.closes_first")
		}
		t.Hours[day] = Span{from, to}
	}
	if t.Hours == (Hours{}) && f.Err() == nil {
		f.Add("opens1", "meeting.never_open")
	}
	if in.Notice < 0 || in.Notice > 720 {
		f.Add("notice", "meeting.notice_range")
	}
	if in.Length < 15 || in.Length > 480 {
		f.Add("length", "meeting.length_range")
	}
	t.Notice, t.Length, t.Version = in.Notice*60, in.Length, in.Version
	return t, f.Err()
}

// Terms reads how the workspace meets its clients.
func (a App) Terms(ctx context.Context) (t Terms, err error) {
	err = a.who.Read(ctx, auth.CalendarRead, func(tx scope.Tx) error {
		t, err = scope.One(ctx, tx, readTerms, nil, scanTerms)
		return err
	})
	return t, err
}

// SaveTerms stores them. Problems: Forbidden; Invalid by field; Conflict when the form
// is stale.
func (a App) SaveTerms(ctx context.Context, in TypedTerms) error {
	t, err := in.read()
	if err != nil {
		return err
	}
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, saveTerms, scope.Args{"hours": t.Hours.String(), "notice": t.Notice, "length": t.Length, "version": t.Version})
		if err == nil && n == 0 {
			err = problem.Stale()
		}
		if err != nil {
			return err
		}
		return a.who.Record(ctx, tx, auth.Event{
			Kind: "workspace.hours_changed", SubjectKind: "workspace", SubjectID: a.who.Site().ID, Area: auth.Settings, Audience: auth.ForStaffOnly,
		})
	})
}

const readTerms = `-- readTerms
select working_hours, meeting_notice_minutes, meeting_length_minutes, version
from workspace
where id = :workspace`

const saveTerms = `-- saveTerms
update workspace
set working_hours = :hours,
	meeting_notice_minutes = :notice,
	meeting_length_minutes = :length,
	version = version + 1
where id = :workspace
  and version = :version`
