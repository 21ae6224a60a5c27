package change

import (
	"time"

	"foyer/internal/feature/client"
	"foyer/internal/feature/project"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// ID names a change request.
type ID = id.Of[Request]

// MemberID names a staff member.
type MemberID = string

// Category is what sort of change is wanted.
type Category string

// The categories.
const (
	NewFeature  Category = "feature"
	BugFix      Category = "bug_fix"
	Enhancement Category = "enhancement"
	Other       Category = "other"
)

// Categories lists the categories in the order in which they are offered.
var Categories = []Category{NewFeature, BugFix, Enhancement, Other}

// Priority is how urgent it is to the client.
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

// The limits of what people type, in characters.
const (
	longest         = 200
	longestReason   = 2000
	longestQuestion = 200
	LongestText     = 20000 // of a description, a justification, a benefit
	LongestMessage  = 20000
)

// Details are what a contact types about what they want.
type Details struct {
	Project       project.ID
	Title         string
	Description   string
	Category      Category
	Priority      Priority
	Justification string
	Benefit       string
}

// Fields are the names of the form's fields in their order.
var Fields = []string{"project", "title", "description", "category", "priority", "justification", "benefit", FilesField}

// FilesField is the form field at which problems of files are shown.
const FilesField = "files"

func (d Details) read() (Details, error) {
	var f problem.Fields
	d = d.clean(&f)
	return d, f.Err()
}

// clean cleans the details and says what is wrong with them, by the names of the form's
// fields.
func (d Details) clean(f *problem.Fields) Details {
	if !id.Valid(d.Project.String()) {
		f.Add("project", "change.project_required")
	}
	d.Title = text.Line(f, "title", d.Title, text.Required, longest)
	d.Description = text.Block(f, "description", d.Description, text.Required, LongestText)
	text.Choice(f, "category", d.Category, Categories)
	text.Choice(f, "priority", d.Priority, Priorities)
	d.Justification = text.Block(f, "justification", d.Justification, text.Optional, LongestText)
	if d.Justification == "" && !f.Has("justification") {
		f.Add("justification", "change.justification_required")
	}
	d.Benefit = text.Block(f, "benefit", d.Benefit, text.Optional, LongestText)
	return d
}

// searchKey is what a request is found by.
func (d Details) searchKey(number string) string {
	key := []rune(text.Key(number + " " + d.Title + " " + d.Description + " " + d.Justification + " " + d.Benefit))
	return string(key[:min(len(key), LongestText)])
}

// Request is a change request as staff see it.
type Request struct {
	Details
	ID          ID
	Version     int64
	Number      string
	Client      client.ID
	ClientName  string
	ProjectName string
	ProjectOpen bool // it is not over, and shared
	Contact     string
	ContactName string
	Assignee    MemberID // may be empty
	AssigneeOf  string   // name of the assignee
	Remark      string   // of staff, among themselves
	State       State
	StateAt     time.Time
	// WentOnAs is the case that it went on as, and CameFrom the one that it came from.
	WentOnAs, CameFrom Case
	AskerSeesCases     bool   // the contact can come in and sees cases; for staff
	Reason             string // why it was rejected, declined or withdrawn, or how it was agreed
	Quote              string // id of the one that is out or was last out, may be empty
	ValidUntil         civil.Date
	Target             project.TargetID // what it became, may be empty
	TargetState        project.State
	Invoice            string        // that has its line, may be empty; of roles that see no money always
	InvoiceNo          string        // empty while that is a draft
	Price              *money.Amount // of the quote; nil without one, and for roles that see no money
	Effort             int64         // of the quote, in hundredths of an hour
	ShownAt            time.Time     // when the client last saw something change
	UpdatedAt          time.Time
	CreatedAt          time.Time
}

// Case names a support case beside a request.
type Case struct {
	There  bool       // there is one
	ID     support.ID // empty where whoever reads may not see it
	Number string
}

func scanRequest(row scope.Row) (r Request, err error) {
	var minor, effort *int64
	var currency, title string
	err = row.Scan(&r.ID, &r.Version, &r.Number, &r.Client, &r.ClientName, &r.Project, &r.ProjectName, &r.ProjectOpen, &title, &r.Description,
		&r.Category, &r.Priority, &r.Justification, &r.Benefit, &r.Contact, &r.ContactName, scope.Text(&r.Assignee), scope.Text(&r.AssigneeOf), &r.Remark,
		&r.AskerSeesCases, &r.WentOnAs.There, scope.Text(&r.WentOnAs.ID), scope.Text(&r.WentOnAs.Number), &r.CameFrom.There, scope.Text(&r.CameFrom.ID), scope.Text(&r.CameFrom.Number),
		&r.State, scope.Time(&r.StateAt), &r.Reason, scope.Text(&r.Quote), &r.ValidUntil, scope.Text(&r.Target), scope.Text(&r.TargetState),
		scope.Text(&r.Invoice), scope.Text(&r.InvoiceNo), &minor, scope.Text(&currency), &effort, scope.Time(&r.ShownAt), scope.Time(&r.UpdatedAt), scope.Time(&r.CreatedAt))
	r.Title = title
	if minor != nil {
		r.Price = &money.Amount{Minor: *minor, Currency: currency}
	}
	if effort != nil {
		r.Effort = *effort
	}
	return r, err
}

// Past tells whether its quote is out and does not hold any more.
func (r Request) Past(today civil.Date) bool { return r.State == Quoted && r.ValidUntil < today }

// moved is what is said to who does something with a request that has moved on.
func (r Request) moved() error {
	if r.WentOnAs.There {
		return problem.Of(problem.Conflict, "change.moved_on.turned")
	}
	return problem.Of(problem.Conflict, "change.moved_on."+string(r.State))
}
