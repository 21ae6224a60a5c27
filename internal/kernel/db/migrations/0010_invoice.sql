-- +goose Up

-- A claim on a client, or the correction of one. Whatever it says is fixed when
-- it is issued; triggers see to it.
create table invoice (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	kind text collate "C" not null check (kind in ('invoice', 'credit_note')),
	state text collate "C" not null check (state in ('draft', 'issued', 'void')),
	-- Given when it is issued.
	number text collate "C",
	-- The invoice that a credit note corrects.
	corrects_id text collate "C",
	project_id text collate "C",
	milestone_id text collate "C",
	currency text not null,
	-- Prices contain their tax.
	inclusive boolean not null default false,
	discount_rate bigint not null default 0,
	discount_minor bigint not null default 0,
	terms_days bigint not null check (terms_days between 0 and 365),
	issued_on text collate "C" not null default '',
	-- In a draft empty where the terms decide.
	due_on text collate "C" not null default '',
	po_number text not null default '',
	notes text not null default '',
	-- Empty in a draft where those of the currency are meant.
	instructions text not null default '',
	-- The sums; those of a draft are what they would be.
	amount_minor bigint not null default 0,
	reduced_minor bigint not null default 0,
	net_minor bigint not null default 0,
	tax_minor bigint not null default 0,
	gross_minor bigint not null default 0,
	-- All that it says, as it was issued, and the hash of that.
	snapshot text not null default '',
	snapshot_sha256 text not null default '',
	-- What the list is sorted by: drafts come first, then the newest number.
	listed text collate "C" not null,
	search_key text collate "C" not null default '',
	file_version_id text collate "C",
	sent_at bigint,
	voided_at bigint,
	voided_by text collate "C",
	written_off_at bigint,
	written_off_by text collate "C",
	written_off_reason text not null default '',
	issued_at bigint,
	issued_by text collate "C",
	created_by text collate "C",
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	unique (workspace_id, client_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id),
	foreign key (workspace_id, client_id, corrects_id) references invoice (workspace_id, client_id, id),
	foreign key (workspace_id, client_id, project_id) references project (workspace_id, client_id, id),
	foreign key (workspace_id, project_id, milestone_id) references target (workspace_id, project_id, id),
	foreign key (workspace_id, file_version_id) references document_version (workspace_id, id),
	check (kind = 'credit_note' or corrects_id is null),
	check (kind = 'invoice' or corrects_id is not null),
	check (state = 'draft' or number is not null and issued_on <> '' and due_on <> '' and issued_at is not null and snapshot <> ''),
	check (state <> 'draft' or number is null and issued_on = '' and snapshot = '')
);
create unique index invoice_number on invoice (workspace_id, kind, number) where number is not null;
create index invoice_listed on invoice (workspace_id, listed, id);
create index invoice_of on invoice (workspace_id, client_id, listed, id);
create index invoice_by_state on invoice (workspace_id, state, listed, id);
create index invoice_project on invoice (workspace_id, project_id, listed, id) where project_id is not null;
create index invoice_corrects on invoice (workspace_id, corrects_id, id) where corrects_id is not null;

create table invoice_line (
	workspace_id text collate "C" not null references workspace (id),
	invoice_id text collate "C" not null,
	position bigint not null,
	description text not null,
	unit text not null default '',
	-- In ten-thousandths.
	quantity bigint not null,
	-- In ten-thousandths of a minor unit.
	price bigint not null,
	discount_rate bigint not null default 0,
	discount_minor bigint not null default 0,
	tax_rate_id text collate "C",
	category text not null check (category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
	rate bigint not null,
	reason text not null default '',
	amount_minor bigint not null,
	net_minor bigint not null,
	primary key (workspace_id, invoice_id, position),
	foreign key (workspace_id, invoice_id) references invoice (workspace_id, id),
	foreign key (workspace_id, tax_rate_id) references tax_rate (workspace_id, id)
);

-- The tax of each category and rate.
create table invoice_tax (
	workspace_id text collate "C" not null references workspace (id),
	invoice_id text collate "C" not null,
	category text collate "C" not null,
	rate bigint not null,
	net_minor bigint not null,
	tax_minor bigint not null,
	primary key (workspace_id, invoice_id, category, rate),
	foreign key (workspace_id, invoice_id) references invoice (workspace_id, id)
);

-- The ledger. Its rows are only added.

-- Money that came in.
create table payment (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	currency text not null,
	amount_minor bigint not null check (amount_minor > 0),
	method text not null check (method in ('bank_transfer', 'card', 'cash', 'cheque', 'direct_debit', 'other')),
	paid_on text collate "C" not null check (paid_on <> ''),
	reference text not null default '',
	-- What Stripe calls it, where it came through there, and the invoice that it was
	-- meant for then.
	intent_id text collate "C",
	invoice_id text collate "C",
	created_by text collate "C",
	created_at bigint not null,
	primary key (workspace_id, id),
	unique (workspace_id, client_id, id),
	foreign key (workspace_id, client_id) references client (workspace_id, id),
	foreign key (workspace_id, client_id, invoice_id) references invoice (workspace_id, client_id, id)
);
create index payment_for on payment (workspace_id, invoice_id, id) where invoice_id is not null;
create unique index payment_once on payment (workspace_id, intent_id) where intent_id is not null;

-- Money that went back; below nothing where it came again, because the payer's
-- bank did not take it.
create table refund (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	currency text not null,
	amount_minor bigint not null check (amount_minor <> 0),
	payment_id text collate "C",
	credit_note_id text collate "C",
	refunded_on text collate "C" not null check (refunded_on <> ''),
	reference text not null default '',
	created_by text collate "C",
	created_at bigint not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id, payment_id) references payment (workspace_id, client_id, id),
	foreign key (workspace_id, client_id, credit_note_id) references invoice (workspace_id, client_id, id),
	check ((payment_id is null) <> (credit_note_id is null))
);
create index refund_of on refund (workspace_id, client_id, id);

-- What of a payment or a credit note is meant for an invoice; negative takes it
-- back.
create table allocation (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	client_id text collate "C" not null,
	invoice_id text collate "C" not null,
	currency text not null,
	amount_minor bigint not null check (amount_minor <> 0),
	payment_id text collate "C",
	credit_note_id text collate "C",
	created_by text collate "C",
	created_at bigint not null,
	primary key (workspace_id, id),
	foreign key (workspace_id, client_id, invoice_id) references invoice (workspace_id, client_id, id),
	foreign key (workspace_id, client_id, payment_id) references payment (workspace_id, client_id, id),
	foreign key (workspace_id, client_id, credit_note_id) references invoice (workspace_id, client_id, id),
	check ((payment_id is null) <> (credit_note_id is null))
);
create index allocation_of_invoice on allocation (workspace_id, invoice_id, id);
create index allocation_of_payment on allocation (workspace_id, payment_id) where payment_id is not null;
create index allocation_of_credit on allocation (workspace_id, credit_note_id) where credit_note_id is not null;

-- What is left to pay of each invoice that was issued: kept by the ledger, which
-- can count it anew from its rows.
create table open_amount (
	workspace_id text collate "C" not null references workspace (id),
	invoice_id text collate "C" not null,
	client_id text collate "C" not null,
	currency text not null,
	open_minor bigint not null,
	due_on text collate "C" not null,
	-- As the invoice is sorted.
	listed text collate "C" not null,
	written_off boolean not null default false,
	-- A payment is under way that takes days.
	under_way boolean not null default false,
	primary key (workspace_id, invoice_id),
	foreign key (workspace_id, client_id, invoice_id) references invoice (workspace_id, client_id, id)
);
create index open_amount_listed on open_amount (workspace_id, listed, invoice_id) where open_minor > 0 and not written_off;
create index open_amount_of on open_amount (workspace_id, client_id, listed, invoice_id) where open_minor > 0 and not written_off;
create index open_amount_due on open_amount (workspace_id, due_on, invoice_id) where open_minor > 0 and not written_off;
create index open_amount_of_due on open_amount (workspace_id, client_id, due_on, invoice_id) where open_minor > 0 and not written_off;

-- What an invoice was reminded of: its client, so many days after it was due, or
-- staff, once.
create table invoice_reminder (
	workspace_id text collate "C" not null references workspace (id),
	invoice_id text collate "C" not null,
	audience text collate "C" not null check (audience in ('client', 'staff')),
	days bigint not null,
	created_at bigint not null,
	primary key (workspace_id, invoice_id, audience, days),
	foreign key (workspace_id, invoice_id) references invoice (workspace_id, id)
);
