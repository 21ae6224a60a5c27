package portal

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

// timesForm is what the forms that name times have in common.
type timesForm struct {
	Date   string `form:"date"`
	Time   string `form:"time"`
	Part   string `form:"part"`
	Date2  string `form:"date2"`
	Time2  string `form:"time2"`
	Part2  string `form:"part2"`
	Date3  string `form:"date3"`
	Time3  string `form:"time3"`
	Part3  string `form:"part3"`
	Length string `form:"length"`
	Zone   string `form:"zone"`
	Note   string `form:"note"`
}

// requestForm is what the form of a new request sends.
type requestForm struct {
	timesForm
	Type  string `form:"type"`
	Topic string `form:"topic"`
}

// proposalForm is what the form of other times for a meeting sends.
type proposalForm struct {
	timesForm
	Seen int64 `form:"seen"`
}

// offer is the times that were typed.
func (in timesForm) offer() calendar.Offer {
	return calendar.Offer{
		Times: []calendar.Time{
			{Date: in.Date, Time: in.Time, Part: calendar.Part(in.Part)}, {Date: in.Date2, Time: in.Time2, Part: calendar.Part(in.Part2)},
			{Date: in.Date3, Time: in.Time3, Part: calendar.Part(in.Part3)},
		},
		Length: in.Length, Zone: in.Zone, Note: in.Note,
	}
}

// timeFields are the fields of each time, and meetingFields those of the forms in their
// order.
var (
	timeFields    = [calendar.MostTimes][3]string{{"date", "time", "part"}, {"date2", "time2", "part2"}, {"date3", "time3", "part3"}}
	meetingFields = slices.Concat([]string{"type"}, timeFields[0][:], []string{"length", "topic"}, timeFields[1][:], timeFields[2][:], []string{"note", "zone"})
)

// meetingFormPage is where a meeting is asked for, or another time for one. Whoever sends
// it again after somebody else was quicker has read that, so that it carries the sequence
// as it is now.
type meetingFormPage struct {
	view
	In    timesForm
	Type  string // of a new one, as Topic
	Topic string
	Terms calendar.Terms
	Zone  *time.Location // of the contact
	Guess bool           // they never said it
	Full  calendar.Full  // of one that is there
}

func (f Face) newMeeting(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	return f.drawRequest(w, r, who, http.StatusOK, requestForm{Type: string(calendar.Video)}, nil)
}

func (f Face) drawRequest(w http.ResponseWriter, r *http.Request, who auth.Client, status int, in requestForm, trouble error) error {
	door := f.Calendar.ForClient(who)
	if !door.MayRequest() {
		return problem.Of(problem.Forbidden, "meetings.may_not_request")
	}
	p := meetingFormPage{view: newView(w, r, who), In: in.timesForm, Type: in.Type, Topic: in.Topic}
	p.View = p.WithProblem(trouble)
	var err error
	said := false
	if p.Terms, p.Zone, said, err = door.Terms(r.Context()); err != nil {
		return err
	}
	if trouble == nil {
		p.Guess = !said
		p.In.Zone, p.In.Length = p.Zone.String(), strconv.Itoa(p.Terms.Length)
	}
	return p.draw(w, r, status, p.T("meetings.request"), requestView(p))
}

func (f Face) postMeeting(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in requestForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	made, err := f.Calendar.ForClient(who).Request(r.Context(), calendar.Wish{Type: calendar.Type(in.Type), Topic: in.Topic, Offer: in.offer()})
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.drawRequest(w, r, who, web.Status(err), in, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.meeting_requested")
	web.Redirect(w, r, meetingAt(made, ""))
	return nil
}

func (f Face) showProposal(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	return f.drawProposal(w, r, who, http.StatusOK, timesForm{}, nil)
}

func (f Face) drawProposal(w http.ResponseWriter, r *http.Request, who auth.Client, status int, in timesForm, trouble error) error {
	door := f.Calendar.ForClient(who)
	p := meetingFormPage{view: newView(w, r, who), In: in}
	p.View = p.WithProblem(trouble)
	var err error
	if p.Full, p.Terms, p.Zone, err = door.GetForAnswer(r.Context(), meetingIn(r)); err != nil {
		return err
	}
	if !door.MayRequest() {
		return problem.Of(problem.Forbidden, "meetings.may_not_request")
	}
	if trouble == nil {
		p.In = proposalOf(p.Full, p.Zone)
		if p.Full.Starts.Before(p.Now) {
			p.In.Date = p.Terms.Soonest(p.typed(0), p.Full.Length, p.In.Zone, p.Now.In(p.Site.Zone))
		}
	}
	title, _ := p.heading()
	return p.draw(w, r, status, title, proposalView(p))
}

// proposalOf is the form of other times for a meeting, filled in with what holds. A part
// of a day is one where it was asked for.
func proposalOf(full calendar.Full, zone *time.Location) timesForm {
	if asked, err := time.LoadLocation(full.Zone); err == nil && full.Slot().Part != calendar.Exactly {
		zone = asked
	}
	at := full.Starts.In(zone)
	in := timesForm{Date: at.Format(time.DateOnly), Zone: zone.String(), Length: strconv.Itoa(full.Length)}
	if s := full.Slot(); s.Part == calendar.Exactly {
		in.Time = at.Format("15:04")
	} else {
		in.Part = string(s.Part)
	}
	return in
}

func (f Face) postProposal(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in proposalForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Calendar.ForClient(who).Propose(r.Context(), meetingIn(r), int(in.Seen), in.offer())
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.drawProposal(w, r, who, web.Status(err), in.timesForm, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.meeting_proposed")
	web.Redirect(w, r, meetingAt(meetingIn(r), ""))
	return nil
}

// draw answers with the form, over the page that it is opened from or as one.
func (p meetingFormPage) draw(w http.ResponseWriter, r *http.Request, status int, title string, form templ.Component) error {
	p.Loads = []string{talk.Sheet}
	if p.Fragment {
		return web.Render(w, r, status, form)
	}
	return p.page(w, r, status, title, form)
}

// may tells whether other times can still be named.
func (p meetingFormPage) may() bool { return p.Full.MayPropose(p.Now) }

// heading is what naming other times is called, and what is said about it; where nobody
// can any more, it is the meeting.
func (p meetingFormPage) heading() (title, sub string) {
	if !p.may() {
		return p.Full.Named(p.Printer, p.Site), ""
	}
	if p.Full.State == calendar.Confirmed {
		return p.T("meetings.move"), p.T("meetings.move_sub", "when", p.when(p.Full.Slot(), p.Zone), "workspace", p.Site.Name)
	}
	return p.T("meetings.propose"), p.T("meetings.propose_sub", "workspace", p.Site.Name)
}

// typed is what the nth time was typed as.
func (p meetingFormPage) typed(n int) calendar.Time { return p.In.offer().Times[n] }

// lost is what was typed about times that nobody can suggest any more.
func (p meetingFormPage) lost() string {
	var lines []string
	for _, t := range p.In.offer().Times {
		if t.Date != "" {
			lines = append(lines, strings.TrimSpace(t.Date+" "+t.Time))
		}
	}
	return strings.TrimSpace(strings.Join(append(lines, p.In.Note), "\n"))
}

// onTable says what is suggested now to who typed while that changed.
func (p meetingFormPage) onTable() string {
	if p.Problem == nil || p.Problem.Kind != problem.Conflict {
		return ""
	}
	var times []string
	for _, s := range p.Full.Table() {
		times = append(times, p.when(s, p.Zone))
	}
	return strings.Join(times, "; ")
}

// zoneAttrs list the zones, and let the browser's stand where nobody chose one.
func (p meetingFormPage) zoneAttrs() templ.Attributes {
	attrs := templ.Attributes{"list": "zones"}
	if p.Guess {
		attrs["data-zone"] = "guess"
	}
	return attrs
}

// more tells whether the other times are to be seen at once.
func (p meetingFormPage) more() bool {
	for n := 1; n < calendar.MostTimes; n++ {
		if t := p.typed(n); t.Date != "" || t.Time != "" {
			return true
		}
	}
	return p.Error("note") != "" || p.In.Note != ""
}

// day is the field of the day of the nth time.
func (p meetingFormPage) day(n int) ui.DateField {
	name := timeFields[n][0]
	field := ui.DateField{
		Name: name, Label: p.T("meetings.date"), Value: p.typed(n).Date, Error: p.Error(name), Min: string(civil.Today(p.Now.In(p.Zone))), Required: n == 0,
	}
	if n > 0 {
		field.Label = p.T("meetings.day")
	}
	return field
}

// clock is the field of the time of day of the nth time.
func (p meetingFormPage) clock(n int) ui.TextField {
	name := timeFields[n][1]
	return ui.TextField{Name: name, Label: p.T("meetings.time"), Value: p.typed(n).Time, Error: p.Error(name), Type: "time"}
}

// part is the field of the part of the day of the nth time.
func (p meetingFormPage) part(n int) ui.Select {
	name := timeFields[n][2]
	s := ui.Select{Field: ui.Field{Name: name, Label: p.T("meetings.part"), Value: cmp.Or(string(p.typed(n).Part), string(calendar.Day)), Error: p.Error(name)}}
	if n == 0 {
		s.Field.Hint = p.T("meetings.part_hint")
	}
	for _, part := range p.opening().Parts() {
		s.Options = append(s.Options, ui.Option{Value: string(part), Label: text.Capital(p.T("meeting.part." + string(part)))})
	}
	return s
}

func (p meetingFormPage) length() ui.Select {
	s := ui.Select{Field: ui.Field{Name: "length", Label: p.T("meetings.length"), Value: p.In.Length, Error: p.Error("length")}}
	all := calendar.Lengths
	if own, err := strconv.Atoi(p.In.Length); err == nil && own > 0 && !slices.Contains(all, own) {
		all = slices.Sorted(slices.Values(append(slices.Clone(all), own)))
	}
	for _, n := range all {
		s.Options = append(s.Options, ui.Option{Value: strconv.Itoa(n), Label: talk.Takes(p.Printer, n)})
	}
	return s
}

// opening is when the workspace can be met, for who reads.
func (p meetingFormPage) opening() calendar.Opening {
	return calendar.Opening{Hours: p.Terms.Hours, At: p.Site.Zone, In: p.Zone, Now: p.Now}
}

// bounds say when the workspace can be met.
func (p meetingFormPage) bounds() string {
	said := p.T("meetings.hours", "workspace", p.Site.Name, "hours", p.opening().Say(p.Printer), "city", calendar.ZoneName(p.Printer, p.Zone))
	if p.Terms.Notice > 0 {
		said += " " + p.N("meetings.notice", (p.Terms.Notice+59)/60)
	}
	return said
}
