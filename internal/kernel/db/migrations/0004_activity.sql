-- +goose Up

-- What happened. One row per change, written in the change's transaction,
-- never changed afterwards. seq, previous_hash and hash are filled in once, by
-- the sequencer that chains the rows of a workspace after they are committed.
create table activity (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	seq bigint,
	at bigint not null,
	actor_kind text not null check (actor_kind in ('staff', 'contact', 'person', 'system', 'visitor')),
	actor_id text collate "C",
	address text not null default '',
	agent text not null default '',
	request_id text not null default '',
	kind text not null,
	subject_kind text not null,
	subject_id text collate "C" not null,
	area text not null,
	client_id text collate "C",
	audience text not null check (audience in ('staff', 'client')),
	params jsonb not null,
	previous_hash text,
	hash text,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id)
);
create unique index activity_seq on activity (workspace_id, seq);
create index activity_client on activity (workspace_id, client_id, id);
create index activity_subject on activity (workspace_id, subject_kind, subject_id, id);
create index activity_actor on activity (workspace_id, actor_id, id);
