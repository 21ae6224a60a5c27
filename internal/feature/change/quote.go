package change

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// The limits of a quote.
const (
	mostPrice = 100_000_000_000 // in minor units, as much as a line of an invoice takes
	mostHours = 100_000
	MostDays  = 730 // by which a milestone moves
	mostValid = 366 // days for which it holds
)

// QuoteDetails are what staff type about a quote.
type QuoteDetails struct {
	Price      string           // without tax; 0 for none
	Currency   string           // ISO 4217 alpha-3
	Hours      string           // of work, may be empty
	Milestone  project.TargetID // that moves, may be empty
	Days       string           // by which it moves, may be empty
	ValidUntil string           // the last day on which it can be accepted, as YYYY-MM-DD
	Note       string           // that the client reads, may be empty
}

// QuoteFields are the names of the form's fields in their order.
var QuoteFields = []string{"price", "currency", "hours", "milestone", "days", "valid_until", "note"}

// Quote is a price for a request, with what it does to the dates.
type Quote struct {
	ID            string
	Number        int64
	Price         money.Amount // without tax
	Effort        int64        // in hundredths of an hour, 0 where nothing is said of it
	Milestone     project.TargetID
	MilestoneName string
	MilestoneDue  civil.Date // as it is now
	MovesDays     int
	MovedTo       civil.Date // where accepting it moved the milestone; empty before, and where it moved none
	ValidUntil    civil.Date
	Note          string
	SHA256        string // of all that it says; who decides sends it back
	By            string // name
	At            time.Time
	Decision      string // accepted, declined, or empty
	DecidedBy     string // name of the contact
	DecidedAt     time.Time
	SignedName    string // as it was typed, where that was asked for
	Consent       string // version of what was consented to

	milestoneSeen, milestoneOver bool
}

// Moves is the day that accepting it moved its milestone to or, before that, would move
// it to now; empty for none.
func (q Quote) Moves() civil.Date {
	if q.Decision == "accepted" || q.MovesDays == 0 || q.milestoneOver {
		return q.MovedTo
	}
	return q.MilestoneDue.Add(q.MovesDays)
}

// Due is the day of the milestone that it moves, as its client may know of it: what
// Acceptance wants. Empty for none.
func (q Quote) Due() civil.Date {
	if q.Moves() == "" || !q.milestoneSeen {
		return ""
	}
	return q.MilestoneDue
}

// Shown is what accepts the quote as it stands, where no name is asked for.
func (q Quote) Shown() Acceptance { return Acceptance{SHA256: q.SHA256, Due: string(q.Due())} }

func scanQuote(row scope.Row) (q Quote, err error) {
	return q, row.Scan(&q.ID, &q.Number, &q.Price.Minor, &q.Price.Currency, &q.Effort, scope.Text(&q.Milestone), scope.Text(&q.MilestoneName),
		scope.Text(&q.MilestoneDue), &q.milestoneSeen, &q.milestoneOver, &q.MovesDays, &q.ValidUntil, &q.Note, &q.SHA256, &q.By, scope.Time(&q.At),
		scope.Text(&q.Decision), scope.Text(&q.SignedName), scope.Text(&q.Consent), scope.Text(&q.DecidedBy), scope.Time(&q.DecidedAt), scope.Text(&q.MovedTo))
}

// said is all that a quote says, in the order in which it is hashed.
type said struct {
	Scheme      string `json:"scheme"`
	Request     ID     `json:"request"`
	Number      string `json:"number"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Quote       int64  `json:"quote"`
	Price       int64  `json:"price_minor"`
	Currency    string `json:"currency"`
	Effort      int64  `json:"effort_hundredths"`
	Milestone   string `json:"milestone"`
	Name        string `json:"milestone_name"`
	Days        int    `json:"moves_days"`
	ValidUntil  string `json:"valid_until"`
	Note        string `json:"note"`
}

const scheme = "foyer-change-quote-1"

// digest is a SHA-256 in hex.
func digest(what string) string {
	sum := sha256.Sum256([]byte(what))
	return hex.EncodeToString(sum[:])
}

// read cleans the details and says what is wrong with them, by the names of the form's
// fields.
func (d QuoteDetails) read(today civil.Date) (Quote, error) {
	var f problem.Fields
	q := Quote{Milestone: d.Milestone}
	currency := strings.ToUpper(strings.TrimSpace(d.Currency))
	if !money.Known(currency) {
		f.Add("currency", "client.currency_wrong")
	} else {
		q.Price = money.Parse(&f, "price", d.Price, currency, money.NotNegative)
		if q.Price.Minor > mostPrice {
			f.Add("price", "money.too_large")
		}
	}
	q.Effort = readHours(&f, d.Hours)
	if d.Milestone != "" && !id.Valid(d.Milestone.String()) {
		f.Add("milestone", "field.choice")
	}
	if days := strings.TrimSpace(d.Days); days != "" && days != "0" {
		n, err := strconv.Atoi(days)
		switch {
		case err != nil || n < 0 || n > MostDays:
			f.Add("days", "change.days_wrong", "max", MostDays)
		case d.Milestone == "":
			f.Add("milestone", "change.milestone_required")
		}
		q.MovesDays = n
	}
	day, ok := civil.Parse(strings.TrimSpace(d.ValidUntil))
	switch {
	case !ok:
		f.Add("valid_until", "field.date")
	case day < today:
		f.Add("valid_until", "change.valid_past")
	case day > today.Add(mostValid):
		f.Add("valid_until", "change.valid_long", "max", mostValid)
	}
	q.ValidUntil = day
	q.Note = text.Block(&f, "note", d.Note, text.Optional, LongestText)
	return q, f.Err()
}

// readHours reads hours with at most two decimals as hundredths.
func readHours(f *problem.Fields, hours string) int64 {
	if strings.TrimSpace(hours) == "" {
		return 0
	}
	n, wrong := money.Number(hours, "", 2, true)
	if wrong != money.NoFault || n < 0 || n > 100*mostHours {
		f.Add("hours", "change.hours_wrong")
		return 0
	}
	return n
}

// Quote answers a request with a price. One that is out is taken back first. Problems
// are Forbidden, Invalid by field, NotFound, and Conflict for roles that see no money, or
// when it has moved on or somebody else said something meanwhile.
func (a App) Quote(ctx context.Context, request ID, b Before, in QuoteDetails) error {
	q, err := in.read(civil.Today(a.who.Now()))
	if err != nil {
		return err
	}
	return a.on(ctx, request, b, func(tx scope.Tx, r *Request) error {
		if !a.SeesMoney() {
			return problem.Of(problem.Conflict, "change.quote_no_money")
		}
		if q.Milestone != "" {
			at := scope.Args{"project": r.Project, "milestone": q.Milestone}
			names, err := scope.List(ctx, tx, findMilestone, at, scope.Value[string])
			if err == nil && len(names) == 0 {
				err = problem.Field("milestone", "field.choice")
			}
			if err != nil {
				return err
			}
			q.MilestoneName = names[0]
		}
		if err := a.review(ctx, tx, r, Submitted, NeedsInfo, Quoted, Expired); err != nil {
			return err
		}
		if err := a.offer(ctx, tx, r, &q); err != nil {
			return err
		}
		r.Quote, r.ValidUntil = q.ID, q.ValidUntil
		if err := r.step(ctx, tx, a.who, "quoted", map[string]any{"quote": q.ID}); err != nil {
			return err
		}
		return r.tellClient(ctx, tx, a.who, "quoted", "quote", q.ID)
	})
}

// offer writes a quote down.
func (a App) offer(ctx context.Context, tx scope.Tx, r *Request, q *Quote) error {
	n, err := scope.One(ctx, tx, countQuotes, scope.Args{"request": r.ID}, scope.Value[int64])
	if err != nil {
		return err
	}
	q.ID, q.Number = a.who.NewID(), n+1
	content, err := json.Marshal(said{
		Scheme: scheme, Request: r.ID, Number: r.Number, Title: r.Title, Description: r.Description, Quote: q.Number, Price: q.Price.Minor,
		Currency: q.Price.Currency, Effort: q.Effort, Milestone: q.Milestone.String(), Name: q.MilestoneName, Days: q.MovesDays,
		ValidUntil: string(q.ValidUntil), Note: q.Note,
	})
	if err != nil {
		return err
	}
	q.SHA256 = digest(string(content))
	_, err = tx.Exec(ctx, insertQuote, scope.Args{
		"id": q.ID, "client": r.Client, "request": r.ID, "number": q.Number, "project": r.Project, "price": q.Price.Minor, "currency": q.Price.Currency,
		"effort": q.Effort, "milestone": scope.Null(q.Milestone), "days": q.MovesDays, "valid_until": q.ValidUntil, "note": q.Note,
		"said": string(content), "sha256": q.SHA256,
	})
	return err
}

// Limit is the price above which a quote is accepted with a typed name and a consent.
type Limit struct {
	Above    string // as typed; empty for never
	Currency string // ISO 4217 alpha-3
	Version  int64  // of the settings, when the form was drawn

	minor *int64
}

// LimitFields are the names of the form's fields in their order.
var LimitFields = []string{"consent_above", "consent_currency"}

func scanLimit(row scope.Row) (l Limit, err error) {
	var currency string
	err = row.Scan(&l.minor, &l.Currency, &currency, &l.Version)
	if l.Currency == "" {
		l.Currency = currency
	}
	if l.minor != nil {
		l.Above = money.Amount{Minor: *l.minor, Currency: l.Currency}.Input()
	}
	return l, err
}

// asks tells whether a price is accepted with a name and a consent.
func (l Limit) asks(price money.Amount) bool {
	return l.minor != nil && (price.Currency != l.Currency || price.Minor > *l.minor)
}

// Limit is the workspace's limit; problem.Forbidden.
func (a App) Limit(ctx context.Context) (l Limit, err error) {
	err = a.who.Read(ctx, auth.SettingsRead, func(tx scope.Tx) (err error) {
		l, err = scope.One(ctx, tx, readLimit, nil, scanLimit)
		return err
	})
	return l, err
}

// SaveLimit stores the workspace's limit. Problems are Forbidden, Invalid by field, and
// Conflict when the form is stale.
func (a App) SaveLimit(ctx context.Context, in Limit) error {
	var f problem.Fields
	var minor any
	in.Currency = strings.ToUpper(strings.TrimSpace(in.Currency))
	if strings.TrimSpace(in.Above) == "" {
		in.Currency = ""
	} else if !money.Known(in.Currency) {
		f.Add("consent_currency", "client.currency_wrong")
	} else {
		minor = money.Parse(&f, "consent_above", in.Above, in.Currency, money.NotNegative).Minor
	}
	if err := f.Err(); err != nil {
		return err
	}
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) {
			n, err := tx.Exec(ctx, saveLimit, scope.Args{"minor": minor, "currency": in.Currency, "version": in.Version})
			if err == nil && n == 0 {
				err = problem.Stale()
			}
			if err != nil {
				return "", err
			}
			return "", a.who.Record(ctx, tx, auth.Event{
				Kind: "workspace.consent_limit_changed", SubjectKind: "workspace", SubjectID: a.who.Site().ID, Area: auth.Settings, Audience: auth.ForStaffOnly,
			})
		})
		return err
	})
}
