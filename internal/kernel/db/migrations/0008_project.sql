-- +goose Up

-- Agreed work for a client.
create table project (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	name text not null,
	name_key text collate "C" not null,
	-- Name, description and tags: nothing that the client does not see.
	search_key text collate "C" not null,
	description text not null default '',
	type text not null check (type in ('fixed', 'ongoing')),
	priority text not null check (priority in ('low', 'medium', 'high')),
	owner_id text collate "C",
	starts_on text collate "C" not null default '',
	ends_on text collate "C" not null default '',
	budget_minor bigint check (budget_minor >= 0),
	currency text not null,
	-- With a comma and a space between them.
	tags text not null default '',
	shared boolean not null default true,
	state text collate "C" not null check (state in ('planned', 'active', 'on_hold', 'completed', 'cancelled')),
	-- The step that led to the state; none while it is the first one.
	step_id text collate "C",
	state_at bigint not null,
	created_by text collate "C",
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	unique (workspace_id, client_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id),
	foreign key (workspace_id, owner_id) references member (workspace_id, id)
);
create index project_by_name on project (workspace_id, name_key, id);
create index project_by_state on project (workspace_id, (case when state = 'planned' then 'active' else state end), name_key, id);
create index project_shown on project (workspace_id, client_id, (case state when 'active' then '0' when 'planned' then '1' when 'on_hold' then '2' when 'completed' then '3' else '4' end || name_key), id) where shared;
create index project_completed on project (workspace_id, client_id, state_at, id) where state = 'completed';
create index project_due on project (workspace_id, ends_on, id) where state in ('planned', 'active', 'on_hold') and ends_on <> '';

-- Milestones and deliverables of a project, in one order.
create table target (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	project_id text collate "C" not null,
	kind text collate "C" not null check (kind in ('milestone', 'deliverable')),
	-- Of a deliverable that belongs to a milestone.
	milestone_id text collate "C",
	position bigint not null,
	name text not null,
	note text not null default '',
	due_on text collate "C" not null default '',
	client_visible boolean not null,
	state text collate "C" not null,
	step_id text collate "C",
	state_at bigint not null,
	created_by text collate "C",
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	-- What a deliverable points at, and a step.
	unique (workspace_id, project_id, id),
	foreign key (workspace_id, client_id, project_id) references project (workspace_id, client_id, id),
	foreign key (workspace_id, project_id, milestone_id) references target (workspace_id, project_id, id),
	check (kind = 'milestone' and state in ('planned', 'in_progress', 'completed', 'cancelled')
		or kind = 'deliverable' and state in ('todo', 'in_progress', 'done', 'cancelled')),
	check (kind = 'deliverable' or milestone_id is null and due_on <> '')
);
create index target_order on target (workspace_id, project_id, position, id);
create index target_next on target (workspace_id, project_id, due_on, id) where kind = 'milestone' and state in ('planned', 'in_progress');
create index target_open on target (workspace_id, due_on, id) where kind = 'milestone' and state in ('planned', 'in_progress');
create index target_upcoming on target (workspace_id, client_id, due_on, id) where kind = 'milestone' and state in ('planned', 'in_progress');

-- One change of a state of a project or of one of its targets: what somebody
-- did, when and why. Rows are only added.
create table project_step (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	project_id text collate "C" not null,
	target_id text collate "C",
	from_state text not null,
	to_state text not null,
	reason text not null default '',
	made_by text collate "C",
	made_at bigint not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, project_id) references project (workspace_id, id),
	foreign key (workspace_id, project_id, target_id) references target (workspace_id, project_id, id)
);
create index project_step_of on project_step (workspace_id, project_id, id);

-- Where the money for a project comes from.
create table funding (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	project_id text collate "C" not null,
	source text not null,
	amount_minor bigint not null check (amount_minor >= 0),
	currency text not null,
	status text not null check (status in ('expected', 'confirmed', 'received')),
	created_by text collate "C",
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	foreign key (workspace_id, project_id) references project (workspace_id, id)
);
create index funding_of on funding (workspace_id, project_id, id);
create index funding_received on funding (workspace_id, currency) where status = 'received';

-- Whom an event was told by mail, so that nobody is told twice.
create table notice (
	workspace_id text collate "C" not null references workspace (id),
	activity_id text collate "C" not null,
	contact_id text collate "C" not null,
	created_at bigint not null,
	primary key (workspace_id, activity_id, contact_id),
	foreign key (workspace_id, activity_id) references activity (workspace_id, id),
	foreign key (workspace_id, contact_id) references contact (workspace_id, id)
);

-- What the client may see of what happened, newest first.
create index activity_feed on activity (workspace_id, client_id, audience, id);
