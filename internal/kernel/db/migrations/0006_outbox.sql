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
	-- Mails of one lane that wait are sent as one, of which the oldest is the head.
	lane text collate "C" not null default '',
	digest boolean not null default false,
	head_id text collate "C",
	due_at bigint not null,
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
create index outbox_lane on outbox (workspace_id, lane, state, id);
create index outbox_due on outbox (workspace_id, digest, state, due_at);
create index outbox_head on outbox (workspace_id, head_id);
create index outbox_message on outbox (workspace_id, message_id);
create index outbox_client on outbox (workspace_id, client_id, id);

-- How somebody wants the mail of an area, where they have said so: as it comes,
-- once a day, or not at all.
create table contact_mail (
	workspace_id text collate "C" not null references workspace (id),
	client_id text collate "C" not null,
	contact_id text collate "C" not null,
	area text not null,
	choice text not null check (choice in ('now', 'daily', 'none')),
	primary key (workspace_id, contact_id, area),
	foreign key (workspace_id, client_id) references client (workspace_id, id),
	foreign key (workspace_id, contact_id) references contact (workspace_id, id)
);
create index contact_mail_client on contact_mail (workspace_id, client_id);

create table member_mail (
	workspace_id text collate "C" not null references workspace (id),
	member_id text collate "C" not null,
	area text not null,
	choice text not null check (choice in ('now', 'daily', 'none')),
	primary key (workspace_id, member_id, area),
	foreign key (workspace_id, member_id) references member (workspace_id, id)
);

-- Addresses that get no mail any more, because it came back for good or because
-- their owner complained of it.
create table mail_stop (
	workspace_id text collate "C" not null references workspace (id),
	email_key text collate "C" not null,
	reason text not null check (reason in ('bounce', 'complaint')),
	words text not null default '',
	at bigint not null,
	primary key (workspace_id, email_key)
);
