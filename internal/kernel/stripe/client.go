package stripe

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"
)

// What can go wrong with a request.
var (
	// ErrKey is a key that Stripe does not take.
	ErrKey = errors.New("the key is refused by Stripe")
	// ErrExpired is a key that was good once. It comes with ErrKey.
	ErrExpired = errors.New("the key has expired or was revoked at Stripe")
	// ErrRight is a key that may not do this, as restricted ones may be.
	ErrRight = errors.New("the key may not do this at Stripe")
	// ErrBroken is an answer that says that something broke at Stripe. Asked again
	// under the same key it is the same answer. It comes with ErrDown.
	ErrBroken = errors.New("something broke at Stripe")
	// ErrDown is Stripe not answering, or not sensibly: the same request may be
	// sent again later.
	ErrDown = errors.New("no sensible answer by Stripe")
	// ErrNone is an object that the account does not have.
	ErrNone = errors.New("no such object at Stripe")
)

// Refused is a request that Stripe understood and will not do.
type Refused struct{ Code, Message string }

// Error implements error.
func (r Refused) Error() string { return "refused by Stripe: " + r.Message }

// patience is how long one request may take, with its repetitions. A person waits
// for it.
const patience = 12 * time.Second

// Client is the road to one account.
type Client struct {
	api *api.Client
}

// New makes a client of a secret key. base is where the API is, nil for Stripe's
// own address.
func New(key string, base *url.URL) Client {
	config := &api.BackendConfig{
		HTTPClient:        &http.Client{Timeout: 6 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		LeveledLogger:     &api.LeveledLogger{Level: api.LevelNull},
		MaxNetworkRetries: new(int64(1)),
		EnableTelemetry:   new(false),
	}
	if base != nil {
		config.URL = new(base.String())
	}
	return Client{api.NewClient(key, api.WithBackends(api.NewBackendsWithConfig(config)))}
}

// Live tells whether a key moves real money.
func Live(key string) bool {
	return strings.HasPrefix(key, "sk_live_") || strings.HasPrefix(key, "rk_live_")
}

// Account is whose money it is.
type Account struct{ ID, Name string }

// Account asks whose key this is. Errors are ErrKey, ErrRight, ErrDown and Refused.
func (c Client) Account(ctx context.Context) (Account, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := c.api.V1Accounts.Retrieve(ctx, nil)
	if err != nil {
		return Account{}, plain(err)
	}
	a := Account{ID: found.ID}
	if found.Settings != nil && found.Settings.Dashboard != nil {
		a.Name = found.Settings.Dashboard.DisplayName
	}
	if a.Name == "" && found.BusinessProfile != nil {
		a.Name = found.BusinessProfile.Name
	}
	if a.ID == "" {
		return Account{}, ErrDown
	}
	return a, nil
}

// plain turns an error of stripe-go into one of ours.
func plain(err error) error {
	var e *api.Error
	if !errors.As(err, &e) {
		return errors.Join(ErrDown, err)
	}
	switch status := e.HTTPStatusCode; {
	case status == http.StatusUnauthorized && e.Code == api.ErrorCodeAPIKeyExpired:
		return errors.Join(ErrKey, ErrExpired, err)
	case status == http.StatusUnauthorized:
		return errors.Join(ErrKey, err)
	case status == http.StatusForbidden:
		return errors.Join(ErrRight, err)
	case status == http.StatusNotFound || e.Code == api.ErrorCodeResourceMissing:
		return errors.Join(ErrNone, err)
	case status >= 500:
		return errors.Join(ErrDown, ErrBroken, err)
	case status == http.StatusTooManyRequests || status == http.StatusConflict || status == 0:
		return errors.Join(ErrDown, err)
	}
	return Refused{string(e.Code), e.Msg}
}
