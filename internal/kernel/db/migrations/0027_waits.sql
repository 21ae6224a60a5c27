-- +goose Up

-- What waits for somebody is counted on every page, so that each kind of it is found
-- among records of its kind alone, where that can be in the order in which it is listed.
create index contract_of_state on contract (workspace_id, client_id, state, id);
create index change_request_of_state on change_request (workspace_id, client_id, state, state_at, id);
create index change_request_since on change_request (workspace_id, state, state_at, id);
create index change_request_valid on change_request (workspace_id, state, valid_until, id);
create index support_case_to_confirm on support_case (workspace_id, client_id, contact_id, resolved_at, id) where state = 'resolved';
create index support_case_to_take on support_case (workspace_id, shown_at, id) where state in ('new', 'open');
create index support_case_to_answer on support_case (workspace_id, assignee_id, shown_at, id) where state in ('new', 'open');
create index invoice_to_issue on invoice (workspace_id, created_at, id) where state = 'draft' and kind = 'invoice';
drop index change_request_asked;
drop index change_request_quoted;

create index calendar_event_of_turn on calendar_event (workspace_id, client_id, turn, lapses_at, id);
create index calendar_event_waiting on calendar_event (workspace_id, lapses_at, id) where turn <> '';
create index calendar_event_held on calendar_event (workspace_id, organiser_id, ends_at, id) where state = 'confirmed';
drop index calendar_event_asked;
drop index calendar_event_turn;

-- What a client has in one state, and what is offered for a choice, is found without
-- looking at other clients'.
create index invoice_of_state on invoice (workspace_id, client_id, state, listed, id);
create index project_of_name on project (workspace_id, client_id, name_key, id);

-- What belongs to a record is found by it, in the order in which it is read: where an
-- index has the order alone, SQLite may prefer that one and read all of a workspace.
create index calendar_attendee_of on calendar_attendee (workspace_id, event_id, id);
create index calendar_slot_of_event on calendar_slot (workspace_id, event_id, starts_at, id);
create index calendar_slot_of_proposal on calendar_slot (workspace_id, proposal_id, id);
create index calendar_busy_from on calendar_busy (workspace_id, starts_at, member_id);
drop index calendar_slot_of;
create index case_reply_file_of_case on case_reply_file (workspace_id, case_id, id);
create index change_file_of_request on change_file (workspace_id, request_id, id);
create index document_of_place on document (workspace_id, place_kind, place_id, category, id);
create index signature_of_version on signature (workspace_id, contract_id, number, id);
drop index signature_of_contract;
create index allocation_by_payment on allocation (workspace_id, payment_id, id) where payment_id is not null;
create index allocation_by_payment_invoice on allocation (workspace_id, payment_id, invoice_id, id) where payment_id is not null;
drop index allocation_of_payment;
