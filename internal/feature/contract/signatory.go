package contract

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// SignatoryID names a signatory.
type SignatoryID = id.Of[Signatory]

// Side is whom a signatory signs for.
type Side string

// The sides.
const (
	Theirs Side = "client"
	Ours   Side = "ours"
)

// Role is what somebody does with a contract.
type Role string

// The roles: a signer leaves a mark, an approver agrees without one, and a copy
// goes to who has nothing to do.
const (
	Signer   Role = "signer"
	Approver Role = "approver"
	Copy     Role = "copy"
)

// Sides and Roles list them in the order in which they are offered.
var (
	Sides = []Side{Theirs, Ours}
	Roles = []Role{Signer, Approver, Copy}
)

// Turn is how far a signatory has come.
type Turn string

// The turns.
const (
	NotYet    Turn = "waiting"
	Invited   Turn = "invited"
	Viewed    Turn = "viewed"
	HasSigned Turn = "signed"
	Refused   Turn = "declined"
	Delegated Turn = "delegated"
	VoidTurn  Turn = "void"
	TooLate   Turn = "expired"
)

// SignatoryDetails are what people type about a signatory: somebody who is known,
// or a name and an address.
type SignatoryDetails struct {
	Side    Side
	Role    Role
	Step    string // group in the order of signing, from 1
	Contact string // id of a contact of the client
	Member  string // identity of a staff member
	Name    string
	Email   string
	Title   string
}

func (d SignatoryDetails) empty() bool {
	return strings.TrimSpace(d.Contact+d.Member+d.Name+d.Email+d.Title) == ""
}

// SignatoryFields are the names of a signatory's fields in their order.
var SignatoryFields = []string{"side", "role", "step", "contact", "member", "name", "email", "title"}

// SignatoryField names the field of a signatory, counted from 0.
func SignatoryField(name string, at int) string { return "party_" + name + "." + strconv.Itoa(at) }

// Signatory is somebody who signs a version of a contract, approves it or gets a
// copy.
type Signatory struct {
	ID       SignatoryID
	Number   int64 // of the version
	Side     Side
	Role     Role
	Step     int
	Name     string
	Email    string
	Title    string
	Contact  string // of the client, may be empty
	Identity string // of a staff member or the contact's, may be empty
	Turn     Turn
	Invited  time.Time
	Viewed   time.Time
	Done     time.Time
	Reason   string
	Replaces SignatoryID
	Reminded int
	Last     time.Time // that they were reminded
	MaySign  bool      // in the portal, or by their role; always of who has a link
}

// ByLink tells whether they have no login and sign through a link.
func (s Signatory) ByLink() bool { return s.Side == Theirs && s.Contact == "" }

// Acts tells whether anything is waited for from them at all.
func (s Signatory) Acts() bool { return s.Role != Copy }

// Due tells whether it is their turn.
func (s Signatory) Due() bool { return s.Acts() && (s.Turn == Invited || s.Turn == Viewed) }

// Details are what a form about them begins with.
func (s Signatory) Details() SignatoryDetails {
	d := SignatoryDetails{Side: s.Side, Role: s.Role, Step: strconv.Itoa(s.Step), Title: s.Title, Contact: s.Contact}
	switch {
	case s.Side == Ours:
		d.Member = s.Identity
	case s.Contact == "":
		d.Name, d.Email = s.Name, s.Email
	}
	return d
}

func scanSignatory(row scope.Row) (s Signatory, err error) {
	return s, row.Scan(&s.ID, &s.Number, &s.Side, &s.Role, &s.Step, &s.Name, &s.Email, &s.Title, scope.Text(&s.Contact), scope.Text(&s.Identity), &s.Turn,
		scope.Time(&s.Invited), scope.Time(&s.Viewed), scope.Time(&s.Done), &s.Reason, scope.Text(&s.Replaces), &s.Reminded, scope.Time(&s.Last), &s.MaySign)
}

// Signing are the people of a version with the rules of the order.
type Signing struct {
	People []Signatory
	Code   bool // a code is mailed to whoever signs
	SignBy civil.Date
}

// SigningDetails are what people type on the tab of parties.
type SigningDetails struct {
	People  []SignatoryDetails
	Code    bool
	Reminds bool
	SignBy  string // YYYY-MM-DD, empty for never
}

// SaveParties stores who is to sign a draft. Problems are Invalid by field,
// NotFound, and Conflict when the version is not the stored one or it was sent.
func (a App) SaveParties(ctx context.Context, contract ID, version int64, in SigningDetails) error {
	return a.draft(ctx, contract, version, func(tx scope.Tx, c Contract) error {
		people, day, err := a.readParties(ctx, tx, c, in)
		if err != nil {
			return err
		}
		if err := a.writeParties(ctx, tx, c, people); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, updateSigning, scope.Args{"id": c.ID, "code": in.Code, "reminds": in.Reminds, "sign_by": day}); err != nil {
			return err
		}
		return a.record(ctx, tx, "changed", c, nil)
	})
}

func (a App) writeParties(ctx context.Context, tx scope.Tx, c Contract, people []Signatory) error {
	if _, err := tx.Exec(ctx, deleteSignatories, scope.Args{"contract": c.ID, "number": c.next()}); err != nil {
		return err
	}
	for i, s := range people {
		s.ID, s.Number = SignatoryID(a.who.NewID()), c.next()
		if err := c.insertSignatory(ctx, tx, s, i); err != nil {
			return err
		}
	}
	return nil
}

func (c Contract) insertSignatory(ctx context.Context, tx scope.Tx, s Signatory, at int) error {
	_, err := tx.Exec(ctx, insertSignatory, tx.WithClient(c.Client.String(), scope.Args{
		"id": s.ID, "contract": c.ID, "number": s.Number, "side": s.Side, "role": s.Role, "step": s.Step, "position": at, "name": s.Name, "email": s.Email,
		"email_key": text.Key(s.Email), "title": s.Title, "contact": scope.Null(s.Contact), "person": scope.Null(s.Identity), "replaces": scope.Null(s.Replaces),
	}))
	return err
}

// readParties reads the people of a form: names and addresses of who is known come
// from their records.
func (a App) readParties(ctx context.Context, tx scope.Tx, c Contract, in SigningDetails) ([]Signatory, civil.Date, error) {
	var f problem.Fields
	wanted := slices.DeleteFunc(slices.Clone(in.People), SignatoryDetails.empty)
	if len(wanted) > MostSignatories {
		return nil, "", problem.Field("parties", "contract.parties_many", "max", MostSignatories)
	}
	known, err := scope.List(ctx, tx, listChoices, scope.Args{"client": c.Client}, func(row scope.Row) (k struct {
		kind string
		Choice
	}, err error,
	) {
		return k, row.Scan(&k.kind, &k.ID, &k.Name, &k.Email, &k.Title, &k.May)
	})
	if err != nil {
		return nil, "", err
	}
	var people []Signatory
	seen := map[string]bool{}
	for i, d := range wanted {
		s := Signatory{Side: d.Side, Role: d.Role}
		at := func(name string) string { return SignatoryField(name, i) }
		if !slices.Contains(Sides, d.Side) {
			f.Add(at("side"), "field.choice")
		}
		if !slices.Contains(Roles, d.Role) {
			f.Add(at("role"), "field.choice")
		}
		step, err := strconv.Atoi(strings.TrimSpace(d.Step))
		if err != nil || step < 1 || step > 50 {
			f.Add(at("step"), "contract.step_wrong")
		}
		s.Step, s.Title = step, text.Line(&f, at("title"), d.Title, text.Optional, longest)
		kind, wantedID := "", ""
		switch {
		case d.Side == Ours:
			kind, wantedID = "member", d.Member
		case d.Contact != "":
			kind, wantedID = "contact", d.Contact
		}
		if kind != "" {
			n := slices.IndexFunc(known, func(k struct {
				kind string
				Choice
			},
			) bool {
				return k.kind == kind && k.ID == wantedID
			})
			if n < 0 {
				f.Add(at(kind), "contract.person_required")
				continue
			}
			s.Name, s.Email = known[n].Name, known[n].Email
			if s.Title == "" {
				s.Title = known[n].Title
			}
			if kind == "member" {
				s.Identity = wantedID
			} else {
				s.Contact = wantedID
			}
		} else {
			s.Name = text.Line(&f, at("name"), d.Name, text.Required, longest)
			s.Email = text.Email(&f, at("email"), d.Email, text.Required)
		}
		key := text.Key(s.Email)
		if key != "" && seen[key] {
			field := "email"
			if kind != "" {
				field = kind
			}
			f.Add(at(field), "contract.email_twice", "email", s.Email)
		}
		seen[key] = true
		people = append(people, s)
	}
	day := readDay(&f, "sign_by", in.SignBy, text.Optional)
	if day != "" && day < civil.Today(a.who.Now()) {
		f.Add("sign_by", "contract.sign_by_past")
	}
	return people, day, f.Err()
}

// readDay reads a day as people type it.
func readDay(f *problem.Fields, field, value string, need text.Need) civil.Date {
	value = text.Line(f, field, value, need, 40)
	day, ok := civil.Parse(value)
	if value != "" && !ok {
		f.Add(field, "field.date")
	}
	return day
}
