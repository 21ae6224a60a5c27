package talk

import (
	"net/url"

	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/kernel/lang"
)

// ChangeStatus says where a change request stands, to staff or to its client.
func ChangeStatus(p lang.Printer, s change.State, toClient bool) ui.Status {
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

// ChangeCategory is what sort of change it is.
func ChangeCategory(p lang.Printer, c change.Category) ui.Pill {
	return ui.Pill{Text: p.T("change.category." + string(c)), Icon: categoryIcons[c]}
}

var categoryIcons = map[change.Category]string{
	change.NewFeature: "sparkles", change.BugFix: "bug", change.Enhancement: "wand-sparkles", change.Other: "ellipsis",
}

// Categories are the categories to choose from, as tiles.
func Categories(p lang.Printer) []ui.Option {
	var options []ui.Option
	for _, c := range change.Categories {
		options = append(options, ui.Option{
			Value: string(c), Label: p.T("change.category." + string(c)), Hint: p.T("change.category_hint." + string(c)), Icon: categoryIcons[c],
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

// Effort is how much work something is, in hours; empty for none.
func Effort(p lang.Printer, minutes int64) string {
	if minutes == 0 {
		return ""
	}
	return p.T("change.hours", "hours", Hours(p, minutes))
}

// Hours are minutes as hours, with at most two decimals.
func Hours(p lang.Printer, minutes int64) string {
	whole, part := minutes/60, minutes%60*100/60
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

// Moved says what a quote does to the dates; empty for nothing.
func Moved(v web.View, q change.Quote) string {
	switch {
	case q.MovesDays == 0:
		return ""
	case q.MilestoneName == "":
		return v.N("change.moves", q.MovesDays)
	}
	return v.N("change.moves_named", q.MovesDays, "milestone", q.MilestoneName, "date", v.ListDate(q.MilestoneDue.Add(q.MovesDays).Time()))
}
