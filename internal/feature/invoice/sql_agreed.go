package invoice

// What is agreed on with a client comes onto a draft in a transaction of staff or of
// the client, so all of this names both.

const readAgreedDefaults = `-- readAgreedDefaults
select cast(coalesce(c.payment_terms_days, w.terms_days) as text), r.id, coalesce(r.category, 'O'), coalesce(r.rate, 0), coalesce(r.reason, '')
from client c
join workspace w on w.id = c.workspace_id
left join tax_rate r on r.workspace_id = c.workspace_id and r.standard and r.archived_at is null
where c.workspace_id = :workspace
  and c.id = :client`

const readAgreedDraft = `-- readAgreedDraft
select n.id, n.version
from invoice n
where n.workspace_id = :workspace
  and n.client_id = :client
  and n.id = :invoice
  and n.kind = 'invoice'
  and n.state = 'draft'
  and n.currency = :currency
  and not n.inclusive
  and n.discount_rate = 0
  and n.discount_minor = 0`

const listAgreedLines = `-- listAgreedLines
select l.description, l.unit, l.quantity, l.price, l.discount_rate, l.discount_minor, l.tax_rate_id, l.category, l.rate, l.reason, l.amount_minor, l.net_minor
from invoice n
join invoice_line l on l.workspace_id = n.workspace_id and l.invoice_id = n.id
where n.workspace_id = :workspace
  and n.client_id = :client
  and n.id = :invoice
  and n.currency = :currency
order by l.position`

const addToAgreed = `-- addToAgreed
update invoice
set amount_minor = :amount,
	reduced_minor = :reduced,
	net_minor = :net,
	tax_minor = :tax,
	gross_minor = :gross,
	search_key = substr(search_key || ' ' || :search_key, 1, 4000),
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and id = :id
  and state = 'draft'`

const insertAgreedLine = `-- insertAgreedLine
insert into invoice_line (workspace_id, invoice_id, position, description, unit, quantity, price, discount_rate, discount_minor, tax_rate_id,
	category, rate, reason, amount_minor, net_minor)
select n.workspace_id, n.id,
	coalesce((select max(l.position) from invoice_line l where l.workspace_id = n.workspace_id and l.invoice_id = n.id), -1) + 1,
	:description, '', cast(:quantity as bigint), cast(:price as bigint), 0, 0, :tax_rate,
	:category, cast(:rate as bigint), :reason, cast(:amount as bigint), cast(:net as bigint)
from invoice n
where n.workspace_id = :workspace
  and n.client_id = :client
  and n.id = :invoice
  and n.state = 'draft'`
