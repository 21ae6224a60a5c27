package contract

const listKeysInUse = `-- listKeysInUse
select id, role, certificates, secret, imported
from seal_key
where workspace_id = :workspace
  and retired_at is null`

const insertKey = `-- insertSealKey
insert into seal_key (workspace_id, id, role, certificates, secret, imported, starts_at, rotate_at, ends_at, created_at)
values (:workspace, :id, :role, :certificates, :secret, :imported, :starts, :rotate, :ends, :now)
on conflict do nothing`

// Keys that it is time to replace.
const retireKeys = `-- retireKeys
update seal_key
set retired_at = :now
where workspace_id = :workspace
  and role = 'seal'
  and retired_at is null
  and rotate_at <= :before`

const listCertificates = `-- listCertificates
select certificates
from seal_key
where workspace_id = :workspace`

const listAuthorities = `-- listAuthorities
select certificates
from seal_key
where workspace_id = :workspace
  and role = 'authority'
order by id desc`

const listCertificatesInUse = `-- listCertificatesInUse
select role, certificates, imported
from seal_key
where workspace_id = :workspace
  and retired_at is null`

const retireSealKey = `-- retireSealKey
update seal_key
set retired_at = :now
where workspace_id = :workspace
  and role = 'seal'
  and retired_at is null`
