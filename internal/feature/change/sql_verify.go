package change

const listWrong = `-- listWrongChanges
select 'tally of ' || s.client_id || ' ' || s.part as what
from (
	select r.client_id as client_id, 'change.' || r.state as part, 1 as records
	from change_request r
	where r.workspace_id = :workspace
	union all
	select t.client_id, t.part, -t.records
	from client_tally t
	where t.workspace_id = :workspace
	  and t.part like 'change.%'
) s
group by s.client_id, s.part
having sum(s.records) <> 0
union all
select 'no deliverable of change request ' || r.id
from change_request r
where r.workspace_id = :workspace
  and r.state in ('accepted', 'scheduled', 'in_progress', 'delivered')
  and r.target_id is null
union all
select 'decision ' || d.id || ' of change request ' || d.request_id
from change_decision d
join change_quote q on q.workspace_id = d.workspace_id and q.id = d.quote_id
where d.workspace_id = :workspace
  and d.sha256 <> q.sha256
order by what`

const listHashed = `-- listHashedQuotes
select id, request_id, said, sha256
from change_quote
where workspace_id = :workspace
  and id > :after
order by id
limit 500`
