package app

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"foyer/internal/face/ui"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/payment"
	"foyer/internal/kernel/money"
)

// moneySigns are those of what happens with invoices and payments.
var moneySigns = map[string]eventSign{
	"invoice.created":       {"plus", ui.Neutral},
	"invoice.changed":       {"pencil", ui.Neutral},
	"invoice.issued":        {"receipt", ui.Brand},
	"credit_note.issued":    {"receipt-text", ui.Brand},
	"invoice.sent":          {"mail", ui.Neutral},
	"invoice.reminded":      {"bell", ui.Neutral},
	"invoice.part_paid":     {"banknote", ui.OK},
	"invoice.paid":          {"circle-check", ui.OK},
	"invoice.voided":        {"ban", ui.Neutral},
	"invoice.written_off":   {"eraser", ui.Warn},
	"invoice.recovered":     {"undo-2", ui.Neutral},
	"payment.credited":      {"wallet", ui.OK},
	"payment.taken_back":    {"undo-2", ui.Neutral},
	"payment.started":       {"clock", ui.Brand},
	"payment.failed":        {"x", ui.Bad},
	"payment.refused":       {"triangle-alert", ui.Warn},
	"payment.refunded":      {"rotate-ccw", ui.Neutral},
	"payment.refund_failed": {"triangle-alert", ui.Warn},
	"payment.came_again":    {"banknote", ui.OK},
	"payment.disputed":      {"shield-alert", ui.Bad},
	"payment.dispute_won":   {"shield-check", ui.OK},
	"payment.lost":          {"shield-alert", ui.Bad},
	"payment.unmatched":     {"circle-help", ui.Warn},
	"unmatched.applied":     {"check", ui.OK},
	"unmatched.refunded":    {"rotate-ccw", ui.Neutral},
	"unmatched.ignored":     {"eye-off", ui.Neutral},
	"stripe.key_saved":      {"key", ui.Neutral},
	"stripe.hook_saved":     {"key", ui.Neutral},
	"stripe.key_removed":    {"unplug", ui.Warn},
}

// moneyItem is an event about money as a line, with the invoice that it is about.
func (v view) moneyItem(e payment.Happened) (item ui.FeedItem, known bool) {
	mark, known := moneySigns[e.Kind]
	if !known {
		return item, false
	}
	return ui.FeedItem{
		Icon: mark.icon, Tone: mark.tone, Body: happening(v.moneySentence(e), v.moneyReason(e.Entry)),
		Meta: v.When(e.At.In(v.Now.Location()), v.Now), Moment: e.At.UTC().Format(time.RFC3339),
	}, true
}

// moneyActor is who did it: a person, Stripe, or the program itself.
func (v view) moneyActor(e activity.Entry) string {
	about, _, _ := strings.Cut(e.Kind, ".")
	switch {
	case e.ActorName != "":
		return e.ActorName
	case about == "payment", about == "unmatched", e.Params["through"] == "stripe":
		return "Stripe"
	}
	return v.T("activity.nobody")
}

// moneySentence is an event about money in words: who did what, and how much.
func (v view) moneySentence(e payment.Happened) templ.Component {
	text := func(name string) string { s, _ := e.Params[name].(string); return s }
	whole := func(name string) int64 { n, _ := e.Params[name].(float64); return int64(n) } // within what a float holds exactly
	key, minor := "activity."+e.Kind, whole("minor")
	switch e.Kind {
	case "invoice.paid", "invoice.part_paid":
		switch {
		case text("through") == "stripe" && e.ActorKind != "staff":
			key = "activity.online." + e.Kind
		case e.Params["credit"] != nil:
			key, minor = "activity.credit."+e.Kind, whole("credit")
		}
	case "payment.unmatched":
		if e.Invoice == "" {
			key = "activity.payment.unmatched_unknown"
		}
	case "payment.refund_failed":
		if e.Invoice == "" {
			key = "activity.payment.refund_failed_unmatched"
		}
	}
	parts := map[string]ui.Part{
		"who":    {Text: v.moneyActor(e.Entry), Strong: true},
		"amount": {Text: money.Amount{Minor: minor, Currency: text("currency")}.Say(v.Printer), Strong: true},
		"number": {Text: text("number"), Strong: true, Whole: true},
		"end":    {Text: text("end")},
	}
	if e.Invoice != "" {
		parts["invoice"] = ui.Part{Text: e.Number, Strong: true, Whole: true, Href: invoiceAt(e.Invoice, "")}
	}
	return ui.Sentence(v.T(key), parts)
}

// moneyReason is what Stripe said, or what of money does not fit.
func (v view) moneyReason(e activity.Entry) string {
	reason, _ := e.Params["reason"].(string)
	switch {
	case reason == "":
		return ""
	case e.Kind == "payment.unmatched" && slices.Contains(payment.Reasons, reason):
		return v.T("unmatched.reason." + reason)
	case e.Kind == "payment.unmatched":
		return ""
	}
	return v.T("activity.reason", "reason", reason)
}

// feed is what happened to the invoice, newest first.
func (p invoicePage) feed() ui.Feed {
	var feed ui.Feed
	for _, e := range p.Full.Events {
		if item, known := p.moneyItem(payment.Happened{Entry: e, Invoice: p.Full.Invoice.ID, Number: cmp.Or(p.Full.Invoice.Number, p.name(p.Full.Invoice))}); known {
			feed.Items = append(feed.Items, item)
		}
	}
	return feed
}

// feed is what happened with money, newest first.
func (p todayPage) feed() ui.Feed {
	var feed ui.Feed
	for _, e := range p.News {
		if item, known := p.moneyItem(e); known {
			feed.Items = append(feed.Items, item)
		}
	}
	return feed
}
