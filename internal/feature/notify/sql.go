package notify

import "foyer/internal/feature/project"

// newsOf joins an event (a) with what it is about, as clients may see it, while
// what it tells is still so: of what was reopened and completed once more the
// later event alone is news.
const newsOf = `
from activity a
left join target t on t.workspace_id = a.workspace_id and t.id = a.subject_id and t.client_id = a.client_id
	and t.state = 'completed' and t.state_at <= a.at and ` + project.TargetSeen + `
join project p on p.workspace_id = a.workspace_id and p.client_id = a.client_id and ` + project.ProjectSeen + `
	and p.id = case when a.kind = 'milestone.completed' then t.project_id when a.kind = 'project.completed' and p.state = 'completed' and p.state_at <= a.at then a.subject_id end`

// readers joins the contacts of the event's client who see projects, want mail
// about them, and can come in.
const readers = `
join client cl on cl.workspace_id = a.workspace_id and cl.id = a.client_id
	and cl.portal_enabled_at is not null and cl.archived_at is null and cl.lead_status is null
join contact c on c.workspace_id = a.workspace_id and c.client_id = a.client_id
	and c.projects <> 'none' and c.suspended_at is null
join identity i on i.workspace_id = a.workspace_id and i.id = c.identity_id and i.password_hash <> ''`

const listPeople = `-- listPeople
select c.id, c.identity_id, c.client_id, a.kind, p.id` + newsOf + readers + `
where a.workspace_id = :workspace
  and a.id = :event
  and a.at >= :since
  and a.audience = 'client'
  and c.identity_id <> coalesce(a.actor_id, '')
order by c.identity_id`

const insertNotice = `-- insertNotice
insert into notice (workspace_id, activity_id, contact_id, created_at)
values (:workspace, :event, :reader, :now)
on conflict (workspace_id, activity_id, contact_id) do nothing`

const readNews = `-- readNews
select w.name, p.id, p.name, t.name, a.at` + newsOf + readers + `
left join identity w on w.workspace_id = a.workspace_id and w.id = a.actor_id
where a.workspace_id = :workspace
  and a.id = :event
  and a.at >= :since
  and a.client_id = :client
  and c.identity_id = :reader`

// Somebody (i) with what they are in the workspace: a member (m), or a contact (c) of
// the client that a mail is about.
const readReader = `-- readReader
select i.realm, i.digest_hour, coalesce(nullif(i.digest_zone, ''), w.time_zone), coalesce(m.role, ''), coalesce(c.projects, ''), coalesce(c.money, ''), coalesce(c.contracts, ''),
	coalesce(c.cases, ''), coalesce(c.changes, ''), coalesce(c.may_pay, false), coalesce(c.may_sign, false), coalesce(c.may_accept, false),
	coalesce(c.may_request, false), coalesce(c.may_upload, false), coalesce(x.choice, y.choice, '')
from identity i
join workspace w on w.id = i.workspace_id
left join member m on m.workspace_id = i.workspace_id and m.identity_id = i.id and m.removed_at is null
left join member_mail x on x.workspace_id = m.workspace_id and x.member_id = m.id and x.area = :area
left join contact c on c.workspace_id = i.workspace_id and c.identity_id = i.id and c.client_id = :client
left join contact_mail y on y.workspace_id = c.workspace_id and y.contact_id = c.id and y.area = :area
where i.workspace_id = :workspace
  and i.id = :reader
  and (m.id is not null or c.id is not null)`

const readContactChoices = `-- readContactChoices
select i.digest_hour, i.digest_zone, x.area, x.choice
from contact c
join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id
left join contact_mail x on x.workspace_id = c.workspace_id and x.client_id = c.client_id and x.contact_id = c.id
where c.workspace_id = :workspace
  and c.client_id = :client
  and c.id = :contact`

const saveContactChoice = `-- saveContactChoice
insert into contact_mail (workspace_id, client_id, contact_id, area, choice)
values (:workspace, :client, :contact, :area, :choice)
on conflict (workspace_id, contact_id, area) do update
set choice = excluded.choice`

const saveContactHour = `-- saveContactHour
update identity
set digest_hour = :hour,
	digest_zone = :zone
where workspace_id = :workspace
  and id = (
	select c.identity_id
	from contact c
	where c.workspace_id = :workspace and c.client_id = :client and c.id = :contact)`

const readMemberChoices = `-- readMemberChoices
select i.digest_hour, i.digest_zone, x.area, x.choice
from member m
join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
left join member_mail x on x.workspace_id = m.workspace_id and x.member_id = m.id
where m.workspace_id = :workspace
  and m.id = :member`

const saveMemberChoice = `-- saveMemberChoice
insert into member_mail (workspace_id, member_id, area, choice)
values (:workspace, :member, :area, :choice)
on conflict (workspace_id, member_id, area) do update
set choice = excluded.choice`

const saveMemberHour = `-- saveMemberHour
update identity
set digest_hour = :hour,
	digest_zone = :zone
where workspace_id = :workspace
  and id = (
	select m.identity_id
	from member m
	where m.workspace_id = :workspace and m.id = :member)`

const leaveAsContact = `-- leaveAsContact
insert into contact_mail (workspace_id, client_id, contact_id, area, choice)
select c.workspace_id, c.client_id, c.id, :area, 'none'
from contact c
where c.workspace_id = :workspace
  and c.client_id = :client
  and c.identity_id = :reader
on conflict (workspace_id, contact_id, area) do update
set choice = excluded.choice`

const leaveAsMember = `-- leaveAsMember
insert into member_mail (workspace_id, member_id, area, choice)
select m.workspace_id, m.id, :area, 'none'
from member m
where m.workspace_id = :workspace
  and m.identity_id = :reader
on conflict (workspace_id, member_id, area) do update
set choice = excluded.choice`

// Whom a mail was for: a member, or a contact of the client that it is about.
const readLeaver = `-- readLeaver
select i.realm, coalesce(m.id, c.id, '')
from identity i
left join member m on m.workspace_id = i.workspace_id and m.identity_id = i.id
left join contact c on c.workspace_id = i.workspace_id and c.identity_id = i.id and c.client_id = :client
where i.workspace_id = :workspace
  and i.id = :reader`
