package calendar

import "foyer/internal/auth"

// Contacts (k) who take part in an event (e) and may come in and see it; where none of
// them may, whoever can answer for them.
const followers = `
from calendar_event e
join contact k on k.workspace_id = e.workspace_id and k.client_id = e.client_id
join client cl on cl.workspace_id = k.workspace_id and cl.id = k.client_id
join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
where e.workspace_id = :workspace
  and e.id = :event
  and e.with_client
  and ` + comesIn + `
  and (exists (
	select 1
	from calendar_attendee s
	where s.workspace_id = e.workspace_id and s.event_id = e.id and s.contact_id = k.id)
  or k.may_request and k.meetings = 'all' and not exists (
	select 1
	from calendar_attendee s
	cross join contact k
	join client cl on cl.workspace_id = k.workspace_id and cl.id = k.client_id
	join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
	where s.workspace_id = e.workspace_id and s.event_id = e.id and k.workspace_id = s.workspace_id and k.id = s.contact_id and ` + comesIn + `))`

// Members (m) on the team who look after an event (e): its organiser, and whoever of them
// takes part.
const holders = `
from calendar_event e
join member m on m.workspace_id = e.workspace_id and m.removed_at is null and m.joined_at is not null
where e.workspace_id = :workspace
  and e.id = :event
  and (m.id = e.organiser_id or exists (
	select 1
	from calendar_attendee s
	where s.workspace_id = e.workspace_id and s.event_id = e.id and s.member_id = m.id))`

// Members (m) who may write the calendar. They hear of an event (e) that has no holders.
const carers = `
from calendar_event e
join member m on m.workspace_id = e.workspace_id and m.removed_at is null and m.joined_at is not null
	and m.role in ` + auth.CalendarWriters + `
where e.workspace_id = :workspace
  and e.id = :event`

const listReaders = `-- listReaders
select k.identity_id, false, cast(null as text), k.id` + followers + `
  and coalesce(e.client_id, '') = :client
  and (:everybody or k.identity_id <> :identity)
union all
select m.identity_id, true, m.id, cast(null as text)` + holders + `
  and coalesce(e.client_id, '') = :client
  and (:everybody or m.identity_id <> :identity)
union all
select m.identity_id, true, m.id, cast(null as text)` + carers + `
  and coalesce(e.client_id, '') = :client
  and (:everybody or m.identity_id <> :identity)
  and not exists (select 1` + holdersOfIt + `)`

// The holders once more, as h, where m is a carer.
const holdersOfIt = `
	from member h
	where h.workspace_id = e.workspace_id
	  and h.removed_at is null
	  and h.joined_at is not null
	  and (h.id = e.organiser_id or exists (
		select 1
		from calendar_attendee s
		where s.workspace_id = e.workspace_id and s.event_id = e.id and s.member_id = h.id))`

const mayRead = `-- mayReadMeeting
select count(*)
from (
	select 1 as one` + followers + `
	  and k.identity_id = :reader
	union all
	select 1` + holders + `
	  and m.identity_id = :reader
	union all
	select 1` + carers + `
	  and m.identity_id = :reader) r`

// Whoever takes part no more may come in as before.
const mayComeIn = `-- mayComeInToMeetings
select count(*)
from (
	select 1 as one
	from calendar_event e
	join contact k on k.workspace_id = e.workspace_id and k.client_id = e.client_id and k.identity_id = :reader
	join client cl on cl.workspace_id = k.workspace_id and cl.id = k.client_id
	join identity i on i.workspace_id = k.workspace_id and i.id = k.identity_id
	where e.workspace_id = :workspace
	  and e.id = :event
	  and ` + comesIn + `
	union all
	select 1
	from member m
	where m.workspace_id = :workspace
	  and m.identity_id = :reader
	  and m.removed_at is null
	  and m.joined_at is not null) r`
