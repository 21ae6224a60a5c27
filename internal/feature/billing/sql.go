package billing

const readBasics = `-- readBasics
select currency, cast(terms_days as text), accounts_email, pdf_color, pdf_footer, paper, version
from workspace
where id = :workspace`

const saveBasics = `-- saveBasics
update workspace
set currency = :currency,
	terms_days = :days,
	accounts_email = :accounts,
	pdf_color = :color,
	pdf_footer = :footer,
	paper = :paper,
	version = version + 1
where id = :workspace
  and version = :version`

const rateColumns = `
select id, version, name, category, rate, reason, standard
from tax_rate
where workspace_id = :workspace
  and archived_at is null`

const readRate = `-- readRate` + rateColumns + `
  and id = :rate`

const countRates = `-- countRates
select count(*)
from tax_rate
where workspace_id = :workspace
  and archived_at is null`

const insertRate = `-- insertRate
insert into tax_rate (workspace_id, id, name, category, rate, reason, standard, created_at)
values (:workspace, :rate, :name, :category, :millionths, :reason, :standard, :now)`

const dropStandard = `-- dropStandard
update tax_rate
set standard = false,
	version = version + 1
where workspace_id = :workspace
  and standard
  and id <> :rate`

const updateRate = `-- updateRate
update tax_rate
set name = :name,
	category = :category,
	rate = :millionths,
	reason = :reason,
	standard = :standard,
	version = version + 1
where workspace_id = :workspace
  and id = :rate
  and archived_at is null
  and version = :version`

const archiveRate = `-- archiveRate
update tax_rate
set archived_at = :now,
	standard = false,
	version = version + 1
where workspace_id = :workspace
  and id = :rate
  and archived_at is null`

// All that an invoice can be made with, in one statement: what a, b, c and n are
// differs by kind.
const listOffers = `-- listOffers
select 'rate' as kind, r.id as id, r.version as version, r.name as a, r.category as b, r.reason as c, r.rate as n, r.standard as flag
from tax_rate r
where r.workspace_id = :workspace
  and r.archived_at is null
union all
select 'instructions', i.currency, i.version, i.content, '', '', 0, false
from payment_instructions i
where i.workspace_id = :workspace
union all
select 'saved', s.id, s.version, s.description, s.unit, s.currency || ' ' || coalesce(s.tax_rate_id, ''), s.price, false
from saved_line s
where s.workspace_id = :workspace
order by kind, a, id`

// A version of 0 is for a currency without a row, which the conflict then
// leaves alone.
const saveInstructions = `-- saveInstructions
insert into payment_instructions (workspace_id, currency, content)
values (:workspace, :currency, :content)
on conflict (workspace_id, currency) do update
set content = excluded.content,
	version = payment_instructions.version + 1
where payment_instructions.version = :version`

const deleteInstructions = `-- deleteInstructions
delete from payment_instructions
where workspace_id = :workspace
  and currency = :currency
  and version = :version`

const seriesColumns = `
select k.kind, coalesce(s.prefix, ''), coalesce(s.digits, 1), coalesce(s.yearly, true), coalesce(s.version, 0),
	coalesce((
		select c.last
		from number_counter c
		where c.workspace_id = w.id
		  and c.kind = k.kind
		  and c.year = case when coalesce(s.yearly, true) then :year else 0 end), 0)
from workspace w
cross join (
	select 'invoice' as kind
	union all select 'credit_note'
	union all select 'contract'
	union all select 'case'
	union all select 'change') k
left join number_series s on s.workspace_id = w.id and s.kind = k.kind
where w.id = :workspace`

const listSeries = `-- listSeries` + seriesColumns

// The same for a client of the workspace.
const listSeriesForClient = `-- listSeriesForClient` + seriesColumns + `
  and exists (
	select 1
	from client l
	where l.workspace_id = w.id
	  and l.id = :client)`

const saveSeries = `-- saveSeries
insert into number_series (workspace_id, kind, prefix, digits, yearly)
values (:workspace, :kind, :prefix, :digits, :yearly)
on conflict (workspace_id, kind) do update
set prefix = excluded.prefix,
	digits = excluded.digits,
	yearly = excluded.yearly,
	version = number_series.version + 1
where number_series.version = :version`

const takeNumber = `-- takeNumber
insert into number_counter (workspace_id, kind, year, last)
values (:workspace, :kind, :year, 1)
on conflict (workspace_id, kind, year) do update
set last = number_counter.last + 1
returning last`

const takeNumberForClient = `-- takeNumberForClient
insert into number_counter (workspace_id, kind, year, last)
select l.workspace_id, :kind, cast(:year as bigint), 1
from client l
where l.workspace_id = :workspace
  and l.id = :client
on conflict (workspace_id, kind, year) do update
set last = number_counter.last + 1
returning last`

const savedColumns = `
select id, version, description, unit, price, currency, tax_rate_id
from saved_line
where workspace_id = :workspace`

const readSaved = `-- readSaved` + savedColumns + `
  and id = :saved`

const countSaved = `-- countSaved
select count(*)
from saved_line
where workspace_id = :workspace`

const insertSaved = `-- insertSaved
insert into saved_line (workspace_id, id, description, description_key, unit, price, currency, tax_rate_id, created_at)
values (:workspace, :saved, :description, :key, :unit, :price, :currency, :rate, :now)`

const updateSaved = `-- updateSaved
update saved_line
set description = :description,
	description_key = :key,
	unit = :unit,
	price = :price,
	currency = :currency,
	tax_rate_id = :rate,
	version = version + 1
where workspace_id = :workspace
  and id = :saved
  and version = :version`

const deleteSaved = `-- deleteSaved
delete from saved_line
where workspace_id = :workspace
  and id = :saved`

const listReminders = `-- listReminders
select days
from reminder
where workspace_id = :workspace
order by days`

const deleteReminders = `-- deleteReminders
delete from reminder
where workspace_id = :workspace`

const insertReminder = `-- insertReminder
insert into reminder (workspace_id, days, created_at)
values (:workspace, :days, :now)`
