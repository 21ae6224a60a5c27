package workspace

import "foyer/internal/kernel/scope"

const readSettings = `-- readSettings
select name, legal_name, website, industry, legal_structure, address, phone, tax_id, registration_number, email,
	brand_color, logo_sha256, time_zone, language, week_start, sender_name, sender_email, reply_to, version
from workspace
where id = :workspace`

func scanSettings(row scope.Row) (s Settings, err error) {
	c, p, m := &s.Company, &s.Preferences, &s.Mail
	err = row.Scan(&c.Name, &c.LegalName, &c.Website, &c.Industry, &c.LegalStructure, &c.Address, &c.Phone, &c.TaxID,
		&c.RegistrationNumber, &c.Email, &s.Color, &s.LogoSHA, &p.Zone, &p.Language, &p.WeekStart,
		&m.SenderName, &m.Sender, &m.ReplyTo, &s.Version)
	c.Version, p.Version, m.Version = s.Version, s.Version, s.Version
	return s, err
}

const saveCompany = `-- saveCompany
update workspace
set name = :name,
	legal_name = :legal_name,
	website = :website,
	industry = :industry,
	legal_structure = :legal_structure,
	address = :address,
	phone = :phone,
	tax_id = :tax_id,
	registration_number = :registration_number,
	email = :email,
	version = version + 1
where id = :workspace
  and version = :version`

const saveColor = `-- saveColor
update workspace
set brand_color = :color,
	version = version + 1
where id = :workspace
  and version = :version`

const savePreferences = `-- savePreferences
update workspace
set time_zone = :zone,
	language = :language,
	week_start = :week_start,
	version = version + 1
where id = :workspace
  and version = :version`

const saveMail = `-- saveMail
update workspace
set sender_name = :sender_name,
	sender_email = :sender,
	reply_to = :reply_to,
	version = version + 1
where id = :workspace
  and version = :version`

const saveLogo = `-- saveLogo
update workspace
set logo_version_id = :logo,
	logo_sha256 = :sha256
where id = :workspace`

const removeLogo = `-- removeLogo
update workspace
set logo_version_id = null,
	logo_sha256 = ''
where id = :workspace
  and logo_version_id is not null`

const readLogo = `-- readLogo
select logo_version_id
from workspace
where id = :workspace
  and logo_version_id is not null`

const listHosts = `-- listHosts
select host, kind, created_at
from workspace_host
where workspace_id = :workspace
order by host`

func scanHost(row scope.Row) (h Host, err error) {
	err = row.Scan(&h.Name, &h.Kind, scope.Time(&h.AddedAt))
	return h, err
}

// A host that any workspace has is left as it is, and no row is written.
const insertHost = `-- insertHost
insert into workspace_host (host, workspace_id, kind, created_at)
values (:host, :workspace, :kind, :now)
on conflict (host) do nothing`

const deleteHost = `-- deleteHost
delete from workspace_host
where workspace_id = :workspace
  and host = :host`

const readStanding = `-- readStanding
select w.brand_color <> '', w.logo_version_id is not null, w.address <> '', w.email <> '',
	(select count(*) from outbox o where o.workspace_id = w.id and o.state = 'waiting'),
	exists (select 1 from payment_instructions p where p.workspace_id = w.id) or exists (select 1 from stripe_key k where k.workspace_id = w.id and k.retired_at is null)
from workspace w
where w.id = :workspace`

func scanStanding(row scope.Row) (s standing, err error) {
	err = row.Scan(&s.color, &s.logo, &s.address, &s.email, &s.waiting, &s.payable)
	return s, err
}
