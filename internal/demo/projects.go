package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
)

// beat is something that happened so long ago.
type beat struct {
	ago  time.Duration
	tell func(context.Context) error
}

// goal is a milestone or deliverable of the story. Its days count from today,
// backwards when negative.
type goal struct {
	name, note string
	due        int
	finished   int  // days ago; never when zero
	begun      bool // but not finished
	internal   bool
}

// work is a project of the story.
type work struct {
	client       string // name
	owner        string // address
	name, about  string
	tags, budget string
	priority     project.Priority
	ongoing      bool
	unshared     bool
	created      int // days ago; it starts a day later, unless planned
	ends         int // days from today
	planned      bool
	heldOn       int // days ago; never when zero
	held         string
	completedOn  int // days ago; never when zero
	milestones   []goal
	deliverables []goal
	funding      []project.FundingDetails

	app project.App // of whoever does the work
	id  project.ID
}

var works = []work{
	{
		client: "Marlow Ceramics", owner: Priya, name: "Online shop relaunch", priority: project.High, budget: "48000", tags: "shop, checkout, stock",
		about:   "A faster shop that shows glaze and scale honestly. We are replacing the storefront and checkout, syncing stock with your kiln log, and moving 480 product pages. Launch is staged: returning customers first, everyone two weeks later.",
		created: 78, ends: 63,
		milestones: []goal{
			{name: "Discovery signed off", due: -58, finished: 60},
			{name: "Design direction chosen", due: -38, finished: 38},
			{name: "Checkout design", due: 0, finished: 1},
			{name: "Margin review before launch", note: "Internal: agree the discount ladder with Theo first.", due: 5, internal: true},
			{name: "Staging shop for review", note: "We need one week of your feedback", due: 9, begun: true},
			{name: "Soft launch", note: "Returning customers only", due: 52},
			{name: "Public launch", due: 63},
		},
		deliverables: []goal{
			{name: "Sitemap and content plan", finished: 62}, {name: "Wireframes, desktop and mobile", finished: 45},
			{name: "Visual design, 14 templates", finished: 30}, {name: "Checkout design", finished: 1}, {name: "Stock sync specification", finished: 6},
			{name: "Staging shop", due: 9, begun: true}, {name: "Product migration, 480 pages", due: 45}, {name: "Team training and handover", due: 63},
			{name: "Load test of the new servers", due: 20, internal: true},
		},
		funding: []project.FundingDetails{
			{Source: "First instalment", Amount: "16000", Currency: "EUR", Status: project.Received},
			{Source: "Innovation voucher", Amount: "9120", Currency: "EUR", Status: project.Confirmed},
			{Source: "Final instalment", Amount: "22880", Currency: "EUR", Status: project.Expected},
		},
	},
	{
		client: "Marlow Ceramics", owner: Theo, name: "Brand refresh", priority: project.Medium, budget: "18500", tags: "brand",
		about: "Wordmark, colour and voice, carried through to every touchpoint.", created: 177, ends: 63,
		milestones: []goal{
			{name: "Workshop held", due: -160, finished: 160}, {name: "Wordmark approved", due: -120, finished: 117},
			{name: "Colour and type approved", due: -60, finished: 61}, {name: "Brand guidelines handover", due: 63, begun: true},
		},
		deliverables: []goal{
			{name: "Interviews and positioning", finished: 150}, {name: "Wordmark and seal", finished: 117}, {name: "Colour system", finished: 61},
			{name: "Typefaces and licences", finished: 58}, {name: "Voice and naming guide", finished: 20}, {name: "Brand guidelines", due: 63, begun: true},
		},
	},
	{
		client: "Marlow Ceramics", owner: Priya, name: "Packaging system", priority: project.Medium, budget: "12400", tags: "packaging, print",
		about: "Boxes and sleeves for forty pieces, from one sheet of board.", created: 44, ends: 99,
		milestones: []goal{
			{name: "Materials chosen", due: -20, finished: 22}, {name: "Packaging dielines approved", due: 18}, {name: "Press proof", due: 52}, {name: "First delivery", due: 99},
		},
		deliverables: []goal{
			{name: "Board and ink samples", finished: 22}, {name: "Structure for six families", due: 18, begun: true}, {name: "Print files", due: 52},
		},
	},
	{
		client: "Marlow Ceramics", owner: Priya, name: "Wholesale portal", priority: project.Low, tags: "wholesale",
		about: "Order forms and price lists for stockists.", created: 70, ends: 120, heldOn: 26, held: "Waiting for your stockist list.",
		milestones:   []goal{{name: "Requirements agreed", due: -40, finished: 40}, {name: "Prototype", due: 30}, {name: "Go-live", due: 120}},
		deliverables: []goal{{name: "Requirements", finished: 40}, {name: "Price list template"}, {name: "Order form"}, {name: "Stockist accounts"}, {name: "Training"}},
	},
	{
		client: "Marlow Ceramics", owner: Theo, name: "Product photography", priority: project.Medium, budget: "9000", tags: "photography",
		about: "Autumn range, 212 frames on natural stone.", created: 86, ends: -18, completedOn: 20,
		milestones: []goal{{name: "Shot list agreed", due: -75, finished: 76}, {name: "Shooting days", due: -50, finished: 49}, {name: "Selection", due: -35, finished: 35}, {name: "Retouched files", due: -18, finished: 21}},
		deliverables: []goal{
			{name: "Shot list", finished: 76}, {name: "Raw selection", finished: 35}, {name: "212 retouched frames", finished: 21},
		},
	},
	{
		client: "Marlow Ceramics", owner: Theo, name: "Studio website", priority: project.Low, budget: "6200", tags: "website",
		about: "Single-page site for the Lisbon studio opening.", created: 238, ends: -189, completedOn: 189,
		milestones:   []goal{{name: "Launch", due: -189, finished: 189}},
		deliverables: []goal{{name: "Page design", finished: 210}, {name: "Site live", finished: 189}},
	},
	{
		client: "Marlow Ceramics", owner: Priya, name: "Renewal pitch", priority: project.High, about: "What we would like to offer Marlow next year. For us alone.",
		unshared: true, created: 12, planned: true, ends: 40, milestones: []goal{{name: "Pitch rehearsed", due: 21}},
	},
	{
		client: "Northwind Bikes", owner: Priya, name: "Osprey frame configurator", priority: project.High, budget: "36000", tags: "osprey, shop",
		about: "Riders put their own osprey frame together and see it turn.", created: 50, ends: 80,
		milestones: []goal{
			{name: "Osprey parts catalogue", due: -20, finished: 21}, {name: "Osprey prototype", due: 14, begun: true}, {name: "Osprey supplier prices", due: 20, internal: true},
			{name: "Osprey launch", due: 80},
		},
		deliverables: []goal{{name: "Osprey parts data", finished: 21}, {name: "Osprey configurator design", due: 12, begun: true}, {name: "Osprey cost sheet", internal: true}},
	},
	{
		client: "Northwind Bikes", owner: Theo, name: "Osprey club rides", priority: project.Low, ongoing: true, about: "Routes and sign-up pages for the osprey club.",
		created: 60, heldOn: 15, held: "The osprey season begins in spring.", deliverables: []goal{{name: "Osprey route pages", finished: 30}, {name: "Osprey sign-up"}},
	},
	{
		client: "Northwind Bikes", owner: Theo, name: "Osprey catalogue", priority: project.Medium, about: "The printed osprey catalogue.", created: 100, ends: -40, completedOn: 42,
		deliverables: []goal{{name: "Osprey print files", finished: 44}}, milestones: []goal{{name: "Osprey catalogue printed", due: -40, finished: 43}},
	},
	{
		client: "Oakline Dental", owner: Theo, name: "Patient booking", priority: project.High, budget: "14800", about: "Online booking that the front desk trusts.", created: 95, ends: -4,
		milestones:   []goal{{name: "Booking live in one surgery", due: -11, begun: true}, {name: "All surgeries", due: -4}},
		deliverables: []goal{{name: "Booking form", finished: 30}, {name: "Reminders by mail", due: -6}},
	},
	{
		client: "Verso Books", owner: Priya, name: "Website care", ongoing: true, priority: project.Low, about: "Updates, backups and two hours of changes a month.", created: 190,
		deliverables: []goal{{name: "Yearly accessibility check", due: 3}},
	},
	{client: "Tern & Co", owner: Theo, name: "Annual report", priority: project.Medium, budget: "7600", about: "Forty pages and a website.", created: 3, planned: true, ends: 70, milestones: []goal{{name: "Texts delivered", due: 6}}},
}

// projects are what happened in all works.
func (t *teller) projects() []beat {
	var all []beat
	for i := range works {
		w := works[i]
		all = append(all, t.beats(&w)...)
	}
	return all
}

// away is how long ago the middle of a working day was that many days ago.
func away(days int, hour time.Duration) time.Duration {
	return time.Duration(days)*day + (12-hour)*time.Hour
}

// beats tell of one project. What happens on one day keeps its order.
func (t *teller) beats(w *work) []beat {
	all := []beat{{away(w.created, 9), func(ctx context.Context) error { return t.agree(ctx, w) }}}
	step := func(ago time.Duration, c project.Change) {
		all = append(all, beat{ago, func(ctx context.Context) error { return w.app.SetState(ctx, w.id, c) }})
	}
	if !w.planned {
		step(away(w.created-1, 9), project.Change{From: project.Planned, To: project.Active})
	}
	for i, g := range w.milestones {
		all = append(all, t.goalBeats(w, project.Milestone, i, g)...)
	}
	for i, g := range w.deliverables {
		all = append(all, t.goalBeats(w, project.Deliverable, i, g)...)
	}
	if w.heldOn > 0 {
		step(away(w.heldOn, 14), project.Change{From: project.Active, To: project.OnHold, Reason: w.held})
	}
	if w.completedOn > 0 {
		step(away(w.completedOn, 15), project.Change{From: project.Active, To: project.Completed})
	}
	return all
}

// goalBeats are the steps of a goal, each some minutes after the one before it in
// the list.
func (t *teller) goalBeats(w *work, kind project.Kind, place int, g goal) []beat {
	var all []beat
	now := kind.First()
	step := func(ago time.Duration, to project.State) {
		c := project.Change{From: now, To: to}
		now = to
		all = append(all, beat{ago - time.Duration(place)*7*time.Minute, func(ctx context.Context) error {
			return t.move(ctx, w, kind, place, c)
		}})
	}
	if kind == project.Milestone && (g.begun || g.finished > 0) {
		step(away(min(max(g.finished, 2)+5, w.created-2), 10), project.InProgress)
	}
	switch {
	case g.finished > 0 && kind == project.Milestone:
		step(away(g.finished, 11), project.Completed)
	case g.finished > 0:
		step(away(g.finished, 10), project.Done)
	case g.begun && kind == project.Deliverable:
		step(away(3, 10), project.InProgress)
	}
	return all
}

// agree writes a project down with its goals.
func (t *teller) agree(ctx context.Context, w *work) error {
	who := t.team[w.owner]
	w.app = project.ForStaff(who)
	today := civil.Today(t.clock.base().In(t.site.Zone))
	on := func(days int) string { return string(today.Add(days)) }
	d := project.Details{
		Name: w.name, Description: w.about, Type: project.Fixed, Priority: w.priority, Client: t.clients[w.client], Owner: who.MemberID(),
		StartsOn: on(1 - w.created), EndsOn: on(w.ends), Currency: "EUR", Budget: w.budget, Tags: w.tags, Shared: !w.unshared,
	}
	if w.ongoing {
		d.Type, d.EndsOn = project.Ongoing, ""
	}
	var err error
	if w.id, err = w.app.Create(ctx, d); err != nil {
		return fmt.Errorf("%s: %w", w.name, err)
	}
	t.works[w.name] = w.id
	for i, g := range slices.Concat(w.milestones, w.deliverables) {
		in := project.TargetDetails{Kind: project.Milestone, Name: g.name, Note: g.note, ClientVisible: !g.internal}
		if i >= len(w.milestones) {
			in.Kind = project.Deliverable
		}
		if g.due != 0 || in.Kind == project.Milestone {
			in.DueOn = on(g.due)
		}
		if _, err := w.app.AddTarget(ctx, w.id, in); err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
	}
	for _, f := range w.funding {
		if err := w.app.AddFunding(ctx, w.id, f); err != nil {
			return fmt.Errorf("%s: %w", f.Source, err)
		}
	}
	return nil
}

// move takes the goal at a place among its kind from one state to another.
func (t *teller) move(ctx context.Context, w *work, kind project.Kind, place int, c project.Change) error {
	_, targets, err := w.app.WithTargets(ctx, w.id)
	if err != nil {
		return err
	}
	for _, target := range targets {
		if target.Kind != kind {
			continue
		}
		if place == 0 {
			return w.app.SetTargetState(ctx, w.id, target.ID, c)
		}
		place--
	}
	return fmt.Errorf("%s has too few of %s", w.name, kind)
}

// inOrder puts beats in the order in which they happened.
func inOrder(beats []beat) []beat {
	slices.SortStableFunc(beats, func(a, b beat) int { return cmp.Compare(b.ago, a.ago) })
	return beats
}
