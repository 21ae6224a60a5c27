package client

const insertClient = `-- insertClient
insert into client (workspace_id, id, name, name_key, search_key, email, email_key, second_email, mobile, work_phone,
	preferred_communication, birthday, job_title, type, lead_status, lead_source,
	legal_name, tax_id, registration_number, website, industry, language, currency, payment_terms_days, created_at)
values (:workspace, :id, :name, :name_key, :search_key, :email, :email_key, :second_email, :mobile, :work_phone,
	:preferred, :birthday, :job_title, :type, :lead_status, :lead_source,
	:legal_name, :tax_id, :registration_number, :website, :industry, :language, :currency, :payment_terms, :now)`

const updateClient = `-- updateClient
update client
set name = :name,
	name_key = :name_key,
	search_key = :search_key,
	email = :email,
	email_key = :email_key,
	second_email = :second_email,
	mobile = :mobile,
	work_phone = :work_phone,
	preferred_communication = :preferred,
	birthday = :birthday,
	job_title = :job_title,
	type = :type,
	lead_status = :lead_status,
	lead_source = :lead_source,
	legal_name = :legal_name,
	tax_id = :tax_id,
	registration_number = :registration_number,
	website = :website,
	industry = :industry,
	language = :language,
	currency = :currency,
	payment_terms_days = :payment_terms,
	version = version + 1
where workspace_id = :workspace
  and id = :id
  and version = :version
  and archived_at is null`

const deleteAddresses = `-- deleteAddresses
delete from client_address
where workspace_id = :workspace
  and client_id = :client`

const insertAddress = `-- insertAddress
insert into client_address (workspace_id, client_id, id, label, street, city, region, postal_code, country, billing, position)
values (:workspace, :client, :id, :label, :street, :city, :region, :postal_code, :country, :billing, :position)`

const readClient = `-- readClient
select c.id, c.version, c.name, c.email, c.email_key, c.second_email, c.mobile, c.work_phone, c.preferred_communication,
	c.birthday, c.job_title, c.type, c.lead_status, c.lead_source, c.legal_name, c.tax_id, c.registration_number,
	c.website, c.industry, c.language, c.currency, cast(c.payment_terms_days as text),
	c.created_at, c.converted_at, c.archived_at, c.portal_enabled_at,
	(select count(*) from contact n where n.workspace_id = c.workspace_id and n.client_id = c.id),
	p.id, i.name
from client c
left join contact p on p.workspace_id = c.workspace_id and p.client_id = c.id and p.is_primary
left join identity i on i.workspace_id = p.workspace_id and i.id = p.identity_id
where c.workspace_id = :workspace
  and c.id = :client`

const readAddresses = `-- readAddresses
select label, street, city, region, postal_code, country, billing
from client_address
where workspace_id = :workspace
  and client_id = :client
order by position, id`

// tallyTabs is countTabs of an empty search, tallyClients what Counts has.
const tallyTabs = `-- tallyTabs
select
	cast(coalesce(sum(case when t.part <> 'client.archived' then t.records else 0 end), 0) as bigint),
	cast(coalesce(sum(case when t.part = 'client.clients' then t.records else 0 end), 0) as bigint),
	cast(coalesce(sum(case when t.part = 'client.leads' then t.records else 0 end), 0) as bigint),
	cast(coalesce(sum(case when t.part = 'client.archived' then t.records else 0 end), 0) as bigint),
	cast(coalesce(sum(t.records), 0) as bigint)
from workspace_tally t
where t.workspace_id = :workspace
  and t.part in ('client.clients', 'client.leads', 'client.archived')`

const tallyClients = `-- tallyClients
select
	cast(coalesce(sum(case when t.part = 'client.clients' then t.records else 0 end), 0) as bigint),
	cast(coalesce(sum(case when t.part = 'client.leads' then t.records else 0 end), 0) as bigint),
	cast(coalesce(sum(case when t.part = 'client.portal' then t.records else 0 end), 0) as bigint),
	cast(coalesce(sum(case when t.part = 'client.new' then t.records else 0 end), 0) as bigint)
from workspace_tally t
where t.workspace_id = :workspace
  and t.part in ('client.clients', 'client.leads', 'client.portal', 'client.new')`

const countTabs = `-- countTabs
select
	cast(coalesce(sum(case when archived_at is null then 1 else 0 end), 0) as bigint),
	cast(coalesce(sum(case when archived_at is null and lead_status is null then 1 else 0 end), 0) as bigint),
	cast(coalesce(sum(case when archived_at is null and lead_status is not null then 1 else 0 end), 0) as bigint),
	cast(coalesce(sum(case when archived_at is not null then 1 else 0 end), 0) as bigint),
	count(*)
from client
where workspace_id = :workspace
  and search_key like :pattern escape '\'`

// A tab is one kind of record or two: clients and leads.
const rowColumns = `
select id, name, name_key, job_title, email, coalesce(nullif(mobile, ''), work_phone), type, lead_status,
	created_at, archived_at, portal_enabled_at
from client
where workspace_id = :workspace
  and case when archived_at is not null then 'archived' when lead_status is null then 'clients' else 'leads' end in (:kind, :other)
  and search_key like :pattern escape '\'`

const listAfter = `-- listAfter` + rowColumns + `
  and (name_key, id) > (:key, :from)
order by name_key, id
limit 26`

const listBefore = `-- listBefore` + rowColumns + `
  and (name_key, id) < (:key, :from)
order by name_key desc, id desc
limit 26`

const archiveClient = `-- archiveClient
update client
set archived_at = :now,
	archived_by = :identity,
	version = version + 1
where workspace_id = :workspace
  and id = :client
  and archived_at is null`

const restoreClient = `-- restoreClient
update client
set archived_at = null,
	archived_by = null,
	version = version + 1
where workspace_id = :workspace
  and id = :client
  and archived_at is not null`

const convertLead = `-- convertLead
update client
set lead_status = null,
	converted_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :client
  and lead_status is not null
  and archived_at is null`

const enablePortal = `-- enablePortal
update client
set portal_enabled_at = :now,
	portal_enabled_by = :identity
where workspace_id = :workspace
  and id = :client
  and portal_enabled_at is null
  and lead_status is null
  and archived_at is null
  and email <> ''`

const disablePortal = `-- disablePortal
update client
set portal_enabled_at = null,
	portal_enabled_by = null
where workspace_id = :workspace
  and id = :client
  and portal_enabled_at is not null`

const insertIdentity = `-- insertIdentity
insert into identity (workspace_id, id, realm, name, email, email_key, created_at)
values (:workspace, :id, 'portal', :name, :email, :key, :now)
on conflict (workspace_id, realm, email_key) do nothing`

const findIdentity = `-- findIdentity
select i.id, i.name, (
	select count(*)
	from contact c
	where c.workspace_id = i.workspace_id
	  and c.identity_id = i.id
	  and c.client_id = :client)
from identity i
where i.workspace_id = :workspace
  and i.realm = 'portal'
  and i.email_key = :key`

const moveIdentity = `-- moveIdentity
update identity
set email = :email,
	email_key = :key,
	email_verified_at = null,
	version = version + 1
where workspace_id = :workspace
  and id = :person
  and realm = 'portal'
  and password_hash = ''`

const respellEmail = `-- respellEmail
update identity
set email = :email
where workspace_id = :workspace
  and id = :person
  and email_key = :key`

const renameIdentity = `-- renameIdentity
update identity
set name = :name,
	version = version + 1
where workspace_id = :workspace
  and id = :person
  and name <> :name`

const setTemporaryPassword = `-- setTemporaryPassword
update identity
set password_hash = :password,
	password_set_at = :now,
	password_temporary_until = :until,
	epoch = epoch + 1
where workspace_id = :workspace
  and id = :person
  and realm = 'portal'`

const insertContact = `-- insertContact
insert into contact (workspace_id, client_id, id, identity_id, job_title, phone, is_primary,
	money, projects, documents, people, cases, changes, meetings, contracts,
	may_pay, may_sign, may_accept, may_request, may_upload, may_manage, created_at)
values (:workspace, :client, :id, :person, :job_title, :phone, :is_primary,
	:money, :projects, :documents, :people, :cases, :changes, :meetings, :contracts,
	:pay, :sign, :accept, :request, :upload, :manage, :now)
on conflict (workspace_id, client_id, identity_id) do nothing`

const updateContact = `-- updateContact
update contact
set job_title = :job_title,
	phone = :phone,
	money = :money,
	projects = :projects,
	documents = :documents,
	people = :people,
	cases = :cases,
	changes = :changes,
	meetings = :meetings,
	contracts = :contracts,
	may_pay = :pay,
	may_sign = :sign,
	may_accept = :accept,
	may_request = :request,
	may_upload = :upload,
	may_manage = :manage,
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and id = :contact
  and version = :version`

const promoteContact = `-- promoteContact
update contact
set is_primary = true,
	money = :money,
	projects = :projects,
	documents = :documents,
	people = :people,
	cases = :cases,
	changes = :changes,
	meetings = :meetings,
	contracts = :contracts,
	may_pay = :pay,
	may_sign = :sign,
	may_accept = :accept,
	may_request = :request,
	may_upload = :upload,
	may_manage = :manage,
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and identity_id = :person`

const repointContact = `-- repointContact
update contact
set identity_id = :person,
	invited_at = null,
	version = version + 1
where workspace_id = :workspace
  and client_id = :client
  and id = :contact`

const uninvite = `-- uninvite
update contact
set invited_at = null
where workspace_id = :workspace
  and client_id = :client
  and id = :contact`

const markInvited = `-- markInvited
update contact
set invited_at = :now
where workspace_id = :workspace
  and client_id = :client
  and id = :contact`

const suspendContact = `-- suspendContact
update contact
set suspended_at = :now
where workspace_id = :workspace
  and client_id = :client
  and id = :contact
  and suspended_at is null`

const reinstateContact = `-- reinstateContact
update contact
set suspended_at = null
where workspace_id = :workspace
  and client_id = :client
  and id = :contact
  and suspended_at is not null`

// Tallies of clients that are not what their rows come to.
const listWrong = `-- listWrong
select 'tally of ' || c.client_id || ' ' || c.part as what
from (
	select c.id as client_id, 'client.' || case when c.archived_at is not null then 'archived' when c.lead_status is null then 'clients' else 'leads' end as part, 1 as records
	from client c where c.workspace_id = :workspace
	union all
	select c.id, 'client.portal', 1
	from client c where c.workspace_id = :workspace and c.portal_enabled_at is not null and c.archived_at is null
	union all
	select c.id, 'client.new', 1
	from client c where c.workspace_id = :workspace and c.lead_status = 'new' and c.archived_at is null
	union all
	select t.client_id, t.part, -t.records
	from client_tally t
	where t.workspace_id = :workspace and t.part like 'client.%'
) c
group by c.client_id, c.part
having sum(c.records) <> 0
order by what`
