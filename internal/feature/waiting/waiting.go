// Package waiting is what waits for whom, read from the records of several features
// by the predicates that guard them. Nothing of it is stored.
package waiting

import (
	"cmp"
	"context"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/scope"
)

// Case is a case that waits.
type Case struct {
	ID      support.ID
	Number  string
	Subject string
	Client  string // name; for staff
	Since   time.Time
	Nobodys bool // nobody works on it; for staff
}

// Change is a change request that waits.
type Change struct {
	ID         change.ID
	Number     string
	Title      string
	Client     string // name; for staff
	State      change.State
	Price      *money.Amount // of the quote to decide about; nil without one
	ValidUntil civil.Date
	Since      time.Time
}

// Contract is a contract that waits for a contact's own signature.
type Contract struct {
	ID     contract.ID
	Number string
	Name   string
	SignBy civil.Date // may be empty
}

// Talk is what waits for an answer, the longest first, at most six of each.
type Talk struct {
	Cases   []Case
	Changes []Change
	// Contracts are those to sign, of a contact, and those that lapse first in front.
	Contracts []Contract
	// Agreed are the contracts that wait for staff.
	Agreed contract.Dues
	// Pending is how many change requests of the client wait for somebody, as the list
	// counts them; of a contact.
	Pending int
}

// ForClient reads what waits for a contact: cases that staff wait in, questions about
// changes, quotes to decide about and contracts to sign, as far as they see them and may do it.
func ForClient(ctx context.Context, who auth.Client) (Talk, error) {
	can := who.Capabilities()
	return read(ctx, shownTalk, scope.Args{
		"cases": who.Sees(auth.Cases), "all_cases": can.Of(auth.Cases) == auth.AllOfIt, "changes": who.Sees(auth.Changes), "all_changes": can.Of(auth.Changes) == auth.AllOfIt,
		"may_answer": can.Request, "may_accept": can.Accept, "signs": who.Sees(auth.Contracts) && can.Sign, "today": civil.Today(who.Now()),
	}, func(ctx context.Context, fn func(scope.Tx) error) error { return who.Read(ctx, auth.Own, fn) })
}

// ForStaff reads what waits for a member: contracts, where their role reads them, and,
// where it writes them, cases that nobody on the team works on and those of theirs that
// the client wrote last in, and change requests that are new, and those in review that
// are theirs or nobody's on the team.
func ForStaff(ctx context.Context, who auth.Staff) (Talk, error) {
	today := civil.Today(who.Now())
	return read(ctx, staffTalk, scope.Args{
		"cases": who.May(auth.CasesWrite), "changes": who.May(auth.ChangesWrite), "member": who.MemberID(), "contracts": who.May(auth.ContractsRead),
		"today": today, "soon": today.Add(contract.Notice),
	}, func(ctx context.Context, fn func(scope.Tx) error) error { return who.Read(ctx, auth.OwnRead, fn) })
}

func read(ctx context.Context, statement string, args scope.Args, in func(context.Context, func(scope.Tx) error) error) (t Talk, err error) {
	err = in(ctx, func(tx scope.Tx) error {
		return tx.Each(ctx, statement, args, func(row scope.Row) error { return t.take(row) })
	})
	slices.SortStableFunc(t.Contracts, func(x, y Contract) int { return cmp.Compare(x.lapses(), y.lapses()) })
	return t, err
}

// lapses is when it does, in the order of texts; one without a day comes last.
func (c Contract) lapses() string { return cmp.Or(string(c.SignBy), "9999") }

// take reads a row: something that waits, or how many are pending.
func (t *Talk) take(row scope.Row) error {
	var kind, id, number, name, client, state, until, currency string
	var minor int64
	var priced, nobodys bool
	var since time.Time
	if err := row.Scan(&kind, &id, &number, &name, &client, &state, &until, &minor, &currency, &priced, &nobodys, scope.Time(&since)); err != nil {
		return err
	}
	switch kind {
	case "case":
		t.Cases = append(t.Cases, Case{support.ID(id), number, name, client, since, nobodys})
	case "change":
		c := Change{ID: change.ID(id), Number: number, Title: name, Client: client, State: change.State(state), ValidUntil: civil.Date(until), Since: since}
		if priced {
			c.Price = &money.Amount{Minor: minor, Currency: currency}
		}
		t.Changes = append(t.Changes, c)
	case "contract":
		t.Contracts = append(t.Contracts, Contract{contract.ID(id), number, name, civil.Date(until)})
	case "pending":
		t.Pending = int(minor)
	default:
		t.Agreed.Add(kind, contract.Due{ID: contract.ID(id), Number: number, Name: name, ClientName: client, On: civil.Date(until)})
	}
	return nil
}
