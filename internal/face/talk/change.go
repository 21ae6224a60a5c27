package talk

import (
	"net/url"

	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/kernel/lang"
)

// ChangeStatus says where a change request stands, or that it went on as a case, to staff
// or to its client.
func ChangeStatus(p lang.Printer, s change.State, turned, toClient bool) ui.Status {
	if turned {
		return ui.Status{Kind: ui.StatusOff, Text: p.T("change.turned")}
	}
	kind := map[change.State]ui.StatusKind{
		change.Submitted: ui.StatusInfo, change.InReview: ui.StatusInfo, change.NeedsInfo: ui.StatusWarn, change.Quoted: ui.StatusWarn,
		change.Accepted: ui.StatusOK, change.Scheduled: ui.StatusActive, change.InProgress: ui.StatusActive, change.Delivered: ui.StatusDone,
		change.Rejected: ui.StatusBad, change.Declined: ui.StatusOff, change.Withdrawn: ui.StatusOff, change.Expired: ui.StatusOff,
	}[s]
	if toClient && (s == change.NeedsInfo || s == change.Quoted || s == change.Submitted) {
		return ui.Status{Kind: kind, Text: p.T("portal.change.state." + string(s))}
	}
	return ui.Status{Kind: kind, Text: p.T("change.state." + string(s))}
}

// QuoteStatus is what became of a quote, or that it is out.
func QuoteStatus(p lang.Printer, q change.Quote, out bool) ui.Status {
	switch {
	case q.Decision == "accepted":
		return ui.Status{Kind: ui.StatusOK, Text: p.T("change.state.accepted")}
	case q.Decision == "declined":
		return ui.Status{Kind: ui.StatusOff, Text: p.T("change.state.declined")}
	case out:
		return ui.Status{Kind: ui.StatusWarn, Text: p.T("change.quote_out")}
	}
	return ui.Status{Kind: ui.StatusOff, Text: p.T("change.quote_over")}
}

// ChangeCategory is what sort of change it is.
func ChangeCategory(p lang.Printer, c change.Category) ui.Pill {
	return ui.Pill{Text: p.T("change.category_" + string(c)), Icon: categoryIcons[c]}
}

var categoryIcons = map[change.Category]string{
	change.NewFeature: "sparkles", change.BugFix: "bug", change.Enhancement: "wand-sparkles", change.Other: "ellipsis",
}

// Categories are the categories to choose from, as tiles.
func Categories(p lang.Printer) []ui.Option {
	var options []ui.Option
	for _, c := range change.Categories {
		options = append(options, ui.Option{
			Value: string(c), Label: p.T("change.category_" + string(c)), Hint: p.T("change.category_hint_" + string(c)), Icon: categoryIcons[c],
		})
	}
	return options
}

// Conversation is what was said about a change request, on a page of either face.
type Conversation struct {
	web.View
	Thread change.Thread
	At     string // address of the request
}

// Draw draws it.
func (c Conversation) Draw() ui.Thread {
	t := ui.Thread{Label: c.T("change.conversation")}
	for _, m := range c.Thread.Messages {
		author := m.Author
		if m.Mine {
			author = c.T("case.you")
		}
		one := ui.ThreadMessage{ID: "m-" + m.ID, Name: m.Author, Author: author, Own: m.Mine, Body: ui.Message(m.Body), Files: files(c.View, c.At, m.Files)}
		one.When, one.Moment = when(c.View, m.At)
		t.Items = append(t.Items, one)
	}
	link := func(key, name, at string) ui.Link {
		if at == "" {
			return ui.Link{}
		}
		return ui.Link{Text: c.T(key), Href: c.At + "?" + url.Values{name: {at}}.Encode() + "#thread"}
	}
	t.Earlier, t.Later = link("case.earlier", "before", c.Thread.Older), link("case.later", "after", c.Thread.Newer)
	return t
}

// Enclosed are the files that came with the request itself.
func (c Conversation) Enclosed() []ui.ThreadFile { return files(c.View, c.At, c.Thread.Files) }

// Effort is how much work something is, of hundredths of an hour; empty for none.
func Effort(p lang.Printer, hundredths int64) string {
	if hundredths == 0 {
		return ""
	}
	return p.T("change.hours", "hours", Hours(p, hundredths))
}

// Hours are hundredths of an hour as hours, with at most two decimals.
func Hours(p lang.Printer, hundredths int64) string {
	whole, part := hundredths/100, hundredths%100
	said := p.Number(int(whole))
	if part == 0 {
		return said
	}
	digits := string([]byte{byte('0' + part/10), byte('0' + part%10)})
	if digits[1] == '0' {
		digits = digits[:1]
	}
	return said + p.DecimalMark() + digits
}

// Moved says what a quote does to the dates, or did; empty for nothing.
func Moved(v web.View, q change.Quote) string {
	to := q.Moves()
	switch {
	case to == "":
		return ""
	case q.MilestoneName == "":
		return v.N("change.moves", q.MovesDays)
	}
	return v.N("change.moves_named", q.MovesDays, "milestone", q.MilestoneName, "date", v.ListDate(to.Time()))
}
