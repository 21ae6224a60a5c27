package invoice

import "foyer/internal/feature/project"

const shownColumns = `
select n.id, n.kind, n.state, n.number, n.issued_on, n.due_on, n.currency, n.gross_minor, coalesce(o.open_minor, 0), coalesce(o.written_off, false), coalesce(o.under_way, false), p.name, n.listed`

// The project of an invoice while the client sees it; :projects tells whether the
// contact sees any. The client's id is compared as the feed's listSeen does.
const seenProject = `
left join project p on p.workspace_id = n.workspace_id and p.client_id || '' = n.client_id and p.id = n.project_id and :projects and ` + project.ProjectSeen

const shownFrom = shownColumns + `
from invoice n
left join open_amount o on o.workspace_id = n.workspace_id and o.invoice_id = n.id` + seenProject + `
where n.workspace_id = :workspace
  and n.client_id = :client
  and ` + Seen

const shownFromOpen = shownColumns + `
from open_amount o
join invoice n on n.workspace_id = o.workspace_id and n.id = o.invoice_id and ` + Seen + seenProject + `
where o.workspace_id = :workspace
  and o.client_id = :client
  and o.open_minor > 0
  and not o.written_off`

const shownMatching = `
  and (:pattern = '%%' or n.search_key like :pattern escape '\')`

const shownAfter = `-- shownAfter` + shownFrom + shownMatching + after

const shownBefore = `-- shownBefore` + shownFrom + shownMatching + before

const shownPaidAfter = `-- shownPaidAfter` + shownFrom + shownMatching + isPaid + after

const shownPaidBefore = `-- shownPaidBefore` + shownFrom + shownMatching + isPaid + before

const shownSentAfter = `-- shownSentAfter` + shownFromOpen + shownMatching + notDue + afterOpen

const shownSentBefore = `-- shownSentBefore` + shownFromOpen + shownMatching + notDue + beforeOpen

const shownOverdueAfter = `-- shownOverdueAfter` + shownFromOpen + shownMatching + pastDue + afterOpen

const shownOverdueBefore = `-- shownOverdueBefore` + shownFromOpen + shownMatching + pastDue + beforeOpen

const shownOfProject = `-- shownOfProject` + shownFrom + `
  and n.project_id = :project
  and p.id is not null
order by n.listed desc, n.id desc
limit 50`

const countShown = `-- countShown
select` + filterOf + `, count(*)
from invoice n
left join open_amount o on o.workspace_id = n.workspace_id and o.invoice_id = n.id
where n.workspace_id = :workspace
  and n.client_id = :client
  and ` + Seen + shownMatching + `
group by 1`

const readShown = `-- readShown
select n.id, n.state, n.snapshot, coalesce(o.open_minor, 0), coalesce(o.written_off, false), coalesce(o.under_way, false), p.id, p.name, n.corrects_id, n.file_version_id
from invoice n
left join open_amount o on o.workspace_id = n.workspace_id and o.invoice_id = n.id` + seenProject + `
where n.workspace_id = :workspace
  and n.client_id = :client
  and n.id = :invoice
  and ` + Seen

// A payment that was meant for an invoice of the client.
const readReceipt = `-- readReceipt
select y.id, y.amount_minor, y.currency, y.method, y.paid_on, y.reference
from payment y
where y.workspace_id = :workspace
  and y.client_id = :client
  and y.id = :payment
  and exists (
	select 1
	from allocation a
	where a.workspace_id = y.workspace_id
	  and a.payment_id = y.id
	  and a.invoice_id = :invoice)`

const listShownEntries = `-- listShownEntries
select a.created_at, a.amount_minor, a.currency, y.method, coalesce(b.refunded_on, y.paid_on, k.issued_on), a.payment_id, a.credit_note_id, k.number, ` + becauseOf + entryColumns + `
  and a.client_id = :client
order by a.id
limit 1000`

const listShownCorrections = `-- listShownCorrections
select n.id, n.number, n.issued_on, n.gross_minor, n.currency
from invoice n
where n.workspace_id = :workspace
  and n.client_id = :client
  and n.corrects_id = :invoice
  and ` + Seen + `
order by n.id
limit 50`
