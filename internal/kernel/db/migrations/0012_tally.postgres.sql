-- +goose Up

-- Tallies follow the rows that they count. What comes to nothing is not kept.

-- +goose StatementBegin
create function tally(of_workspace text, of_client text, of_part text, of_day text, of_currency text, more bigint, sum bigint) returns void language plpgsql as $$
begin
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
