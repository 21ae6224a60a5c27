package app

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
)

func (f Face) postConfirmation(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in confirmForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Calendar.ForStaff(who).Confirm(r.Context(), eventIn(r), int(in.Seen), in.answer())
	return f.eventDone(w, r, who, err, "flash.meeting_confirmed", func(p *eventPage) { p.confirms(in) })
}

// seenForm is what a form sends that asks for nothing else.
type seenForm struct {
	Seen int64 `form:"seen"`
}

func (f Face) postAbsence(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in seenForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return f.eventDone(w, r, who, f.Calendar.ForStaff(who).Missed(r.Context(), eventIn(r), int(in.Seen)), "flash.saved", nil)
}

func (f Face) postOrganiser(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in seenForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return f.eventDone(w, r, who, f.Calendar.ForStaff(who).Take(r.Context(), eventIn(r), int(in.Seen)), "flash.meeting_taken", nil)
}

func (f Face) postAgain(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in seenForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return f.eventDone(w, r, who, f.Calendar.ForStaff(who).Again(r.Context(), eventIn(r), int(in.Seen)), "flash.meeting_offered", nil)
}

// endPage asks before a request is declined, a meeting cancelled, or another time for
// one refused.
type endPage struct {
	eventPage
	Act    string // rejection, cancellation or refusal, also the last part of its address
	Reason string
}

// ends tells whether an event can be ended so.
func (p eventPage) ends(act string) bool {
	if act == "refusal" {
		return p.Event.Moving()
	}
	return p.Event.MayEnd(p.Now) && act == p.ending()
}

// key is the beginning of what is said about the act: what one offered is taken back.
func (p endPage) key() string {
	if p.Act == "refusal" && p.Event.Turn == calendar.ByClient {
		return "calendar.ask.withdrawal"
	}
	return "calendar.ask." + p.Act
}

func (f Face) askEnd(act string) func(http.ResponseWriter, *http.Request, auth.Staff) error {
	return func(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
		return f.drawEnd(w, r, who, endPage{Act: act}, nil)
	}
}

func (f Face) drawEnd(w http.ResponseWriter, r *http.Request, who auth.Staff, e endPage, trouble error) error {
	p, err := f.eventPage(w, r, who)
	if err != nil {
		return err
	}
	if !p.ends(e.Act) {
		if trouble != nil {
			return f.eventDone(w, r, who, trouble, "", func(p *eventPage) { p.Typed = filled([]ui.KeyValue{{Key: p.T("calendar.reason"), Value: e.Reason}}) })
		}
		return f.drawEvent(w, r, who, p)
	}
	status := http.StatusOK
	if trouble != nil {
		status = web.Status(trouble)
	}
	if problem.Is(trouble, problem.Conflict) {
		p.Theirs = p.stands()
	}
	p.View = p.WithProblem(trouble)
	e.eventPage = p
	return p.drawerOrPage(w, r, status, e.T(e.key()), endView(e))
}

func (f Face) postEnd(act string) func(http.ResponseWriter, *http.Request, auth.Staff) error {
	return func(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
		var in struct {
			Seen   int64  `form:"seen"`
			Reason string `form:"reason"`
		}
		if err := web.Decode(r, &in); err != nil {
			return err
		}
		app := f.Calendar.ForStaff(who)
		do, flash := app.End, "flash.meeting_"+map[string]string{"rejection": "declined", "cancellation": "cancelled", "refusal": "kept"}[act]
		if act == "refusal" {
			do = app.Refuse
		}
		err := do(r.Context(), eventIn(r), int(in.Seen), in.Reason)
		if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
			return f.drawEnd(w, r, who, endPage{Act: act, Reason: in.Reason}, err)
		}
		return f.eventDone(w, r, who, err, flash, nil)
	}
}

// proposalForm is what the form of other times sends.
type proposalForm struct {
	Seen   int64  `form:"seen"`
	Date   string `form:"date"`
	Time   string `form:"time"`
	Date2  string `form:"date2"`
	Time2  string `form:"time2"`
	Date3  string `form:"date3"`
	Time3  string `form:"time3"`
	Length string `form:"length"`
	Note   string `form:"note"`
}

var proposalFields = []string{"date", "time", "date2", "time2", "date3", "time3", "length", "note"}

func (in proposalForm) offer() calendar.Offer {
	return calendar.Offer{Times: []calendar.Time{{Date: in.Date, Time: in.Time}, {Date: in.Date2, Time: in.Time2}, {Date: in.Date3, Time: in.Time3}}, Length: in.Length, Note: in.Note}
}

// proposalPage is where staff name other times, with what the day looks like beside it.
type proposalPage struct {
	eventPage
	In    proposalForm
	Day   civil.Date
	Taken []calendar.Busy
	Gaps  []calendar.Slot
}

func (f Face) askProposal(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.eventPage(w, r, who)
	if err != nil {
		return err
	}
	if !p.Event.MayPropose(p.Now) {
		return f.drawEvent(w, r, who, p)
	}
	q := r.URL.Query() // one field asks for its day, with the script
	in := proposalForm{Seen: int64(p.Event.Sequence), Date: cmp.Or(q.Get("date"), q.Get("date2"), q.Get("date3")), Length: cmp.Or(q.Get("length"), strconv.Itoa(p.Event.Length))}
	return f.drawProposal(w, r, who, http.StatusOK, proposalPage{eventPage: p, In: in})
}

// drawProposal draws the form with the day of the first time or, to htmx, the day alone.
func (f Face) drawProposal(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p proposalPage) error {
	day, known := civil.Parse(p.In.Date)
	if !known || day < p.today() {
		day = max(civil.Today(p.Event.Starts.In(p.Site.Zone)), p.today())
	}
	if p.In.Date == "" {
		p.In.Date = string(day)
	}
	p.Day = day
	var err error
	if p.Hours, p.Taken, err = f.Calendar.ForStaff(who).Room(r.Context(), p.Event.ID, day, day); err != nil {
		return err
	}
	length, err := strconv.Atoi(p.In.Length)
	if err != nil || length <= 0 {
		length = p.Event.Length
	}
	p.Gaps = p.Hours.Free(day, length, p.Taken, p.Now)
	if p.Fragment && r.Method == http.MethodGet {
		return web.Render(w, r, status, dayView(p))
	}
	p.Loads = []string{talk.Sheet, calendarSheet}
	return p.page(w, r, status, p.T("calendar.suggest_other"), proposalView(p))
}

func (f Face) postProposal(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in proposalForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if asks(r, "day") {
		return f.proposeAgain(w, r, who, in, nil)
	}
	err := f.Calendar.ForStaff(who).Propose(r.Context(), eventIn(r), int(in.Seen), in.offer())
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.proposeAgain(w, r, who, in, err)
	}
	if err != nil {
		return err
	}
	return f.timeStored(w, r, who, eventIn(r), "flash.meeting_offered", "flash.meeting_offered_outside")
}

// timeStored answers whoever stored when an event is. Outside of working hours is
// allowed, and seldom meant; where that cannot be told, it is stored all the same.
func (f Face) timeStored(w http.ResponseWriter, r *http.Request, who auth.Staff, e calendar.ID, flash, outside string) error {
	if is, err := f.Calendar.ForStaff(who).Outside(r.Context(), e); err == nil && is {
		flash = outside
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, eventAt(e, ""))
	return nil
}

// proposeAgain draws the form of other times with what was typed. Once it said that the
// event has moved on, it is of the event as it is now.
func (f Face) proposeAgain(w http.ResponseWriter, r *http.Request, who auth.Staff, in proposalForm, trouble error) error {
	p, err := f.eventPage(w, r, who)
	if err != nil {
		return err
	}
	status := http.StatusOK
	page := proposalPage{eventPage: p, In: in}
	if trouble != nil {
		status, page.View = web.Status(trouble), p.WithProblem(trouble)
	}
	if problem.Is(trouble, problem.Conflict) && in.Seen != int64(p.Event.Sequence) {
		page.In.Seen, page.Theirs = int64(p.Event.Sequence), p.stands()
	}
	return f.drawProposal(w, r, who, status, page)
}

// lengths are the lengths to choose from, with the one that is chosen already.
func lengths(v view, now string) []ui.Option {
	all := slices.Clone(calendar.Lengths)
	if n, err := strconv.Atoi(now); err == nil && n >= 5 && n <= 480 && !slices.Contains(all, n) {
		all = append(all, n)
		slices.Sort(all)
	}
	var options []ui.Option
	for _, n := range all {
		options = append(options, ui.Option{Value: strconv.Itoa(n), Label: talk.Takes(v.Printer, n)})
	}
	return options
}
