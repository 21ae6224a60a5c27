package project

const targetColumns = `
select t.id, t.version, t.kind, t.name, t.note, t.due_on, t.milestone_id, t.client_visible, t.state, t.state_at, s.reason, m.name
from target t
left join target m on m.workspace_id = t.workspace_id and m.project_id = t.project_id and m.id = t.milestone_id
left join project_step s on s.workspace_id = t.workspace_id and s.id = t.step_id
where t.workspace_id = :workspace
  and t.project_id = :project`

const listTargets = `-- listTargets` + targetColumns + `
order by t.position, t.id`

const readTarget = `-- readTarget` + targetColumns + `
  and t.id = :target`

// A new target comes last.
const insertTarget = `-- insertTarget
insert into target (workspace_id, id, client_id, project_id, kind, milestone_id, position, name, note, due_on, client_visible,
	state, state_at, created_by, created_at)
select :workspace, :id, p.client_id, p.id, :kind, :milestone,
	coalesce((select max(t.position) from target t where t.workspace_id = p.workspace_id and t.project_id = p.id), 0) + 1,
	:name, :note, :due_on, :visible, :state, cast(:now as bigint), :identity, cast(:now as bigint)
from project p
where p.workspace_id = :workspace
  and p.id = :project`

const countTargets = `-- countTargets
select count(*)
from target
where workspace_id = :workspace
  and project_id = :project`

const updateTarget = `-- updateTarget
update target
set name = :name,
	note = :note,
	due_on = :due_on,
	milestone_id = :milestone,
	client_visible = :visible,
	version = version + 1
where workspace_id = :workspace
  and project_id = :project
  and id = :target
  and version = :version`

const moveTarget = `-- moveTarget
update target
set state = :to,
	state_at = :now,
	step_id = :step,
	version = version + 1
where workspace_id = :workspace
  and project_id = :project
  and id = :target
  and state = :from`

const readOrder = `-- readOrder
select id
from target
where workspace_id = :workspace
  and project_id = :project
order by position, id`

const placeTarget = `-- placeTarget
update target
set position = :position
where workspace_id = :workspace
  and project_id = :project
  and id = :target`

const listFunding = `-- listFunding
select f.id, f.version, f.source, f.amount_minor, f.currency, f.status
from funding f
where f.workspace_id = :workspace
  and f.project_id = :project
order by f.id`

const readFunding = `-- readFunding
select f.id, f.version, f.source, f.amount_minor, f.currency, f.status
from funding f
where f.workspace_id = :workspace
  and f.project_id = :project
  and f.id = :funding`

const insertFunding = `-- insertFunding
insert into funding (workspace_id, id, project_id, source, amount_minor, currency, status, created_by, created_at)
values (:workspace, :id, :project, :source, :amount, :currency, :status, :identity, :now)`

const updateFunding = `-- updateFunding
update funding
set source = :source,
	amount_minor = :amount,
	currency = :currency,
	status = :status,
	version = version + 1
where workspace_id = :workspace
  and project_id = :project
  and id = :funding
  and version = :version`

const deleteFunding = `-- deleteFunding
delete from funding
where workspace_id = :workspace
  and project_id = :project
  and id = :funding`

// listHistory is what happened to a project and its targets, newest first. What
// was said of a step stands in the step that the event names.
const listHistory = `-- listHistory
select a.id, a.at, a.actor_kind, a.actor_id, i.name, a.address, a.agent, a.kind, a.subject_id, a.params
from (
	select 'project' as kind, cast(:project as text) as id
	union all
	select 'target', t.id
	from target t
	where t.workspace_id = :workspace
	  and t.project_id = :project) s
cross join activity a
left join identity i on i.workspace_id = a.workspace_id and i.id = a.actor_id
where a.workspace_id = :workspace
  and a.subject_kind = s.kind
  and a.subject_id = s.id
  and a.id < :from
order by a.id desc
limit 26`

// listReasons are the reasons that were given for steps of a project.
const listReasons = `-- listReasons
select id, reason
from project_step
where workspace_id = :workspace
  and project_id = :project
  and reason <> ''
order by id`
