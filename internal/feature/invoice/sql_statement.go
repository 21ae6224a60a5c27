package invoice

const listBalances = `-- listBalances
select m.currency,
	cast(coalesce((select sum(o.open_minor) from open_amount o where o.workspace_id = :workspace and o.client_id = :client and o.currency = m.currency
		and o.open_minor > 0 and not o.written_off), 0) as bigint),
	cast(coalesce((select sum(o.open_minor) from open_amount o where o.workspace_id = :workspace and o.client_id = :client and o.currency = m.currency
		and o.open_minor > 0 and not o.written_off and o.due_on < :today), 0) as bigint),
	cast(coalesce((select sum(s.rest) from (` + sourcesOf + `) s where s.currency = m.currency and s.rest > 0), 0) as bigint),
	(select count(*) from invoice n where n.workspace_id = :workspace and n.client_id = :client and n.currency = m.currency)
from (
	select distinct currency from invoice n where n.workspace_id = :workspace and n.client_id = :client
	union
	select distinct currency from payment y where y.workspace_id = :workspace and y.client_id = :client
) m
order by m.currency`

// Everything that changed what a client owes. What was written off is still
// owed; a void invoice stands beside the credit note that corrects it.
const movements = `
	select n.kind as kind, n.id as id, n.issued_on as moved_on, n.number as number, '' as reference,
		case n.kind when 'invoice' then n.gross_minor else -n.gross_minor end as minor
	from invoice n
	where n.workspace_id = :workspace
	  and n.client_id = :client
	  and n.currency = :currency
	  and n.state <> 'draft'
	union all
	select 'payment', y.id, y.paid_on, '', y.reference, -y.amount_minor
	from payment y
	where y.workspace_id = :workspace
	  and y.client_id = :client
	  and y.currency = :currency
	union all
	select 'refund', r.id, r.refunded_on, '', r.reference, r.amount_minor
	from refund r
	where r.workspace_id = :workspace
	  and r.client_id = :client
	  and r.currency = :currency`

// What was owed before comes first.
const listMovements = `-- listMovements
select 'before' as kind, '' as id, '' as moved_on, '' as number, '' as reference, cast(coalesce(sum(m.minor), 0) as bigint) as minor
from (` + movements + `) m
where m.moved_on < :first
union all
select * from (
	select m.kind, m.id, m.moved_on, coalesce(m.number, ''), m.reference, m.minor
	from (` + movements + `) m
	where m.moved_on >= :first
	  and m.moved_on <= :last
	order by m.moved_on, m.id
	limit 5001
) l
order by moved_on, id`
