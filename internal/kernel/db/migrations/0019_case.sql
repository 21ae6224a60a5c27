-- +goose Up

-- What cases are sorted into.
create table case_category (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	name text not null,
	name_key text collate "C" not null,
	archived_at bigint,
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id)
);
create unique index case_category_name on case_category (workspace_id, name_key) where archived_at is null;

-- A support matter. The table is named so because case is a word of SQL.
create table support_case (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	number text not null,
	subject text not null,
	-- Number and subject, as text is searched.
	search_key text collate "C" not null,
	-- Whose matter it is; null where staff raised it for nobody in particular.
	contact_id text collate "C",
	priority text collate "C" not null check (priority in ('low', 'medium', 'high', 'critical')),
	severity text not null default '' check (severity in ('', 'minor', 'major', 'blocker')),
	category_id text collate "C",
	source text not null check (source in ('email', 'phone', 'chat', 'portal', 'other')),
	assignee_id text collate "C",
	state text collate "C" not null check (state in ('new', 'open', 'waiting_client', 'on_hold', 'resolved', 'closed')),
	state_at bigint not null,
	-- Why it is on hold, for staff alone.
	reason text not null default '',
	-- What was done about it, as the client reads it.
	resolution text not null default '',
	resolved_at bigint,
	-- The case that it goes on from, which was closed.
	follows_id text collate "C",
	replies bigint not null default 0,
	-- When staff first answered.
	answered_at bigint,
	-- When the client last saw something change, and when anything did.
	shown_at bigint not null,
	updated_at bigint not null,
	created_by text collate "C",
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	unique (workspace_id, client_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id),
	foreign key (workspace_id, contact_id) references contact (workspace_id, id),
	foreign key (workspace_id, category_id) references case_category (workspace_id, id),
	foreign key (workspace_id, assignee_id) references member (workspace_id, id),
	foreign key (workspace_id, client_id, follows_id) references support_case (workspace_id, client_id, id),
	check ((state in ('resolved', 'closed')) = (resolved_at is not null))
);
create index support_case_updated on support_case (workspace_id, updated_at, id);
create index support_case_open on support_case (workspace_id, (case when state in ('resolved', 'closed') then 'resolved' else 'open' end), updated_at, id);
create index support_case_of on support_case (workspace_id, client_id, shown_at, id);
create index support_case_contact on support_case (workspace_id, client_id, contact_id, shown_at, id);
create index support_case_resolved on support_case (workspace_id, resolved_at, id) where state = 'resolved';
create index support_case_follows on support_case (workspace_id, follows_id, id);
create index support_case_waiting on support_case (workspace_id, client_id, state_at, id) where state = 'waiting_client';
create index support_case_assignee on support_case (workspace_id, assignee_id, updated_at, id) where state not in ('resolved', 'closed');

-- What was said between client and staff. Rows are only added.
create table case_reply (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	case_id text collate "C" not null,
	author_kind text collate "C" not null check (author_kind in ('contact', 'staff')),
	author_id text collate "C" not null,
	body text not null,
	-- The text as it is searched.
	search_key text collate "C" not null,
	created_at bigint not null,
	primary key (workspace_id, id),
	unique (workspace_id, case_id, id),
	foreign key (workspace_id, client_id, case_id) references support_case (workspace_id, client_id, id),
	foreign key (workspace_id, author_id) references identity (workspace_id, id)
);

create table case_reply_file (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	case_id text collate "C" not null,
	reply_id text collate "C" not null,
	name text not null,
	file_version_id text collate "C" not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id, case_id) references support_case (workspace_id, client_id, id),
	foreign key (workspace_id, case_id, reply_id) references case_reply (workspace_id, case_id, id),
	foreign key (workspace_id, file_version_id) references document_version (workspace_id, id)
);
create index case_reply_file_of on case_reply_file (workspace_id, case_id, reply_id, id);

-- What staff wrote to each other. It is in tables of its own, so that nothing that
-- is read for a client comes near it. Rows are only added.
create table case_note (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	case_id text collate "C" not null,
	author_id text collate "C" not null,
	body text not null,
	search_key text collate "C" not null,
	created_at bigint not null,
	primary key (workspace_id, id),
	unique (workspace_id, case_id, id),
	foreign key (workspace_id, case_id) references support_case (workspace_id, id),
	foreign key (workspace_id, author_id) references identity (workspace_id, id)
);

create table case_note_file (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	case_id text collate "C" not null,
	note_id text collate "C" not null,
	name text not null,
	file_version_id text collate "C" not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, case_id, note_id) references case_note (workspace_id, case_id, id),
	foreign key (workspace_id, file_version_id) references document_version (workspace_id, id)
);
create index case_note_file_of on case_note_file (workspace_id, case_id, note_id, id);
