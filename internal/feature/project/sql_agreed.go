package project

// What is agreed on with a client becomes part of a project in a transaction of
// staff or of the client, so all of this names both.

const readAgreedProject = `-- readAgreedProject
select p.state, p.shared, (select count(*) from target t where t.workspace_id = p.workspace_id and t.project_id = p.id)
from project p
where p.workspace_id = :workspace
  and p.client_id = :client
  and p.id = :project`

// One that is still open.
const readAgreedMilestone = `-- readAgreedMilestone
select t.due_on, t.client_visible
from target t
where t.workspace_id = :workspace
  and t.client_id = :client
  and t.project_id = :project
  and t.id = :target
  and t.kind = 'milestone'
  and t.state in ('planned', 'in_progress')`

const moveAgreedMilestone = `-- moveAgreedMilestone
update target
set due_on = :due_on,
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and project_id = :project
  and id = :target
  and state in ('planned', 'in_progress')`

const insertAgreed = `-- insertAgreed
insert into target (workspace_id, id, client_id, project_id, kind, milestone_id, position, name, note, due_on, client_visible,
	state, state_at, created_by, created_at)
select :workspace, :id, p.client_id, p.id, 'deliverable', :milestone,
	coalesce((select max(t.position) from target t where t.workspace_id = p.workspace_id and t.project_id = p.id), 0) + 1,
	:name, '', '', true, 'todo', cast(:now as bigint), :identity, cast(:now as bigint)
from project p
where p.workspace_id = :workspace
  and p.client_id = :client
  and p.id = :project`
