package door

import (
	"net/http"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
)

type profileForm struct {
	Name     string `form:"name"`
	Language string `form:"language"`
	Version  int64  `form:"version"`
}

type passwordForm struct {
	Email    string `form:"email"`
	Current  string `form:"current"`
	Password string `form:"password"`
}

// accountPage is a person's own page.
type accountPage struct {
	page
	Profile  profileForm
	Email    string
	Given    string // the language of somebody who chooses none
	Sessions []sessionRow
	// ProfileTrouble and PasswordTrouble say which of the two forms was refused.
	ProfileTrouble, PasswordTrouble bool
}

type sessionRow struct {
	ID      string
	Device  string
	Icon    string
	Meta    string
	Current bool
}

func (d Door) showAccount(w http.ResponseWriter, r *http.Request, who auth.Person) error {
	return d.drawAccount(w, r, who, http.StatusOK, accountPage{
		page: d.page(web.NewView(w, r, who.Language())), Profile: profileForm{who.Name(), who.ChosenLanguage(), who.Version()},
	})
}

func (d Door) drawAccount(w http.ResponseWriter, r *http.Request, who auth.Person, status int, p accountPage) error {
	sessions, err := who.Sessions(r.Context())
	if err != nil {
		return err
	}
	p.Email, p.Given = who.Email(), who.GivenLanguage()
	if p.Given == "" {
		p.Given = p.Site.Language
	}
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, newSessionRow(p.View, s, who.SessionID()))
	}
	return web.Render(w, r, status, d.Frame(p.View, who, p.T("account.title"), accountView(p)))
}

func (d Door) postProfile(w http.ResponseWriter, r *http.Request, who auth.Person) error {
	var in profileForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := who.SaveProfile(r.Context(), auth.Profile{Name: in.Name, Language: in.Language, Version: in.Version})
	if p, known := problem.As(err); known {
		if p.Kind == problem.Conflict {
			in.Version = who.Version()
		}
		page := accountPage{page: d.page(web.NewView(w, r, who.Language()).WithProblem(p)), Profile: in, ProfileTrouble: true}
		return d.drawAccount(w, r, who, web.Status(p), page)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, d.at("/account"))
	return nil
}

func (d Door) postPassword(w http.ResponseWriter, r *http.Request, who auth.Person) error {
	var in passwordForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	token, err := who.ChangePassword(r.Context(), in.Current, in.Password, false)
	if p, known := problem.As(err); known {
		page := accountPage{
			page: d.page(web.NewView(w, r, who.Language()).WithProblem(p)), Profile: profileForm{who.Name(), who.ChosenLanguage(), who.Version()},
			PasswordTrouble: true,
		}
		return d.drawAccount(w, r, who, web.Status(p), page)
	}
	if err != nil {
		return err
	}
	return d.welcome(w, r, token, "flash.password_changed")
}

func (d Door) endSession(w http.ResponseWriter, r *http.Request, who auth.Person) error {
	session := r.PathValue("session")
	if err := who.EndSession(r.Context(), session); err != nil {
		return err
	}
	if session == who.SessionID() {
		web.ClearSession(w, r, d.Realm)
		web.Flash(w, r, "flash.signed_out")
		web.Redirect(w, r, d.at("/login"))
		return nil
	}
	web.Flash(w, r, "flash.session_ended")
	web.Redirect(w, r, d.at("/account"))
	return nil
}

// newSessionRow is a session as the list shows it: which device, where from, when.
func newSessionRow(v web.View, s auth.Session, current string) sessionRow {
	zone := v.Now.Location()
	row := sessionRow{ID: s.ID, Device: Device(v.Printer, s.Agent), Icon: DeviceIcon(s.Agent), Current: s.ID == current}
	row.Meta = v.T("session.meta", "seen", v.When(s.SeenAt.In(zone), v.Now), "address", s.Address)
	if v.Now.Sub(s.SeenAt) < 2*time.Minute {
		row.Meta = v.T("session.meta_now", "address", s.Address)
	}
	return row
}

var browsers = []struct{ mark, name string }{
	{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"},
	{"Chrome/", "Chrome"}, {"Safari/", "Safari"},
}

var systems = []struct{ mark, name string }{
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Macintosh", "Mac"},
	{"CrOS", "ChromeOS"}, {"Linux", "Linux"},
}

// Device names a browser and its system from what it says of itself.
func Device(p lang.Printer, agent string) string {
	browser, system := "", ""
	for _, b := range browsers {
		if strings.Contains(agent, b.mark) {
			browser = b.name
			break
		}
	}
	for _, s := range systems {
		if strings.Contains(agent, s.mark) {
			system = s.name
			break
		}
	}
	switch {
	case browser != "" && system != "":
		return p.T("session.device", "browser", browser, "system", system)
	case browser != "" || system != "":
		return browser + system
	}
	return p.T("session.unknown_device")
}

// DeviceIcon is the icon of a phone or of a computer.
func DeviceIcon(agent string) string {
	if strings.Contains(agent, "Mobile") || strings.Contains(agent, "iPhone") || strings.Contains(agent, "Android") {
		return "smartphone"
	}
	return "monitor"
}

// languageOptions are the languages that people can choose, after the one they
// get without choosing.
func (p accountPage) languageOptions() []ui.Option {
	options := []ui.Option{{Value: "", Label: p.T("account.language.default", "language", p.T("language."+p.Given))}}
	for _, tag := range lang.Offered() {
		options = append(options, ui.Option{Value: tag, Label: p.T("language." + tag)})
	}
	return options
}
