package portal

import (
	"net/http"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/feature/change"
	"foyer/internal/feature/feed"
	"foyer/internal/feature/project"
	"foyer/internal/feature/waiting"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/text"
)

// homePage is what a contact sees first: how things stand, and what happened.
type homePage struct {
	view
	Greeting string
	Projects bool // the contact sees projects
	Summary  project.Summary
	Events   []feed.Event
	Waits    waiting.List
}

func (f Face) showHome(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	p := homePage{view: newView(w, r, who), Projects: who.Sees(auth.Projects)}
	p.Greeting = greeting(p)
	var err error
	if p.Projects {
		if p.Summary, err = project.ForClient(who).Summary(r.Context()); err != nil {
			return err
		}
	}
	if err = p.count(r.Context()); err != nil {
		return err
	}
	if p.Waits, err = waiting.ForClient(r.Context(), who); err != nil {
		return err
	}
	if p.Events, err = feed.ForClient(who).Recent(r.Context()); err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.T("home.title"), homeView(p))
}

// greeting addresses the person by first name, or an organization whose person is not
// known by the whole of its name, by the time of day at the workspace.
func greeting(p homePage) string {
	key := "home.evening"
	switch h := p.Now.Hour(); {
	case h >= 5 && h < 12:
		key = "home.morning"
	case h >= 12 && h < 18:
		key = "home.afternoon"
	}
	name := text.FirstName(p.Who.Name())
	if p.Who.Nameless() {
		name = p.Who.Name()
	}
	return p.T(key, "name", name)
}

// fresh tells whether there is nothing to show yet.
func (p homePage) fresh() bool {
	return p.Summary.Counts.All == 0 && len(p.Events) == 0 && len(p.Waits.Items) == 0
}

// sentence says in a line how things stand: what waits, or that nothing does and what
// comes next.
func (p homePage) sentence() string {
	switch {
	case p.Counts.All() >= waiting.Most:
		return p.T("home.needs_many", "n", p.Number(waiting.Most-1))
	case p.Counts.All() > 0:
		return p.N("home.needs", p.Counts.All())
	case len(p.Summary.Upcoming) > 0:
		next := p.Summary.Upcoming[0]
		return p.T("home.nothing_next", "milestone", next.Name, "date", p.near(next.On))
	case !p.Projects || p.fresh():
		return p.T("home.sentence", "workspace", p.Site.Name)
	case p.Summary.Counts.Active == 0:
		return p.T("home.quiet", "workspace", p.Site.Name)
	}
	return p.N("home.moving", p.Summary.Counts.Active)
}

// cards are the figures, each of which leads to the list that it counts.
func (p homePage) cards() []ui.StatCard {
	s := p.Summary
	active := ui.StatCard{Label: p.T("home.active"), Icon: "layers", Figure: p.Number(s.Counts.Active), Href: projectsAt(project.FilterActive, "", "", "")}
	if s.Counts.OnHold > 0 {
		active.Text = p.N("home.on_hold", s.Counts.OnHold)
	}
	completed := ui.StatCard{
		Label: p.T("home.completed"), Icon: "circle-check", Figure: p.Number(s.Counts.Completed), Href: projectsAt(project.FilterCompleted, "", "", ""),
	}
	if s.LastCompleted != "" {
		completed.Text = p.T("home.last", "name", s.LastCompleted)
	}
	upcoming := ui.StatCard{Label: p.T("portal.milestones.title"), Icon: "flag", Figure: p.Number(s.AllUpcoming), Href: "/portal/milestones"}
	if len(s.Upcoming) > 0 {
		next := s.Upcoming[0].On
		upcoming.Text = p.T("home.next", "date", p.near(next))
		if next < p.today() {
			upcoming.Text = text.Capital(p.Overdue(next.Until(p.today())))
		}
	}
	all := []ui.StatCard{active, completed, upcoming}
	if !p.Projects {
		all = nil
	}
	if p.Who.Sees(auth.Changes) {
		all = append(all, ui.StatCard{Label: p.T("home.pending"), Icon: "git-pull-request", Figure: p.Number(p.Waits.Pending), Href: changesAt(change.FilterPending, "", "", "")})
	}
	return all
}

// allMilestones leads to those that are not shown.
func (p homePage) allMilestones() templ.Component {
	if s := p.Summary; s.AllUpcoming > len(s.Upcoming) {
		return ui.TextLink{Text: p.T("portal.milestones.all"), Href: "/portal/milestones"}
	}
	return nil
}

// upcoming are milestones with their days.
func (v view) upcoming(rows []project.Upcoming) []ui.DatedRow {
	var out []ui.DatedRow
	for _, u := range rows {
		day := u.On.Time()
		row := ui.DatedRow{
			Date:  ui.DateBlock{Month: v.ShortMonth(day), Day: v.Number(day.Day()), Date: string(u.On)},
			Title: u.Name, Href: projectAt(u.Project), Sub: u.ProjectName,
		}
		switch days := v.today().Until(u.On); {
		case days < 0:
			row.Late, row.Pill = true, ui.Pill{Text: text.Capital(v.Overdue(-days))}
		case days <= 14:
			row.Pill = ui.Pill{Text: text.Capital(v.Distance(days))}
		}
		out = append(out, row)
	}
	return out
}

// milestonesPage is the list of all upcoming milestones.
type milestonesPage struct {
	view
	List project.UpcomingList
}

func (f Face) listMilestones(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	q := r.URL.Query()
	list, err := project.ForClient(who).Upcoming(r.Context(), project.Wanted{After: q.Get("after"), Before: q.Get("before")})
	if err != nil {
		return err
	}
	p := milestonesPage{newView(w, r, who), list}
	return p.page(w, r, http.StatusOK, p.T("portal.milestones.title"), milestonesView(p))
}

func (p milestonesPage) pager() ui.Pager {
	return p.pages(p.T("portal.milestones.pages"), p.N("portal.milestones.found", p.List.All), p.List.Prev, p.List.Next, func(cursor, at string) string {
		return "/portal/milestones?" + cursor + "=" + at
	})
}

// today is the day that it is at the workspace.
func (v view) today() civil.Date { return civil.Today(v.Now) }

// near is a day as a short text: without the year where it goes without saying.
func (v view) near(day civil.Date) string {
	if days := v.today().Until(day); days > -330 && days < 330 {
		return v.DayMonth(day.Time())
	}
	return v.ListDate(day.Time())
}

// pages is the pager of a list that continues after rows; href makes the address
// of a cursor.
func (v view) pages(label, text, prev, next string, href func(cursor, at string) string) ui.Pager {
	pager := ui.Pager{Label: label, Text: text}
	if prev == "" && next == "" {
		return pager
	}
	pager.Prev, pager.Next = ui.Link{Text: v.T("ui.previous")}, ui.Link{Text: v.T("ui.next")}
	if prev != "" {
		pager.Prev.Href = href("before", prev)
	}
	if next != "" {
		pager.Next.Href = href("after", next)
	}
	return pager
}
