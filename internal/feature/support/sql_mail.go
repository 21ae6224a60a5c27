package support

// Whom of a client (k) a case (n) concerns and who may read of it.
const reading = `
join client cl on cl.workspace_id = n.workspace_id and cl.id = n.client_id
	and cl.portal_enabled_at is not null and cl.archived_at is null and cl.lead_status is null
join contact k on k.workspace_id = n.workspace_id and k.client_id = n.client_id and k.suspended_at is null
	and (k.cases = 'all' or k.cases = 'own' and k.id = n.contact_id)
join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id and i.password_hash <> ''`

const listContacts = `-- listContactsOfCase
select i.id
from support_case n` + reading + `
where n.workspace_id = :workspace
  and n.client_id = :client
  and n.id = :case
  and i.id <> :identity
  and (k.id = n.contact_id or exists (
	select 1
	from case_reply r
	where r.workspace_id = :workspace and r.case_id = :case and r.author_id = i.id))
order by i.id`

const concerned = `
from support_case n
join member m on m.workspace_id = n.workspace_id and m.removed_at is null and m.joined_at is not null
	and (m.id = n.assignee_id
		or exists (select 1 from case_reply r where r.workspace_id = :workspace and r.case_id = :case and r.author_id = m.identity_id)
		or exists (select 1 from case_note o where o.workspace_id = :workspace and o.case_id = :case and o.author_id = m.identity_id))
where n.workspace_id = :workspace
  and n.client_id = :client
  and n.id = :case`

const listConcerned = `-- listConcerned
select m.identity_id` + concerned + `
  and m.identity_id <> :identity
order by m.identity_id`

const listMembers = `-- listMembersOfCase
select m.identity_id` + concerned + `
  and m.identity_id <> :identity
union
select m.identity_id
from member m
where m.workspace_id = :workspace
  and ` + worksOnCases + `
  and m.identity_id <> :identity
  and not exists (select 1` + concerned + `)
order by 1`

const oneMember = `-- oneMember
select m.identity_id
from member m
where m.workspace_id = :workspace
  and m.id = :member
  and m.removed_at is null
  and m.joined_at is not null`

const mayReadAsContact = `-- mayReadCaseAsContact
select count(*)
from support_case n` + reading + `
where n.workspace_id = :workspace
  and n.id = :case
  and i.id = :reader`

const mayReadAsMember = `-- mayReadCaseAsMember
select count(*)
from support_case n
join member m on m.workspace_id = n.workspace_id and m.identity_id = :reader and m.removed_at is null
where n.workspace_id = :workspace
  and n.id = :case`

const saidInReply = `-- saidInReply
select i.name, r.body
from case_reply r
join identity i on i.workspace_id = r.workspace_id and i.id = r.author_id
where r.workspace_id = :workspace
  and r.case_id = :case
  and r.id = :reply`

const saidInNote = `-- saidInNote
select i.name, o.body
from case_note o
join identity i on i.workspace_id = o.workspace_id and i.id = o.author_id
where o.workspace_id = :workspace
  and o.case_id = :case
  and o.id = :note`

const namedFiles = `-- namedFiles
select f.name
from case_reply_file f
where f.workspace_id = :workspace
  and f.case_id = :case
  and f.reply_id = :reply
order by f.id`

// The change request that a case went on as, where its reader may see it.
const seesChange = `-- seesChange
select count(*)
from change_request q
join contact k on k.workspace_id = q.workspace_id and k.client_id = q.client_id and k.identity_id = :reader
	and (k.changes = 'all' or k.changes = 'own' and k.id = q.contact_id)
where q.workspace_id = :workspace
  and q.from_case_id = :case`
