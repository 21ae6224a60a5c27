package app

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
)

// eventForm is what the form of an event sends.
type eventForm struct {
	Seen     int64    `form:"seen"`
	Title    string   `form:"title"`
	Client   string   `form:"client"`
	Contacts []string `form:"contacts"`
	Type     string   `form:"type"`
	Date     string   `form:"date"`
	Time     string   `form:"time"`
	Length   string   `form:"length"`
	Place    string   `form:"place"`
	Link     string   `form:"link"`
	Members  []string `form:"members"`
	About    string   `form:"about"`
	Notes    string   `form:"notes"`
}

func (in eventForm) details() calendar.Details {
	return calendar.Details{
		Title: in.Title, About: in.About, Type: calendar.Type(in.Type), When: calendar.When{Date: in.Date, Time: in.Time, Length: in.Length},
		Place: in.Place, Link: in.Link, Notes: in.Notes, Client: client.ID(in.Client), Members: in.Members, Contacts: in.Contacts,
	}
}

// eventFormPage is the form of a new event or of one that is changed, as a drawer or as
// its own page.
type eventFormPage struct {
	view
	In      eventForm
	Stored  calendar.Full // its ID is empty for a new one
	Theirs  []ui.KeyValue // what is stored now, where somebody came first
	Choices calendar.Choices
	Chosen  string // name of a client beyond those that are offered
}

// met tells whether the event is with people of a client: its client and time stay.
func (p eventFormPage) met() bool { return p.Stored.WithClient }

// form is the address of the form, and action where it goes to.
func (p eventFormPage) form() string {
	if p.Stored.ID == "" {
		return calendarPath + "/new"
	}
	return eventAt(p.Stored.ID, "/edit")
}

func (p eventFormPage) action() string {
	if p.Stored.ID == "" {
		return calendarPath
	}
	return eventAt(p.Stored.ID, "")
}

// back is where the form leads without being sent.
func (p eventFormPage) back() string {
	if p.Stored.ID == "" {
		return calendarPath
	}
	return eventAt(p.Stored.ID, "")
}

func (p eventFormPage) title() string {
	if p.Stored.ID == "" {
		return p.T("calendar.add")
	}
	return p.T("calendar.edit_title", "name", p.Stored.Named(p.Printer, p.Site))
}

// drawEventForm draws the form with what it offers or, to htmx, the people of a client.
func (f Face) drawEventForm(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p eventFormPage) error {
	var err error
	if p.Choices, err = f.Calendar.ForStaff(who).Choices(r.Context(), client.ID(p.In.Client)); err != nil {
		return err
	}
	if r.Method == http.MethodGet && r.URL.Query().Get("part") == "contacts" {
		return web.Render(w, r, status, contactChoices(p))
	}
	if of := client.ID(p.In.Client); id.Valid(of.String()) && !slices.ContainsFunc(p.Choices.Clients, func(c calendar.Choice) bool { return c.ID == p.In.Client }) {
		if c, err := client.ForStaff(who).Get(r.Context(), of); err == nil {
			p.Chosen = c.Name
		} else if !problem.Is(err, problem.NotFound) {
			return err
		}
	}
	p.Loads = []string{talk.Sheet, calendarSheet}
	return p.drawerOrPage(w, r, status, p.title(), eventFormView(p))
}

func (f Face) newEvent(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	q := r.URL.Query()
	p := eventFormPage{view: newView(w, r, who), In: eventForm{Client: q.Get("client"), Date: q.Get("date"), Members: []string{who.MemberID()}, Type: string(calendar.Video)}}
	if day, known := civil.Parse(p.In.Date); !known || day < p.today() {
		p.In.Date = string(p.today())
	}
	terms, err := f.Calendar.ForStaff(who).Terms(r.Context())
	if err != nil {
		return err
	}
	p.In.Length = strconv.Itoa(terms.Length)
	return f.drawEventForm(w, r, who, http.StatusOK, p)
}

// asks tells whether a form was sent only to be drawn anew with what was typed, and what
// belongs to that beside it; without a script a button does so.
func asks(r *http.Request, what string) bool { return r.URL.Query().Get("ask") == what }

// forAsking is the address of a form for that.
func forAsking(action, what string) templ.Attributes {
	return templ.Attributes{"formaction": action + "?ask=" + what}
}

func (f Face) postEvent(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in eventForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if asks(r, "contacts") {
		return f.drawEventForm(w, r, who, http.StatusOK, eventFormPage{view: newView(w, r, who), In: in})
	}
	made, err := f.Calendar.ForStaff(who).Create(r.Context(), in.details())
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		p := eventFormPage{view: newView(w, r, who), In: in}
		p.View = p.WithProblem(err)
		return f.drawEventForm(w, r, who, web.Status(err), p)
	}
	if err != nil {
		return err
	}
	return f.timeStored(w, r, who, made, "flash.event_added", "flash.event_added_outside")
}

// storedEvent is the form of an event as it is stored.
func (f Face) storedEvent(w http.ResponseWriter, r *http.Request, who auth.Staff) (eventFormPage, error) {
	p := eventFormPage{view: newView(w, r, who)}
	var err error
	if p.Stored, err = f.Calendar.ForStaff(who).Get(r.Context(), eventIn(r)); err != nil {
		return p, err
	}
	e, when := p.Stored.Event, p.Stored.When(p.Site.Zone)
	p.In = eventForm{
		Seen: int64(e.Sequence), Title: e.Title, Client: e.Client.String(), Type: string(e.Type), Date: when.Date, Time: when.Time, Length: when.Length,
		Place: e.Place, Link: e.Link, About: e.About, Notes: e.Notes,
	}
	for _, a := range p.Stored.Attendees {
		switch {
		case a.Gone:
		case a.Member != "":
			p.In.Members = append(p.In.Members, a.Member)
		default:
			p.In.Contacts = append(p.In.Contacts, a.Contact)
		}
	}
	return p, nil
}

func (f Face) editEvent(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.storedEvent(w, r, who)
	if err != nil {
		return err
	}
	if e := p.Stored; e.State != calendar.Confirmed && !e.State.Pending() {
		return f.showEvent(w, r, who)
	}
	if q := r.URL.Query(); q.Has("client") {
		p.In.Client = q.Get("client")
	}
	if p.met() {
		p.In.Client = p.Stored.Client.String()
	}
	return f.drawEventForm(w, r, who, http.StatusOK, p)
}

func (f Face) postEventEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in eventForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if asks(r, "contacts") {
		return f.editAgain(w, r, who, in, nil)
	}
	before, err := f.storedEvent(w, r, who)
	if err != nil {
		return err
	}
	err = f.Calendar.ForStaff(who).Save(r.Context(), eventIn(r), int(in.Seen), in.details())
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.editAgain(w, r, who, in, err)
	}
	if err != nil {
		return err
	}
	outside := "flash.saved"
	if !before.met() && in.details().When != before.In.details().When {
		outside = "flash.event_outside"
	}
	return f.timeStored(w, r, who, eventIn(r), "flash.saved", outside)
}

// editAgain draws the form of an event with what was typed. Once it said that somebody
// came first, it is of the event as it is now.
func (f Face) editAgain(w http.ResponseWriter, r *http.Request, who auth.Staff, in eventForm, trouble error) error {
	p, err := f.storedEvent(w, r, who)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if trouble != nil {
		status, p.View = web.Status(trouble), p.WithProblem(trouble)
	}
	if p.met() {
		in.Client, in.Date, in.Time, in.Length = p.In.Client, p.In.Date, p.In.Time, p.In.Length
	}
	if problem.Is(trouble, problem.Conflict) && in.Seen != p.In.Seen {
		in.Seen, p.Theirs = p.In.Seen, p.theirs(in)
	}
	p.In = in
	return f.drawEventForm(w, r, who, status, p)
}

// theirs is what somebody else stored meanwhile, where it differs from what was typed
// here.
func (p eventFormPage) theirs(typed eventForm) []ui.KeyValue {
	e, stored := p.Stored, p.In
	var members, contacts []string
	for _, a := range e.Attendees {
		switch {
		case a.Gone:
		case a.Member != "":
			members = append(members, a.Name)
		default:
			contacts = append(contacts, a.Name)
		}
	}
	var items []ui.KeyValue
	for _, one := range []struct{ key, stored, typed, says string }{
		{"calendar.name", stored.Title, typed.Title, e.Title}, {"project.client", stored.Client, typed.Client, e.ClientName},
		{"calendar.contacts", sorted(stored.Contacts), sorted(typed.Contacts), strings.Join(contacts, ", ")},
		{"calendar.type", stored.Type, typed.Type, p.T("meeting.type." + string(e.Type))},
		{"calendar.when", stored.Date + stored.Time + stored.Length, typed.Date + typed.Time + typed.Length, p.agreedNote()},
		{"calendar.place", stored.Place, typed.Place, e.Place}, {"calendar.link", stored.Link, typed.Link, e.Link},
		{"calendar.members", sorted(stored.Members), sorted(typed.Members), strings.Join(members, ", ")},
		{"calendar.about", stored.About, typed.About, e.About}, {"calendar.notes", stored.Notes, typed.Notes, e.Notes},
	} {
		if strings.TrimSpace(one.stored) != strings.TrimSpace(strings.ReplaceAll(one.typed, "\r\n", "\n")) {
			items = append(items, ui.KeyValue{Key: p.T(one.key), Value: orNothing(p.view, one.says)})
		}
	}
	return items
}

func sorted(all []string) string { return strings.Join(slices.Sorted(slices.Values(all)), " ") }

// clients are the clients to choose from, with the one that is chosen already.
func (p eventFormPage) clients() []ui.Option {
	all := records(p.T("calendar.no_client"), p.Choices.Clients)
	if p.Chosen != "" {
		all = append(all, ui.Option{Value: p.In.Client, Label: p.Chosen})
	}
	return all
}

// people are those to choose from.
func people(all []calendar.Choice) []ui.Option {
	return records("", all)[1:]
}

// types are the types of a meeting, as tiles.
func (v view) types() []ui.Option {
	var options []ui.Option
	for _, one := range calendar.Types {
		options = append(options, ui.Option{Value: string(one), Label: v.T("meeting.type." + string(one)), Icon: talk.MeetingIcon(one)})
	}
	return options
}
