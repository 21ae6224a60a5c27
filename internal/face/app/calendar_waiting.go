package app

import (
	"slices"
	"time"

	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/civil"
)

// confirmForm is what the form sends that settles on a time.
type confirmForm struct {
	Seen  int64  `form:"seen"`
	Slot  string `form:"slot"`
	Date  string `form:"date"`
	Time  string `form:"time"`
	Place string `form:"place"`
	Link  string `form:"link"`
}

func (in confirmForm) answer() calendar.Answer {
	return calendar.Answer{Slot: in.Slot, Date: in.Date, Time: in.Time, Place: in.Place, Link: in.Link}
}

// answering is an event with the times on its table, and what stands in their way.
type answering struct {
	view
	Event calendar.Event
	Slots []calendar.Slot
	Busy  []calendar.Busy
	Hours calendar.Hours
}

// waitCard is a card of what waits.
type waitCard struct {
	answering
	Note string
}

func (p calendarPage) card(w calendar.Waiting) waitCard {
	return waitCard{answering{p.view, w.Event, w.Slots, w.Busy, p.Hours}, w.Note}
}

// who is who asks: a contact or, where staff invited, the client.
func (c waitCard) who() string {
	if c.Event.ContactName != "" {
		return c.Event.ContactName
	}
	return c.Event.ClientName
}

// asked is for which client and since when somebody waits.
func (c waitCard) asked() string {
	since := c.ago(c.Event.StateAt)
	if c.Event.ContactName == "" {
		return since
	}
	return c.Event.ClientName + " · " + since
}

// topic is what it is about, and what they wrote with the times.
func (c waitCard) topic() []string {
	about := c.Event.About
	if about == "" {
		about = c.Event.Title
	}
	return slices.DeleteFunc([]string{about, c.Note}, func(text string) bool { return text == "" })
}

// answers tells whether staff may settle on one of the times.
func (a answering) answers() bool { return a.meets() && a.Event.MayAnswer(calendar.ByStaff) }

// facts are the type, and until when there is time.
func (a answering) facts() []ui.KeyValue {
	items := []ui.KeyValue{{Key: a.T("calendar.type"), Value: a.typed(a.Event)}}
	if a.Event.Moving() {
		items = append(items, ui.KeyValue{Key: a.T("calendar.stands"), Value: a.agreed(a.Event)})
	}
	return append(items, ui.KeyValue{Key: a.T("calendar.lapses"), Value: a.lapsesAt(a.Event)})
}

// typed is the type of an event and how long it takes.
func (v view) typed(e calendar.Event) string {
	return v.T("calendar.typed", "type", v.T("meeting.type."+string(e.Type)), "length", talk.Takes(v.Printer, e.Length))
}

// agreed is the time of an event that stands.
func (v view) agreed(e calendar.Event) string {
	return calendar.Slot{Starts: e.Starts, Ends: e.Ends}.Say(v.Printer, v.Site.Zone)
}

// lapsesAt is when the last time on the table passes.
func (v view) lapsesAt(e calendar.Event) string { return v.moment(e.Lapses) }

// moment is a day with its time.
func (v view) moment(at time.Time) string {
	at = at.In(v.Site.Zone)
	return v.T("calendar.moment", "day", v.ListDate(at), "time", v.Clock(at))
}

// free are the stretches of working hours on the days of a slot in which nothing of the
// members lies, as far as the slot reaches.
func (a answering) free(s calendar.Slot) (all []calendar.Slot) {
	zone := a.Site.Zone
	length := time.Duration(a.Event.Length) * time.Minute
	last := civil.Today(s.Ends.Add(-1).In(zone))
	for day := civil.Today(s.Starts.In(zone)); day <= last; day = day.Add(1) {
		for _, f := range a.Hours.Free(day, a.Event.Length, a.Busy, a.Now) {
			if s.Part != calendar.Exactly {
				f.Starts, f.Ends = latest(f.Starts, s.Starts), earliest(f.Ends, s.Ends)
			}
			if f.Ends.Sub(f.Starts) >= length {
				all = append(all, f)
			}
		}
	}
	return all
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// first is the first free time within a part of a day, or else when it begins.
func (a answering) first(s calendar.Slot) time.Time {
	if free := a.free(s); len(free) > 0 {
		return free[0].Starts.In(a.Site.Zone)
	}
	return latest(s.Starts, a.Now).In(a.Site.Zone)
}

// day says whether there is time for a slot, and what is in the way.
func (a answering) day(s calendar.Slot) (text string, free bool) {
	if s.Part == calendar.Exactly {
		for _, b := range a.Busy {
			if b.Starts.Before(s.Ends) && s.Starts.Before(b.Ends) {
				return a.T("calendar.in_the_way", "name", b.Name, "title", a.busyTitle(b), "from", a.Clock(b.Starts.In(a.Site.Zone)), "to", a.Clock(b.Ends.In(a.Site.Zone))), false
			}
		}
	}
	for _, f := range a.free(s) {
		if s.Part != calendar.Exactly || !f.Starts.After(s.Starts) && !f.Ends.Before(s.Ends) {
			return a.T("calendar.free", "from", a.Clock(f.Starts.In(a.Site.Zone)), "to", a.Clock(f.Ends.In(a.Site.Zone))), true
		}
	}
	if s.Part != calendar.Exactly {
		return a.T("calendar.free_none"), false
	}
	return a.T("calendar.free_outside"), true
}

func (v view) busyTitle(b calendar.Busy) string {
	if b.Title == "" {
		return v.T("calendar.kind.meeting")
	}
	return b.Title
}

// confirm is the button that settles on a slot.
func (a answering) confirm(s calendar.Slot, first bool) ui.Button {
	b := ui.Button{Label: a.T("calendar.confirm"), Full: true, Attrs: map[string]any{"aria-label": a.T("calendar.confirm_that", "time", s.Say(a.Printer, a.Site.Zone))}}
	if first {
		b.Kind = ui.Filled
	}
	return b
}

// way asks how people come to a meeting that does not say so yet.
func (c waitCard) way(s calendar.Slot) ui.TextField {
	field := ui.TextField{Name: "place", ID: "way-" + s.ID, Label: c.T("calendar.way." + string(c.Event.Type)), Optional: c.T("ui.optional"), MaxLength: calendar.LongestPlace, Autocomplete: "off"}
	if c.Event.Type == calendar.Video {
		field.Name, field.MaxLength, field.InputMode, field.Dir = "link", calendar.LongestLink, "url", "ltr"
	}
	return field
}

// decline is what saying no is called, and its address.
func (a answering) decline() (label, act string) {
	if a.Event.Moving() {
		return a.T("calendar.keep"), "refusal"
	}
	return a.T("calendar.decline"), "rejection"
}
