package invoice

// Seen is what a client may see of an invoice (n). The statement that uses it
// names workspace and client besides.
const Seen = `n.state <> 'draft'`

const readInvoice = `-- readInvoice
select n.id, n.version, n.kind, n.state, n.number, n.client_id, c.name, n.project_id, p.name, n.milestone_id, t.name, n.corrects_id, k.number,
	n.currency, n.inclusive, n.discount_rate, n.discount_minor, n.terms_days, n.issued_on, n.due_on, n.po_number, n.notes, n.instructions,
	n.amount_minor, n.reduced_minor, n.net_minor, n.tax_minor, n.gross_minor, o.open_minor, coalesce(o.under_way, false), n.written_off_at, n.written_off_reason, n.sent_at,
	n.snapshot, n.file_version_id
from invoice n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
left join project p on p.workspace_id = n.workspace_id and p.id = n.project_id
left join target t on t.workspace_id = n.workspace_id and t.id = n.milestone_id
left join invoice k on k.workspace_id = n.workspace_id and k.id = n.corrects_id
left join open_amount o on o.workspace_id = n.workspace_id and o.invoice_id = n.id
where n.workspace_id = :workspace
  and n.id = :invoice`

const listLines = `-- listLines
select description, unit, quantity, price, discount_rate, discount_minor, tax_rate_id, category, rate, reason, amount_minor, net_minor
from invoice_line
where workspace_id = :workspace
  and invoice_id = :invoice
order by position`

// What happened to an invoice, newest first, and in each row what its client has to
// their credit in its currency; one row without an event where none is written.
const listEvents = `-- listEvents
select c.minor, e.id, e.at, e.actor_kind, e.actor_id, e.name, e.kind, e.params
from (
	select coalesce(t.minor, 0) as minor
	from invoice n
	left join client_tally t on t.workspace_id = n.workspace_id and t.client_id = n.client_id and t.part = 'credit' and t.day = '' and t.currency = n.currency
	where n.workspace_id = :workspace
	  and n.id = :invoice
) c
left join (
	select a.id as id, a.at as at, a.actor_kind as actor_kind, a.actor_id as actor_id, i.name as name, a.kind as kind, a.params as params
	from activity a
	left join identity i on i.workspace_id = a.workspace_id and i.id = a.actor_id
	where a.workspace_id = :workspace
	  and a.subject_kind = 'invoice'
	  and a.subject_id = :invoice
	order by a.id desc
	limit 50
) e on true
order by e.id desc`

const entryColumns = `
from allocation a
left join payment y on y.workspace_id = a.workspace_id and y.id = a.payment_id
left join invoice k on k.workspace_id = a.workspace_id and k.id = a.credit_note_id
left join refund b on b.workspace_id = a.workspace_id and b.id = a.refund_id
where a.workspace_id = :workspace
  and a.invoice_id = :invoice`

// Whether it was taken back or came again because of a refund or of a dispute.
const becauseOf = `case when b.id is null then '' when exists (select 1 from dispute d where d.workspace_id = b.workspace_id and d.id = b.reference) then 'dispute' else 'refund' end`

// What was paid and credited, with payments that came in for the invoice when
// there was nothing to pay, of which nothing is on it.
const listEntries = `-- listEntries
select a.id as place, a.created_at, a.amount_minor, a.currency, a.payment_id, y.method, coalesce(b.refunded_on, y.paid_on, k.issued_on), case when b.id is null then y.reference else b.reference end, a.credit_note_id, k.number,
	coalesce(y.amount_minor, a.amount_minor), a.currency,
	cast(coalesce((select sum(r.amount_minor) from refund r where r.workspace_id = y.workspace_id and r.client_id = y.client_id and r.payment_id = y.id), 0) as bigint), ` + becauseOf + entryColumns + `
union all
select y.id, y.created_at, 0, y.currency, y.id, y.method, y.paid_on, y.reference, cast(null as text), cast(null as text),
	y.amount_minor, y.currency,
	cast(coalesce((select sum(r.amount_minor) from refund r where r.workspace_id = y.workspace_id and r.client_id = y.client_id and r.payment_id = y.id), 0) as bigint), ''
from payment y
where y.workspace_id = :workspace
  and y.invoice_id = :invoice
  and not exists (
	select 1
	from allocation a
	where a.workspace_id = y.workspace_id
	  and a.payment_id = y.id
	  and a.invoice_id = :invoice)
order by place
limit 1000`

const readDefaults = `-- readDefaults
select coalesce(nullif(c.currency, ''), w.currency), cast(coalesce(c.payment_terms_days, w.terms_days) as text), r.id
from workspace w
left join client c on c.workspace_id = w.id and c.id = :client
left join tax_rate r on r.workspace_id = w.id and r.standard and r.archived_at is null
where w.id = :workspace
  and (:client = '' or c.id is not null)`

// What can be chosen, in one statement: clients as many as a form can offer, and
// the projects and milestones of the one that is chosen.
const listChoices = `-- listChoices
select * from (
	select 'client' as kind, c.id as id, c.name as name, '' as project
	from client c
	where c.workspace_id = :workspace
	  and c.lead_status is null
	  and c.archived_at is null
	order by c.name_key, c.id
	limit 501
) a
union all
select * from (
	select 'project', p.id, p.name, ''
	from project p
	where p.workspace_id = :workspace
	  and p.client_id = :client
	order by p.name_key, p.id
	limit 500
) b
union all
select * from (
	select 'milestone', t.id, t.name, p.name
	from project p
	cross join target t
	where p.workspace_id = :workspace
	  and p.client_id = :client
	  and t.workspace_id = p.workspace_id
	  and t.project_id = p.id
	  and t.kind = 'milestone'
	  and t.state <> 'cancelled'
	order by p.name_key, t.position, t.id
	limit 500
) m`

const findClient = `-- findClient
select count(*)
from client
where workspace_id = :workspace
  and id = :client
  and lead_status is null
  and archived_at is null`

const findProject = `-- findProject
select count(*)
from project
where workspace_id = :workspace
  and client_id = :client
  and id = :project`

const findMilestone = `-- findMilestone
select count(*)
from target
where workspace_id = :workspace
  and project_id = :project
  and id = :milestone
  and kind = 'milestone'`

// Drafts come before all numbers.
const insertInvoice = `-- insertInvoice
insert into invoice (workspace_id, id, client_id, kind, state, corrects_id, project_id, milestone_id, currency, inclusive, discount_rate, discount_minor,
	terms_days, due_on, po_number, notes, instructions, amount_minor, reduced_minor, net_minor, tax_minor, gross_minor, listed, search_key,
	created_by, created_at)
values (:workspace, :id, :client, :kind, 'draft', :corrects, :project, :milestone, :currency, :inclusive, :discount_rate, :discount_minor,
	:terms, :due_on, :po_number, :notes, :instructions, :amount, :reduced, :net, :tax, :gross, '9999', :search_key, :identity, :now)`

const updateInvoice = `-- updateInvoice
update invoice
set project_id = :project,
	milestone_id = :milestone,
	currency = :currency,
	inclusive = :inclusive,
	discount_rate = :discount_rate,
	discount_minor = :discount_minor,
	terms_days = :terms,
	due_on = :due_on,
	po_number = :po_number,
	notes = :notes,
	instructions = :instructions,
	amount_minor = :amount,
	reduced_minor = :reduced,
	net_minor = :net,
	tax_minor = :tax,
	gross_minor = :gross,
	search_key = :search_key,
	version = version + 1
where workspace_id = :workspace
  and id = :id
  and state = 'draft'
  and version = :version`

const deleteLines = `-- deleteLines
delete from invoice_line
where workspace_id = :workspace
  and invoice_id = :invoice`

const deleteInvoice = `-- deleteInvoice
delete from invoice
where workspace_id = :workspace
  and id = :invoice
  and state = 'draft'`

const insertLine = `-- insertLine
insert into invoice_line (workspace_id, invoice_id, position, description, unit, quantity, price, discount_rate, discount_minor, tax_rate_id,
	category, rate, reason, amount_minor, net_minor)
values (:workspace, :invoice, :position, :description, :unit, :quantity, :price, :discount_rate, :discount_minor, :tax_rate,
	:category, :rate, :reason, :amount, :net)`

const insertTax = `-- insertTax
insert into invoice_tax (workspace_id, invoice_id, category, rate, net_minor, tax_minor)
values (:workspace, :invoice, :category, :rate, :net, :tax)`

const partyColumns = `
select w.name, w.legal_name, w.address, w.tax_id, w.registration_number, w.email, w.phone, w.website,
	w.pdf_color, w.brand_color, w.pdf_footer, w.paper, w.logo_version_id, w.logo_sha256, w.language,
	c.name, c.legal_name, c.tax_id, c.registration_number, c.email, c.language,
	coalesce(a.street, ''), coalesce(a.postal_code, ''), coalesce(a.city, ''), coalesce(a.region, ''), coalesce(a.country, ''), coalesce(i.content, '')`

const readParties = `-- readParties` + partyColumns + `
from invoice n
join workspace w on w.id = n.workspace_id
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
left join client_address a on a.workspace_id = c.workspace_id and a.client_id = c.id and a.billing
left join payment_instructions i on i.workspace_id = n.workspace_id and i.currency = n.currency
where n.workspace_id = :workspace
  and n.id = :invoice
order by a.position
limit 1`

const readClientParties = `-- readClientParties` + partyColumns + `
from client c
join workspace w on w.id = c.workspace_id
left join client_address a on a.workspace_id = c.workspace_id and a.client_id = c.id and a.billing
left join payment_instructions i on i.workspace_id = c.workspace_id and i.currency = :currency
where c.workspace_id = :workspace
  and c.id = :client
order by a.position
limit 1`

const issueInvoice = `-- issueInvoice
update invoice
set state = 'issued',
	number = :number,
	issued_on = :issued_on,
	due_on = :due_on,
	snapshot = :snapshot,
	snapshot_sha256 = :hash,
	listed = :listed,
	search_key = :number_key || ' ' || search_key,
	issued_at = :now,
	issued_by = :identity,
	version = version + 1
where workspace_id = :workspace
  and id = :invoice
  and state = 'draft'
  and version = :version`

const openInvoice = `-- openInvoice
insert into open_amount (workspace_id, invoice_id, client_id, currency, open_minor, due_on, listed)
values (:workspace, :invoice, :client, :currency, :minor, :due_on, :listed)`

const insertPayment = `-- insertPayment
insert into payment (workspace_id, id, client_id, currency, amount_minor, method, paid_on, reference, intent_id, invoice_id, created_by, created_at)
values (:workspace, :id, :client, :currency, :minor, :method, :paid_on, :reference, :intent, :invoice, :identity, :now)`

const insertRefund = `-- insertRefund
insert into refund (workspace_id, id, client_id, currency, amount_minor, payment_id, refunded_on, reference, created_by, created_at)
values (:workspace, :id, :client, :currency, :minor, :payment, :on, :reference, :identity, :now)`

// A payment, for what it came in first, what of it went back and what is on
// invoices.
const bookedColumns = `
select y.id, y.amount_minor, y.currency, y.method, y.paid_on, y.reference, y.intent_id, y.client_id,
	coalesce(y.invoice_id, (select a.invoice_id from allocation a where a.workspace_id = y.workspace_id and a.payment_id = y.id order by a.id limit 1)),
	cast(coalesce((select sum(r.amount_minor) from refund r where r.workspace_id = y.workspace_id and r.client_id = y.client_id and r.payment_id = y.id), 0) as bigint),
	cast(coalesce((select sum(a.amount_minor) from allocation a where a.workspace_id = y.workspace_id and a.payment_id = y.id), 0) as bigint)
from payment y
where y.workspace_id = :workspace`

const findPayment = `-- findPayment` + bookedColumns + `
  and y.id = :payment
  and (y.invoice_id = :invoice or exists (
	select 1
	from allocation a
	where a.workspace_id = y.workspace_id
	  and a.payment_id = y.id
	  and a.invoice_id = :invoice))`

const findIntent = `-- findIntent` + bookedColumns + `
  and y.intent_id = :intent`

// What a payment pays, the latest first.
const listHeld = `-- listHeld
select a.invoice_id, cast(sum(a.amount_minor) as bigint)
from allocation a
where a.workspace_id = :workspace
  and a.payment_id = :payment
group by a.invoice_id
having sum(a.amount_minor) > 0
order by max(a.id) desc`

// The credit notes of an invoice with something left.
const listOwnNotes = `-- listOwnNotes
select payment_id, credit_id, cast(rest as bigint)
from (
	select null as payment_id, k.id as credit_id, k.gross_minor
		- coalesce((select sum(r.amount_minor) from refund r where r.workspace_id = k.workspace_id and r.client_id = k.client_id and r.credit_note_id = k.id), 0)
		- coalesce((select sum(a.amount_minor) from allocation a where a.workspace_id = k.workspace_id and a.credit_note_id = k.id), 0) as rest
	from invoice k
	where k.workspace_id = :workspace
	  and k.corrects_id = :invoice
	  and k.state = 'issued'
) s
where rest > 0
order by credit_id`

const keepUnderWay = `-- keepUnderWay
update open_amount
set under_way = :is
where workspace_id = :workspace
  and invoice_id = :invoice`

const insertAllocation = `-- insertAllocation
insert into allocation (workspace_id, id, client_id, invoice_id, currency, amount_minor, payment_id, credit_note_id, refund_id, created_by, created_at)
values (:workspace, :id, :client, :invoice, :currency, :minor, :payment, :credit, :refund, :identity, :now)`

// What is left to pay never falls below nothing.
const keepOpen = `-- keepOpen
update open_amount
set open_minor = open_minor - :minor
where workspace_id = :workspace
  and invoice_id = :invoice
  and open_minor >= :minor`

const keepOff = `-- keepOff
update open_amount
set written_off = :off
where workspace_id = :workspace
  and invoice_id = :invoice`

const writeOff = `-- writeOff
update invoice
set written_off_at = :now,
	written_off_by = :identity,
	written_off_reason = :reason,
	version = version + 1
where workspace_id = :workspace
  and id = :invoice`

const recoverInvoice = `-- recoverInvoice
update invoice
set written_off_at = null,
	written_off_by = null,
	written_off_reason = '',
	version = version + 1
where workspace_id = :workspace
  and id = :invoice`

const voidInvoice = `-- voidInvoice
update invoice
set state = 'void',
	voided_at = :now,
	voided_by = :identity,
	version = version + 1
where workspace_id = :workspace
  and id = :invoice
  and state = 'issued'`

const sumCredited = `-- sumCredited
select cast(coalesce(sum(gross_minor), 0) as bigint)
from invoice
where workspace_id = :workspace
  and corrects_id = :invoice
  and state = 'issued'`

const sumAllocated = `-- sumAllocated
select count(*), cast(coalesce(sum(amount_minor), 0) as bigint)
from allocation
where workspace_id = :workspace
  and invoice_id = :invoice
  and payment_id = :payment`

// Payments and credit notes of a client with something left, the oldest first:
// what came in or is given back, less what went back and what is allocated.
const sourcesOf = `
	select y.id as payment_id, null as credit_id, y.id as place, y.currency as currency, y.amount_minor
		- coalesce((select sum(r.amount_minor) from refund r where r.workspace_id = y.workspace_id and r.client_id = y.client_id and r.payment_id = y.id), 0)
		- coalesce((select sum(a.amount_minor) from allocation a where a.workspace_id = y.workspace_id and a.payment_id = y.id), 0) as rest
	from payment y
	where y.workspace_id = :workspace
	  and y.client_id = :client
	union all
	select null, k.id, k.id, k.currency, k.gross_minor
		- coalesce((select sum(r.amount_minor) from refund r where r.workspace_id = k.workspace_id and r.client_id = k.client_id and r.credit_note_id = k.id), 0)
		- coalesce((select sum(a.amount_minor) from allocation a where a.workspace_id = k.workspace_id and a.credit_note_id = k.id), 0)
	from invoice k
	where k.workspace_id = :workspace
	  and k.client_id = :client
	  and k.kind = 'credit_note'
	  and k.state = 'issued'`

const listSources = `-- listSources
select payment_id, credit_id, cast(rest as bigint)
from (` + sourcesOf + `) s
where currency = :currency
  and rest > 0
order by place`

// What is kept and is not what its rows come to: what is left to pay of an
// invoice, and the tallies.
const listWrong = `-- listWrong
select 'open amount of ' || o.invoice_id as what
from open_amount o
join invoice n on n.workspace_id = o.workspace_id and n.id = o.invoice_id
where o.workspace_id = :workspace
  and o.open_minor <> n.gross_minor - coalesce((select sum(a.amount_minor) from allocation a where a.workspace_id = o.workspace_id and a.invoice_id = o.invoice_id), 0)
union all
select 'tally of ' || c.client_id || ' ' || c.part || ' ' || c.day || ' ' || c.currency
from (
	select n.client_id as client_id, n.kind || '.' || n.state as part, '' as day, n.currency as currency, 1 as records, n.gross_minor as minor
	from invoice n where n.workspace_id = :workspace
	union all
	select n.client_id, 'credit', '', n.currency, 0, n.gross_minor
	from invoice n where n.workspace_id = :workspace and n.kind = 'credit_note' and n.state = 'issued'
	union all
	select o.client_id, case when o.written_off then 'off' else 'open' end, o.due_on, o.currency, 1, o.open_minor
	from open_amount o where o.workspace_id = :workspace and o.open_minor > 0
	union all
	select y.client_id, 'paid', y.paid_on, y.currency, 1, y.amount_minor from payment y where y.workspace_id = :workspace
	union all
	select y.client_id, 'credit', '', y.currency, 0, y.amount_minor from payment y where y.workspace_id = :workspace
	union all
	select r.client_id, 'credit', '', r.currency, 0, -r.amount_minor from refund r where r.workspace_id = :workspace
	union all
	select a.client_id, 'credit', '', a.currency, 0, -a.amount_minor from allocation a where a.workspace_id = :workspace
	union all
	select t.client_id, t.part, t.day, t.currency, -t.records, -t.minor from client_tally t where t.workspace_id = :workspace
		and t.part in ('invoice.draft', 'invoice.issued', 'invoice.void', 'credit_note.draft', 'credit_note.issued', 'open', 'off', 'paid', 'credit')
) c
group by c.client_id, c.part, c.day, c.currency
having sum(c.records) <> 0 or sum(c.minor) <> 0
union all
select 'tally of all ' || w.part || ' ' || w.day || ' ' || w.currency
from (
	select t.part as part, t.day as day, t.currency as currency, t.records as records, t.minor as minor
	from client_tally t where t.workspace_id = :workspace
	union all
	select t.part, t.day, t.currency, -t.records, -t.minor from workspace_tally t where t.workspace_id = :workspace
) w
group by w.part, w.day, w.currency
having sum(w.records) <> 0 or sum(w.minor) <> 0
order by what`
