-- +goose Up

-- What waits for somebody is counted on every page, so that each kind of it is found
-- among records of its kind alone, in the order in which it is listed.
create index contract_to_sign on contract (workspace_id, client_id, sign_by, id) where state = 'pending_signature';
create index change_request_to_decide on change_request (workspace_id, client_id, valid_until, id) where state = 'quoted';
create index change_request_to_answer on change_request (workspace_id, client_id, state_at, id) where state = 'needs_info';
create index change_request_since on change_request (workspace_id, state, state_at, id);
create index support_case_to_confirm on support_case (workspace_id, client_id, contact_id, resolved_at, id) where state = 'resolved';
create index support_case_to_take on support_case (workspace_id, shown_at, id) where state in ('new', 'open');
create index support_case_to_answer on support_case (workspace_id, assignee_id, shown_at, id) where state in ('new', 'open');
create index invoice_to_issue on invoice (workspace_id, created_at, id) where state = 'draft' and kind = 'invoice';
drop index change_request_asked;
