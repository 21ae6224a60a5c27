package payment

// What people have to see to, invoices that are late, how many of them and of
// payments that fit nothing there are, and the last that happened with money. A refund
// that failed is done with once money of the payment is given back in another way,
// and a refused payment once one was opened or the key was changed.
const listNews = `-- listNews
select * from (
	select 'dispute' as part, d.id as id, d.created_at as at, '' as kind, '' as actor_kind, cast(null as text) as actor, '' as params,
		n.id as invoice, n.number as number, c.name as client, d.currency as currency, d.amount_minor as minor, '' as sort
	from dispute d
	join payment y on y.workspace_id = d.workspace_id and y.id = d.payment_id
	join client c on c.workspace_id = y.workspace_id and c.id = y.client_id
	left join invoice n on n.workspace_id = y.workspace_id and n.id = y.invoice_id
	where d.workspace_id = :workspace
	  and d.state = 'open'
	order by d.created_at
	limit 5
) d
union all
select * from (
	select 'refund', r.id, r.state_at, '', '', cast(null as text), '', n.id, n.number, c.name, r.currency, r.amount_minor, ''
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
		  and b.created_at > r.state_at)
	order by r.state_at
	limit 5
) r
union all
select * from (
	select 'refused', k.id, k.state_at, '', '', cast(null as text), '', n.id, n.number, c.name, k.currency, k.amount_minor, ''
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
		  and (o.session_id is not null or o.invoice_id = k.invoice_id))
	order by k.state_at
	limit 5
) k
union all
select * from (
	select 'event', a.id, a.at, a.kind, a.actor_kind, i.name, cast(a.params as text), n.id, n.number, c.name, '', 0, a.id
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
	select 'event', a.id, a.at, a.kind, a.actor_kind, i.name, cast(a.params as text), cast(null as text), cast(null as text), cast(null as text), '', 0, a.id
	from activity a
	left join identity i on i.workspace_id = a.workspace_id and i.id = a.actor_id
	where a.workspace_id = :workspace
	  and a.area = 'settings'
	  and a.kind in ('stripe.key_saved', 'stripe.hook_saved', 'stripe.key_removed')
	  and :settings
	order by a.id desc
	limit 8
) s
union all
select * from (
	select 'late', '', cast(null as bigint), o.due_on, case when o.under_way then 'under_way' else '' end, cast(null as text), '',
		n.id, n.number, c.name, o.currency, o.open_minor, ''
	from open_amount o
	join invoice n on n.workspace_id = o.workspace_id and n.id = o.invoice_id
	join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
	where o.workspace_id = :workspace
	  and o.open_minor > 0
	  and not o.written_off
	  and o.due_on < :today
	order by o.due_on, o.invoice_id
	limit 8
) l
union all
select 'count', '', cast(null as bigint), 'late', '', cast(null as text), '', cast(null as text), cast(null as text), cast(null as text), '',
	cast(coalesce((select sum(t.records) from workspace_tally t where t.workspace_id = :workspace and t.part = 'open' and t.day < :today), 0) as bigint), ''
union all
select 'count', '', cast(null as bigint), 'unmatched', '', cast(null as text), '', cast(null as text), cast(null as text), cast(null as text), '',
	(select count(*) from unmatched_payment u where u.workspace_id = :workspace and u.state = 'open'), ''
order by sort desc, part, at, kind, invoice`
