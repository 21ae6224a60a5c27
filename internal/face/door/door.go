// Package door is the front door of either face: signing in and out, forgotten
// and first passwords, and a person's own account. The two faces have their
// own addresses, cookies, sessions and looks; what is done there is the same.
package door

import (
	"net/http"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
)

// Door is the front door of one face.
type Door struct {
	Gate   *auth.Gate
	Router *web.Router
	Realm  auth.Realm
	// Frame draws a page of the face around content, for somebody signed in.
	Frame func(v web.View, who auth.Person, title string, body templ.Component) templ.Component
	// More is what the face adds to the account page; nil for nothing.
	More func(v web.View) templ.Component
}

// at is an address of the face.
func (d Door) at(path string) string {
	if d.Realm == auth.StaffRealm {
		return "/app" + path
	}
	return "/portal" + path
}

// Routes are the addresses of the door.
func (d Door) Routes() []web.Route {
	session := web.Objects{"session": "own session"}
	return []web.Route{
		web.Visitor("GET", d.at("/login"), nil, d.showLogin),
		web.Visitor("POST", d.at("/login"), nil, d.postLogin),
		web.Visitor("POST", d.at("/logout"), nil, d.postLogout),
		web.Visitor("GET", d.at("/password/forgot"), nil, d.showForgot),
		web.Visitor("POST", d.at("/password/forgot"), nil, d.postForgot),
		web.Visitor("GET", d.at("/password/reset/{token}"), web.Objects{"token": "link"}, d.takeLink),
		web.Visitor("GET", d.at("/password/reset"), nil, d.showReset),
		web.Visitor("POST", d.at("/password/reset"), nil, d.postReset),
		web.Holder(d.Realm, "GET", d.at("/password/new"), d.showNewPassword),
		web.Holder(d.Realm, "POST", d.at("/password/new"), d.postNewPassword),
		web.Person(d.Realm, "GET", d.at("/account"), nil, d.showAccount),
		web.Person(d.Realm, "POST", d.at("/account"), nil, d.postProfile),
		web.Person(d.Realm, "POST", d.at("/account/password"), nil, d.postPassword),
		web.Person(d.Realm, "POST", d.at("/account/sessions/{session}/end"), session, d.endSession),
	}
}

type loginForm struct {
	Email    string `form:"email"`
	Password string `form:"password"`
	Next     string `form:"next"`
}

func (d Door) showLogin(w http.ResponseWriter, r *http.Request, v auth.Visitor) error {
	next := d.Router.Next(d.Realm, r.URL.Query().Get("next"))
	if token := web.SessionToken(r, d.Realm); token.Reveal() != "" {
		if _, err := d.Gate.Signed(r.Context(), v, d.Realm, token); err == nil {
			web.Redirect(w, r, next)
			return nil
		}
	}
	if next == d.at("/") {
		next = ""
	}
	return web.Render(w, r, http.StatusOK, loginView(d.page(web.VisitorView(w, r)), loginForm{Email: web.KeptEmail(r, d.Realm), Next: next}))
}

func (d Door) postLogin(w http.ResponseWriter, r *http.Request, v auth.Visitor) error {
	var in loginForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	token, err := d.Gate.SignIn(r.Context(), v, d.Realm, in.Email, in.Password, web.SessionToken(r, d.Realm))
	if p, known := problem.As(err); known {
		page := d.page(web.VisitorView(w, r).WithProblem(p))
		if p.Kind == problem.TooMany || p.Kind == problem.Unavailable {
			w.Header().Set("Retry-After", "60")
		}
		return web.Render(w, r, web.Status(p), loginView(page, in))
	}
	if err != nil {
		return err
	}
	web.SetSession(w, r, d.Realm, token)
	web.KeepEmail(w, r, d.Realm, "")
	web.Redirect(w, r, d.Router.Next(d.Realm, in.Next))
	return nil
}

func (d Door) postLogout(w http.ResponseWriter, r *http.Request, v auth.Visitor) error {
	if err := d.Gate.SignOut(r.Context(), v, d.Realm, web.SessionToken(r, d.Realm)); err != nil {
		return err
	}
	web.ClearSession(w, r, d.Realm)
	web.Flash(w, r, "flash.signed_out")
	web.Redirect(w, r, d.at("/login"))
	return nil
}

type forgotForm struct {
	Email string `form:"email"`
}

func (d Door) showForgot(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error {
	return web.Render(w, r, http.StatusOK, forgotView(d.page(web.VisitorView(w, r)), forgotForm{}))
}

func (d Door) postForgot(w http.ResponseWriter, r *http.Request, v auth.Visitor) error {
	var in forgotForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	page := d.page(web.VisitorView(w, r))
	err := d.Gate.RequestReset(r.Context(), v, d.Realm, in.Email)
	if p, known := problem.As(err); known {
		page.View = page.WithProblem(p)
		return web.Render(w, r, web.Status(p), forgotView(page, in))
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, forgotSentView(page))
}

// takeLink moves the token out of the address, so that no referrer, log or
// neighbour at the screen sees it.
func (d Door) takeLink(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error {
	web.KeepLink(w, r, r.PathValue("token"))
	http.Redirect(w, r, d.at("/password/reset"), http.StatusSeeOther)
	return nil
}

func (d Door) showReset(w http.ResponseWriter, r *http.Request, v auth.Visitor) error {
	return d.drawReset(w, r, v, http.StatusOK, nil)
}

func (d Door) drawReset(w http.ResponseWriter, r *http.Request, v auth.Visitor, status int, trouble error) error {
	page := d.page(web.VisitorView(w, r).WithProblem(trouble))
	link, err := d.Gate.FindLink(r.Context(), v, d.Realm, web.LinkToken(r))
	if problem.Is(err, problem.NotFound) || err == nil && link.Purpose == auth.EmailLink {
		return web.Render(w, r, http.StatusNotFound, linkSpentView(page))
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, status, resetView(page, link))
}

func (d Door) postReset(w http.ResponseWriter, r *http.Request, v auth.Visitor) error {
	var in struct {
		Email    string `form:"email"` // for password managers; never read
		Password string `form:"password"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	link, err := d.Gate.FindLink(r.Context(), v, d.Realm, web.LinkToken(r))
	if err == nil {
		err = d.Gate.Redeem(r.Context(), v, d.Realm, web.LinkToken(r), in.Password)
	}
	if _, known := problem.As(err); known {
		return d.drawReset(w, r, v, web.Status(err), err)
	}
	if err != nil {
		return err
	}
	web.DropLink(w, r)
	web.ClearSession(w, r, d.Realm)
	web.KeepEmail(w, r, d.Realm, link.Email)
	web.Flash(w, r, "flash.password_set")
	web.Redirect(w, r, d.at("/login"))
	return nil
}

func (d Door) showNewPassword(w http.ResponseWriter, r *http.Request, s auth.Signed) error {
	if _, err := s.Settled(); err == nil {
		web.Redirect(w, r, d.at("/account"))
		return nil
	}
	return web.Render(w, r, http.StatusOK, newPasswordView(d.page(web.NewView(w, r, s.Person().Language())), s.Person().Email()))
}

func (d Door) postNewPassword(w http.ResponseWriter, r *http.Request, s auth.Signed) error {
	var in struct {
		Email    string `form:"email"`
		Password string `form:"password"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if _, err := s.Settled(); err == nil {
		web.Redirect(w, r, d.at("/account"))
		return nil
	}
	token, err := s.Person().ChangePassword(r.Context(), "", in.Password, true)
	if p, known := problem.As(err); known {
		page := d.page(web.NewView(w, r, s.Person().Language()).WithProblem(p))
		return web.Render(w, r, web.Status(p), newPasswordView(page, s.Person().Email()))
	}
	if err != nil {
		return err
	}
	return d.welcome(w, r, token, "flash.password_set_in")
}

// welcome hands out a fresh session after a password change.
func (d Door) welcome(w http.ResponseWriter, r *http.Request, token id.Secret, flash string) error {
	web.SetSession(w, r, d.Realm, token)
	web.Flash(w, r, flash)
	target := d.at("/")
	if flash == "flash.password_changed" {
		target = d.at("/account")
	}
	web.Redirect(w, r, target)
	return nil
}
