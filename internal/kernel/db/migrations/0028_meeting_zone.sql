-- +goose Up

-- The zone that a contact reads times of meetings in until they choose one: where they
-- first named times from.
alter table contact add column meeting_zone text not null default '';
