package invoice

const rowColumns = `
select n.id, n.kind, n.state, n.number, n.client_id, c.name, n.issued_on, n.due_on, n.currency, n.gross_minor, coalesce(o.open_minor, 0),
	coalesce(o.written_off, false), coalesce(o.under_way, false), n.listed`

const fromAll = rowColumns + `
from invoice n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
left join open_amount o on o.workspace_id = n.workspace_id and o.invoice_id = n.id
where n.workspace_id = :workspace`

// What is open is found by its own index, however much was paid before.
const fromOpen = rowColumns + `
from open_amount o
join invoice n on n.workspace_id = o.workspace_id and n.id = o.invoice_id
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
where o.workspace_id = :workspace
  and o.open_minor > 0
  and not o.written_off`

const matching = `
  and (:pattern = '%%' or n.search_key like :pattern escape '\' or c.name_key like :pattern escape '\')`

const (
	after = `
  and (n.listed, n.id) < (:key, :from)
order by n.listed desc, n.id desc
limit 51`
	before = `
  and (n.listed, n.id) > (:key, :from)
order by n.listed, n.id
limit 51`
	afterOpen = `
  and (o.listed, o.invoice_id) < (:key, :from)
order by o.listed desc, o.invoice_id desc
limit 51`
	beforeOpen = `
  and (o.listed, o.invoice_id) > (:key, :from)
order by o.listed, o.invoice_id
limit 51`
)

const inState = `
  and n.state = :state`

const isPaid = `
  and n.state = 'issued'
  and n.kind = 'invoice'
  and o.open_minor <= 0
  and not o.written_off`

const notDue = `
  and o.due_on >= :today`

const pastDue = `
  and o.due_on < :today`

const listAfter = `-- listAfter` + fromAll + matching + after

const listBefore = `-- listBefore` + fromAll + matching + before

const listStateAfter = `-- listStateAfter` + fromAll + matching + inState + after

const listStateBefore = `-- listStateBefore` + fromAll + matching + inState + before

const listPaidAfter = `-- listPaidAfter` + fromAll + matching + isPaid + after

const listPaidBefore = `-- listPaidBefore` + fromAll + matching + isPaid + before

const listSentAfter = `-- listSentAfter` + fromOpen + matching + notDue + afterOpen

const listSentBefore = `-- listSentBefore` + fromOpen + matching + notDue + beforeOpen

const listOverdueAfter = `-- listOverdueAfter` + fromOpen + matching + pastDue + afterOpen

const listOverdueBefore = `-- listOverdueBefore` + fromOpen + matching + pastDue + beforeOpen

const ofClient = `
  and n.client_id = :client`

const listOfClientAfter = `-- listOfClientAfter` + fromAll + ofClient + after

const listOfClientBefore = `-- listOfClientBefore` + fromAll + ofClient + before

const listOfProject = `-- listOfProject` + fromAll + `
  and n.project_id = :project
order by n.listed desc, n.id desc
limit 50`

const listCorrections = `-- listCorrections` + fromAll + `
  and n.corrects_id = :invoice
order by n.id
limit 50`

// Where an invoice stands, as the filters have it; all is for what is in none.
const filterOf = `
	case
		when n.state <> 'issued' then n.state
		when n.kind <> 'invoice' or o.written_off then 'all'
		when o.open_minor <= 0 then 'paid'
		when o.due_on < :today then 'overdue'
		else 'sent' end`

const countAll = `-- countAll
select` + filterOf + `, count(*)
from invoice n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
left join open_amount o on o.workspace_id = n.workspace_id and o.invoice_id = n.id
where n.workspace_id = :workspace` + matching + `
group by 1`

// What is counted of invoices; what is open and past its day is overdue.
const tallied = `
	case when t.part = 'open' and t.day < :today then 'overdue' else t.part end, t.currency,
	cast(sum(t.records) as bigint), cast(sum(t.minor) as bigint)`

const talliedParts = `
  and t.part in ('invoice.draft', 'invoice.issued', 'invoice.void', 'credit_note.draft', 'credit_note.issued', 'open', 'off', 'credit')
group by 1, 2`

const talliedPaid = `
  and t.part = 'paid'
  and t.day >= :since
group by 1, 2`

const tallyAll = `-- tallyAll
select` + tallied + `
from workspace_tally t
where t.workspace_id = :workspace` + talliedParts + `
union all
select` + tallied + `
from workspace_tally t
where t.workspace_id = :workspace` + talliedPaid

const tallyOfClient = `-- tallyOfClient
select` + tallied + `
from client_tally t
where t.workspace_id = :workspace
  and t.client_id = :client` + talliedParts + `
union all
select` + tallied + `
from client_tally t
where t.workspace_id = :workspace
  and t.client_id = :client` + talliedPaid
