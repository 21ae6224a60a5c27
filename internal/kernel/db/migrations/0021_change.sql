-- +goose Up

-- Above what price accepting a quote asks for a typed name and consent, in the
-- currency beside; null for never. A quote in another currency always asks then.
alter table workspace add column consent_above_minor bigint check (consent_above_minor >= 0);
alter table workspace add column consent_currency text not null default '';

-- A client's wish to alter what was agreed.
create table change_request (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	project_id text collate "C" not null,
	number text not null,
	title text not null,
	description text not null,
	category text collate "C" not null check (category in ('feature', 'bug_fix', 'enhancement', 'other')),
	priority text collate "C" not null check (priority in ('low', 'medium', 'high', 'critical')),
	justification text not null,
	benefit text not null,
	-- Number, title and what was written, as text is searched.
	search_key text collate "C" not null,
	-- Who asks for it.
	contact_id text collate "C" not null,
	assignee_id text collate "C",
	-- What staff remark among themselves.
	remark text not null default '',
	state text collate "C" not null check (state in ('submitted', 'in_review', 'needs_info', 'quoted', 'accepted', 'scheduled', 'in_progress', 'delivered',
		'rejected', 'declined', 'withdrawn', 'expired')),
	state_at bigint not null,
	-- Why it was rejected, declined or withdrawn, or under which terms it was accepted
	-- without a quote, as the client reads it.
	reason text not null default '',
	-- The quote that is out or was last out.
	quote_id text collate "C",
	-- Until when that holds, as a day, empty for no quote.
	valid_until text collate "C" not null default '',
	-- What became of it: a deliverable of the project, and a line of an invoice.
	target_id text collate "C",
	invoice_id text collate "C",
	-- The case that it went on as, and the one that it came from.
	case_id text collate "C",
	from_case_id text collate "C",
	-- When the client last saw something change, and when anything did.
	shown_at bigint not null,
	updated_at bigint not null,
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	unique (workspace_id, client_id, id),
	foreign key (workspace_id, client_id, project_id) references project (workspace_id, client_id, id),
	foreign key (workspace_id, contact_id) references contact (workspace_id, id),
	foreign key (workspace_id, assignee_id) references member (workspace_id, id),
	foreign key (workspace_id, project_id, target_id) references target (workspace_id, project_id, id),
	foreign key (workspace_id, client_id, invoice_id) references invoice (workspace_id, client_id, id),
	foreign key (workspace_id, client_id, case_id) references support_case (workspace_id, client_id, id),
	foreign key (workspace_id, client_id, from_case_id) references support_case (workspace_id, client_id, id),
	check (state <> 'quoted' or quote_id is not null and valid_until <> ''),
	check (state not in ('scheduled', 'in_progress', 'delivered') or target_id is not null)
);
create index change_request_updated on change_request (workspace_id, updated_at, id);
create index change_request_state on change_request (workspace_id, state, updated_at, id);
create index change_request_of on change_request (workspace_id, client_id, shown_at, id);
create index change_request_contact on change_request (workspace_id, client_id, contact_id, shown_at, id);
create index change_request_project on change_request (workspace_id, project_id, id);
create index change_request_quoted on change_request (workspace_id, valid_until, id) where state = 'quoted';
create index change_request_asked on change_request (workspace_id, client_id, state_at, id) where state in ('quoted', 'needs_info');
create index change_request_target on change_request (workspace_id, target_id) where target_id is not null;
create unique index change_request_case on change_request (workspace_id, case_id) where case_id is not null;
create unique index change_request_from_case on change_request (workspace_id, from_case_id) where from_case_id is not null;
create index change_request_invoice on change_request (workspace_id, invoice_id) where invoice_id is not null;

-- A price for it, with what it does to the dates. Another offer is another row.
create table change_quote (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	request_id text collate "C" not null,
	number bigint not null check (number > 0),
	project_id text collate "C" not null,
	-- Without tax.
	price_minor bigint not null check (price_minor >= 0),
	currency text not null,
	-- In hundredths of an hour; 0 where nothing is said of it.
	effort bigint not null default 0 check (effort >= 0),
	-- The milestone that moves, and by how many days.
	milestone_id text collate "C",
	moves_days bigint not null default 0 check (moves_days between 0 and 730),
	valid_until text collate "C" not null,
	note text not null default '',
	-- All that it says as canonical JSON, and the hash of that: what is accepted.
	said text not null,
	sha256 text collate "C" not null,
	created_by text collate "C" not null,
	created_at bigint not null,
	primary key (workspace_id, id),
	unique (workspace_id, request_id, id),
	unique (workspace_id, request_id, number),
	foreign key (workspace_id, client_id, request_id) references change_request (workspace_id, client_id, id),
	foreign key (workspace_id, project_id, milestone_id) references target (workspace_id, project_id, id),
	check (moves_days = 0 or milestone_id is not null)
);

-- What was said about it. Rows are only added.
create table change_message (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	request_id text collate "C" not null,
	author_kind text collate "C" not null check (author_kind in ('contact', 'staff')),
	author_id text collate "C" not null,
	body text not null,
	created_at bigint not null,
	primary key (workspace_id, id),
	unique (workspace_id, request_id, id),
	foreign key (workspace_id, client_id, request_id) references change_request (workspace_id, client_id, id),
	foreign key (workspace_id, author_id) references identity (workspace_id, id)
);

-- The files of a request and of its messages.
create table change_file (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	request_id text collate "C" not null,
	-- Null for those that came with the request.
	message_id text collate "C",
	name text not null,
	file_version_id text collate "C" not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id, request_id) references change_request (workspace_id, client_id, id),
	foreign key (workspace_id, request_id, message_id) references change_message (workspace_id, request_id, id),
	foreign key (workspace_id, file_version_id) references document_version (workspace_id, id)
);
create index change_file_of on change_file (workspace_id, request_id, message_id, id);

-- What a client decided about a quote, and how it is known who it was.
create table change_decision (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	request_id text collate "C" not null,
	quote_id text collate "C" not null,
	decision text collate "C" not null check (decision in ('accepted', 'declined')),
	contact_id text collate "C" not null,
	-- The name as typed and what was consented to, where that is asked for.
	name text not null default '',
	consent text not null default '',
	consent_sha256 text collate "C" not null default '',
	-- Of the quote, as it was shown.
	sha256 text collate "C" not null,
	-- The day that accepting it moved the milestone to, as a day, empty for none.
	moved_to text collate "C" not null default '',
	address text not null default '',
	agent text not null default '',
	created_at bigint not null,
	primary key (workspace_id, id),
	unique (workspace_id, quote_id),
	foreign key (workspace_id, client_id, request_id) references change_request (workspace_id, client_id, id),
	foreign key (workspace_id, request_id, quote_id) references change_quote (workspace_id, request_id, id),
	foreign key (workspace_id, contact_id) references contact (workspace_id, id)
);
create index change_decision_of on change_decision (workspace_id, request_id, id);
