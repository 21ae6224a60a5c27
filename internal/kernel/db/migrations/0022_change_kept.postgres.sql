-- +goose Up

-- What was said stays as it was said.
-- +goose StatementBegin
create function change_record_frozen() returns trigger language plpgsql as $$
begin
	raise exception 'what was asked, offered and decided cannot be changed';
end;
$$;
-- +goose StatementEnd
create trigger change_quote_no_change before update or delete on change_quote
	for each row execute function change_record_frozen();
create trigger change_quote_no_truncate before truncate on change_quote
	for each statement execute function change_record_frozen();
create trigger change_message_no_change before update or delete on change_message
	for each row execute function change_record_frozen();
create trigger change_message_no_truncate before truncate on change_message
	for each statement execute function change_record_frozen();
create trigger change_file_no_change before update or delete on change_file
	for each row execute function change_record_frozen();
create trigger change_file_no_truncate before truncate on change_file
	for each statement execute function change_record_frozen();
create trigger change_decision_no_change before update or delete on change_decision
	for each row execute function change_record_frozen();
create trigger change_decision_no_truncate before truncate on change_decision
	for each statement execute function change_record_frozen();

-- Tallies follow the rows that they count.
-- +goose StatementBegin
create function change_request_tallied() returns trigger language plpgsql as $$
begin
	if tg_op <> 'INSERT' then
		perform tally(old.workspace_id, old.client_id, 'change.' || old.state, '', '', -1, 0);
	end if;
	perform tally(new.workspace_id, new.client_id, 'change.' || new.state, '', '', 1, 0);
	return null;
end;
$$;
-- +goose StatementEnd
create trigger change_request_tally after insert or update of state on change_request
	for each row execute function change_request_tallied();

-- A draft that is discarded takes no request along.
-- +goose StatementBegin
create function change_invoice_gone() returns trigger language plpgsql as $$
begin
	update change_request set invoice_id = null where workspace_id = old.workspace_id and invoice_id = old.id;
	return old;
end;
$$;
-- +goose StatementEnd
create trigger change_invoice_discarded before delete on invoice
	for each row execute function change_invoice_gone();
