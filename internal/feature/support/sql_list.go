package support

const rowColumns = `
select n.id, n.number, n.subject, n.client_id, c.name, n.priority, n.state, ai.name, n.replies, n.created_at, n.updated_at
from support_case n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
left join member m on m.workspace_id = n.workspace_id and m.id = n.assignee_id
left join identity ai on ai.workspace_id = m.workspace_id and ai.id = m.identity_id
where n.workspace_id = :workspace`

const filterOf = `case when n.state in ('resolved', 'closed') then 'resolved' else 'open' end`

const filtered = `
  and (:filter = 'all' or ` + filterOf + ` = :filter)`

const wasSaid = `exists (
	select 1
	from case_reply r
	where r.workspace_id = :workspace and r.case_id = n.id and r.search_key like :pattern escape '\')`

const matching = `
  and (:of = '' or n.client_id = :of)
  and (:whose = '' or :whose = 'mine' and n.assignee_id = :member or :whose = 'nobody' and n.assignee_id is null)
  and (:pattern = '%%' or n.search_key like :pattern escape '\' or c.name_key like :pattern escape '\' or ` + wasSaid + ` or exists (
	select 1
	from case_note o
	where o.workspace_id = :workspace and o.case_id = n.id and o.search_key like :pattern escape '\'))`

const listed = rowColumns + matching + filtered + `
  and (:priority = '' or n.priority = :priority)`

const listFirst = `-- listFirst` + listed + `
order by n.updated_at desc, n.id desc
limit 51`

const listAfter = `-- listAfter` + listed + `
  and (n.updated_at, n.id) < (:key, :from)
order by n.updated_at desc, n.id desc
limit 51`

const listBefore = `-- listBefore` + listed + `
  and (n.updated_at, n.id) > (:key, :from)
order by n.updated_at, n.id
limit 51`

const countAll = `-- countAll
select n.state, n.priority, count(*)
from support_case n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
where n.workspace_id = :workspace` + matching + `
group by n.state, n.priority`

const tallyAll = `-- tallyAll
select part, records
from workspace_tally
where workspace_id = :workspace
  and part >= 'case.'
  and part < 'case/'`

const shownMatching = `
  and (:pattern = '%%' or n.search_key like :pattern escape '\' or ` + wasSaid + `)`

const shownListed = shownColumns + shownMatching + filtered

const shownFirst = `-- shownFirst` + shownListed + `
order by n.shown_at desc, n.id desc
limit 51`

const shownAfter = `-- shownAfter` + shownListed + `
  and (n.shown_at, n.id) < (:key, :from)
order by n.shown_at desc, n.id desc
limit 51`

const shownBefore = `-- shownBefore` + shownListed + `
  and (n.shown_at, n.id) > (:key, :from)
order by n.shown_at, n.id
limit 51`

const countShown = `-- countShown
select n.state, n.priority, count(*)
from support_case n
where n.workspace_id = :workspace
  and n.client_id = :client` + SeenByContact + shownMatching + `
group by n.state, n.priority`

const tallyShown = `-- tallyShown
select part, records
from client_tally
where workspace_id = :workspace
  and client_id = :client
  and part >= 'case.'
  and part < 'case/'`

const listWrong = `-- listWrongCases
select 'tally of ' || c.client_id || ' ' || c.part as what
from (
	select n.client_id as client_id, 'case.' || n.state || '.' || n.priority as part, 1 as records
	from support_case n
	where n.workspace_id = :workspace
	union all
	select t.client_id, t.part, -t.records
	from client_tally t
	where t.workspace_id = :workspace and t.part >= 'case.' and t.part < 'case/'
) c
group by c.client_id, c.part
having sum(c.records) <> 0
union all
select 'replies of case ' || n.id
from support_case n
where n.workspace_id = :workspace
  and n.replies <> (select count(*) from case_reply r where r.workspace_id = n.workspace_id and r.case_id = n.id)
order by what`
