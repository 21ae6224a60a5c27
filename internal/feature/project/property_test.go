package project_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/feed"
	"foyer/internal/feature/project"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/problem"
)

// world is what a random history should have led to, kept in plain Go, beside
// the desk where it happened. Every text that staff write is a marker that
// stands nowhere else, so that one which gets out is seen wherever it shows.
type world struct {
	*desk
	t        *testing.T
	r        *rand.Rand
	clients  []*modelClient
	projects []*modelProject
	events   []modelEvent // that clients may know of, oldest first
	markers  []string
	done     []string // what was done, for the report
}

type modelClient struct {
	host, email, bookkeeper string
	id                      client.ID
}

type modelProject struct {
	id                      project.ID
	client                  *modelClient
	name, text, tag, reason string
	shared                  bool
	state                   project.State
	at                      time.Time
	starts, ends            string
	version                 int64
	targets                 []*modelTarget // in their order
	sources                 int
	priority                project.Priority
}

type modelTarget struct {
	id         project.TargetID
	kind       project.Kind
	name, note string
	due        string
	visible    bool
	state      project.State
	version    int64
}

type modelEvent struct {
	kind    string
	project *modelProject
	target  *modelTarget
}

// What a client sees, said a second time.
func (t *modelTarget) seen() bool  { return t.visible && t.state != "cancelled" }
func (t *modelTarget) ahead() bool { return t.state == "planned" || t.state == "in_progress" }
func (p *modelProject) open() bool { return p.state != "completed" && p.state != "cancelled" }

func (p *modelProject) progress() (g project.Progress, percent int, ok bool) {
	for _, t := range p.targets {
		if !t.seen() {
			continue
		}
		if t.kind == "deliverable" {
			g.Deliverables++
			if t.state == "done" {
				g.Done++
			}
		} else {
			g.Milestones++
			if t.state == "completed" {
				g.Reached++
			}
		}
	}
	part, whole := g.Done, g.Deliverables
	if whole == 0 {
		part, whole = g.Reached, g.Milestones
	}
	if whole == 0 {
		return g, 0, false
	}
	for percent = 100; percent*whole > 100*part; percent-- {
	}
	return g, percent, true
}

func TestClientsSeeWhatTheyShouldAfterAnyHistory(t *testing.T) {
	t.Parallel()
	histories, length := 1, 160
	if os.Getenv("FOYER_TEST_SOAK") != "" {
		histories, length = 6, 300
	}
	dbtest.OnBoth(t, func(t *testing.T, base *db.DB) {
		seed := uint64(time.Now().UnixNano())
		if given, err := strconv.ParseUint(os.Getenv("FOYER_TEST_SEED"), 10, 64); err == nil {
			seed = given
		}
		w := newWorld(t, base)
		for i := range histories {
			w.r = rand.New(rand.NewPCG(seed+uint64(i), 1)) // a history that can be told again
			w.live(seed+uint64(i), length)
		}
	})
}

func newWorld(t *testing.T, base *db.DB) *world {
	t.Helper()
	w := &world{desk: projecttest.New(t, base), t: t}
	for i, host := range []string{home, home, away, away} {
		c := &modelClient{host: host, email: fmt.Sprintf("c%d@client.example", i)}
		c.id = w.Client(t, host, fmt.Sprintf("Client %d", i), c.email)
		w.clients = append(w.clients, c)
		if host == home {
			c.bookkeeper = fmt.Sprintf("b%d@client.example", i)
			w.Add(t, c.id, c.bookkeeper, auth.BillingPreset, true)
		}
	}
	return w
}

// live lets a history happen from an empty house on.
func (w *world) live(seed uint64, length int) {
	w.t.Helper()
	defer func() {
		if w.t.Failed() {
			w.t.Logf("FOYER_TEST_SEED=%d tells this history again; it ends with %q", seed, w.done[max(0, len(w.done)-12):])
		}
	}()
	for _, host := range []string{home, away} {
		for _, table := range []string{
			`update project set step_id = null where workspace_id = :workspace`, `update target set step_id = null, milestone_id = null where workspace_id = :workspace`,
			`delete from project_step where workspace_id = :workspace`, `delete from funding where workspace_id = :workspace`,
			`delete from target where workspace_id = :workspace`, `delete from project where workspace_id = :workspace`,
		} {
			w.Run(w.t, host, table, nil)
		}
	}
	w.projects, w.events, w.done = nil, nil, nil
	for i := range length {
		w.Later(time.Minute)
		w.act()
		if i%9 == 8 || i == length-1 {
			w.compare()
		}
		if w.t.Failed() {
			return
		}
	}
}

func (w *world) mark() string {
	m := fmt.Sprintf("mk%05dq", len(w.markers))
	w.markers = append(w.markers, m)
	return m
}

func (w *world) coin() bool { return w.r.IntN(2) == 0 }

func (w *world) day() string { return string(civil.Date("2026-11-20").Add(w.r.IntN(12))) }

func pick[T any](w *world, all []T) T { return all[w.r.IntN(len(all))] }

func (w *world) app(c *modelClient) project.App { return w.App(w.t, c.host) }

func (w *world) note(what string, of ...any) {
	w.done = append(w.done, fmt.Sprint(append([]any{what, " "}, of...)...))
}

// tell is an event that the client may know of.
func (w *world) tell(kind string, p *modelProject, t *modelTarget) {
	w.events = append(w.events, modelEvent{kind, p, t})
}

// act does something that staff might do.
func (w *world) act() {
	if len(w.projects) < 3 {
		w.create()
		return
	}
	p := pick(w, w.projects)
	switch n := w.r.IntN(20); {
	case n == 0 && len(w.projects) < 30:
		w.create()
	case n == 1 && len(w.projects) < 30:
		w.copy(p)
	case n < 4:
		w.update(p)
	case n < 8:
		w.step(p)
	case n < 12 || len(p.targets) == 0:
		w.add(p)
	case n < 14:
		w.updateTarget(p, pick(w, p.targets))
	case n < 18:
		w.stepTarget(p, pick(w, p.targets))
	case n == 18:
		w.place(p)
	default:
		p.sources++
		w.note("fund", p.name)
		must(w.t, w.app(p.client).AddFunding(w.t.Context(), p.id, project.FundingDetails{Source: w.mark(), Amount: "1", Status: project.Received}))
	}
}

func (p *modelProject) details() project.Details {
	return project.Details{
		Name: p.name, Client: p.client.id, Description: p.text, Type: project.Ongoing, Priority: p.priority, StartsOn: p.starts, EndsOn: p.ends,
		Currency: "EUR", Tags: p.tag, Shared: p.shared,
	}
}

func (w *world) draft(c *modelClient) *modelProject {
	return &modelProject{
		client: c, name: w.mark(), text: w.mark(), tag: w.mark(), shared: w.r.IntN(3) > 0, state: "planned", at: w.Now(), version: 1,
		starts: "2026-11-01", ends: w.day(), priority: project.High,
	}
}

func (w *world) keep(p *modelProject, made project.ID, err error) {
	must(w.t, err)
	p.id = made
	w.projects = append(w.projects, p)
	if p.shared {
		w.tell("project.shared", p, nil)
	}
}

func (w *world) create() {
	p := w.draft(pick(w, w.clients))
	w.note("create", p.name, p.shared)
	made, err := w.app(p.client).Create(w.t.Context(), p.details())
	w.keep(p, made, err)
}

// copy makes a project after another one, for any client of the workspace.
func (w *world) copy(from *modelProject) {
	c := from.client
	for _, other := range w.clients {
		if other.host == c.host && w.coin() {
			c = other
		}
	}
	p := w.draft(c)
	w.note("copy", from.name, p.name, p.shared)
	made, err := w.app(c).Copy(w.t.Context(), from.id, p.details())
	w.keep(p, made, err)
	_, targets, err := w.app(c).WithTargets(w.t.Context(), made)
	must(w.t, err)
	var kept []*modelTarget
	for _, t := range from.targets {
		if t.state != "cancelled" {
			kept = append(kept, t)
		}
	}
	if len(targets) != len(kept) {
		w.t.Fatalf("the copy has %d targets of %d", len(targets), len(kept))
	}
	for i, t := range kept {
		fresh := *t
		fresh.id, fresh.version, fresh.state = targets[i].ID, 1, "planned"
		if t.kind == "deliverable" {
			fresh.state = "todo"
		}
		p.targets = append(p.targets, &fresh)
	}
}

func (w *world) update(p *modelProject) {
	was := p.shared
	switch w.r.IntN(3) {
	case 0:
		p.name, p.text = w.mark(), w.mark()
	case 1:
		p.ends, p.tag = w.day(), w.mark()
	}
	p.shared = w.r.IntN(3) > 0
	w.note("update", p.name, p.shared)
	must(w.t, w.app(p.client).Update(w.t.Context(), p.id, p.version, p.details()))
	p.version++
	if p.shared && !was {
		w.tell("project.shared", p, nil)
	}
}

// step tries any step; the tables of state_test.go say whether there is one.
func (w *world) step(p *modelProject) {
	to := pick(w, []project.State{"planned", "active", "active", "on_hold", "completed", "cancelled"})
	reason := w.mark()
	w.note("step", p.name, p.state, " ", to)
	err := w.app(p.client).SetState(w.t.Context(), p.id, project.Change{From: p.state, To: to, Reason: reason})
	name, needs := named(projectWays[[2]project.State{p.state, to}])
	if name == "" {
		wants(w.t, err, problem.Conflict, "", "project.no_way")
		return
	}
	must(w.t, err)
	p.state, p.at, p.reason = to, w.Now(), ""
	p.version++
	if needs {
		p.reason = reason
	}
	w.tell("project."+name, p, nil)
}

func named(way string) (name string, needs bool) {
	if way != "" && way[len(way)-1] == '!' {
		return way[:len(way)-1], true
	}
	return way, false
}

func (w *world) add(p *modelProject) {
	t := &modelTarget{
		kind: pick(w, project.Kinds), name: w.mark(), note: w.mark(), due: w.day(), visible: w.r.IntN(4) > 0, state: "planned", version: 1,
	}
	if t.kind == "deliverable" {
		t.state = "todo"
	}
	w.note("add", t.kind, " ", t.name, t.visible)
	made, err := w.app(p.client).AddTarget(w.t.Context(), p.id, project.TargetDetails{Kind: t.kind, Name: t.name, Note: t.note, DueOn: t.due, ClientVisible: t.visible})
	must(w.t, err)
	t.id = made
	p.targets = append(p.targets, t)
}

func (w *world) updateTarget(p *modelProject, t *modelTarget) {
	was := *t
	switch w.r.IntN(3) {
	case 0:
		t.name, t.note = w.mark(), w.mark()
	case 1:
		t.due = w.day()
	}
	t.visible = w.r.IntN(4) > 0
	w.note("update", t.kind, " ", t.name, t.visible)
	must(w.t, w.app(p.client).UpdateTarget(w.t.Context(), p.id, t.id, t.version, project.TargetDetails{Name: t.name, Note: t.note, DueOn: t.due, ClientVisible: t.visible}))
	t.version++
	if t.kind == "milestone" && t.due != was.due && t.visible && was.visible && p.shared && t.ahead() {
		w.tell("milestone.rescheduled", p, t)
	}
}

func (w *world) stepTarget(p *modelProject, t *modelTarget) {
	to := pick(w, []project.State{"in_progress", "in_progress", "completed", "completed", "done", "cancelled", "cancelled", "todo"})
	w.note("step", t.name, t.state, " ", to)
	err := w.app(p.client).SetTargetState(w.t.Context(), p.id, t.id, project.Change{From: t.state, To: to, Reason: w.mark()})
	name, _ := named(targetWays[t.kind][[2]project.State{t.state, to}])
	if name == "" {
		wants(w.t, err, problem.Conflict, "", "project.no_way")
		return
	}
	must(w.t, err)
	t.state = to
	t.version++
	w.tell(string(t.kind)+"."+name, p, t)
}

func (w *world) place(p *modelProject) {
	t, before := pick(w, p.targets), pick(w, p.targets)
	w.note("place", t.name, before.name)
	must(w.t, w.app(p.client).Place(w.t.Context(), p.id, t.id, project.Spot{Given: true, Before: before.id}))
	if t == before {
		return
	}
	p.targets = slices.DeleteFunc(p.targets, func(o *modelTarget) bool { return o == t })
	p.targets = slices.Insert(p.targets, slices.Index(p.targets, before), t)
}

// equal reports what is not as the model says.
func equal(w *world, what string, got, want any) {
	w.t.Helper()
	if g, m := fmt.Sprint(got), fmt.Sprint(want); g != m {
		w.t.Errorf("%s is %s, want %s", what, g, m)
	}
}

func (w *world) compare() {
	w.t.Helper()
	for _, host := range []string{home, away} {
		wrong, err := project.Verify(w.t.Context(), w.System(w.t, host))
		must(w.t, err)
		if len(wrong) > 0 {
			w.t.Errorf("%s: kept wrong: %q", host, wrong)
		}
	}
	for _, c := range w.clients {
		w.compareClient(c)
		if c.bookkeeper != "" {
			w.compareNobody(c)
		}
	}
	for _, host := range []string{home, away} {
		w.compareStaff(host)
	}
}

// shown are the projects that a client sees, in the order of their list.
func (w *world) shown(c *modelClient, f project.Filter) []*modelProject {
	rank := map[project.State]int{"active": 0, "planned": 1, "on_hold": 2, "completed": 3, "cancelled": 4}
	var all []*modelProject
	for _, p := range w.projects {
		if p.client == c && p.shared && fits(p, f) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *modelProject) int {
		return cmp.Or(cmp.Compare(rank[a.state], rank[b.state]), cmp.Compare(a.name, b.name))
	})
	return all
}

func fits(p *modelProject, f project.Filter) bool {
	switch f {
	case "active":
		return p.state == "planned" || p.state == "active"
	case "on_hold", "completed":
		return string(p.state) == string(f)
	}
	return true
}

// upcoming are the milestones that lie ahead of a client, the earliest first.
func (w *world) upcoming(c *modelClient) []*modelTarget {
	var all []*modelTarget
	for _, p := range w.shown(c, "all") {
		for _, t := range p.targets {
			if p.open() && t.kind == "milestone" && t.seen() && t.ahead() {
				all = append(all, t)
			}
		}
	}
	slices.SortFunc(all, byDay)
	return all
}

func byDay(a, b *modelTarget) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.id, b.id)) }

func (w *world) counts(of func(p *modelProject) bool) project.Counts {
	var n [4]int
	for i, f := range []project.Filter{"all", "active", "on_hold", "completed"} {
		for _, p := range w.projects {
			if of(p) && fits(p, f) {
				n[i]++
			}
		}
	}
	return project.Counts{All: n[0], Active: n[1], OnHold: n[2], Completed: n[3]}
}

func ids(targets []*modelTarget) []project.TargetID {
	all := []project.TargetID{}
	for _, t := range targets {
		all = append(all, t.id)
	}
	return all
}

var marker = regexp.MustCompile(`mk\d{5}q`)

// compareClient holds everything that the contact of a client is given against
// the model.
func (w *world) compareClient(c *modelClient) {
	w.t.Helper()
	ctx, who := w.t.Context(), w.Contact(w.t, c.host, c.email, c.id)
	door, news := project.ForClient(who), feed.ForClient(who)
	counts := w.counts(func(p *modelProject) bool { return p.client == c && p.shared })
	var given []any // everything that was said
	for _, f := range project.Filters {
		want := w.shown(c, f)
		var rows []project.Shown
		for wanted := (project.Wanted{Filter: f}); ; {
			l, err := door.List(ctx, wanted)
			must(w.t, err)
			equal(w, "the counts of "+string(f), l.Counts, counts)
			rows, given = append(rows, l.Rows...), append(given, l)
			if wanted.After = l.Next; l.Next == "" {
				break
			}
		}
		equal(w, "the length of "+string(f), len(rows), counts.Of(f))
		if len(rows) != len(want) {
			continue
		}
		for i, p := range want {
			w.compareShown(p, rows[i])
		}
	}
	given = append(given, w.compareSummary(c, door, counts)...)
	for _, p := range w.projects {
		s, targets, err := door.Get(ctx, p.id)
		if p.client != c || !p.shared {
			if !problem.Is(err, problem.NotFound) {
				w.t.Errorf("project %s of %s: %v, want NotFound", p.name, p.client.email, err)
			}
			continue
		}
		must(w.t, err)
		w.compareShown(p, s)
		var got, want []string
		for _, t := range targets {
			got = append(got, fmt.Sprint(t.ID, t.Kind, t.Name, t.Note, t.DueOn, t.State))
		}
		for _, t := range p.targets {
			if t.seen() {
				want = append(want, fmt.Sprint(t.id, t.kind, t.name, t.note, t.due, t.state))
			}
		}
		equal(w, "the targets of "+p.name, got, want)
		given = append(given, s, targets)
	}
	given = append(given, w.compareFeed(c, news)...)
	may := w.allowed(c)
	for _, m := range marker.FindAllString(fmt.Sprintf("%+v", given), -1) {
		if !may[m] {
			w.t.Errorf("%s is given %s, which is not for them", c.email, m)
		}
	}
	w.compareSearch(c, door)
}

// allowed are the texts that a client may read now.
func (w *world) allowed(c *modelClient) map[string]bool {
	may := map[string]bool{}
	for _, p := range w.shown(c, "all") {
		may[p.name], may[p.text], may[p.tag], may[p.reason] = true, true, true, true
		for _, t := range p.targets {
			if t.seen() {
				may[t.name], may[t.note] = true, true
			}
		}
	}
	return may
}

func (w *world) compareShown(p *modelProject, s project.Shown) {
	w.t.Helper()
	g, percent, ok := p.progress()
	gotPercent, gotOK := s.Progress.Percent()
	var next modelTarget
	for _, t := range p.targets {
		if t.kind == "milestone" && t.seen() && t.ahead() && (next.id == "" || byDay(t, &next) < 0) {
			next = *t
		}
	}
	equal(w, "what is shown of "+p.name,
		fmt.Sprint(s.ID, s.Name, s.Description, s.Tags, s.State, s.StateAt.UTC(), s.Reason, s.StartsOn, s.EndsOn, s.Owner, s.Progress, gotPercent, gotOK, s.Next, s.NextOn),
		fmt.Sprint(p.id, p.name, p.text, []string{p.tag}, p.state, p.at.UTC(), p.reason, p.starts, p.ends, "", g, percent, ok, next.name, next.due))
}

func (w *world) compareSummary(c *modelClient, door project.Portal, counts project.Counts) []any {
	w.t.Helper()
	ahead := w.upcoming(c)
	s, err := door.Summary(w.t.Context())
	must(w.t, err)
	equal(w, "the counts of the summary", s.Counts, counts)
	equal(w, "how many lie ahead", s.AllUpcoming, len(ahead))
	first := []project.TargetID{}
	for _, u := range s.Upcoming {
		first = append(first, u.ID)
	}
	equal(w, "the first ahead", first, ids(ahead[:min(4, len(ahead))]))
	var last *modelProject
	for _, p := range w.shown(c, project.FilterCompleted) {
		if last == nil || p.at.After(last.at) {
			last = p
		}
	}
	name := ""
	if last != nil {
		name = last.name
	}
	equal(w, "the last completed", s.LastCompleted, name)
	given, all := []any{s}, []project.TargetID{}
	for wanted := (project.Wanted{}); ; {
		l, err := door.Upcoming(w.t.Context(), wanted)
		must(w.t, err)
		equal(w, "how many are listed ahead", l.All, len(ahead))
		for _, u := range l.Rows {
			all = append(all, u.ID)
		}
		given = append(given, l)
		if wanted.After = l.Next; l.Next == "" {
			break
		}
	}
	equal(w, "what is listed ahead", all, ids(ahead))
	return given
}

func (w *world) compareFeed(c *modelClient, door feed.Portal) []any {
	w.t.Helper()
	want := []string{}
	for _, e := range slices.Backward(w.events) {
		if e.project.client != c || !e.project.shared || e.target != nil && !e.target.seen() {
			continue
		}
		line := e.kind + " " + e.project.name
		if e.target != nil {
			line += " " + e.target.name
		}
		want = append(want, line)
	}
	lines := func(events []feed.Event) []string {
		all := []string{}
		for _, e := range events {
			line := e.Kind + " " + e.Project.Name
			if e.Target.Name != "" {
				line += " " + e.Target.Name
			}
			all = append(all, line)
		}
		return all
	}
	recent, err := door.Recent(w.t.Context())
	must(w.t, err)
	equal(w, "what happened lately", lines(recent), want[:min(feed.Recent, len(want))])
	given, got := []any{recent}, []string{}
	for from := ""; ; {
		page, err := door.Page(w.t.Context(), from)
		must(w.t, err)
		got, given = append(got, lines(page.Events)...), append(given, page)
		if from = page.Next; from == "" {
			break
		}
	}
	equal(w, "what happened", got, want)
	return given
}

// compareSearch looks for a few of all texts that ever were.
func (w *world) compareSearch(c *modelClient, door project.Portal) {
	w.t.Helper()
	for range 6 {
		m := pick(w, w.markers)
		found := []project.ID{}
		for _, p := range w.shown(c, "all") {
			if p.name == m || p.text == m || p.tag == m {
				found = append(found, p.id)
			}
		}
		l, err := door.List(w.t.Context(), project.Wanted{Query: m})
		must(w.t, err)
		got := []project.ID{}
		for _, s := range l.Rows {
			got = append(got, s.ID)
		}
		equal(w, "what is found by "+m, got, found)
		equal(w, "what is counted by "+m, l.Counts.All, len(found))
	}
}

// compareNobody holds that a contact who does not see projects is given nothing.
func (w *world) compareNobody(c *modelClient) {
	w.t.Helper()
	ctx, who := w.t.Context(), w.Contact(w.t, c.host, c.bookkeeper, c.id)
	door := project.ForClient(who)
	_, list := door.List(ctx, project.Wanted{})
	_, summary := door.Summary(ctx)
	_, ahead := door.Upcoming(ctx, project.Wanted{})
	_, _, get := door.Get(ctx, pick(w, w.projects).id)
	for what, err := range map[string]error{"list": list, "summary": summary, "upcoming": ahead, "get": get} {
		if !problem.Is(err, problem.NotFound) {
			w.t.Errorf("%s for the bookkeeper: %v", what, err)
		}
	}
	recent, err := feed.ForClient(who).Recent(ctx)
	must(w.t, err)
	page, err := feed.ForClient(who).Page(ctx, "")
	must(w.t, err)
	equal(w, "what happened for the bookkeeper", len(recent)+len(page.Events), 0)
}

func (w *world) compareStaff(host string) {
	w.t.Helper()
	ctx, app := w.t.Context(), func() project.App { return w.App(w.t, host) }
	counts := w.counts(func(p *modelProject) bool { return p.client.host == host })
	for _, f := range project.Filters {
		n := 0
		for wanted := (project.Wanted{Filter: f}); ; {
			l, err := app().List(ctx, wanted)
			must(w.t, err)
			equal(w, "the staff's counts", []project.Counts{l.Counts, l.Whole}, []project.Counts{counts, counts})
			n += len(l.Rows)
			if wanted.After = l.Next; l.Next == "" {
				break
			}
		}
		equal(w, "the staff's list of "+string(f), n, counts.Of(f))
	}
	until := civil.Date("2026-11-25")
	due := [2]int{}
	for _, p := range w.projects {
		if p.client.host != host {
			continue
		}
		if p.open() && civil.Date(p.ends) <= until {
			due[0]++
		}
		got, targets, err := app().WithTargets(ctx, p.id)
		must(w.t, err)
		g, _, _ := p.progress()
		equal(w, "what staff see of "+p.name, fmt.Sprint(got.Name, got.State, got.Reason, got.Shared, got.Version, got.Progress),
			fmt.Sprint(p.name, p.state, p.reason, p.shared, p.version, g))
		var have, want []string
		for _, t := range targets {
			have = append(have, fmt.Sprint(t.ID, t.Name, t.State, t.ClientVisible, t.DueOn, t.Version))
		}
		for _, t := range p.targets {
			want = append(want, fmt.Sprint(t.id, t.name, t.state, t.visible, t.due, t.version))
			if p.open() && t.kind == "milestone" && t.ahead() && civil.Date(t.due) <= until {
				due[1]++
			}
		}
		equal(w, "the staff's targets of "+p.name, have, want)
		_, sources, err := app().Funding(ctx, p.id)
		must(w.t, err)
		equal(w, "the sources of "+p.name, len(sources), p.sources)
	}
	today := civil.Today(w.Staff(w.t, host, projecttest.Owner, "").Now())
	got, err := app().Due(ctx, today.Until(until))
	must(w.t, err)
	equal(w, "what is due", [2]int{got.AllProjects, got.AllMilestones}, due)
	for _, c := range w.clients {
		if c.host != host {
			continue
		}
		l, err := app().ListOf(ctx, c.id, project.Wanted{})
		must(w.t, err)
		equal(w, "how many projects of "+c.email, l.Counts.All, w.counts(func(p *modelProject) bool { return p.client == c }).All)
	}
}
