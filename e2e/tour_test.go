package e2e

import (
	"net/url"
	"slices"
	"testing"

	"foyer/internal/demo"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/support"
)

// stop is a page, or a page with something open over it, in a state worth
// looking at. Pages are looked at by template and state, not by record.
type stop struct {
	name  string
	path  string
	then  func(b *tab) // what is pressed once the page is there; nil: nothing
	phone bool         // there on narrow screens alone
	looks []look       // in which it is looked at; nil: both widths
}

// guest, contact and staff stops are those of somebody who is not signed in, of
// Ines at two clients and of the owner Priya.
type tour struct {
	p                      *program
	guest, contact, member []stop
}

// newTour is a demo in which every template has something to show.
func newTour(t *testing.T, p *program) *tour {
	t.Helper()
	s := p.staff(t, desk, demo.Priya)
	s.goTo(s.client("Northwind Bikes") + "/contacts/new")
	s.fill("Name", "Ines Marlow")
	s.fill("Email", demo.Ines)
	s.press("Add contact")
	s.see("Ines Marlow is a contact now.")
	s.goTo("/app/settings/portal")
	s.fill("Address", "portal.test.localhost")
	s.press("Add address")
	s.see("The address is added.")
	s.goTo("/app/settings/mail/delivery")
	s.press("Make a key")
	s.see("Now enter its record in DNS.")
	s.press("Check DNS")
	s.see("DNS has no such record yet.")
	marlow, lead := s.client("Marlow Ceramics"), s.client("Zephyr Sailing")
	plain := s.client("Oakline Dental")
	s.goTo(marlow + "/portal")
	s.press("Send reset link")
	s.see("Ines Marlow gets a reset link by mail.")
	m := p.letter(t, demo.Ines, "new password")
	link, err := url.Parse(linkIn(t, m, "/portal/password/reset/"))
	must(t, err)
	member := s.firstLink("/app/settings/team", "/role")
	contact := s.firstLink(marlow+"/contacts", "/suspension")
	p.quoted(t, "A map of the way", "10")
	exit := exitOf(t, p.letter(t, demo.Ines, "A map of the way")).Path
	return &tour{p: p, guest: append(guestStops(link.Path, exit), signStops(t, p)...), contact: slices.Concat(contactStops(), contractStops(t, p), talkStops(t, p), shelfStops(t, p), meetingStops(t, p)),
		member: slices.Concat(clientStops(marlow, lead, plain, contact), projectStops(s.work("Online shop relaunch"), s.work("Patient booking"), s.work("Annual report")),
			invoiceStops(marlow, lead, s.bill("overdue"), s.bill("draft")), settingStops(member), agreementStops(t, p, marlow), triageStops(t, p, marlow, lead), calendarStops(t, p),
			libraryStops(t, p, marlow, s.work("Online shop relaunch")))}
}

// firstLink is the address of the first link on a page that ends so.
func (b *tab) firstLink(page, end string) string {
	b.t.Helper()
	b.goTo(page)
	b.await("document.querySelector('a[href$=\""+end+"\"]')", "no link to "+end)
	return eval[string](b, "new URL(document.querySelector('a[href$=\""+end+"\"]').href).pathname")
}

func pressing(texts ...string) func(*tab) {
	return func(b *tab) {
		for _, text := range texts {
			b.press(text)
		}
	}
}

// opening presses something that opens a dialog and waits until it is there.
func opening(text string) func(*tab) {
	return func(b *tab) {
		b.press(text)
		b.await("document.querySelector('dialog[open] [data-drawer-sheet]')", "no dialog opens")
	}
}

func guestStops(link, exit string) []stop {
	return []stop{
		{name: "unsubscribe", path: exit},
		{name: "unsubscribe-unknown", path: "/unsubscribe/made-up"},
		{name: "portal-login", path: "/portal/login"},
		{name: "portal-login-refused", path: "/portal/login", then: func(b *tab) {
			b.signIn("nobody@nowhere.example", "not the password")
			b.see("do not go together")
		}},
		{name: "portal-forgot", path: "/portal/password/forgot"},
		{name: "portal-forgot-sent", path: "/portal/password/forgot", then: func(b *tab) {
			b.fill("Email", "nobody@nowhere.example")
			b.press("Send me a link")
			b.see("Look in your mail")
		}},
		{name: "portal-link-spent", path: "/portal/password/reset"},
		{name: "portal-email-spent", path: "/portal/email"},
		{name: "portal-reset", path: link},
		{name: "portal-reset-refused", path: link, then: func(b *tab) {
			b.fill("New password", "short")
			b.press("Save this password")
			b.see("One field needs another look")
		}},
		{name: "portal-404", path: "/portal/nowhere"},
		{name: "app-login", path: "/app/login"},
		{name: "app-forgot", path: "/app/password/forgot"},
		{name: "demo-mail", path: "/demo/mail"},
		{name: "demo-mail-one", path: "/demo/mail/1"},
	}
}

func contactStops() []stop {
	return []stop{
		{name: "portal-client-choice", path: "/portal/client"},
		{name: "portal-home", path: "/portal/"},
		{name: "portal-home-menu", path: "/portal/", then: pressing("Account of Ines Marlow")},
		{name: "portal-account", path: "/portal/account"},
		{name: "portal-account-refused", path: "/portal/account", then: func(b *tab) {
			b.fill("Name", "")
			b.press("Save changes")
			b.see("One field needs another look")
		}},
		{name: "portal-notifications", path: "/portal/account/notifications"},
		{name: "portal-activity", path: "/portal/activity"},
		{name: "portal-milestones", path: "/portal/milestones"},
		{name: "portal-projects", path: "/portal/projects"},
		{name: "portal-projects-none", path: "/portal/projects?q=nothing+like+it"},
		{name: "portal-project", path: "/portal/projects", then: pressing("Online shop relaunch")},
		{name: "portal-project-on-hold", path: "/portal/projects?status=on_hold", then: pressing("Wholesale portal")},
		{name: "portal-invoices", path: "/portal/invoices"},
		{name: "portal-invoices-none", path: "/portal/invoices?q=nothing+like+it"},
		{name: "portal-invoice", path: "/portal/invoices?q=checkout", then: pressing("View")},
		{name: "portal-invoice-part-paid", path: "/portal/invoices?q=glaze", then: pressing("View")},
		{name: "portal-invoice-void", path: "/portal/invoices?q=spring", then: pressing("INV-")},
	}
}

// contractStops are the pages of contracts, and the steps of signing one.
func contractStops(t *testing.T, p *program) []stop {
	t.Helper()
	w := p.writer(t, "Marlow Ceramics")
	mine := contractAt(w.sentWith(t, "Master services 2027", contract.SigningDetails{People: []contract.SignatoryDetails{w.theirs(demo.Ines, "1"), w.ours("2")}, Code: true}))
	later := contractAt(w.sent(t, "Glaze supply 2027", w.ours("1"), w.theirs(demo.Ines, "2")))
	plain := contractAt(w.sent(t, "Photography 2027", w.theirs(demo.Ines, "1")))
	details := pressing("I have read it, continue")
	signature := func(b *tab) {
		details(b)
		b.see("Who signs?")
		b.press("Continue")
		b.see("How would you like to sign?")
	}
	confirm := func(b *tab) {
		signature(b)
		b.press("Continue to confirm")
		b.see("Look once more, then confirm")
	}
	return []stop{
		{name: "portal-contracts", path: "/portal/contracts"},
		{name: "portal-contracts-none", path: "/portal/contracts?q=nothing+like+it"},
		{name: "portal-contract", path: mine},
		{name: "portal-contract-later", path: later},
		{name: "portal-sign-1-read", path: mine + "/signature"},
		{name: "portal-sign-2-details", path: mine + "/signature", then: func(b *tab) {
			details(b)
			b.see("Who signs?")
			b.press("Continue")
			b.see("Enter the code that was mailed to you.")
		}},
		{name: "portal-sign-3-signature", path: plain + "/signature", then: signature},
		{name: "portal-sign-3-drawn", path: plain + "/signature", then: func(b *tab) {
			signature(b)
			eval[bool](b, "(document.querySelector('[value=drawn]').click(), true)")
			b.press("Continue to confirm")
			b.see("Draw your signature first")
		}},
		{name: "portal-sign-3-uploaded", path: plain + "/signature", then: func(b *tab) {
			signature(b)
			eval[bool](b, "(document.querySelector('[value=uploaded]').click(), true)")
			b.see("Picture of your signature")
		}},
		{name: "portal-sign-4-confirm", path: plain + "/signature", then: confirm},
		{name: "portal-contract-decline", path: plain, then: opening("Decline")},
		{name: "portal-contract-decline-page", path: plain + "/refusal"},
	}
}

// agreementStops are the pages of contracts for staff, and the steps in which a member
// of the business signs.
func agreementStops(t *testing.T, p *program, marlow string) []stop {
	t.Helper()
	w := p.writer(t, "Marlow Ceramics")
	at := func(of contract.ID) string { return "/app/contracts/" + of.String() }
	draft := at(w.draft(t, "Photography 2028", contract.SigningDetails{People: []contract.SignatoryDetails{w.theirs(demo.Ines, "1"), w.ours("2")}}))
	bare, err := w.app().Create(t.Context(), contract.Details{Client: w.client, Name: "Nothing yet", Kind: contract.Other, Language: "en"})
	must(t, err)
	mine := at(w.sent(t, "Glaze supply 2028", w.ours("1"), w.theirs(demo.Ines, "2")))
	out := at(w.sent(t, "Master services 2028", w.theirs(demo.Ines, "1"), w.ours("2")))
	signature := func(b *tab) {
		b.press("I have read it, continue")
		b.see("Who signs?")
		b.press("Continue")
		b.see("How would you like to sign?")
	}
	return []stop{
		{name: "app-contracts", path: "/app/contracts"},
		{name: "app-contracts-none", path: "/app/contracts?q=nothing+like+it"},
		{name: "app-client-contracts", path: marlow + "/contracts"},
		{name: "app-contract-new", path: "/app/contracts/new"},
		{name: "app-contract-draft", path: draft},
		{name: "app-contract-bare", path: at(bare)},
		{name: "app-contract-out", path: out},
		{name: "app-contract-mine", path: mine},
		{name: "app-contract-edit", path: draft + "/edit"},
		{name: "app-contract-parties", path: draft + "/parties"},
		{name: "app-contract-content", path: draft + "/content"},
		{name: "app-contract-sending", path: draft, then: opening("Send for signature")},
		{name: "app-contract-sending-page", path: at(bare) + "/sending"},
		{name: "app-contract-withdrawal", path: out + "/withdrawal"},
		{name: "app-contract-deadline", path: out + "/deadline"},
		{name: "app-sign-1-read", path: mine + "/signature"},
		{name: "app-sign-2-details", path: mine + "/signature", then: func(b *tab) {
			b.press("I have read it, continue")
			b.see("Who signs?")
		}},
		{name: "app-sign-3-signature", path: mine + "/signature", then: signature},
		{name: "app-sign-4-confirm", path: mine + "/signature", then: func(b *tab) {
			signature(b)
			b.press("Continue to confirm")
			b.see("Look once more, then confirm")
			b.press("Sign and agree")
			b.see("Agree to sign electronically first")
		}},
		{name: "app-settings-seal", path: "/app/settings/seal"},
	}
}

// talkStops are the pages of cases and change requests.
func talkStops(t *testing.T, p *program) []stop {
	t.Helper()
	solved := p.raised(t, demo.Ines, "The till is slow")
	must(t, p.Cases.ForStaff(p.member(t, demo.Priya)).Resolve(t.Context(), solved, "", "It has more memory."))
	over := p.raised(t, demo.Ines, "The till is slower")
	for range 2 {
		must(t, p.Cases.ForClient(p.person(t, demo.Ines)).Close(t.Context(), over))
	}
	quoted, asked := p.quoted(t, "A map of the studio", "1200"), p.wished(t, "A map of the kiln")
	must(t, p.Changes.ForStaff(p.member(t, demo.Priya)).Ask(t.Context(), asked, change.Before{}, "Which kiln?", nil))
	return []stop{
		{name: "portal-cases", path: "/portal/cases"},
		{name: "portal-cases-none", path: "/portal/cases?q=nothing+like+it"},
		{name: "portal-case-waiting", path: "/portal/cases?q=glaze+colours", then: pressing("Glaze colours look dull")},
		{name: "portal-case-solved", path: "/portal/cases/" + solved.String()},
		{name: "portal-case-closed", path: "/portal/cases/" + over.String()},
		{name: "portal-case-reply-refused", path: "/portal/cases/" + solved.String(), then: func(b *tab) {
			b.press("Send reply")
			b.see("Please fill this in.")
		}},
		{name: "portal-case-new", path: "/portal/cases/new"},
		{name: "portal-case-new-refused", path: "/portal/cases/new", then: func(b *tab) {
			b.press("Send")
			b.see("fields need another look")
		}},
		{name: "portal-changes", path: "/portal/change-requests"},
		{name: "portal-changes-none", path: "/portal/change-requests?q=nothing+like+it"},
		{name: "portal-change-quoted", path: changeAt(quoted)},
		{name: "portal-change-decline", path: changeAt(quoted), then: func(b *tab) {
			b.press("Decline")
			b.press("Decline the quote")
			b.see("Please fill this in.")
		}},
		{name: "portal-change-withdraw", path: changeAt(quoted), then: pressing("Withdraw")},
		{name: "portal-change-asked", path: changeAt(asked)},
		{name: "portal-change-new", path: "/portal/change-requests/new"},
		{name: "portal-change-new-refused", path: "/portal/change-requests/new", then: func(b *tab) {
			b.press("Send request")
			b.see("fields need another look")
		}},
	}
}

// triageStops are the pages of cases and change requests for staff.
func triageStops(t *testing.T, p *program, marlow, lead string) []stop {
	t.Helper()
	one := p.raised(t, demo.Ines, "The scale is off")
	must(t, p.Cases.ForStaff(p.member(t, demo.Jun)).Note(t.Context(), one, support.Message{Body: "Ask **Theo**."}))
	held := p.raised(t, demo.Ines, "The scale is still off")
	must(t, p.Cases.ForStaff(p.member(t, demo.Jun)).Hold(t.Context(), held, "", "Theo is away."))
	at, rests := "/app/cases/"+one.String(), "/app/cases/"+held.String()
	fresh, quoted := triageAt(p.wished(t, "A map of the shop")), triageAt(p.quoted(t, "A map of the city", "800"))
	return []stop{
		{name: "app-cases", path: "/app/cases"},
		{name: "app-cases-none", path: "/app/cases?q=nothing+like+it"},
		{name: "app-client-cases", path: marlow + "/cases"},
		{name: "app-client-cases-none", path: lead + "/cases"},
		{name: "app-case", path: at},
		{name: "app-case-menu", path: at, then: pressing("Actions for The scale is off")},
		{name: "app-case-note", path: at, then: pressing("Add an internal note")},
		{name: "app-case-reply-refused", path: at, then: func(b *tab) {
			b.press("Send reply")
			b.see("Please fill this in.")
		}},
		{name: "app-case-held", path: rests},
		{name: "app-case-edit", path: at + "/edit"},
		{name: "app-case-resolve", path: at, then: opening("Resolve")},
		{name: "app-case-pause", path: at + "/pause"},
		{name: "app-case-new", path: "/app/cases/new"},
		{name: "app-case-new-refused", path: "/app/cases/new", then: func(b *tab) {
			b.press("Begin case")
			b.see("fields need another look")
		}},
		{name: "app-changes", path: "/app/change-requests"},
		{name: "app-changes-menu", path: "/app/change-requests", then: pressing("Move A map of the shop")},
		{name: "app-changes-drawer", path: "/app/change-requests", then: opening("A map of the shop")},
		{name: "app-changes-list", path: "/app/change-requests?view=list"},
		{name: "app-changes-list-none", path: "/app/change-requests?view=list&q=nothing+like+it"},
		{name: "app-changes-board-none", path: "/app/change-requests?q=nothing+like+it"},
		{name: "app-change", path: fresh},
		{name: "app-change-quoted", path: quoted},
		{name: "app-change-quote", path: fresh, then: opening("Make a quote")},
		{name: "app-change-quote-refused", path: fresh + "/quote", then: func(b *tab) {
			b.press("Send quote")
			b.see("One field needs another look")
		}},
		{name: "app-change-reject", path: fresh + "/rejection"},
		{name: "app-settings-cases", path: "/app/settings/cases"},
		{name: "app-settings-cases-refused", path: "/app/settings/cases", then: func(b *tab) {
			b.press("Add")
			b.see("Please fill this in.")
		}},
		{name: "app-settings-changes", path: "/app/settings/changes"},
	}
}

// signStops are the pages of contracts for visitors.
func signStops(t *testing.T, p *program) []stop {
	t.Helper()
	const li = "li.wen@partner.example"
	w := p.writer(t, "Marlow Ceramics")
	w.sent(t, "For a partner", contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: "1", Name: "Li Wen", Email: li, Title: "Partner"})
	link, err := url.Parse(linkIn(t, p.letter(t, li, "asks you to sign"), "/sign/"))
	must(t, err)
	return []stop{
		{name: "portal-guest", path: link.Path},
		{name: "portal-guest-details", path: link.Path, then: func(b *tab) {
			b.press("Sign now")
			b.see("Who signs?")
		}},
		{name: "portal-guest-spent", path: "/sign/made-up"},
		{name: "portal-verify", path: "/verify"},
		{name: "portal-verify-refused", path: "/verify", then: func(b *tab) {
			b.press("Check this file")
			b.see("Choose the file that is to be checked.")
		}},
		{name: "portal-verify-unknown", path: "/verify?id=unknown&code=x"},
	}
}

// invoiceStops are the pages of an invoice that is open, of a draft, and of how the
// workspace bills.
func invoiceStops(marlow, lead, open, draft string) []stop {
	return []stop{
		{name: "app-invoices", path: "/app/invoices"},
		{name: "app-invoices-none", path: "/app/invoices?q=nothing+like+it"},
		{name: "app-invoice", path: open},
		{name: "app-invoice-menu", path: open, then: pressing("Actions for Invoice")},
		{name: "app-invoice-payment", path: open, then: opening("Record a payment")},
		{name: "app-invoice-payment-refused", path: open + "/payment", then: func(b *tab) {
			b.fill("Amount", "much")
			b.press("Record a payment")
			b.see("One field needs another look")
		}},
		{name: "app-invoice-void", path: open + "/void"},
		{name: "app-invoice-write-off", path: open + "/write-off"},
		{name: "app-invoice-draft", path: draft},
		{name: "app-invoice-issue", path: draft, then: opening("Issue")},
		{name: "app-invoice-edit", path: draft + "/edit"},
		{name: "app-invoice-edit-refused", path: draft + "/edit", then: func(b *tab) {
			b.fill("Quantity", "lots")
			b.press("Save draft")
			b.see("One field needs another look")
		}},
		{name: "app-invoice-new", path: "/app/invoices/new"},
		{name: "app-invoice-lines", path: "/app/invoices/lines"},
		{name: "app-invoice-line-drawer", path: "/app/invoices/lines", then: opening("Add a line")},
		{name: "app-client-invoices", path: marlow + "/invoices"},
		{name: "app-client-invoices-none", path: lead + "/invoices"},
		{name: "app-client-statement", path: marlow + "/statement"},
		{name: "app-billing", path: "/app/settings/billing"},
		{name: "app-billing-rate", path: "/app/settings/billing", then: opening("Add a rate")},
	}
}

// projectStops are the pages of a project with a bit of everything, of one that is
// late and of one that has nothing.
func projectStops(shop, late, bare string) []stop {
	return []stop{
		{name: "app-projects", path: "/app/projects"},
		{name: "app-projects-menu", path: "/app/projects", then: pressing("Actions for Brand refresh")},
		{name: "app-projects-none", path: "/app/projects?q=nothing+like+it"},
		{name: "app-projects-drawer", path: "/app/projects", then: opening("New project")},
		{name: "app-project-new-refused", path: "/app/projects/new", then: func(b *tab) {
			b.fill("Planned end", "2020-01-01")
			b.press("New project")
			b.see("fields need another look")
		}},
		{name: "app-project", path: shop},
		{name: "app-project-late", path: late},
		{name: "app-project-edit", path: shop + "/edit"},
		{name: "app-project-copy", path: shop + "/copy"},
		{name: "app-project-complete-dialog", path: shop, then: opening("Complete")},
		{name: "app-project-hold", path: shop + "/status?to=on_hold"},
		{name: "app-targets", path: shop + "/targets"},
		{name: "app-targets-menu", path: shop + "/targets", then: pressing("Actions for Soft launch")},
		{name: "app-targets-drawer", path: shop + "/targets", then: opening("Add milestone")},
		{name: "app-target-deliverable", path: shop + "/targets/new?kind=deliverable"},
		{name: "app-targets-few", path: bare + "/targets"},
		{name: "app-funding", path: shop + "/funding"},
		{name: "app-funding-drawer", path: shop + "/funding", then: opening("Add source")},
		{name: "app-funding-none", path: bare + "/funding"},
		{name: "app-project-activity", path: shop + "/activity"},
	}
}

func clientStops(marlow, lead, plain, contact string) []stop {
	return []stop{
		{name: "app-today", path: "/app/"},
		{name: "app-rail", path: "/app/", phone: true, then: func(b *tab) {
			b.press("Menu")
			b.await("document.querySelector('[data-rail-close]').checkVisibility({visibilityProperty: true})", "the rail does not open")
		}},
		{name: "app-clients", path: "/app/clients"},
		{name: "app-clients-menu", path: "/app/clients", then: pressing("Actions for Brandt Tonträger")},
		{name: "app-clients-drawer", path: "/app/clients", then: opening("Add client")},
		{name: "app-clients-none", path: "/app/clients?q=nobody"},
		{name: "app-clients-leads", path: "/app/clients?tab=leads"},
		{name: "app-clients-archive", path: "/app/clients?tab=archived"},
		{name: "app-client-new", path: "/app/clients/new"},
		{name: "app-client-new-refused", path: "/app/clients/new", then: func(b *tab) {
			b.fill("Website", "no address")
			b.press("Add an address")
			b.await("labelled('Street')", "no address is added")
			b.press("Add client")
			b.see("fields need another look")
		}},
		{name: "app-client", path: marlow},
		{name: "app-client-archive-dialog", path: marlow, then: func(b *tab) {
			b.press("Actions for Marlow Ceramics")
			opening("Archive client")(b)
		}},
		{name: "app-client-edit", path: marlow + "/edit"},
		{name: "app-client-lead", path: lead},
		{name: "app-client-contacts", path: marlow + "/contacts"},
		{name: "app-client-projects", path: marlow + "/projects"},
		{name: "app-client-projects-none", path: lead + "/projects"},
		{name: "app-contact-drawer", path: marlow + "/contacts", then: opening("Add contact")},
		{name: "app-contact-suspension", path: contact},
		{name: "app-portal", path: marlow + "/portal"},
		{name: "app-portal-sessions", path: marlow + "/portal?tab=sessions"},
		{name: "app-portal-lead", path: lead + "/portal"},
		{name: "app-portal-off", path: plain + "/portal"},
		{name: "app-404", path: "/app/nowhere"},
	}
}

func settingStops(member string) []stop {
	return []stop{
		{name: "app-account", path: "/app/account"},
		{name: "app-notifications", path: "/app/account/notifications"},
		{name: "app-settings", path: "/app/settings"},
		{name: "app-settings-brand", path: "/app/settings/brand"},
		{name: "app-settings-logo-dialog", path: "/app/settings/brand", then: opening("Remove logo")},
		{name: "app-settings-portal", path: "/app/settings/portal"},
		{name: "app-settings-host-removal", path: "/app/settings/portal/portal.test.localhost/removal"},
		{name: "app-settings-preferences", path: "/app/settings/preferences"},
		{name: "app-settings-mail", path: "/app/settings/mail"},
		{name: "app-delivery", path: "/app/settings/mail/delivery"},
		{name: "app-outbox", path: "/app/settings/outbox"},
		{name: "app-outbox-none", path: "/app/settings/outbox?state=bounced"},
		{name: "app-team", path: "/app/settings/team"},
		{name: "app-team-removed", path: "/app/settings/team?state=removed"},
		{name: "app-team-drawer", path: "/app/settings/team", then: opening("Invite somebody")},
		{name: "app-team-role", path: member},
	}
}

// widths are those that a stop is looked at in.
func (s stop) widths() []look {
	if s.phone {
		return []look{phone}
	}
	if s.looks != nil {
		return s.looks
	}
	return bothWidths
}

// walk goes to every stop in a tab and looks.
func walk(b *tab, stops []stop, look func(s stop)) {
	b.t.Helper()
	for _, s := range stops {
		b.turn(s.widths()[0])
		b.goTo(s.path)
		if s.then != nil {
			s.then(b)
		}
		look(s)
	}
}
