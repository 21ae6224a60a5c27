package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
)

func (f Face) setupRoutes() []web.Route {
	return []web.Route{
		web.Anyone("GET", "/app/setup", f.showSetup),
		web.Anyone("POST", "/app/setup", f.postSetup),
	}
}

type setupForm struct {
	Token     string `form:"token"`
	Workspace string `form:"workspace"`
	Name      string `form:"name"`
	Email     string `form:"email"`
	Password  string `form:"password"`
	Zone      string `form:"zone"`
	Language  string `form:"language"`
}

// setupPage is the first run.
type setupPage struct {
	web.View
	In setupForm
}

func (f Face) showSetup(w http.ResponseWriter, r *http.Request) error {
	if web.SiteOf(r).ID != "" {
		web.Redirect(w, r, "/app/")
		return nil
	}
	v := web.NewView(w, r, lang.Match(r.Header.Get("Accept-Language"), lang.Default))
	in := setupForm{Token: r.URL.Query().Get("token"), Language: v.Tag()}
	return web.Render(w, r, http.StatusOK, setupView(setupPage{v, in}))
}

func (f Face) postSetup(w http.ResponseWriter, r *http.Request) error {
	if web.SiteOf(r).ID != "" {
		web.Redirect(w, r, "/app/")
		return nil
	}
	var in setupForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	token, err := f.Gate.SetUp(r.Context(), web.FactsOf(r), auth.Setup(in))
	if p, known := problem.As(err); known {
		v := web.NewView(w, r, lang.Match(r.Header.Get("Accept-Language"), lang.Default)).WithProblem(p)
		return web.Render(w, r, web.Status(p), setupView(setupPage{v, in}))
	}
	if err != nil {
		return err
	}
	web.SetSession(w, r, auth.StaffRealm, token)
	web.Redirect(w, r, "/app/")
	return nil
}

func (p setupPage) languages() []ui.Option { return languageOptions(p.View) }

// languageOptions are the languages that a workspace or a client can have.
func languageOptions(v web.View) []ui.Option {
	var options []ui.Option
	for _, tag := range lang.Offered() {
		options = append(options, ui.Option{Value: tag, Label: v.T("language." + tag)})
	}
	return options
}
