-- +goose Up

-- What was said stays as it was said.

-- +goose StatementBegin
create trigger change_quote_no_update before update on change_quote
begin
	select raise(abort, 'what was asked, offered and decided cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger change_quote_no_delete before delete on change_quote
begin
	select raise(abort, 'what was asked, offered and decided cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger change_message_no_update before update on change_message
begin
	select raise(abort, 'what was asked, offered and decided cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger change_message_no_delete before delete on change_message
begin
	select raise(abort, 'what was asked, offered and decided cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger change_file_no_update before update on change_file
begin
	select raise(abort, 'what was asked, offered and decided cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger change_file_no_delete before delete on change_file
begin
	select raise(abort, 'what was asked, offered and decided cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger change_decision_no_update before update on change_decision
begin
	select raise(abort, 'what was asked, offered and decided cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger change_decision_no_delete before delete on change_decision
begin
	select raise(abort, 'what was asked, offered and decided cannot be changed');
end;
-- +goose StatementEnd

-- Tallies follow the rows that they count.

-- +goose StatementBegin
create trigger change_request_tally_insert after insert on change_request
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'change.' || new.state, '', '', 1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger change_request_tally_update after update of state on change_request
begin
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (old.workspace_id, old.client_id, 'change.' || old.state, '', '', -1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
	insert into client_tally (workspace_id, client_id, part, day, currency, records, minor)
	values (new.workspace_id, new.client_id, 'change.' || new.state, '', '', 1, 0)
	on conflict (workspace_id, client_id, part, day, currency) do update set records = records + excluded.records;
end;
-- +goose StatementEnd

-- A draft that is discarded takes no request along.

-- +goose StatementBegin
create trigger change_invoice_discarded before delete on invoice
begin
	update change_request set invoice_id = null where workspace_id = old.workspace_id and invoice_id = old.id;
end;
-- +goose StatementEnd
