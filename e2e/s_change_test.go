package e2e

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/internal/demo"
	"foyer/internal/feature/change"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
)

// wished is a change that Ines has asked for in the shop, without its pages.
func (p *program) wished(t *testing.T, title string) change.ID {
	t.Helper()
	door := p.Changes.ForClient(p.person(t, demo.Ines))
	all, err := door.Projects(t.Context())
	must(t, err)
	shop := slices.IndexFunc(all, func(c change.Choice) bool { return c.Name == "Online shop relaunch" })
	made, err := door.Submit(t.Context(), change.Details{
		Project: project.ID(all[shop].ID), Title: title, Description: "A **map** of the studio.", Category: change.NewFeature, Priority: change.High,
		Justification: "People ring and ask the way.", Benefit: "Nobody rings.",
	}, nil)
	must(t, err)
	return made
}

// quoted is one with a quote that is out.
func (p *program) quoted(t *testing.T, title, price string) change.ID {
	t.Helper()
	made := p.wished(t, title)
	must(t, p.Changes.ForStaff(p.member(t, demo.Priya)).Quote(t.Context(), made, change.Before{}, change.QuoteDetails{
		Price: price, Currency: "EUR", Hours: "3", ValidUntil: string(civil.Today(time.Now()).Add(30)), Note: "With one way of paying.",
	}))
	return made
}

func changeAt(of change.ID) string { return "/portal/change-requests/" + of.String() }

func triageAt(of change.ID) string { return "/app/change-requests/" + of.String() }

// The form of a change request, field by field: what each takes, and what is kept
// when another is not right.
func TestS42ChangeForm(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/change-requests")
		b.press("Request a change")
		b.arrive("/portal/change-requests/new")
		t.Run("project", func(t *testing.T) {
			names := eval[[]string](b, b.find("[...labelled('Project').options].map(o => o.text)"))
			for _, own := range []string{"Online shop relaunch", "Brand refresh"} {
				if !slices.Contains(names, own) {
					t.Errorf("%q lacks %s", names, own)
				}
			}
			for _, not := range []string{"Osprey frame configurator", "Renewal pitch", "Studio website"} {
				if slices.Contains(names, not) {
					t.Errorf("%q has %s", names, not)
				}
			}
		})
		for part, want := range map[string]string{"category": "Feature, Bug fix, Enhancement, Other", "priority": "Low, Medium, High, Critical"} {
			t.Run(part, func(t *testing.T) {
				got := eval[[]string](b, b.find("[...document.querySelectorAll('input[name="+part+"]')].map(e => e.labels[0].innerText.trim().split('\\n')[0])"))
				if strings.Join(got, ", ") != want {
					t.Errorf("it offers %q, want %s", got, want)
				}
			})
		}
		const title = "Pickup <today> & tomorrow"
		b.tick("Bug fix")
		b.tick("Critical")
		b.fill("Title", title)
		b.fill("What should change?", "Two *days* of pickup.")
		b.fill("Expected benefit", "Fewer calls.")
		b.press("Send request")
		b.see("2 fields need another look")
		t.Run("justification", func(t *testing.T) {
			at := eval[string](b, b.find("document.getElementById(labelled('Business justification').getAttribute('aria-describedby').split(' ')[0]).innerText"))
			if !strings.Contains(at, "Say why this matters, in a sentence or two.") {
				t.Errorf("the field says %q", at)
			}
			if eval[string](b, b.find("labelled('Business justification').getAttribute('aria-invalid')")) != "true" {
				t.Error("the field is not marked")
			}
		})
		t.Run("kept", func(t *testing.T) {
			for label, want := range map[string]string{"Title": title, "What should change?": "Two *days* of pickup.", "Expected benefit": "Fewer calls."} {
				if got := eval[string](b, b.find("labelled("+quoted(label)+").value")); got != want {
					t.Errorf("%s is %q", label, got)
				}
			}
			for _, label := range []string{"Bug fix", "Critical"} {
				if !eval[bool](b, b.find("labelled("+quoted(label)+").checked")) {
					t.Errorf("%s is gone", label)
				}
			}
		})
		b.see("Choose a project.")
		b.shot("portal-change-refused")
		b.narrow("the form of a change request")
		b.choose("Project", "Online shop relaunch")
		b.fill("Business justification", "Locals refund postage by hand.")
		b.attach("labelled('Files')", file(t, "pickup.txt", "door"))
		b.press("Send request")
		b.see("Your request is sent.")
		page := b.text()
		for field, says := range map[string]string{
			"project": "Online shop relaunch", "title": title, "description": "Two days of pickup.", "category": "Bug fix", "priority": "Critical",
			"justification": "Locals refund postage by hand.", "benefit": "Fewer calls.", "files": "pickup.txt", "status": "Sent",
		} {
			t.Run(field+" shown", func(t *testing.T) {
				if !strings.Contains(page, says) {
					t.Errorf("the page does not say %q:\n%s", says, page)
				}
			})
		}
		b.shot("portal-change")
		p.letter(t, demo.Priya, title)
		s := p.staff(t, l, demo.Priya)
		s.goTo(s.found("/app/change-requests?view=list", title))
		for _, says := range []string{"Two days of pickup.", "Locals refund postage by hand.", "Fewer calls.", "pickup.txt", "Bug fix", "Critical"} {
			s.see(says)
		}
	}, postgres)
}

// A client sees their own requests and where they stand, apart from the cases.
func TestS43OwnChangeRequests(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		ines, sam := p.contact(t, l, demo.Ines), p.contact(t, l, demo.Sam)
		at := ines.found("/portal/change-requests", "Gift-wrap option at checkout")
		ines.goTo("/portal/change-requests")
		for title, status := range map[string]string{
			"Gift-wrap option at checkout": "Yours to decide", "Portuguese product names": "In review", "Store pickup at the Lisbon studio": "Sent",
			"Pay large pieces in three parts": "Rejected", "Preorders charged at once": "Scheduled",
		} {
			if !slices.ContainsFunc(ines.rows(), func(row string) bool { return strings.Contains(row, title) && strings.Contains(row, status) }) {
				t.Errorf("the list does not have %q as %s: %q", title, status, ines.rows())
			}
		}
		ines.missing("sprey")
		ines.missing("kingfisher")
		ines.shot("portal-changes")
		if ines.lists("/portal/cases", "Gift-wrap") || ines.lists("/portal/change-requests", "Order mails") {
			t.Error("cases and requests are mixed")
		}
		if sam.lists("/portal/change-requests", "Gift-wrap") {
			t.Error("another client sees it")
		}
		if status := sam.goTo(at); status != http.StatusNotFound {
			t.Errorf("another client is answered %d", status)
		}
	}, postgres)
}

// dueOf is the day of a milestone of Marlow as the portal has it.
func (b *tab) dueOf(milestone string) string {
	b.t.Helper()
	b.goTo("/portal/milestones")
	b.see(milestone)
	return eval[string](b, "[...document.querySelectorAll('main time.date-block')].find(e => e.closest('li').innerText.includes("+quoted(milestone)+")).dateTime")
}

// Staff take a request, ask, and quote; the client answers and accepts, and it is a
// deliverable, a later milestone and a line of a draft, which both sides are led to.
func TestS44FromWishToInvoice(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		const title = "A map of the studio"
		made := p.wished(t, title)
		s, b := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Ines)
		before := b.dueOf("Soft launch")
		s.goTo(triageAt(made))
		s.press("Take")
		s.see("The request is in review.")
		s.fill("Write to Ines Marlow", "On which page?")
		s.press("Ask and wait")
		s.see("Waiting for an answer")
		p.letter(t, demo.Ines, "A question about")
		b.goTo("/portal/")
		b.see("Answer “" + title + "”")
		b.goTo(changeAt(made))
		b.see("A question for you")
		b.see("On which page?")
		b.fill("Your answer", "On the last one.")
		b.press("Send answer")
		b.see("Your message is sent.")
		p.letter(t, demo.Priya, "Answer on")

		s.goTo(triageAt(made))
		s.see("On the last one.")
		s.press("Make a quote")
		s.see("Price without tax")
		s.fill("Price without tax", "lots")
		s.press("Send quote")
		s.see("One field needs another look")
		s.fill("Price without tax", "1200")
		s.fill("Effort", "12.5")
		option := eval[string](s, s.find("[...labelled('Milestone that moves').options].map(o => o.text).find(o => o.startsWith('Soft launch'))"))
		s.choose("Milestone that moves", option)
		s.fill("By how many days", "3")
		s.fill("Note to Ines Marlow", "With **one** language.")
		s.shot("app-change-quote")
		s.press("Send quote")
		s.see("The quote is sent.")
		p.letter(t, demo.Ines, "Quote for")
		b.goTo("/portal/")
		b.see("Decide about “" + title + "”")
		b.goTo(changeAt(made))
		for _, says := range []string{"€1,200.00 plus tax", "12.5 hours", "Soft launch moves by 3 days", "With one language."} {
			b.see(says)
		}
		b.shot("portal-change-quoted")
		b.press("Accept for €1,200.00 plus tax")
		b.see("You order this change for €1,200.00 plus tax.")
		b.press("Accept the quote")
		b.see("You have accepted the quote.")
		b.see("What it became")
		b.see("On your next invoice")
		b.shot("portal-change-accepted")
		p.letter(t, demo.Priya, "Accepted by Marlow Ceramics")
		day, err := time.Parse(time.DateOnly, before)
		must(t, err)
		if after := b.dueOf("Soft launch"); after != day.AddDate(0, 0, 3).Format(time.DateOnly) {
			t.Errorf("the milestone was due on %s and now on %s", before, after)
		}
		b.goTo(b.project("Online shop relaunch"))
		b.see(title)

		s.goTo(triageAt(made))
		s.see("What it became")
		s.shot("app-change-accepted")
		s.press("On a draft")
		s.await("location.pathname.startsWith('/app/invoices/')", "it does not lead to the invoice")
		s.see(title)
		s.see("1,200.00")
		s.goTo(triageAt(made))
		s.press(title)
		s.await("location.pathname.endsWith('/targets')", "it does not lead to the deliverable")
		s.see(title)
	}, postgres)
}

// A client declines, or talks about it first; staff reject with a reason that the
// client reads, or accept without a price.
func TestS44OtherEnds(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s, b := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Ines)
		declined, talked := p.quoted(t, "A dear map", "9000"), p.quoted(t, "A fair map", "900")
		rejected, free := p.wished(t, "An odd map"), p.wished(t, "A free map")

		b.goTo(changeAt(declined))
		b.press("Decline")
		b.press("Decline the quote")
		b.see("Please fill this in.")
		b.fill("Why not?", "We cannot pay that.")
		b.press("Decline the quote")
		b.see("You have declined the quote.")
		b.see("The quote was declined.")
		s.goTo(triageAt(declined))
		s.see("We cannot pay that.")

		b.goTo(changeAt(talked))
		b.press("Talk about it first")
		b.fill("What should be different about the quote?", "Without the photos?")
		eval[bool](b, b.find("(document.querySelector('button[name=decision][value=negotiate]').click(), true)"))
		b.see("The quote is on hold until there is an answer.")
		b.see("In review")
		if eval[bool](b, "!!document.querySelector('button[value=accept]')") {
			t.Error("a quote that is talked about can be accepted")
		}
		s.goTo(triageAt(talked))
		s.see("Without the photos?")
		s.see("Make another quote")

		s.goTo(triageAt(rejected))
		s.fromMenu("An odd map", "Reject")
		s.await("labelled('Why')", "nothing asks why")
		s.fill("Why", "The provider has none.")
		s.press("Reject")
		s.see("The request is rejected.")
		b.goTo(changeAt(rejected))
		b.see("Halden & Rowe will not do this.")
		b.see("The provider has none.")
		p.letter(t, demo.Ines, "Not accepted")
		b.shot("portal-change-rejected")

		s.goTo(triageAt(free))
		s.fromMenu("A free map", "Accept without a price")
		s.await("labelled('On which terms')", "nothing asks on which terms")
		s.fill("On which terms", "With our thanks.")
		s.press("Accept")
		s.see("The request is accepted.")
		b.goTo(changeAt(free))
		b.see("With our thanks.")
		b.see("What it became")
		b.missing("On your next invoice")
	})
}

// A request about a bug goes on as a case, and a case as a request; client and staff
// are led from each to the other.
func TestS44AndBack(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		const bug, subject = "The Osprey booking form sends two emails", "Mails in Portuguese"
		s, sam, ines := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Sam), p.contact(t, l, demo.Ines)
		at := sam.found("/portal/change-requests", bug)
		s.goTo(s.found("/app/change-requests?view=list", bug))
		s.fromMenu(bug, "Go on as a support case")
		s.see("The request is closed, and the client reads that it goes on there.")
		s.shot("app-change-turn")
		s.press("Begin the case")
		s.see("The case has begun. The client is told.")
		s.await("location.pathname.startsWith('/app/cases/')", "it does not lead to the case")
		s.see("You made a case of the change request")
		s.see("Whoever books an Osprey test ride gets two mails.")
		s.see("Came from")
		s.shot("app-case-turned")
		p.letter(t, demo.Sam, "Now a support case")
		sam.goTo(at)
		sam.see("This goes on as a support case")
		sam.missing("Rejected")
		sam.shot("portal-change-turned")
		sam.goTo(sam.found("/portal/cases", bug))
		sam.see("Whoever books an Osprey test ride gets two mails.")
		sam.see("Came from")

		p.raised(t, demo.Ines, subject)
		s.goTo(s.found("/app/cases", subject))
		s.fromMenu(subject, "Go on as a change request")
		s.await("labelled('Business justification')", "nothing asks why")
		s.press("Make the request")
		s.see("Choose a project.")
		s.shot("app-case-turn")
		s.choose("Project", "Online shop relaunch")
		s.fill("Business justification", "Half of the orders come from Portugal.")
		s.press("Make the request")
		s.see("The request is made, and the case is resolved.")
		s.await("location.pathname.startsWith('/app/change-requests/')", "it does not lead to the request")
		s.see("Came from")
		ines.goTo(ines.found("/portal/cases", subject))
		ines.see("This goes on as a change request")
		ines.see("We go on with this as a change request.")
		ines.shot("portal-case-turned")
		ines.goTo(ines.found("/portal/change-requests", subject))
		ines.see("It does not work.")
		ines.see("Half of the orders come from Portugal.")
		ines.see("Came from")
	}, postgres)
}

// Above the limit of the settings, accepting asks for a name and a consent.
func TestS44Consent(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s, b := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Ines)
		s.goTo("/app/settings/changes")
		s.fill("Ask for a typed name and consent above", "500")
		s.fill("Currency", "EUR")
		s.press("Save")
		s.see("Saved.")
		small, large := p.quoted(t, "A small map", "500"), p.quoted(t, "A large map", "500.01")
		b.goTo(changeAt(small))
		b.missing("Your full name")
		b.goTo(changeAt(large))
		b.press("Accept for €500.01 plus tax")
		b.see("Tick the box if you agree.")
		b.see("Please fill this in.")
		b.shot("portal-change-consent")
		b.fill("Your full name", "Ines Maria Marlow")
		b.tick("I agree to this")
		b.press("Accept for €500.01 plus tax")
		b.see("You have accepted the quote.")
		b.see("Ines Maria Marlow")
		s.goTo(triageAt(large))
		s.see("Ines Maria Marlow")
	})
}

// A pending request counts on the dashboard, as the list has it that the card leads to.
func TestS45PendingCard(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		holds := func(want int) {
			t.Helper()
			figure, href := b.card("Pending change requests")
			if n := b.listed(href, "main tbody tr"); figure != strconv.Itoa(want) || n != want {
				t.Errorf("the card says %s, %s lists %d, want %d", figure, href, n, want)
			}
		}
		holds(3)
		made := p.wished(t, "A map of the studio")
		holds(4)
		b.goTo(changeAt(made))
		b.press("Withdraw")
		b.press("Withdraw request")
		b.see("Your request is withdrawn.")
		holds(3)
	}, postgres)
}

// lane is what a column of the board holds.
func (b *tab) lane(id string) string {
	b.t.Helper()
	return eval[string](b, "document.querySelector('[data-column="+id+"]').innerText")
}

// A card of the board is moved by its menu, with and without JavaScript.
func TestBoardByMenu(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		const title = "A map of the studio"
		made := p.wished(t, title)
		b := p.staff(t, l, demo.Priya)
		b.goTo("/app/change-requests")
		if !strings.Contains(b.lane("new"), title) {
			t.Fatalf("it is not among the new ones: %q", b.lane("new"))
		}
		b.shot("app-changes")
		b.narrow("the board")
		b.press("Move " + title)
		b.press("In review")
		b.see("The request is in review.")
		b.goTo("/app/change-requests")
		if !strings.Contains(b.lane("in_review"), title) || strings.Contains(b.lane("new"), title) {
			t.Errorf("in review are %q", b.lane("in_review"))
		}
		b.goTo(triageAt(made))
		b.see("Priya Rowe")
	})
}

// A card of the board is moved by the keyboard alone.
func TestBoardByKeyboard(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		const title = "A map of the studio"
		p.wished(t, title)
		b := p.staff(t, desk, demo.Priya)
		b.goTo("/app/change-requests")
		eval[bool](b, "(document.querySelector('[data-board]').focus(), true)")
		b.tabTo("Move " + title)
		b.key(kb.Enter)
		b.tabTo("In review")
		b.key(kb.Enter)
		b.see("The request is in review.")
	})
}

// carry takes a card of the board with the mouse and drops it in a column. The
// browser hands what is carried to us, as it would to the system.
func (b *tab) carry(title, column string) {
	b.t.Helper()
	type point struct{ X, Y float64 }
	middle := func(of string) point {
		return eval[point](b, "(r => ({X: r.left + r.width / 2, Y: r.top + Math.min(r.height / 2, 60)}))("+of+".getBoundingClientRect())")
	}
	carried := make(chan *input.DragData, 1)
	must(b.t, chromedp.Listen(b.ctx, func(event any) {
		if e, ok := event.(*input.EventDragIntercepted); ok {
			carried <- e.Data
		}
	}))
	b.do(command(input.SetInterceptDrags, input.SetInterceptDragsParams{Enabled: true}))
	from := middle("[...document.querySelectorAll('[data-card]')].find(c => c.innerText.includes(" + quoted(title) + "))")
	to := middle("document.querySelector('[data-column=" + column + "]')")
	for n, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMouseMoved} {
		b.do(command(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: from.X + float64(8*n), Y: from.Y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1}))
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	select {
	case data := <-carried:
		for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
			b.do(func(ctx context.Context, t *chromedp.Target) (v chromedp.Void, err error) {
				_, err = cdp.Call(ctx, t, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: to.X, Y: to.Y, Data: data})
				return v, err
			})
		}
	case <-ctx.Done():
		b.t.Fatal("the card cannot be carried")
	}
	b.do(command(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseReleased, X: to.X, Y: to.Y, Button: input.MouseButtonLeft, ClickCount: 1}))
}

// A card is dragged with the mouse: into review at once, to a quote by its drawer, and
// not to where it cannot go.
func TestBoardByDragging(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		const title = "A map of the studio"
		p.wished(t, title)
		b := p.staff(t, desk, demo.Priya)
		b.goTo("/app/change-requests")
		b.carry(title, "in_review")
		b.see("The request is in review.")
		b.goTo("/app/change-requests")
		if !strings.Contains(b.lane("in_review"), title) {
			t.Errorf("in review are %q", b.lane("in_review"))
		}
		b.carry(title, "quoted")
		b.await("document.querySelector('dialog[open]') && labelled('Price without tax')", "no drawer asks for the price")
	})
}
