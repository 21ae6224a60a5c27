package invoice

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
