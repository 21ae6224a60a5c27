package contract

const findSealed = `-- findSealed
select n.id, n.name, n.number, n.state, v.created_at, n.executed_at, n.terminated_on
from contract n
join contract_version v on v.workspace_id = n.workspace_id and v.contract_id = n.id and v.number = n.version_number
where n.workspace_id = :workspace
  and n.sealed_sha256 = :sha256
  and n.sealed_sha256 <> ''`

const listSealedPeople = `-- listSealedPeople
select s.name
from signature g
join signatory s on s.workspace_id = g.workspace_id and s.id = g.signatory_id
join contract n on n.workspace_id = g.workspace_id and n.id = g.contract_id and n.version_number = g.number
where g.workspace_id = :workspace
  and g.contract_id = :contract
order by s.step, s.position`

const lookUp = `-- lookUpContract
select n.id, n.state, v.created_at, n.executed_at, n.terminated_on, n.check_code
from contract n
join contract_version v on v.workspace_id = n.workspace_id and v.contract_id = n.id and v.number = n.version_number
where n.workspace_id = :workspace
  and n.id = :contract
  and n.state <> 'draft'`

const listChained = `-- listChained
select id, client_id, created_at, sealed_sha256
from contract
where workspace_id = :workspace
  and id > :after
order by id
limit 200`

// What the events of a contract must agree with: its versions and its signatures.
const listKept = `-- listKept
select 'sent', cast(number as text), sha256, ''
from contract_version
where workspace_id = :workspace
  and client_id = :client
  and contract_id = :contract
union all
select 'signed', signatory_id, act_sha256, act
from signature
where workspace_id = :workspace
  and client_id = :client
  and contract_id = :contract`
