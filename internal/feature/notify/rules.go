package notify

import (
	"slices"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
)

// Rule says who hears by mail of what. The features that send the mail find its
// readers by the predicates that guard their records, once when it happens and once
// more when the mail is written.
type Rule struct {
	Mail   string    // its kind
	Area   auth.Area // for which people choose; empty for mail that always comes, at once
	Events []string  // the kinds of activity that send it; none where a clock does, or somebody who asks for it
	Client string    // who of a client hears of it; empty for nobody
	Staff  string    // who of the business does; empty for nobody
	Thread string    // the param that holds the id of what it is about
	Own    bool      // whoever did it hears of it too
	Bundle bool      // those of a thread within minutes are one mail
}

// Who hears of something. Whoever did it is never among them, unless it always comes, or
// brings the invitation or takes it back.
const (
	loginOwner = "whose login it is"

	seesProjects = "who sees the client’s projects"
	seesDocument = "who sees the document"
	seesMoney    = "who sees the client’s money; where none of them can sign in, the client’s own address"
	ofCase       = "whose case it is, and who has written in it, while they see it"
	ofRequest    = "who asked for it, and who has written or decided about it, while they see it"
	ofQuote      = "the same, and who may accept quotes"
	nextToSign   = "whose turn it is to sign or approve, also without a login"
	replaced     = "the signatory whose place another takes"
	signatories  = "the signatories who have heard of it, also without a login"

	handlesMoney  = "who looks after money"
	handlesCase   = "who works on the case or has written in it; without any, who may answer cases"
	readsNotes    = "who works on the case or has written in it"
	assignee      = "who it was given to"
	handlesChange = "whose request it is; without one, who may answer requests"
	takesPart     = "who takes part, also whoever did it, since it brings the invitation"
	takesPartToo  = takesPart + "; nobody for what they put into the calendar for themselves alone"
	othersInIt    = "the others who take part; where none of them can come in, who may answer for them"
	handlesAsked  = "who holds the meeting or takes part; without one, who may write the calendar"
	wasInIt       = "who took part, also whoever did it, since it takes back the invitation"
	handlesFiles  = "whose project it belongs to; without one, who may change documents"
	sentContract  = "who sent the contract; where they are gone, Owner and Admins"
)

// Rules is the table of all mail.
var Rules = []Rule{
	{Mail: "invite", Events: []string{"invitation.sent", "member.invited", "member.invited_again"}, Client: loginOwner, Staff: loginOwner},
	{Mail: "reset", Events: []string{"reset.requested", "reset.sent"}, Client: loginOwner, Staff: loginOwner},
	{Mail: "password_changed", Events: []string{"password.set"}, Client: loginOwner, Staff: loginOwner},
	{Mail: "email_verify", Events: []string{"email.verification_sent"}, Client: loginOwner},
	{Mail: "email_changing", Events: []string{"email.verification_sent"}, Client: loginOwner},
	{Mail: "email_changed", Events: []string{"email.changed"}, Client: loginOwner},
	{Mail: "test", Events: []string{"workspace.mail_tested"}, Staff: "who asked for it"},

	{Mail: "milestone_completed", Area: auth.Projects, Events: []string{"milestone.completed"}, Client: seesProjects, Thread: "project", Bundle: true},
	{Mail: "project_completed", Area: auth.Projects, Events: []string{"project.completed"}, Client: seesProjects, Thread: "project", Bundle: true},

	{Mail: "invoice_issued", Area: auth.Money, Events: []string{"invoice.sent"}, Client: seesMoney, Staff: "the address for accounts, a copy", Thread: "invoice"},
	{Mail: "invoice_reminder", Area: auth.Money, Events: []string{"invoice.reminded"}, Client: seesMoney, Thread: "invoice"},
	{Mail: "payment_received", Area: auth.Money, Events: []string{"invoice.part_paid", "invoice.paid", "payment.credited"}, Client: seesMoney, Thread: "invoice"},
	{Mail: "payment_refunded", Area: auth.Money, Events: []string{"payment.refunded"}, Client: seesMoney, Thread: "invoice"},
	{Mail: "invoice_overdue", Area: auth.Money, Staff: handlesMoney, Thread: "invoice"},
	{Mail: "payment_trouble", Area: auth.Money, Events: []string{"payment.disputed", "payment.refund_failed", "payment.refused", "payment.unmatched"}, Staff: handlesMoney, Thread: "invoice"},

	{Mail: "contract_invite", Events: []string{"contract.sent", "contract.signed_by", "contract.approved_by", "contract.signed"}, Client: nextToSign, Staff: nextToSign, Thread: "contract"},
	{Mail: "contract_reminder", Events: []string{"contract.reminded"}, Client: nextToSign, Staff: nextToSign, Thread: "contract"},
	{Mail: "contract_code", Client: "who signs and has no login"},
	{Mail: "contract_executed", Events: []string{"contract.executed"}, Client: "every party, with the sealed file", Staff: "every party, and who sent the contract", Thread: "contract"},
	{Mail: "contract_over", Area: auth.Contracts, Events: []string{"contract.declined"}, Client: signatories, Staff: signatories, Thread: "contract"},
	{Mail: "contract_replaced", Area: auth.Contracts, Events: []string{"contract.changed"}, Client: replaced, Staff: replaced, Thread: "contract"},
	{Mail: "contract_withdrawn", Area: auth.Contracts, Events: []string{"contract.reopened"}, Client: signatories, Staff: signatories, Thread: "contract"},
	{Mail: "contract_cancelled", Area: auth.Contracts, Events: []string{"contract.cancelled"}, Client: signatories, Staff: signatories, Thread: "contract"},
	{Mail: "contract_terminated", Area: auth.Contracts, Events: []string{"contract.terminated"}, Client: signatories, Staff: signatories, Thread: "contract"},
	{Mail: "contract_signed", Area: auth.Contracts, Events: []string{"contract.signed"}, Staff: sentContract, Thread: "contract"},
	{Mail: "contract_declined", Area: auth.Contracts, Events: []string{"contract.declined"}, Staff: sentContract, Thread: "contract"},
	{Mail: "contract_lapsed", Area: auth.Contracts, Events: []string{"contract.expired_unsigned"}, Staff: sentContract, Thread: "contract"},
	{Mail: "contract_expiring", Area: auth.Contracts, Staff: sentContract, Thread: "contract"},
	{Mail: "contract_stuck", Area: auth.Contracts, Staff: sentContract, Thread: "contract"},

	ofCases("case_raised", ofCase, handlesCase, "case.raised"),
	ofCases("case_reply", ofCase, handlesCase, "case.replied", "case.answered"),
	ofCases("case_noted", "", readsNotes, "case.noted"),
	ofCases("case_assigned", "", assignee, "case.assigned"),
	ofCases("case_resolved", ofCase, "", "case.resolved"),
	ofCases("case_solved", "", handlesCase, "case.resolved"),
	ofCases("case_closed", "", handlesCase, "case.closed"),
	ofCases("case_reopened", ofCase, handlesCase, "case.reopened"),

	{Mail: "document_shared", Area: auth.Documents, Events: []string{"document.shared"}, Client: seesDocument, Thread: "place", Bundle: true},
	{Mail: "document_renewed", Area: auth.Documents, Events: []string{"document.renewed"}, Client: seesDocument + ", when staff bring a version", Thread: "place", Bundle: true},
	{Mail: "document_uploaded", Area: auth.Documents, Events: []string{"document.uploaded", "document.renewed"}, Staff: handlesFiles + "; when the client brings something", Thread: "place", Bundle: true},

	ofChanges("change_client_asked", ofRequest, "", "change.asked"),
	ofChanges("change_client_said", ofRequest, "", "change.said"),
	ofChanges("change_client_quoted", ofQuote, "", "change.quoted"),
	ofChanges("change_client_revised", ofQuote, "", "change.revised"),
	ofChanges("change_client_agreed", ofRequest, "", "change.agreed"),
	ofChanges("change_client_rejected", ofRequest, "", "change.rejected"),
	ofChanges("change_client_turned", ofRequest, "", "change.turned"),
	ofChanges("change_client_adopted", ofRequest, "", "change.adopted"),
	ofChanges("change_client_accepted", ofRequest, "", "change.accepted"),
	ofChanges("change_client_declined", ofRequest, "", "change.declined"),
	ofChanges("change_client_withdrawn", ofRequest, "", "change.withdrawn"),
	ofChanges("change_client_expired", ofRequest, "", "change.expired"),
	ofChanges("change_staff_submitted", "", handlesChange, "change.submitted"),
	ofChanges("change_staff_adopted", "", handlesChange, "change.adopted"),
	ofChanges("change_staff_answered", "", handlesChange, "change.answered"),
	ofChanges("change_staff_negotiated", "", handlesChange, "change.negotiated"),
	ofChanges("change_staff_accepted", "", handlesChange, "change.accepted"),
	ofChanges("change_staff_declined", "", handlesChange, "change.declined"),
	ofChanges("change_staff_withdrawn", "", handlesChange, "change.withdrawn"),
	ofChanges("change_staff_expired", "", handlesChange, "change.expired"),
	ofChanges("change_staff_said", "", handlesChange, "change.said"),

	{Mail: "meeting_staff_requested", Area: auth.Calendar, Events: []string{"meeting.requested"}, Staff: handlesAsked, Thread: "event"},
	ofMeetings("meeting_client_confirmed", takesPart, "", "meeting.confirmed"),
	ofMeetings("meeting_client_proposed", othersInIt, "", "meeting.proposed"),
	ofMeetings("meeting_client_declined", othersInIt, "", "meeting.declined"),
	ofMeetings("meeting_client_expired", othersInIt, "", "meeting.expired"),
	ofMeetings("meeting_client_move_proposed", othersInIt, "", "meeting.move_proposed"),
	ofMeetings("meeting_client_moved", takesPart, "", "meeting.moved"),
	ofMeetings("meeting_client_move_declined", othersInIt, "", "meeting.move_declined"),
	ofMeetings("meeting_client_move_expired", othersInIt, "", "meeting.move_expired"),
	ofMeetings("meeting_client_cancelled", takesPart, "", "meeting.cancelled"),
	ofMeetings("meeting_client_invited", takesPart, "", "meeting.invited"),
	ofMeetings("meeting_client_changed", takesPart, "", "meeting.changed"),
	ofMeetings("meeting_client_removed", wasInIt, "", "meeting.changed"),
	ofMeetings("meeting_staff_confirmed", "", takesPart, "meeting.confirmed"),
	ofMeetings("meeting_staff_proposed", "", handlesAsked, "meeting.proposed"),
	ofMeetings("meeting_staff_declined", "", handlesAsked, "meeting.declined"),
	ofMeetings("meeting_staff_expired", "", handlesAsked, "meeting.expired"),
	ofMeetings("meeting_staff_move_proposed", "", handlesAsked, "meeting.move_proposed"),
	ofMeetings("meeting_staff_moved", "", takesPart, "meeting.moved"),
	ofMeetings("meeting_staff_move_declined", "", handlesAsked, "meeting.move_declined"),
	ofMeetings("meeting_staff_move_expired", "", handlesAsked, "meeting.move_expired"),
	ofMeetings("meeting_staff_cancelled", "", takesPart, "meeting.cancelled"),
	ofMeetings("meeting_staff_invited", "", takesPartToo, "meeting.invited", "meeting.taken"),
	ofMeetings("meeting_staff_changed", "", takesPart, "meeting.changed"),
	ofMeetings("meeting_staff_removed", "", wasInIt, "meeting.changed"),
}

func ofCases(mail, client, staff string, events ...string) Rule {
	return Rule{Mail: mail, Area: auth.Cases, Events: events, Client: client, Staff: staff, Thread: "case", Bundle: true}
}

func ofChanges(mail, client, staff string, events ...string) Rule {
	return Rule{Mail: mail, Area: auth.Changes, Events: events, Client: client, Staff: staff, Thread: "request", Bundle: true}
}

func ofMeetings(mail, client, staff string, events ...string) Rule {
	return Rule{Mail: mail, Area: auth.Calendar, Events: events, Client: client, Staff: staff, Own: slices.Contains([]string{takesPart, takesPartToo, wasInIt}, client+staff), Thread: "event"}
}

// Silent are the kinds of activity that nobody is mailed of. What of it clients may
// see is in their feed.
var Silent = []string{
	"billing.changed", "case.adopted", "case.categories_changed", "case.changed", "case.held", "case.opened", "case.resumed", "case.waiting",
	"change.delivered", "change.dropped", "change.noted", "change.reopened", "change.resumed", "change.scheduled", "change.started", "change.taken", "change.taken_up",
	"client.archived", "client.changed", "client.converted", "client.created", "client.restored",
	"contact.changed", "contact.created", "contact.mail_allowed", "contact.mail_changed", "contact.reinstated", "contact.suspended", "contract.created",
	"credit_note.created", "credit_note.issued",
	"deliverable.added", "deliverable.cancelled", "deliverable.changed", "deliverable.done", "deliverable.placed", "deliverable.reopened", "deliverable.started",
	"document.added", "document.archived", "document.categories_changed", "document.changed", "document.deleted", "document.limits_changed", "document.moved",
	"document.renewed_inside", "document.restored", "document.unshared",
	"funding.added", "funding.changed", "funding.removed", "instructions.changed",
	"invoice.changed", "invoice.created", "invoice.discarded", "invoice.issued", "invoice.recovered", "invoice.voided", "invoice.written_off",
	"contact.feed_ended", "contact.feed_made", "meeting.completed", "meeting.no_show", "meeting.noted", "member.feed_ended", "member.feed_made",
	"mail.again", "member.mail_changed", "member.removed", "member.restored", "member.role_changed",
	"milestone.added", "milestone.cancelled", "milestone.changed", "milestone.placed", "milestone.reopened", "milestone.rescheduled", "milestone.started",
	"owner.created", "payment.came_again", "payment.dispute_won", "payment.failed", "payment.lost", "payment.started", "payment.taken_back",
	"portal.disabled", "portal.enabled", "profile.changed",
	"project.cancelled", "project.changed", "project.created", "project.held", "project.reopened", "project.resumed", "project.shared", "project.started", "project.unshared",
	"rate.added", "rate.changed", "rate.removed", "reminders.changed", "saved_line.added", "saved_line.changed", "saved_line.removed", "seal.imported", "series.changed",
	"session.ended", "session.started", "stripe.hook_saved", "stripe.key_removed", "stripe.key_saved", "unmatched.applied", "unmatched.ignored", "unmatched.refunded",
	"workspace.color_changed", "workspace.company_changed", "workspace.consent_limit_changed", "workspace.hours_changed", "workspace.host_added", "workspace.host_removed",
	"workspace.logo_changed", "workspace.logo_removed", "workspace.mail_changed", "workspace.preferences_changed",
}

// Known tells whether the table says who hears of a kind of activity.
func Known(event string) bool {
	return slices.Contains(Silent, event) || slices.ContainsFunc(Rules, func(r Rule) bool { return slices.Contains(r.Events, event) })
}

// Sending are the rules as the outbox keeps to them, by kind of mail.
func Sending() map[string]outbox.Rule {
	all := map[string]outbox.Rule{}
	for _, r := range Rules {
		all[r.Mail] = outbox.Rule{Area: r.Area, Thread: r.Thread, Bundled: r.Bundle, Own: r.Own}
	}
	return all
}

// portal and staff tell whether a rule is for people of clients, and for those of the
// business.
func portal(r Rule) bool { return r.Client != "" }
func staff(r Rule) bool  { return r.Staff != "" }

// areas are those that rules of a side let people choose for, of what they may see.
func areas(side func(Rule) bool, may func(auth.Area) bool) []auth.Area {
	var all []auth.Area
	for _, r := range Rules {
		if r.Area != "" && side(r) && may(r.Area) && !slices.Contains(all, r.Area) {
			all = append(all, r.Area)
		}
	}
	return all
}
