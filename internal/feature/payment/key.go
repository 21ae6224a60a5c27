package payment

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
	"foyer/internal/kernel/stripe"
	"foyer/internal/kernel/text"
)

// KeyID names a key.
type KeyID = id.Of[Key]

// Key is the key with which a workspace takes payments, as people may see it.
type Key struct {
	ID          KeyID
	Account     string // acct_…
	Name        string // of the account
	Live        bool   // real money moves
	End         string // the last characters of the secret
	HookEnd     string // of what webhooks are signed with, empty while that is not known
	Environment bool   // it comes from the environment
}

// key is a Key with its sealed secrets.
type key struct {
	Key
	environment  string
	secret, hook string
	hookID       string // of the endpoint that we added at Stripe
	hookBefore   string
	before       time.Time // until when hookBefore is good
}

func scanKey(row scope.Row) (k key, err error) {
	err = row.Scan(&k.ID, &k.Account, &k.Name, &k.Live, &k.environment, &k.secret, &k.End, &k.hook, &k.HookEnd, &k.hookBefore,
		scope.Time(&k.before), &k.hookID)
	k.Environment = k.environment != ""
	return k, err
}

// fingerprint tells keys of the environment apart without naming them.
func fingerprint(secret string) string {
	sum := sha256.Sum256([]byte("foyer/stripe/" + secret))
	return hex.EncodeToString(sum[:16])
}

// inUse is the key that new payments are taken with; problem.NotFound without one.
func inUse(ctx context.Context, who auth.System) (k key, err error) {
	err = who.Read(ctx, func(tx scope.Tx) (err error) {
		k, err = scope.One(ctx, tx, readKeyInUse, nil, scanKey)
		return err
	})
	return k, err
}

// TakeEnvironment keeps the environment's key in use in the first workspace, while
// it has none of its own, and takes it out of use when the environment has it no
// more.
func (f Feature) TakeEnvironment(ctx context.Context, who auth.System) error {
	k, err := inUse(ctx, who)
	none := problem.Is(err, problem.NotFound)
	if err != nil && !none {
		return err
	}
	first, err := f.First(ctx)
	if err != nil {
		return err
	}
	mine := f.Key != "" && first == who.Site().ID
	switch {
	case !none && !k.Environment, mine && f.asGiven(who, k), none && !mine:
		return nil
	case !mine:
		return who.Write(ctx, func(tx scope.Tx) error {
			_, err := tx.Exec(ctx, retireKey, nil)
			return err
		})
	}
	a, err := stripe.New(f.Key, f.API).Account(ctx)
	if err != nil && !errors.Is(err, stripe.ErrNone) && !errors.Is(err, stripe.ErrRight) { // a restricted key may not tell whose it is
		return err
	}
	return who.Write(ctx, func(tx scope.Tx) error {
		if err := tx.Lock(ctx, "stripe key"); err != nil {
			return err
		}
		now, err := scope.List(ctx, tx, readKeyInUse, nil, scanKey)
		if err != nil || len(now) > 0 && !now[0].Environment { // somebody saved one meanwhile
			return err
		}
		_, err = f.keep(ctx, tx, who, kept{secret: f.Key, hook: stripe.Hook{Secret: f.Hook}, account: a, environment: fingerprint(f.Key)})
		return err
	})
}

// asGiven tells whether the stored key is the environment's, with its signing
// secret, and can be read.
func (f Feature) asGiven(who auth.System, k key) bool {
	_, err := f.Secrets.Open(place(who.Site().ID, k.ID, "key"), k.secret)
	return err == nil && k.environment == fingerprint(f.Key) && k.HookEnd == secret.End(f.Hook)
}

// Ready tells whether payments can be taken for a contact who may pay, and whether
// real money moves.
type Ready struct{ Ready, Live bool }

// Ready reads whether the contact can pay online.
func (p Portal) Ready(ctx context.Context) (r Ready, err error) {
	if !p.who.Capabilities().Pay {
		return Ready{}, nil
	}
	err = p.who.Read(ctx, auth.Money, func(tx scope.Tx) error {
		live, err := scope.List(ctx, tx, readReady, nil, scope.Value[bool])
		if err == nil && len(live) > 0 {
			r = Ready{true, live[0]}
		}
		return err
	})
	return r, err
}

// Online tells whether clients can pay online at all.
func (a App) Online(ctx context.Context) (bool, error) {
	var keys int
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) (err error) {
		keys, err = scope.One(ctx, tx, readOnline, nil, scope.Value[int])
		return err
	})
	return keys > 0, err
}

// kept is what is stored of a new key.
type kept struct {
	secret, environment string
	hook                stripe.Hook
	account             stripe.Account
}

// maker makes ids, whoever it is.
type maker interface{ NewID() string }

// keep stores a key in the place of the one in use.
func (f Feature) keep(ctx context.Context, tx scope.Tx, by maker, k kept) (KeyID, error) {
	if err := tx.Lock(ctx, "stripe key"); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, retireKey, nil); err != nil {
		return "", err
	}
	made := KeyID(by.NewID())
	args := scope.Args{
		"id": made, "account": k.account.ID, "name": k.account.Name, "live": stripe.Live(k.secret), "environment": k.environment,
		"secret": f.Secrets.Seal(place(tx.Who().Workspace, made, "key"), k.secret), "end": secret.End(k.secret), "hook": "", "hook_end": secret.End(k.hook.Secret), "hook_id": k.hook.ID,
	}
	if k.hook.Secret != "" {
		args["hook"] = f.Secrets.Seal(place(tx.Who().Workspace, made, "hook"), k.hook.Secret)
	}
	_, err := tx.Exec(ctx, insertKey, tx.WithMaker(args))
	return made, err
}

// Settings is how a workspace takes payments.
type Settings struct {
	Key       Key    // in use; its ID is empty without one
	Endpoint  string // address for webhooks
	Reachable bool   // the address is one that Stripe can call
}

// Settings reads how the workspace takes payments. Problem: Forbidden.
func (a App) Settings(ctx context.Context) (Settings, error) {
	var keys []key
	var tokens []string
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&keys, readKeyInUse, nil, scanKey), scope.Into(&tokens, readEndpoint, nil, scope.Value[string]))
	})
	if err != nil {
		return Settings{}, err
	}
	var s Settings
	if len(keys) > 0 {
		s.Key = keys[0].Key
	}
	if len(tokens) > 0 {
		s.Endpoint = endpoint(a.who.Site(), tokens[0])
	}
	if s.Key.Environment {
		s.Endpoint = ""
		if s.Key.HookEnd != "" {
			s.Endpoint = a.who.Site().AppURL("/hooks/stripe")
		}
	}
	s.Reachable = strings.HasPrefix(s.Endpoint, "https://")
	return s, nil
}

// endpoint is the address for webhooks of a workspace.
func endpoint(site auth.Site, token string) string {
	return site.AppURL("/hooks/stripe/" + site.ID + token)
}

// KeyFields are the names of the fields of the form, in their order.
var KeyFields = []string{"secret_key", "hook_secret"}

// before is how long webhooks may be signed with a secret that was changed.
const before = 72 * time.Hour

// SaveKey checks a secret key with Stripe and takes it into use; Stripe is asked
// to send what happens to our address, which it does where it can reach it.
// Problems are Forbidden, Conflict where the key is the environment's, and Invalid
// by field.
func (a App) SaveKey(ctx context.Context, secretKey string) (hooked bool, err error) {
	var f problem.Fields
	secretKey = text.Line(&f, "secret_key", secretKey, text.Required, 300)
	if !f.Has("secret_key") && !strings.HasPrefix(secretKey, "sk_") && !strings.HasPrefix(secretKey, "rk_") {
		f.Add("secret_key", "stripe.key_shape")
	}
	if !f.Has("secret_key") && !plainly(secretKey) {
		f.Add("secret_key", "stripe.key_letters")
	}
	if err := f.Err(); err != nil {
		return false, err
	}
	if !a.who.May(auth.SettingsWrite) {
		return false, problem.Of(problem.Forbidden, "problem.forbidden")
	}
	token, err := a.token(ctx)
	if err != nil {
		return false, err
	}
	k, err := a.f.introduce(ctx, secretKey, endpoint(a.who.Site(), token))
	if err != nil {
		return false, keyProblem(err)
	}
	stored := false
	err = a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		stored = false
		_, err := scope.Once(ctx, tx, func() (string, error) {
			if _, err := a.f.keep(ctx, tx, a.who, k); err != nil {
				return "", err
			}
			stored = true
			return "", a.record(ctx, tx, "stripe.key_saved", map[string]any{"end": secret.End(secretKey), "live": stripe.Live(secretKey)})
		})
		return err
	})
	if k.hook.ID != "" && (err != nil || !stored) { // of a form that was sent twice, or whose change failed
		a.f.note(ctx, stripe.New(secretKey, a.f.API).RemoveHook(ctx, k.hook.ID))
	}
	if err == nil {
		a.f.removeHooks(ctx, a.who.Site().ID)
	}
	return k.hook.Secret != "", err
}

// plainly tells whether a key has only what can be sent as one: no blanks, and
// nothing beyond ASCII.
func plainly(key string) bool {
	return !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' })
}

// removeHooks asks Stripe to send nothing any more to the endpoints of keys that
// are out of use. What Stripe does not do is in the log, and is tried again with
// the next change of the key.
func (f Feature) removeHooks(ctx context.Context, workspace string) {
	who, err := f.System(ctx, workspace)
	if err != nil {
		f.note(ctx, err)
		return
	}
	var old []key
	err = who.Read(ctx, func(tx scope.Tx) (err error) {
		old, err = scope.List(ctx, tx, listHooksLeft, nil, scanKey)
		return err
	})
	f.note(ctx, err)
	for _, k := range old {
		_, road, err := f.road(ctx, who, k.ID.String())
		if err == nil {
			err = road.RemoveHook(ctx, k.hookID)
		}
		if err == nil {
			err = who.Write(ctx, func(tx scope.Tx) error {
				_, err := tx.Exec(ctx, forgetHook, scope.Args{"id": k.ID})
				return err
			})
		}
		f.note(ctx, err)
	}
}

// note logs that an endpoint at Stripe could not be removed.
func (f Feature) note(ctx context.Context, err error) {
	if err != nil && f.Log != nil {
		f.Log.WarnContext(ctx, "a webhook endpoint stays at Stripe", "error", err.Error())
	}
}

// introduce asks Stripe whose key it is, and to send what happens to an address.
// Where Stripe will not, because it cannot reach it, the secret is typed by hand.
func (f Feature) introduce(ctx context.Context, secretKey, address string) (kept, error) {
	road := stripe.New(secretKey, f.API)
	account, err := road.Account(ctx)
	if err != nil && !errors.Is(err, stripe.ErrRight) { // a restricted key may not tell whose it is
		return kept{}, err
	}
	hook, err := road.AddHook(ctx, address)
	if errors.Is(err, stripe.ErrDown) {
		return kept{}, err
	}
	return kept{secret: secretKey, hook: hook, account: account}, nil
}

// Use takes a key into use without a person, as the demo does with its stand-in.
func (f Feature) Use(ctx context.Context, who auth.System, secretKey string) error {
	var token string
	err := who.Write(ctx, func(tx scope.Tx) (err error) {
		token, err = tokenIn(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	k, err := f.introduce(ctx, secretKey, endpoint(who.Site(), token))
	if err != nil {
		return err
	}
	err = who.Write(ctx, func(tx scope.Tx) error {
		_, err := f.keep(ctx, tx, who, k)
		return err
	})
	if err == nil {
		f.removeHooks(ctx, who.Site().ID)
	}
	return err
}

// keyProblem says what is wrong with a key that Stripe was asked about.
func keyProblem(err error) error {
	switch {
	case errors.Is(err, stripe.ErrExpired):
		return problem.Field("secret_key", "stripe.key_expired")
	case errors.Is(err, stripe.ErrKey):
		return problem.Field("secret_key", "stripe.key_refused")
	case errors.Is(err, stripe.ErrDown):
		return problem.Field("secret_key", "stripe.down")
	}
	var refused stripe.Refused
	if errors.As(err, &refused) {
		return problem.Field("secret_key", "stripe.key_refused")
	}
	return err
}

// own holds that the key in use, if there is one, is not the environment's.
func own(ctx context.Context, tx scope.Tx) error {
	keys, err := scope.List(ctx, tx, readKeyInUse, nil, scanKey)
	if err == nil && len(keys) > 0 && keys[0].Environment {
		return problem.Of(problem.Conflict, "stripe.environment")
	}
	return err
}

// token is tokenIn, where the key may be changed.
func (a App) token(ctx context.Context) (token string, err error) {
	err = a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) (err error) {
		if err := own(ctx, tx); err != nil {
			return err
		}
		token, err = tokenIn(ctx, tx)
		return err
	})
	return token, err
}

// tokenIn is the part of the address for webhooks that nobody guesses; it is made
// once.
func tokenIn(ctx context.Context, tx scope.Tx) (string, error) {
	if _, err := tx.Exec(ctx, insertEndpoint, scope.Args{"token": id.NewSecret().Reveal()[:26]}); err != nil {
		return "", err
	}
	return scope.One(ctx, tx, readEndpoint, nil, scope.Value[string])
}

// SaveHook stores what webhooks are signed with; what they were signed with before
// is good for three more days. Problems are Forbidden, NotFound without a key,
// Conflict where the key is the environment's, and Invalid by field.
func (a App) SaveHook(ctx context.Context, hook string) error {
	var f problem.Fields
	hook = text.Line(&f, "hook_secret", hook, text.Required, 300)
	if !f.Has("hook_secret") && (!strings.HasPrefix(hook, "whsec_") || len(hook) < 16) {
		f.Add("hook_secret", "stripe.hook_shape")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if _, err := a.token(ctx); err != nil {
		return err
	}
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) {
			k, err := scope.One(ctx, tx, readKeyInUse, nil, scanKey)
			if err != nil {
				return "", err
			}
			_, err = tx.Exec(ctx, keepHook, scope.Args{
				"id": k.ID, "hook": a.f.Secrets.Seal(place(a.who.Site().ID, k.ID, "hook"), hook), "end": secret.End(hook), "until": a.who.Now().Add(before),
			})
			if err != nil {
				return "", err
			}
			return "", a.record(ctx, tx, "stripe.hook_saved", map[string]any{"end": secret.End(hook)})
		})
		return err
	})
}

// RemoveKey ends taking payments. Attempts that are under way are still heard of.
// Problems are Forbidden, and Conflict where the key is the environment's.
func (a App) RemoveKey(ctx context.Context) error {
	err := a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) {
			if err := own(ctx, tx); err != nil {
				return "", err
			}
			n, err := tx.Exec(ctx, retireKey, nil)
			if err != nil || n == 0 {
				return "", err
			}
			return "", a.record(ctx, tx, "stripe.key_removed", nil)
		})
		return err
	})
	if err == nil {
		a.f.removeHooks(ctx, a.who.Site().ID)
	}
	return err
}

func (a App) record(ctx context.Context, tx scope.Tx, kind string, params map[string]any) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "workspace", SubjectID: a.who.Site().ID, Area: auth.Settings, Audience: auth.ForStaffOnly, Params: params,
	})
}

// hookSecrets are those with which webhooks of a workspace may be signed now, by
// the key that they belong to.
func (f Feature) hookSecrets(workspace string, keys []key, now time.Time) map[KeyID][]string {
	all := map[KeyID][]string{}
	for _, k := range keys {
		sealed := []string{k.hook}
		if k.before.After(now) {
			sealed = append(sealed, k.hookBefore)
		}
		for _, s := range sealed {
			if s == "" {
				continue
			}
			if plain, err := f.Secrets.Open(place(workspace, k.ID, "hook"), s); err == nil {
				all[k.ID] = append(all[k.ID], plain)
			}
		}
	}
	return all
}

// same compares in a time that does not tell how much is right.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
