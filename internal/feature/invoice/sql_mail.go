package invoice

import "foyer/internal/auth"

// Contacts who can come in.
const entering = `
from contact c
join client cl on cl.workspace_id = c.workspace_id and cl.id = c.client_id and cl.portal_enabled_at is not null and cl.archived_at is null
join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id and i.password_hash <> ''
where c.workspace_id = :workspace
  and c.client_id = :client
  and c.suspended_at is null`

// Of them, those who see money and do not want to be spared mail about it.
const payers = entering + `
  and c.money <> 'none'
  and not exists (
	select 1
	from contact_mail x
	where x.workspace_id = c.workspace_id and x.client_id = c.client_id and x.contact_id = c.id and x.area = 'money' and x.choice = 'none')`

// Where nobody who sees money can come in, the client itself is written to,
// unless its address is that of somebody who can, and sees none.
const listReaders = `-- listReaders
select c.identity_id, i.email` + payers + `
union all
select null, k.email
from client k
where k.workspace_id = :workspace
  and k.id = :client
  and k.email <> ''
  and k.archived_at is null
  and not exists (select 1` + entering + `
	and (c.money <> 'none' or c.is_primary))`

const mayRead = `-- mayRead
select count(*)` + payers + `
  and c.identity_id = :reader`

const readAccounts = `-- readAccounts
select accounts_email
from workspace
where id = :workspace`

const markSent = `-- markSent
update invoice
set sent_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :invoice`

const readPayment = `-- readPayment
select id, amount_minor, currency, method, paid_on, reference
from payment
where workspace_id = :workspace
  and id = :payment`

const readRefund = `-- readRefund
select amount_minor, currency
from refund
where workspace_id = :workspace
  and id = :refund`

const keepFile = `-- keepFile
update invoice
set file_version_id = :version
where workspace_id = :workspace
  and id = :invoice
  and file_version_id is null`

const listReminderDays = `-- listReminderDays
select days
from reminder
where workspace_id = :workspace
order by days desc`

// An invoice that is owed again because money went back: only people remind of it.
const owedAgain = `
	select 1
	from allocation a
	where a.workspace_id = o.workspace_id
	  and a.invoice_id = o.invoice_id
	  and a.refund_id is not null
	group by a.invoice_id
	having sum(a.amount_minor) < 0`

// Open invoices whose day to be reminded of came within the last few days, and of which nothing was said at this day or a later one.
const listToRemind = `-- listToRemind
select o.invoice_id, cast(:days as bigint), o.due_on, n.issued_on
from open_amount o
join invoice n on n.workspace_id = o.workspace_id and n.id = o.invoice_id and n.state = 'issued' and n.sent_at is not null
where o.workspace_id = :workspace
  and o.open_minor > 0
  and not o.written_off
  and not o.under_way
  and not exists (` + owedAgain + `)
  and o.due_on <= :until
  and o.due_on > :since
  and not exists (
	select 1
	from invoice_reminder r
	where r.workspace_id = o.workspace_id
	  and r.invoice_id = o.invoice_id
	  and r.audience = 'client'
	  and r.days >= :days)
order by o.due_on, o.invoice_id
limit 500`

const listLate = `-- listLate
select o.invoice_id
from open_amount o
where o.workspace_id = :workspace
  and o.open_minor > 0
  and not o.written_off
  and not o.under_way
  and not exists (` + owedAgain + `)
  and o.due_on < :today
  and o.due_on > :since
  and not exists (
	select 1
	from invoice_reminder r
	where r.workspace_id = o.workspace_id
	  and r.invoice_id = o.invoice_id
	  and r.audience = 'staff')
order by o.due_on, o.invoice_id
limit 500`

const insertReminded = `-- insertReminded
insert into invoice_reminder (workspace_id, invoice_id, audience, days, created_at)
values (:workspace, :invoice, :audience, :days, :now)
on conflict (workspace_id, invoice_id, audience, days) do nothing`

// The staff who look after money.
const listFinance = `-- listFinance
select m.identity_id
from member m
join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id and i.password_hash <> ''
where m.workspace_id = :workspace
  and m.removed_at is null
  and m.role in ` + auth.MoneyWriters + `
order by m.id`
