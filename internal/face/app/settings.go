package app

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/problem"
)

func (f Face) settingsRoutes() []web.Route {
	return slices.Concat([]web.Route{
		web.Staff("GET", "/app/settings", auth.SettingsRead, nil, f.showCompany),
		web.Staff("POST", "/app/settings", auth.SettingsWrite, nil, f.postCompany),
		web.Staff("GET", "/app/settings/preferences", auth.SettingsRead, nil, f.showPreferences),
		web.Staff("POST", "/app/settings/preferences", auth.SettingsWrite, nil, f.postPreferences),
		web.Staff("GET", "/app/settings/mail", auth.SettingsRead, nil, f.showMailSettings),
		web.Staff("POST", "/app/settings/mail", auth.SettingsWrite, nil, f.postMailSettings),
		web.Staff("POST", "/app/settings/mail/test", auth.SettingsWrite, nil, f.postTestMail),
	}, f.brandRoutes(), f.hostRoutes(), f.billingRoutes(), f.stripeRoutes(), f.sealRoutes(), f.outboxRoutes(), f.deliveryRoutes())
}

// settingsTabs are the pages of the settings, with the right that each takes.
var settingsTabs = []struct {
	key, path string
	right     auth.Right
}{
	{"settings.company", "/app/settings", auth.SettingsRead},
	{"settings.brand", "/app/settings/brand", auth.SettingsRead},
	{"settings.portal", "/app/settings/portal", auth.SettingsRead},
	{"settings.preferences", "/app/settings/preferences", auth.SettingsRead},
	{"settings.mail", "/app/settings/mail", auth.SettingsRead},
	{"settings.tab.billing", billingPath, auth.SettingsRead},
	{"settings.tab.payments", stripePath, auth.SettingsRead},
	{"seal.title", sealPath, auth.SettingsRead},
	{"settings.tab.cases", categoriesPath, auth.SettingsRead},
	{"change.settings", limitPath, auth.SettingsRead},
	{"documents.title", shelvesPath, auth.SettingsRead},
	{"calendar.title", termsPath, auth.SettingsRead},
	{"settings.team", "/app/settings/team", auth.PeopleRead},
}

// settingsView is what every page of the settings is drawn with.
type settingsView struct {
	view
	Tab     string // path of the page
	Stored  workspace.Settings
	Changes bool // may the person change the settings
	Theirs  []ui.KeyValue
}

// settings reads what the pages of the settings show.
func (f Face) settings(w http.ResponseWriter, r *http.Request, who auth.Staff, tab string) (settingsView, error) {
	stored, err := f.Workspace.ForStaff(who).Get(r.Context())
	return settingsView{view: newView(w, r, who), Tab: tab, Stored: stored, Changes: who.May(auth.SettingsWrite)}, err
}

// refused is the view of a form that was not accepted. stored and typed are its
// fields: where they differ and the form was stale, the page shows both.
func (p settingsView) refused(err error, fields []settingsField) settingsView {
	p.View = p.WithProblem(err)
	if problem.Is(err, problem.Conflict) {
		for _, f := range fields {
			if f.stored != f.typed {
				p.Theirs = append(p.Theirs, ui.KeyValue{Key: p.T(f.label), Value: settingsDash(f.stored)})
			}
		}
	}
	return p
}

// settingsField is a field of a form, as it is stored and as it was typed.
type settingsField struct{ label, stored, typed string }

func settingsDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// settingsNavigation are the pages of the settings that the person may open.
func (v view) settingsNavigation(tab string) ui.Tabs {
	t := ui.Tabs{Label: v.T("settings.title")}
	for _, s := range settingsTabs {
		if v.Who.May(s.right) {
			t.Items = append(t.Items, ui.Tab{Text: v.T(s.key), Href: s.path, Current: s.path == tab})
		}
	}
	return t
}

// settingsTrouble is the summary above a form that was not accepted.
func (v view) settingsTrouble(fields ...string) ui.ErrorSummary {
	if items := v.ErrorItems(fields...); len(items) > 0 {
		return ui.ErrorSummary{Title: v.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: v.Trouble()}
}

// drawnAgain tells whether a problem is one that a form is drawn again for, rather
// than a page of its own.
func drawnAgain(err error) bool {
	p, known := problem.As(err)
	if !known {
		return false
	}
	switch p.Kind {
	case problem.Invalid, problem.Conflict, problem.TooLarge, problem.Unavailable:
		return true
	}
	return false
}

// settingsSaved answers a form of the settings that was accepted.
func settingsSaved(w http.ResponseWriter, r *http.Request, target, flash string, args ...string) error {
	web.Flash(w, r, flash, args...)
	web.Redirect(w, r, target)
	return nil
}

func (p settingsView) draw(w http.ResponseWriter, r *http.Request, err error, key string, body templ.Component) error {
	status := http.StatusOK
	if err != nil {
		status = web.Status(err)
	}
	return p.page(w, r, status, p.T(key), body)
}

type companyForm struct {
	Name               string `form:"name"`
	LegalName          string `form:"legal_name"`
	Website            string `form:"website"`
	Industry           string `form:"industry"`
	LegalStructure     string `form:"legal_structure"`
	Address            string `form:"address"`
	Phone              string `form:"phone"`
	TaxID              string `form:"tax_id"`
	RegistrationNumber string `form:"registration_number"`
	Email              string `form:"email"`
	Version            int64  `form:"version"`
}

func (in companyForm) fields(now workspace.Company) []settingsField {
	return []settingsField{
		{"company.name", now.Name, in.Name}, {"company.legal_name", now.LegalName, in.LegalName}, {"company.website", now.Website, in.Website},
		{"company.industry", now.Industry, in.Industry}, {"company.legal_structure", now.LegalStructure, in.LegalStructure},
		{"company.address", now.Address, in.Address}, {"company.phone", now.Phone, in.Phone}, {"company.email", now.Email, in.Email},
		{"company.tax_id", now.TaxID, in.TaxID}, {"company.registration_number", now.RegistrationNumber, in.RegistrationNumber},
	}
}

type companyPage struct {
	settingsView
	In companyForm
}

func (f Face) showCompany(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.settings(w, r, who, "/app/settings")
	if err != nil {
		return err
	}
	return p.draw(w, r, nil, "settings.company.title", companyView(companyPage{p, companyForm(p.Stored.Company)}))
}

func (f Face) postCompany(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in companyForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Workspace.ForStaff(who).SaveCompany(r.Context(), workspace.Company(in))
	switch {
	case err == nil:
		return settingsSaved(w, r, "/app/settings", "flash.saved")
	case !drawnAgain(err):
		return err
	}
	p, reading := f.settings(w, r, who, "/app/settings")
	if reading != nil {
		return reading
	}
	p = p.refused(err, in.fields(p.Stored.Company))
	in.Version = p.versionAfter(err, in.Version)
	return p.draw(w, r, err, "settings.company.title", companyView(companyPage{p, in}))
}

// versionAfter is the version that a form carries when it is drawn again: a stale
// one gets the newest, because the person has now seen it.
func (p settingsView) versionAfter(err error, posted int64) int64 {
	if problem.Is(err, problem.Conflict) {
		return p.Stored.Version
	}
	return posted
}

type preferencesForm struct {
	Zone      string `form:"zone"`
	Language  string `form:"language"`
	WeekStart string `form:"week_start"`
	Version   int64  `form:"version"`
}

// preferences are what the form says; a day that is no number is none of them.
func (in preferencesForm) preferences() workspace.Preferences {
	day, err := strconv.ParseInt(in.WeekStart, 10, 64)
	if err != nil {
		day = -1
	}
	return workspace.Preferences{Zone: in.Zone, Language: in.Language, WeekStart: day, Version: in.Version}
}

type preferencesPage struct {
	settingsView
	In preferencesForm
}

func (p preferencesPage) days() []ui.Option {
	var options []ui.Option
	for _, day := range workspace.WeekStarts {
		text := strconv.FormatInt(day, 10)
		options = append(options, ui.Option{Value: text, Label: p.T("weekday." + text)})
	}
	return options
}

func (f Face) showPreferences(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.settings(w, r, who, "/app/settings/preferences")
	if err != nil {
		return err
	}
	now := p.Stored.Preferences
	in := preferencesForm{now.Zone, now.Language, strconv.FormatInt(now.WeekStart, 10), now.Version}
	return p.draw(w, r, nil, "settings.preferences.title", preferencesView(preferencesPage{p, in}))
}

func (f Face) postPreferences(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in preferencesForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Workspace.ForStaff(who).SavePreferences(r.Context(), in.preferences())
	switch {
	case err == nil:
		return settingsSaved(w, r, "/app/settings/preferences", "flash.saved")
	case !drawnAgain(err):
		return err
	}
	p, reading := f.settings(w, r, who, "/app/settings/preferences")
	if reading != nil {
		return reading
	}
	now := p.Stored.Preferences
	p = p.refused(err, []settingsField{{"field.zone_label", now.Zone, in.Zone}})
	in.Version = p.versionAfter(err, in.Version)
	return p.draw(w, r, err, "settings.preferences.title", preferencesView(preferencesPage{p, in}))
}

type mailForm struct {
	SenderName string `form:"sender_name"`
	Sender     string `form:"sender"`
	ReplyTo    string `form:"reply_to"`
	Version    int64  `form:"version"`
}

type mailPage struct {
	settingsView
	In    mailForm
	Ready bool // a mail server is configured
}

func (f Face) showMailSettings(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.settings(w, r, who, "/app/settings/mail")
	if err != nil {
		return err
	}
	return p.draw(w, r, nil, "settings.mail.title", mailView(mailPage{p, mailForm(p.Stored.Mail), f.MailReady}))
}

func (f Face) postMailSettings(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in mailForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Workspace.ForStaff(who).SaveMail(r.Context(), workspace.MailIdentity(in))
	switch {
	case err == nil:
		return settingsSaved(w, r, "/app/settings/mail", "flash.saved")
	case !drawnAgain(err):
		return err
	}
	p, reading := f.settings(w, r, who, "/app/settings/mail")
	if reading != nil {
		return reading
	}
	now := p.Stored.Mail
	p = p.refused(err, []settingsField{
		{"mailing.sender_name", now.SenderName, in.SenderName}, {"mailing.sender", now.Sender, in.Sender}, {"mailing.reply_to", now.ReplyTo, in.ReplyTo},
	})
	in.Version = p.versionAfter(err, in.Version)
	return p.draw(w, r, err, "settings.mail.title", mailView(mailPage{p, in, f.MailReady}))
}

func (f Face) postTestMail(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := f.Workspace.ForStaff(who).SendTest(r.Context()); err != nil {
		return err
	}
	return settingsSaved(w, r, "/app/settings/mail", f.mailed("flash.test_sent"), "email", who.Email())
}
