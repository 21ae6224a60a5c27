package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// largest is the most bytes that the file of a contract may have.
const largest = 64 << 20

// Missing says what a contract cannot be sent without, by what is to be mended;
// nil where nothing is missing. Fields are MissingFields.
func (w Written) Missing() error {
	var f problem.Fields
	signers := 0
	for _, s := range w.People {
		if s.Side == Theirs && s.Role == Signer {
			signers++
		}
		switch {
		case !s.Acts():
		case s.Contact != "" && !s.MaySign:
			f.Add("parties", "contract.missing.may_sign", "name", s.Name)
		case s.Identity != "" && !s.MaySign:
			f.Add("parties", "contract.missing.may_sign_ours", "name", s.Name)
		}
	}
	if signers == 0 {
		f.Add("parties", "contract.missing.signer")
	}
	switch empty := w.Empty(); {
	case w.Contract.Content == "":
		f.Add("content", "contract.missing.content")
	case len(empty) > 0:
		f.Add("content", "contract.missing.placeholders", "names", join(empty))
	default:
		w.letters(&f)
	}
	if w.Contract.SignBy != "" && w.Contract.SignBy < w.today {
		f.Add("parties", "contract.sign_by_past")
	}
	return f.Err()
}

// letters says which of its letters the file would not have.
func (w Written) letters(f *problem.Fields) {
	s := w.Preview()
	texts := []string{s.Name, s.Look.Footer}
	for _, y := range []Party{s.Ours, s.Theirs} {
		texts = append(texts, y.Name, y.Legal, y.Address, y.RegistrationNumber, y.TaxID)
	}
	for _, y := range s.People {
		texts = append(texts, y.Name, y.Title)
	}
	for _, a := range s.Attachments {
		texts = append(texts, a.Name)
	}
	if doc, err := s.Prose(); err == nil {
		texts = append(texts, doc.Plain())
	}
	if missing := pdf.Missing(strings.Join(texts, "\n")); len(missing) > 0 {
		f.Add("content", "contract.missing.letters", "letters", string(missing))
	}
}

// MissingFields are the names of what sending can miss, in the order in which it is
// said.
var MissingFields = []string{"parties", "content"}

// Send fixes a draft as a version and invites who signs first. Problems are
// NotFound, Invalid by what is missing, and Conflict when the version is not the
// stored one or it was sent by somebody else.
func (a App) Send(ctx context.Context, contract ID, version int64) error {
	w, err := a.Written(ctx, contract)
	if err != nil {
		return err
	}
	switch {
	case w.Contract.State != Draft:
		return problem.Of(problem.Conflict, "contract.sent_already")
	case w.Contract.Version != version:
		return problem.Stale()
	}
	if err := w.Missing(); err != nil {
		return err
	}
	s := w.fix(a.who.Now())
	logo, err := a.f.logo(ctx, a.reading(), s)
	if err != nil {
		return err
	}
	files, err := a.f.enclosed(ctx, a.reading(), s)
	if err != nil {
		return err
	}
	file, err := s.draw(logo, files, nil)
	if err != nil {
		return err
	}
	if len(file.Missing) > 0 {
		return problem.Field("content", "contract.missing.letters", "letters", string(file.Missing))
	}
	stored, err := a.f.Documents.Store(ctx, a.who.Site().ID, pdfType, bytes.NewReader(file.Bytes), largest)
	if err != nil {
		return err
	}
	said, err := json.Marshal(s)
	if err != nil {
		return err
	}
	kept := false
	err = a.draft(ctx, contract, version, func(tx scope.Tx, c Contract) error {
		place := document.Place{Kind: "contract", ID: c.ID.String(), Client: c.Client.String()}
		fileID, err := document.Add(ctx, tx, a.who.NewID, document.File{Place: place, Category: "unsigned", Name: s.FileName(), Stored: stored})
		if err != nil {
			return err
		}
		kept = true
		c.Nth++
		if _, err := tx.Exec(ctx, insertVersion, scope.Args{
			"contract": c.ID, "client": c.Client, "number": c.Nth, "snapshot": string(said), "file": fileID, "sha256": stored.SHA256(), "pages": file.Pages,
		}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sendContract, scope.Args{"id": c.ID, "number": c.Nth}); err != nil {
			return err
		}
		facts := map[string]string{"version": strconv.FormatInt(c.Nth, 10), "sha256": stored.SHA256(), "pages": strconv.Itoa(file.Pages)}
		if err := c.append(ctx, tx, a.who, a.actor(), "sent", facts); err != nil {
			return err
		}
		if err := note(ctx, tx, a.who, "sent", c, auth.ForClientToo, nil); err != nil {
			return err
		}
		people, err := c.signatories(ctx, tx, c.Nth)
		if err != nil {
			return err
		}
		return c.invite(ctx, tx, a.who, people)
	})
	return a.f.Documents.Settle(ctx, stored, kept, err)
}

// invite invites the first group of which somebody has not signed, unless it has
// been.
func (c Contract) invite(ctx context.Context, tx scope.Tx, by recorder, people []Signatory) error {
	step := 0
	for _, s := range people {
		if s.Acts() && slices.Contains([]Turn{NotYet, Invited, Viewed}, s.Turn) && (step == 0 || s.Step < step) {
			step = s.Step
		}
	}
	for _, s := range people {
		if !s.Acts() || s.Step != step || s.Turn != NotYet {
			continue
		}
		if _, err := tx.Exec(ctx, markInvited, tx.WithClient(c.Client.String(), scope.Args{"id": s.ID})); err != nil {
			return err
		}
		if err := c.append(ctx, tx, by, Actor{Kind: "system"}, "invited", map[string]string{"signatory": s.ID.String(), "name": s.Name, "email": s.Email}); err != nil {
			return err
		}
		if err := c.post(ctx, tx, by, s, mailInvite, nil); err != nil {
			return err
		}
	}
	return nil
}

// remindPause is how long nobody is reminded again, whoever asks for it.
const remindPause = 24 * time.Hour

// Remind mails everybody whose turn it is once more who was not reminded within a
// day; who signs through a link gets a new one. Problems are NotFound, and Conflict
// where nobody is waited for or all were reminded.
func (a App) Remind(ctx context.Context, contract ID) error {
	_, err := a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if c.State != Pending && c.State != Signed {
			return "", problem.Of(problem.Conflict, "contract.nobody_waited")
		}
		if c.Past(civil.Today(a.who.Now())) {
			return "", problem.Of(problem.Conflict, "contract.remind_late")
		}
		rested := 0
		n, err := c.remind(ctx, tx, a.who, func(s Signatory) bool {
			if a.who.Now().Sub(s.Last) < remindPause {
				rested++
				return false
			}
			return true
		})
		switch {
		case err != nil:
		case n == 0 && rested > 0:
			err = problem.Of(problem.Conflict, "contract.reminded_today")
		case n == 0:
			err = problem.Of(problem.Conflict, "contract.nobody_waited")
		}
		if err != nil {
			return "", err
		}
		return "", a.record(ctx, tx, "reminded", c, map[string]any{"people": n})
	})
	return err
}

// remind mails those whose turn it is, and tells how many.
func (c Contract) remind(ctx context.Context, tx scope.Tx, by recorder, wanted func(Signatory) bool) (n int, err error) {
	people, err := c.signatories(ctx, tx, c.Nth)
	if err != nil {
		return 0, err
	}
	for _, s := range people {
		if !s.Due() || !wanted(s) {
			continue
		}
		if _, err := tx.Exec(ctx, markReminded, tx.WithClient(c.Client.String(), scope.Args{"id": s.ID})); err != nil {
			return n, err
		}
		if err := c.append(ctx, tx, by, Actor{Kind: "system"}, "reminded", map[string]string{"signatory": s.ID.String()}); err != nil {
			return n, err
		}
		if err := c.post(ctx, tx, by, s, mailReminder, nil); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Withdraw takes back what is out: signatures are void, a new version is a draft,
// and whoever was invited is told. Problems are NotFound, Invalid without a reason,
// and Conflict for what is not out.
func (a App) Withdraw(ctx context.Context, contract ID, reason string) error {
	_, err := a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if c.State != Pending {
			return "", problem.Of(problem.Conflict, "contract.not_out")
		}
		var f problem.Fields
		reason := text.Block(&f, "reason", reason, text.Required, longestReason)
		if err := f.Err(); err != nil {
			return "", err
		}
		if err := c.tell(ctx, tx, a.who, mailWithdrawn); err != nil {
			return "", err
		}
		return "", a.rewrite(ctx, tx, c, reason)
	})
	return err
}

// Revise makes a draft of what was declined or not signed in time. Problems are
// NotFound and Conflict.
func (a App) Revise(ctx context.Context, contract ID) error {
	_, err := a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if c.State != Declined && c.State != Lapsed {
			return "", problem.Of(problem.Conflict, "contract.not_revisable")
		}
		return "", a.rewrite(ctx, tx, c, "")
	})
	return err
}

// rewrite makes a contract a draft again, with the same people to sign.
func (a App) rewrite(ctx context.Context, tx scope.Tx, c Contract, reason string) error {
	people, err := c.signatories(ctx, tx, c.Nth)
	if err != nil {
		return err
	}
	if err := c.stop(ctx, tx, VoidTurn); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, voidSigned, scope.Args{"contract": c.ID, "number": c.Nth}); err != nil {
		return err
	}
	at := 0
	for _, s := range people {
		if s.Turn == Delegated {
			continue
		}
		s.ID, s.Number, s.Replaces = SignatoryID(a.who.NewID()), c.Nth+1, ""
		if err := c.insertSignatory(ctx, tx, s, at); err != nil {
			return err
		}
		at++
	}
	return a.move(ctx, tx, c, Draft, reason)
}

// SetSignBy changes the last day to sign of what is out; an empty day is never.
// Problems are NotFound, Invalid at sign_by, and Conflict for what is not out.
func (a App) SetSignBy(ctx context.Context, contract ID, day string) error {
	_, err := a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if c.State != Pending {
			return "", problem.Of(problem.Conflict, "contract.not_out")
		}
		var f problem.Fields
		until := readDay(&f, "sign_by", day, text.Optional)
		if until != "" && until < civil.Today(a.who.Now()) {
			f.Add("sign_by", "contract.sign_by_past")
		}
		if err := f.Err(); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, updateSignBy, scope.Args{"id": c.ID, "sign_by": until}); err != nil {
			return "", err
		}
		return "", c.append(ctx, tx, a.who, a.actor(), "sign_by", map[string]string{"day": string(until)})
	})
	return err
}

// Written is a contract with all that its version says or would say.
type Written struct {
	Contract Contract
	People   []Signatory
	// Attachments are those of a draft; what was sent says its own.
	Attachments []Attachment
	parties     parties
	now         time.Time
	today       civil.Date
}

// Written reads a contract with who is to sign it; problem.NotFound.
func (a App) Written(ctx context.Context, contract ID) (Written, error) {
	var found []told
	w, err := a.read(ctx, contract, func(c Contract) []scope.Query {
		return []scope.Query{scope.Into(&found, readParties, scope.Args{"contract": c.ID}, scanTold)}
	})
	if err != nil {
		return w, err
	}
	w.take(found)
	return w, nil
}

// Had tells whether somebody is or was to sign a contract, in any version of it.
func (a App) Had(ctx context.Context, contract ID, who SignatoryID) (had bool, err error) {
	if !id.Valid(contract.String()) || !id.Valid(who.String()) {
		return false, nil
	}
	err = a.who.Read(ctx, auth.ContractsRead, func(tx scope.Tx) error {
		found, err := scope.List(ctx, tx, findSignatory, scope.Args{"contract": contract, "id": who}, scope.Value[string])
		had = len(found) > 0
		return err
	})
	return had, err
}

// People reads a contract with who is to sign it; problem.NotFound.
func (a App) People(ctx context.Context, contract ID) (Contract, []Signatory, error) {
	w, err := a.read(ctx, contract, func(Contract) []scope.Query { return nil })
	return w.Contract, w.People, err
}

// read reads a contract with its people and, in the same round, what else is asked
// for.
func (a App) read(ctx context.Context, contract ID, also func(Contract) []scope.Query) (Written, error) {
	w := Written{now: a.who.Now(), today: civil.Today(a.who.Now())}
	if !id.Valid(contract.String()) {
		return w, problem.Missing()
	}
	err := a.who.Read(ctx, auth.ContractsRead, func(tx scope.Tx) (err error) {
		if w.Contract, err = scope.One(ctx, tx, readWritten, scope.Args{"contract": contract}, scanContract); err != nil {
			return err
		}
		c := w.Contract
		people := scope.Into(&w.People, listSignatories, scope.Args{"contract": c.ID, "client": c.Client, "number": c.next()}, scanSignatory)
		return tx.Batch(ctx, append(also(c), people)...)
	})
	return w, err
}

// Full is a contract as its page shows it.
type Full struct {
	Written
	Said   Snapshot // what was sent or, of a draft, what would be sent today
	SHA256 string   // of the file that was sent, empty before
	Pages  int
	Links  []Link // everything that happened, in order
}

// Given is how somebody has signed or approved.
type Given struct {
	Name   string // as they typed it
	Mark   string // typed, drawn, uploaded, or none of who approved
	Method Method
}

// Given says how a signatory has signed or approved, and whether they have.
func (f Full) Given(who SignatoryID) (Given, bool) {
	for _, l := range f.Links {
		if a, err := l.Act(); err == nil && a.Facts["signatory"] == who.String() && a.Facts["act_sha256"] != "" {
			return Given{a.Facts["name"], a.Facts["mark"], Method(a.Facts["method"])}, true
		}
	}
	return Given{}, false
}

// Full reads all that is known of a contract; problem.NotFound.
func (a App) Full(ctx context.Context, contract ID) (Full, error) {
	var found []told
	var sent []fixed
	var links []Link
	w, err := a.read(ctx, contract, func(c Contract) []scope.Query {
		said := scope.Into(&sent, readVersion, scope.Args{"contract": c.ID, "client": c.Client, "number": c.Nth}, scanFixed)
		if c.Unsent() {
			said = scope.Into(&found, readParties, scope.Args{"contract": c.ID}, scanTold)
		}
		return []scope.Query{said, scope.Into(&links, listLinks, scope.Args{"contract": c.ID, "client": c.Client}, scanLink)}
	})
	full := Full{Written: w, Links: links}
	if err != nil {
		return full, err
	}
	if len(sent) > 0 {
		full.Said, full.SHA256, full.Pages = sent[0].snapshot, sent[0].sha256, sent[0].pages
	} else if len(found) > 0 {
		full.take(found)
		full.Said = full.Preview()
	}
	return full, nil
}

// fixed is a version as it is kept.
type fixed struct {
	snapshot Snapshot
	fileID   string
	sha256   string
	pages    int
	at       time.Time
	by       string // identity of who sent it
}

func scanFixed(row scope.Row) (v fixed, err error) {
	var snapshot string
	if err = row.Scan(&snapshot, &v.fileID, &v.sha256, &v.pages, scope.Time(&v.at), scope.Text(&v.by)); err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(snapshot), &v.snapshot)
}

// fixed reads the version that is out or was last out.
func (c Contract) fixed(ctx context.Context, tx scope.Tx) (fixed, error) {
	return scope.One(ctx, tx, readVersion, tx.WithClient(c.Client.String(), scope.Args{"contract": c.ID, "number": c.Nth}), scanFixed)
}
