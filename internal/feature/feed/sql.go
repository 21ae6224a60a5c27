package feed

import (
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/library"
	"foyer/internal/feature/project"
	"foyer/internal/feature/support"
)

// The contract that an event is about, if the contact may see it and the event says
// something that the others do not.
const ofContract = `
	from contract n
	where n.workspace_id = a.workspace_id
	  and n.client_id || '' = a.client_id
	  and :contracts
	  and a.area = 'contracts'
	  and a.subject_kind = 'contract'
	  and a.kind <> 'contract.signed'
	  and n.id = a.subject_id` + contract.SeenByContact

// The change request that an event is about, if the contact may see it and the event is
// one that has a sentence.
const ofChange = `
	from change_request r
	where r.workspace_id = a.workspace_id
	  and r.client_id || '' = a.client_id
	  and :changes
	  and a.area = 'changes'
	  and a.subject_kind = 'change'
	  and a.kind in ('change.submitted', 'change.adopted', 'change.asked', 'change.answered', 'change.quoted', 'change.negotiated', 'change.accepted', 'change.agreed',
		'change.rejected', 'change.turned', 'change.declined', 'change.withdrawn', 'change.expired', 'change.started', 'change.delivered', 'change.reopened')
	  and (not :projects or a.kind not in ('change.started', 'change.delivered', 'change.reopened'))
	  and r.id = a.subject_id` + change.SeenByContact

// The case that an event is about, if the contact may see it and the event is one that
// has a sentence.
const ofCase = `
	from support_case n
	where n.workspace_id = a.workspace_id
	  and n.client_id || '' = a.client_id
	  and :cases
	  and a.area = 'cases'
	  and a.subject_kind in ('case', 'case_message')
	  and a.kind in ('case.raised', 'case.answered', 'case.replied', 'case.resolved', 'case.reopened', 'case.closed')
	  and n.id = a.subject_id` + support.SeenByContact

// The document that an event is about, if the contact may see it.
const ofDocument = `
	from document d
	where d.workspace_id = a.workspace_id
	  and d.client_id || '' = a.client_id
	  and :documents
	  and a.area = 'documents'
	  and a.subject_kind = 'document'
	  and d.id = a.subject_id` + library.Seen

// The meeting that an event is about, if the contact may see it and the event is one that
// has a sentence.
const ofMeeting = `
	from calendar_event e
	where e.workspace_id = a.workspace_id
	  and e.client_id || '' = a.client_id
	  and :meetings
	  and a.area = 'calendar'
	  and a.subject_kind = 'meeting'
	  and a.kind in ('meeting.requested', 'meeting.proposed', 'meeting.confirmed', 'meeting.declined', 'meeting.expired', 'meeting.move_proposed', 'meeting.moved',
		'meeting.move_declined', 'meeting.cancelled', 'meeting.invited', 'meeting.changed')
	  and e.id = a.subject_id` + calendar.Seen

// :projects, :money, :contracts, :changes, :cases, :documents and :meetings tell whether the contact sees these areas at all. A record
// is looked up by its id and its client compared then: an empty text is joined to
// the client's id so that PostgreSQL does not read all records of a client instead.
const listSeen = `-- listSeen
select a.id, a.at, a.kind, i.name, i.realm, p.id, p.name, t.id, t.name, n.id, n.number, (select n.id` + ofContract + `), (select n.name` + ofContract + `), (select r.id` + ofChange + `), (select r.title` + ofChange + `),
	(select n.id` + ofCase + `), (select n.subject` + ofCase + `),
	(select d.id` + ofDocument + `), (select d.name` + ofDocument + `),
	(select e.id` + ofMeeting + `), (select e.title` + ofMeeting + `), a.params
from activity a
left join target t on t.workspace_id = a.workspace_id and t.id = a.subject_id and t.client_id || '' = a.client_id and ` + project.TargetSeen + `
left join project p on p.workspace_id = a.workspace_id and p.client_id || '' = a.client_id and :projects and a.area = 'projects' and ` + project.ProjectSeen + `
	and p.id = case a.subject_kind when 'target' then t.project_id when 'project' then a.subject_id end
left join invoice n on n.workspace_id = a.workspace_id and n.client_id || '' = a.client_id and :money and a.area = 'money' and ` + invoice.Seen + `
	and n.id = case a.subject_kind when 'invoice' then a.subject_id end
left join identity i on i.workspace_id = a.workspace_id and i.id = a.actor_id
where a.workspace_id = :workspace
  and a.client_id = :client
  and a.audience = 'client'
  and (p.id is not null or n.id is not null or exists (select 1` + ofContract + `) or exists (select 1` + ofChange + `) or exists (select 1` + ofCase + `) or exists (select 1` + ofDocument + `) or exists (select 1` + ofMeeting + `))
  and a.id < :from
order by a.id desc
limit :most`
