package change

import "foyer/internal/auth"

const rowColumns = `
select r.id, r.number, r.title, r.client_id, c.name, r.project_id, p.name, r.category, r.priority, r.state, r.case_id is not null, r.state_at,
	ki.name, r.assignee_id, mi.name, q.price_minor, q.currency, r.valid_until, r.created_at, r.updated_at`

const fromRequests = `
from change_request r
join client c on c.workspace_id = r.workspace_id and c.id = r.client_id
join project p on p.workspace_id = r.workspace_id and p.id = r.project_id
join contact k on k.workspace_id = r.workspace_id and k.id = r.contact_id
join identity ki on ki.workspace_id = k.workspace_id and ki.id = k.identity_id
left join member m on m.workspace_id = r.workspace_id and m.id = r.assignee_id
left join identity mi on mi.workspace_id = m.workspace_id and mi.id = m.identity_id
left join change_quote q on q.workspace_id = r.workspace_id and q.id = r.quote_id
where r.workspace_id = :workspace`

// What is asked for but the filter.
const matching = `
  and (:pattern = '%%' or r.search_key like :pattern escape '\' or c.name_key like :pattern escape '\')
  and (:of = '' or r.client_id = :of)
  and (:project = '' or r.project_id = :project)
  and (:priority = '' or r.priority = :priority)
  and (:category = '' or r.category = :category)
  and (:assignee = '' or coalesce(r.assignee_id, 'nobody') = :assignee)
  and r.created_at <= :created`

// Where a request stands, as the filters have it.
const filtered = `
  and (:filter = 'all' or case
	when r.state in ('accepted', 'scheduled', 'in_progress', 'delivered') then :filter in ('accepted', 'decided') or r.state = :filter
	when r.state in ('rejected', 'declined', 'withdrawn', 'expired') then :filter = 'closed' or r.state = :filter
	else :filter = 'pending' or r.state = :filter end)`

const listAfter = `-- listChangesAfter` + rowColumns + fromRequests + matching + filtered + `
  and (r.updated_at, r.id) < (:key, :from)
order by r.updated_at desc, r.id desc
limit 51`

const listBefore = `-- listChangesBefore` + rowColumns + fromRequests + matching + filtered + `
  and (r.updated_at, r.id) > (:key, :from)
order by r.updated_at, r.id
limit 51`

const countAll = `-- countChanges
select r.state, count(*)
from change_request r
join client c on c.workspace_id = r.workspace_id and c.id = r.client_id
where r.workspace_id = :workspace` + matching + `
group by r.state`

const tallyAll = `-- tallyChanges
select substr(t.part, 8), t.records
from workspace_tally t
where t.workspace_id = :workspace
  and t.part like 'change.%'`

const lane = `
	select r.workspace_id as workspace_id, r.id as id
	from change_request r
	join client c on c.workspace_id = r.workspace_id and c.id = r.client_id
	where r.workspace_id = :workspace` + matching

const newestOfLane = `
	order by r.updated_at desc, r.id desc
	limit 50`

const listBoard = `-- listBoard` + rowColumns + `
from (
	select * from (` + lane + `
	  and r.state = 'submitted'` + newestOfLane + `
	) a
	union all
	select * from (` + lane + `
	  and r.state in ('in_review', 'needs_info')` + newestOfLane + `
	) b
	union all
	select * from (` + lane + `
	  and r.state = 'quoted'` + newestOfLane + `
	) d
	union all
	select * from (` + lane + `
	  and r.state in ('accepted', 'scheduled', 'in_progress')` + newestOfLane + `
	) e
) l
join change_request r on r.workspace_id = l.workspace_id and r.id = l.id
join client c on c.workspace_id = r.workspace_id and c.id = r.client_id
join project p on p.workspace_id = r.workspace_id and p.id = r.project_id
join contact k on k.workspace_id = r.workspace_id and k.id = r.contact_id
join identity ki on ki.workspace_id = k.workspace_id and ki.id = k.identity_id
left join member m on m.workspace_id = r.workspace_id and m.id = r.assignee_id
left join identity mi on mi.workspace_id = m.workspace_id and mi.id = m.identity_id
left join change_quote q on q.workspace_id = r.workspace_id and q.id = r.quote_id
order by r.updated_at desc, r.id desc`

const fromShown = `
select r.id, r.number, r.title, r.project_id, p.name, r.category, r.priority, r.state, r.case_id is not null, r.state_at,
	ki.name, q.price_minor, q.currency, r.valid_until, r.created_at, r.shown_at
from change_request r
join project p on p.workspace_id = r.workspace_id and p.id = r.project_id
join contact k on k.workspace_id = r.workspace_id and k.id = r.contact_id
join identity ki on ki.workspace_id = k.workspace_id and ki.id = k.identity_id
left join change_quote q on q.workspace_id = r.workspace_id and q.id = r.quote_id
where r.workspace_id = :workspace`

const shownMatching = `
  and r.client_id = :client
  and (:pattern = '%%' or r.search_key like :pattern escape '\')` + SeenByContact

const shownAfter = `-- shownChangesAfter` + fromShown + shownMatching + filtered + `
  and (r.shown_at, r.id) < (:key, :from)
order by r.shown_at desc, r.id desc
limit 51`

const shownBefore = `-- shownChangesBefore` + fromShown + shownMatching + filtered + `
  and (r.shown_at, r.id) > (:key, :from)
order by r.shown_at, r.id
limit 51`

const countShown = `-- countShownChanges
select r.state, count(*)
from change_request r
where r.workspace_id = :workspace` + shownMatching + `
group by r.state`

const tallyOfClient = `-- tallyChangesOfClient
select substr(t.part, 8), t.records
from client_tally t
where t.workspace_id = :workspace
  and t.client_id = :client
  and t.part like 'change.%'`

const agreedColumns = `
select r.id, r.number, r.title, r.state, r.state_at, q.price_minor, q.currency
from change_request r
left join change_quote q on q.workspace_id = r.workspace_id and q.id = r.quote_id
where r.workspace_id = :workspace
  and r.project_id = :project
  and r.state in ('accepted', 'scheduled', 'in_progress', 'delivered')`

const listAgreed = `-- listAgreedChanges` + agreedColumns + `
order by r.id desc
limit 200`

const listSeenAgreed = `-- listSeenAgreedChanges` + agreedColumns + `
  and r.client_id = :client` + SeenByContact + `
order by r.id desc
limit 200`

const sumColumns = `
select q.currency, cast(sum(q.price_minor) as bigint)
from change_request r
join change_quote q on q.workspace_id = r.workspace_id and q.id = r.quote_id
where r.workspace_id = :workspace
  and r.project_id = :project
  and r.state in ('accepted', 'scheduled', 'in_progress', 'delivered')
  and q.price_minor > 0`

const sumAgreed = `-- sumAgreedChanges` + sumColumns + `
group by q.currency
order by q.currency`

const sumSeenAgreed = `-- sumSeenAgreedChanges` + sumColumns + `
  and r.client_id = :client` + SeenByContact + `
group by q.currency
order by q.currency`

// What triage offers: members who may look after a request, and the open milestones of
// its project.
// What a list can be narrowed to: projects that there are requests about, and members.
const listNarrowing = `-- listChangeNarrowing
select * from (
	select 'project' as kind, p.id as id, p.name as name
	from project p
	where p.workspace_id = :workspace
	  and exists (
		select 1
		from change_request r
		where r.workspace_id = p.workspace_id and r.project_id = p.id)
	order by p.name_key, p.id
	limit 100) a
union all
select * from (
	select 'member', m.id, i.name
	from member m
	join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
	where m.workspace_id = :workspace
	  and m.removed_at is null
	  and m.joined_at is not null
	  and m.role in ` + auth.ChangesWriters + `
	order by i.name, m.id
	limit 100) b`

const listChoices = `-- listChangeChoices
select * from (
	select 'member' as kind, m.id as id, i.name as name, '' as day
	from member m
	join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
	where m.workspace_id = :workspace
	  and m.removed_at is null
	  and m.joined_at is not null
	  and m.role in ` + auth.ChangesWriters + `
	order by i.name, m.id
	limit 500
) a
union all
select * from (
	select 'milestone', t.id, t.name, t.due_on
	from target t
	where t.workspace_id = :workspace
	  and t.project_id = :project
	  and t.kind = 'milestone'
	  and t.state in ('planned', 'in_progress')
	order by t.position, t.id
	limit 500
) b
union all
select * from (
	select 'currency', p.id, p.currency, ''
	from project p
	where p.workspace_id = :workspace
	  and p.id = :project
) d`
