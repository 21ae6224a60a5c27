-- +goose Up

-- Whatever an issued invoice says is fixed: only its state, what became of it and
-- where its file is may change after a draft.

-- +goose StatementBegin
create trigger invoice_no_update before update on invoice
when old.state <> 'draft' and (
	new.workspace_id is not old.workspace_id
	or new.id is not old.id
	or new.client_id is not old.client_id
	or new.kind is not old.kind
	or new.number is not old.number
	or new.corrects_id is not old.corrects_id
	or new.project_id is not old.project_id
	or new.milestone_id is not old.milestone_id
	or new.currency is not old.currency
	or new.inclusive is not old.inclusive
	or new.discount_rate is not old.discount_rate
	or new.discount_minor is not old.discount_minor
	or new.terms_days is not old.terms_days
	or new.issued_on is not old.issued_on
	or new.due_on is not old.due_on
	or new.po_number is not old.po_number
	or new.notes is not old.notes
	or new.instructions is not old.instructions
	or new.amount_minor is not old.amount_minor
	or new.reduced_minor is not old.reduced_minor
	or new.net_minor is not old.net_minor
	or new.tax_minor is not old.tax_minor
	or new.gross_minor is not old.gross_minor
	or new.snapshot is not old.snapshot
	or new.snapshot_sha256 is not old.snapshot_sha256
	or new.listed is not old.listed
	or new.search_key is not old.search_key
	or new.issued_at is not old.issued_at
	or new.issued_by is not old.issued_by
	or new.created_by is not old.created_by
	or new.created_at is not old.created_at
	or new.state <> old.state and not (old.state = 'issued' and new.state = 'void')
	or old.file_version_id is not null and new.file_version_id is not old.file_version_id)
begin
	select raise(abort, 'an issued invoice cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger invoice_no_delete before delete on invoice
when old.state <> 'draft'
begin
	select raise(abort, 'an issued invoice cannot be deleted');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger invoice_line_no_insert before insert on invoice_line
when exists (select 1 from invoice n where n.workspace_id = new.workspace_id and n.id = new.invoice_id and n.state <> 'draft')
begin
	select raise(abort, 'an issued invoice cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger invoice_line_no_update before update on invoice_line
when exists (select 1 from invoice n where n.workspace_id = old.workspace_id and n.id = old.invoice_id and n.state <> 'draft')
	or exists (select 1 from invoice n where n.workspace_id = new.workspace_id and n.id = new.invoice_id and n.state <> 'draft')
begin
	select raise(abort, 'an issued invoice cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger invoice_line_no_delete before delete on invoice_line
when exists (select 1 from invoice n where n.workspace_id = old.workspace_id and n.id = old.invoice_id and n.state <> 'draft')
begin
	select raise(abort, 'an issued invoice cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger invoice_tax_no_insert before insert on invoice_tax
when exists (select 1 from invoice n where n.workspace_id = new.workspace_id and n.id = new.invoice_id and n.state <> 'draft')
begin
	select raise(abort, 'an issued invoice cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger invoice_tax_no_update before update on invoice_tax
when exists (select 1 from invoice n where n.workspace_id = old.workspace_id and n.id = old.invoice_id and n.state <> 'draft')
	or exists (select 1 from invoice n where n.workspace_id = new.workspace_id and n.id = new.invoice_id and n.state <> 'draft')
begin
	select raise(abort, 'an issued invoice cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger invoice_tax_no_delete before delete on invoice_tax
when exists (select 1 from invoice n where n.workspace_id = old.workspace_id and n.id = old.invoice_id and n.state <> 'draft')
begin
	select raise(abort, 'an issued invoice cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger payment_no_update before update on payment
begin
	select raise(abort, 'the ledger cannot be changed or deleted');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger payment_no_delete before delete on payment
begin
	select raise(abort, 'the ledger cannot be changed or deleted');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger refund_no_update before update on refund
begin
	select raise(abort, 'the ledger cannot be changed or deleted');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger refund_no_delete before delete on refund
begin
	select raise(abort, 'the ledger cannot be changed or deleted');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger allocation_no_update before update on allocation
begin
	select raise(abort, 'the ledger cannot be changed or deleted');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger allocation_no_delete before delete on allocation
begin
	select raise(abort, 'the ledger cannot be changed or deleted');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger number_counter_no_update before update on number_counter
when new.workspace_id <> old.workspace_id or new.kind <> old.kind or new.year <> old.year or new.last <> old.last + 1
begin
	select raise(abort, 'numbers go up one by one');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger number_counter_no_delete before delete on number_counter
begin
	select raise(abort, 'numbers go up one by one');
end;
-- +goose StatementEnd
