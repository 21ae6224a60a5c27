package waiting

import (
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/support"
)

const pendingStates = `('submitted', 'in_review', 'needs_info', 'quoted')`

const shownTalk = `-- shownTalk
select * from (
	select 'case' as kind, n.id as id, n.number as number, n.subject as name, '' as client, n.state as state, '' as until, 0 as minor, '' as currency,
		false as priced, false as nobodys, n.state_at as since
	from support_case n
	where n.workspace_id = :workspace
	  and n.client_id = :client
	  and n.state = 'waiting_client'
	  and :cases` + support.SeenByContact + `
	order by n.state_at, n.id
	limit 6) a
union all
select * from (
	select 'change', r.id, r.number, r.title, '', r.state, r.valid_until, coalesce(q.price_minor, 0), coalesce(q.currency, ''), r.state = 'quoted', false, r.state_at
	from change_request r
	left join change_quote q on q.workspace_id = r.workspace_id and q.client_id = r.client_id and q.id = r.quote_id
	where r.workspace_id = :workspace
	  and r.client_id = :client
	  and r.state in ('quoted', 'needs_info')
	  and (r.state = 'quoted' and :may_accept and r.valid_until >= :today or r.state = 'needs_info' and :may_answer)
	  and :changes` + change.SeenByContact + `
	order by r.state_at, r.id
	limit 6) b
union all
select * from (
	select 'contract', n.id, n.number, n.name, '', n.state, n.sign_by, 0, '', false, false, 0
	from contract n
	where n.workspace_id = :workspace
	  and n.client_id = :client
	  and :signs` + contract.WaitsForContact + `
	order by case when n.sign_by = '' then '9999' else n.sign_by end, n.id
	limit 6) c
union all
select 'pending', '', '', '', '', '', '', case when not :changes then 0 when :all_changes then coalesce((
		select cast(sum(t.records) as bigint)
		from client_tally t
		where t.workspace_id = w.id
		  and t.client_id = :client
		  and t.part in ('change.submitted', 'change.in_review', 'change.needs_info', 'change.quoted')), 0)
	else (
		select count(*)
		from change_request r
		where r.workspace_id = w.id
		  and r.client_id = :client
		  and r.contact_id = :contact
		  and r.state in ` + pendingStates + `) end, '', false, false, 0
from workspace w
where w.id = :workspace
order by kind, since, id`

// The case of a client who wrote last waits for whoever works on it.
const staffTalk = `-- staffTalk
select * from (
	select 'case' as kind, n.id as id, n.number as number, n.subject as name, c.name as client, n.state as state, '' as until, 0 as minor, '' as currency,
		false as priced, m.id is null as nobodys, n.shown_at as since
	from support_case n
	join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
	left join member m on m.workspace_id = n.workspace_id and m.id = n.assignee_id and m.removed_at is null
	where n.workspace_id = :workspace
	  and n.state in ('new', 'open')
	  and (m.id is null or m.id = :member and coalesce((
		select r.author_kind
		from case_reply r
		where r.workspace_id = n.workspace_id and r.case_id = n.id
		order by r.id desc
		limit 1), 'contact') = 'contact')
	  and :cases
	order by n.shown_at, n.id
	limit 6) a
union all
select * from (
	select 'change', r.id, r.number, r.title, c.name, r.state, '', 0, '', false, m.id is null, r.state_at
	from change_request r
	join client c on c.workspace_id = r.workspace_id and c.id = r.client_id
	left join member m on m.workspace_id = r.workspace_id and m.id = r.assignee_id and m.removed_at is null
	where r.workspace_id = :workspace
	  and r.state in ('submitted', 'in_review')
	  and (r.state = 'submitted' or m.id is null or m.id = :member)
	  and :changes
	order by r.state_at, r.id
	limit 6) b
union all
select d.kind, d.id, d.number, d.name, d.client, '', d.due_on, 0, '', false, false, null
from (` + contract.DueForStaff + `
) d
where :contracts
order by kind, since, id`
