package ui

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// The drawing of a track: how near two stops may stand, in percent of the
// line, and how many milestones are drawn one by one.
const (
	minGap     = 5
	mostStops  = 12
	mostLabels = 7
)

// line is where the parts of a track stand, in whole percent of its width.
type line struct {
	fill  int   // where the fill ends
	stops []int // one for each milestone, reached ones first
	ends  bool  // too many to draw: the start, the end of the fill, the end
	open  bool  // nothing stands at the end: draw it
}

// layout spreads the stops: the reached ones over the fill, the last at its
// end; the others over the rest, the last at the end of the line. The fill
// gives way where stops would touch.
func (t Track) layout() line {
	reached, ahead := max(t.Reached, 0), max(t.Ahead, 0)
	most := 100 - minGap*ahead
	if ahead == 0 && t.value() < 100 {
		most -= minGap // the end of the line is a stop too
	}
	if reached+ahead > mostStops {
		fill := t.value()
		if fill > 0 {
			fill = max(min(fill, max(most, 100-minGap)), minGap)
		}
		return line{fill: fill, ends: true, open: fill < 100}
	}
	var l line
	if t.Known {
		l.fill = min(max(t.value(), minGap*reached), most)
		for n := range reached {
			l.stops = append(l.stops, share(l.fill, n+1, reached))
		}
		for n := range ahead {
			l.stops = append(l.stops, l.fill+share(100-l.fill, n+1, ahead))
		}
	} else {
		for n := range reached + ahead {
			l.stops = append(l.stops, share(100, n+1, reached+ahead))
		}
	}
	l.open = len(l.stops) == 0 || l.stops[len(l.stops)-1] < 100
	return l
}

// share is n of parts of a length, rounded.
func share(length, n, parts int) int { return (2*length*n + parts) / (2 * parts) }

// value is the percentage, kept between 0 and 100.
func (t Track) value() int {
	if !t.Known {
		return 0
	}
	return min(max(t.Percent, 0), 100)
}

// attrs tells assistive technology the value, or only the name when there is
// none.
func (t Track) attrs() templ.Attributes {
	if !t.Known {
		label := t.Label
		if t.ValueText != "" {
			label += ", " + t.ValueText
		}
		return templ.Attributes{"role": "img", "aria-label": label}
	}
	out := templ.Attributes{
		"role": "progressbar", "aria-label": t.Label,
		"aria-valuenow": strconv.Itoa(t.value()), "aria-valuemin": "0", "aria-valuemax": "100",
	}
	if t.ValueText != "" {
		out["aria-valuetext"] = t.ValueText
	}
	return out
}

func (t Track) class() string { return "track-" + orElse(string(t.State), string(TrackActive)) }

// percent writes a place on the line as SVG wants it.
func percent(n int) string { return strconv.Itoa(n) + "%" }

// placed is a label with its stop's place and the room it has, both in
// percent of the line.
type placed struct {
	text     string
	at, room int
	now      bool
	past     bool // of a reached stop
}

// track is the bare track that the labels stand under. The stops say how many
// milestones are reached.
func (l LabelledTrack) track() Track {
	t := l.Track
	t.Reached, t.Ahead = 0, 0
	for _, s := range l.Stops {
		if s.Reached {
			t.Reached++
		} else {
			t.Ahead++
		}
	}
	return t
}

// ordered gives the stops as they stand on the line: reached ones first.
func (l LabelledTrack) ordered() []TrackStop {
	var reached, ahead []TrackStop
	for _, s := range l.Stops {
		if s.Reached {
			reached = append(reached, s)
		} else {
			ahead = append(ahead, s)
		}
	}
	return append(reached, ahead...)
}

// edge is the room in percent that the label at one end of the line needs on
// the narrowest page that has labels between the ends.
func edge(text string) int { return min(2+utf8.RuneCountInString(text), 20) }

// least is the room below which a label says nothing.
const least = 9

// labels places the labels between the ends so that none meets another. A
// stop goes without one where there is no room, the current one last of all.
// It also gives the room that is left for the ends' own.
func (l LabelledTrack) labels() (between []placed, start, end int) {
	spread := l.track().layout()
	start, end = edge(l.Start), edge(l.last())
	if spread.ends {
		return nil, 50, 50
	}
	var now, others []placed
	for n, s := range l.ordered() {
		p := placed{text: s.Text, at: spread.stops[n], now: s.Now, past: s.Reached}
		p.room = 2 * min(p.at-start, 100-end-p.at)
		switch {
		case s.Text == "" || p.room < least:
		case s.Now:
			now = append(now, p)
		case len(l.Stops) <= mostLabels:
			others = append(others, p)
		}
	}
	for _, p := range append(now, others...) {
		if !slices.ContainsFunc(between, func(q placed) bool { return max(p.at-q.at, q.at-p.at) < least }) {
			between = append(between, p)
		}
	}
	if len(between) == 0 {
		return nil, 50, 50
	}
	slices.SortFunc(between, func(a, b placed) int { return a.at - b.at })
	for n := 1; n < len(between); n++ {
		gap := between[n].at - between[n-1].at
		between[n-1].room, between[n].room = min(between[n-1].room, gap), min(between[n].room, gap)
	}
	first, last := between[0], between[len(between)-1]
	return between, first.at - first.room/2, 100 - last.at - last.room/2
}

// last is the label at the end of the line: the end's own, or the name of the
// stop that stands there.
func (l LabelledTrack) last() string {
	if l.End != "" || len(l.Stops) == 0 {
		return l.End
	}
	stops := l.ordered()
	return stops[len(stops)-1].Text
}

// at is the class that hands a number from 0 to 100 to the stylesheet, as
// widths and places may not stand in the markup.
func at(n int) string { return "at-" + strconv.Itoa(min(max(n, 0), 100)) }
