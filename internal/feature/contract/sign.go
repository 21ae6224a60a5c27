package contract

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/mark"
	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Method is how it is known who signed.
type Method string

// The methods.
const (
	ByPortal     Method = "portal"      // signed in to the portal
	ByPortalCode Method = "portal_code" // and with a code that was mailed
	ByLinkCode   Method = "link_code"   // with a link and a code that were mailed
	ByStaff      Method = "staff"       // signed in to the staff app
	ByLink       Method = "link"        // with a link alone, which is enough to decline
)

// Signature is what somebody hands in who signs.
type Signature struct {
	Name    string      // as they type it
	Mark    mark.Wanted // unused by who approves
	Consent bool
	SHA256  string // of the file that they were shown, in hex
	Code    string // that was mailed, where one is asked for
}

// LongestName is how many characters the name may have that somebody signs with.
const LongestName = 100

// door is who comes to sign: in whose transactions, as which of the signatories.
type door struct {
	recorder
	write    func(ctx context.Context, fn func(scope.Tx) error) error
	read     func(ctx context.Context, fn func(scope.Tx) error) error
	client   string
	contract ID
	actor    Actor
	method   Method
	mine     func(Signatory) bool
}

// open is a contract as whoever signs it finds it, in their transaction.
type open struct {
	Contract
	people []Signatory
	me     Signatory
	sha256 string
	pages  int
	read   *fixed // the version, once it was read
}

// enter reads the contract for a change, and who of its signatories it is;
// problem.NotFound when it is none of them.
func (d door) enter(ctx context.Context, tx scope.Tx) (o open, err error) {
	if err := lock(ctx, tx, d.contract); err != nil {
		return o, err
	}
	return d.look(ctx, tx)
}

func (d door) look(ctx context.Context, tx scope.Tx) (o open, err error) {
	at := tx.WithClient(d.client, scope.Args{"contract": d.contract})
	if o.Contract, err = scope.One(ctx, tx, readSigning, at, scanContract); err != nil {
		return o, err
	}
	if o.State == Draft {
		return o, problem.Missing()
	}
	if o.people, err = o.signatories(ctx, tx, o.Nth); err != nil {
		return o, err
	}
	n := slices.IndexFunc(o.people, d.mine)
	if n < 0 {
		return o, problem.Missing()
	}
	o.me = o.people[n]
	fixed, err := o.fixed(ctx, tx)
	o.sha256, o.pages, o.read = fixed.sha256, fixed.pages, &fixed
	return o, err
}

// signatories are the people of a version.
func (c Contract) signatories(ctx context.Context, tx scope.Tx, number int64) ([]Signatory, error) {
	return scope.List(ctx, tx, listSignatories, tx.WithClient(c.Client.String(), scope.Args{"contract": c.ID, "number": number}), scanSignatory)
}

// due says why it is not their turn, or nothing.
func (o open) due(today civil.Date) error {
	switch {
	case o.me.Turn == HasSigned:
		return problem.Of(problem.Conflict, "contract.signed_already")
	case o.State != Pending && !(o.State == Signed && o.me.Side == Ours):
		return problem.Of(problem.Conflict, "contract.not_open."+string(o.State))
	case o.Past(today):
		return problem.Of(problem.Conflict, "contract.not_open."+string(Lapsed))
	case !o.me.Due():
		return problem.Of(problem.Conflict, "contract.not_your_turn")
	}
	return nil
}

// unasked is how it is known who it was where no code is asked for.
func (d door) unasked() Method {
	if d.method == ByLinkCode {
		return ByLink
	}
	return d.method
}

// needsCode tells whether a mailed code is asked for.
func (o open) needsCode() bool { return o.me.ByLink() || o.Code && o.me.Side == Theirs }

// view notes that a signatory has opened what they are to sign, once.
func (d door) view(ctx context.Context) error {
	return d.write(ctx, func(tx scope.Tx) error {
		o, err := d.enter(ctx, tx)
		if err != nil || o.me.Turn != Invited || o.due(civil.Today(d.Now())) != nil {
			return err
		}
		if _, err := tx.Exec(ctx, markViewed, tx.WithClient(d.client, scope.Args{"id": o.me.ID})); err != nil {
			return err
		}
		return o.append(ctx, tx, d, d.actor, "viewed", map[string]string{"signatory": o.me.ID.String(), "sha256": o.sha256})
	})
}

// sign is the signature of a signatory. Problems are Invalid by field, NotFound,
// and Conflict when it is not their turn, or when what they were shown is not what
// is to be signed.
func (f Feature) sign(ctx context.Context, d door, in Signature) error {
	made, err := f.check(ctx, d, in)
	if err != nil {
		return err
	}
	return d.write(ctx, func(tx scope.Tx) error {
		o, err := d.enter(ctx, tx)
		if err != nil {
			return err
		}
		_, err = scope.Once(ctx, tx, func() (string, error) {
			if err := o.due(civil.Today(d.Now())); err != nil {
				return "", err
			}
			if in.SHA256 != o.sha256 {
				return "", problem.Of(problem.Conflict, "contract.other_version")
			}
			if err := o.useCode(ctx, tx, in.Code); err != nil {
				return "", err
			}
			if err := o.seal(ctx, tx, d, made); err != nil {
				return "", err
			}
			return "", f.advance(ctx, tx, d, o)
		})
		return err
	})
}

// ReadName reads the name that somebody signs with: it has the letters that the file
// can show. What is wrong with it is added to fields at name.
func ReadName(fields *problem.Fields, name string) string {
	name = text.Line(fields, "name", name, text.Required, LongestName)
	if missing := pdf.Missing(name); len(missing) > 0 && !fields.Has("name") {
		fields.Add("name", "contract.name_letters", "letters", string(missing))
	}
	return name
}

// made is a signature that has been read.
type made struct {
	name    string
	consent Consent
	mark    mark.Mark
}

// check reads what was handed in, outside of the transaction that keeps it: a
// picture may take a while. A code that is wrong is counted.
func (f Feature) check(ctx context.Context, d door, in Signature) (made, error) {
	var o open
	if err := d.read(ctx, func(tx scope.Tx) (err error) {
		o, err = d.look(ctx, tx)
		return err
	}); err != nil {
		return made{}, err
	}
	if err := o.due(civil.Today(d.Now())); err != nil {
		return made{}, err
	}
	var fields problem.Fields
	m := made{consent: ConsentOf(o.me, o.Language)}
	m.name = ReadName(&fields, in.Name)
	if !in.Consent {
		fields.Add("consent", "contract.consent_required")
	}
	if o.me.Role == Signer {
		if in.Mark.Kind == mark.Typed {
			in.Mark.Text = m.name
		}
		picture, err := mark.Make(in.Mark)
		if p, ok := problem.As(err); ok {
			for field, message := range p.Fields {
				if !fields.Has(field) && !(field == "name" && fields.Has("name")) {
					fields.Add(field, message.Key, message.Args...)
				}
			}
		} else if err != nil {
			return made{}, err
		}
		m.mark = picture
	}
	if err := fields.Err(); err != nil {
		return made{}, err
	}
	if !o.needsCode() {
		return m, nil
	}
	return m, d.tryCode(ctx, o.me.ID, in.Code)
}

// act is what is hashed of a signature.
type act struct {
	Contract  string `json:"contract"`
	Version   int64  `json:"version"`
	SHA256    string `json:"doc_sha256"`
	Signatory string `json:"signatory"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	Role      Role   `json:"role"`
	Intent    string `json:"intent"`
	Consent   string `json:"consent_sha256"`
	Mark      string `json:"mark_sha256,omitempty"`
	Method    Method `json:"method"`
	Address   string `json:"address,omitempty"`
	Agent     string `json:"agent,omitempty"`
	At        string `json:"at"`
}

// seal keeps a signature, with what shows later that it was given.
func (o open) seal(ctx context.Context, tx scope.Tx, d door, m made) error {
	from := d.Facts()
	a := act{
		Contract: o.ID.String(), Version: o.Nth, SHA256: o.sha256, Signatory: o.me.ID.String(), Name: m.name, Email: o.me.Email, Role: o.me.Role,
		Intent: m.consent.Intent, Consent: m.consent.SHA256(), Mark: m.mark.SHA256, Method: d.method, Address: from.Address, Agent: cut(from.Agent, 300),
		At: tx.Now().Format(time.RFC3339Nano),
	}
	if o.needsCode() && d.method == ByPortal {
		a.Method = ByPortalCode
	}
	said, err := json.Marshal(a)
	if err != nil {
		return err
	}
	how, kind := string(m.mark.Kind), "signed"
	if o.me.Role == Approver {
		how, kind = "none", "approved"
	}
	_, err = tx.Exec(ctx, insertSignature, tx.WithClient(o.Client.String(), scope.Args{
		"id": d.NewID(), "contract": o.ID, "number": o.Nth, "signatory": o.me.ID, "name": m.name, "mark_kind": how,
		"mark": base64.StdEncoding.EncodeToString(m.mark.PNG), "mark_sha256": m.mark.SHA256, "sha256": o.sha256, "consent": m.consent.Version,
		"consent_sha256": a.Consent, "method": a.Method, "address": a.Address, "agent": a.Agent, "act": string(said), "act_sha256": digest(string(said)),
	}))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, markDone, tx.WithClient(o.Client.String(), scope.Args{"id": o.me.ID, "state": HasSigned, "reason": ""})); err != nil {
		return err
	}
	if err := o.append(ctx, tx, d, d.actor, kind, map[string]string{
		"signatory": o.me.ID.String(), "version": strconv.FormatInt(o.Nth, 10), "sha256": o.sha256, "act_sha256": digest(string(said)), "method": string(a.Method),
		"consent": m.consent.Version, "name": m.name, "mark": how,
	}); err != nil {
		return err
	}
	return note(ctx, tx, d, kind+"_by", o.Contract, "client", map[string]any{"signatory": o.me.ID})
}

// advance moves a contract on after a signature: the next group is invited, the
// client's side is complete, or everybody has signed and the file is to be sealed.
func (f Feature) advance(ctx context.Context, tx scope.Tx, by recorder, o open) error {
	people, err := o.signatories(ctx, tx, o.Nth)
	if err != nil {
		return err
	}
	theirs, all := true, true
	for _, s := range people {
		if s.Acts() && s.Turn != HasSigned && s.Turn != Delegated {
			all = false
			theirs = theirs && s.Side != Theirs
		}
	}
	system := Actor{Kind: "system"}
	if theirs && o.State == Pending {
		if err := move(ctx, tx, by, system, o.Contract, Signed, "", nil); err != nil {
			return err
		}
		o.State = Signed
		if err := o.tellSender(ctx, tx, by, mailSigned); err != nil {
			return err
		}
	}
	if !all {
		return o.invite(ctx, tx, by, people)
	}
	return f.enqueueSeal(ctx, tx, o.Contract)
}

// decline ends a version, whose hash they were shown: somebody who has to sign does
// not.
func (f Feature) decline(ctx context.Context, d door, sha256, reason string) error {
	var fields problem.Fields
	reason = text.Block(&fields, "reason", reason, text.Required, longestReason)
	if err := fields.Err(); err != nil {
		return err
	}
	return d.write(ctx, func(tx scope.Tx) error {
		o, err := d.enter(ctx, tx)
		if err != nil {
			return err
		}
		_, err = scope.Once(ctx, tx, func() (string, error) {
			if err := o.due(civil.Today(d.Now())); err != nil {
				return "", err
			}
			if sha256 != o.sha256 {
				return "", problem.Of(problem.Conflict, "contract.other_version")
			}
			if _, err := tx.Exec(ctx, markDone, tx.WithClient(o.Client.String(), scope.Args{"id": o.me.ID, "state": Refused, "reason": reason})); err != nil {
				return "", err
			}
			if err := o.stop(ctx, tx, VoidTurn); err != nil {
				return "", err
			}
			facts := map[string]string{
				"signatory": o.me.ID.String(), "version": strconv.FormatInt(o.Nth, 10), "sha256": o.sha256, "method": string(d.unasked()),
			}
			if err := move(ctx, tx, d, d.actor, o.Contract, Declined, reason, facts); err != nil {
				return "", err
			}
			if err := o.tellSender(ctx, tx, d, mailDeclined); err != nil {
				return "", err
			}
			return "", o.tellOthers(ctx, tx, d, mailOver, o.me.ID)
		})
		return err
	})
}

// stop ends the turn of all who have not signed, and their links and codes.
func (c Contract) stop(ctx context.Context, tx scope.Tx, to Turn) error {
	at := scope.Args{"contract": c.ID, "number": c.Nth, "state": to}
	if _, err := tx.Exec(ctx, stopSignatories, tx.WithClient(c.Client.String(), at)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, voidLinks, tx.WithClient(c.Client.String(), scope.Args{"contract": c.ID}))
	return err
}
