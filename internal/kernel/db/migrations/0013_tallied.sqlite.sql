-- +goose Up

-- Tallies follow the rows that they count. What comes to nothing is not kept.

-- +goose StatementBegin
create trigger client_counted_insert after insert on client
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.id, 'client.' || case when new.archived_at is not null then 'archived' when new.lead_status is null then 'clients' else 'leads' end, '', '', 1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.id, 'client.portal', '', '', 1, 0 where new.portal_enabled_at is not null and new.archived_at is null
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.id, 'client.new', '', '', 1, 0 where new.lead_status = 'new' and new.archived_at is null
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger client_counted_update after update of lead_status, portal_enabled_at, archived_at on client
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (old.workspace_id, old.id, 'client.' || case when old.archived_at is not null then 'archived' when old.lead_status is null then 'clients' else 'leads' end, '', '', -1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.id, 'client.portal', '', '', -1, 0 where old.portal_enabled_at is not null and old.archived_at is null
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.id, 'client.new', '', '', -1, 0 where old.lead_status = 'new' and old.archived_at is null
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.id, 'client.' || case when new.archived_at is not null then 'archived' when new.lead_status is null then 'clients' else 'leads' end, '', '', 1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.id, 'client.portal', '', '', 1, 0 where new.portal_enabled_at is not null and new.archived_at is null
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.id, 'client.new', '', '', 1, 0 where new.lead_status = 'new' and new.archived_at is null
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger invoice_tally_insert after insert on invoice
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, new.kind || '.' || new.state, '', new.currency, 1, new.gross_minor)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, 'credit', '', new.currency, 0, new.gross_minor where new.kind = 'credit_note' and new.state = 'issued'
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger invoice_tally_update after update of client_id, kind, state, currency, gross_minor on invoice
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (old.workspace_id, old.client_id, old.kind || '.' || old.state, '', old.currency, -1, -old.gross_minor)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, 'credit', '', old.currency, 0, -old.gross_minor where old.kind = 'credit_note' and old.state = 'issued'
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, new.kind || '.' || new.state, '', new.currency, 1, new.gross_minor)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, 'credit', '', new.currency, 0, new.gross_minor where new.kind = 'credit_note' and new.state = 'issued'
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger invoice_tally_delete after delete on invoice
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (old.workspace_id, old.client_id, old.kind || '.' || old.state, '', old.currency, -1, -old.gross_minor)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, 'credit', '', old.currency, 0, -old.gross_minor where old.kind = 'credit_note' and old.state = 'issued'
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger open_amount_tally_insert after insert on open_amount
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, case when new.written_off then 'off' else 'open' end, new.due_on, new.currency, 1, new.open_minor where new.open_minor > 0
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger open_amount_tally_update after update on open_amount
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, case when old.written_off then 'off' else 'open' end, old.due_on, old.currency, -1, -old.open_minor where old.open_minor > 0
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, case when new.written_off then 'off' else 'open' end, new.due_on, new.currency, 1, new.open_minor where new.open_minor > 0
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger open_amount_tally_delete after delete on open_amount
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, case when old.written_off then 'off' else 'open' end, old.due_on, old.currency, -1, -old.open_minor where old.open_minor > 0
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger payment_tally after insert on payment
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'paid', new.paid_on, new.currency, 1, new.amount_minor)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'credit', '', new.currency, 0, new.amount_minor)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger refund_tally after insert on refund
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'credit', '', new.currency, 0, -new.amount_minor)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger allocation_tally after insert on allocation
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'credit', '', new.currency, 0, -new.amount_minor)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger project_tally_insert after insert on project
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'project.' || new.state, '', '', 1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, 'project.shown.' || new.state, '', '', 1, 0 where new.shared
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, 'project.ends', new.ends_on, '', 1, 0 where new.state in ('planned', 'active', 'on_hold') and new.ends_on <> ''
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger project_tally_update after update of shared, state, ends_on on project
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (old.workspace_id, old.client_id, 'project.' || old.state, '', '', -1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, 'project.shown.' || old.state, '', '', -1, 0 where old.shared
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, 'project.ends', old.ends_on, '', -1, 0 where old.state in ('planned', 'active', 'on_hold') and old.ends_on <> ''
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'project.' || new.state, '', '', 1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, 'project.shown.' || new.state, '', '', 1, 0 where new.shared
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, 'project.ends', new.ends_on, '', 1, 0 where new.state in ('planned', 'active', 'on_hold') and new.ends_on <> ''
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select t.workspace_id, t.client_id, 'milestone.open', t.due_on, '', -1, 0
	from target t
	where t.workspace_id = old.workspace_id and t.project_id = old.id and t.kind = 'milestone' and t.state in ('planned', 'in_progress')
		and old.state in ('planned', 'active', 'on_hold') and (old.shared <> new.shared or (old.state in ('planned', 'active', 'on_hold')) <> (new.state in ('planned', 'active', 'on_hold')))
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select t.workspace_id, t.client_id, 'milestone.shown', '', '', -1, 0
	from target t
	where t.workspace_id = old.workspace_id and t.project_id = old.id and t.kind = 'milestone' and t.state in ('planned', 'in_progress')
		and old.state in ('planned', 'active', 'on_hold') and (old.shared <> new.shared or (old.state in ('planned', 'active', 'on_hold')) <> (new.state in ('planned', 'active', 'on_hold'))) and old.shared and t.client_visible
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select t.workspace_id, t.client_id, 'milestone.open', t.due_on, '', 1, 0
	from target t
	where t.workspace_id = new.workspace_id and t.project_id = new.id and t.kind = 'milestone' and t.state in ('planned', 'in_progress')
		and new.state in ('planned', 'active', 'on_hold') and (old.shared <> new.shared or (old.state in ('planned', 'active', 'on_hold')) <> (new.state in ('planned', 'active', 'on_hold')))
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select t.workspace_id, t.client_id, 'milestone.shown', '', '', 1, 0
	from target t
	where t.workspace_id = new.workspace_id and t.project_id = new.id and t.kind = 'milestone' and t.state in ('planned', 'in_progress')
		and new.state in ('planned', 'active', 'on_hold') and (old.shared <> new.shared or (old.state in ('planned', 'active', 'on_hold')) <> (new.state in ('planned', 'active', 'on_hold'))) and new.shared and t.client_visible
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger project_tally_delete after delete on project
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (old.workspace_id, old.client_id, 'project.' || old.state, '', '', -1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, 'project.shown.' || old.state, '', '', -1, 0 where old.shared
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, 'project.ends', old.ends_on, '', -1, 0 where old.state in ('planned', 'active', 'on_hold') and old.ends_on <> ''
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger target_tally_insert after insert on target
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, 'milestone.open', new.due_on, '', 1, 0
	from project p
	where p.workspace_id = new.workspace_id and p.id = new.project_id and p.state in ('planned', 'active', 'on_hold')
		and new.kind = 'milestone' and new.state in ('planned', 'in_progress')
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, 'milestone.shown', '', '', 1, 0
	from project p
	where p.workspace_id = new.workspace_id and p.id = new.project_id and p.state in ('planned', 'active', 'on_hold')
		and new.kind = 'milestone' and new.state in ('planned', 'in_progress') and p.shared and new.client_visible
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger target_tally_update after update of due_on, client_visible, state on target
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, 'milestone.open', old.due_on, '', -1, 0
	from project p
	where p.workspace_id = old.workspace_id and p.id = old.project_id and p.state in ('planned', 'active', 'on_hold')
		and old.kind = 'milestone' and old.state in ('planned', 'in_progress')
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, 'milestone.shown', '', '', -1, 0
	from project p
	where p.workspace_id = old.workspace_id and p.id = old.project_id and p.state in ('planned', 'active', 'on_hold')
		and old.kind = 'milestone' and old.state in ('planned', 'in_progress') and p.shared and old.client_visible
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, 'milestone.open', new.due_on, '', 1, 0
	from project p
	where p.workspace_id = new.workspace_id and p.id = new.project_id and p.state in ('planned', 'active', 'on_hold')
		and new.kind = 'milestone' and new.state in ('planned', 'in_progress')
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select new.workspace_id, new.client_id, 'milestone.shown', '', '', 1, 0
	from project p
	where p.workspace_id = new.workspace_id and p.id = new.project_id and p.state in ('planned', 'active', 'on_hold')
		and new.kind = 'milestone' and new.state in ('planned', 'in_progress') and p.shared and new.client_visible
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger target_tally_delete after delete on target
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, 'milestone.open', old.due_on, '', -1, 0
	from project p
	where p.workspace_id = old.workspace_id and p.id = old.project_id and p.state in ('planned', 'active', 'on_hold')
		and old.kind = 'milestone' and old.state in ('planned', 'in_progress')
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select old.workspace_id, old.client_id, 'milestone.shown', '', '', -1, 0
	from project p
	where p.workspace_id = old.workspace_id and p.id = old.project_id and p.state in ('planned', 'active', 'on_hold')
		and old.kind = 'milestone' and old.state in ('planned', 'in_progress') and p.shared and old.client_visible
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger funding_tally_insert after insert on funding
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select p.workspace_id, p.client_id, 'funding.received', '', new.currency, 1, new.amount_minor
	from project p where p.workspace_id = new.workspace_id and p.id = new.project_id and new.status = 'received'
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger funding_tally_update after update of amount_minor, currency, status on funding
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select p.workspace_id, p.client_id, 'funding.received', '', old.currency, -1, -old.amount_minor
	from project p where p.workspace_id = old.workspace_id and p.id = old.project_id and old.status = 'received'
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select p.workspace_id, p.client_id, 'funding.received', '', new.currency, 1, new.amount_minor
	from project p where p.workspace_id = new.workspace_id and p.id = new.project_id and new.status = 'received'
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger funding_tally_delete after delete on funding
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	select p.workspace_id, p.client_id, 'funding.received', '', old.currency, -1, -old.amount_minor
	from project p where p.workspace_id = old.workspace_id and p.id = old.project_id and old.status = 'received'
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
end;
-- +goose StatementEnd

-- What all clients have together follows what each has.

-- +goose StatementBegin
create trigger client_tally_insert after insert on client_tally
begin
	insert into workspace_tally (workspace_id, part, day, currency, records, minor)
	values (new.workspace_id, new.part, new.day, new.currency, new.records, new.minor)
	on conflict (workspace_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	delete from client_tally
	where workspace_id = new.workspace_id and client_id = new.client_id and part = new.part and day = new.day and currency = new.currency
		and records = 0 and minor = 0;
	delete from workspace_tally
	where workspace_id = new.workspace_id and part = new.part and day = new.day and currency = new.currency
		and records = 0 and minor = 0;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger client_tally_update after update on client_tally
begin
	insert into workspace_tally (workspace_id, part, day, currency, records, minor)
	values (new.workspace_id, new.part, new.day, new.currency, new.records - old.records, new.minor - old.minor)
	on conflict (workspace_id, part, day, currency) do update set records = records + excluded.records, minor = minor + excluded.minor;
	delete from client_tally
	where workspace_id = new.workspace_id and client_id = new.client_id and part = new.part and day = new.day and currency = new.currency
		and records = 0 and minor = 0;
	delete from workspace_tally
	where workspace_id = new.workspace_id and part = new.part and day = new.day and currency = new.currency
		and records = 0 and minor = 0;
end;
-- +goose StatementEnd
