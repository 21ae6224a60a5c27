package support

import "foyer/internal/auth"

// The change request that a case (n) came from, and the one that it went on as. Of
// either there is one at most.
const (
	cameFrom   = ` from change_request q where q.workspace_id = n.workspace_id and q.case_id = n.id`
	wentOnAs   = ` from change_request q where q.workspace_id = n.workspace_id and q.from_case_id = n.id`
	seenChange = ` and (:all_changes or :own_changes and q.contact_id = :contact)`
)

const caseColumns = `
select n.id, n.version, n.number, n.subject, n.client_id, c.name, n.contact_id, ki.name, n.priority, n.severity, n.category_id, g.name, n.source,
	n.assignee_id, ai.name, n.state, n.state_at, n.reason, n.resolution, n.resolved_at, n.follows_id, f.number, ` + followUp + `,
	n.replies, n.answered_at, n.created_at, n.updated_at,
	(select min(q.id)` + cameFrom + `), (select min(q.number)` + cameFrom + `), (select min(q.id)` + wentOnAs + `), (select min(q.number)` + wentOnAs + `)
from support_case n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
left join contact k on k.workspace_id = n.workspace_id and k.id = n.contact_id
left join identity ki on ki.workspace_id = k.workspace_id and ki.id = k.identity_id
left join case_category g on g.workspace_id = n.workspace_id and g.id = n.category_id
left join member m on m.workspace_id = n.workspace_id and m.id = n.assignee_id
left join identity ai on ai.workspace_id = m.workspace_id and ai.id = m.identity_id
left join support_case f on f.workspace_id = n.workspace_id and f.id = n.follows_id
where n.workspace_id = :workspace`

// The id and the number of the first case that goes on from a case (n).
const followUp = `(
		select min(w.id)
		from support_case w
		where w.workspace_id = n.workspace_id and w.follows_id = n.id) as followed_id, (
		select w.number
		from support_case w
		where w.workspace_id = n.workspace_id and w.follows_id = n.id
		order by w.id
		limit 1) as followed_number`

const readCase = `-- readCase` + caseColumns + `
  and n.id = :case`

// SeenByContact are the cases (n) that a contact sees: :all_cases, or their own.
const SeenByContact = `
  and (:all_cases or n.contact_id = :contact)`

const shownColumns = `
select n.id, n.number, n.subject, n.priority, n.state, n.state_at, n.resolution, n.resolved_at, ki.name, coalesce(n.contact_id = :contact, false), ai.name, n.follows_id,
	(select f.number from support_case f where f.workspace_id = n.workspace_id and f.id = n.follows_id` + seenFollowing + `) as follows_number, ` + shownFollowUp + `,
	n.replies, n.answered_at, n.created_at, n.shown_at,
	(select min(q.id)` + cameFrom + seenChange + `), (select min(q.number)` + cameFrom + seenChange + `),
	(select min(q.id)` + wentOnAs + seenChange + `), (select min(q.number)` + wentOnAs + seenChange + `)
from support_case n
left join contact k on k.workspace_id = n.workspace_id and k.id = n.contact_id
left join identity ki on ki.workspace_id = k.workspace_id and ki.id = k.identity_id
left join member m on m.workspace_id = n.workspace_id and m.id = n.assignee_id
left join identity ai on ai.workspace_id = m.workspace_id and ai.id = m.identity_id
where n.workspace_id = :workspace
  and n.client_id = :client` + SeenByContact

// A case beside another one is named to who may see it.
const (
	seenFollowing = ` and (:all_cases or f.contact_id = :contact)`
	shownFollowUp = `(
		select min(w.id)
		from support_case w
		where w.workspace_id = n.workspace_id and w.follows_id = n.id and (:all_cases or w.contact_id = :contact)) as followed_id, (
		select w.number
		from support_case w
		where w.workspace_id = n.workspace_id and w.follows_id = n.id and (:all_cases or w.contact_id = :contact)
		order by w.id
		limit 1) as followed_number`
)

const readShown = `-- readShown` + shownColumns + `
  and n.id = :case`

const insertCase = `-- insertCase
insert into support_case (workspace_id, id, client_id, number, subject, search_key, contact_id, priority, severity, category_id, source, state, state_at,
	follows_id, shown_at, updated_at, created_by, created_at)
values (:workspace, :id, :client, :number, :subject, :search_key, :owner, :priority, :severity, :category, :source, 'new', :now,
	:follows, :now, :now, :identity, :now)`

const updateCase = `-- updateCase
update support_case
set subject = :subject,
	search_key = :search_key,
	contact_id = :owner,
	priority = :priority,
	severity = :severity,
	category_id = :category,
	source = :source,
	shown_at = case when :shown then :now else shown_at end,
	updated_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :id`

const assignCase = `-- assignCase
update support_case
set assignee_id = :member,
	shown_at = :now,
	updated_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :id`

const touchCase = `-- touchCase
update support_case
set updated_at = :now
where workspace_id = :workspace
  and id = :id`

// A case is resolved from the moment that it is, also once it is closed.
const moveCase = `-- moveCase
update support_case
set state = :to,
	state_at = :now,
	reason = :reason,
	resolution = :resolution,
	resolved_at = case when :to = 'resolved' then cast(:now as bigint) when :to = 'closed' then resolved_at end,
	shown_at = :now,
	updated_at = :now,
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and id = :id
  and state = :from`

const insertReply = `-- insertReply
insert into case_reply (workspace_id, id, client_id, case_id, author_kind, author_id, body, search_key, created_at)
values (:workspace, :id, :client, :case, :kind, :author, :body, :search_key, :at)`

const insertReplyFile = `-- insertReplyFile
insert into case_reply_file (workspace_id, id, client_id, case_id, reply_id, name, file_version_id)
values (:workspace, :id, :client, :case, :reply, :name, :file)`

const countReply = `-- countReply
update support_case
set replies = replies + 1,
	answered_at = case when :staff and answered_at is null then :now else answered_at end,
	shown_at = :now,
	updated_at = :now
where workspace_id = :workspace
  and client_id = :client
  and id = :id`

const insertNote = `-- insertNote
insert into case_note (workspace_id, id, case_id, author_id, body, search_key, created_at)
values (:workspace, :id, :case, :author, :body, :search_key, :now)`

const insertNoteFile = `-- insertNoteFile
insert into case_note_file (workspace_id, id, case_id, note_id, name, file_version_id)
values (:workspace, :id, :case, :note, :name, :file)`

const listCategories = `-- listCategories
select id, version, name
from case_category
where workspace_id = :workspace
  and archived_at is null
order by name_key, id`

const insertCategory = `-- insertCategory
insert into case_category (workspace_id, id, name, name_key, created_at)
values (:workspace, :id, :name, :name_key, :now)`

const renameCategory = `-- renameCategory
update case_category
set name = :name,
	name_key = :name_key,
	version = version + 1
where workspace_id = :workspace
  and id = :id
  and archived_at is null
  and version = :version`

const archiveCategory = `-- archiveCategory
update case_category
set archived_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :id
  and archived_at is null`

// Who may work on cases.
const worksOnCases = `m.removed_at is null and m.joined_at is not null and m.role in ` + auth.CasesWriters

const listChoices = `-- listChoices
select 'client' as kind, a.id as id, a.name as name
from (
	select c.id, c.name
	from client c
	where c.workspace_id = :workspace
	  and c.archived_at is null
	  and c.lead_status is null
	order by c.name_key, c.id
	limit 501) a
union all
select 'contact', k.id, i.name
from contact k
join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
where k.workspace_id = :workspace
  and k.client_id = :of
union all
select 'member', m.id, i.name
from member m
join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
where m.workspace_id = :workspace
  and ` + worksOnCases + `
union all
select 'category', g.id, g.name
from case_category g
where g.workspace_id = :workspace
  and g.archived_at is null
order by kind, name, id`

const findChosen = `-- findChosen
select
	(select count(*) from client c where c.workspace_id = w.id and c.id = :of and c.archived_at is null and c.lead_status is null),
	(select count(*) from contact k where k.workspace_id = w.id and k.client_id = :of and k.id = :person),
	(select count(*) from case_category g where g.workspace_id = w.id and g.id = :category and g.archived_at is null),
	(select count(*) from member m where m.workspace_id = w.id and m.id = :member and ` + worksOnCases + `)
from workspace w
where w.id = :workspace`

// Who else wrote or resolved since an entry, the last first.
const listUnseen = `-- listUnseen
select i.name
from (
	select r.id as id, r.author_id as author
	from case_reply r
	where r.workspace_id = :workspace and r.case_id = :case and r.id > :seen
	union all
	select o.id, o.author_id
	from case_note o
	where o.workspace_id = :workspace and o.case_id = :case and o.id > :seen
	union all
	select a.id, a.actor_id
	from activity a
	where a.workspace_id = :workspace and a.subject_kind = 'case' and a.subject_id = :case and a.kind in ('case.resolved', 'case.closed', 'case.held') and a.id > :seen) e
join identity i on i.workspace_id = :workspace and i.id = e.author
where e.author <> :identity
order by e.id desc
limit 1`
