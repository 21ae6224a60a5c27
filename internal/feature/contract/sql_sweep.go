package contract

const listLapsed = `-- listLapsed
select id
from contract
where workspace_id = :workspace
  and state = 'pending_signature'
  and sign_by <> ''
  and sign_by < :today
order by id
limit 200`

// Seals that no job has got to since :waited or, after one failed, since :failed.
const listForgotten = `-- listForgotten
select id
from contract
where workspace_id = :workspace
  and (seal in ('waiting', 'working') and seal_at < :waited or seal = 'failed' and seal_at < :failed)
  and state = 'signed'
order by id
limit 200`

const listToRemind = `-- listToRemind
select distinct n.id
from contract n
join signatory s on s.workspace_id = n.workspace_id and s.contract_id = n.id and s.number = n.version_number
where n.workspace_id = :workspace
  and n.state in ('pending_signature', 'signed')
  and n.reminds
  and s.state in ('invited', 'viewed')
  and s.reminders < 5
  and coalesce(s.reminded_at, s.invited_at) <= :before
order by n.id
limit 200`

// What ends or renews soon and staff have not been told of. Its days are told in their
// order, so the last one that was told says which are left.
const listExpiring = `-- listExpiring
select n.id
from contract n
where n.workspace_id = :workspace
  and n.state = 'executed'
  and (n.ends_on between :today and :soon and n.ends_on > n.warned_of
	or n.renews_on between :today and :soon and n.renews_on > n.warned_of and (n.ends_on = '' or n.ends_on >= :today))
order by n.id
limit 200`

const markWarned = `-- markWarned
update contract
set warned_of = :day
where workspace_id = :workspace
  and id = :id`
