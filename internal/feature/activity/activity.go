// Package activity is the one record of what happened. Every change writes one
// row in its own transaction; feeds, mails and the audit log read it. Rows
// are never changed, which the database itself holds.
package activity

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/scope"
)

// Event is one thing that happened.
type Event = auth.Event

// Log writes events. Its ids are in order of time.
type Log struct {
	IDs *id.Source
	// Then, when set, is told of each event with its id, in the same transaction.
	Then func(ctx context.Context, tx scope.Tx, id string, e Event) error
}

const insert = `-- insertActivity
insert into activity (workspace_id, id, at, actor_kind, actor_id, address, agent, request_id,
	kind, subject_kind, subject_id, area, client_id, audience, params)
values (:workspace, :id, :now, :actor_kind, nullif(:identity, ''), :address, :agent, :request,
	:kind, :subject_kind, :subject_id, :area, nullif(:client, ''), :audience, :params)`

// Record writes an event in the transaction of its change. The actor is the
// transaction's or, where that is the program itself, whose doing it was.
func (l Log) Record(ctx context.Context, tx scope.Tx, e Event) error {
	params := []byte("{}")
	if len(e.Params) > 0 {
		var err error
		if params, err = json.Marshal(e.Params); err != nil {
			return fmt.Errorf("params of %s: %w", e.Kind, err)
		}
	}
	who, made := tx.Who(), l.IDs.New()
	args := scope.Args{
		"id": made, "actor_kind": who.Kind.String(), "address": who.Address, "agent": cut(who.Agent, 300), "request": who.Request,
		"kind": e.Kind, "subject_kind": e.SubjectKind, "subject_id": e.SubjectID, "area": string(e.Area),
		"audience": string(e.Audience), "params": string(params),
	}
	if _, err := tx.Exec(ctx, insert, tx.WithClient(e.Client, tx.WithIdentity(e.By, args))); err != nil {
		return fmt.Errorf("record %s: %w", e.Kind, err)
	}
	if l.Then == nil {
		return nil
	}
	return l.Then(ctx, tx, made, e)
}

func cut(text string, most int) string { return text[:min(len(text), most)] }

// Entry is an event as it is read, with the name of whoever did it.
type Entry struct {
	ID        string
	At        time.Time
	ActorKind string
	ActorID   string
	ActorName string // empty for the system and for visitors
	Address   string
	Agent     string
	Kind      string
	SubjectID string
	Params    map[string]any
}

// Scan reads, in this order: id, at, actor_kind, actor_id, the name of the
// actor's identity, address, agent, kind, subject_id, params.
func Scan(row scope.Row) (e Entry, err error) {
	var params string
	err = row.Scan(&e.ID, scope.Time(&e.At), &e.ActorKind, scope.Text(&e.ActorID), scope.Text(&e.ActorName),
		&e.Address, &e.Agent, &e.Kind, &e.SubjectID, scope.Text(&params))
	if err == nil {
		err = json.Unmarshal([]byte(params), &e.Params)
	}
	return e, err
}
