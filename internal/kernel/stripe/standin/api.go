package standin

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// invalid is the kind of most refusals.
const invalid = "invalid_request_error"

// refused is a request that is not done, with what Stripe says of it.
type refused struct {
	status                     int
	kind, code, param, message string
}

// Error implements error.
func (r *refused) Error() string { return r.message }

func (r *refused) shape() object {
	o := object{"type": r.kind, "message": r.message}
	if r.code != "" {
		o["code"] = r.code
	}
	if r.param != "" {
		o["param"] = r.param
	}
	return object{"error": o}
}

func missing(kind, param, id string) error {
	return &refused{http.StatusNotFound, invalid, "resource_missing", param, fmt.Sprintf("No such %s: '%s'", kind, id)}
}

// ask is a request of the API.
type ask struct {
	id     string
	form   url.Values
	expand expand
}

// cause is the request that an event comes of.
type cause struct{ request, key string }

// answer is what a request was answered with. Until done is closed it is being
// worked on.
type answer struct {
	about  [sha256.Size]byte
	done   chan struct{}
	status int
	body   []byte
}

func (s *Stripe) routes(mux *http.ServeMux) {
	for pattern, do := range map[string]func(ask) (object, error){
		"GET /v1/account":                        func(ask) (object, error) { return s.shapeAccount(), nil },
		"POST /v1/checkout/sessions":             s.createSession,
		"GET /v1/checkout/sessions/{id}":         s.getSession,
		"POST /v1/checkout/sessions/{id}/expire": s.expireSession,
		"GET /v1/payment_intents/{id}":           s.getIntent,
		"GET /v1/charges/{id}":                   s.getCharge,
		"POST /v1/refunds":                       s.createRefund,
		"GET /v1/refunds":                        s.listRefunds,
		"GET /v1/refunds/{id}":                   s.getRefund,
		"POST /v1/webhook_endpoints":             s.createEndpoint,
		"GET /v1/webhook_endpoints":              s.listEndpoints,
		"DELETE /v1/webhook_endpoints/{id}":      s.deleteEndpoint,
		"/v1/":                                   nil,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, do) })
	}
}

// serve answers a request, rightly or as Fail wants it.
func (s *Stripe) serve(w http.ResponseWriter, r *http.Request, do func(ask) (object, error)) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		write(w, "", http.StatusBadRequest, encode((&refused{http.StatusBadRequest, invalid, "", "", "The body cannot be read."}).shape()))
		return
	}
	id := newID("req_")
	bad, isBad := s.nextWrong()
	if isBad && !bad.garbage && bad.status != 0 {
		said := encode((&refused{bad.status, kindOf(bad.status), "", "", "The stand-in was told to fail."}).shape())
		if bad.status == http.StatusInternalServerError {
			s.keep(r, body, said)
		}
		write(w, id, bad.status, said)
		return
	}
	status, said := s.answer(w, r, body, id, do)
	switch {
	case isBad && bad.garbage:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<html><body>A gateway that speaks no JSON.")
	case isBad:
		// With some bytes of an answer, as Go's client by itself repeats requests of
		// which it saw none.
		w.Header().Set("Content-Length", strconv.Itoa(len(said)+1))
		write(w, id, http.StatusOK, said[:len(said)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case status != 0: // else whoever asked has gone
		write(w, id, status, said)
	}
}

// keep remembers for a key that something broke, as Stripe does: asked again under
// it, the answer is the same.
func (s *Stripe) keep(r *http.Request, body, said []byte) {
	key := r.Header.Get("Idempotency-Key")
	if r.Method != http.MethodPost || key == "" {
		return
	}
	kept := &answer{about: aboutOf(r, body), done: make(chan struct{}), status: http.StatusInternalServerError, body: said}
	close(kept.done)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked[key] == nil {
		s.asked[key] = kept
	}
}

// aboutOf is what a request is about: its key may not be used for another.
func aboutOf(r *http.Request, body []byte) [sha256.Size]byte {
	return sha256.Sum256(bytes.Join([][]byte{[]byte(r.URL.Path), body}, []byte{0}))
}

func (s *Stripe) nextWrong() (wrong, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.wrong) == 0 {
		return wrong{}, false
	}
	next := s.wrong[0]
	s.wrong = s.wrong[1:]
	return next, true
}

func kindOf(status int) string {
	switch {
	case status == http.StatusPaymentRequired:
		return "card_error"
	case status >= 500:
		return "api_error"
	}
	return invalid
}

// answer finds the answer, which for a key that was seen is the one of before.
func (s *Stripe) answer(w http.ResponseWriter, r *http.Request, body []byte, id string, do func(ask) (object, error)) (int, []byte) {
	if err := s.allowed(r); err != nil {
		return told(nil, err)
	}
	key := r.Header.Get("Idempotency-Key")
	if r.Method != http.MethodPost || key == "" {
		return s.do(r, body, cause{request: id}, do)
	}
	about := aboutOf(r, body)
	s.mu.Lock()
	before := s.asked[key]
	mine := &answer{about: about, done: make(chan struct{})}
	if before == nil {
		s.asked[key] = mine
	}
	s.mu.Unlock()
	switch {
	case before == nil:
		defer close(mine.done)
		mine.status, mine.body = s.do(r, body, cause{id, key}, do)
		return mine.status, mine.body
	case before.about != about:
		return told(nil, &refused{http.StatusBadRequest, "idempotency_error", "", "", "Keys for idempotent requests can only be used with the same parameters they were first used with."})
	}
	select {
	case <-before.done:
		w.Header().Set("Idempotent-Replayed", "true")
		return before.status, before.body
	case <-r.Context().Done():
		return 0, nil
	}
}

// allowed takes the key of the account. A restricted one may not ask whose it is.
func (s *Stripe) allowed(r *http.Request) error {
	key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if strings.HasPrefix(key, "rk_") && r.URL.Path == "/v1/account" {
		return &refused{http.StatusForbidden, invalid, "", "", "The provided key does not have the required permissions for this endpoint."}
	}
	if strings.Contains(key, "_expired_") {
		return &refused{http.StatusUnauthorized, invalid, "api_key_expired", "", "Expired API Key provided."}
	}
	good := s.key != "" && key == s.key
	if s.key == "" {
		good = strings.HasPrefix(key, "sk_test_") || strings.HasPrefix(key, "rk_test_")
	}
	if good {
		return nil
	}
	return &refused{http.StatusUnauthorized, invalid, "", "", "Invalid API Key provided."}
}

// do does a request as one change of the books.
func (s *Stripe) do(r *http.Request, body []byte, c cause, do func(ask) (object, error)) (int, []byte) {
	if do == nil {
		return told(nil, &refused{http.StatusNotFound, invalid, "", "", fmt.Sprintf("Unrecognized request URL (%s: %s).", r.Method, r.URL.Path)})
	}
	form := r.URL.Query()
	sent, err := url.ParseQuery(string(body))
	if err != nil {
		return told(nil, &refused{http.StatusBadRequest, invalid, "", "", "The body is no form."})
	}
	for name, values := range sent {
		form[name] = append(form[name], values...)
	}
	defer s.begin()()
	s.cause = c
	defer func() { s.cause = cause{} }()
	return told(do(ask{r.PathValue("id"), form, expand(list(form, "expand"))}))
}

func told(o object, err error) (int, []byte) {
	var no *refused
	switch {
	case errors.As(err, &no):
		return no.status, encode(no.shape())
	case err != nil:
		return http.StatusInternalServerError, encode((&refused{http.StatusInternalServerError, "api_error", "", "", err.Error()}).shape())
	}
	return http.StatusOK, encode(o)
}

// encode cannot fail: objects are made of texts and numbers.
func encode(o object) []byte {
	body, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return body
}

func write(w http.ResponseWriter, id string, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Request-Id", id)
	w.Header().Set("Stripe-Version", version)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
