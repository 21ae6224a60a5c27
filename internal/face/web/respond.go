package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
)

func forbidden() error { return problem.Of(problem.Forbidden, "problem.forbidden") }

// statuses is the one place that knows both problems and HTTP.
var statuses = map[problem.Kind]int{
	problem.NotFound:        http.StatusNotFound,
	problem.Invalid:         http.StatusUnprocessableEntity,
	problem.Conflict:        http.StatusConflict,
	problem.Forbidden:       http.StatusForbidden,
	problem.Unauthenticated: http.StatusUnauthorized,
	problem.TooMany:         http.StatusTooManyRequests,
	problem.TooLarge:        http.StatusRequestEntityTooLarge,
	problem.Malformed:       http.StatusBadRequest,
	problem.Unavailable:     http.StatusServiceUnavailable,
}

// Status is the HTTP status of an error.
func Status(err error) int {
	if p, ok := problem.As(err); ok {
		return statuses[p.Kind]
	}
	return http.StatusInternalServerError
}

// fail answers an error that the handler left.
func (rt *Router) fail(w http.ResponseWriter, r *http.Request, err error) {
	realm := realmOf(r.URL.Path)
	switch p, ok := problem.As(err); {
	case r.Context().Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, io.ErrUnexpectedEOF)):
		return // the client went away
	case incomingOf(r).answer.status != 0:
		// Part of the answer is under way. It can only be broken off, so that
		// nobody takes it for the whole.
		rt.logFailure(r, err)
		panic(http.ErrAbortHandler)
	case errors.Is(err, auth.ErrPasswordDue):
		Redirect(w, r, "/"+face(realm)+"/password/new")
	case errors.Is(err, auth.ErrChooseClient):
		Redirect(w, r, "/portal/client")
	case ok && p.Kind == problem.Unauthenticated && siteOf(r).ID != "":
		rt.toSignIn(w, r, realm)
	case ok:
		if p.Kind == problem.TooMany || p.Kind == problem.Unavailable {
			w.Header().Set("Retry-After", "60")
		}
		rt.page(w, r, statuses[p.Kind], p.Message)
	default:
		rt.logFailure(r, err)
		rt.page(w, r, http.StatusInternalServerError, problem.Say("problem.internal", "reference", incomingOf(r).reference))
	}
}

func (rt *Router) logFailure(r *http.Request, err error) {
	rt.log.Error("request failed", slog.String("request", incomingOf(r).reference), slog.String("route", r.Pattern), slog.String("error", err.Error()))
}

func realmOf(path string) auth.Realm {
	if path == "/app" || strings.HasPrefix(path, "/app/") {
		return auth.StaffRealm
	}
	return auth.PortalRealm
}

func face(realm auth.Realm) string {
	if realm == auth.StaffRealm {
		return "app"
	}
	return "portal"
}

// toSignIn sends somebody without a session to sign in and, after a page they
// wanted to read, back to it.
func (rt *Router) toSignIn(w http.ResponseWriter, r *http.Request, realm auth.Realm) {
	target := "/" + face(realm) + "/login"
	wanted := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		wanted = ""
	}
	if IsFragment(r) {
		wanted = Around(r)
	}
	if next := rt.Next(realm, wanted); next != rt.Next(realm, "") {
		target += "?next=" + url.QueryEscape(next)
	}
	if IsFragment(r) {
		w.Header().Set("HX-Redirect", target)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// IsFragment tells whether htmx asks for a part of a page.
func IsFragment(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-History-Restore-Request") != "true"
}

// Around is the page around a fragment, which is what they were reading; empty where it
// is not known.
func Around(r *http.Request) string {
	current, err := url.Parse(r.Header.Get("HX-Current-URL"))
	if err != nil || !IsFragment(r) {
		return ""
	}
	return current.RequestURI()
}

// Redirect answers a change that was made: 303, or what htmx takes for it.
func Redirect(w http.ResponseWriter, r *http.Request, target string) {
	if IsFragment(r) {
		w.Header().Set("HX-Redirect", target)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// ToPayment leads from a form to the page of the payment service on which it goes
// on: the one other origin to which our policy lets forms lead.
func (rt *Router) ToPayment(w http.ResponseWriter, r *http.Request, page string) error {
	if !strings.HasPrefix(page, rt.payOrigin+"/") {
		return fmt.Errorf("the payment page is not at %s", rt.payOrigin)
	}
	Redirect(w, r, page)
	return nil
}

// Render writes a page or a fragment. It is drawn before anything is sent, so
// that an error can still be answered.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var page bytes.Buffer
	ctx, labels := ui.CollectLabels(r.Context())
	if err := c.Render(ctx, &page); err != nil {
		return fmt.Errorf("draw page: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(labels.Fill(page.Bytes())) // a reader who went away is no error of ours
	}
	return nil
}

// cookieName is the session cookie of a realm; on https it is bound to the host.
func cookieName(r *http.Request, realm auth.Realm) string {
	name := "fy_" + string(realm)
	if incomingOf(r).gate.Base().Scheme == "https" {
		return "__Host-" + name
	}
	return name
}

// SessionToken is what the request's cookie holds for a realm, empty without one.
func SessionToken(r *http.Request, realm auth.Realm) id.Secret {
	if c, err := r.Cookie(cookieName(r, realm)); err == nil {
		return id.SecretFrom(c.Value)
	}
	return id.Secret{}
}

// SetSession hands out the cookie of a session.
func SetSession(w http.ResponseWriter, r *http.Request, realm auth.Realm, token id.Secret) {
	setCookie(w, r, &http.Cookie{Name: cookieName(r, realm), Value: token.Reveal()})
}

// ClearSession takes the cookie of a session back.
func ClearSession(w http.ResponseWriter, r *http.Request, realm auth.Realm) {
	setCookie(w, r, &http.Cookie{Name: cookieName(r, realm), MaxAge: -1})
}

func setCookie(w http.ResponseWriter, r *http.Request, c *http.Cookie) {
	c.Path = "/"
	c.HttpOnly = true
	c.Secure = incomingOf(r).gate.Base().Scheme == "https"
	c.SameSite = http.SameSiteLaxMode
	http.SetCookie(w, c)
}

const linkCookie = "fy_link"

// KeepLink takes the token of a mailed link out of the address and into a short
// cookie.
func KeepLink(w http.ResponseWriter, r *http.Request, token string) {
	if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) > 64 {
		token = "" // no token of ours looks like that
	}
	setCookie(w, r, &http.Cookie{Name: linkCookie, Value: token, MaxAge: int((30 * time.Minute).Seconds())})
}

// LinkToken is the token that KeepLink kept.
func LinkToken(r *http.Request) id.Secret {
	if c, err := r.Cookie(linkCookie); err == nil {
		return id.SecretFrom(c.Value)
	}
	return id.Secret{}
}

// DropLink forgets the token.
func DropLink(w http.ResponseWriter, r *http.Request) {
	setCookie(w, r, &http.Cookie{Name: linkCookie, MaxAge: -1})
}

func emailCookie(realm auth.Realm) string { return "fy_email_" + string(realm) }

// KeepEmail keeps the address of who has just chosen a password, for the page on which
// they sign in with it; an empty one forgets it.
func KeepEmail(w http.ResponseWriter, r *http.Request, realm auth.Realm, email string) {
	c := &http.Cookie{Name: emailCookie(realm), Value: base64.RawURLEncoding.EncodeToString([]byte(email)), MaxAge: int((10 * time.Minute).Seconds())}
	if email == "" {
		if KeptEmail(r, realm) == "" {
			return
		}
		c.MaxAge = -1
	}
	setCookie(w, r, c)
}

// KeptEmail is the address that KeepEmail kept.
func KeptEmail(r *http.Request, realm auth.Realm) string {
	c, err := r.Cookie(emailCookie(realm))
	if err != nil {
		return ""
	}
	email, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || !utf8.Valid(email) {
		return ""
	}
	return string(email)
}

const flashCookie = "fy_flash"

type flash struct {
	Key  string   `json:"k"`
	Args []string `json:"a,omitempty"`
}

// Flash leaves a sentence for the next page: a key of the catalogue with its
// arguments.
func Flash(w http.ResponseWriter, r *http.Request, key string, args ...string) {
	data, err := json.Marshal(flash{key, args})
	if err != nil {
		return
	}
	setCookie(w, r, &http.Cookie{Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(data), MaxAge: 60})
}

// takeFlash reads the sentence that was left and forgets it.
func takeFlash(w http.ResponseWriter, r *http.Request) (flash, bool) {
	c, err := r.Cookie(flashCookie)
	if err != nil || c.Value == "" {
		return flash{}, false
	}
	setCookie(w, r, &http.Cookie{Name: flashCookie, MaxAge: -1})
	data, err := base64.RawURLEncoding.DecodeString(c.Value)
	var f flash
	if err != nil || json.Unmarshal(data, &f) != nil || len(data) > 1000 || !strings.HasPrefix(f.Key, "flash.") {
		return flash{}, false
	}
	return f, true
}
