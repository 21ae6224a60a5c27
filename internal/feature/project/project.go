package project

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"foyer/internal/feature/client"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

// ID names a project.
type ID = id.Of[Project]

// MemberID names a staff member.
type MemberID = string

// Type tells work with a planned end from work that goes on.
type Type string

// The types.
const (
	Fixed   Type = "fixed"
	Ongoing Type = "ongoing"
)

// Types lists the types in the order in which they are offered.
var Types = []Type{Fixed, Ongoing}

// Priority is how much a project matters to the business; clients do not see it.
type Priority string

// The priorities.
const (
	Low    Priority = "low"
	Medium Priority = "medium"
	High   Priority = "high"
)

// Priorities lists the priorities in the order in which they are offered.
var Priorities = []Priority{Low, Medium, High}

// The limits of what people type.
const (
	longest         = 300   // of a name, in characters
	longestText     = 10000 // of a description
	longestNote     = 1000  // of a note or a reason
	longestTag      = 40
	mostTags        = 20
	MostTargets     = 1000
	mostFunding     = 200
	longestQuestion = 200 // of a search
)

// Details are what people type about a project. As text they hold what was
// typed, so that a form can be drawn again with it.
type Details struct {
	Name        string
	Description string
	Type        Type
	Priority    Priority
	Client      client.ID // fixed once the project is there
	Owner       MemberID  // may be empty
	StartsOn    string    // YYYY-MM-DD, may be empty
	EndsOn      string    // YYYY-MM-DD, may be empty
	Budget      string    // as typed; empty for none
	Currency    string    // ISO 4217 alpha-3, of the budget
	Tags        string    // as typed, with commas between
	Shared      bool      // with the client
}

// Fields are the names of the form's fields in their order.
var Fields = []string{"name", "client", "description", "type", "priority", "owner", "starts_on", "ends_on", "budget", "currency", "tags", "shared"}

// Project is agreed work as staff see it.
type Project struct {
	Details
	ID         ID
	State      State
	StateAt    time.Time
	Reason     string // of being on hold or cancelled
	ClientName string
	OwnerName  string
	OwnerLeft  bool // the owner is no longer on the team
	Progress   Progress
	Money      money.Amount // the budget; Currency is empty without one
	CreatedAt  time.Time
	Version    int64
}

// Tagged are the project's tags.
func (d Details) Tagged() []string {
	var all []string
	for tag := range strings.SplitSeq(d.Tags, ",") {
		if tag = strings.Join(strings.Fields(tag), " "); tag != "" && !slices.ContainsFunc(all, func(s string) bool { return text.Key(s) == text.Key(tag) }) {
			all = append(all, tag)
		}
	}
	return all
}

// Open tells whether the project is still being worked on.
func (p Project) Open() bool { return p.State == Planned || p.State == Active || p.State == OnHold }

// DaysLeft counts the days until the planned end; ok is false where there is
// none or nothing is left to do.
func (p Project) DaysLeft(today civil.Date) (days int, ok bool) {
	if p.EndsOn == "" || !p.Open() {
		return 0, false
	}
	return today.Until(civil.Date(p.EndsOn)), true
}

// checked are details that have been read.
type checked struct {
	Details
	budget money.Amount // Currency is empty without one
}

// check cleans the details and says what is wrong with them, by the names of
// the form's fields.
func (d Details) check() (checked, error) {
	var f problem.Fields
	d.Name = text.Line(&f, "name", d.Name, text.Required, longest)
	d.Description = text.Block(&f, "description", d.Description, text.Optional, longestText)
	text.Choice(&f, "type", d.Type, Types)
	text.Choice(&f, "priority", d.Priority, Priorities)
	if !id.Valid(d.Client.String()) {
		f.Add("client", "project.client_required")
	}
	if d.Owner != "" && !id.Valid(d.Owner) {
		f.Add("owner", "field.choice")
	}
	d.StartsOn = day(&f, "starts_on", d.StartsOn, text.Optional)
	d.EndsOn = day(&f, "ends_on", d.EndsOn, text.Optional)
	if d.StartsOn != "" && d.EndsOn != "" && d.EndsOn < d.StartsOn {
		f.Add("ends_on", "project.ends_before_start")
	}
	if d.Type == Fixed && d.EndsOn == "" && !f.Has("ends_on") {
		f.Add("ends_on", "project.end_required")
	}
	d.Tags = text.Line(&f, "tags", d.Tags, text.Optional, 2*mostTags*longestTag)
	tags := d.Tagged()
	d.Tags = strings.Join(tags, ", ")
	if len(tags) > mostTags {
		f.Add("tags", "project.tags_many", "max", mostTags)
	}
	if len(tags) > 0 && len([]rune(slices.MaxFunc(tags, func(a, b string) int { return cmp.Compare(len([]rune(a)), len([]rune(b))) }))) > longestTag {
		f.Add("tags", "project.tag_long", "max", longestTag)
	}
	c := checked{Details: d}
	c.Currency = strings.ToUpper(strings.TrimSpace(d.Currency))
	if !money.Known(c.Currency) {
		f.Add("currency", "client.currency_wrong")
	} else if strings.TrimSpace(d.Budget) != "" {
		c.budget = money.Parse(&f, "budget", d.Budget, c.Currency, money.NotNegative)
	}
	return c, f.Err()
}

// searchKey is what a search looks through: what the client sees too.
func (d Details) searchKey() string {
	return text.Key(d.Name + " " + d.Description + " " + d.Tags)
}

// day takes a calendar date.
func day(f *problem.Fields, field, value string, need text.Need) string {
	value = text.Line(f, field, value, need, 40)
	if value == "" || f.Has(field) {
		return value
	}
	if _, ok := civil.Parse(value); !ok {
		f.Add(field, "field.date")
	}
	return value
}
