package ui_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"foyer/internal/face/ui"
)

var (
	stopAt  = regexp.MustCompile(`<circle class="(track-stop[^"]*)" cx="(\d+)%"`)
	fillEnd = regexp.MustCompile(`class="track-fill" x1="0%" y1="6" x2="(\d+)%"`)
	labelAt = regexp.MustCompile(`<li class="track-label at-(\d+)[^"]*"><span class="at-(\d+)">`)
	endRoom = regexp.MustCompile(`<li class="track-end at-(\d+)">`)
)

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// drawn gives where the stops of a track stand, which of them are reached, and
// where the fill ends.
func drawn(t *testing.T, got string) (places []int, reached []bool, fill int) {
	t.Helper()
	for _, m := range stopAt.FindAllStringSubmatch(got, -1) {
		places = append(places, number(t, m[2]))
		reached = append(reached, !strings.Contains(m[1], "track-open"))
	}
	if m := fillEnd.FindStringSubmatch(got); m != nil {
		fill = number(t, m[1])
	}
	return places, reached, fill
}

// Whatever the counts and the percentage are, stops do not touch, the reached
// ones stand in the fill with the last at its end, and the line ends in a stop.
func TestTheStopsOfATrackKeepApart(t *testing.T) {
	t.Parallel()
	for reached := range 13 {
		for ahead := range 13 - reached {
			for percent := -10; percent <= 110; percent++ {
				got := draw(t, ui.Track{Percent: percent, Known: true, Reached: reached, Ahead: ahead})
				places, filled, fill := drawn(t, got)
				for n := 1; n < len(places); n++ {
					if gap := places[n] - places[n-1]; gap < 5 {
						t.Fatalf("%d%%, %d and %d: stops at %v", percent, reached, ahead, places)
					}
					if filled[n] != (n <= reached) {
						t.Fatalf("%d%%, %d and %d: stop %d reached is %v", percent, reached, ahead, n, filled[n])
					}
				}
				if places[0] != 0 || places[len(places)-1] != 100 || reached > 0 && places[reached] != fill {
					t.Fatalf("%d%%, %d and %d: stops at %v, fill to %d", percent, reached, ahead, places, fill)
				}
			}
		}
	}
}

func TestATrackOfManyMilestonesShowsTheEndsAndToday(t *testing.T) {
	t.Parallel()
	for percent, want := range map[int]int{0: 2, 61: 3, 100: 3} {
		places, _, _ := drawn(t, draw(t, ui.Track{Percent: percent, Known: true, Reached: 20, Ahead: 20}))
		if len(places) != want {
			t.Errorf("%d%%: stops at %v, want %d", percent, places, want)
		}
	}
	places, filled, _ := drawn(t, draw(t, ui.Track{Percent: 100, Known: true, Reached: 13}))
	if len(places) != 2 || !filled[1] {
		t.Errorf("all reached: stops at %v, reached %v", places, filled)
	}
}

func TestATrackSaysItsValue(t *testing.T) {
	t.Parallel()
	track := ui.Track{Percent: 140, Known: true, Reached: 1, Label: "Progress of Shop", ValueText: "All of it"}
	has(t, draw(t, track), `role="progressbar"`, `aria-label="Progress of Shop"`, `aria-valuenow="100"`, `aria-valuemin="0"`, `aria-valuemax="100"`, `aria-valuetext="All of it"`, `class="track track-active"`)
	track.Known, track.State = false, ui.TrackHold
	got := draw(t, track)
	has(t, got, `role="img"`, `aria-label="Progress of Shop, All of it"`, "track-hold")
	hasNot(t, got, "aria-value", "progressbar", "track-fill")
}

// No label meets its neighbour or an end's, however the milestones lie.
func TestTheLabelsOfATrackKeepApart(t *testing.T) {
	t.Parallel()
	for count := range 10 {
		for reached := range count + 1 {
			for percent := 0; percent <= 100; percent++ {
				l := ui.LabelledTrack{Track: ui.Track{Percent: percent, Known: true}, Start: "7 September", End: "28 January"}
				for n := range count {
					l.Stops = append(l.Stops, ui.TrackStop{Text: "Acceptance", Reached: n < reached, Now: n == reached})
				}
				got := draw(t, l)
				ends := endRoom.FindAllStringSubmatch(got, -1)
				if len(ends) != 2 {
					t.Fatalf("%d ends in %s", len(ends), got)
				}
				free := 2 * number(t, ends[0][1])
				labels := labelAt.FindAllStringSubmatch(got, -1)
				for _, m := range labels {
					at, room := number(t, m[1]), number(t, m[2])
					if 2*at-room+1 < free || room < 9 {
						t.Fatalf("%d%%, %d of %d: a label at %d with %d begins before %d/2", percent, reached, count, at, room, free)
					}
					free = 2*at + room
				}
				if free > 2*(100-number(t, ends[1][1]))+1 {
					t.Fatalf("%d%%, %d of %d: the last label ends at %d/2", percent, reached, count, free)
				}
				if start, end := number(t, ends[0][1]), number(t, ends[1][1]); start < 13 || end < 12 {
					t.Fatalf("%d%%, %d of %d: the ends have only %d and %d", percent, reached, count, start, end)
				}
				if count > 7 && len(labels) > 1 {
					t.Fatalf("%d stops have %d labels", count, len(labels))
				}
			}
		}
	}
}

func TestATracksLabelsFollowItsStops(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.LabelledTrack{
		Track: ui.Track{Percent: 50, Known: true, Reached: 9, Label: "P"}, Start: "7 Sep",
		Stops: []ui.TrackStop{{Text: "Later"}, {Text: "Done", Reached: true, Now: true}, {Text: "Last"}},
	})
	has(t, got, `at-50 track-past track-now"><span class="at-25"><bdi>Done`, `at-75"><span class="at-25"><bdi>Later`, "<bdi>7 Sep</bdi>", "<bdi>Last</bdi>")
	if n := strings.Count(got, "Last"); n != 1 {
		t.Errorf("the last stop is named %d times", n)
	}
	if empty := draw(t, ui.LabelledTrack{Start: "A", End: "B"}); strings.Contains(empty, "track-label ") {
		t.Errorf("labels without stops: %s", empty)
	}
}

func TestMilestonesSayTheirState(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.Milestones{Items: []ui.Milestone{
		{Name: "A", State: ui.MilestoneReached, StateText: "Reached today", When: "2 Dec", Date: "2026-12-02"},
		{Name: "B", State: ui.MilestoneNext, StateText: "Next", Unseen: true, Note: "Soon"},
		{Name: "C", State: ui.MilestoneLate, StateText: "6 days overdue", Href: "/c"},
		{Name: "D", When: "Some day"},
	}})
	has(t, got, "<ol", `class="milestone milestone-reached"`, `<time class="milestone-when" datetime="2026-12-02">2 Dec</time>`,
		`<p class="milestone-state">Reached today</p>`, `<p class="milestone-state sr-only">Next</p>`, "milestone-next", "milestone-late", `href="/c"`,
		`<span class="milestone-when">Some day</span>`)
	if n := strings.Count(got, "<svg"); n != 1 {
		t.Errorf("%d ticks, want one", n)
	}
	hasNot(t, got, "aria-label", "datetime=\"\"")
}

func TestAChecklistIsForReading(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.Checklist{Label: "Deliverables", Items: []ui.CheckItem{
		{Text: "Map", Done: true, State: "delivered", Action: ui.Link{Text: "Open", Href: "/map"}},
		{Text: "Shop", State: "to come", When: "2 Dec", Date: "2026-12-02"},
	}})
	has(t, got, `aria-label="Deliverables"`, "(delivered)", "(to come)", `href="/map"`, `Open<span class="sr-only">: Map</span>`, `datetime="2026-12-02"`)
	hasNot(t, got, "<input", "<button", "checkbox")
	if n := strings.Count(got, "<svg"); n != 1 {
		t.Errorf("%d ticks, want one", n)
	}
}

func TestAProjectCardIsOneLink(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.ProjectCard{Title: "Shop", Href: "/p/1", Text: "T", Next: "N", Figure: "62%", Owner: "Priya Rowe", Dates: "D", Status: ui.Status{Kind: ui.StatusActive, Text: "Active"}, Track: ui.Track{Label: "L"}})
	if n := strings.Count(got, "<a "); n != 1 {
		t.Errorf("%d links, want one", n)
	}
	has(t, got, `<h2`, `class="row-link" href="/p/1"`, "62%", "Priya Rowe", "status-active")
	bare := draw(t, ui.ProjectCard{Title: "Shop", Href: "/p/1", Level: 3})
	has(t, bare, "<h3")
	hasNot(t, bare, "project-foot", "project-next", "project-text", "class=\"status")
}

func TestDatedRowsTintTheFirstAndWarnOfTheLate(t *testing.T) {
	t.Parallel()
	rows := []ui.DatedRow{{Title: "A", Pill: ui.Pill{Text: "soon"}}, {Title: "B", Href: "/b", Pill: ui.Pill{Text: "later"}}, {Title: "C", Late: true, Pill: ui.Pill{Text: "late"}}}
	got := draw(t, ui.DatedRows{Items: rows})
	if strings.Count(got, "date-block-next") != 1 || strings.Count(got, "date-block-late") != 1 || strings.Count(got, "tone-brand") != 1 || strings.Count(got, "tone-bad") != 1 {
		t.Errorf("tints are wrong: %s", got)
	}
	late := draw(t, ui.DatedRows{Items: rows[2:]})
	has(t, late, "date-block-late", "tone-bad")
	hasNot(t, late, "date-block-next")
}

func TestASortableListWorksWithoutScript(t *testing.T) {
	t.Parallel()
	step := ui.PostButton{Action: "/step", Button: ui.Button{Label: "Move A up"}, Hidden: []ui.Hidden{{Name: "_key", Value: "k2"}}}
	got := draw(t, ui.Sortable{Label: "Targets", Items: []ui.SortableItem{
		{ID: "a1", Title: "A", Href: "/a", Move: "/move", Hidden: []ui.Hidden{{Name: "_key", Value: "k1"}}, Up: step},
		{ID: "b2", Title: "B"},
	}})
	has(t, got, "data-sortable", `aria-label="Targets"`, `data-id="a1"`, `class="sortable-grip js-only" data-grip aria-hidden="true"`,
		`<form method="post" action="/move" data-move hidden>`, `value="k1"`, `<input type="hidden" name="before">`,
		`action="/step"`, `aria-label="Move A up"`, `value="k2"`)
	if n := strings.Count(got, "data-grip"); n != 1 {
		t.Errorf("%d grips, want one: B cannot move", n)
	}
	if n := strings.Count(got, "sortable-steps"); n != 1 {
		t.Errorf("%d pairs of buttons, want one", n)
	}
	hasNot(t, got, "<details")
}

func TestATickIsAFormALinkOrASign(t *testing.T) {
	t.Parallel()
	form := draw(t, ui.Tick{Label: "Done: A", Action: "/done", Hidden: []ui.Hidden{{Name: "to", Value: "done"}}})
	has(t, form, `<form method="post" action="/done">`, `name="to" value="done"`, `<button type="submit" class="tick" aria-label="Done: A"`)
	hasNot(t, form, "check-box-done")
	link := draw(t, ui.Tick{Label: "Reopen A", Done: true, Href: "/ask", Dialog: "center"})
	has(t, link, `href="/ask"`, `data-dialog="center"`, `aria-label="Reopen A"`, "check-box-done")
	sign := draw(t, ui.Sortable{Items: []ui.SortableItem{{ID: "a1", Title: "A", Icon: "package", Note: "Ask Bo", Tick: ui.Tick{Label: "Done", Done: true}}}})
	has(t, sign, `id="item-a1"`, `role="img" aria-label="Done"`, "Ask Bo")
	hasNot(t, sign, "sortable-icon", "<button", "<form")
}

func TestASentenceKeepsThePlacesOfItsParts(t *testing.T) {
	t.Parallel()
	parts := map[string]ui.Part{
		"who": {Text: "Ann & <b>", Strong: true}, "what": {Text: "Shop", Strong: true, Href: "/s?a=1&b=2"}, "n": {Text: "3"}, "number": {Text: "A-1", Strong: true, Whole: true}, "bill": {Text: "A-1", Whole: true, Href: "/a"}, "evil": {Text: "x", Href: "javascript:alert(1)"},
	}
	const who, what = "<strong><bdi>Ann &amp; &lt;b&gt;</bdi></strong>", `<strong><a class="rich-link" href="/s?a=1&amp;b=2"><bdi>Shop</bdi></a></strong>`
	for sentence, want := range map[string]string{
		"{who} completed {what}.":    who + " completed " + what + ".",
		"({what}){what}":             "(" + what + ")" + what,
		"{n} <i>of</i> {other} left": "<bdi>3</bdi> &lt;i&gt;of&lt;/i&gt; {other} left",
		"{ {who} {":                  "{ " + who + " {",
		"{{n}}":                      "{<bdi>3</bdi>}",
		"{number}, {bill}":           `<strong><bdi class="whole">A-1</bdi></strong>, <a class="rich-link whole" href="/a"><bdi>A-1</bdi></a>`,
		"":                           "",
		"} {who":                     "} {who",
	} {
		if got := draw(t, ui.Sentence(sentence, parts)); got != want {
			t.Errorf("%q: %s, want %s", sentence, got, want)
		}
	}
	hasNot(t, draw(t, ui.Sentence("{evil}", parts)), "javascript:")
	rich := ui.Rich{Parts: []ui.Part{{Text: "a "}, {Text: "b", Strong: true}, {Text: "."}}}
	if got := draw(t, rich); got != "a <strong><bdi>b</bdi></strong>." {
		t.Errorf("rich: %s", got)
	}
}

func TestTheTitleOfAFeedItemCanLead(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.Feed{Items: []ui.FeedItem{{Icon: "flag", Title: "Soft launch", Href: "/m"}, {Icon: "flag", Title: "Plain"}}})
	has(t, got, `href="/m"><bdi>Soft launch</bdi>`, "<strong>Plain</strong>")
}
