package invoice

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
	"foyer/internal/kernel/total"
)

// ID names an invoice or a credit note.
type ID = id.Of[Invoice]

// Kind tells a claim from its correction.
type Kind string

// The kinds.
const (
	Claim      Kind = "invoice"
	CreditNote Kind = "credit_note"
)

// State is what is stored of where an invoice stands.
type State string

// The states.
const (
	Draft  State = "draft"
	Issued State = "issued"
	Void   State = "void"
)

// The limits of what people type, in characters, and of how much there can be.
const (
	longest         = 200
	longestLine     = 2000
	longestText     = 4000
	longestReason   = 1000
	MostLines       = 500
	longestQuestion = 200
)

// LineDetails are what people type about a line.
type LineDetails struct {
	Description string
	Quantity    string
	Unit        string
	Price       string // of one unit
	Discount    string // a share as 10%, or an amount; empty for none
	Rate        billing.RateID
}

func (l LineDetails) empty() bool {
	return strings.TrimSpace(l.Description+l.Unit+l.Price+l.Discount) == "" && (strings.TrimSpace(l.Quantity) == "" || strings.TrimSpace(l.Quantity) == "1")
}

// Details are what people type about an invoice. As text they hold what was
// typed, so that a form can be drawn again with it.
type Details struct {
	Client       client.ID // fixed once the draft is there
	Project      project.ID
	Milestone    project.TargetID
	Currency     string // ISO 4217 alpha-3
	Inclusive    bool   // prices contain their tax
	Discount     string // of the whole, as on lines
	TermsDays    string // days to pay
	DueOn        string // YYYY-MM-DD; empty where the terms decide
	PONumber     string
	Notes        string
	Instructions string // empty for those of the currency
	Lines        []LineDetails
}

// Fields are the names of the form's fields in their order; those of lines are
// LineFields with a point and the line's place.
var Fields = []string{"client", "project", "milestone", "currency", "inclusive", "terms_days", "due_on", "po_number", "lines", "discount", "notes", "instructions"}

// LineFields are the names of a line's fields in their order.
var LineFields = []string{"description", "quantity", "unit", "price", "discount", "rate"}

// LineField names the field of a line, counted from 0.
func LineField(name string, at int) string { return "line_" + name + "." + strconv.Itoa(at) }

// Line is a line as it is stored.
type Line struct {
	Description string
	Unit        string
	Tax         billing.RateID // which of the workspace's it is; it may have been put away since
	Reason      string         // why no tax is charged
	total.Line
	Sum total.LineSum
}

// Invoice is an invoice or a credit note as staff see it.
type Invoice struct {
	ID            ID
	Version       int64
	Kind          Kind
	State         State
	Number        string // empty in a draft
	Client        client.ID
	ClientName    string
	Project       project.ID // may be empty
	ProjectName   string
	Milestone     project.TargetID // may be empty
	MilestoneName string
	Corrects      ID // of a credit note
	CorrectsNo    string
	Currency      string
	Inclusive     bool
	Discount      total.Discount
	TermsDays     int
	IssuedOn      civil.Date
	DueOn         civil.Date // in a draft empty where the terms decide
	PONumber      string
	Notes         string
	Instructions  string
	Sums          total.Sums // those of a draft are what they would be
	Lines         []Line
	Open          int64 // left to pay, in minor units
	WrittenOff    time.Time
	OffReason     string
	UnderWay      bool // a payment is on its way that takes days
	SentAt        time.Time

	snapshot string
	fileID   string
}

// Amount is an amount in the invoice's currency, in minor units.
func (n Invoice) Amount(minor int64) money.Amount {
	return money.Amount{Minor: minor, Currency: n.Currency}
}

// Details are what a form about the draft begins with.
func (n Invoice) Details() Details {
	d := Details{
		Client: n.Client, Project: n.Project, Milestone: n.Milestone, Currency: n.Currency, Inclusive: n.Inclusive,
		Discount: n.Discount.Input(n.Currency), TermsDays: strconv.Itoa(n.TermsDays), DueOn: string(n.DueOn), PONumber: n.PONumber,
		Notes: n.Notes, Instructions: n.Instructions,
	}
	for _, l := range n.Lines {
		d.Lines = append(d.Lines, LineDetails{
			Description: l.Description, Quantity: l.Quantity.Input(), Unit: l.Unit, Price: l.Price.Input(n.Currency),
			Discount: l.Discount.Input(n.Currency), Rate: l.Tax,
		})
	}
	return d
}

// Standing is where an invoice stands for whoever looks at it today.
type Standing string

// The standings.
const (
	IsDraft   Standing = "draft"
	IsSent    Standing = "sent"
	IsOverdue Standing = "overdue"
	IsPaid    Standing = "paid"
	IsVoid    Standing = "void"
	IsOff     Standing = "written_off"
	IsCredit  Standing = "credit"
)

func standing(kind Kind, state State, open int64, due, today civil.Date, off bool) Standing {
	switch {
	case state == Draft:
		return IsDraft
	case state == Void:
		return IsVoid
	case kind == CreditNote:
		return IsCredit
	case off:
		return IsOff
	case open <= 0:
		return IsPaid
	case due < today:
		return IsOverdue
	}
	return IsSent
}

// Standing is where it stands on a day in the workspace's zone.
func (n Invoice) Standing(today civil.Date) Standing {
	return standing(n.Kind, n.State, n.Open, n.DueOn, today, !n.WrittenOff.IsZero())
}

// PartPaid tells whether something was paid and something is left.
func (n Invoice) PartPaid() bool {
	return n.State == Issued && n.Kind == Claim && n.Open > 0 && n.Open < n.Sums.Gross
}

// content is an invoice's details that have been read.
type content struct {
	Details
	discount total.Discount
	days     int
	lines    []Line
	sums     total.Sums
}

// earliest is the first day that somebody can mean by a payment or a due date;
// one before it is mistyped.
const earliest civil.Date = "2000-01-01"

// read cleans the details and says what is wrong with them, by the names of the
// form's fields. rates are those that lines may have. It stops at nothing, so
// that the sums of what is right can be shown while somebody types.
func (d Details) read(rates []billing.Rate) (content, *problem.Fields) {
	f := &problem.Fields{}
	c := content{Details: d}
	if !id.Valid(d.Client.String()) {
		f.Add("client", "invoice.client_required")
	}
	c.Currency = strings.ToUpper(strings.TrimSpace(d.Currency))
	if !money.Known(c.Currency) {
		f.Add("currency", "client.currency_wrong")
	}
	if d.Project != "" && !id.Valid(d.Project.String()) {
		f.Add("project", "field.choice")
	}
	if d.Milestone != "" && (!id.Valid(d.Milestone.String()) || d.Project == "") {
		f.Add("milestone", "field.choice")
	}
	c.days = billing.TermsDays(f, "terms_days", d.TermsDays)
	c.DueOn = text.Line(f, "due_on", d.DueOn, text.Optional, 40)
	if due, ok := civil.Parse(c.DueOn); c.DueOn != "" && !ok {
		f.Add("due_on", "field.date")
	} else if ok && due < earliest {
		f.Add("due_on", "field.early")
	}
	c.PONumber = text.Line(f, "po_number", d.PONumber, text.Optional, 60)
	c.Notes = text.Block(f, "notes", d.Notes, text.Optional, longestText)
	c.Instructions = text.Block(f, "instructions", d.Instructions, text.Optional, longestText)
	c.discount = total.ParseDiscount(f, "discount", d.Discount, c.Currency)
	if len(d.Lines) > MostLines {
		f.Add("lines", "invoice.lines_many", "max", MostLines)
		return c, f
	}
	c.readLines(f, rates)
	return c, f
}

func (c *content) readLines(f *problem.Fields, rates []billing.Rate) {
	c.Details.Lines = slices.DeleteFunc(slices.Clone(c.Details.Lines), LineDetails.empty)
	for i, in := range c.Details.Lines {
		l := Line{Tax: in.Rate}
		l.Description = text.Block(f, LineField("description", i), in.Description, text.Required, longestLine)
		l.Unit = text.Line(f, LineField("unit", i), in.Unit, text.Optional, 40)
		l.Quantity = total.ParseQuantity(f, LineField("quantity", i), in.Quantity)
		l.Price = total.ParsePrice(f, LineField("price", i), in.Price, c.Currency)
		l.Discount = total.ParseDiscount(f, LineField("discount", i), in.Discount, c.Currency)
		at := slices.IndexFunc(rates, func(r billing.Rate) bool { return r.ID == in.Rate })
		if at < 0 {
			f.Add(LineField("rate", i), "invoice.rate_required")
			l.Category = total.OutsideScope
		} else {
			l.Category, l.Rate, l.Reason = rates[at].Category, rates[at].Rate, rates[at].Reason
		}
		c.lines = append(c.lines, l)
	}
}

// reckon makes the sums of what was read; what cannot be reckoned is noted at
// its field.
func (c *content) reckon(f *problem.Fields) {
	bill := total.Bill{Discount: c.discount, Inclusive: c.Inclusive}
	for _, l := range c.lines {
		bill.Lines = append(bill.Lines, l.Line)
	}
	sums, err := total.Of(bill)
	if err != nil {
		field, message := c.blame(err)
		f.Add(field, message)
		return
	}
	c.sums = sums
	for i := range c.lines {
		c.lines[i].Sum = sums.Lines[i]
	}
}

// Reckoned are the sums of what somebody typed so far, for showing them.
type Reckoned struct {
	Sums    total.Sums
	Lines   []LineDetails // that were typed, without the empty ones
	Amounts []int64       // of each of Lines, in minor units
	Problem *problem.Problem
}
