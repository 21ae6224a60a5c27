package standin

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

func bad(code, param, message string) error {
	return &refused{http.StatusBadRequest, invalid, code, param, message}
}

func need(form url.Values, param string) (string, error) {
	if text := form.Get(param); text != "" {
		return text, nil
	}
	return "", bad("parameter_missing", param, "Missing required param: "+param+".")
}

// whole reads a number above zero.
func whole(form url.Values, param string) (int64, error) {
	text, err := need(form, param)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > 999_999_999_999 {
		return 0, bad("parameter_invalid_integer", param, "Invalid positive integer")
	}
	return n, nil
}

func address(form url.Values, param string) (string, error) {
	text, err := need(form, param)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", bad("url_invalid", param, "Not a valid URL")
	}
	return text, nil
}

// list reads name[0], name[1] and so on, and name[].
func list(form url.Values, name string) []string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(form)) {
		if strings.HasPrefix(key, name+"[") {
			all = append(all, form[key]...)
		}
	}
	return all
}

// said reads name[key]=value into a map.
func said(form url.Values, name string) map[string]string {
	says := map[string]string{}
	for key, values := range form {
		if rest, ok := strings.CutPrefix(key, name+"["); ok && strings.HasSuffix(rest, "]") && values[0] != "" {
			says[strings.TrimSuffix(rest, "]")] = values[0]
		}
	}
	return says
}

func (s *Stripe) createSession(q ask) (object, error) {
	now := s.now()
	x := &session{
		id: newID("cs_test_"), status: open, created: now,
		reference: q.form.Get("client_reference_id"), metadata: said(q.form, "metadata"),
		intentSays: said(q.form, "payment_intent_data[metadata]"), description: q.form.Get("payment_intent_data[description]"),
		locale: q.form.Get("locale"), email: q.form.Get("customer_email"),
	}
	if mode, err := need(q.form, "mode"); err != nil {
		return nil, err
	} else if mode != "payment" {
		return nil, bad("", "mode", "Invalid mode: the stand-in knows payment only")
	}
	var err error
	if x.success, err = address(q.form, "success_url"); err != nil {
		return nil, err
	}
	if x.cancel, err = address(q.form, "cancel_url"); err != nil {
		return nil, err
	}
	if x.email != "" && !strings.Contains(x.email, "@") {
		return nil, bad("email_invalid", "customer_email", "Invalid email address: "+x.email)
	}
	if x.expires, err = ends(q.form, now); err != nil {
		return nil, err
	}
	if err := x.readLines(q.form); err != nil {
		return nil, err
	}
	s.sessions = append(s.sessions, x)
	return s.shapeSession(x, q.expand), nil
}

// ends is when a session closes by itself: as at Stripe after half an hour at the
// earliest, and after a day at the latest.
func ends(form url.Values, now time.Time) (time.Time, error) {
	latest := now.Add(24 * time.Hour)
	if !form.Has("expires_at") {
		return latest, nil
	}
	at, err := whole(form, "expires_at")
	if err != nil {
		return now, err
	}
	if at < now.Add(30*time.Minute).Unix() || at > latest.Unix() {
		return now, bad("", "expires_at", "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.")
	}
	return time.Unix(at, 0), nil
}

// readLines reads what is paid, in one currency.
func (x *session) readLines(form url.Values) error {
	const most = 20
	var titles []string
	for n := range most {
		line := fmt.Sprintf("line_items[%d]", n)
		if len(list(form, line)) == 0 {
			break
		}
		currency, err := need(form, line+"[price_data][currency]")
		if err != nil {
			return err
		}
		currency = strings.ToLower(currency)
		if len(currency) != 3 || x.currency != "" && x.currency != currency {
			return bad("", line+"[price_data][currency]", "Invalid currency: "+currency)
		}
		x.currency = currency
		amount, err := whole(form, line+"[price_data][unit_amount]")
		if err != nil {
			return err
		}
		if step := stepOf(currency); amount%step != 0 {
			return bad("", line+"[price_data][unit_amount]", fmt.Sprintf("Invalid amount: in %s it must be a multiple of %d", currency, step))
		}
		title, err := need(form, line+"[price_data][product_data][name]")
		if err != nil {
			return err
		}
		quantity, err := whole(form, line+"[quantity]")
		if err != nil {
			return err
		}
		if quantity > 999_999 {
			return bad("parameter_invalid_integer", line+"[quantity]", "Invalid quantity")
		}
		titles = append(titles, title)
		x.amount += amount * quantity
	}
	if len(titles) == 0 {
		return bad("parameter_missing", "line_items", "You must provide `line_items`.")
	}
	x.title = strings.Join(titles, ", ")
	return nil
}

func (s *Stripe) getSession(q ask) (object, error) {
	x, err := s.session(q.id)
	if err != nil {
		return nil, err
	}
	return s.shapeSession(x, q.expand), nil
}

func (s *Stripe) expireSession(q ask) (object, error) {
	x, err := s.session(q.id)
	if err != nil {
		return nil, err
	}
	if x.status != open {
		return nil, bad("", "", "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `"+x.status+"`.")
	}
	s.expire(x)
	return s.shapeSession(x, q.expand), nil
}

func (s *Stripe) getIntent(q ask) (object, error) {
	i, err := s.intentBy("payment_intent", q.id)
	if err != nil {
		return nil, err
	}
	return s.shapeIntent(i, q.expand), nil
}

func (s *Stripe) getCharge(q ask) (object, error) {
	i, err := s.intentBy("charge", q.id)
	if err != nil {
		return nil, err
	}
	return s.shapeCharge(i, q.expand), nil
}

func (s *Stripe) createRefund(q ask) (object, error) {
	id, err := need(q.form, "payment_intent")
	if err != nil {
		return nil, err
	}
	i, err := s.intentBy("payment_intent", id)
	if err != nil {
		return nil, err
	}
	var amount int64 // 0 is all that is left
	if q.form.Has("amount") {
		if amount, err = whole(q.form, "amount"); err != nil {
			return nil, err
		}
	}
	reason := q.form.Get("reason")
	if !slices.Contains([]string{"", "duplicate", "fraudulent", "requested_by_customer"}, reason) {
		return nil, bad("", "reason", "Invalid reason: "+reason)
	}
	r, err := s.giveBack(i, amount, reason, said(q.form, "metadata"))
	if err != nil {
		return nil, err
	}
	return s.shapeRefund(r, q.expand), nil
}

func (s *Stripe) getRefund(q ask) (object, error) {
	r, err := s.refund(q.id)
	if err != nil {
		return nil, err
	}
	return s.shapeRefund(r, q.expand), nil
}

func (s *Stripe) listRefunds(q ask) (object, error) {
	of := q.form.Get("payment_intent")
	if of != "" {
		if _, err := s.intentBy("payment_intent", of); err != nil {
			return nil, err
		}
	}
	var all []object
	for _, r := range slices.Backward(s.refunds) {
		if of == "" || r.intent.id == of {
			all = append(all, s.shapeRefund(r, q.expand.below("data")))
		}
	}
	return leaf("/v1/refunds", all, q.form)
}

// leaf is the part of a list, newest first, that was asked for.
func leaf(path string, all []object, form url.Values) (object, error) {
	limit := int64(10)
	if form.Has("limit") {
		var err error
		if limit, err = whole(form, "limit"); err != nil {
			return nil, err
		}
	}
	if after := form.Get("starting_after"); after != "" {
		at := slices.IndexFunc(all, func(o object) bool { return o["id"] == after })
		if at < 0 {
			return nil, missing("object", "starting_after", after)
		}
		all = all[at+1:]
	}
	n := int(min(limit, 100, int64(len(all))))
	return object{"object": "list", "url": path, "has_more": n < len(all), "data": append([]object{}, all[:n]...)}, nil
}
