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
	and c.projects <> 'none' and c.mail_projects and c.suspended_at is null
join identity i on i.workspace_id = a.workspace_id and i.id = c.identity_id and i.password_hash <> ''`

const listPeople = `-- listPeople
select c.id, c.identity_id, c.client_id, a.kind` + newsOf + readers + `
where a.workspace_id = :workspace
  and a.id = :event
  and a.at >= :since
  and a.audience = 'client'
  and c.identity_id <> coalesce(a.actor_id, '')
order by c.id`

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

const readSettings = `-- readSettings
select mail_projects, mail_money, mail_cases, mail_changes
from contact
where workspace_id = :workspace
  and client_id = :client
  and id = :contact`

const saveSettings = `-- saveSettings
update contact
set mail_projects = :projects,
	mail_money = :money,
	mail_cases = :cases,
	mail_changes = :changes,
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and id = :contact`
