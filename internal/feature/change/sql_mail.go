package change

import "foyer/internal/auth"

// Contacts (k) who may come in and see a request (r).
const follower = `
from change_request r
join contact k on k.workspace_id = r.workspace_id and k.client_id = r.client_id and k.suspended_at is null
	and (k.changes = 'all' or k.changes = 'own' and k.id = r.contact_id)
join client cl on cl.workspace_id = k.workspace_id and cl.id = k.client_id
	and cl.portal_enabled_at is not null and cl.archived_at is null and cl.lead_status is null
join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id and i.password_hash <> ''
where r.workspace_id = :workspace
  and r.id = :request`

const listFollowers = `-- listFollowers
select k.identity_id` + follower + `
  and r.client_id = :client
  and k.identity_id <> :identity
  and (k.id = r.contact_id or :quoted and k.may_accept or exists (
	select 1
	from change_message m
	where m.workspace_id = :workspace and m.request_id = :request and m.author_id = k.identity_id) or exists (
	select 1
	from change_decision d
	where d.workspace_id = :workspace and d.request_id = :request and d.contact_id = k.id))
order by k.identity_id`

const mayFollow = `-- mayFollow
select count(*)` + follower + `
  and k.identity_id = :reader`

// Members who may write changes.
const carers = `
from change_request r
join member m on m.workspace_id = r.workspace_id and m.removed_at is null and m.joined_at is not null
	and m.role in ` + auth.ChangesWriters + `
where r.workspace_id = :workspace
  and r.id = :request`

// The assignee alone, while they are one of them.
const listCarers = `-- listCarers
select m.identity_id` + carers + `
  and r.client_id = :client
  and m.identity_id <> :identity
  and (m.id = r.assignee_id or not exists (
	select 1
	from member a
	where a.workspace_id = r.workspace_id
	  and a.id = r.assignee_id
	  and a.removed_at is null
	  and a.joined_at is not null
	  and a.role in ` + auth.ChangesWriters + `))
order by m.id`

const mayCare = `-- mayCare
select count(*)` + carers + `
  and m.identity_id = :reader`

// The case that a request went on as, where its reader may see it.
const seesCase = `-- seesCase
select count(*)
from change_request r
join support_case s on s.workspace_id = r.workspace_id and s.id = r.case_id
join contact k on k.workspace_id = s.workspace_id and k.client_id = s.client_id and k.identity_id = :reader
	and (k.cases = 'all' or k.cases = 'own' and k.id = s.contact_id)
where r.workspace_id = :workspace
  and r.id = :request`

const readMessage = `-- readMailedMessage
select i.name, m.body
from change_message m
join identity i on i.workspace_id = m.workspace_id and i.id = m.author_id
where m.workspace_id = :workspace
  and m.request_id = :request
  and m.id = :message`

const namedFiles = `-- namedChangeFiles
select name
from change_file
where workspace_id = :workspace
  and request_id = :request
  and message_id = :message
order by id`

// The request that became a deliverable.
const readOfTarget = `-- readOfTarget` + requestColumns + `
  and r.client_id = :client
  and r.target_id = :target`

const listPast = `-- listPast
select id
from change_request
where workspace_id = :workspace
  and state = 'quoted'
  and valid_until < :today
order by valid_until, id
limit 500`
