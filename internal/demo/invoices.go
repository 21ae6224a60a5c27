package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"foyer/internal/feature/billing"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/total"
)

// money is an invoice of the story. Its days count backwards from today.
type money struct {
	client  string // name
	project string // name, may be empty
	issued  int    // days ago; 0 for a draft
	terms   int
	po      string
	notes   string
	sent    bool
	voided  int // days ago; never when zero
	paid    []paid
	lines   []invoice.LineDetails // taxed by the client's rate
}

type paid struct {
	ago       int
	amount    string
	reference string
}

var moneys = []money{
	{client: "Marlow Ceramics", issued: 88, terms: 14, lines: lines("Product photography, deposit", "1", "", "4500"), paid: []paid{{80, "4500", "SEPA 7781"}}},
	{client: "Marlow Ceramics", issued: 74, terms: 14, lines: lines("Rush fee, spring fair", "1", "", "1250"), voided: 72},
	{client: "Marlow Ceramics", issued: 48, terms: 14, lines: lines("Packaging system, deposit", "1", "", "6600"), paid: []paid{{36, "6600", "SEPA 7902"}}},
	{client: "Marlow Ceramics", project: "Online shop relaunch", issued: 45, terms: 14, po: "MC-2231", lines: lines("Online shop relaunch, milestone 2", "1", "", "18240"), paid: []paid{{31, "18240", "SEPA 7955"}}},
	{client: "Marlow Ceramics", project: "Brand refresh", issued: 23, terms: 14, lines: lines("Brand refresh, milestone 2", "1", "", "9120"), paid: []paid{{12, "9120", "SEPA 8012"}}},
	{client: "Marlow Ceramics", issued: 20, terms: 14, sent: true, lines: lines("Product photography, final balance", "1", "", "4500")},
	{
		client: "Marlow Ceramics", issued: 9, terms: 14, sent: true, lines: append(lines("Glaze catalogue, copy and layout", "38", "h", "85"), lines("Printed proofs", "3", "sets", "64.50")...),
		paid: []paid{{3, "1200", "SEPA 8077"}},
	},
	{
		client: "Marlow Ceramics", project: "Online shop relaunch", issued: 5, terms: 14, po: "MC-2231", sent: true, notes: "Milestone 3 of the relaunch. Thank you for the quick feedback on the checkout.",
		lines: []invoice.LineDetails{
			{Description: "Checkout design\nMilestone 3, fixed price", Quantity: "1", Price: "8400"},
			{Description: "Storefront build\nOctober and November", Quantity: "62", Unit: "h", Price: "105"},
			{Description: "Stock sync prototype\nKiln log import", Quantity: "22", Unit: "h", Price: "105"},
			{Description: "Design system hosting\nThree months", Quantity: "3", Unit: "months", Price: "340"},
		},
	},
	{client: "Marlow Ceramics", project: "Online shop relaunch", terms: 14, lines: lines("Staging shop, milestone 4", "1", "", "9600")},
	{client: "Northwind Bikes", issued: 33, terms: 30, sent: true, notes: "For the osprey frames.", lines: lines("Osprey frame catalogue", "12.5", "h", "95")},
	{client: "Northwind Bikes", terms: 30, lines: lines("Osprey decals", "400", "pcs", "0.85")},
}

// lines is one line of an invoice.
func lines(description, quantity, unit, price string) []invoice.LineDetails {
	return []invoice.LineDetails{{Description: description, Quantity: quantity, Unit: unit, Price: price}}
}

// billing says how the studio bills.
func (t *teller) billing(ctx context.Context) error {
	app := billing.ForStaff(t.team[Priya])
	for _, r := range []billing.RateDetails{
		{Name: "VAT", Category: total.Standard, Percent: "23", Standard: true},
		{Name: "Reduced VAT", Category: total.Standard, Percent: "13.5"},
		{Name: "Reverse charge, EU", Category: total.ReverseCharge, Reason: "Reverse charge: VAT is accounted for by the customer (Directive 2006/112/EC, article 196)."},
		{Name: "Outside the EU", Category: total.Export, Reason: "Export: no VAT is charged (Directive 2006/112/EC, article 146)."},
	} {
		if err := app.AddRate(ctx, r); err != nil {
			return err
		}
	}
	for _, s := range []billing.SavedDetails{
		{Description: "Design", Unit: "h", Price: "95", Currency: "EUR"}, {Description: "Build", Unit: "h", Price: "105", Currency: "EUR"},
		{Description: "Design system hosting", Unit: "months", Price: "340", Currency: "EUR"},
	} {
		if err := app.AddSaved(ctx, s); err != nil {
			return err
		}
	}
	err := app.SaveInstructions(ctx, billing.Instructions{
		Currency: "EUR", Content: "Account name: Halden & Rowe Ltd\nIBAN: IE29 AIBK 9311 5212 3456 78\nBIC: AIBKIE2D",
	})
	if err != nil {
		return err
	}
	basics, err := app.Basics(ctx)
	if err != nil {
		return err
	}
	basics.Footer = "Halden & Rowe Ltd, 14 Foundry Lane, Dublin D08 K2N4 · Registered in Ireland, 614 882 · hello@haldenrowe.example"
	if err := app.SaveBasics(ctx, basics); err != nil {
		return err
	}
	return app.SaveReminders(ctx, "-3, 1, 7, 14")
}

// invoices are the beats of all the invoices.
func (t *teller) invoices() []beat {
	all := []beat{{260*day - time.Hour, t.billing}}
	for i := range moneys {
		m, made := &moneys[i], new(invoice.ID)
		ago := time.Duration(max(m.issued, 2)) * day
		all = append(all, beat{ago, func(ctx context.Context) error { return t.bill(ctx, m, made) }})
		for _, y := range m.paid {
			all = append(all, beat{time.Duration(y.ago) * day, func(ctx context.Context) error {
				return t.money().RecordPayment(ctx, *made, invoice.PaymentDetails{
					Amount: y.amount, Method: invoice.Methods[0], PaidOn: string(civil.Today(t.team[Priya].Now())), Reference: y.reference,
				})
			}})
		}
		if m.voided > 0 {
			all = append(all, beat{time.Duration(m.voided) * day, func(ctx context.Context) error { return t.money().VoidInvoice(ctx, *made) }})
		}
	}
	return all
}

// remind sends what is due to be reminded of by now, as the sweep does.
func (t *teller) remind(ctx context.Context) error {
	sys, err := t.Gate.System(ctx, t.site.ID)
	if err != nil {
		return err
	}
	return t.bills().RemindAll(ctx, sys)
}

func (t *teller) bills() invoice.Feature {
	return invoice.Feature{Documents: document.Shelf{Blobs: t.Blobs}, Enqueue: t.Jobs.Enqueue}
}

// money is the door to invoices.
func (t *teller) money() invoice.App {
	return t.bills().ForStaff(t.team[Priya])
}

// bill writes an invoice and, unless it stays a draft, issues it.
func (t *teller) bill(ctx context.Context, m *money, made *invoice.ID) error {
	offers, err := billing.ForStaff(t.team[Priya]).Offers(ctx)
	if err != nil {
		return err
	}
	name := map[string]string{"Marlow Ceramics": "Reverse charge, EU"}[m.client]
	if name == "" {
		name = "VAT"
	}
	in := invoice.Details{Client: t.clients[m.client], Project: t.works[m.project], Currency: "EUR", TermsDays: fmt.Sprint(m.terms), PONumber: m.po, Notes: m.notes}
	for _, l := range m.lines {
		for _, r := range offers.Rates {
			if r.Name == name {
				l.Rate = r.ID
			}
		}
		in.Lines = append(in.Lines, l)
	}
	if *made, err = t.money().Create(ctx, in); err != nil || m.issued == 0 {
		return err
	}
	if err := t.money().Issue(ctx, *made, 1, m.sent); err != nil {
		return err
	}
	sys, err := t.Gate.System(ctx, t.site.ID)
	if err != nil {
		return err
	}
	return t.bills().Render(ctx, sys, json.RawMessage(fmt.Sprintf(`{"invoice": %q}`, *made)))
}
