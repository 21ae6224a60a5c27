package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"

	"foyer/internal/demo"
)

// choose takes an option of a list by what it says.
func (b *tab) choose(label, option string) {
	b.t.Helper()
	b.await("labelled("+quoted(label)+") && [...labelled("+quoted(label)+").options].some(o => o.text === "+quoted(option)+")", label+" has no option "+option)
	eval[bool](b, b.find("(() => { const e = labelled("+quoted(label)+"); e.value = [...e.options].find(o => o.text === "+quoted(option)+
		").value; e.dispatchEvent(new Event('change', {bubbles: true})); return true })()"))
}

// work is the address of a project's page in the app, found by its name.
func (b *tab) work(name string) string {
	b.t.Helper()
	b.goTo("/app/projects?q=" + strings.ReplaceAll(name, " ", "+"))
	b.see(name)
	return eval[string](b, b.find("new URL(pressable("+quoted(name)+").href).pathname"))
}

func inDays(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }

// A project is written down, its client sees it move, and nothing that is
// internal gets out on the way.
func TestProjectFromBeginningToEnd(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s, c := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Ines)
		s.goTo("/app/projects")
		s.press("New project")
		s.await("labelled('Name')", "the form does not open")
		s.choose("Client", "Marlow Ceramics")
		s.fill("Planned start", inDays(0))
		s.fill("Planned end", inDays(-3))
		s.fill("Budget", "a lot")
		s.press("New project")
		s.see("3 fields need another look")
		s.see("Please fill this in.")
		s.see("The planned end lies before the start. Choose a later day.")
		s.see("Write an amount in figures, such as 1200.")
		name := "Kiln <log> " + strings.Repeat("Warenwirtschaftssystemanbindung ", 8) + "žluť"
		s.fill("Name", name)
		s.fill("Planned end", inDays(30))
		s.fill("Budget", "1200")
		s.fill("Tags", "kiln, log")
		s.press("New project")
		s.see("is added.")
		s.narrow("a project with a long name")
		s.missing("<log>")
		at := eval[string](s, "location.pathname")
		c.goTo("/portal/projects?q=kiln+%3Clog%3E")
		c.see("Kiln <log>")
		c.see("Planned")
		c.narrow("the card of a project with a long name")

		s.add(at, "milestone", "First firing", inDays(40), true)
		s.see("Outside the project’s dates")
		s.add(at, "milestone", "Quiet milestone", inDays(5), false)
		s.add(at, "deliverable", "Kiln manual", "", true)
		s.add(at, "deliverable", "Quiet deliverable", "", false)
		c.press("Kiln <log>")
		c.see("First firing")
		c.see("0 of 1 delivered")
		c.missing("Quiet")

		s.goTo(at)
		s.press("Start")
		s.step("Start")
		s.see("is active.")
		s.fromMenu("Kiln <log>", "Put on hold")
		s.see("Marlow Ceramics reads this in the portal.")
		s.step("Put on hold")
		s.see("Please fill this in.")
		s.fill("Reason", "The clay has to dry.")
		s.step("Put on hold")
		s.see("is on hold.")
		c.goTo(c.path())
		c.see("On hold")
		c.see("The clay has to dry.")
		s.press("Resume")
		s.step("Resume")
		s.see("is active.")

		s.goTo(at + "/targets")
		s.press("Mark as done: Kiln manual")
		s.see("Kiln manual is done.")
		s.status(at, "First firing", "Start")
		s.see("First firing is in progress.")
		s.status(at, "First firing", "Complete")
		s.see("First firing is completed.")
		m := p.letter(t, demo.Ines, "Milestone completed: First firing")
		for _, want := range []string{"Priya Rowe completed the milestone “First firing” of Kiln <log>", "/portal/projects/", "/portal/account/notifications"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the mail lacks %q:\n%s", want, m.Text)
			}
		}
		s.status(at, "Quiet milestone", "Start")
		s.status(at, "Quiet milestone", "Complete")
		s.see("Quiet milestone is completed.")

		s.goTo(at)
		s.press("Complete")
		s.see("1 deliverable is not done yet.")
		s.see("Quiet deliverable")
		s.step("Complete")
		s.see("is completed.")
		p.letter(t, demo.Ines, "Project completed: Kiln <log>")
		for _, kept := range p.box.List() {
			if strings.Contains(kept.Subject+kept.Text, "Quiet") {
				t.Errorf("a mail tells of what is internal: %s", kept.Subject)
			}
		}
		c.goTo("/portal/activity")
		c.see("completed the project Kiln <log>")
		c.see("Priya Rowe delivered Kiln manual for Kiln <log>")
		c.see("Priya Rowe completed the milestone First firing of Kiln <log>")
		c.missing("Quiet")
	}, postgres)
}

// add adds a target at a project's page by the form's own page.
func (b *tab) add(at, kind, name, due string, visible bool) {
	b.t.Helper()
	b.goTo(at + "/targets/new?kind=" + kind)
	b.fill("Name", name)
	if due != "" {
		b.fill("Due on", due)
	}
	if !visible {
		b.tick("Visible to the client")
	}
	b.press("Add " + kind)
	b.see(name + " is added.")
}

// step presses the button of the form that asks about a step.
func (b *tab) step(text string) {
	b.t.Helper()
	b.await("[...scope().querySelectorAll('form[action$=\"/status\"] button')].some(e => words(e) === "+quoted(text)+")", "nothing asks about "+text)
	eval[bool](b, b.find("([...scope().querySelectorAll('form[action$=\"/status\"] button')].find(e => words(e) === "+quoted(text)+").click(), true)"))
}

// status takes a step of a target from its menu.
func (b *tab) status(at, name, step string) {
	b.t.Helper()
	b.goTo(at + "/targets")
	b.fromMenu(name, step)
	b.await("document.readyState === 'complete'", "the page does not come")
	b.see(name)
}

// fromMenu presses something in the menu of what has a name.
func (b *tab) fromMenu(name, text string) {
	b.t.Helper()
	b.press("Actions for " + name)
	item := "[...document.querySelectorAll('.menu-panel button, .menu-panel a')].find(e => seen(e) && words(e) === " + quoted(text) + ")"
	b.await(item, "the menu has no "+text)
	eval[bool](b, b.find("("+item+".click(), true)"))
}

// order are the names of a project's targets as the list has them.
func (b *tab) order(at string) []string {
	b.t.Helper()
	b.goTo(at + "/targets")
	return eval[[]string](b, `[...document.querySelectorAll('.sortable > li')].map(li => li.querySelector('.row-title').innerText.trim())`)
}

// Targets are put in order by buttons, and by dragging where scripts run; two
// people who do so at once end in one order.
func TestOrderOfTargets(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b, other := p.staff(t, l, demo.Priya), p.staff(t, l, demo.Theo)
		at := b.work("Packaging system")
		want := []string{"Materials chosen", "Packaging dielines approved", "Press proof", "First delivery", "Board and ink samples", "Structure for six families", "Print files"}
		if got := b.order(at); !slices.Equal(got, want) {
			t.Fatalf("the order is %q", got)
		}
		other.goTo(at + "/targets")
		b.press("Move down: Materials chosen")
		b.see("The order is saved.")
		other.press("Move up: Print files") // from a page that shows the order before
		other.see("The order is saved.")
		want = []string{"Packaging dielines approved", "Materials chosen", "Press proof", "First delivery", "Board and ink samples", "Print files", "Structure for six families"}
		if got := b.order(at); !slices.Equal(got, want) {
			t.Errorf("after both moved something the order is %q", got)
		}
		if l.noScript || l == phone {
			return
		}
		b.drag("Structure for six families", "Packaging dielines approved")
		b.see("The order is saved.")
		want = append([]string{"Structure for six families"}, want[:6]...)
		if got := b.order(at); !slices.Equal(got, want) {
			t.Errorf("after dragging the order is %q", got)
		}
	})
}

// drag takes an item by its grip with the mouse and drops it before another.
func (b *tab) drag(name, before string) {
	b.t.Helper()
	type point struct{ X, Y float64 }
	find := func(name, what string) point {
		return eval[point](b, `(() => { const li = [...document.querySelectorAll('.sortable > li')].find(li => li.innerText.includes(`+quoted(name)+
			`)); li.scrollIntoView({block: 'nearest'}); const r = `+what+`.getBoundingClientRect(); return {X: r.left + r.width / 2, Y: r.top + Math.min(r.height / 2, 8)} })()`)
	}
	to := find(before, "li")
	from := find(name, "li.querySelector('[data-grip]')")
	mouse := func(kind input.DispatchMouseEventType, at point) {
		b.do(command(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1}))
	}
	mouse(input.DispatchMouseEventTypeMousePressed, from)
	mouse(input.DispatchMouseEventTypeMouseMoved, point{from.X, from.Y - 10})
	mouse(input.DispatchMouseEventTypeMouseMoved, to)
	mouse(input.DispatchMouseEventTypeMouseReleased, to)
}

// Without anything to count the cards say 0.
func TestS14NothingIsZero(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s, c := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Sam)
		for _, name := range []string{"Osprey frame configurator", "Osprey club rides", "Osprey catalogue"} {
			s.goTo(s.work(name) + "/edit")
			s.tick("Shared with the client")
			s.press("Save project")
			s.see("Saved")
		}
		s.goTo(s.client("Northwind Bikes") + "/contacts")
		s.goTo(eval[string](s, `new URL(document.querySelector('a[href*="/contacts/"][href$="/edit"]').href).pathname`))
		for _, area := range []string{"money", "contracts", "documents", "cases", "changes", "meetings"} {
			eval[bool](s, s.find("(document.querySelector('input[name="+area+"][value=none]').click(), true)"))
		}
		s.press("Save contact")
		s.see("Saved")
		for _, card := range cards[:3] {
			if figure, _ := c.card(card.label); figure != "0" {
				t.Errorf("the card %s says %q", card.label, figure)
			}
		}
		c.missing("Pending change requests")
		c.see("You are in")
		c.missing("sprey")
		c.goTo("/portal/projects")
		c.see("No projects yet")
		c.goTo("/portal/milestones")
		c.see("No milestone lies ahead")
		c.goTo("/portal/activity")
		c.see("Nothing has happened yet")
		c.shot("portal-activity-empty")
	})
}

// Two people edit the same project: the second is told, sees what the first
// stored, and keeps what they typed.
func TestStaleProject(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		first, second := p.staff(t, l, demo.Priya), p.staff(t, l, demo.Theo)
		at := first.work("Brand refresh")
		for _, b := range []*tab{first, second} {
			b.goTo(at)
			b.press("Edit")
			b.await("labelled('Tags')", "the form does not open")
		}
		first.fill("Tags", "brand, voice")
		first.press("Save project")
		first.see("Saved.")
		second.fill("Tags", "brand, colour")
		second.press("Save project")
		second.see("Someone else changed this while you were editing.")
		second.see("brand, voice")
		if got := eval[string](second, second.find("labelled('Tags').value")); got != "brand, colour" {
			t.Errorf("what was typed is gone: %q", got)
		}
		second.press("Save project")
		second.see("Saved.")
		// A step from a page that is out of date is refused too.
		for _, b := range []*tab{first, second} {
			b.goTo(at + "/status?to=completed")
		}
		first.step("Complete")
		first.see("is completed.")
		second.step("Complete")
		second.see("Somebody else has moved this project on meanwhile.")
	})
}

// A project serves as a template: what is planned comes along, from its
// beginning, and what happened stays behind.
func TestProjectAsATemplate(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		b := p.staff(t, l, demo.Theo)
		at := b.work("Product photography")
		b.goTo(at)
		b.fromMenu("Product photography", "Use as a template")
		b.await("labelled('Name')", "the form does not open")
		b.fill("Name", "Spring photography")
		b.choose("Client", "Verso Books")
		b.press("Make the copy")
		b.see("Spring photography is added.")
		b.see("Planned")
		b.see("0 of 3 deliverables done, 0 of 4 milestones reached")
		b.press("Activity")
		b.see("Theo Halden created the project as a copy of another one")
		b.missing("completed")
	})
}
