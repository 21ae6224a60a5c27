package contract

const rowColumns = `
select n.id, n.number, n.name, n.client_id, c.name, n.kind, n.state, n.seal, n.amount_minor, n.currency, n.starts_on, n.ends_on, n.renews_on, n.sign_by,
	n.executed_at,
	(select count(*) from signatory s where s.workspace_id = n.workspace_id and s.contract_id = n.id and s.number = n.version_number + ` + drafted + `
		and s.role <> 'copy' and s.state <> 'delegated'),
	(select count(*) from signatory s where s.workspace_id = n.workspace_id and s.contract_id = n.id and s.number = n.version_number and s.state = 'signed'),
	exists (select 1 from signatory s where s.workspace_id = n.workspace_id and s.contract_id = n.id and s.number = n.version_number
		and s.role <> 'copy' and s.state in ('invited', 'viewed') and n.state in ('pending_signature', 'signed') and `

// A draft is written with the people of the version that it will be.
const drafted = `case when n.state = 'draft' then 1 else 0 end`

const fromContract = `)
from contract n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
where n.workspace_id = :workspace`

// Where a contract stands, as the filters have it.
const filterOf = `
	case
		when n.state = 'executed' and n.ends_on <> '' and n.ends_on < :today then 'expired'
		when n.state = 'executed' then 'active'
		when n.state in ('cancelled', 'terminated', 'declined') then 'cancelled'
		when n.state = 'expired_unsigned' then 'expired'
		when n.state = 'pending_signature' then 'pending'
		else n.state end`

const filtered = `
  and (:filter = 'all' or :filter = 'executed' and n.state = 'executed' or :filter = 'expiring' and ` + expiring + ` or :filter =` + filterOf + `)`

// What is in force, and ends or renews soon.
const expiring = `(n.state = 'executed' and
	(n.ends_on <> '' and n.ends_on between :today and :soon or (n.ends_on = '' or n.ends_on >= :today) and n.renews_on <> '' and n.renews_on between :today and :soon))`

const (
	after = `
  and (:from = '' or n.id < :from)
order by n.id desc
limit 51`
	before = `
  and n.id > :from
order by n.id
limit 51`
)

const matching = `
  and (:pattern = '%%' or n.search_key like :pattern escape '\' or c.name_key like :pattern escape '\')
  and (:of = '' or n.client_id = :of)`

const mine = `s.identity_id = :identity`

const listAfter = `-- listAfter` + rowColumns + mine + fromContract + matching + filtered + after

const listBefore = `-- listBefore` + rowColumns + mine + fromContract + matching + filtered + before

// How many contracts stand alike; those that end or renew soon apart.
const counts = `
select` + filterOf + `, n.state,
	` + expiring + `,
	n.currency, count(*), cast(coalesce(sum(n.amount_minor), 0) as bigint)
from contract n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
where n.workspace_id = :workspace`

const countAll = `-- countAll` + counts + matching + `
group by 1, 2, 3, 4`

const mineAsContact = `s.contact_id = :contact`

const shownMatching = `
  and n.client_id = :client
  and (:pattern = '%%' or n.search_key like :pattern escape '\')` + SeenByContact

const shownAfter = `-- shownAfter` + rowColumns + mineAsContact + fromContract + shownMatching + filtered + after

const shownBefore = `-- shownBefore` + rowColumns + mineAsContact + fromContract + shownMatching + filtered + before

const countShown = `-- countShown` + counts + shownMatching + `
group by 1, 2, 3, 4`

// WaitsForContact are the contracts (n) that wait for a contact's own signature.
const WaitsForContact = `
  and n.state = 'pending_signature'
  and (n.sign_by = '' or n.sign_by >= :today)
  and exists (
	select 1
	from signatory s
	where s.workspace_id = n.workspace_id
	  and s.contract_id = n.id
	  and s.number = n.version_number
	  and s.contact_id = :contact
	  and s.role <> 'copy'
	  and s.state in ('invited', 'viewed'))`

// WaitsForMember are the contracts (n) with their clients (c) that wait for the own
// signature of a member. It names :identity and :today.
const WaitsForMember = `
from signatory s
join contract n on n.workspace_id = s.workspace_id and n.id = s.contract_id and n.version_number = s.number
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
where s.workspace_id = :workspace
  and s.identity_id = :identity
  and s.side = 'ours'
  and s.role <> 'copy'
  and s.state in ('invited', 'viewed')
  and (n.state = 'signed' or n.state = 'pending_signature' and (n.sign_by = '' or n.sign_by >= :today))`

// Stuck are the contracts (n) with their clients (c) that everybody has signed, and
// whose seal failed.
const Stuck = `
from contract n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
where n.workspace_id = :workspace
  and n.seal = 'failed'
  and n.state = 'signed'`

// EndingSoon are the contracts (n) with their clients (c) that end, and RenewingSoon
// those that renew, from :today to :soon.
const (
	EndingSoon = `
from contract n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
where n.workspace_id = :workspace
  and n.state = 'executed'
  and n.ends_on between :today and :soon`
	RenewingSoon = `
from contract n
join client c on c.workspace_id = n.workspace_id and c.id = n.client_id
where n.workspace_id = :workspace
  and n.state = 'executed'
  and n.renews_on between :today and :soon
  and (n.ends_on = '' or n.ends_on >= :today)`
)
