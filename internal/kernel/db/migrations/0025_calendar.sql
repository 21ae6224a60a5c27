-- +goose Up

-- When the workspace meets its clients: for each weekday (0 is Sunday) from and to, in
-- minutes of the day in its zone; a day that is not named is closed. How long before a
-- meeting it has to be asked for, and how long one is where nobody says.
alter table workspace add column working_hours text not null default '1=540-1020 2=540-1020 3=540-1020 4=540-1020 5=540-1020';
alter table workspace add column meeting_notice_minutes bigint not null default 240 check (meeting_notice_minutes between 0 and 43200);
alter table workspace add column meeting_length_minutes bigint not null default 30 check (meeting_length_minutes between 15 and 480);

-- Something in the calendar. With people of a client it is a meeting.
create table calendar_event (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	-- Whom it is about; null for the business's own.
	client_id text collate "C",
	-- People of the client take part, so that the client sees it.
	with_client boolean not null,
	-- Who asked for it; null where staff did.
	contact_id text collate "C",
	-- The member who holds it; null until somebody does.
	organiser_id text collate "C",
	title text not null,
	about text not null,
	type text collate "C" not null check (type in ('video', 'in_person', 'phone')),
	-- Where it is, or what to call, and where to join.
	place text not null default '',
	link text not null default '',
	-- What staff keep to themselves.
	notes text not null default '',
	-- Of whoever asked, as a name of the IANA database.
	zone text not null,
	-- In minutes.
	length bigint not null check (length between 5 and 10080),
	state text collate "C" not null check (state in ('requested', 'proposed', 'confirmed', 'declined', 'cancelled', 'completed', 'no_show', 'expired')),
	state_at bigint not null,
	-- Who ended it, where it did not take place.
	ended_by text collate "C" not null default '' check (ended_by in ('', 'staff', 'client', 'system')),
	reason text not null default '',
	-- When it is: what is agreed on or, before that, the first time on the table.
	starts_at bigint not null,
	ends_at bigint not null,
	-- The times that are on the table, whose turn it is to answer them, and when the
	-- last of them passes.
	proposal_id text collate "C",
	turn text collate "C" not null default '' check (turn in ('', 'staff', 'client')),
	lapses_at bigint,
	-- Of its iCalendar event (RFC 5545): grows with each change that others see.
	sequence bigint not null default 0,
	updated_at bigint not null,
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	unique (workspace_id, client_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id),
	foreign key (workspace_id, contact_id) references contact (workspace_id, id),
	foreign key (workspace_id, organiser_id) references member (workspace_id, id),
	check (starts_at < ends_at),
	check (not with_client or client_id is not null),
	-- A request never gets stuck: somebody's turn it is, and it ends by itself.
	check (state not in ('requested', 'proposed') or proposal_id is not null),
	check ((proposal_id is null) = (turn = '') and (proposal_id is null) = (lapses_at is null))
);
create index calendar_event_at on calendar_event (workspace_id, starts_at, id) where state in ('confirmed', 'completed', 'no_show');
create index calendar_event_of on calendar_event (workspace_id, client_id, starts_at, id);
create index calendar_event_turn on calendar_event (workspace_id, turn, lapses_at, id) where turn <> '';
create index calendar_event_lapses on calendar_event (workspace_id, lapses_at, id) where lapses_at is not null;
create index calendar_event_over on calendar_event (workspace_id, ends_at, id) where state = 'confirmed';
create index calendar_event_asked on calendar_event (workspace_id, client_id, turn, lapses_at, id) where turn <> '';

-- Times that one side offers the other.
create table calendar_proposal (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	event_id text collate "C" not null,
	by_side text collate "C" not null check (by_side in ('staff', 'client')),
	author_id text collate "C" not null,
	note text not null,
	created_at bigint not null,
	-- What became of it; empty while it is on the table.
	outcome text collate "C" not null default '' check (outcome in ('', 'accepted', 'countered', 'declined', 'withdrawn', 'expired')),
	outcome_at bigint,
	primary key (workspace_id, id),
	foreign key (workspace_id, event_id) references calendar_event (workspace_id, id),
	foreign key (workspace_id, author_id) references identity (workspace_id, id)
);
create index calendar_proposal_of on calendar_proposal (workspace_id, event_id, id);
create unique index calendar_proposal_open on calendar_proposal (workspace_id, event_id) where outcome = '';

-- One of these times: a start and an end, or a part of a day within which it may be.
create table calendar_slot (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	event_id text collate "C" not null,
	proposal_id text collate "C" not null,
	part text collate "C" not null check (part in ('', 'day', 'morning', 'afternoon', 'evening')),
	starts_at bigint not null,
	ends_at bigint not null,
	-- Its proposal is on the table.
	open boolean not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, event_id) references calendar_event (workspace_id, id),
	foreign key (workspace_id, proposal_id) references calendar_proposal (workspace_id, id),
	check (starts_at < ends_at)
);
create index calendar_slot_of on calendar_slot (workspace_id, event_id, id);
create index calendar_slot_at on calendar_slot (workspace_id, starts_at, id) where open;

-- Who takes part: a member, or a contact of the event's client.
create table calendar_attendee (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	event_id text collate "C" not null,
	member_id text collate "C",
	contact_id text collate "C",
	primary key (workspace_id, id),
	foreign key (workspace_id, event_id) references calendar_event (workspace_id, id),
	foreign key (workspace_id, member_id) references member (workspace_id, id),
	foreign key (workspace_id, contact_id) references contact (workspace_id, id),
	check ((member_id is null) <> (contact_id is null))
);
create unique index calendar_attendee_member on calendar_attendee (workspace_id, event_id, member_id) where member_id is not null;
create unique index calendar_attendee_contact on calendar_attendee (workspace_id, event_id, contact_id) where contact_id is not null;
create index calendar_attendee_of_member on calendar_attendee (workspace_id, member_id, event_id) where member_id is not null;
create index calendar_attendee_of_contact on calendar_attendee (workspace_id, contact_id, event_id) where contact_id is not null;

-- The time that a member has given away: of confirmed events alone. No two of one
-- member overlap.
create table calendar_busy (
	workspace_id text collate "C" not null references workspace (id),
	member_id text collate "C" not null,
	event_id text collate "C" not null,
	starts_at bigint not null,
	ends_at bigint not null,
	primary key (workspace_id, member_id, event_id),
	foreign key (workspace_id, event_id) references calendar_event (workspace_id, id),
	foreign key (workspace_id, member_id) references member (workspace_id, id),
	check (starts_at < ends_at and ends_at - starts_at <= 604800000000)
);
create index calendar_busy_at on calendar_busy (workspace_id, member_id, starts_at);
create index calendar_busy_of on calendar_busy (workspace_id, event_id);

-- The private address of somebody's calendar: of a member, or of a contact at one
-- client. It is sealed beside its hash, so that it can be shown again.
create table calendar_feed (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	identity_id text collate "C" not null,
	client_id text collate "C",
	token_hash text collate "C" not null,
	token_sealed text not null,
	created_at bigint not null,
	ended_at bigint,
	primary key (workspace_id, id),
	foreign key (workspace_id, identity_id) references identity (workspace_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id)
);
create unique index calendar_feed_token on calendar_feed (workspace_id, token_hash);
create unique index calendar_feed_member on calendar_feed (workspace_id, identity_id) where ended_at is null and client_id is null;
create unique index calendar_feed_contact on calendar_feed (workspace_id, identity_id, client_id) where ended_at is null and client_id is not null;
