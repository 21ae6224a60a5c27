-- +goose Up

-- What new invoices begin with, where copies of them go, and what their PDF wears.
alter table workspace add column terms_days bigint not null default 30 check (terms_days between 0 and 365);
alter table workspace add column accounts_email text not null default '';
alter table workspace add column pdf_color text not null default '';
alter table workspace add column pdf_footer text not null default '';
alter table workspace add column paper text not null default 'a4' check (paper in ('a4', 'letter'));

-- A kind of tax and how high it is. One that was used stays, put away.
create table tax_rate (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	name text not null,
	-- By EN 16931: S, Z, E, AE, K, G or O.
	category text not null check (category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
	-- In millionths: 190000 is 19 %.
	rate bigint not null check (rate between 0 and 1000000),
	-- Why no tax is charged, as invoices say it.
	reason text not null default '',
	standard boolean not null default false,
	archived_at bigint,
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	check (category = 'S' or rate = 0)
);
create unique index tax_rate_standard on tax_rate (workspace_id) where standard and archived_at is null;

-- How to pay, for each currency: lines of "label: value", each with a button to
-- copy it, and other lines.
create table payment_instructions (
	workspace_id text collate "C" not null references workspace (id),
	currency text collate "C" not null,
	content text not null,
	version bigint not null default 1,
	primary key (workspace_id, currency)
);

-- How numbers look, and the last one that was given: without a row nothing was
-- given yet, and numbers look as they do from the start.
create table number_series (
	workspace_id text collate "C" not null references workspace (id),
	kind text collate "C" not null check (kind in ('invoice', 'credit_note', 'contract', 'case', 'change')),
	prefix text not null,
	digits bigint not null check (digits between 1 and 12),
	yearly boolean not null,
	version bigint not null default 1,
	primary key (workspace_id, kind)
);
create table number_counter (
	workspace_id text collate "C" not null references workspace (id),
	kind text collate "C" not null check (kind in ('invoice', 'credit_note', 'contract', 'case', 'change')),
	-- 0 in a series that does not begin anew each year.
	year bigint not null,
	last bigint not null check (last > 0),
	primary key (workspace_id, kind, year)
);

-- Lines to pick from.
create table saved_line (
	workspace_id text collate "C" not null references workspace (id),
	id text collate "C" not null,
	description text not null,
	description_key text collate "C" not null,
	unit text not null default '',
	-- In ten-thousandths of a minor unit.
	price bigint not null,
	currency text not null,
	tax_rate_id text collate "C",
	created_at bigint not null,
	version bigint not null default 1,
	primary key (workspace_id, id),
	foreign key (workspace_id, tax_rate_id) references tax_rate (workspace_id, id)
);
create index saved_line_by_text on saved_line (workspace_id, description_key, id);

-- When open invoices are reminded of: days after they are due, negative before.
create table reminder (
	workspace_id text collate "C" not null references workspace (id),
	days bigint not null check (days between -60 and 365),
	created_at bigint not null,
	primary key (workspace_id, days)
);
