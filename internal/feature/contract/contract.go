package contract

import (
	"slices"
	"strings"
	"time"

	"foyer/internal/feature/client"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// ID names a contract.
type ID = id.Of[Contract]

// Kind is what sort of contract it is.
type Kind string

// The kinds.
const (
	Service  Kind = "service"
	NDA      Kind = "nda"
	MSA      Kind = "msa"
	Vendor   Kind = "vendor"
	Retainer Kind = "retainer"
	Other    Kind = "other"
)

// Kinds lists the kinds in the order in which they are offered.
var Kinds = []Kind{Service, NDA, MSA, Vendor, Retainer, Other}

// State is what is stored of where a contract stands.
type State string

// The states.
const (
	Draft      State = "draft"
	Pending    State = "pending_signature"
	Signed     State = "signed"
	Executed   State = "executed"
	Declined   State = "declined"
	Lapsed     State = "expired_unsigned"
	Cancelled  State = "cancelled"
	Terminated State = "terminated"
)

// Seal is how far the sealing of a signed contract has come.
type Seal string

// The states of the seal. Unsealed is before the last signature.
const (
	Unsealed Seal = ""
	Waiting  Seal = "waiting"
	Working  Seal = "working"
	Failed   Seal = "failed"
	Done     Seal = "done"
)

// Notice is how many days before its end or renewal a contract counts as expiring.
const Notice = 60

// The limits of what people type, in characters; the text is in bytes.
const (
	longest         = 200
	longestText     = 4000
	longestReason   = 1000
	longestQuestion = 200
	longestFile     = 120 // name of a file, without its ending
	// LongestContent is the most bytes that the text of a contract may have.
	LongestContent = 1 << 20
	// MostSignatories is how many people a contract may have.
	MostSignatories = 40
)

// Details are what people type about a contract. As text they hold what was typed.
type Details struct {
	Client      client.ID // fixed once the contract is there
	Name        string
	Description string
	Kind        Kind
	Amount      string // what it is worth, may be empty
	Currency    string // ISO 4217 alpha-3
	StartsOn    string // days as YYYY-MM-DD, may be empty
	EndsOn      string
	RenewsOn    string
	Project     project.ID // may be empty
	Amends      ID         // of an addendum
	Language    string     // of the text and its file
}

// Fields are the names of the form's fields in their order.
var Fields = []string{"client", "name", "kind", "description", "amount", "currency", "starts_on", "ends_on", "renews_on", "project", "amends", "language"}

// Contract is a contract as staff see it.
type Contract struct {
	ID          ID
	Version     int64
	Number      string
	Client      client.ID
	ClientName  string
	Name        string
	Description string
	Kind        Kind
	Amount      *money.Amount // nil where it is worth nothing that can be counted
	StartsOn    civil.Date
	EndsOn      civil.Date
	RenewsOn    civil.Date
	Project     project.ID
	ProjectName string
	Amends      ID
	AmendsNo    string
	Language    string
	Content     string
	Code        bool       // a code is mailed to whoever signs
	Reminds     bool       // who has not signed is reminded
	SignBy      civil.Date // the last day to sign, empty for none
	State       State
	StateAt     time.Time
	Reason      string
	Nth         int64 // the version that is out or was last out, 0 before the first
	SignedAt    time.Time
	ExecutedAt  time.Time
	EndedOn     civil.Date // of a terminated one
	Seal        Seal
	SealProblem string
	SealTries   int
	SealedHash  string // SHA-256 of the sealed file in hex

	sealedID  string
	warnedOf  civil.Date // the last of its days that staff were told of
	checkCode string
	createdAt time.Time
}

// Standing is where a contract stands for whoever looks at it today.
type Standing string

// The standings besides those that are named as their states.
const (
	IsActive   Standing = "active"
	IsExpired  Standing = "expired"
	IsExpiring Standing = "expiring_soon"
	IsUpcoming Standing = "upcoming" // executed, and not begun
)

// span is what decides where an executed contract stands.
type span struct{ starts, ends, renews civil.Date }

func standing(state State, s span, today civil.Date) Standing {
	if state != Executed {
		return Standing(state)
	}
	switch {
	case s.ends != "" && s.ends < today:
		return IsExpired
	case s.starts > today:
		return IsUpcoming
	case s.soon(today):
		return IsExpiring
	}
	return IsActive
}

// soon tells whether it ends or renews within Notice days.
func (s span) soon(today civil.Date) bool {
	return slices.ContainsFunc([]civil.Date{s.ends, s.renews}, func(day civil.Date) bool {
		return day != "" && day >= today && day <= today.Add(Notice)
	})
}

// untold is the next day within Notice days on which it ends or renews and of which
// staff have not been told; empty for none.
func (c Contract) untold(today civil.Date) (next civil.Date) {
	if c.State != Executed || c.EndsOn != "" && c.EndsOn < today {
		return ""
	}
	for _, day := range []civil.Date{c.EndsOn, c.RenewsOn} {
		if day >= today && day <= today.Add(Notice) && day > c.warnedOf && (next == "" || day < next) {
			next = day
		}
	}
	return next
}

// Standing is where it stands on a day in the workspace's zone.
func (c Contract) Standing(today civil.Date) Standing {
	return standing(c.State, span{c.StartsOn, c.EndsOn, c.RenewsOn}, today)
}

// Past tells whether it is out and its last day to sign is over.
func (c Contract) Past(today civil.Date) bool {
	return c.State == Pending && c.SignBy != "" && c.SignBy < today
}

// Details are what a form about it begins with.
func (c Contract) Details() Details {
	d := Details{
		Client: c.Client, Name: c.Name, Description: c.Description, Kind: c.Kind, StartsOn: string(c.StartsOn), EndsOn: string(c.EndsOn),
		RenewsOn: string(c.RenewsOn), Project: c.Project, Amends: c.Amends, Language: c.Language,
	}
	if c.Amount != nil {
		d.Amount, d.Currency = c.Amount.Input(), c.Amount.Currency
	}
	return d
}

// Unsent tells whether what it says is not fixed: it is a draft, or was never sent.
func (c Contract) Unsent() bool { return c.State == Draft || c.Nth == 0 }

// next is the number of the version that is being written, or that was sent.
func (c Contract) next() int64 {
	if c.Unsent() {
		return c.Nth + 1
	}
	return c.Nth
}

// read cleans the details and says what is wrong with them, by the names of the
// form's fields.
func (d Details) read(languages []string) (Details, *money.Amount, error) {
	var f problem.Fields
	if !id.Valid(d.Client.String()) {
		f.Add("client", "contract.client_required")
	}
	d.Name = text.Line(&f, "name", d.Name, text.Required, longest)
	d.Description = text.Block(&f, "description", d.Description, text.Optional, longestText)
	if !slices.Contains(Kinds, d.Kind) {
		f.Add("kind", "field.choice")
	}
	var amount *money.Amount
	if d.Amount = strings.TrimSpace(d.Amount); d.Amount != "" {
		d.Currency = strings.ToUpper(strings.TrimSpace(d.Currency))
		if money.Known(d.Currency) {
			read := money.Parse(&f, "amount", d.Amount, d.Currency, money.Positive)
			amount = &read
		} else {
			f.Add("currency", "client.currency_wrong")
		}
	}
	for _, day := range []struct {
		field string
		value *string
	}{{"starts_on", &d.StartsOn}, {"ends_on", &d.EndsOn}, {"renews_on", &d.RenewsOn}} {
		*day.value = strings.TrimSpace(*day.value)
		if _, ok := civil.Parse(*day.value); *day.value != "" && !ok {
			f.Add(day.field, "field.date")
		}
	}
	if d.EndsOn != "" && d.StartsOn != "" && d.EndsOn < d.StartsOn && !f.Has("ends_on") && !f.Has("starts_on") {
		f.Add("ends_on", "contract.ends_before")
	}
	if d.Project != "" && !id.Valid(d.Project.String()) {
		f.Add("project", "field.choice")
	}
	if d.Amends != "" && !id.Valid(d.Amends.String()) {
		f.Add("amends", "field.choice")
	}
	if !slices.Contains(languages, d.Language) {
		f.Add("language", "field.choice")
	}
	return d, amount, f.Err()
}

func scanContract(row scope.Row) (c Contract, err error) {
	var minor *int64
	var currency string
	err = row.Scan(&c.ID, &c.Version, &c.Number, &c.Client, &c.ClientName, &c.Name, &c.Description, &c.Kind, &minor, &currency,
		&c.StartsOn, &c.EndsOn, &c.RenewsOn, scope.Text(&c.Project), scope.Text(&c.ProjectName), scope.Text(&c.Amends), scope.Text(&c.AmendsNo),
		&c.Language, &c.Content, &c.Code, &c.Reminds, &c.SignBy, &c.State, scope.Time(&c.StateAt), &c.Reason, &c.Nth, scope.Time(&c.SignedAt),
		scope.Time(&c.ExecutedAt), &c.EndedOn, &c.Seal, &c.SealProblem, &c.SealTries, scope.Text(&c.sealedID), &c.SealedHash, &c.warnedOf, &c.checkCode,
		scope.Time(&c.createdAt))
	if minor != nil {
		c.Amount = &money.Amount{Minor: *minor, Currency: currency}
	}
	return c, err
}
