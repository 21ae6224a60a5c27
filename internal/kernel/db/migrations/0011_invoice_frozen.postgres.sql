-- +goose Up

-- Whatever an issued invoice says is fixed: only its state, what became of it and
-- where its file is may change after a draft.

-- +goose StatementBegin
create function invoice_frozen() returns trigger language plpgsql as $$
declare
	free constant text[] := array['state', 'file_version_id', 'sent_at', 'voided_at', 'voided_by', 'written_off_at', 'written_off_by', 'written_off_reason', 'version'];
begin
	if tg_op = 'TRUNCATE' then
		raise exception 'invoices cannot be deleted';
	end if;
	if old.state = 'draft' then
		if tg_op = 'DELETE' then
			return old;
		end if;
		return new;
	end if;
	if tg_op = 'DELETE' then
		raise exception 'an issued invoice cannot be deleted';
	end if;
	if to_jsonb(new) - free is distinct from to_jsonb(old) - free
		or new.state <> old.state and not (old.state = 'issued' and new.state = 'void')
		or old.file_version_id is not null and new.file_version_id is distinct from old.file_version_id then
		raise exception 'an issued invoice cannot be changed';
	end if;
	return new;
end;
$$;
-- +goose StatementEnd
create trigger invoice_no_change before update or delete on invoice
	for each row execute function invoice_frozen();
create trigger invoice_no_truncate before truncate on invoice
	for each statement execute function invoice_frozen();

-- +goose StatementBegin
create function invoice_part_frozen() returns trigger language plpgsql as $$
begin
	if tg_op = 'TRUNCATE' then
		raise exception 'parts of invoices cannot be deleted';
	end if;
	if tg_op <> 'INSERT' and exists (select 1 from invoice n where n.workspace_id = old.workspace_id and n.id = old.invoice_id and n.state <> 'draft')
		or tg_op <> 'DELETE' and exists (select 1 from invoice n where n.workspace_id = new.workspace_id and n.id = new.invoice_id and n.state <> 'draft') then
		raise exception 'an issued invoice cannot be changed';
	end if;
	if tg_op = 'DELETE' then
		return old;
	end if;
	return new;
end;
$$;
-- +goose StatementEnd
create trigger invoice_line_no_change before insert or update or delete on invoice_line
	for each row execute function invoice_part_frozen();
create trigger invoice_line_no_truncate before truncate on invoice_line
	for each statement execute function invoice_part_frozen();
create trigger invoice_tax_no_change before insert or update or delete on invoice_tax
	for each row execute function invoice_part_frozen();
create trigger invoice_tax_no_truncate before truncate on invoice_tax
	for each statement execute function invoice_part_frozen();

-- +goose StatementBegin
create function ledger_frozen() returns trigger language plpgsql as $$
begin
	raise exception 'the ledger cannot be changed or deleted';
end;
$$;
-- +goose StatementEnd
create trigger payment_no_change before update or delete on payment
	for each row execute function ledger_frozen();
create trigger payment_no_truncate before truncate on payment
	for each statement execute function ledger_frozen();
create trigger refund_no_change before update or delete on refund
	for each row execute function ledger_frozen();
create trigger refund_no_truncate before truncate on refund
	for each statement execute function ledger_frozen();
create trigger allocation_no_change before update or delete on allocation
	for each row execute function ledger_frozen();
create trigger allocation_no_truncate before truncate on allocation
	for each statement execute function ledger_frozen();

-- +goose StatementBegin
create function number_counter_frozen() returns trigger language plpgsql as $$
begin
	if tg_op = 'UPDATE' and new.workspace_id = old.workspace_id and new.kind = old.kind and new.year = old.year and new.last = old.last + 1 then
		return new;
	end if;
	raise exception 'numbers go up one by one';
end;
$$;
-- +goose StatementEnd
create trigger number_counter_no_change before update or delete on number_counter
	for each row execute function number_counter_frozen();
create trigger number_counter_no_truncate before truncate on number_counter
	for each statement execute function number_counter_frozen();
