package client

import (
	"context"
	"fmt"
	"strconv"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// App is what staff may do with clients, by the rights of their role.
type App struct{ who auth.Staff }

// ForStaff opens the door for a staff member.
func ForStaff(who auth.Staff) App { return App{who} }

// Counts are how many clients, leads and open portals there are, without the
// archived ones.
type Counts struct{ Clients, Leads, Portals, NewLeads int }

// Add takes up how many records a tally of clients has.
func (c *Counts) Add(part string, records int) {
	switch part {
	case "client.clients":
		c.Clients = records
	case "client.leads":
		c.Leads = records
	case "client.portal":
		c.Portals = records
	case "client.new":
		c.NewLeads = records
	}
}

// Count counts the workspace's clients.
func (a App) Count(ctx context.Context) (Counts, error) {
	var c Counts
	err := a.who.Read(ctx, auth.ClientsRead, func(tx scope.Tx) (err error) {
		c, err = scope.One(ctx, tx, tallyClients, nil, func(row scope.Row) (c Counts, err error) {
			err = row.Scan(&c.Clients, &c.Leads, &c.Portals, &c.NewLeads)
			return c, err
		})
		return err
	})
	return c, err
}

// Get is a client with its addresses; problem.NotFound.
func (a App) Get(ctx context.Context, client ID) (Client, error) {
	var c Client
	err := a.who.Read(ctx, auth.ClientsRead, func(tx scope.Tx) (err error) {
		c, err = get(ctx, tx, client)
		return err
	})
	return c, err
}

// get reads a client with its addresses.
func get(ctx context.Context, tx scope.Tx, client ID) (Client, error) {
	var addresses []Address
	c, err := bare(ctx, tx, client, scope.Into(&addresses, readAddresses, scope.Args{"client": client}, scanAddress))
	c.Addresses = addresses
	return c, err
}

// bare reads a client without its addresses, and whatever else the caller's
// page needs in the same round trip.
func bare(ctx context.Context, tx scope.Tx, client ID, also ...scope.Query) (Client, error) {
	if !id.Valid(client.String()) {
		return Client{}, problem.Missing()
	}
	var found []Client
	queries := append([]scope.Query{scope.Into(&found, readClient, scope.Args{"client": client}, scanClient)}, also...)
	if err := tx.Batch(ctx, queries...); err != nil {
		return Client{}, err
	}
	if len(found) == 0 {
		return Client{}, problem.Missing()
	}
	return found[0], nil
}

func scanClient(row scope.Row) (c Client, err error) {
	err = row.Scan(&c.ID, &c.Version, &c.Name, &c.Email, &c.emailKey, &c.SecondEmail, &c.Mobile, &c.WorkPhone, &c.Preferred,
		&c.Birthday, &c.JobTitle, &c.Type, scope.Text(&c.LeadStatus), &c.LeadSource, &c.LegalName, &c.TaxID, &c.RegistrationNumber,
		&c.Website, &c.Industry, &c.Language, &c.Currency, scope.Text(&c.PaymentTerms),
		scope.Time(&c.CreatedAt), scope.Time(&c.ConvertedAt), scope.Time(&c.ArchivedAt), scope.Time(&c.PortalSince),
		&c.Contacts, scope.Text(&c.Primary), scope.Text(&c.PrimaryName))
	c.Lead = c.LeadStatus != ""
	return c, err
}

func scanAddress(row scope.Row) (a Address, err error) {
	return a, row.Scan(&a.Label, &a.Street, &a.City, &a.Region, &a.PostalCode, &a.Country, &a.Billing)
}

// Create adds a client or a lead, with its primary contact when it has a mail
// address, and gives its id; a repeated submission gives the first one's.
// problem.Invalid by field.
func (a App) Create(ctx context.Context, in Details) (ID, error) {
	in, err := in.check(a.who.Now())
	if err != nil {
		return "", err
	}
	var made string
	err = a.who.Write(ctx, auth.ClientsWrite, func(tx scope.Tx) (err error) {
		made, err = scope.Once(ctx, tx, func() (string, error) { return a.create(ctx, tx, in) })
		return err
	})
	return ID(made), err
}

func (a App) create(ctx context.Context, tx scope.Tx, in Details) (string, error) {
	client := ID(a.who.NewID())
	args := in.args()
	args["id"] = client
	if _, err := tx.Exec(ctx, insertClient, args); err != nil {
		return "", err
	}
	if err := a.keepAddresses(ctx, tx, client, in.Addresses); err != nil {
		return "", err
	}
	if in.Email != "" {
		if err := a.makePrimary(ctx, tx, client, in); err != nil {
			return "", err
		}
	}
	return client.String(), a.record(ctx, tx, "client.created", client, map[string]any{"lead": in.Lead})
}

// args are the details as the statements name them.
func (d Details) args() scope.Args {
	var terms any
	if d.PaymentTerms != "" {
		terms, _ = strconv.ParseInt(d.PaymentTerms, 10, 64) // check has read it
	}
	return scope.Args{
		"name": d.Name, "name_key": text.Key(d.Name), "search_key": d.searchKey(),
		"email": d.Email, "email_key": addressKey(d.Email), "second_email": d.SecondEmail,
		"mobile": d.Mobile, "work_phone": d.WorkPhone, "preferred": d.Preferred, "birthday": d.Birthday, "job_title": d.JobTitle,
		"type": d.Type, "lead_status": scope.Null(d.LeadStatus), "lead_source": d.LeadSource,
		"legal_name": d.LegalName, "tax_id": d.TaxID, "registration_number": d.RegistrationNumber, "website": d.Website,
		"industry": d.Industry, "language": d.Language, "currency": d.Currency, "payment_terms": terms,
	}
}

func (a App) keepAddresses(ctx context.Context, tx scope.Tx, client ID, all []Address) error {
	for n, d := range all {
		_, err := tx.Exec(ctx, insertAddress, scope.Args{
			"client": client, "id": a.who.NewID(), "label": d.Label, "street": d.Street, "city": d.City, "region": d.Region,
			"postal_code": d.PostalCode, "country": d.Country, "billing": d.Billing, "position": n,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Update changes a client's details. Whether it is a lead stays: Convert
// changes that. A repeated submission is no error while it says what is stored.
// Problems are Invalid by field, NotFound, and Conflict when the version is not
// the stored one or the client is archived.
func (a App) Update(ctx context.Context, client ID, version int64, in Details) error {
	return a.edit(ctx, client, func(tx scope.Tx) error {
		now, in, err := a.fit(ctx, tx, client, in)
		if err != nil {
			return err
		}
		return a.update(ctx, tx, now, version, in)
	}, func(tx scope.Tx) (bool, error) {
		now, in, err := a.fit(ctx, tx, client, in)
		return len(now.changed(in)) == 0, err
	})
}

// fit checks details against the client that they are for.
func (a App) fit(ctx context.Context, tx scope.Tx, client ID, in Details) (Client, Details, error) {
	now, err := get(ctx, tx, client)
	if err != nil {
		return now, in, err
	}
	if in.Lead = now.Lead; !in.Lead {
		in.LeadSource = now.LeadSource
	}
	in, err = in.check(a.who.Now())
	return now, in, err
}

func (a App) update(ctx context.Context, tx scope.Tx, now Client, version int64, in Details) error {
	if now.Archived() {
		return archived()
	}
	if in.Email == "" && now.Primary != "" {
		return problem.Field("email", "client.email_kept")
	}
	args := in.args()
	args["id"], args["version"] = now.ID, version
	n, err := tx.Exec(ctx, updateClient, args)
	if err != nil {
		return err
	}
	if n == 0 {
		return problem.Stale()
	}
	if _, err := tx.Exec(ctx, deleteAddresses, scope.Args{"client": now.ID}); err != nil {
		return err
	}
	if err := a.keepAddresses(ctx, tx, now.ID, in.Addresses); err != nil {
		return err
	}
	if err := a.followEmail(ctx, tx, now, in); err != nil {
		return err
	}
	return a.record(ctx, tx, "client.changed", now.ID, map[string]any{"fields": now.changed(in)})
}

// followEmail lets the primary contact's login follow the client's address.
func (a App) followEmail(ctx context.Context, tx scope.Tx, now Client, in Details) error {
	switch {
	case in.Email == "" || in.Email == now.Email && now.Primary != "":
		return nil
	case now.Primary == "":
		return a.makePrimary(ctx, tx, now.ID, in)
	}
	primary, err := contact(ctx, tx, now.ID, now.Primary)
	if err != nil {
		return err
	}
	return a.moveLogin(ctx, tx, now.ID, primary, in.Email)
}

func archived() error { return problem.Of(problem.Conflict, "client.archived_first") }

// write runs a change of a client in one transaction.
func (a App) write(ctx context.Context, client ID, fn func(tx scope.Tx) error) error {
	if !id.Valid(client.String()) {
		return problem.Missing()
	}
	return a.who.Write(ctx, auth.ClientsWrite, fn)
}

// once is write for what must not happen twice when a form is sent twice.
func (a App) once(ctx context.Context, client ID, fn func(tx scope.Tx) error) error {
	return a.write(ctx, client, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) { return client.String(), fn(tx) })
		return err
	})
}

// edit saves a form. One that is sent a second time is no error while it says
// what is stored; an old page that is sent again with other words is stale.
func (a App) edit(ctx context.Context, client ID, save func(tx scope.Tx) error, same func(tx scope.Tx) (bool, error)) error {
	return a.write(ctx, client, func(tx scope.Tx) error {
		first := false
		_, err := scope.Once(ctx, tx, func() (string, error) {
			first = true
			return client.String(), save(tx)
		})
		if err != nil || first {
			return err
		}
		if is, err := same(tx); err != nil || is {
			return err
		}
		return problem.Stale()
	})
}

// record notes a change of a client.
func (a App) record(ctx context.Context, tx scope.Tx, kind string, client ID, params map[string]any) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "client", SubjectID: client.String(), Area: auth.Clients, Client: client.String(),
		Audience: auth.ForStaffOnly, Params: params,
	})
}

// Archive puts a client away: it leaves the lists, and the portal sessions in
// which it is chosen end. Archiving twice is no error; problem.NotFound.
func (a App) Archive(ctx context.Context, client ID) error {
	return a.step(ctx, client, archiveClient, "client.archived", nil, func(tx scope.Tx) error {
		return auth.EndSessionsOfClient(ctx, tx, client.String())
	})
}

// Restore takes an archived client back as it was; problem.NotFound.
func (a App) Restore(ctx context.Context, client ID) error {
	return a.step(ctx, client, restoreClient, "client.restored", nil, nil)
}

// Convert makes a lead a client; all data stay. It is no error for a client;
// problem.NotFound, and Conflict for one that is archived.
func (a App) Convert(ctx context.Context, client ID) error {
	return a.step(ctx, client, convertLead, "client.converted", func(now Client) error {
		if now.Archived() {
			return archived()
		}
		return nil
	}, nil)
}

// step takes a client from one state to the next: when the guard allows it and
// the statement finds it in the state before, the event is recorded and then
// follows.
func (a App) step(ctx context.Context, client ID, statement, event string, guard func(Client) error, then func(scope.Tx) error) error {
	return a.write(ctx, client, func(tx scope.Tx) error {
		now, err := bare(ctx, tx, client)
		if err != nil {
			return err
		}
		if guard != nil {
			if err := guard(now); err != nil {
				return err
			}
		}
		n, err := tx.Exec(ctx, statement, scope.Args{"client": client})
		if err != nil || n == 0 {
			return err
		}
		if then != nil {
			if err := then(tx); err != nil {
				return fmt.Errorf("%s: %w", event, err)
			}
		}
		var params map[string]any
		if event == "client.converted" {
			params = map[string]any{"status": now.LeadStatus}
		}
		return a.record(ctx, tx, event, client, params)
	})
}
