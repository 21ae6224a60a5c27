package change

const insertQuote = `-- insertQuote
insert into change_quote (workspace_id, id, client_id, request_id, number, project_id, price_minor, currency, effort, milestone_id, moves_days,
	valid_until, note, said, sha256, created_by, created_at)
values (:workspace, :id, :client, :request, :number, :project, :price, :currency, :effort, :milestone, :days,
	:valid_until, :note, :said, :sha256, :identity, :now)`

const countQuotes = `-- countQuotes
select count(*)
from change_quote
where workspace_id = :workspace
  and request_id = :request`

// Milestones of a project that are open.
const findMilestone = `-- findOpenMilestone
select t.name
from target t
where t.workspace_id = :workspace
  and t.project_id = :project
  and t.id = :milestone
  and t.kind = 'milestone'
  and t.state in ('planned', 'in_progress')`

const quoteColumns = `
select q.id, q.number, q.price_minor, q.currency, q.effort, q.milestone_id, t.name, t.due_on, coalesce(t.client_visible and t.state <> 'cancelled', false), coalesce(t.state not in ('planned', 'in_progress'), true),
	q.moves_days, q.valid_until, q.note, q.sha256, i.name, q.created_at,
	d.decision, d.name, d.consent, di.name, d.created_at, d.moved_to
from change_quote q
join identity i on i.workspace_id = q.workspace_id and i.id = q.created_by
left join target t on t.workspace_id = q.workspace_id and t.id = q.milestone_id
left join change_decision d on d.workspace_id = q.workspace_id and d.quote_id = q.id
left join contact dk on dk.workspace_id = d.workspace_id and dk.id = d.contact_id
left join identity di on di.workspace_id = dk.workspace_id and di.id = dk.identity_id
where q.workspace_id = :workspace
  and q.request_id = :request`

const listQuotes = `-- listQuotes` + quoteColumns + `
order by q.number desc
limit 100`

const listSeenQuotes = `-- listSeenQuotes` + quoteColumns + `
  and q.client_id = :client
order by q.number desc
limit 100`

const readQuote = `-- readQuote` + quoteColumns + `
  and q.client_id = :client
  and q.id = :quote`

const insertDecision = `-- insertDecision
insert into change_decision (workspace_id, id, client_id, request_id, quote_id, decision, contact_id, name, consent, consent_sha256, sha256,
	moved_to, address, agent, created_at)
values (:workspace, :id, :client, :request, :quote, :decision, :contact, :name, :consent, :consent_sha256, :sha256,
	:moved_to, :address, :agent, :now)`

// The newest draft that another change of the project is on and that can take one
// more line.
const findDraft = `-- findChangeDraft
select n.id
from change_request r
join invoice n on n.workspace_id = r.workspace_id and n.id = r.invoice_id
where r.workspace_id = :workspace
  and r.client_id = :client
  and r.project_id = :project
  and n.client_id = :client
  and n.kind = 'invoice'
  and n.state = 'draft'
  and n.currency = :currency
  and not n.inclusive
  and n.discount_rate = 0
  and n.discount_minor = 0
  and (select count(*) from invoice_line l where l.workspace_id = n.workspace_id and l.invoice_id = n.id) < 500
order by n.id desc
limit 1`

const readLimit = `-- readConsentLimit
select w.consent_above_minor, w.consent_currency, w.currency, w.version
from workspace w
where w.id = :workspace`

const readLimitForClient = `-- readConsentLimitForClient
select w.consent_above_minor, w.consent_currency, w.currency, w.version
from client c
join workspace w on w.id = c.workspace_id
where c.workspace_id = :workspace
  and c.id = :client`

const saveLimit = `-- saveConsentLimit
update workspace
set consent_above_minor = :minor,
	consent_currency = :currency,
	version = version + 1
where id = :workspace
  and version = :version`

// What is asked about a contact who reads a request, and about the workspace.
const readAsked = `-- readAsked
select k.is_primary, w.consent_above_minor, w.consent_currency, w.currency, w.version
from contact k
join workspace w on w.id = k.workspace_id
where k.workspace_id = :workspace
  and k.client_id = :client
  and k.id = :contact`
