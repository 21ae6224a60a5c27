package e2e

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"foyer/internal/demo"
)

// What the demo keeps from Marlow: two milestones and a deliverable that are for
// staff, and a project that is not shared.
var keptFromMarlow = []string{"Margin review", "discount ladder", "Load test", "Renewal pitch", "Pitch rehearsed"}

// After the sign-in a client lands on the dashboard, or where they were going.
func TestS12AfterSignIn(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.open(t, l)
		b.goTo("/portal/login")
		b.signIn(demo.Ines, demo.ClientPassword)
		b.arrive("/portal/")
		b.see("Upcoming milestones")
		b.see("Recent activity")
		project := b.project("Online shop relaunch")
		deep := p.open(t, l)
		for _, path := range []string{project, "/portal/projects?q=board&status=active"} {
			deep.do(command(network.ClearBrowserCookies, cdp.Empty{}))
			deep.goTo(path)
			deep.arrive("/portal/login?next=" + url.QueryEscape(path))
			deep.signIn(demo.Ines, demo.ClientPassword)
			deep.arrive(path)
		}
	})
}

// project is the address of a project's page, found by its name in the client's
// list.
func (b *tab) project(name string) string {
	b.t.Helper()
	b.goTo("/portal/projects?q=" + url.QueryEscape(name))
	b.see(name)
	return eval[string](b, b.find("new URL(pressable("+quoted(name)+").href).pathname"))
}

// The welcome line has the first name and nothing else of it.
func TestS13WelcomeLine(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		for email, first := range map[string]string{demo.Ines: "Ines", demo.Sam: "Sam"} {
			b := p.contact(t, l, email)
			title := eval[string](b, "document.querySelector('h1').innerText.trim()")
			if !regexp.MustCompile(`^Good (morning|afternoon|evening), ` + first + `$`).MatchString(title) {
				t.Errorf("the welcome line of %s is %q", email, title)
			}
		}
		// An organization of which no person is known is not called by its first word.
		s := p.staff(t, l, demo.Priya)
		s.goTo(s.addClient("Harbour Lights", "kit@harbourlights.example") + "/portal")
		s.turnPortal()
		s.see("Harbour Lights has to replace it at the first sign-in.")
		s.fill("Initial password", "seven wet umbrellas")
		s.press("Set password")
		s.see("The password is set.")
		b := p.open(t, l)
		b.goTo("/portal/login")
		b.signIn("kit@harbourlights.example", "seven wet umbrellas")
		b.arrive("/portal/password/new")
		b.fill("New password", "an orchard of small bells")
		b.press("Save and go on")
		b.arrive("/portal/")
		if title := eval[string](b, "document.querySelector('h1').innerText.trim()"); !strings.HasSuffix(title, ", Harbour Lights") {
			t.Errorf("the welcome line of an organization is %q", title)
		}
	})
}

// card is the figure on the card of the dashboard with a label, and where the
// card leads.
func (b *tab) card(label string) (figure, href string) {
	b.t.Helper()
	b.goTo("/portal/")
	b.await("pressable("+quoted(label)+")", "there is no card "+label)
	figure = eval[string](b, b.find("pressable("+quoted(label)+").querySelector('.stat-figure').innerText"))
	return figure, eval[string](b, b.find("(u => u.pathname + u.search)(new URL(pressable("+quoted(label)+").href))"))
}

// listed counts what a list shows, over all of its pages.
func (b *tab) listed(path, each string) int {
	b.t.Helper()
	n := 0
	for {
		b.goTo(path)
		n += eval[int](b, "document.querySelectorAll("+quoted(each)+").length")
		path = eval[string](b, "(a => a ? (u => u.pathname + u.search)(new URL(a.href)) : '')(document.querySelector('.pager a[rel=next]'))")
		if path == "" {
			return n
		}
	}
}

var cards = []struct{ label, href, each string }{
	{"Active projects", "/portal/projects?status=active", ".project-card"},
	{"Completed", "/portal/projects?status=completed", ".project-card"},
	{"Upcoming milestones", "/portal/milestones", "main .date-block"},
	{"Pending change requests", "/portal/change-requests?status=pending", "main tbody tr"},
}

// Each figure of the dashboard is the length of the list that it leads to.
func TestS14SummaryCards(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		for email, want := range map[string][]int{demo.Ines: {3, 2, 9, 3}, demo.Sam: {1, 1, 2, 1}} {
			b := p.contact(t, l, email)
			for i, c := range cards {
				figure, href := b.card(c.label)
				if figure != strconv.Itoa(want[i]) || href != c.href {
					t.Errorf("%s: the card %s says %q and leads to %s", email, c.label, figure, href)
				}
				b.press(c.label)
				b.arrive(c.href)
				if n := b.listed(href, c.each); n != want[i] {
					t.Errorf("%s: %s lists %d", email, href, n)
				}
			}
		}
	})
}

// happened are the lines of the activity that a page shows.
func (b *tab) happened() []string {
	b.t.Helper()
	return eval[[]string](b, `[...document.querySelectorAll('.feed > li .feed-text')].map(e => e.innerText.replace(/\s+/g, ' ').trim())`)
}

// Recent activity has the eight newest things that the contact may know, and
// behind them are all the others.
func TestS15RecentActivity(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		recent := b.happened()
		if len(recent) != 8 || !strings.Contains(recent[0], "Ines Marlow asked for a meeting: Walk through the staging shop") {
			t.Errorf("recently %d things happened, the last %q", len(recent), recent[0])
		}
		times := eval[[]string](b, `[...document.querySelectorAll('.feed time')].map(e => e.dateTime)`)
		if len(times) != 8 || !slices.IsSortedFunc(times, func(a, b string) int { return strings.Compare(b, a) }) {
			t.Errorf("the times are %v", times)
		}
		b.press("See all")
		b.arrive("/portal/activity")
		var all []string
		for {
			all = append(all, b.happened()...)
			for _, kept := range append(keptFromMarlow, "sprey", "Northwind") {
				b.missing(kept)
			}
			if !eval[bool](b, b.find("!!pressable('Older')")) {
				break
			}
			last := b.path()
			b.press("Older")
			b.await("location.pathname + location.search !== "+quoted(last)+" && document.readyState === 'complete'", "there is no next page")
		}
		if len(all) < 30 || !slices.Equal(all[:8], recent) {
			t.Errorf("all that happened are %d things, the first %q", len(all), all[:min(len(all), 8)])
		}
		if last := all[len(all)-1]; last != "Theo Halden shared the project Studio website with you" {
			t.Errorf("it all began with %q", last)
		}
	})
}

// Upcoming milestones come by their day. One that is not for the client appears
// nowhere.
func TestS16UpcomingMilestones(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.see("Staging shop for review")
		b.see("In 9 days")
		b.goTo("/portal/milestones")
		days := eval[[]string](b, `[...document.querySelectorAll('main time.date-block')].map(e => e.dateTime)`)
		if len(days) != 9 || !slices.IsSorted(days) {
			t.Errorf("the days of the milestones are %v", days)
		}
		b.missing("Checkout design")
		paths := []string{"/portal/", "/portal/milestones", "/portal/activity", "/portal/projects", "/portal/account",
			"/portal/projects?q=Margin", "/portal/projects?q=Renewal", b.project("Online shop relaunch"), b.project("Packaging system")}
		for _, path := range paths {
			b.goTo(path)
			for _, kept := range keptFromMarlow {
				if path != "/portal/projects?q="+strings.Fields(kept)[0] {
					b.missing(kept)
				}
			}
		}
	})
}

// There is a tab Projects, for those who see projects.
func TestS17ProjectsTab(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.press("Projects")
		b.arrive("/portal/projects")
		if !eval[bool](b, b.find("[...document.querySelectorAll('nav [aria-current=page]')].some(e => seen(e) && words(e) === 'Projects')")) {
			t.Error("the tab is not marked")
		}
		if title := eval[string](b, "document.querySelector('h1').innerText.trim()"); title != "Projects" {
			t.Errorf("the page is called %q", title)
		}
	})
}

// A client sees their own projects and learns nothing of others'.
func TestS18OnlyTheirProjects(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		ines, sam := p.contact(t, l, demo.Ines), p.contact(t, l, demo.Sam)
		theirs := []string{"Online shop relaunch", "Brand refresh", "Packaging system", "Wholesale portal", "Product photography", "Studio website"}
		ines.goTo("/portal/projects")
		for _, name := range theirs {
			ines.see(name)
		}
		ines.missing("sprey")
		shop := ines.project("Online shop relaunch")
		sam.goTo("/portal/projects")
		sam.see("Osprey frame configurator")
		for _, name := range append(theirs, "Marlow") {
			sam.missing(name)
		}
		if status := sam.goTo(shop); status != http.StatusNotFound {
			t.Errorf("another client's project answers %d", status)
		}
		sam.missing("Online shop")
		sam.goTo("/portal/projects?q=Online+shop")
		sam.see("Nothing matches")
	}, postgres)
}

// shown are the names of the projects that the list shows.
func (b *tab) shown() []string {
	b.t.Helper()
	names := eval[[]string](b, `[...document.querySelectorAll('.project-card h2')].map(e => e.innerText.trim())`)
	slices.Sort(names)
	return names
}

// search types into the search; without scripts it is sent.
func (b *tab) search(words string) {
	b.t.Helper()
	b.fill("Search projects", words)
	if b.look.noScript {
		eval[bool](b, b.find("(labelled('Search projects').form.requestSubmit(), true)"))
	}
	b.await("new URLSearchParams(location.search).get('q') === "+quoted(words), "the address does not follow")
}

// What is typed is looked for in names, descriptions and tags.
func TestS19SearchProjects(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/projects")
		for _, find := range []struct {
			words string
			want  []string
		}{
			{"REFRESH", []string{"Brand refresh"}}, {"kiln log", []string{"Online shop relaunch"}}, {"photography", []string{"Product photography"}},
			{"print", []string{"Packaging system"}}, {"studio", []string{"Studio website"}}, {"100%", nil}, {"<b>", nil},
		} {
			words, want := find.words, find.want
			b.search(words)
			if want == nil {
				b.see("Nothing matches “" + words + "”")
			} else {
				b.await("document.querySelectorAll('.project-card').length === "+strconv.Itoa(len(want)), "the list does not follow")
			}
			if got := b.shown(); !slices.Equal(got, want) && len(got)+len(want) > 0 {
				t.Errorf("%q finds %v", words, got)
			}
		}
		b.press("Clear the search")
		b.arrive("/portal/projects")
	})
}

// The filters and the search hold together, and both stand in the address.
func TestS20FilterProjects(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/projects")
		for _, f := range []struct {
			name, path string
			want       []string
		}{
			{"Active", "/portal/projects?status=active", []string{"Brand refresh", "Online shop relaunch", "Packaging system"}},
			{"On hold", "/portal/projects?status=on_hold", []string{"Wholesale portal"}},
			{"All", "/portal/projects", []string{"Brand refresh", "Online shop relaunch", "Packaging system", "Product photography", "Studio website", "Wholesale portal"}},
			{"Completed", "/portal/projects?status=completed", []string{"Product photography", "Studio website"}},
		} {
			b.press(f.name)
			b.arrive(f.path)
			if got := b.shown(); !slices.Equal(got, f.want) {
				t.Errorf("%s shows %v", f.name, got)
			}
			if got := eval[string](b, "document.querySelector('.segment [aria-current]').innerText.replace(/\\s+/g, ' ').trim()"); got != f.name+" "+strconv.Itoa(len(f.want)) {
				t.Errorf("the filter that is marked says %q", got)
			}
		}
		b.search("stone")
		b.await("document.querySelectorAll('.project-card').length === 1", "the list does not follow")
		if got := b.shown(); !slices.Equal(got, []string{"Product photography"}) {
			t.Errorf("completed with stone are %v", got)
		}
		for path, want := range map[string][]string{
			"/portal/projects?q=stone&status=completed": {"Product photography"}, "/portal/projects?q=stone&status=active": {},
			"/portal/projects?q=s&status=on_hold": {"Wholesale portal"}, "/portal/projects?status=nonsense&q=relaunch": {"Online shop relaunch"},
		} {
			b.goTo(path)
			if got := b.shown(); !slices.Equal(got, want) {
				t.Errorf("%s shows %v", path, got)
			}
		}
	})
}

// Each card says in a bar and in words how far the work has come.
func TestS21ProgressBars(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/projects")
		type bar struct{ Name, Now, Min, Max, Text, Card string }
		bars := eval[[]bar](b, `[...document.querySelectorAll('.project-card [role=progressbar]')].map(e => ({Name: e.getAttribute('aria-label'), Now: e.getAttribute('aria-valuenow'),
			Min: e.getAttribute('aria-valuemin'), Max: e.getAttribute('aria-valuemax'), Text: e.getAttribute('aria-valuetext'), Card: e.closest('.project-card').innerText}))`)
		if len(bars) != 6 {
			t.Fatalf("there are %d bars", len(bars))
		}
		want := map[string][2]string{
			"Brand refresh": {"83", "83 percent, 5 of 6 delivered"}, "Online shop relaunch": {"55", "55 percent, 5 of 9 delivered"},
			"Packaging system": {"33", "33 percent, 1 of 3 delivered"}, "Wholesale portal": {"20", "20 percent, 1 of 5 delivered"},
			"Product photography": {"100", "100 percent, 3 of 3 delivered"}, "Studio website": {"100", "100 percent, 2 of 2 delivered"},
		}
		for _, got := range bars {
			w := want[strings.TrimPrefix(got.Name, "Progress of ")]
			if got.Now != w[0] || got.Min != "0" || got.Max != "100" || got.Text != w[1] || !strings.Contains(got.Card, w[0]+"%") {
				t.Errorf("a bar is %+v", got)
			}
		}
	})
}

// The page of a project says what it is about, when, who looks after it, what is
// delivered and which milestones there are.
func TestS22ProjectPage(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/projects")
		b.press("Online shop relaunch")
		b.await("document.querySelector('h1').innerText.trim() === 'Online shop relaunch'", "the project does not open")
		part := func(title string) string {
			return eval[string](b, `[...document.querySelectorAll('main section, main .card')].filter(e => (e.querySelector('h2') || {}).innerText === `+quoted(title)+`)[0].innerText`)
		}
		says := func(t *testing.T, title string, want ...string) {
			t.Helper()
			got := part(title)
			for _, text := range want {
				if !strings.Contains(got, text) {
					t.Errorf("%s does not say %q:\n%s", title, text, got)
				}
			}
		}
		t.Run("overview", func(t *testing.T) {
			says(t, "Overview", "A faster shop that shows glaze and scale honestly.", "checkout", "stock")
			says(t, "55% complete", "3 of 6 milestones reached, on schedule")
		})
		t.Run("dates", func(t *testing.T) {
			says(t, "Dates", "Start", "Planned end", "Time left", "63 days")
		})
		t.Run("owner", func(t *testing.T) {
			says(t, "People", "Priya Rowe", "Project owner")
			b.missing(demo.Priya)
		})
		t.Run("deliverables", func(t *testing.T) {
			says(t, "Deliverables", "5 of 9 delivered", "Sitemap and content plan", "Team training and handover")
			if done := eval[int](b, "document.querySelectorAll('.checklist .check-done').length"); done != 5 {
				t.Errorf("%d deliverables are ticked", done)
			}
		})
		t.Run("milestones", func(t *testing.T) {
			names := eval[[]string](b, `[...document.querySelectorAll('.milestones .milestone')].map(e => e.innerText.split('\n')[0].trim())`)
			want := []string{"Discovery signed off", "Design direction chosen", "Checkout design", "Staging shop for review", "Soft launch", "Public launch"}
			if !slices.Equal(names, want) {
				t.Errorf("the milestones are %q", names)
			}
			says(t, "Milestones", "Reached 2 days early", "Reached on time", "We need one week of your feedback")
		})
		for _, kept := range append(keptFromMarlow, "16,000", "Innovation voucher", "48,000") {
			b.missing(kept)
		}
		b.shot("portal-project")
	})
}

// Nothing of a project can be changed in the portal: there is no control, and
// every address that writes refuses.
func TestS23ProjectsAreReadOnly(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		shop := b.project("Online shop relaunch")
		for _, path := range []string{"/portal/", "/portal/activity", "/portal/milestones", shop, "/portal/projects"} {
			b.goTo(path)
			want := []string{"/portal/logout", "/theme"}
			switch path {
			case "/portal/":
				want = []string{"/portal/invoices/{id}/pay", "/portal/logout", "/theme"} // what is to be paid
			case "/portal/projects":
				want = []string{"/portal/logout", "/portal/projects", "/theme"} // the search
			}
			if got := eval[[]string](b, actionsOfForms); !slices.Equal(got, want) {
				t.Errorf("%s has forms to %v", path, got)
			}
			if n := eval[int](b, "document.querySelectorAll('main input:not([type=search]):not([type=hidden]), main select, main textarea').length"); n > 0 {
				t.Errorf("%s has %d fields", path, n)
			}
		}
		v := p.signedIn(t, "/portal", demo.Ines)
		before := p.activities(t)
		id := strings.TrimPrefix(shop, "/portal/projects/")
		tried := 0
		for _, r := range p.Router.Routes() {
			if r.Method == http.MethodGet || !strings.Contains(r.Pattern, "projects") {
				continue
			}
			tried++
			path := regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(r.Pattern, id)
			refused(t, path, v.post(path, url.Values{"from": {"active"}, "to": {"completed"}, "name": {"x"}}))
		}
		if tried < 8 {
			t.Errorf("only %d addresses that write were tried", tried)
		}
		for _, path := range []string{"/portal/projects", shop, shop + "/edit", shop + "/status", shop + "/targets"} {
			for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
				refused(t, method+" "+path, v.ask(method, path, url.Values{"name": {"x"}}, "Origin", v.base))
			}
		}
		if after := p.activities(t); after != before {
			t.Errorf("%s things happened, %s before", after, before)
		}
	})
}

// The dashboard and the projects work on a phone as well as on a desk.
func TestS56ProjectsOnAPhone(t *testing.T) {
	inDemo(t, []look{phone, phone.withoutScript(), {width: 320, height: 640}}, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		for _, path := range []string{"/portal/", "/portal/activity", "/portal/milestones", "/portal/projects", b.project("Online shop relaunch")} {
			b.goTo(path)
			b.narrow(path)
			b.see("Projects")
		}
		b.press("Home")
		b.arrive("/portal/")
		b.press("Upcoming milestones")
		b.arrive("/portal/milestones")
	})
}
