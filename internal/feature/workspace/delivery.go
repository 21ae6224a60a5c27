package workspace

import (
	"context"
	"sync"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// MailKeyID names a mail key.
type MailKeyID = id.Of[MailKey]

// MailKey is a key with which a workspace signs its mail, as people may see it.
type MailKey struct {
	ID        MailKeyID // empty for no key
	Domain    string    // whose mail it signs
	Selector  string
	Public    string
	Found     mail.Finding // by the last check; its State is empty before the first
	CheckedAt time.Time
	RetiredAt time.Time
	Lost      bool // its secret was sealed with a key that this installation has not

	state, secret string
}

// Name is where DNS is to have the key's record, Record.
func (k MailKey) Name() string { return mail.KeyName(k.Selector, k.Domain) }

// Record is what DNS is to say there.
func (k MailKey) Record() string { return mail.KeyRecord(k.Public) }

// Delivery is what receivers go by when mail of the workspace arrives.
type Delivery struct {
	// Domain is that of the workspace's own sender address, empty without one.
	Domain string
	// Used signs the mail of its domain. Waiting takes over once DNS has its record,
	// and Retired was the one before. Each may be of another domain than Domain.
	Used, Waiting, Retired MailKey
	// SPF and DMARC are what was found for Domain at CheckedAt; that is zero before
	// the first check of it.
	SPF, DMARC mail.Finding
	CheckedAt  time.Time
}

// Signs tells whether the mail of the workspace's own sender address is signed.
func (d Delivery) Signs() bool { return d.Of(d.Used) && !d.Used.Lost }

// Of tells whether a key is there and of the sender's domain.
func (d Delivery) Of(k MailKey) bool { return k.ID != "" && k.Domain == d.Domain }

// Awaits tells whether there is a key whose record DNS is to have.
func (d Delivery) Awaits() bool { return d.Of(d.Waiting) && !d.Waiting.Lost }

// kept is for how long people are reminded of a retired key, whose record mail on
// its way may still need.
const kept = 30 * 24 * time.Hour

// Delivery reads what is known of the workspace's keys and domain. It asks nobody.
// Problem: Forbidden.
func (a App) Delivery(ctx context.Context) (Delivery, error) {
	var d Delivery
	err := a.who.Read(ctx, auth.SettingsRead, func(tx scope.Tx) error {
		var senders []string
		var keys []MailKey
		var checks []Delivery
		err := tx.Batch(ctx, scope.Into(&senders, readSender, nil, scope.Value[string]),
			scope.Into(&keys, listMailKeys, scope.Args{"since": tx.Now().Add(-kept)}, scanMailKey), scope.Into(&checks, readMailCheck, nil, scanMailCheck))
		if err != nil {
			return err
		}
		domain := mail.DomainOf(senders[0])
		if len(checks) > 0 && checks[0].Domain == domain {
			d = checks[0]
		}
		d.Domain = domain
		for _, k := range keys {
			k.Lost = k.secret != "" && !a.f.opens(a.who.Site().ID, k)
			switch k.state {
			case "used":
				d.Used = k
			case "waiting":
				d.Waiting = k
			default:
				d.Retired = k
			}
		}
		return nil
	})
	return d, err
}

func (f Feature) opens(workspace string, k MailKey) bool {
	_, err := f.Secrets.Open(mailKeyPlace(workspace, k.ID), k.secret)
	return err == nil
}

func mailKeyPlace(workspace string, k MailKeyID) string { return workspace + "/mail/" + k.String() }

// MakeMailKey makes a key for the sender's domain, which waits until a check finds
// its record; the one in use stays until then. Problems: Forbidden; Conflict
// without an own sender, or where a key waits already.
func (a App) MakeMailKey(ctx context.Context) error {
	private, public, err := mail.NewKey() // takes its time, so outside of the transaction
	if err != nil {
		return err
	}
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) {
			k := MailKey{ID: MailKeyID(a.who.NewID()), Public: public}
			k.Selector = "foyer" + k.ID.String()[16:24] // of the random part
			k.secret = a.f.Secrets.Seal(mailKeyPlace(a.who.Site().ID, k.ID), private)
			return "", a.keepMailKey(ctx, tx, k)
		})
		return err
	})
}

func (a App) keepMailKey(ctx context.Context, tx scope.Tx, k MailKey) error {
	if err := tx.Lock(ctx, "mail key"); err != nil {
		return err
	}
	sender, err := scope.One(ctx, tx, readSender, nil, scope.Value[string])
	if err != nil {
		return err
	}
	if k.Domain = mail.DomainOf(sender); k.Domain == "" {
		return problem.Of(problem.Conflict, "delivery.no_sender")
	}
	waiting, err := scope.List(ctx, tx, readMailKey, scope.Args{"state": "waiting"}, scanMailKey)
	if err != nil {
		return err
	}
	if len(waiting) > 0 && waiting[0].Domain == k.Domain && a.f.opens(a.who.Site().ID, waiting[0]) {
		return problem.Of(problem.Conflict, "delivery.waiting")
	}
	if _, err := tx.Exec(ctx, retireMailKey, scope.Args{"state": "waiting"}); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertMailKey, tx.WithMaker(scope.Args{
		"id": k.ID, "domain": k.Domain, "selector": k.Selector, "public": k.Public, "secret": k.secret,
	}))
	if err != nil {
		return err
	}
	return a.record(ctx, tx, "workspace.mail_key_made", map[string]any{"selector": k.Selector, "domain": k.Domain})
}

// patience is how long DNS may take to answer all that a check asks.
const patience = 5 * time.Second

// begins is the result of a check with which a key was taken into use.
const begins = "begins"

// CheckDelivery asks DNS about the sender's domain and keeps what it says. A key
// whose record is right is taken into use; begun tells that. Problems: Forbidden;
// Conflict without an own sender.
func (a App) CheckDelivery(ctx context.Context) (begun bool, err error) {
	d, err := a.Delivery(ctx)
	if err != nil {
		return false, err
	}
	if d.Domain == "" {
		return false, problem.Of(problem.Conflict, "delivery.no_sender")
	}
	a.f.look(ctx, &d)
	err = a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		result, err := scope.Once(ctx, tx, func() (string, error) { return a.keepFindings(ctx, tx, d) })
		begun = result == begins
		return err
	})
	return begun, err
}

// look asks DNS everything at once.
func (f Feature) look(ctx context.Context, d *Delivery) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var all sync.WaitGroup
	for _, k := range []*MailKey{&d.Used, &d.Waiting} {
		if d.Of(*k) {
			all.Go(func() { k.Found = mail.FindKey(ctx, f.DNS, k.Selector, k.Domain, k.Public) })
		}
	}
	all.Go(func() { d.SPF = mail.FindSPF(ctx, f.DNS, d.Domain) })
	all.Go(func() { d.DMARC = mail.FindDMARC(ctx, f.DNS, d.Domain) })
	all.Wait()
}

// keepFindings stores what DNS said, and lets a key whose record is right take over.
func (a App) keepFindings(ctx context.Context, tx scope.Tx, d Delivery) (string, error) {
	if err := tx.Lock(ctx, "mail key"); err != nil {
		return "", err
	}
	_, err := tx.Exec(ctx, keepMailCheck, scope.Args{"domain": d.Domain, "spf": written(d.SPF), "dmarc": written(d.DMARC)})
	if err != nil {
		return "", err
	}
	var here bool // the key that waited still does
	for _, k := range []MailKey{d.Used, d.Waiting} {
		if !d.Of(k) {
			continue
		}
		n, err := tx.Exec(ctx, keepKeyFound, scope.Args{"id": k.ID, "state": k.state, "found": written(k.Found)})
		if err != nil {
			return "", err
		}
		here = n > 0
	}
	if !d.Awaits() || d.Waiting.Found.State != mail.Right || !here {
		return "", a.record(ctx, tx, "workspace.mail_checked", nil)
	}
	if _, err := tx.Exec(ctx, retireMailKey, scope.Args{"state": "used"}); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, useMailKey, nil); err != nil {
		return "", err
	}
	return begins, a.record(ctx, tx, "workspace.mail_key_used", map[string]any{"selector": d.Waiting.Selector, "domain": d.Domain})
}

// Signer is what signs mail from an address, in the transaction that writes it; nil
// where the workspace has no key in use for its domain. A key that cannot be opened
// keeps no mail back: it goes unsigned, and the log says so.
func (f Feature) Signer(ctx context.Context, who auth.System, tx scope.Tx, from mail.Address) (*mail.Signer, error) {
	keys, err := scope.List(ctx, tx, readMailKey, scope.Args{"state": "used"}, scanMailKey)
	if err != nil || len(keys) == 0 || keys[0].Domain != mail.DomainOf(from.Addr) {
		return nil, err
	}
	k := keys[0]
	private, err := f.Secrets.Open(mailKeyPlace(who.Site().ID, k.ID), k.secret)
	if err == nil {
		var s *mail.Signer
		if s, err = mail.NewSigner(k.Domain, k.Selector, private); err == nil {
			return s, nil
		}
	}
	if f.Log != nil {
		f.Log.ErrorContext(ctx, "mail goes unsigned: its key cannot be opened", "workspace", who.Site().ID, "error", err.Error())
	}
	return nil, nil
}
