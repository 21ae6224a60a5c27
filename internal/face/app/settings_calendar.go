package app

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/problem"
)

const termsPath = "/app/settings/calendar"

// termsForm is what the form of working hours sends.
type termsForm struct {
	Version int64  `form:"version"`
	Opens0  string `form:"opens0"`
	Opens1  string `form:"opens1"`
	Opens2  string `form:"opens2"`
	Opens3  string `form:"opens3"`
	Opens4  string `form:"opens4"`
	Opens5  string `form:"opens5"`
	Opens6  string `form:"opens6"`
	Closes0 string `form:"closes0"`
	Closes1 string `form:"closes1"`
	Closes2 string `form:"closes2"`
	Closes3 string `form:"closes3"`
	Closes4 string `form:"closes4"`
	Closes5 string `form:"closes5"`
	Closes6 string `form:"closes6"`
	Notice  string `form:"notice"`
	Length  string `form:"length"`
}

// typed is it as the feature takes it; what is no number is out of every range.
func (in termsForm) typed() calendar.TypedTerms {
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			return -1
		}
		return n
	}
	return calendar.TypedTerms{
		Version: in.Version, Notice: number(in.Notice), Length: number(in.Length),
		Days: [7]calendar.HoursOfDay{
			{Opens: in.Opens0, Closes: in.Closes0}, {Opens: in.Opens1, Closes: in.Closes1}, {Opens: in.Opens2, Closes: in.Closes2}, {Opens: in.Opens3, Closes: in.Closes3},
			{Opens: in.Opens4, Closes: in.Closes4}, {Opens: in.Opens5, Closes: in.Closes5}, {Opens: in.Opens6, Closes: in.Closes6},
		},
	}
}

// termsPage is how the workspace meets its clients.
type termsPage struct {
	view
	Days           [7]calendar.HoursOfDay
	Notice, Length string
	Version        int64
}

func (f Face) showTerms(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	terms, err := f.Calendar.ForStaff(who).Terms(r.Context())
	if err != nil {
		return err
	}
	p := termsPage{view: newView(w, r, who), Notice: strconv.Itoa((terms.Notice + 59) / 60), Length: strconv.Itoa(terms.Length), Version: terms.Version}
	for n, s := range terms.Hours {
		if s.Closes > s.Opens {
			p.Days[n] = calendar.HoursOfDay{Opens: clockText(s.Opens), Closes: clockText(s.Closes)}
		}
	}
	return p.page(w, r, http.StatusOK, p.T("calendar.settings"), termsView(p))
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func (f Face) postTerms(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in termsForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	app, typed := f.Calendar.ForStaff(who), in.typed()
	err := app.SaveTerms(r.Context(), typed)
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		p := termsPage{view: newView(w, r, who), Days: typed.Days, Notice: in.Notice, Length: in.Length, Version: in.Version}
		if problem.Is(err, problem.Conflict) {
			stored, read := app.Terms(r.Context())
			if read != nil {
				return read
			}
			p.Version = stored.Version
		}
		p.View = p.WithProblem(err)
		return p.page(w, r, web.Status(err), p.T("calendar.settings"), termsView(p))
	}
	if err != nil {
		return err
	}
	return settingsSaved(w, r, termsPath, "flash.saved")
}

// week are the days in the order of the workspace's week.
func (p termsPage) week() (days []time.Weekday) {
	for n := range 7 {
		days = append(days, (p.Site.WeekStart+time.Weekday(n))%7)
	}
	return days
}

func (p termsPage) fields() (names []string) {
	for _, day := range p.week() {
		names = append(names, fmt.Sprintf("opens%d", day), fmt.Sprintf("closes%d", day))
	}
	return append(names, "notice", "length")
}
