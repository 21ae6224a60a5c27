package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/mark"
	"foyer/internal/kernel/pdf"
)

// agreement is a contract of the story. Its days count from today.
type agreement struct {
	client   string // name
	project  string // name, may be empty
	name     string
	about    string
	kind     contract.Kind
	amount   string
	written  int // days ago
	starts   int // days from today
	ends     int // days from today, never when zero
	renews   int
	schedule string // rows of the table of what is handed over
	levels   bool   // the levels of service are attached
	sent     bool
	signed   bool // by the client
	sealed   bool // by us too
	deadline int  // days from today, never when zero
}

var agreements = []agreement{
	{
		client: "Marlow Ceramics", project: "Online shop relaunch", name: "Online shop relaunch", kind: contract.Service, amount: "62400", written: 64, starts: -60, ends: 150,
		schedule: "| Checkout design | third month |\n| Storefront and stock sync | fifth month |", sent: true, signed: true, sealed: true,
	},
	{client: "Marlow Ceramics", name: "Mutual confidentiality", kind: contract.NDA, written: 120, starts: -118, ends: 40, sent: true, signed: true, sealed: true},
	{
		client: "Marlow Ceramics", project: "Online shop relaunch", name: "Care and hosting 2027", about: "Follows the hosting that is billed by the quarter.", kind: contract.Retainer, amount: "7200",
		written: 3, starts: 34, ends: 399, renews: 399, levels: true, sent: true, deadline: 18,
	},
	{
		client: "Marlow Ceramics", name: "Photography of the spring range", about: "Waiting for the list of pieces.", kind: contract.Service, amount: "4500", written: 2,
		starts: 20, ends: 60,
	},
	{
		client: "Northwind Bikes", project: "Osprey frame configurator", name: "Osprey frame configurator", kind: contract.Service, amount: "36000", written: 12, starts: 7, ends: 120,
		schedule: "| Osprey configurator on the staging site | March |", sent: true, signed: true,
	},
}

// open is the line of a template that its schedule begins with.
const open = "| {{what is handed over}} | {{the day}} |"

// text is what an agreement says: its template, with its schedule filled in.
func (a *agreement) text() string {
	text, _ := contract.Template(a.kind, "en")
	if a.schedule != "" {
		text = strings.Replace(text, open, a.schedule, 1)
	}
	return text
}

// contracts are the beats of all the contracts.
func (t *teller) contracts() []beat {
	var all []beat
	for i := range agreements {
		a, made := &agreements[i], new(contract.ID)
		ago := time.Duration(a.written) * day
		all = append(all, beat{ago - 2*time.Hour, func(ctx context.Context) error { return t.contract(ctx, a, made) }})
		if a.signed {
			all = append(all, beat{ago - 26*time.Hour, func(ctx context.Context) error { return t.sign(ctx, a, *made) }})
		}
		if a.sealed {
			all = append(all, beat{ago - 28*time.Hour, func(ctx context.Context) error { return t.seal(ctx, *made) }})
		}
	}
	return all
}

// contract writes a contract and, unless it stays a draft, sends it.
func (t *teller) contract(ctx context.Context, a *agreement, made *contract.ID) error {
	who := t.team[Priya]
	app, today := t.Contracts.ForStaff(who), civil.Today(who.Now())
	on := func(days int) string {
		if days == 0 {
			return ""
		}
		return string(today.Add(a.written + days))
	}
	var err error
	*made, err = app.Create(ctx, contract.Details{
		Client: t.clients[a.client], Project: t.works[a.project], Name: a.name, Description: a.about, Kind: a.kind, Amount: a.amount, Currency: "EUR",
		StartsOn: on(a.starts), EndsOn: on(a.ends), RenewsOn: on(a.renews), Language: "en",
	})
	if err != nil {
		return fmt.Errorf("%s: %w", a.name, err)
	}
	_, contacts, err := client.ForStaff(who).Contacts(ctx, t.clients[a.client])
	if err != nil {
		return err
	}
	people := []contract.SignatoryDetails{
		{Side: contract.Theirs, Role: contract.Signer, Step: "1", Contact: contacts[0].ID.String()},
		{Side: contract.Ours, Role: contract.Signer, Step: "2", Member: who.ID()},
	}
	if err := app.SaveParties(ctx, *made, 1, contract.SigningDetails{People: people, Reminds: true, SignBy: on(a.deadline)}); err != nil {
		return fmt.Errorf("%s: %w", a.name, err)
	}
	if err := app.SaveContent(ctx, *made, 2, a.text()); err != nil {
		return err
	}
	version := int64(3)
	if a.levels {
		file, err := serviceLevels(who.Now())
		if err != nil {
			return err
		}
		if err := app.Attach(ctx, *made, contract.Typed{}, "Service levels.pdf", file); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		version++
	}
	if !a.sent {
		return nil
	}
	return app.Send(ctx, *made, version)
}

// serviceLevels is a file that is attached to a contract.
func serviceLevels(at time.Time) ([]byte, error) {
	made, err := pdf.Make(pdf.Document{
		Title: "Service levels", Author: "Halden & Rowe", Language: "en", At: at, Theme: pdf.Theme{Paper: pdf.A4},
		PageOf: func(page, pages int) string { return fmt.Sprintf("%d / %d", page, pages) },
		Blocks: []pdf.Block{
			pdf.Heading{Text: "Service levels"}, pdf.Table{
				Columns: []pdf.TableColumn{{Title: "What", Weight: 60}, {Title: "Answer within", Weight: 20}, {Title: "Mended within", Weight: 20}},
				Rows: [][]pdf.Cell{
					{{Text: "The shop is down"}, {Text: "1 hour"}, {Text: "8 hours"}}, {{Text: "Orders cannot be paid"}, {Text: "2 hours"}, {Text: "1 day"}},
					{{Text: "Anything else"}, {Text: "1 day"}, {Text: "5 days"}},
				},
			},
		},
	})
	return made.Bytes, err
}

// signature is what somebody gives who has read what they sign.
func signature(p contract.Paper, name string) contract.Signature {
	return contract.Signature{Name: name, Mark: mark.Wanted{Kind: mark.Typed}, Consent: true, SHA256: p.SHA256}
}

// sign lets the client's first contact read and sign.
func (t *teller) sign(ctx context.Context, a *agreement, made contract.ID) error {
	email := map[string]string{"Marlow Ceramics": Ines, "Northwind Bikes": Sam}[a.client]
	who, err := t.contact(ctx, email)
	if err != nil {
		return err
	}
	p := t.Contracts.ForClient(who)
	if err := p.View(ctx, made); err != nil {
		return err
	}
	paper, err := p.Get(ctx, made)
	if err != nil {
		return err
	}
	return p.Sign(ctx, made, signature(paper, who.Name()))
}

// seal lets Priya sign, and has the file sealed.
func (t *teller) seal(ctx context.Context, made contract.ID) error {
	app := t.Contracts.ForStaff(t.team[Priya])
	if err := app.View(ctx, made); err != nil {
		return err
	}
	paper, err := app.Paper(ctx, made)
	if err != nil {
		return err
	}
	if err := app.Sign(ctx, made, signature(paper, "Priya Rowe")); err != nil {
		return err
	}
	sys, err := t.Gate.System(ctx, t.site.ID)
	if err != nil {
		return err
	}
	return t.Contracts.Sealed(ctx, sys, json.RawMessage(fmt.Sprintf(`{"contract": %q}`, made)))
}
