-- +goose Up

-- Mail to send, written in the transaction that wants it. The text is made at
-- the moment of sending, so no link and no sentence is stored here.
create table outbox (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	kind text not null,
	identity_id text collate "C",
	client_id text collate "C",
	-- Where it goes when that is not the identity's address at the time.
	email text not null default '',
	params jsonb not null,
	state text not null check (state in ('waiting', 'sent', 'bounced', 'failed', 'dropped')),
	attempts bigint not null default 0,
	-- While somebody is sending it, until when.
	claimed_until bigint,
	problem text not null default '',
	message_id text not null default '',
	sent_to text collate "C" not null default '',
	subject text not null default '',
	created_by text collate "C",
	created_at bigint not null,
	done_at bigint,
	primary key (workspace_id, id),
	foreign key (workspace_id, identity_id) references identity (workspace_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id)
);
create index outbox_waiting on outbox (workspace_id, state, id);
create index outbox_identity on outbox (workspace_id, identity_id, id);
create index outbox_client on outbox (workspace_id, client_id, id);
