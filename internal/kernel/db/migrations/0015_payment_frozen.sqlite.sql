-- +goose Up

-- What was asked for, and what was told, stays: only how far it has come may change.

-- +goose StatementBegin
create trigger stripe_event_no_update before update on stripe_event
when new.workspace_id is not old.workspace_id
	or new.id is not old.id
	or new.kind is not old.kind
	or new.key_id is not old.key_id
	or new.body_sha256 is not old.body_sha256
	or new.body is not old.body and (new.body <> '' or old.done_at is null)
	or new.received_at is not old.received_at
begin
	select raise(abort, 'what was asked for and told about payments cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger stripe_event_no_delete before delete on stripe_event
begin
	select raise(abort, 'what was asked for and told about payments cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger checkout_no_update before update on checkout
when new.workspace_id is not old.workspace_id
	or new.id is not old.id
	or new.client_id is not old.client_id
	or new.invoice_id is not old.invoice_id
	or new.key_id is not old.key_id
	or new.account_id is not old.account_id
	or new.live is not old.live
	or new.currency is not old.currency
	or new.amount_minor is not old.amount_minor
	or new.ask is not old.ask
	or new.created_by is not old.created_by
	or new.created_at is not old.created_at
begin
	select raise(abort, 'what was asked for and told about payments cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger checkout_no_delete before delete on checkout
begin
	select raise(abort, 'what was asked for and told about payments cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger unmatched_payment_no_update before update on unmatched_payment
when new.workspace_id is not old.workspace_id
	or new.id is not old.id
	or new.key_id is not old.key_id
	or new.session_id is not old.session_id
	or new.intent_id is not old.intent_id
	or new.currency is not old.currency
	or new.amount_minor is not old.amount_minor
	or new.reason is not old.reason
	or new.created_at is not old.created_at
begin
	select raise(abort, 'what was asked for and told about payments cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger unmatched_payment_no_delete before delete on unmatched_payment
begin
	select raise(abort, 'what was asked for and told about payments cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger stripe_refund_no_update before update on stripe_refund
when new.workspace_id is not old.workspace_id
	or new.id is not old.id
	or new.key_id is not old.key_id
	or new.intent_id is not old.intent_id
	or new.currency is not old.currency
	or new.amount_minor is not old.amount_minor
	or new.created_at is not old.created_at
begin
	select raise(abort, 'what was asked for and told about payments cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger stripe_refund_no_delete before delete on stripe_refund
begin
	select raise(abort, 'what was asked for and told about payments cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger dispute_no_update before update on dispute
when new.workspace_id is not old.workspace_id
	or new.id is not old.id
	or new.payment_id is not old.payment_id
	or new.currency is not old.currency
	or new.amount_minor is not old.amount_minor
	or new.created_at is not old.created_at
begin
	select raise(abort, 'what was asked for and told about payments cannot be changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger dispute_no_delete before delete on dispute
begin
	select raise(abort, 'what was asked for and told about payments cannot be changed');
end;
-- +goose StatementEnd
