package payment

import "foyer/internal/feature/invoice"

// What waits for somebody about money, as the rest of a statement that begins with
// select. Those of staff end where more can be asked of the rows.

// ToPay are the open amounts (o) of a client, with the invoices (n) they are of. It
// names :client.
const ToPay = `
from open_amount o
join invoice n on n.workspace_id = o.workspace_id and n.id = o.invoice_id and ` + invoice.Seen + `
where o.workspace_id = :workspace
  and o.client_id = :client
  and o.open_minor > 0
  and not o.written_off`

// Overdue are the open amounts (o) past their day of which no payment is under way. It
// names :today.
const Overdue = `
from open_amount o
where o.workspace_id = :workspace
  and o.open_minor > 0
  and not o.written_off
  and not o.under_way
  and o.due_on < :today`

// UnmatchedOpen are the payments (u) that fit nothing and are not decided on.
const UnmatchedOpen = `
from unmatched_payment u
where u.workspace_id = :workspace
  and u.state = 'open'`

// Disputed are the disputes (d) that go on, with the clients (c) and the invoices (n,
// if any) they are about.
const Disputed = `
from dispute d
join payment y on y.workspace_id = d.workspace_id and y.id = d.payment_id
join client c on c.workspace_id = y.workspace_id and c.id = y.client_id
left join invoice n on n.workspace_id = y.workspace_id and n.id = y.invoice_id
where d.workspace_id = :workspace
  and d.state = 'open'`

// Undelivered are the refunds (r) that failed since :since and that nobody has made
// good in another way, with the clients (c) and the invoices (n, if any) they are of.
const Undelivered = `
from stripe_refund r
join payment y on y.workspace_id = r.workspace_id and y.id = r.payment_id
join client c on c.workspace_id = y.workspace_id and c.id = y.client_id
left join invoice n on n.workspace_id = y.workspace_id and n.id = y.invoice_id
where r.workspace_id = :workspace
  and r.state = 'failed'
  and r.state_at > :since
  and not exists (
	select 1
	from stripe_refund o
	where o.workspace_id = r.workspace_id
	  and o.payment_id = r.payment_id
	  and o.created_at > r.state_at
	  and o.state <> 'failed')
  and not exists (
	select 1
	from refund b
	where b.workspace_id = y.workspace_id
	  and b.client_id = y.client_id
	  and b.payment_id = y.id
	  and b.amount_minor > 0
	  and b.created_at > r.state_at)`

// Unopened are the checkouts (k) that Stripe has refused to open since :since, while
// none was opened after them and the key is the same, with clients (c) and invoices (n).
const Unopened = `
from checkout k
join client c on c.workspace_id = k.workspace_id and c.id = k.client_id
join invoice n on n.workspace_id = k.workspace_id and n.id = k.invoice_id
join stripe_key s on s.workspace_id = k.workspace_id and s.id = k.key_id and s.retired_at is null
where k.workspace_id = :workspace
  and k.state = 'failed'
  and k.session_id is null
  and k.state_at > :since
  and not exists (
	select 1
	from checkout o
	where o.workspace_id = k.workspace_id
	  and o.id > k.id
	  and (o.session_id is not null or o.invoice_id = k.invoice_id))`

// The last that happened with invoices and payments, and with keys for those who may
// know of them.
const listNews = `-- listNews
select * from (
	select a.id as id, a.at as at, a.kind as kind, a.actor_kind as actor_kind, i.name as actor, cast(a.params as text) as params, n.id as invoice, n.number as number, c.name as client
	from activity a
	left join identity i on i.workspace_id = a.workspace_id and i.id = a.actor_id
	left join invoice n on n.workspace_id = a.workspace_id and n.id = a.subject_id and a.subject_kind = 'invoice'
	left join client c on c.workspace_id = a.workspace_id and c.id = a.client_id
	where a.workspace_id = :workspace
	  and a.area = 'money'
	  and a.kind not in ('invoice.created', 'invoice.changed', 'invoice.discarded')
	order by a.id desc
	limit 8
) m
union all
select * from (
	select a.id, a.at, a.kind, a.actor_kind, i.name, cast(a.params as text), cast(null as text), cast(null as text), cast(null as text)
	from activity a
	left join identity i on i.workspace_id = a.workspace_id and i.id = a.actor_id
	where a.workspace_id = :workspace
	  and a.area = 'settings'
	  and a.kind in ('stripe.key_saved', 'stripe.hook_saved', 'stripe.key_removed')
	  and :settings
	order by a.id desc
	limit 8
) s
order by id desc`
