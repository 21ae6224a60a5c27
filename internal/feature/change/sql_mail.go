package change

// Who asked for a change, while they may come in, see it, and want mail about it.
const author = `
from change_request r
join contact k on k.workspace_id = r.workspace_id and k.client_id = r.client_id and k.id = r.contact_id
	and k.changes <> 'none' and k.mail_changes and k.suspended_at is null
join client cl on cl.workspace_id = k.workspace_id and cl.id = k.client_id
	and cl.portal_enabled_at is not null and cl.archived_at is null and cl.lead_status is null
join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id and i.password_hash <> ''
where r.workspace_id = :workspace
  and r.id = :request`

const listAuthor = `-- listAuthor
select k.identity_id` + author + `
  and r.client_id = :client`

const mayFollow = `-- mayFollow
select count(*)` + author + `
  and k.identity_id = :reader`

// Members who may write changes.
const carers = `
from change_request r
join member m on m.workspace_id = r.workspace_id and m.removed_at is null and m.joined_at is not null
	and m.role in ('owner', 'admin', 'project', 'support')
where r.workspace_id = :workspace
  and r.id = :request`

// The assignee alone, while they are one of them.
const listCarers = `-- listCarers
select m.identity_id` + carers + `
  and r.client_id = :client
  and (m.id = r.assignee_id or not exists (
	select 1
	from member a
	where a.workspace_id = r.workspace_id
	  and a.id = r.assignee_id
	  and a.removed_at is null
	  and a.joined_at is not null
	  and a.role in ('owner', 'admin', 'project', 'support')))
order by m.id`

const mayCare = `-- mayCare
select count(*)` + carers + `
  and m.identity_id = :reader`

const readBodyOf = `-- readBodyOf
select body
from change_message
where workspace_id = :workspace
  and request_id = :request
  and id = :message`

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
