-- +goose Up

-- What was asked for, and what was told, stays: only how far it has come may change.

-- +goose StatementBegin
create function refuse_payment_change() returns trigger language plpgsql as $$
begin
	raise exception 'what was asked for and told about payments cannot be changed';
end;
$$;
-- +goose StatementEnd

create trigger stripe_event_no_update before update on stripe_event
	for each row when (new.workspace_id is distinct from old.workspace_id
		or new.id is distinct from old.id
		or new.kind is distinct from old.kind
		or new.key_id is distinct from old.key_id
		or new.body_sha256 is distinct from old.body_sha256
		or new.body is distinct from old.body and (new.body <> '' or old.done_at is null)
		or new.received_at is distinct from old.received_at)
	execute function refuse_payment_change();
create trigger stripe_event_no_delete before delete on stripe_event
	for each row execute function refuse_payment_change();
create trigger stripe_event_no_truncate before truncate on stripe_event
	for each statement execute function refuse_payment_change();

create trigger checkout_no_update before update on checkout
	for each row when (new.workspace_id is distinct from old.workspace_id
		or new.id is distinct from old.id
		or new.client_id is distinct from old.client_id
		or new.invoice_id is distinct from old.invoice_id
		or new.key_id is distinct from old.key_id
		or new.account_id is distinct from old.account_id
		or new.live is distinct from old.live
		or new.currency is distinct from old.currency
		or new.amount_minor is distinct from old.amount_minor
		or new.ask is distinct from old.ask
		or new.created_by is distinct from old.created_by
		or new.created_at is distinct from old.created_at)
	execute function refuse_payment_change();
create trigger checkout_no_delete before delete on checkout
	for each row execute function refuse_payment_change();
create trigger checkout_no_truncate before truncate on checkout
	for each statement execute function refuse_payment_change();

create trigger unmatched_payment_no_update before update on unmatched_payment
	for each row when (new.workspace_id is distinct from old.workspace_id
		or new.id is distinct from old.id
		or new.key_id is distinct from old.key_id
		or new.session_id is distinct from old.session_id
		or new.intent_id is distinct from old.intent_id
		or new.currency is distinct from old.currency
		or new.amount_minor is distinct from old.amount_minor
		or new.reason is distinct from old.reason
		or new.created_at is distinct from old.created_at)
	execute function refuse_payment_change();
create trigger unmatched_payment_no_delete before delete on unmatched_payment
	for each row execute function refuse_payment_change();
create trigger unmatched_payment_no_truncate before truncate on unmatched_payment
	for each statement execute function refuse_payment_change();

create trigger stripe_refund_no_update before update on stripe_refund
	for each row when (new.workspace_id is distinct from old.workspace_id
		or new.id is distinct from old.id
		or new.key_id is distinct from old.key_id
		or new.intent_id is distinct from old.intent_id
		or new.currency is distinct from old.currency
		or new.amount_minor is distinct from old.amount_minor
		or new.created_at is distinct from old.created_at)
	execute function refuse_payment_change();
create trigger stripe_refund_no_delete before delete on stripe_refund
	for each row execute function refuse_payment_change();
create trigger stripe_refund_no_truncate before truncate on stripe_refund
	for each statement execute function refuse_payment_change();

create trigger dispute_no_update before update on dispute
	for each row when (new.workspace_id is distinct from old.workspace_id
		or new.id is distinct from old.id
		or new.payment_id is distinct from old.payment_id
		or new.currency is distinct from old.currency
		or new.amount_minor is distinct from old.amount_minor
		or new.created_at is distinct from old.created_at)
	execute function refuse_payment_change();
create trigger dispute_no_delete before delete on dispute
	for each row execute function refuse_payment_change();
create trigger dispute_no_truncate before truncate on dispute
	for each statement execute function refuse_payment_change();
