package change

import (
	"context"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Turns tells whether a request can go on as a case: one about a bug, while nothing is
// quoted.
func (r Request) Turns() bool {
	return r.Category == BugFix && (r.State == Submitted || r.State == InReview || r.State == NeedsInfo)
}

// MayTurn tells whether this person may let a request go on as a case, and a case as a
// request.
func (a App) MayTurn() bool { return a.MayWrite() && a.who.May(auth.CasesWrite) }

// Turn lets a request about a bug go on as a case of its contact, and gives the case's
// id, the second time the first one's. Problems are Forbidden, NotFound, and Conflict
// when it has moved on or is about something else.
func (a App) Turn(ctx context.Context, request ID, b Before) (support.ID, error) {
	if !a.MayTurn() {
		return "", problem.Of(problem.Forbidden, "problem.forbidden")
	}
	err := a.on(ctx, request, b, func(tx scope.Tx, r *Request) error {
		switch {
		case !r.Turns():
			return r.moved()
		case !r.AskerSeesCases:
			return problem.Of(problem.Conflict, "change.turn_blind", "contact", r.ContactName)
		}
		if r.State == Submitted {
			if err := a.review(ctx, tx, r, Submitted); err != nil {
				return err
			}
		}
		said, err := r.everything(ctx, tx)
		if err != nil {
			return err
		}
		goesOn := support.Details{Client: r.Client, Contact: r.Contact, Subject: r.Title, Priority: support.Priority(r.Priority)}
		if r.WentOnAs.ID, err = support.Adopt(ctx, tx, a.who, support.Turned{Details: goesOn, Said: said}); err != nil {
			return err
		}
		r.Reason = ""
		if err := r.step(ctx, tx, a.who, "turned", map[string]any{"case": r.WentOnAs.ID}); err != nil {
			return err
		}
		return r.tellClient(ctx, tx, a.who, "turned", "", "")
	})
	if err != nil {
		return "", err
	}
	now, err := a.Get(ctx, request, Part{})
	return now.WentOnAs.ID, err
}

// everything is what was written about a request, beginning with the wish itself.
func (r Request) everything(ctx context.Context, tx scope.Tx) ([]support.Said, error) {
	of, at := scope.Args{"request": r.ID}, map[string]int{}
	all, err := scope.List(ctx, tx, listEverything, of, func(row scope.Row) (s support.Said, err error) {
		var message string
		err = row.Scan(&message, &s.ByStaff, &s.Author, &s.Body, scope.Time(&s.At))
		at[message] = len(at)
		return s, err
	})
	if err != nil {
		return nil, err
	}
	all[0].Body = strings.TrimSpace(strings.Join([]string{r.Description, r.Justification, r.Benefit}, "\n\n"))
	err = tx.Each(ctx, listEveryFile, of, func(row scope.Row) error {
		var message string
		var f document.Attached
		if err := row.Scan(&message, &f.Name, &f.Version); err != nil {
			return err
		}
		all[at[message]].Files = append(all[at[message]].Files, f)
		return nil
	})
	return all, err
}

// Wish is what staff type about a case that goes on as a request.
type Wish struct {
	Details
	Contact    string // who asks for it
	Resolution string // what the client reads in the case
	Seen       string // id of the newest entry of the case that was read
}

// WishFields are the names of the form's fields in their order.
var WishFields = []string{"project", "contact", "title", "description", "category", "priority", "justification", "benefit", "resolution"}

// FromCase lets a case go on as a request of a contact, resolves it, and gives the
// request's id, the second time the first one's. Problems are Forbidden, Invalid by
// field, NotFound, and Conflict when somebody else has written in the case meanwhile, or
// when it rests, is over or has gone on already.
func (a App) FromCase(ctx context.Context, of support.ID, in Wish) (ID, error) {
	if !a.MayTurn() {
		return "", problem.Of(problem.Forbidden, "problem.forbidden")
	}
	if !id.Valid(of.String()) {
		return "", problem.Missing()
	}
	var f problem.Fields
	details := in.clean(&f)
	resolution := text.Block(&f, "resolution", in.Resolution, text.Required, support.LongestReason)
	if !id.Valid(in.Contact) {
		f.Add("contact", "case.contact_required")
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	var made string
	err := a.who.Write(ctx, auth.ChangesWrite, func(tx scope.Tx) (err error) {
		made, err = scope.Once(ctx, tx, func() (string, error) {
			r := Request{Details: details, Contact: in.Contact}
			err := support.Lead(ctx, tx, a.who, of, in.Seen, resolution, func(c support.Case, files []document.Attached) error {
				r.Client, r.CameFrom.ID = c.Client, c.ID
				if err := a.wished(ctx, tx, r); err != nil {
					return err
				}
				if err := r.submit(ctx, tx, a.who, "adopted", nil); err != nil {
					return err
				}
				for _, f := range files {
					if err := r.attach(ctx, tx, a.who.NewID(), "", f); err != nil {
						return err
					}
				}
				if c.Contact == r.Contact {
					return nil // hears of it from the case
				}
				return r.tellClient(ctx, tx, a.who, "adopted", "", "")
			})
			return r.ID.String(), err
		})
		return err
	})
	return ID(made), err
}

// wished holds that project and contact are the client's and can be chosen.
func (a App) wished(ctx context.Context, tx scope.Tx, r Request) error {
	at := scope.Args{"client": r.Client, "project": r.Project}
	n, err := scope.One(ctx, tx, findOpenProject, at, scope.Value[int])
	if err != nil {
		return err
	}
	var f problem.Fields
	if n == 0 {
		f.Add("project", "change.project_choose_one")
	}
	if n, err = scope.One(ctx, tx, findAsker, scope.Args{"client": r.Client, "contact": r.Contact}, scope.Value[int]); err != nil {
		return err
	}
	if n == 0 {
		f.Add("contact", "case.contact_required")
	}
	return f.Err()
}

// Askers are what a case of a client can go on with: projects under way that are
// shared, and contacts who see changes.
type Askers struct{ Projects, Contacts []Choice }

// Askers reads them.
func (a App) Askers(ctx context.Context, of support.Case) (found Askers, err error) {
	err = a.who.Read(ctx, auth.ChangesRead, func(tx scope.Tx) error {
		return tx.Each(ctx, listAskers, scope.Args{"client": of.Client}, func(row scope.Row) error {
			var kind string
			var c Choice
			if err := row.Scan(&kind, &c.ID, &c.Name); err != nil {
				return err
			}
			if kind == "project" {
				found.Projects = append(found.Projects, c)
			} else {
				found.Contacts = append(found.Contacts, c)
			}
			return nil
		})
	})
	return found, err
}

// The wish comes first.
const listEverything = `-- listEverything
select '' as id, false as by_staff, k.identity_id as author, '' as body, r.created_at as at
from change_request r
join contact k on k.workspace_id = r.workspace_id and k.id = r.contact_id
where r.workspace_id = :workspace
  and r.id = :request
union all
select m.id, m.author_kind = 'staff', m.author_id, m.body, m.created_at
from change_message m
where m.workspace_id = :workspace
  and m.request_id = :request
order by id`

const listEveryFile = `-- listEveryFile
select coalesce(f.message_id, ''), f.name, f.file_version_id
from change_file f
where f.workspace_id = :workspace
  and f.request_id = :request
order by f.id`

const findAsker = `-- findAsker
select count(*)
from contact k
where k.workspace_id = :workspace
  and k.client_id = :client
  and k.id = :contact
  and k.suspended_at is null
  and k.changes <> 'none'`

const listAskers = `-- listAskers
select * from (
	select 'project' as kind, p.id as id, p.name as name
	from project p
	where p.workspace_id = :workspace
	  and p.client_id = :client
	  and ` + openProject + `
	order by p.name_key, p.id
	limit 500) a
union all
select * from (
	select 'contact', k.id, i.name
	from contact k
	join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
	where k.workspace_id = :workspace
	  and k.client_id = :client
	  and k.suspended_at is null
	  and k.changes <> 'none'
	order by i.name, k.id
	limit 500) b`
