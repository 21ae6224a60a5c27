package project

// What a client may see of a project (p) and of a target (t). The statement
// that uses them names workspace and client besides.
const (
	ProjectSeen = `p.shared`
	TargetSeen  = `t.client_visible and t.state <> 'cancelled'`
)

// progressColumns count what the client sees of a project's targets.
const progressColumns = `
	(select count(*) from target t where t.workspace_id = p.workspace_id and t.project_id = p.id
		and t.kind = 'deliverable' and ` + TargetSeen + ` and t.state = 'done'),
	(select count(*) from target t where t.workspace_id = p.workspace_id and t.project_id = p.id
		and t.kind = 'deliverable' and ` + TargetSeen + `),
	(select count(*) from target t where t.workspace_id = p.workspace_id and t.project_id = p.id
		and t.kind = 'milestone' and ` + TargetSeen + ` and t.state = 'completed'),
	(select count(*) from target t where t.workspace_id = p.workspace_id and t.project_id = p.id
		and t.kind = 'milestone' and ` + TargetSeen + `)`

const insertProject = `-- insertProject
insert into project (workspace_id, id, client_id, name, name_key, search_key, description, type, priority, owner_id,
	starts_on, ends_on, budget_minor, currency, tags, shared, state, state_at, created_by, created_at)
values (:workspace, :id, :client, :name, :name_key, :search_key, :description, :type, :priority, :owner,
	:starts_on, :ends_on, :budget, :currency, :tags, :shared, 'planned', :now, :identity, :now)`

const updateProject = `-- updateProject
update project
set name = :name,
	name_key = :name_key,
	search_key = :search_key,
	description = :description,
	type = :type,
	priority = :priority,
	owner_id = :owner,
	starts_on = :starts_on,
	ends_on = :ends_on,
	budget_minor = :budget,
	currency = :currency,
	tags = :tags,
	shared = :shared,
	version = version + 1
where workspace_id = :workspace
  and id = :id
  and version = :version`

const projectColumns = `
select p.id, p.version, p.name, p.description, p.type, p.priority, p.client_id, p.owner_id, p.starts_on, p.ends_on,
	p.budget_minor, p.currency, p.tags, p.shared, p.state, p.state_at, s.reason, c.name, i.name, m.removed_at is not null, p.created_at,` + progressColumns + `
from project p
join client c on c.workspace_id = p.workspace_id and c.id = p.client_id
left join member m on m.workspace_id = p.workspace_id and m.id = p.owner_id
left join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
left join project_step s on s.workspace_id = p.workspace_id and s.id = p.step_id`

const readProject = `-- readProject` + projectColumns + `
where p.workspace_id = :workspace
  and p.id = :project`

const moveProject = `-- moveProject
update project
set state = :to,
	state_at = :now,
	step_id = :step,
	version = version + 1
where workspace_id = :workspace
  and id = :project
  and state = :from`

const insertStep = `-- insertStep
insert into project_step (workspace_id, id, project_id, target_id, from_state, to_state, reason, made_by, made_at)
values (:workspace, :id, :project, :target, :from, :to, :reason, :identity, :now)`

// A client that new work can be agreed with.
const findClient = `-- findClient
select count(*)
from client
where workspace_id = :workspace
  and id = :client
  and lead_status is null
  and archived_at is null`

const findOwner = `-- findOwner
select count(*)
from member
where workspace_id = :workspace
  and id = :owner
  and removed_at is null`

// chooseClients are the clients to choose from, as many as a form can offer.
const chooseClients = `-- chooseClients
select id, name
from client
where workspace_id = :workspace
  and lead_status is null
  and archived_at is null
order by name_key, id
limit 501`

const chooseOwners = `-- chooseOwners
select m.id, i.name
from member m
join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
where m.workspace_id = :workspace
  and m.removed_at is null
order by i.name, m.id
limit 500`

const readCurrency = `-- readCurrency
select coalesce(nullif(c.currency, ''), w.currency)
from workspace w
left join client c on c.workspace_id = w.id and c.id = :client
where w.id = :workspace
  and (:client = '' or c.id is not null)`

const rowColumns = `
select p.id, p.name, p.name_key, p.client_id, c.name, p.state, p.priority, p.type, p.starts_on, p.ends_on, p.budget_minor, p.currency, p.shared
from project p
join client c on c.workspace_id = p.workspace_id and c.id = p.client_id
where p.workspace_id = :workspace`

const matching = `
  and (p.search_key like :pattern escape '\' or c.name_key like :pattern escape '\')`

// A tab is a state, with what is planned beside what is active; project_by_state
// has the same expression.
const inTab = `
  and case when p.state = 'planned' then 'active' else p.state end = :tab`

const (
	after = `
  and (p.name_key, p.id) > (:key, :from)
order by p.name_key, p.id
limit 51`
	before = `
  and (p.name_key, p.id) < (:key, :from)
order by p.name_key desc, p.id desc
limit 51`
)

const listAfter = `-- listAfter` + rowColumns + matching + after

const listBefore = `-- listBefore` + rowColumns + matching + before

const listTabAfter = `-- listTabAfter` + rowColumns + matching + inTab + after

const listTabBefore = `-- listTabBefore` + rowColumns + matching + inTab + before

const ofClient = `
  and p.client_id = :client`

const listOfClientAfter = `-- listOfClientAfter` + rowColumns + ofClient + after

const listOfClientBefore = `-- listOfClientBefore` + rowColumns + ofClient + before

const countOfClient = `-- countOfClient
select cast(coalesce(sum(t.records), 0) as bigint)
from client_tally t
where t.workspace_id = :workspace
  and t.client_id = :client
  and t.part in ` + tallyStates

// tallyStates are the parts of the tally that make up all projects.
const tallyStates = `('project.planned', 'project.active', 'project.on_hold', 'project.completed', 'project.cancelled')`

const countTabs = `-- countTabs
select
	count(*),
	cast(coalesce(sum(case when p.state in ('planned', 'active') then 1 else 0 end), 0) as bigint),
	cast(coalesce(sum(case when p.state = 'on_hold' then 1 else 0 end), 0) as bigint),
	cast(coalesce(sum(case when p.state = 'completed' then 1 else 0 end), 0) as bigint)
from project p
join client c on c.workspace_id = p.workspace_id and c.id = p.client_id
where p.workspace_id = :workspace` + matching

// tallyAll are the figures above the list, whatever is searched for.
const tallyAll = `-- tallyAll
select
	cast(coalesce(sum(t.records), 0) as bigint),
	cast(coalesce(sum(case when t.part in ('project.planned', 'project.active') then t.records else 0 end), 0) as bigint),
	cast(coalesce(sum(case when t.part = 'project.on_hold' then t.records else 0 end), 0) as bigint),
	cast(coalesce(sum(case when t.part = 'project.completed' then t.records else 0 end), 0) as bigint)
from workspace_tally t
where t.workspace_id = :workspace
  and t.part in ` + tallyStates

const sumReceived = `-- sumReceived
select t.currency, t.minor
from workspace_tally t
where t.workspace_id = :workspace
  and t.part = 'funding.received'
order by t.currency`

// Work that is due until a day or late already, milestones and planned ends, the
// earliest of each first. More than a few are counted and not shown.
const listDue = `-- listDue
select * from (
	select 'milestone' as kind, t.id as id, t.name as name, p.id as project_id, p.name as project, c.name as client, t.due_on as due_on,
		(select cast(sum(y.records) as bigint) from workspace_tally y where y.workspace_id = t.workspace_id and y.part = 'milestone.open' and y.day <= :until) as n
	from target t
	join project p on p.workspace_id = t.workspace_id and p.id = t.project_id and p.state in ('planned', 'active', 'on_hold')
	join client c on c.workspace_id = t.workspace_id and c.id = t.client_id
	where t.workspace_id = :workspace
	  and t.kind = 'milestone'
	  and t.state in ('planned', 'in_progress')
	  and t.due_on <= :until
	order by t.due_on, t.id
	limit 8
) m
union all
select * from (
	select 'project', p.id, p.name, p.id, p.name, c.name, p.ends_on,
		(select cast(sum(y.records) as bigint) from workspace_tally y where y.workspace_id = p.workspace_id and y.part = 'project.ends' and y.day <= :until)
	from project p
	join client c on c.workspace_id = p.workspace_id and c.id = p.client_id
	where p.workspace_id = :workspace
	  and p.state in ('planned', 'active', 'on_hold')
	  and p.ends_on <> ''
	  and p.ends_on <= :until
	order by p.ends_on, p.id
	limit 8
) e
union all
select 'clients', y.part, '', '', '', '', '', cast(sum(y.records) as bigint)
from workspace_tally y
where y.workspace_id = :workspace
  and y.part in ('client.clients', 'client.leads', 'client.portal', 'client.new')
group by y.part
order by kind, due_on, id`

// Tallies of projects that are not what their rows come to.
const listWrong = `-- listWrong
select 'tally of ' || c.client_id || ' ' || c.part || ' ' || c.day || ' ' || c.currency as what
from (
	select p.client_id as client_id, 'project.' || p.state as part, '' as day, '' as currency, 1 as records, 0 as minor
	from project p where p.workspace_id = :workspace
	union all
	select p.client_id, 'project.shown.' || p.state, '', '', 1, 0
	from project p where p.workspace_id = :workspace and ` + ProjectSeen + `
	union all
	select p.client_id, 'project.ends', p.ends_on, '', 1, 0
	from project p where p.workspace_id = :workspace and p.state in ('planned', 'active', 'on_hold') and p.ends_on <> ''
	union all
	select t.client_id, 'milestone.open', t.due_on, '', 1, 0
	from target t
	join project p on p.workspace_id = t.workspace_id and p.id = t.project_id and p.state in ('planned', 'active', 'on_hold')
	where t.workspace_id = :workspace and t.kind = 'milestone' and t.state in ('planned', 'in_progress')
	union all
	select t.client_id, 'milestone.shown', '', '', 1, 0
	from target t
	join project p on p.workspace_id = t.workspace_id and p.id = t.project_id and p.state in ('planned', 'active', 'on_hold') and ` + ProjectSeen + `
	where t.workspace_id = :workspace and t.kind = 'milestone' and t.state in ('planned', 'in_progress') and ` + TargetSeen + `
	union all
	select p.client_id, 'funding.received', '', f.currency, 1, f.amount_minor
	from funding f
	join project p on p.workspace_id = f.workspace_id and p.id = f.project_id
	where f.workspace_id = :workspace and f.status = 'received'
	union all
	select t.client_id, t.part, t.day, t.currency, -t.records, -t.minor
	from client_tally t
	where t.workspace_id = :workspace and (t.part like 'project.%' or t.part like 'milestone.%' or t.part like 'funding.%')
) c
group by c.client_id, c.part, c.day, c.currency
having sum(c.records) <> 0 or sum(c.minor) <> 0
order by what`
