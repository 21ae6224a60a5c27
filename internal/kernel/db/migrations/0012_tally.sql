-- +goose Up

-- How many records of a part a client has, and what they come to: kept by
-- triggers, so that no page counts a hundred thousand rows. The parts are
--   client.clients, client.leads and client.archived: the client itself, in one of
--     them; client.portal and client.new: a portal that is on, a lead that is new;
--   project.STATE and project.shown.STATE: projects, and those that are shared;
--   project.ends: planned ends of work that is not over, by day;
--   milestone.open, by day, and milestone.shown: milestones ahead of work that is
--     not over, and those that the client sees;
--   funding.received: what came in for projects;
--   KIND.STATE: invoices and credit notes;
--   open and off: what is left to pay and what was given up, by the day it is due;
--   paid: payments, by day;
--   credit: what came in or was given back and is on no invoice;
--   change.STATE: change requests;
--   files: versions of documents, and the bytes that they take.
create table client_tally (
	workspace_id text collate "C" not null references workspace (id),
	client_id text collate "C" not null,
	part text collate "C" not null,
	day text collate "C" not null,
	currency text collate "C" not null,
	records bigint not null,
	minor bigint not null,
	primary key (workspace_id, client_id, part, day, currency),
	foreign key (workspace_id, client_id) references client (workspace_id, id)
);

-- The same for all clients together.
create table workspace_tally (
	workspace_id text collate "C" not null references workspace (id),
	part text collate "C" not null,
	day text collate "C" not null,
	currency text collate "C" not null,
	records bigint not null,
	minor bigint not null,
	primary key (workspace_id, part, day, currency)
);
