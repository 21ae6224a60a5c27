package support

import (
	"time"

	"foyer/internal/feature/client"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// ID names a case.
type ID = id.Of[Case]

// MemberID names a staff member.
type MemberID = string

// ContactID names a contact.
type ContactID = string

// Priority is how urgent a case is to the client.
type Priority string

// The priorities.
const (
	Low      Priority = "low"
	Medium   Priority = "medium"
	High     Priority = "high"
	Critical Priority = "critical"
)

// Priorities lists the priorities in the order in which they are offered.
var Priorities = []Priority{Low, Medium, High, Critical}

// Severity is how much is broken, as staff judge it; empty while they have not.
type Severity string

// The severities.
const (
	Minor   Severity = "minor"
	Major   Severity = "major"
	Blocker Severity = "blocker"
)

// Severities lists the severities in the order in which they are offered.
var Severities = []Severity{Minor, Major, Blocker}

// Source is how a case came in.
type Source string

// The sources.
const (
	ByEmail   Source = "email"
	ByPhone   Source = "phone"
	ByChat    Source = "chat"
	ByPortal  Source = "portal"
	ByAnother Source = "other"
)

// Sources lists the sources in the order in which they are offered.
var Sources = []Source{ByEmail, ByPhone, ByChat, ByPortal, ByAnother}

// The limits of what people type, in characters.
const (
	longest         = 200
	longestQuestion = 200
	// LongestReason is the most characters of a resolution, or of a reason to wait.
	LongestReason = 1000
	// LongestBody is the most characters of a reply or a note.
	LongestBody = 20_000
)

// UploadField is the form field at which problems of files are shown.
const UploadField = "files"

// Details are what staff type about a case.
type Details struct {
	Client   client.ID // fixed once the case is there
	Contact  ContactID // whose matter it is, may be empty
	Subject  string
	Priority Priority
	Severity Severity // may be empty
	Category CategoryID
	Source   Source
}

// Fields are the names of the form's fields in their order.
var Fields = []string{"client", "contact", "subject", "description", UploadField, "priority", "severity", "category", "source", "assignee"}

// Case is a support matter as staff see it.
type Case struct {
	Details
	ID           ID
	Version      int64
	Number       string
	ClientName   string
	ContactName  string
	CategoryName string
	Assignee     MemberID // may be empty
	AssigneeName string
	State        State
	StateAt      time.Time
	Reason       string // of being on hold
	Resolution   string // what was done about it; may be empty where the client said that it is solved
	ResolvedAt   time.Time
	Follows      Link  // the closed case that it goes on from
	FollowedBy   Link  // the first that goes on from it
	CameFrom     Other // the change request that it came from
	BecameChange Other // the change request that it went on as
	Replies      int
	AnsweredAt   time.Time // by staff first
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Link names another case.
type Link struct {
	ID     ID
	Number string
}

func scanCase(row scope.Row) (c Case, err error) {
	err = row.Scan(&c.ID, &c.Version, &c.Number, &c.Subject, &c.Client, &c.ClientName, scope.Text(&c.Contact), scope.Text(&c.ContactName), &c.Priority,
		&c.Severity, scope.Text(&c.Category), scope.Text(&c.CategoryName), &c.Source, scope.Text(&c.Assignee), scope.Text(&c.AssigneeName), &c.State,
		scope.Time(&c.StateAt), &c.Reason, &c.Resolution, scope.Time(&c.ResolvedAt), scope.Text(&c.Follows.ID), scope.Text(&c.Follows.Number),
		scope.Text(&c.FollowedBy.ID), scope.Text(&c.FollowedBy.Number), &c.Replies, scope.Time(&c.AnsweredAt), scope.Time(&c.CreatedAt), scope.Time(&c.UpdatedAt),
		scope.Text(&c.CameFrom.ID), scope.Text(&c.CameFrom.Number), scope.Text(&c.BecameChange.ID), scope.Text(&c.BecameChange.Number))
	return c, err
}

// check cleans the details and says what is wrong with them, by the names of the
// form's fields.
func (d Details) check() (Details, error) {
	var f problem.Fields
	if !id.Valid(d.Client.String()) {
		f.Add("client", "case.client_required")
	}
	if d.Contact != "" && !id.Valid(d.Contact) {
		f.Add("contact", "field.choice")
	}
	d.Subject = text.Line(&f, "subject", d.Subject, text.Required, longest)
	text.Choice(&f, "priority", d.Priority, Priorities)
	if d.Severity != "" {
		text.Choice(&f, "severity", d.Severity, Severities)
	}
	if d.Category != "" && !id.Valid(d.Category.String()) {
		f.Add("category", "field.choice")
	}
	text.Choice(&f, "source", d.Source, Sources)
	return d, f.Err()
}

// changed lists the fields in which details differ from what is stored.
func (c Case) changed(in Details) []string {
	var fields []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"contact", c.Contact == in.Contact}, {"subject", c.Subject == in.Subject}, {"priority", c.Priority == in.Priority},
		{"severity", c.Severity == in.Severity}, {"category", c.Category == in.Category}, {"source", c.Source == in.Source},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// searchKey is what a search looks through besides the thread.
func searchKey(number, subject string) string { return text.Key(number + " " + subject) }
