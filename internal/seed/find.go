package seed

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Records are ids of what client A and client B always have; they are empty where the
// data have none.
type Records struct{ A, B Ids }

// Ids are a client's own and one of each of its records.
type Ids struct{ Client, Project, Invoice, Document, Case, Change, Contract string }

// Find finds them in a workspace that was filled.
func Find(ctx context.Context, who auth.System) (r Records, err error) {
	err = who.Read(ctx, func(tx scope.Tx) error {
		if err := find(ctx, tx, NameA, &r.A); err != nil {
			return err
		}
		return find(ctx, tx, NameB, &r.B)
	})
	return r, err
}

func find(ctx context.Context, tx scope.Tx, name string, to *Ids) error {
	for _, want := range []struct {
		to        *string
		statement string
	}{
		{&to.Client, findClient}, {&to.Project, findProject}, {&to.Invoice, findInvoice}, {&to.Document, findDocument}, {&to.Case, findCase},
		{&to.Change, findChange}, {&to.Contract, findContract},
	} {
		statement := want.statement
		found, err := scope.List(ctx, tx, statement, scope.Args{"name": text.Key(name)}, scope.Value[string])
		if err != nil {
			return err
		}
		if len(found) > 0 {
			*want.to = found[0]
		}
	}
	return nil
}

const findProject = `-- findProject
select p.id
from project p
join client c on c.workspace_id = p.workspace_id and c.id = p.client_id
where p.workspace_id = :workspace
  and p.shared
  and c.name_key = :name
order by p.id
limit 1`

const findClient = `-- findClient
select c.id
from client c
where c.workspace_id = :workspace
  and c.name_key = :name
order by c.id
limit 1`

const findInvoice = `-- findInvoice
select n.id
from invoice n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
where n.workspace_id = :workspace
  and n.state = 'issued'
  and c.name_key = :name
order by n.id
limit 1`

// The document is the largest that the client sees.
const findDocument = `-- findDocument
select d.id
from client c
join document d on d.workspace_id = c.workspace_id and d.client_id = c.id
join document_version v on v.workspace_id = d.workspace_id and v.id = d.latest_id
where c.workspace_id = :workspace
  and c.name_key = :name
  and d.shared = 'client'
  and d.source = 'staff'
order by v.size_bytes desc, d.id
limit 1`

// The case is the one with most to read.
const findCase = `-- findCase
select n.id
from client c
join support_case n on n.workspace_id = c.workspace_id and n.client_id = c.id
where c.workspace_id = :workspace
  and c.name_key = :name
order by n.replies desc, n.id
limit 1`

// The request is one that nobody has looked at yet, where there is one.
const findChange = `-- findChange
select r.id
from client c
join change_request r on r.workspace_id = c.workspace_id and r.client_id = c.id
where c.workspace_id = :workspace
  and c.name_key = :name
order by case when r.state = 'submitted' then 0 else 1 end, r.id
limit 1`

// The contract is one that was sent, and where there is one waits to be signed.
const findContract = `-- findContract
select n.id
from client c
join contract n on n.workspace_id = c.workspace_id and n.client_id = c.id
where c.workspace_id = :workspace
  and c.name_key = :name
  and n.version_number > 0
order by case when n.state = 'pending_signature' then 0 else 1 end, n.id
limit 1`
