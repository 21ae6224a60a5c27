package sign

import (
	"net/http"
	"strings"
	"time"

	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/prose"
)

// reading is a contract to be read.
type reading struct {
	Place
	contract.Paper
	Text  prose.Doc
	Steps []step // while it is read to be signed
}

func (p Place) reading(paper contract.Paper) (reading, error) {
	text, err := paper.Snapshot.Prose()
	return reading{Place: p, Paper: paper, Text: text}, err
}

// Read answers with the page on which the contract is read.
func (p Place) Read(w http.ResponseWriter, r *http.Request) error {
	paper, err := p.Door.Paper(r.Context())
	if err != nil {
		return err
	}
	page, err := p.reading(paper)
	if err != nil {
		return err
	}
	return p.draw(w, r, http.StatusOK, paper.Snapshot.Name, false, readView(page))
}

// Download answers with the file.
func (p Place) Download(w http.ResponseWriter, r *http.Request) error {
	return p.hand(w, func(door Outsider) (contract.File, error) { return door.File(r.Context()) })
}

// Attachment answers with a file that travels with the contract.
func (p Place) Attachment(w http.ResponseWriter, r *http.Request) error {
	return p.hand(w, func(door Outsider) (contract.File, error) {
		return door.Attachment(r.Context(), contract.AttachmentID(r.PathValue("attachment")))
	})
}

// hand answers with a file that a door gives.
func (p Place) hand(w http.ResponseWriter, out func(Outsider) (contract.File, error)) error {
	door, err := p.outside()
	if err != nil {
		return err
	}
	file, err := out(door)
	if err != nil {
		return err
	}
	return web.File(w, file.Name, file.Type, file.Bytes)
}

// top is the level of the text's own headings that stand highest.
func (p reading) top() int {
	top := 3
	for _, h := range p.Text.Outline() {
		top = min(top, h.Level)
	}
	return top
}

// own is how the text itself says things: in the contract's language.
func (p reading) own() lang.Printer { return lang.For(p.Snapshot.Language) }

func (p reading) head() ui.PageHead {
	return ui.PageHead{
		Title: p.Snapshot.Name, Status: Standing(p.Printer, p.Contract.Standing(p.today())), Crumbs: p.Crumbs, CrumbsLabel: p.T("ui.crumbs"),
		Sub: p.T("sign.version", "version", p.Number(int(p.Snapshot.Version)), "date", p.LongDate(p.local(p.Snapshot.FixedAt))),
	}
}

// local is a moment on the clock of the workspace.
func (p Place) local(t time.Time) time.Time { return t.In(p.Now.Location()) }

func (p Place) day(t time.Time) string { return p.LongDate(p.local(t)) }

// facts are what stands beside the text.
func (p reading) facts() []ui.KeyValue {
	s := p.Snapshot
	items := []ui.KeyValue{{Key: p.T("sign.fact.number"), Value: s.Number}, {Key: p.T("sign.fact.kind"), Value: p.T("contract.kind_" + string(s.Kind))}}
	add := func(key, value string) {
		if value != "" {
			items = append(items, ui.KeyValue{Key: p.T(key), Value: value})
		}
	}
	if s.Amount != nil {
		add("contract.value", s.Amount.Say(p.Printer))
	}
	add("contract.starts_on", p.list(s.StartsOn))
	add("contract.ends_on", p.list(s.EndsOn))
	add("contract.renews_on", p.list(s.RenewsOn))
	add("contract.amends", s.AmendsNo)
	if p.Contract.State == contract.Pending {
		add("sign.fact.by", p.list(p.Contract.SignBy))
	}
	return items
}

func (p Place) list(day civil.Date) string {
	if day == "" {
		return ""
	}
	return p.ListDate(day.Time())
}

// Fingerprint is a hash as people compare it: its beginning, in groups.
func Fingerprint(sha256 string) string {
	var groups []string
	for from := 0; from+4 <= min(len(sha256), 16); from += 4 {
		groups = append(groups, sha256[from:from+4])
	}
	return strings.Join(groups, " ")
}

// person is a signatory as others see them.
type person struct {
	Name   string
	Me     bool
	Line   string
	Status ui.Status
}

func (p reading) people() []person {
	var all []person
	for _, s := range p.People {
		if s.Turn == contract.Delegated {
			continue
		}
		one := person{Name: s.Name, Me: s.ID == p.Me.ID, Line: s.Title}
		if s.Role != contract.Signer {
			one.Line = strings.TrimPrefix(s.Title+" · "+p.T("contract.role."+string(s.Role)), " · ")
		}
		kind := ui.StatusOff
		text := p.T("contract.turn." + string(s.Turn))
		switch s.Turn {
		case contract.HasSigned:
			kind, text = ui.StatusOK, p.T("sign.turn."+string(s.Role), "date", p.DayMonth(p.local(s.Done)))
		case contract.Invited, contract.Viewed:
			kind, text = ui.StatusWarn, p.T("sign.turn.due")
		case contract.Refused:
			kind = ui.StatusBad
		}
		if one.Me && s.Turn == contract.NotYet {
			text = p.T("sign.turn.later")
		}
		if s.Acts() {
			one.Status = ui.Status{Kind: kind, Text: text}
		}
		all = append(all, one)
	}
	return all
}

// waits are those whose turn it is, but for the reader.
func (p reading) waits() string {
	var names []string
	for _, s := range p.People {
		if s.Due() && s.ID != p.Me.ID {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ", ")
}

// everybody tells whether all have signed.
func (p reading) everybody() bool {
	for _, s := range p.People {
		if s.Acts() && s.Turn != contract.HasSigned && s.Turn != contract.Delegated {
			return false
		}
	}
	return true
}

// last tells whether nobody signs after the reader.
func (p reading) last() bool {
	for _, s := range p.People {
		if s.ID != p.Me.ID && s.Acts() && s.Turn != contract.HasSigned && s.Turn != contract.Delegated {
			return false
		}
	}
	return true
}

// says is how it stands, in sentences; nothing while it waits for the reader, for
// the bar says so then.
func (p reading) says() ui.Note {
	c, workspace := p.Contract, p.Site.Name
	switch {
	case c.State == contract.Pending && p.Closed != nil && !p.signed() && p.Me.Acts():
		known, _ := problem.As(p.Closed)
		if known != nil && known.Message.Key == "contract.not_your_turn" {
			return ui.Note{Icon: "clock", Title: p.T("sign.state.not_yet"), Text: p.T("sign.state.not_yet_text", "names", p.waits())}
		}
		return ui.Note{Icon: "clock", Title: p.T("contract.not_open.expired_unsigned"), Text: p.T("sign.state.lapsed_text", "workspace", workspace)}
	case c.State == contract.Pending && p.signed():
		return ui.Note{Tone: ui.OK, Title: p.T("sign.state.you_"+string(p.Me.Role), "date", p.day(p.Me.Done)), Text: p.T("sign.state.wait", "names", p.waits())}
	case c.State == contract.Pending && !p.MaySign():
		return ui.Note{Icon: "clock", Title: p.T("sign.state.out"), Text: p.T("sign.state.wait", "names", p.waits())}
	case c.State == contract.Signed && p.everybody():
		return ui.Note{Tone: ui.OK, Icon: "refresh-cw", Title: p.T("sign.state.sealing"), Text: p.T("sign.state.sealing_text")}
	case c.State == contract.Signed:
		return ui.Note{Tone: ui.OK, Title: p.T("sign.state.theirs"), Text: p.T("sign.state.wait", "names", p.waits())}
	case c.State == contract.Executed && c.EndsOn != "" && c.EndsOn < p.today():
		return ui.Note{Icon: "clock", Title: p.T("sign.state.over", "date", p.LongDate(c.EndsOn.Time())), Text: p.T("sign.state.executed_text")}
	case c.State == contract.Executed:
		return ui.Note{Tone: ui.OK, Icon: "badge-check", Title: p.T("sign.state.executed", "date", p.day(c.ExecutedAt)), Text: p.T("sign.state.executed_text")}
	case c.State == contract.Declined:
		title := p.T("contract.not_open.declined")
		for _, s := range p.People {
			if s.Turn == contract.Refused {
				title = p.T("sign.state.declined", "name", s.Name, "date", p.day(s.Done))
			}
		}
		return ui.Note{Tone: ui.Bad, Icon: "ban", Title: title, Text: p.T("sign.state.declined_text", "workspace", workspace)}
	case c.State == contract.Lapsed:
		return ui.Note{Tone: ui.Warn, Icon: "clock", Title: p.T("sign.state.lapsed", "date", p.LongDate(c.SignBy.Time())), Text: p.T("sign.state.lapsed_text", "workspace", workspace)}
	case c.State == contract.Cancelled:
		return ui.Note{Icon: "ban", Title: p.T("sign.state.cancelled", "workspace", workspace, "date", p.day(c.StateAt)), Text: c.Reason}
	case c.State == contract.Terminated:
		return ui.Note{Icon: "ban", Title: p.T("sign.state.terminated", "date", p.LongDate(c.EndedOn.Time())), Text: c.Reason}
	}
	return ui.Note{}
}

func (p reading) signed() bool { return p.Me.Turn == contract.HasSigned }

// sealed tells whether there is a sealed file to check.
func (p reading) sealed() bool { return p.Contract.SealedHash != "" }

// barText is the second line of the bar: by when, or who else.
func (p reading) barText() string {
	switch day := p.Contract.SignBy; {
	case day != "":
		return p.T("sign.bar.by", "date", p.LongDate(day.Time()), "distance", p.Distance(p.today().Until(day)))
	case p.last():
		return p.T("sign.bar.last")
	}
	return p.T("sign.bar.minutes")
}
