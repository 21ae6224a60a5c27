package standin

import (
	"bytes"
	_ "embed" // the page
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// view is what the hosted page shows.
type view struct {
	Business, Title, Amount string
	Status                  string // open, complete, expired or unknown
	Paid, Slow, Declined    bool
	Cancel, Success         string
}

// amountText writes an amount with as many decimals as Stripe counts.
func amountText(amount int64, currency string) string {
	currency = strings.ToUpper(currency)
	text := strconv.FormatInt(amount, 10)
	n := decimalsOf(currency)
	for len(text) <= n {
		text = "0" + text
	}
	front, behind := text[:len(text)-n], text[len(text)-n:]
	for at := len(front) - 3; at > 0; at -= 3 {
		front = front[:at] + "," + front[at:]
	}
	if n > 0 {
		front += "." + behind
	}
	return currency + " " + front
}

func decimalsOf(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "JOD", "KWD", "OMR", "TND":
		return 3
	}
	return 2
}

// stepOf is what an amount must be a multiple of: Stripe counts more decimals of
// some currencies than it takes.
func stepOf(currency string) int64 {
	switch currency {
	case "bhd", "jod", "kwd", "omr", "tnd":
		return 10
	case "isk", "ugx":
		return 100
	}
	return 1
}

// look is the view of a session, while the lock is held.
func (s *Stripe) look(x *session) view {
	return view{
		Business: s.name, Title: x.title, Amount: amountText(x.amount, x.currency), Status: x.status,
		Paid: x.payment() == "paid", Slow: x.intent != nil && x.intent.status == processing,
		Cancel: x.cancel, Success: x.back(),
	}
}

// back is where whoever paid goes on.
func (x *session) back() string {
	return strings.ReplaceAll(x.success, "{CHECKOUT_SESSION_ID}", x.id)
}

func (s *Stripe) page(w http.ResponseWriter, r *http.Request) {
	v, status := view{Business: s.name, Status: "unknown"}, http.StatusNotFound
	end := s.begin()
	if x, err := s.session(r.PathValue("id")); err == nil {
		v, status = s.look(x), http.StatusOK
	}
	end()
	show(w, status, v)
}

// press is a button: pay and slow go on to success_url, decline stays.
func (s *Stripe) press(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	do := r.PostFormValue("do")
	v, status := s.pressed(r.PathValue("id"), do)
	if status == http.StatusSeeOther {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, v.Success, status)
		return
	}
	show(w, status, v)
}

func (s *Stripe) pressed(id, do string) (view, int) {
	defer s.begin()()
	x, err := s.session(id)
	switch {
	case err != nil:
		return view{Business: s.name, Status: "unknown"}, http.StatusNotFound
	case x.status != open:
		return s.look(x), http.StatusConflict
	case do == "pay", do == "slow":
		s.pay(x, do == "slow")
		return s.look(x), http.StatusSeeOther
	case do == "decline":
		v := s.look(x)
		v.Declined = true
		return v, http.StatusOK
	}
	return s.look(x), http.StatusBadRequest
}

func show(w http.ResponseWriter, status int, v view) {
	var body bytes.Buffer
	if err := pageTemplate.Execute(&body, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	// No form-action: it would forbid the way on to success_url.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w)
}
