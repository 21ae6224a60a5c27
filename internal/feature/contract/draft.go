package contract

import (
	"context"
	"maps"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/prose"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Feature is contracts with where their files and keys are.
type Feature struct {
	Documents document.Shelf
	Enqueue   func(ctx context.Context, tx scope.Tx, kind string, args any) error
	Keys      Keys
}

// App is what staff may do with contracts, by the rights of their role.
type App struct {
	who auth.Staff
	f   Feature
}

// ForStaff opens the door for a staff member.
func (f Feature) ForStaff(who auth.Staff) App { return App{who, f} }

func (a App) record(ctx context.Context, tx scope.Tx, kind string, c Contract, params map[string]any) error {
	return note(ctx, tx, a.who, kind, c, auth.ForStaffOnly, params)
}

// note records what happened with a contract for feeds.
func note(ctx context.Context, tx scope.Tx, by recorder, kind string, c Contract, audience auth.Audience, params map[string]any) error {
	return by.Record(ctx, tx, auth.Event{
		Kind: "contract." + kind, SubjectKind: "contract", SubjectID: c.ID.String(), Area: auth.Contracts, Client: c.Client.String(),
		Audience: audience, Params: params,
	})
}

// lock makes changes of a contract wait for each other.
func lock(ctx context.Context, tx scope.Tx, contract ID) error {
	return tx.Lock(ctx, "contract/"+contract.String())
}

// once runs a change of a contract in one transaction, the second time a form
// arrives not at all.
func (a App) once(ctx context.Context, contract ID, fn func(tx scope.Tx, c Contract) (string, error)) (string, error) {
	if !id.Valid(contract.String()) {
		return "", problem.Missing()
	}
	var result string
	err := a.who.Write(ctx, auth.ContractsWrite, func(tx scope.Tx) error {
		if err := lock(ctx, tx, contract); err != nil {
			return err
		}
		c, err := scope.One(ctx, tx, readContract, scope.Args{"contract": contract}, scanContract)
		if err != nil {
			return err
		}
		result, err = scope.Once(ctx, tx, func() (string, error) { return fn(tx, c) })
		return err
	})
	return result, err
}

// draft is once for what can be done with the stored version of a draft alone.
func (a App) draft(ctx context.Context, contract ID, version int64, fn func(tx scope.Tx, c Contract) error) error {
	_, err := a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if c.State != Draft {
			return "", problem.Of(problem.Conflict, "contract.sent_already")
		}
		if c.Version != version {
			return "", problem.Stale()
		}
		return "", fn(tx, c)
	})
	return err
}

// Choices are what the forms about a contract offer.
type Choices struct {
	Contacts []Choice // of the client, with whether they may sign
	Members  []Choice // of the workspace, by identity
	Projects []Choice
	Amends   []Choice // contracts of the client that were executed
	Clients  []Choice
}

// Choice is something to choose.
type Choice struct {
	ID, Name, Email, Title string
	May                    bool // of a contact: signs in the portal; of a member: may write contracts
}

// Choices reads what the forms offer for a client, who may not be chosen yet.
func (a App) Choices(ctx context.Context, of client.ID) (Choices, error) {
	var c Choices
	var unused []string
	err := a.who.Read(ctx, auth.ContractsRead, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&unused, listChoices, scope.Args{"client": of}, func(row scope.Row) (kind string, err error) {
			var one Choice
			if err = row.Scan(&kind, &one.ID, &one.Name, &one.Email, &one.Title, &one.May); err != nil {
				return kind, err
			}
			into := map[string]*[]Choice{"contact": &c.Contacts, "member": &c.Members, "project": &c.Projects, "contract": &c.Amends, "client": &c.Clients}[kind]
			*into = append(*into, one)
			return kind, nil
		}))
	})
	return c, err
}

// Defaults are the details that an empty form begins with for a client, who may
// not be chosen yet; problem.NotFound for one who is not there.
func (a App) Defaults(ctx context.Context, of client.ID) (Details, error) {
	d := Details{Client: of, Kind: Service}
	err := a.who.Read(ctx, auth.ContractsRead, func(tx scope.Tx) error {
		_, err := scope.One(ctx, tx, readDefaults, scope.Args{"client": of}, func(row scope.Row) (string, error) {
			return "", row.Scan(&d.Currency, &d.Language)
		})
		return err
	})
	return d, err
}

// Create adds a draft of the details alone and gives its id; a repeated submission
// gives the first one's. Without a language it is the client's. problem.Invalid by field.
func (a App) Create(ctx context.Context, in Details) (ID, error) {
	if in.Language == "" {
		of, err := a.Defaults(ctx, in.Client)
		if err != nil && !problem.Is(err, problem.NotFound) {
			return "", err
		}
		in.Language = of.Language
	}
	d, amount, err := in.read(Languages)
	if err != nil {
		return "", err
	}
	var made string
	err = a.who.Write(ctx, auth.ContractsWrite, func(tx scope.Tx) (err error) {
		made, err = scope.Once(ctx, tx, func() (string, error) {
			if err := a.chosen(ctx, tx, d, Contract{}); err != nil {
				return "", err
			}
			number, _, err := billing.Take(ctx, tx, billing.Contracts, a.who.Now().Year())
			if err != nil {
				return "", err
			}
			c := Contract{ID: ID(a.who.NewID()), Client: d.Client, Number: number, Name: d.Name, createdAt: tx.Now()}
			args := d.args(c, amount)
			args["client"], args["number"], args["check_code"] = d.Client, number, newCheckCode()
			if _, err := tx.Exec(ctx, insertContract, args); err != nil {
				return "", err
			}
			if err := c.append(ctx, tx, a.who, a.actor(), "created", nil); err != nil {
				return "", err
			}
			return c.ID.String(), a.record(ctx, tx, "created", c, nil)
		})
		return err
	})
	return ID(made), err
}

func (a App) actor() Actor { return Actor{"staff", a.who.Name(), a.who.Email()} }

// args are the details as the statements name them.
func (d Details) args(c Contract, amount *money.Amount) scope.Args {
	args := scope.Args{
		"id": c.ID, "name": d.Name, "search_key": text.Key(d.Name + " " + c.Number), "description": d.Description, "kind": d.Kind, "amount": nil, "currency": "",
		"starts_on": d.StartsOn, "ends_on": d.EndsOn, "renews_on": d.RenewsOn, "project": scope.Null(d.Project), "amends": scope.Null(d.Amends), "language": d.Language,
	}
	if amount != nil {
		args["amount"], args["currency"] = amount.Minor, amount.Currency
	}
	return args
}

// chosen holds that what was chosen can be; what a draft has already may stay.
func (a App) chosen(ctx context.Context, tx scope.Tx, d Details, now Contract) error {
	found, err := scope.One(ctx, tx, findChosen, scope.Args{"client": d.Client, "project": d.Project, "amends": d.Amends, "id": now.ID}, func(row scope.Row) (n [3]int, err error) {
		return n, row.Scan(&n[0], &n[1], &n[2])
	})
	if err != nil {
		return err
	}
	var f problem.Fields
	if now.ID == "" && found[0] == 0 {
		f.Add("client", "contract.client_required")
	}
	if d.Project != "" && found[1] == 0 {
		f.Add("project", "field.choice")
	}
	if d.Amends != "" && found[2] == 0 {
		f.Add("amends", "field.choice")
	}
	return f.Err()
}

// Update changes the details of a draft; its client stays. Problems are Invalid by
// field, NotFound, and Conflict when the version is not the stored one or it was
// sent.
func (a App) Update(ctx context.Context, contract ID, version int64, in Details) error {
	return a.draft(ctx, contract, version, func(tx scope.Tx, c Contract) error {
		in.Client = c.Client
		d, amount, err := in.read(Languages)
		if err != nil {
			return err
		}
		if err := a.chosen(ctx, tx, d, c); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, updateContract, d.args(c, amount)); err != nil {
			return err
		}
		return a.record(ctx, tx, "changed", c, nil)
	})
}

// SaveContent stores the text of a draft, in Markdown. Problems are as in Update.
func (a App) SaveContent(ctx context.Context, contract ID, version int64, content string) error {
	content, err := readContent(content)
	if err != nil {
		return err
	}
	return a.draft(ctx, contract, version, func(tx scope.Tx, c Contract) error {
		if _, err := tx.Exec(ctx, updateContent, scope.Args{"id": c.ID, "content": content}); err != nil {
			return err
		}
		return a.record(ctx, tx, "changed", c, nil)
	})
}

// readContent reads a text in Markdown; problem.Invalid at content.
func readContent(content string) (string, error) {
	content = prose.Clean(content)
	if _, err := prose.Parse(content); err != nil || len(content) > LongestContent {
		return "", problem.Field("content", "contract.content_long", "max", LongestContent/1024)
	}
	return content, nil
}

// Discard takes a draft away that was never sent. Problems are NotFound, and
// Conflict when it was sent.
func (a App) Discard(ctx context.Context, contract ID) error {
	_, err := a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if c.State != Draft || c.Nth > 0 {
			return "", problem.Of(problem.Conflict, "contract.sent_already")
		}
		return "", a.move(ctx, tx, c, Cancelled, "")
	})
	return err
}

// Cancel ends a contract that nobody is to sign any more. Problems are NotFound,
// Invalid without a reason where somebody knows of it, and Conflict for one that
// is out or executed.
func (a App) Cancel(ctx context.Context, contract ID, reason string) error {
	_, err := a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if !slices.Contains([]State{Draft, Declined, Lapsed, Signed}, c.State) || c.Seal != Unsealed { // all have signed
			return "", problem.Of(problem.Conflict, "contract.not_cancellable")
		}
		var f problem.Fields
		need := text.Required
		if c.Nth == 0 {
			need = text.Optional
		}
		reason := text.Block(&f, "reason", reason, need, longestReason)
		if err := f.Err(); err != nil {
			return "", err
		}
		if c.State == Signed {
			if err := c.tell(ctx, tx, a.who, mailCancelled); err != nil {
				return "", err
			}
			if err := c.stop(ctx, tx, VoidTurn); err != nil {
				return "", err
			}
		}
		return "", a.move(ctx, tx, c, Cancelled, reason)
	})
	return err
}

// Terminate ends an executed contract on a day. Problems are NotFound, Forbidden
// but for owners and admins, Invalid by field, and Conflict for what is not
// executed.
func (a App) Terminate(ctx context.Context, contract ID, on, reason string) error {
	if role := a.who.Role(); role != auth.Owner && role != auth.Admin {
		return problem.Of(problem.Forbidden, "problem.forbidden")
	}
	_, err := a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if c.State != Executed {
			return "", problem.Of(problem.Conflict, "contract.not_executed")
		}
		var f problem.Fields
		day := readDay(&f, "on", on, text.Required)
		reason := text.Block(&f, "reason", reason, text.Required, longestReason)
		if err := f.Err(); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, endContract, scope.Args{"id": c.ID, "on": day}); err != nil {
			return "", err
		}
		if err := c.tell(ctx, tx, a.who, mailTerminated); err != nil {
			return "", err
		}
		return "", a.move(ctx, tx, c, Terminated, reason)
	})
	return err
}

// heard are the states of a contract that its client hears of.
var heard = []State{Pending, Signed, Executed, Declined, Terminated}

// move brings a contract into a state, with an event in its chain and one for
// feeds.
func (a App) move(ctx context.Context, tx scope.Tx, c Contract, to State, reason string) error {
	return move(ctx, tx, a.who, a.actor(), c, to, reason, nil)
}

// move is App.move for whoever does it, with more facts for the chain.
func move(ctx context.Context, tx scope.Tx, by recorder, actor Actor, c Contract, to State, reason string, more map[string]string) error {
	if _, err := tx.Exec(ctx, moveContract, tx.WithClient(c.Client.String(), scope.Args{"id": c.ID, "state": to, "reason": reason})); err != nil {
		return err
	}
	facts := map[string]string{}
	maps.Copy(facts, more)
	if reason != "" {
		facts["reason"] = reason
	}
	name, chained := string(to), string(to)
	switch to {
	case Draft:
		name, chained = "reopened", "reopened"
	case Signed:
		chained = "client_signed" // "signed" is that of a person
	}
	if err := c.append(ctx, tx, by, actor, chained, facts); err != nil {
		return err
	}
	audience := auth.ForStaffOnly
	if slices.Contains(heard, to) {
		audience = auth.ForClientToo
	}
	return note(ctx, tx, by, name, c, audience, nil)
}
