package change

import "foyer/internal/auth"

// SeenByContact is what a contact sees of requests (r) of the client: :all_changes,
// or those that they asked for. The statement names workspace and client besides.
const SeenByContact = `
  and (:all_changes or r.contact_id = :contact)`

const firstColumns = `
select r.id, r.version, r.number, r.client_id, c.name, r.project_id, p.name, ` + openProject + `, r.title, r.description,
	r.category, r.priority, r.justification, r.benefit, r.contact_id, ki.name, `

// The case (s) that a request went on as, and the one that it came from: that there is
// one, and which.
const (
	wentOnAs = ` from support_case s where s.workspace_id = r.workspace_id and s.id = r.case_id`
	cameFrom = ` from support_case s where s.workspace_id = r.workspace_id and s.id = r.from_case_id`
	seenCase = ` and (:all_cases or :own_cases and s.contact_id = :contact)`

	cases = `k.cases <> 'none' and k.suspended_at is null, r.case_id is not null, (select s.id` + wentOnAs + `), (select s.number` + wentOnAs + `),
	r.from_case_id is not null, (select s.id` + cameFrom + `), (select s.number` + cameFrom + `),`
	seenCases = `false, r.case_id is not null, (select s.id` + wentOnAs + seenCase + `), (select s.number` + wentOnAs + seenCase + `),
	r.from_case_id is not null, (select s.id` + cameFrom + seenCase + `), (select s.number` + cameFrom + seenCase + `),`
)

const lastColumns = `
	r.state, r.state_at, r.reason, r.quote_id, r.valid_until, r.target_id, t.state,
	r.invoice_id, n.number, q.price_minor, q.currency, q.effort, r.shown_at, r.updated_at, r.created_at
from change_request r
join client c on c.workspace_id = r.workspace_id and c.id = r.client_id
join project p on p.workspace_id = r.workspace_id and p.id = r.project_id
join contact k on k.workspace_id = r.workspace_id and k.id = r.contact_id
join identity ki on ki.workspace_id = k.workspace_id and ki.id = k.identity_id
left join target t on t.workspace_id = r.workspace_id and t.id = r.target_id
left join invoice n on n.workspace_id = r.workspace_id and n.id = r.invoice_id
left join change_quote q on q.workspace_id = r.workspace_id and q.id = r.quote_id`

const requestColumns = firstColumns + `r.assignee_id, mi.name, r.remark,` + cases + lastColumns + `
left join member m on m.workspace_id = r.workspace_id and m.id = r.assignee_id
left join identity mi on mi.workspace_id = m.workspace_id and mi.id = m.identity_id
where r.workspace_id = :workspace`

// A client's own reading knows neither who looks after a request nor the remark.
const seenColumns = firstColumns + `cast(null as text), cast(null as text), '',` + seenCases + lastColumns + `
where r.workspace_id = :workspace`

const readRequest = `-- readRequest` + requestColumns + `
  and r.id = :request`

const readSeen = `-- readSeenRequest` + seenColumns + `
  and r.client_id = :client
  and r.id = :request` + SeenByContact

const insertRequest = `-- insertRequest
insert into change_request (workspace_id, id, client_id, project_id, number, title, description, category, priority, justification, benefit,
	search_key, contact_id, from_case_id, state, state_at, shown_at, updated_at, created_at)
values (:workspace, :id, :client, :project, :number, :title, :description, :category, :priority, :justification, :benefit,
	:search_key, :author, :case, 'submitted', :now, :now, :now, :now)`

// One step. What it sets besides is as it was, where the step says nothing of it.
const moveRequest = `-- moveRequest
update change_request
set state = :to,
	state_at = :now,
	reason = :reason,
	quote_id = :quote,
	valid_until = :valid_until,
	target_id = :target,
	invoice_id = :invoice,
	case_id = coalesce(cast(:went_on_as as text), case_id),
	shown_at = :now,
	updated_at = :now,
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and id = :request
  and state = :from`

const assignRequest = `-- assignRequest
update change_request
set assignee_id = :assignee
where workspace_id = :workspace
  and id = :request`

// Something was said.
const touchRequest = `-- touchRequest
update change_request
set shown_at = :now,
	updated_at = :now,
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and id = :request`

// What the client does not see.
const noteRequest = `-- noteRequest
update change_request
set remark = :remark,
	assignee_id = :assignee,
	updated_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :request`

const findMember = `-- findChangeMember
select count(*)
from member
where workspace_id = :workspace
  and id = :member
  and removed_at is null
  and joined_at is not null
  and role in ` + auth.ChangesWriters

// A project (p) that the client can want altered.
const openProject = `p.shared and p.state in ('planned', 'active', 'on_hold')`

const findOpenProject = `-- findOpenProject
select count(*)
from project p
where p.workspace_id = :workspace
  and p.client_id = :client
  and p.id = :project
  and ` + openProject

const listOpenProjects = `-- listOpenProjects
select p.id, p.name
from project p
where p.workspace_id = :workspace
  and p.client_id = :client
  and ` + openProject + `
order by p.name_key, p.id
limit 500`

const isPrimary = `-- isPrimary
select count(*)
from contact
where workspace_id = :workspace
  and client_id = :client
  and id = :contact
  and is_primary`

const insertMessage = `-- insertChangeMessage
insert into change_message (workspace_id, id, client_id, request_id, author_kind, author_id, body, created_at)
values (:workspace, :id, :client, :request, :author_kind, :identity, :body, :now)`

const insertFile = `-- insertChangeFile
insert into change_file (workspace_id, id, client_id, request_id, message_id, name, file_version_id)
values (:workspace, :id, :client, :request, :message, :name, :file)`

// What somebody else said or offered since.
const findNewer = `-- findNewer
select count(*)
from (
	select m.id as id
	from change_message m
	where m.workspace_id = :workspace
	  and m.client_id = :client
	  and m.request_id = :request
	  and m.id > :seen
	  and m.author_id <> :identity
	union all
	select q.id
	from change_quote q
	where q.workspace_id = :workspace
	  and q.client_id = :client
	  and q.request_id = :request
	  and q.id > :seen
	  and q.created_by <> :identity
) s`
