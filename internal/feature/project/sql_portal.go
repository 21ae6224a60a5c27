package project

// Everything here is read for a client: :client is the transaction's own.

const seenProjects = `
from project p
where p.workspace_id = :workspace
  and p.client_id = :client
  and ` + ProjectSeen

// The nearest milestone that a client sees and that is still ahead.
const nextMilestone = `
	from target t
	where t.workspace_id = p.workspace_id
	  and t.project_id = p.id
	  and t.kind = 'milestone'
	  and t.state in ('planned', 'in_progress')
	  and ` + TargetSeen + `
	order by t.due_on, t.id
	limit 1)`

// rank puts what is under way first, then by name; project_shown has the same
// expression.
const rank = `case p.state when 'active' then '0' when 'planned' then '1' when 'on_hold' then '2' when 'completed' then '3' else '4' end || p.name_key`

// picked are projects that the client sees. What else is told of them is looked
// up for those of one page alone.
const picked = `
from (
	select p.*, ` + rank + ` as place
	from project p
	where p.workspace_id = :workspace
	  and p.client_id = :client
	  and ` + ProjectSeen

const inFilter = `
	  and p.search_key like :pattern escape '\'
	  and (:filter = 'all' or case when p.state = 'planned' then 'active' else p.state end = :filter)`

const shownColumns = `
select p.id, p.name, p.description, p.type, p.state, p.state_at, s.reason, p.starts_on, p.ends_on, p.tags, i.name,
	(select t.name` + nextMilestone + `,
	(select t.due_on` + nextMilestone + `,` + progressColumns + `,
	p.place`

// An owner who has left the team is nobody that a client could turn to.
const shownJoins = `
) p
left join member m on m.workspace_id = p.workspace_id and m.id = p.owner_id and m.removed_at is null
left join identity i on i.workspace_id = m.workspace_id and i.id = m.identity_id
left join project_step s on s.workspace_id = p.workspace_id and s.id = p.step_id`

const shownAfter = `-- shownAfter` + shownColumns + picked + inFilter + `
	  and (` + rank + `, p.id) > (:key, :from)
	order by place, p.id
	limit 25` + shownJoins + `
order by p.place, p.id`

const shownBefore = `-- shownBefore` + shownColumns + picked + inFilter + `
	  and (` + rank + `, p.id) < (:key, :from)
	order by place desc, p.id desc
	limit 25` + shownJoins + `
order by p.place desc, p.id desc`

const shownOne = `-- shownOne` + shownColumns + picked + `
	  and p.id = :project` + shownJoins

const countShown = `-- countShown
select
	count(*),
	cast(coalesce(sum(case when p.state in ('planned', 'active') then 1 else 0 end), 0) as bigint),
	cast(coalesce(sum(case when p.state = 'on_hold' then 1 else 0 end), 0) as bigint),
	cast(coalesce(sum(case when p.state = 'completed' then 1 else 0 end), 0) as bigint)` + seenProjects + `
  and p.search_key like :pattern escape '\'`

const shownTallies = `
	cast(coalesce(sum(t.records), 0) as bigint) as records,
	cast(coalesce(sum(case when t.part in ('project.shown.planned', 'project.shown.active') then t.records else 0 end), 0) as bigint) as active,
	cast(coalesce(sum(case when t.part = 'project.shown.on_hold' then t.records else 0 end), 0) as bigint) as on_hold,
	cast(coalesce(sum(case when t.part = 'project.shown.completed' then t.records else 0 end), 0) as bigint) as completed`

const fromShownTallies = `
from client_tally t
where t.workspace_id = :workspace
  and t.client_id = :client
  and t.part in ('project.shown.planned', 'project.shown.active', 'project.shown.on_hold', 'project.shown.completed', 'project.shown.cancelled')`

// The same of all, as it is tallied.
const tallyShown = `-- tallyShown
select` + shownTallies + fromShownTallies

const shownTargets = `-- shownTargets
select t.id, t.kind, t.name, t.note, t.due_on, t.state, t.state_at
from target t
join project p on p.workspace_id = t.workspace_id and p.id = t.project_id and p.client_id = :client and ` + ProjectSeen + `
where t.workspace_id = :workspace
  and t.client_id = :client
  and t.project_id = :project
  and ` + TargetSeen + `
order by t.position, t.id`

const upcoming = `
from target t
join project p on p.workspace_id = t.workspace_id and p.id = t.project_id and p.client_id = :client
	and ` + ProjectSeen + ` and p.state in ('planned', 'active', 'on_hold')
where t.workspace_id = :workspace
  and t.client_id = :client
  and t.kind = 'milestone'
  and t.state in ('planned', 'in_progress')
  and ` + TargetSeen

const upcomingColumns = `
select t.id, t.name, t.due_on, p.id as project_id, p.name as project_name`

const allUpcoming = `
select cast(coalesce(sum(y.records), 0) as bigint)
from client_tally y
where y.workspace_id = :workspace
  and y.client_id = :client
  and y.part = 'milestone.shown'`

// The tallies of projects, with the project that the client saw completed last, and
// the nearest milestones ahead: one row, or one for each of these.
const summarise = `-- summarise
select c.records, c.active, c.on_hold, c.completed, c.last, u.id, u.name, u.due_on, u.project_id, u.project_name, coalesce(u.ahead, 0)
from (
	select` + shownTallies + `, (
		select p.name` + seenProjects + `
		  and p.state = 'completed'
		order by p.state_at desc, p.id desc
		limit 1) as last` + fromShownTallies + `) c
left join (` + upcomingColumns + `, (` + allUpcoming + `) as ahead` + upcoming + `
	order by t.due_on, t.id
	limit 4) u on 1 = 1
order by u.due_on, u.id`

const countUpcoming = `-- countUpcoming` + allUpcoming

const upcomingAfter = `-- upcomingAfter` + upcomingColumns + upcoming + `
  and (t.due_on, t.id) > (:key, :from)
order by t.due_on, t.id
limit 26`

const upcomingBefore = `-- upcomingBefore` + upcomingColumns + upcoming + `
  and (t.due_on, t.id) < (:key, :from)
order by t.due_on desc, t.id desc
limit 26`
