-- +goose Up

-- What was sent to be signed, what was signed and what happened is never changed.
-- +goose StatementBegin
create function contract_record_frozen() returns trigger language plpgsql as $$
begin
	raise exception 'what was sent and signed cannot be changed';
end;
$$;
-- +goose StatementEnd
create trigger contract_version_no_change before update or delete on contract_version
	for each row execute function contract_record_frozen();
create trigger contract_version_no_truncate before truncate on contract_version
	for each statement execute function contract_record_frozen();
create trigger signature_no_change before update or delete on signature
	for each row execute function contract_record_frozen();
create trigger signature_no_truncate before truncate on signature
	for each statement execute function contract_record_frozen();
create trigger contract_event_no_change before update or delete on contract_event
	for each row execute function contract_record_frozen();
create trigger contract_event_no_truncate before truncate on contract_event
	for each statement execute function contract_record_frozen();

-- Outside of a draft a contract says what its version says; a sealed file stays.
-- +goose StatementBegin
create function contract_frozen() returns trigger language plpgsql as $$
declare
	free constant text[] := array['state', 'state_at', 'reason', 'reminds', 'sign_by', 'version_number', 'signed_at', 'executed_at', 'terminated_on',
		'seal', 'seal_problem', 'seal_tries', 'seal_at', 'sealed_version_id', 'sealed_sha256', 'search_key', 'warned_of', 'version'];
begin
	if tg_op = 'TRUNCATE' then
		raise exception 'contracts cannot be deleted';
	end if;
	if tg_op = 'DELETE' then
		if old.state = 'draft' and old.version_number = 0 then
			return old;
		end if;
		raise exception 'a contract that was sent cannot be deleted';
	end if;
	if old.workspace_id <> new.workspace_id or old.id <> new.id or old.client_id <> new.client_id or old.number <> new.number or old.check_code <> new.check_code
		or old.created_at <> new.created_at or old.created_by is distinct from new.created_by
		or new.version_number < old.version_number
		or old.sealed_version_id is not null and (new.sealed_version_id is distinct from old.sealed_version_id or new.sealed_sha256 <> old.sealed_sha256)
		or old.state in ('cancelled', 'terminated') and new.state <> old.state
		or old.state = 'executed' and new.state not in ('executed', 'terminated')
		or old.state <> 'draft' and to_jsonb(new) - free is distinct from to_jsonb(old) - free then
		raise exception 'a contract that was sent cannot be changed';
	end if;
	return new;
end;
$$;
-- +goose StatementEnd
create trigger contract_no_change before update or delete on contract
	for each row execute function contract_frozen();
create trigger contract_no_truncate before truncate on contract
	for each statement execute function contract_frozen();

-- Who signs is fixed with the version; how far they have come is not.
-- +goose StatementBegin
create function signatory_frozen() returns trigger language plpgsql as $$
declare
	free constant text[] := array['state', 'invited_at', 'viewed_at', 'done_at', 'reason', 'reminders', 'reminded_at'];
begin
	if tg_op = 'TRUNCATE' then
		raise exception 'signatories cannot be deleted';
	end if;
	if not exists (select 1 from contract_version v where v.workspace_id = old.workspace_id and v.contract_id = old.contract_id and v.number = old.number) then
		if tg_op = 'DELETE' then
			return old;
		end if;
		return new;
	end if;
	if tg_op = 'DELETE' or to_jsonb(new) - free is distinct from to_jsonb(old) - free
		or old.state in ('signed', 'declined', 'delegated') and new.state not in (old.state, 'void') then
		raise exception 'who signs a contract that was sent cannot be changed';
	end if;
	return new;
end;
$$;
-- +goose StatementEnd
create trigger signatory_no_change before update or delete on signatory
	for each row execute function signatory_frozen();
create trigger signatory_no_truncate before truncate on signatory
	for each statement execute function signatory_frozen();

-- Attachments come and go with a draft alone.
-- +goose StatementBegin
create function contract_attachment_frozen() returns trigger language plpgsql as $$
declare
	one contract_attachment%rowtype;
begin
	if tg_op = 'TRUNCATE' then
		raise exception 'attachments cannot be deleted';
	end if;
	if tg_op = 'UPDATE' then
		raise exception 'an attachment cannot be changed';
	end if;
	if tg_op = 'DELETE' then
		one := old;
	else
		one := new;
	end if;
	if exists (select 1 from contract n where n.workspace_id = one.workspace_id and n.id = one.contract_id and n.state <> 'draft') then
		raise exception 'the attachments of a contract that was sent cannot be changed';
	end if;
	return one;
end;
$$;
-- +goose StatementEnd
create trigger contract_attachment_no_change before insert or update or delete on contract_attachment
	for each row execute function contract_attachment_frozen();
create trigger contract_attachment_no_truncate before truncate on contract_attachment
	for each statement execute function contract_attachment_frozen();
