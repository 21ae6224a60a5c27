// Package waiting is what waits for whom, read from the records of several features
// by the predicates that guard them. Nothing of it is stored.
package waiting

import (
	"cmp"
	"context"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/scope"
)

// Kind is what somebody has to do.
type Kind string

// What a contact has to do. Nobody waits for what is Paying; it is told so that nobody
// pays twice.
const (
	Sign         Kind = "sign"          // a contract
	Pay          Kind = "pay"           // an invoice
	Paying       Kind = "paying"        // an invoice of which a payment is under way
	Decide       Kind = "decide"        // about a quote
	AnswerChange Kind = "answer_change" // a question about a change request
	AnswerCase   Kind = "answer_case"   // in a case that staff wait in
	Confirm      Kind = "confirm"       // that an own case is solved

	AnswerMeeting Kind = "answer_meeting" // a time that staff suggest
)

// What staff have to do.
const (
	Dispute     Kind = "dispute"      // answer one at Stripe
	Refund      Kind = "refund"       // give money back that did not arrive
	Refused     Kind = "refused"      // look why Stripe opens no page to pay on
	Unmatched   Kind = "unmatched"    // decide about payments that fit nothing
	CounterSign Kind = "counter_sign" // a contract, with one's own name
	Seal        Kind = "seal"         // look why a contract could not be sealed
	Take        Kind = "take"         // a case that nobody on the team works on
	Answer      Kind = "answer"       // a case of one's own that the client wrote last in
	Triage      Kind = "triage"       // a new change request
	Review      Kind = "review"       // one in review, of one's own or nobody's
	Arrange     Kind = "arrange"      // a time for a meeting of one's own or nobody's: confirm, suggest another, or decline
	Unheld      Kind = "unheld"       // a meeting whose organiser left the team
	Issue       Kind = "issue"        // an invoice that is a draft
	Chase       Kind = "chase"        // an invoice that is overdue
)

// kinds are all of them in the order in which they are listed, and the area that each
// belongs to.
var kinds = []struct {
	kind Kind
	area auth.Area
}{
	{Dispute, auth.Money}, {Seal, auth.Contracts}, {Sign, auth.Contracts}, {CounterSign, auth.Contracts}, {Pay, auth.Money}, {Paying, auth.Money},
	{Decide, auth.Changes}, {AnswerChange, auth.Changes}, {AnswerMeeting, auth.Calendar}, {AnswerCase, auth.Cases}, {Confirm, auth.Cases},
	{Refund, auth.Money}, {Refused, auth.Money}, {Unmatched, auth.Money},
	{Arrange, auth.Calendar}, {Unheld, auth.Calendar}, {Take, auth.Cases}, {Answer, auth.Cases}, {Triage, auth.Changes}, {Review, auth.Changes}, {Issue, auth.Money}, {Chase, auth.Money},
}

func (k Kind) rank() int {
	for n := range kinds {
		if kinds[n].kind == k {
			return n
		}
	}
	return len(kinds)
}

// Item is something that waits for somebody.
type Item struct {
	Kind    Kind
	ID      string // of the record; empty where there is none, and where it is about several
	Number  string
	Name    string        // of the record; of an invoice that of its project, where the reader sees it
	Client  string        // name; for staff
	Due     civil.Date    // the day by which; empty without one
	Since   time.Time     // from when on; zero for what has a day
	Amount  *money.Amount // nil where it is about none
	Online  bool          // an invoice that this contact can pay online
	Overdue bool
}

// List is what waits for a person.
type List struct {
	// Items are what is overdue, and then the rest by kind, at most six of each.
	Items []Item
	// Ending are contracts that end or renew soon, the next in front; for staff.
	Ending []Ending
	// Pending is how many change requests of the client wait for somebody, as the list
	// counts them; for a contact.
	Pending int
}

// Ending is a contract that ends, or renews.
type Ending struct {
	ID     contract.ID
	Name   string
	Client string // name
	On     civil.Date
	Renews bool
}

// ForClient reads what waits for a contact, as far as they see it and may do it.
func ForClient(ctx context.Context, who auth.Client) (List, error) {
	args := ofContact(who)
	args["projects"], args["online"] = who.Sees(auth.Projects), who.Capabilities().Pay
	return list(ctx, waitsForContact, args, civil.Today(who.Now()), reading(who))
}

// CountForClient counts it.
func CountForClient(ctx context.Context, who auth.Client) (Counts, error) {
	return count(ctx, countForContact, ofContact(who), reading(who))
}

func reading(who auth.Client) in {
	return func(ctx context.Context, fn func(scope.Tx) error) error { return who.Read(ctx, auth.Own, fn) }
}

func ofContact(who auth.Client) scope.Args {
	can := who.Capabilities()
	return scope.Args{
		"money": who.Sees(auth.Money), "cases": who.Sees(auth.Cases), "all_cases": can.Of(auth.Cases) == auth.AllOfIt,
		"changes": who.Sees(auth.Changes), "all_changes": can.Of(auth.Changes) == auth.AllOfIt, "meetings": who.Sees(auth.Calendar), "all_meetings": can.Of(auth.Calendar) == auth.AllOfIt, "may_answer": can.Request, "may_accept": can.Accept,
		"signs": who.Sees(auth.Contracts) && can.Sign, "today": civil.Today(who.Now()), "grace": who.Now().Add(-support.Grace),
	}
}

// ForStaff reads what waits for a member, as far as their role writes it.
func ForStaff(ctx context.Context, who auth.Staff) (List, error) {
	args, today := ofMember(who), civil.Today(who.Now())
	args["contracts"], args["soon"] = who.May(auth.ContractsRead), today.Add(contract.Notice)
	return list(ctx, waitsForStaff, args, today, ofStaff(who))
}

// CountForStaff counts it.
func CountForStaff(ctx context.Context, who auth.Staff) (Counts, error) {
	return count(ctx, countForStaff, ofMember(who), ofStaff(who))
}

func ofStaff(who auth.Staff) in {
	return func(ctx context.Context, fn func(scope.Tx) error) error { return who.Read(ctx, auth.OwnRead, fn) }
}

func ofMember(who auth.Staff) scope.Args {
	return scope.Args{
		"money": who.May(auth.MoneyWrite), "cases": who.May(auth.CasesWrite), "changes": who.May(auth.ChangesWrite), "seals": who.May(auth.ContractsWrite), "calendar": who.May(auth.CalendarWrite),
		"member": who.MemberID(), "today": civil.Today(who.Now()), "since": who.Now().Add(-payment.Worth),
	}
}

// in is how somebody reads.
type in func(context.Context, func(scope.Tx) error) error

func list(ctx context.Context, statement string, args scope.Args, today civil.Date, read in) (l List, err error) {
	err = read(ctx, func(tx scope.Tx) error {
		return tx.Each(ctx, statement, args, func(row scope.Row) error { return l.take(row, today) })
	})
	slices.SortStableFunc(l.Items, func(a, b Item) int {
		return cmp.Or(first(a.Overdue, b.Overdue), cmp.Compare(a.Kind.rank(), b.Kind.rank()), cmp.Compare(a.lapses(), b.lapses()), a.Since.Compare(b.Since))
	})
	slices.SortStableFunc(l.Ending, func(a, b Ending) int { return cmp.Compare(a.On, b.On) })
	return l, err
}

func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// lapses is the day by which, in the order of texts; what has none comes last.
func (i Item) lapses() string { return cmp.Or(string(i.Due), "9999") }

// take reads a row: something that waits, a contract that ends, or how many are pending.
func (l *List) take(row scope.Row, today civil.Date) error {
	var i Item
	var amount money.Amount
	if err := row.Scan(&i.Kind, &i.ID, &i.Number, &i.Name, &i.Client, &i.Due, &amount.Minor, &amount.Currency, &i.Online, scope.Time(&i.Since)); err != nil {
		return err
	}
	switch i.Kind {
	case "pending":
		l.Pending = int(amount.Minor)
		return nil
	case "ends", "renews":
		l.Ending = append(l.Ending, Ending{contract.ID(i.ID), i.Name, i.Client, i.Due, i.Kind == "renews"})
		return nil
	}
	if amount.Currency != "" {
		i.Amount = &amount
	}
	i.Overdue = i.Due != "" && i.Due < today && i.Kind != Paying
	l.Items = append(l.Items, i)
	return nil
}

// Most is where counting ends.
const Most = 100

// Counts are how many things of each kind wait for somebody, each up to Most.
type Counts map[Kind]int

func count(ctx context.Context, statement string, args scope.Args, read in) (Counts, error) {
	counts := Counts{}
	err := read(ctx, func(tx scope.Tx) error {
		return tx.Each(ctx, statement, args, func(row scope.Row) error {
			var kind Kind
			var n int
			if err := row.Scan(&kind, &n); err != nil {
				return err
			}
			counts[kind] = n
			return nil
		})
	})
	return counts, err
}

// Of is how many things of an area wait, up to Most.
func (c Counts) Of(area auth.Area) int {
	n := 0
	for _, k := range kinds {
		if k.area == area {
			n += c[k.kind]
		}
	}
	return min(n, Most)
}

// All is how many things wait, up to Most.
func (c Counts) All() int {
	n := 0
	for _, one := range c {
		n += one
	}
	return min(n, Most)
}
