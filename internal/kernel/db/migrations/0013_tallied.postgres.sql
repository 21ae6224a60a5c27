-- +goose Up

-- Tallies follow the rows that they count. What comes to nothing is not kept.

-- +goose StatementBegin
create function tally(of_workspace text, of_client text, of_part text, of_day text, of_currency text, more bigint, sum bigint) returns void language plpgsql as $$
begin
	-- Whoever changes tallies of a workspace waits here for the one before, so that
	-- nobody waits for a row of somebody who waits for theirs.
	perform pg_advisory_xact_lock(hashtextextended(of_workspace || '/tally', 0));
	insert into client_tally as t (workspace_id, client_id, part, day, currency, records, minor)
	values (of_workspace, of_client, of_part, of_day, of_currency, more, sum)
	on conflict (workspace_id, client_id, part, day, currency) do update
		set records = t.records + excluded.records, minor = t.minor + excluded.minor;
	insert into workspace_tally as t (workspace_id, part, day, currency, records, minor)
	values (of_workspace, of_part, of_day, of_currency, more, sum)
	on conflict (workspace_id, part, day, currency) do update
		set records = t.records + excluded.records, minor = t.minor + excluded.minor;
	delete from client_tally
	where workspace_id = of_workspace and client_id = of_client and part = of_part and day = of_day and currency = of_currency
		and records = 0 and minor = 0;
	delete from workspace_tally
	where workspace_id = of_workspace and part = of_part and day = of_day and currency = of_currency
		and records = 0 and minor = 0;
end;
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function client_count(c client, sign bigint) returns void language plpgsql as $$
begin
	perform tally(c.workspace_id, c.id, 'client.' || case when c.archived_at is not null then 'archived' when c.lead_status is null then 'clients' else 'leads' end, '', '', sign, 0);
	if c.portal_enabled_at is not null and c.archived_at is null then
		perform tally(c.workspace_id, c.id, 'client.portal', '', '', sign, 0);
	end if;
	if c.lead_status = 'new' and c.archived_at is null then
		perform tally(c.workspace_id, c.id, 'client.new', '', '', sign, 0);
	end if;
end;
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function client_tallied() returns trigger language plpgsql as $$
begin
	if tg_op = 'UPDATE' then
		perform client_count(old, -1);
	end if;
	perform client_count(new, 1);
	return null;
end;
$$;
-- +goose StatementEnd
create trigger client_counted after insert or update of lead_status, portal_enabled_at, archived_at on client
	for each row execute function client_tallied();

-- +goose StatementBegin
create function invoice_tallied() returns trigger language plpgsql as $$
begin
	if tg_op <> 'INSERT' then
		perform tally(old.workspace_id, old.client_id, old.kind || '.' || old.state, '', old.currency, -1, -old.gross_minor);
		if old.kind = 'credit_note' and old.state = 'issued' then
			perform tally(old.workspace_id, old.client_id, 'credit', '', old.currency, 0, -old.gross_minor);
		end if;
	end if;
	if tg_op <> 'DELETE' then
		perform tally(new.workspace_id, new.client_id, new.kind || '.' || new.state, '', new.currency, 1, new.gross_minor);
		if new.kind = 'credit_note' and new.state = 'issued' then
			perform tally(new.workspace_id, new.client_id, 'credit', '', new.currency, 0, new.gross_minor);
		end if;
	end if;
	return null;
end;
$$;
-- +goose StatementEnd
create trigger invoice_tally after insert or update of client_id, kind, state, currency, gross_minor or delete on invoice
	for each row execute function invoice_tallied();

-- +goose StatementBegin
create function open_amount_tallied() returns trigger language plpgsql as $$
begin
	if tg_op <> 'INSERT' and old.open_minor > 0 then
		perform tally(old.workspace_id, old.client_id, case when old.written_off then 'off' else 'open' end, old.due_on, old.currency, -1, -old.open_minor);
	end if;
	if tg_op <> 'DELETE' and new.open_minor > 0 then
		perform tally(new.workspace_id, new.client_id, case when new.written_off then 'off' else 'open' end, new.due_on, new.currency, 1, new.open_minor);
	end if;
	return null;
end;
$$;
-- +goose StatementEnd
create trigger open_amount_tally after insert or update or delete on open_amount
	for each row execute function open_amount_tallied();

-- +goose StatementBegin
create function ledger_tallied() returns trigger language plpgsql as $$
begin
	if tg_table_name = 'payment' then
		perform tally(new.workspace_id, new.client_id, 'paid', new.paid_on, new.currency, 1, new.amount_minor);
		perform tally(new.workspace_id, new.client_id, 'credit', '', new.currency, 0, new.amount_minor);
	else
		perform tally(new.workspace_id, new.client_id, 'credit', '', new.currency, 0, -new.amount_minor);
	end if;
	return null;
end;
$$;
-- +goose StatementEnd
create trigger payment_tally after insert on payment
	for each row execute function ledger_tallied();
create trigger refund_tally after insert on refund
	for each row execute function ledger_tallied();
create trigger allocation_tally after insert on allocation
	for each row execute function ledger_tallied();

-- +goose StatementBegin
create function under_way(state text) returns boolean language sql immutable as $$
	select state in ('planned', 'active', 'on_hold')
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function project_count(p project, sign bigint) returns void language plpgsql as $$
begin
	perform tally(p.workspace_id, p.client_id, 'project.' || p.state, '', '', sign, 0);
	if p.shared then
		perform tally(p.workspace_id, p.client_id, 'project.shown.' || p.state, '', '', sign, 0);
	end if;
	if under_way(p.state) and p.ends_on <> '' then
		perform tally(p.workspace_id, p.client_id, 'project.ends', p.ends_on, '', sign, 0);
	end if;
end;
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function target_count(t target, p project, sign bigint) returns void language plpgsql as $$
begin
	if t.kind = 'milestone' and t.state in ('planned', 'in_progress') and under_way(p.state) then
		perform tally(t.workspace_id, t.client_id, 'milestone.open', t.due_on, '', sign, 0);
		if t.client_visible and p.shared then
			perform tally(t.workspace_id, t.client_id, 'milestone.shown', '', '', sign, 0);
		end if;
	end if;
end;
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function project_tallied() returns trigger language plpgsql as $$
begin
	if tg_op <> 'INSERT' then
		perform project_count(old, -1);
	end if;
	if tg_op <> 'DELETE' then
		perform project_count(new, 1);
	end if;
	if tg_op = 'UPDATE' and (old.shared is distinct from new.shared or under_way(old.state) <> under_way(new.state)) then
		perform target_count(t, old, -1), target_count(t, new, 1)
		from target t
		where t.workspace_id = new.workspace_id and t.project_id = new.id and t.kind = 'milestone' and t.state in ('planned', 'in_progress');
	end if;
	return null;
end;
$$;
-- +goose StatementEnd
create trigger project_tally after insert or update of shared, state, ends_on or delete on project
	for each row execute function project_tallied();

-- +goose StatementBegin
create function target_tallied() returns trigger language plpgsql as $$
declare
	p project;
begin
	if tg_op = 'INSERT' then
		select * into p from project where workspace_id = new.workspace_id and id = new.project_id;
	else
		select * into p from project where workspace_id = old.workspace_id and id = old.project_id;
		perform target_count(old, p, -1);
	end if;
	if tg_op <> 'DELETE' then
		perform target_count(new, p, 1);
	end if;
	return null;
end;
$$;
-- +goose StatementEnd
create trigger target_tally after insert or update of due_on, client_visible, state or delete on target
	for each row execute function target_tallied();

-- +goose StatementBegin
create function funding_tallied() returns trigger language plpgsql as $$
begin
	if tg_op <> 'INSERT' and old.status = 'received' then
		perform tally(p.workspace_id, p.client_id, 'funding.received', '', old.currency, -1, -old.amount_minor)
		from project p where p.workspace_id = old.workspace_id and p.id = old.project_id;
	end if;
	if tg_op <> 'DELETE' and new.status = 'received' then
		perform tally(p.workspace_id, p.client_id, 'funding.received', '', new.currency, 1, new.amount_minor)
		from project p where p.workspace_id = new.workspace_id and p.id = new.project_id;
	end if;
	return null;
end;
$$;
-- +goose StatementEnd
create trigger funding_tally after insert or update of amount_minor, currency, status or delete on funding
	for each row execute function funding_tallied();
