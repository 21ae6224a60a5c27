package waiting

import (
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/project"
	"foyer/internal/feature/support"
)

// Each kind is the rest of a statement, so that what is listed and what is counted are
// found in one way. What only the list says of it, such as the client's name, is looked
// up by the list: a count on every page would look it up a hundred times.

const toPay = payment.ToPay + `
  and :money`

const toSign = `
from contract n
where n.workspace_id = :workspace
  and n.client_id = :client
  and :signs` + contract.WaitsForContact

const toDecide = `
from change_request r
where r.workspace_id = :workspace
  and r.client_id = :client
  and r.state = 'quoted'
  and r.valid_until >= :today
  and :may_accept
  and :changes` + change.SeenByContact

const toAnswerChange = `
from change_request r
where r.workspace_id = :workspace
  and r.client_id = :client
  and r.state = 'needs_info'
  and :may_answer
  and :changes` + change.SeenByContact

const toAnswerCase = `
from support_case n
where n.workspace_id = :workspace
  and n.client_id = :client
  and n.state = 'waiting_client'
  and :cases` + support.SeenByContact

const toAnswerMeeting = `
from calendar_event e
where e.workspace_id = :workspace
  and e.client_id = :client
  and e.turn = 'client'
  and :may_answer
  and :meetings` + calendar.Seen

// What staff have solved is for who asked to confirm.
const toConfirm = `
from support_case n
where n.workspace_id = :workspace
  and n.client_id = :client
  and n.state = 'resolved'
  and n.resolved_at > :grace
  and n.contact_id = :contact
  and :cases`

const waitsForContact = `-- waitsForContact
select * from (
	select 'sign' as kind, n.id as id, n.number as number, n.name as name, '' as client, n.sign_by as due_on, 0 as minor, '' as currency, false as online,
		cast(null as bigint) as since` + toSign + `
	order by case when n.sign_by = '' then '9999' else n.sign_by end, n.id
	limit 6) a
union all
select * from (
	select case when o.under_way then 'paying' else 'pay' end, n.id, n.number, coalesce((
		select p.name
		from project p
		where p.workspace_id = n.workspace_id and p.client_id || '' = n.client_id and p.id = n.project_id and :projects and ` + project.ProjectSeen + `), ''),
		'', o.due_on, o.open_minor, o.currency, :online and not o.under_way and exists (
		select 1
		from stripe_key k
		where k.workspace_id = o.workspace_id and k.retired_at is null), cast(null as bigint)` + toPay + `
	order by o.due_on, o.invoice_id
	limit 6) b
union all
select * from (
	select 'decide', r.id, r.number, r.title, '', r.valid_until, coalesce((
		select q.price_minor
		from change_quote q
		where q.workspace_id = r.workspace_id and q.client_id = r.client_id and q.id = r.quote_id), 0), coalesce((
		select q.currency
		from change_quote q
		where q.workspace_id = r.workspace_id and q.client_id = r.client_id and q.id = r.quote_id), ''), false, r.state_at` + toDecide + `
	order by r.valid_until, r.id
	limit 6) c
union all
select * from (
	select 'answer_change', r.id, r.number, r.title, '', '', 0, '', false, r.state_at` + toAnswerChange + `
	order by r.state_at, r.id
	limit 6) d
union all
select * from (
	select 'answer_case', n.id, n.number, n.subject, '', '', 0, '', false, n.state_at` + toAnswerCase + `
	order by n.state_at, n.id
	limit 6) e
union all
select * from (
	select 'confirm', n.id, n.number, n.subject, '', '', 0, '', false, n.resolved_at` + toConfirm + `
	order by n.resolved_at, n.id
	limit 6) f
union all
select * from (
	select 'answer_meeting', e.id, '', e.title, '', '', 0, '', false, e.state_at` + toAnswerMeeting + `
	order by e.lapses_at, e.id
	limit 6) g
union all
select 'pending', '', '', '', '', '', case when not :changes then 0 when :all_changes then coalesce((
		select cast(sum(t.records) as bigint)
		from client_tally t
		where t.workspace_id = w.id
		  and t.client_id = :client
		  and t.part in ('change.submitted', 'change.in_review', 'change.needs_info', 'change.quoted')), 0)
	else (
		select count(*)
		from change_request r
		where r.workspace_id = w.id
		  and r.client_id = :client
		  and r.contact_id = :contact
		  and r.state in ('submitted', 'in_review', 'needs_info', 'quoted')) end, '', false, cast(null as bigint)
from workspace w
where w.id = :workspace`

const countForContact = `-- countForContact
select 'sign', count(*) from (select 1 as one` + toSign + ` limit 100) a
union all
select 'pay', count(*) from (select 1 as one` + toPay + ` and not o.under_way limit 100) b
union all
select 'decide', count(*) from (select 1 as one` + toDecide + ` limit 100) c
union all
select 'answer_change', count(*) from (select 1 as one` + toAnswerChange + ` limit 100) d
union all
select 'answer_case', count(*) from (select 1 as one` + toAnswerCase + ` limit 100) e
union all
select 'confirm', count(*) from (select 1 as one` + toConfirm + ` limit 100) f
union all
select 'answer_meeting', count(*) from (select 1 as one` + toAnswerMeeting + ` limit 100) g`

const (
	disputed    = payment.Disputed + ` and :money`
	undelivered = payment.Undelivered + ` and :money`
	unopened    = payment.Unopened + ` and :money`
	unmatched   = payment.UnmatchedOpen + ` and :money`
	overdue     = payment.Overdue + ` and :money`
	unsealed    = contract.Stuck + ` and :seals`
)

// A draft waits once there is something on it.
const drafts = `
from invoice n
where n.workspace_id = :workspace
  and n.state = 'draft'
  and n.kind = 'invoice'
  and exists (
	select 1
	from invoice_line l
	where l.workspace_id = n.workspace_id and l.invoice_id = n.id)
  and :money`

// PostgreSQL takes what a left join does not find for next to nothing, and would sort all
// cases; so who left is looked for where there is somebody.
const untaken = `
from support_case n
where n.workspace_id = :workspace
  and n.state in ('new', 'open')
  and (n.assignee_id is null or exists (
	select 1
	from member m
	where m.workspace_id = n.workspace_id and m.id = n.assignee_id and m.removed_at is not null))
  and :cases`

// The case of a client who wrote last waits for whoever works on it.
const unanswered = `
from support_case n
where n.workspace_id = :workspace
  and n.state in ('new', 'open')
  and n.assignee_id = :member
  and coalesce((
	select r.author_kind
	from case_reply r
	where r.workspace_id = n.workspace_id and r.case_id = n.id
	order by r.id desc
	limit 1), 'contact') = 'contact'
  and :cases`

const untriaged = `
from change_request r
where r.workspace_id = :workspace
  and r.state = 'submitted'
  and :changes`

const undecided = `
from change_request r
where r.workspace_id = :workspace
  and r.state = 'in_review'
  and (r.assignee_id is null or r.assignee_id = :member or exists (
	select 1
	from member m
	where m.workspace_id = r.workspace_id and m.id = r.assignee_id and m.removed_at is not null))
  and :changes`

const unarranged = `
from calendar_event e
left join client c on c.workspace_id = e.workspace_id and c.id = e.client_id` + calendar.Holder + `
where e.workspace_id = :workspace
  and e.turn <> ''
  and ` + calendar.Yours + `
  and ` + calendar.Waits + `
  and :calendar`

const unheld = calendar.Unheld + ` and :calendar`

const (
	clientOfN = `(
		select c.name
		from client c
		where c.workspace_id = n.workspace_id and c.id = n.client_id)`
	clientOfR = `(
		select c.name
		from client c
		where c.workspace_id = r.workspace_id and c.id = r.client_id)`
)

const waitsForStaff = `-- waitsForStaff
select * from (
	select 'dispute' as kind, coalesce(n.id, '') as id, coalesce(n.number, '') as number, '' as name, c.name as client, '' as due_on, d.amount_minor as minor,
		d.currency as currency, false as online, d.created_at as since` + disputed + `
	order by d.created_at, d.id
	limit 6) a
union all
select * from (
	select 'refund', coalesce(n.id, ''), coalesce(n.number, ''), '', c.name, '', r.amount_minor, r.currency, false, r.state_at` + undelivered + `
	order by r.state_at, r.id
	limit 6) b
union all
select * from (
	select 'refused', n.id, n.number, '', c.name, '', k.amount_minor, k.currency, false, k.state_at` + unopened + `
	order by k.state_at, k.id
	limit 6) d
union all
select * from (
	select 'unmatched', '', '', '', '', '', 0, '', false, u.created_at` + unmatched + `
	order by u.created_at, u.id
	limit 1) e
union all
select * from (
	select 'counter_sign', n.id, n.number, n.name, c.name, '', 0, '', false, cast(null as bigint)` + contract.WaitsForMember + `
	order by n.id
	limit 6) f
union all
select * from (
	select 'seal', n.id, n.number, n.name, c.name, '', 0, '', false, cast(null as bigint)` + unsealed + `
	order by n.id
	limit 6) g
union all
select * from (
	select 'take', n.id, n.number, n.subject, ` + clientOfN + `, '', 0, '', false, n.shown_at` + untaken + `
	order by n.shown_at, n.id
	limit 6) h
union all
select * from (
	select 'answer', n.id, n.number, n.subject, ` + clientOfN + `, '', 0, '', false, n.shown_at` + unanswered + `
	order by n.shown_at, n.id
	limit 6) i
union all
select * from (
	select 'triage', r.id, r.number, r.title, ` + clientOfR + `, '', 0, '', false, r.state_at` + untriaged + `
	order by r.state_at, r.id
	limit 6) j
union all
select * from (
	select 'review', r.id, r.number, r.title, ` + clientOfR + `, '', 0, '', false, r.state_at` + undecided + `
	order by r.state_at, r.id
	limit 6) k
union all
select * from (
	select 'arrange', e.id, '', case when e.title = '' then c.name else e.title end, c.name, '', 0, '', false, e.updated_at` + unarranged + `
	order by e.lapses_at, e.id
	limit 6) t
union all
select * from (
	select 'unheld', e.id, '', case when e.title = '' then c.name else e.title end, coalesce(c.name, ''), '', 0, '', false, cast(null as bigint)` + unheld + `
	order by e.starts_at, e.id
	limit 6) v
union all
select * from (
	select 'issue', n.id, '', '', ` + clientOfN + `, '', n.gross_minor, n.currency, false, n.created_at` + drafts + `
	order by n.created_at, n.id
	limit 6) z
union all
select * from (
	select 'chase', o.invoice_id, (
		select n.number
		from invoice n
		where n.workspace_id = o.workspace_id and n.id = o.invoice_id), '', (
		select c.name
		from client c
		where c.workspace_id = o.workspace_id and c.id = o.client_id), o.due_on, o.open_minor, o.currency, false, cast(null as bigint)` + overdue + `
	order by o.due_on, o.invoice_id
	limit 6) y
union all
select * from (
	select 'ends', n.id, n.number, n.name, c.name, n.ends_on, 0, '', false, cast(null as bigint)` + contract.EndingSoon + ` and :contracts
	order by n.ends_on, n.id
	limit 8) p
union all
select * from (
	select 'renews', n.id, n.number, n.name, c.name, n.renews_on, 0, '', false, cast(null as bigint)` + contract.RenewingSoon + ` and :contracts
	order by n.renews_on, n.id
	limit 8) q`

const countForStaff = `-- countForStaff
select 'dispute', count(*) from (select 1 as one` + disputed + ` limit 100) a
union all
select 'refund', count(*) from (select 1 as one` + undelivered + ` limit 100) b
union all
select 'refused', count(*) from (select 1 as one` + unopened + ` limit 100) d
union all
select 'unmatched', count(*) from (select 1 as one` + unmatched + ` limit 100) e
union all
select 'counter_sign', count(*) from (select 1 as one` + contract.WaitsForMember + ` limit 100) f
union all
select 'seal', count(*) from (select 1 as one` + unsealed + ` limit 100) g
union all
select 'take', count(*) from (select 1 as one` + untaken + ` order by n.shown_at, n.id limit 100) h
union all
select 'answer', count(*) from (select 1 as one` + unanswered + ` limit 100) i
union all
select 'triage', count(*) from (select 1 as one` + untriaged + ` limit 100) j
union all
select 'review', count(*) from (select 1 as one` + undecided + ` limit 100) k
union all
select 'arrange', count(*) from (select 1 as one` + unarranged + ` limit 100) t
union all
select 'unheld', count(*) from (select 1 as one` + unheld + ` limit 100) v
union all
select 'issue', count(*) from (select 1 as one` + drafts + ` limit 100) z
union all
select 'chase', count(*) from (select 1 as one` + overdue + ` limit 100) y`
