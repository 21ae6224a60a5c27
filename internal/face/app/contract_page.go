package app

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/sign"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/prose"
)

// contractPage is one contract.
type contractPage struct {
	view
	Full contract.Full
	Doc  prose.Doc // what it says
}

// contractPage reads what the page of a contract shows.
func (f Face) contractPage(w http.ResponseWriter, r *http.Request, who auth.Staff) (contractPage, error) {
	full, err := f.Contracts.ForStaff(who).Full(r.Context(), contractIn(r))
	p := contractPage{view: newView(w, r, who), Full: full}
	p.Loads = []string{"reading.css"}
	p.Doc, _ = full.Said.Prose() // what is too long to be read has not been stored
	return p, err
}

func (f Face) showContract(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.contractPage(w, r, who)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.Full.Contract.Name, contractView(p))
}

func (f Face) showContractFile(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	file, err := f.Contracts.ForStaff(who).File(r.Context(), contractIn(r))
	if err != nil {
		return err
	}
	return web.File(w, file.Name, file.Type, file.Bytes)
}

// contractDone answers a change of a contract that has no form of its own: back to
// its page, or to it with what was wrong.
func (f Face) contractDone(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, flash, to string) error {
	if known, ok := problem.As(err); ok && known.Kind != problem.NotFound && known.Kind != problem.Forbidden {
		p, err := f.contractPage(w, r, who)
		if err != nil {
			return err
		}
		p.View = p.WithProblem(known)
		return p.page(w, r, web.Status(known), p.Full.Contract.Name, contractView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, to)
	return nil
}

func (p contractPage) head() ui.PageHead {
	c := p.Full.Contract
	return ui.PageHead{
		Title: c.Name, Sub: c.Number, Status: sign.Standing(p.Printer, c.Standing(p.today())),
		Crumbs: []ui.Link{{Text: p.T("contracts.title"), Href: "/app/contracts"}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// mine tells whether the contract waits for whoever looks at it.
func (p contractPage) mine() bool {
	c := p.Full.Contract
	return p.agrees() && (c.State == contract.Pending || c.State == contract.Signed) && slices.ContainsFunc(p.Full.People, func(s contract.Signatory) bool {
		return s.Side == contract.Ours && s.Identity == p.Who.ID() && s.Due()
	})
}

// waits tells whether somebody is waited for.
func (p contractPage) waits() bool {
	return !p.Full.Contract.Past(p.today()) && slices.ContainsFunc(p.Full.People, contract.Signatory.Due)
}

// main is the one filled button of the page; nothing where there is none.
func (p contractPage) main() ui.Button {
	c := p.Full.Contract
	switch {
	case p.mine():
		return ui.Button{Label: p.T("contract.read_sign"), Icon: "signature", Kind: ui.Filled, Href: contractAt(c.ID, "/signature")}
	case p.agrees() && c.State == contract.Draft:
		return ui.Button{Label: p.T("contract.send"), Icon: "send", Kind: ui.Filled, Href: contractAt(c.ID, "/sending"), Dialog: "drawer"}
	}
	return ui.Button{}
}

// act is the one filled button of the page that changes something at once.
func (p contractPage) act() ui.PostButton {
	c := p.Full.Contract
	b := ui.PostButton{Hidden: []ui.Hidden{p.Hidden()}, Button: ui.Button{Kind: ui.Filled}}
	switch {
	case !p.agrees(), p.mine():
	case c.State == contract.Declined || c.State == contract.Lapsed:
		b.Action, b.Button.Label, b.Button.Icon = contractAt(c.ID, "/revision"), p.T("contract.revise"), "pencil"
	case c.State == contract.Pending && p.waits():
		b.Action, b.Button = contractAt(c.ID, "/reminder"), ui.Button{Label: p.T("contract.remind"), Icon: "bell"}
	}
	return b
}

// menu is what else can be done; empty where nothing can.
func (p contractPage) menu() ui.Menu {
	c := p.Full.Contract
	m := ui.Menu{Label: p.T("clients.actions", "name", c.Name)}
	ask := func(key, icon, path string, danger bool) {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T(key), Icon: icon, Href: contractAt(c.ID, path), Dialog: "center", Danger: danger, Rule: danger && len(m.Items) > 0})
	}
	if !p.agrees() {
		return m
	}
	switch c.State {
	case contract.Draft:
		if c.Nth == 0 {
			ask("contract.discard", "trash-2", "/removal", true)
		} else {
			ask("contract.cancel", "ban", "/cancellation", true)
		}
	case contract.Pending:
		if p.mine() && p.waits() {
			m.Items = append(m.Items, ui.MenuItem{Text: p.T("contract.remind"), Icon: "bell", Action: contractAt(c.ID, "/reminder"), Hidden: []ui.Hidden{p.Hidden()}})
		}
		ask("contract.deadline", "calendar-clock", "/deadline", false)
		ask("contract.withdraw", "undo-2", "/withdrawal", true)
	case contract.Signed:
		if p.waits() {
			m.Items = append(m.Items, ui.MenuItem{Text: p.T("contract.remind"), Icon: "bell", Action: contractAt(c.ID, "/reminder"), Hidden: []ui.Hidden{p.Hidden()}})
		}
		if c.Seal == contract.Unsealed {
			ask("contract.cancel", "ban", "/cancellation", true)
		}
	case contract.Declined, contract.Lapsed:
		ask("contract.cancel", "ban", "/cancellation", true)
	case contract.Executed:
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("contract.addendum"), Icon: "file-plus", Href: "/app/contracts/new?amends=" + c.ID.String()})
		if p.ends() {
			ask("contract.terminate", "circle-x", "/termination", true)
		}
	}
	return m
}

// ends tells whether the person may end what is executed.
func (p contractPage) ends() bool {
	return p.Who.Role() == auth.Owner || p.Who.Role() == auth.Admin
}

// note says in words what the state of the contract leaves open.
func (p contractPage) note() ui.Note {
	c := p.Full.Contract
	switch c.State {
	case contract.Draft:
		if c.Nth > 0 {
			return ui.Note{Icon: "undo-2", Title: p.T("contract.note.again"), Text: p.reason()}
		}
	case contract.Declined:
		return ui.Note{Tone: ui.Bad, Title: p.T("contract.note.declined", "name", p.decliner()), Text: p.reason()}
	case contract.Lapsed:
		return ui.Note{Tone: ui.Warn, Title: p.T("contract.note.lapsed", "day", p.onDay(c.SignBy))}
	case contract.Cancelled:
		return ui.Note{Icon: "ban", Title: p.T("contract.note.cancelled", "day", p.onMoment(c.StateAt)), Text: p.reason()}
	case contract.Terminated:
		return ui.Note{Icon: "circle-x", Title: p.T("contract.note.terminated", "day", p.onDay(c.EndedOn)), Text: p.reason()}
	case contract.Pending:
		if p.mine() {
			return ui.Note{Tone: ui.Info, Icon: "signature", Title: p.T("contract.note.mine")}
		}
	case contract.Signed:
		if p.mine() {
			return ui.Note{Tone: ui.Info, Icon: "signature", Title: p.T("contract.note.mine_last")}
		}
	}
	return ui.Note{}
}

// reason is why, in the quotation marks of the language; empty for no reason.
func (p contractPage) reason() string {
	if p.Full.Contract.Reason == "" {
		return ""
	}
	return p.T("activity.reason", "reason", p.Full.Contract.Reason)
}

// decliner is who declined.
func (p contractPage) decliner() string {
	for _, s := range p.Full.People {
		if s.Turn == contract.Refused {
			return s.Name
		}
	}
	return p.Full.Contract.ClientName
}

// sealNote says how far the seal has come; nothing before the last signature.
func (p contractPage) sealNote() ui.Note {
	c := p.Full.Contract
	switch c.Seal {
	case contract.Waiting, contract.Working:
		return ui.Note{Tone: ui.Info, Icon: "clock", Title: p.T("contract.seal.waiting")}
	case contract.Failed:
		return ui.Note{Tone: ui.Bad, Title: p.T("contract.seal.failed"), Text: p.T("contract.seal.failed_text", "problem", c.SealProblem, "tries", p.Number(c.SealTries))}
	case contract.Done:
		return ui.Note{Tone: ui.OK, Icon: "shield-check", Title: p.T("contract.seal.done")}
	}
	return ui.Note{}
}

// sealFacts are what can be compared with a sealed file.
func (p contractPage) sealFacts() []ui.KeyValue {
	c := p.Full.Contract
	if c.Seal != contract.Done {
		return nil
	}
	return []ui.KeyValue{{Key: p.T("contract.seal.at"), Value: p.at(c.ExecutedAt)}, {Key: p.T("contract.seal.sha256"), Body: mono(c.SealedHash)}}
}

// at is a moment in the workspace's zone, empty for none.
func (p contractPage) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.When(t.In(p.Now.Location()), p.Now)
}

// facts are what is agreed besides the text.
func (p contractPage) facts() []ui.KeyValue {
	c := p.Full.Contract
	worth := ""
	if c.Amount != nil {
		worth = c.Amount.Say(p.Printer)
	}
	items := []ui.KeyValue{
		{Key: p.T("project.client"), Value: c.ClientName, Href: clientAt(c.Client, "/contracts")},
		{Key: p.T("contract.kind"), Value: p.T("contract.kind_" + string(c.Kind))},
		{Key: p.T("contract.value"), Value: worth},
		{Key: p.T("contract.starts_on"), Value: p.onDay(c.StartsOn)},
		{Key: p.T("contract.ends_on"), Value: p.onDay(c.EndsOn)},
		{Key: p.T("contract.renews_on"), Value: p.onDay(c.RenewsOn)},
		{Key: p.T("invoice.project"), Value: c.ProjectName, Href: projectAt(c.Project, "")},
		{Key: p.T("contract.amends"), Value: c.AmendsNo, Href: contractAt(c.Amends, "")},
		{Key: p.T("contract.language"), Value: p.T("language." + c.Language)},
	}
	if c.State == contract.Draft || c.State == contract.Pending {
		items = append(items, ui.KeyValue{Key: p.T("contract.sign_by"), Value: p.onDay(c.SignBy)})
	}
	return filled(items)
}

// stands is how far somebody has come, with when.
func (p contractPage) stands(s contract.Signatory) ui.Status {
	kind := map[contract.Turn]ui.StatusKind{
		contract.Invited: ui.StatusWarn, contract.Viewed: ui.StatusInfo, contract.HasSigned: ui.StatusOK, contract.Refused: ui.StatusBad, contract.NotYet: ui.StatusHold,
	}[s.Turn]
	if kind == "" {
		kind = ui.StatusOff
	}
	key := "contract.turn." + string(s.Turn)
	switch {
	case !s.Acts():
		return ui.Status{Kind: ui.StatusOff, Text: p.T("contract.role.copy")}
	case p.Full.Contract.State == contract.Draft:
		return ui.Status{}
	case s.Turn == contract.HasSigned && s.Role == contract.Approver:
		key = "contract.turn_approved"
	}
	return ui.Status{Kind: kind, Text: p.T(key)}
}

// times says when somebody was invited, has read, and has signed or declined.
func (p contractPage) times(s contract.Signatory) []string {
	var parts []string
	add := func(key string, at time.Time) {
		if !at.IsZero() {
			parts = append(parts, p.T(key, "when", p.at(at)))
		}
	}
	add("contract.times.invited", s.Invited)
	add("contract.times.viewed", s.Viewed)
	if s.Turn != contract.HasSigned && s.Turn != contract.Refused {
		add("contract.times.reminded", s.Last)
	}
	switch s.Turn {
	case contract.HasSigned:
		add("contract.times.signed", s.Done)
	case contract.Refused:
		add("contract.times.declined", s.Done)
	case contract.Delegated:
		add("contract.times.replaced", s.Done)
	}
	return parts
}

// given says how somebody has signed; empty for who has not.
func (p contractPage) given(s contract.Signatory) string {
	g, ok := p.Full.Given(s.ID)
	if !ok {
		return ""
	}
	said := p.T("contract.given."+g.Mark, "name", g.Name)
	return said + " · " + p.T("contract.certificate.method."+string(g.Method))
}

// does says for whom and as what somebody signs.
func (p contractPage) does(s contract.Signatory) string {
	said := p.T("contract.side."+string(s.Side)) + " · " + p.T("contract.role."+string(s.Role))
	if s.Acts() {
		said = p.T("contract.nth", "step", p.Number(s.Step)) + " · " + said
	}
	if s.ByLink() {
		said += " · " + p.T("contract.by_link")
	}
	return said
}

// replaceable tells whether somebody else can stand in for a signatory.
func (p contractPage) replaceable(s contract.Signatory) bool {
	return p.agrees() && p.Full.Contract.Replaceable(s)
}

func replacementAt(c contract.ID, s contract.SignatoryID) string {
	return contractAt(c, "/signatories/"+s.String()+"/replacement")
}

// missing is what the draft cannot be sent without.
func (p contractPage) missing() []mend {
	if p.Full.Contract.State != contract.Draft || !p.agrees() {
		return nil
	}
	return p.mends(p.Full.Contract.ID, p.Full.Missing())
}

// mend is something that is missing, and where it is put right.
type mend struct{ ID, Label, Href string }

// mends are what a draft cannot be sent without, each with where it is put right.
func (v view) mends(c contract.ID, missing error) []mend {
	v.View = v.WithProblem(missing)
	var all []mend
	for _, field := range contract.MissingFields {
		if text := v.Error(field); text != "" {
			all = append(all, mend{"mend-" + field, text, contractAt(c, "/"+field)})
		}
	}
	return all
}

// sentVersion is a version that was sent.
type sentVersion struct{ Title, Sub, Hash string }

// versions are those that were sent, the newest first.
func (p contractPage) versions() []sentVersion {
	var all []sentVersion
	for _, l := range p.Full.Links {
		a, err := l.Act()
		if err != nil || a.Kind != "sent" {
			continue
		}
		pages, _ := strconv.Atoi(a.Facts["pages"])
		all = append(all, sentVersion{
			p.T("contract.version_nth", "n", a.Facts["version"]),
			p.T("contract.version_sent", "when", p.at(a.Time()), "name", a.Actor.Name) + " · " + p.N("contract.pages", pages), a.Facts["sha256"],
		})
	}
	slices.Reverse(all)
	return all
}

// eventSigns are the icon and the tone of what happened with a contract.
var eventSigns = map[string]eventSign{
	"created": {"plus", ui.Neutral}, "sent": {"send", ui.Brand}, "invited": {"mail", ui.Neutral}, "reminded": {"bell", ui.Neutral}, "viewed": {"eye", ui.Neutral},
	"signed": {"signature", ui.OK}, "client_signed": {"signature", ui.OK}, "code_sent": {"mail", ui.Neutral}, "code_wrong": {"circle-x", ui.Warn}, "approved": {"check", ui.OK}, "declined": {"circle-x", ui.Bad}, "replaced": {"arrow-right-left", ui.Neutral},
	"sign_by": {"calendar-clock", ui.Neutral}, "reopened": {"undo-2", ui.Warn}, "expired_unsigned": {"clock", ui.Bad}, "cancelled": {"ban", ui.Neutral},
	"terminated": {"circle-x", ui.Bad}, "sealed": {"shield-check", ui.OK}, "executed": {"file-check", ui.OK},
}

// history is everything that happened, the newest first.
func (p contractPage) history() ui.Feed {
	feed := ui.Feed{}
	for _, l := range slices.Backward(p.Full.Links) {
		a, err := l.Act()
		mark, known := eventSigns[a.Kind]
		if err != nil || !known {
			continue
		}
		feed.Items = append(feed.Items, ui.FeedItem{
			Icon: mark.icon, Tone: mark.tone, Title: p.T("contract.event." + a.Kind), Text: p.told(a), Meta: p.at(a.Time()), Moment: a.Time().Format(time.RFC3339),
		})
	}
	return feed
}

// told says who did it, and what is to be known of it.
func (p contractPage) told(a contract.Act) string {
	said := a.Actor.Name
	person := func(id string) string {
		for _, s := range p.Full.People {
			if s.ID.String() == id {
				return s.Name
			}
		}
		return ""
	}
	switch a.Kind {
	case "invited", "replaced":
		said = join(said, a.Facts["name"])
	case "reminded":
		said = join(said, person(a.Facts["signatory"]))
	case "code_sent":
		said = join(person(a.Facts["signatory"]), a.Facts["email"])
	case "sign_by":
		day := civil.Date(a.Facts["day"])
		if day == "" {
			said = join(said, p.T("contract.no_deadline"))
		} else if _, ok := civil.Parse(string(day)); ok {
			said = join(said, p.onDay(day))
		}
	}
	if reason := a.Facts["reason"]; reason != "" {
		said = join(said, p.T("activity.reason", "reason", reason))
	}
	return said
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}
