package payment

const keyColumns = `
select id, account_id, account_name, live, environment, secret, secret_end, hook, hook_end, hook_before, hook_before_until, hook_id
from stripe_key
where workspace_id = :workspace`

const readKeyInUse = `-- readKeyInUse` + keyColumns + `
  and retired_at is null`

// Asked for a contact.
const readReady = `-- readReady
select live
from stripe_key
where workspace_id = :workspace
  and retired_at is null
  and :client <> ''`

const readOnline = `-- readOnline
select count(*)
from stripe_key
where workspace_id = :workspace
  and retired_at is null`

const readKey = `-- readKey` + keyColumns + `
  and id = :id`

// Those that webhooks may be signed with: the one in use first, and those before
// for a month, while what was begun with them ends.
const listKeys = `-- listKeys` + keyColumns + `
  and hook <> ''
  and (retired_at is null or retired_at > :since)
order by id desc
limit 20`

// Keys out of use whose endpoint is still at Stripe, as far as is known here.
const listHooksLeft = `-- listHooksLeft` + keyColumns + `
  and retired_at is not null
  and hook_id <> ''
order by id
limit 20`

const forgetHook = `-- forgetHook
update stripe_key
set hook_id = '',
	version = version + 1
where workspace_id = :workspace
  and id = :id`

const retireKey = `-- retireKey
update stripe_key
set retired_at = :now,
	version = version + 1
where workspace_id = :workspace
  and retired_at is null`

const insertKey = `-- insertKey
insert into stripe_key (workspace_id, id, account_id, account_name, live, environment, secret, secret_end, hook, hook_end, hook_id, created_by, created_at)
values (:workspace, :id, :account, :name, :live, :environment, :secret, :end, :hook, :hook_end, :hook_id, :identity, :now)`

const keepHook = `-- keepHook
update stripe_key
set hook_before = hook,
	hook_before_until = :until,
	hook = :hook,
	hook_end = :end,
	version = version + 1
where workspace_id = :workspace
  and id = :id`

const readEndpoint = `-- readEndpoint
select token
from stripe_endpoint
where workspace_id = :workspace`

const insertEndpoint = `-- insertEndpoint
insert into stripe_endpoint (workspace_id, token, created_at)
values (:workspace, :token, :now)
on conflict (workspace_id) do nothing`

const checkoutColumns = `
select id, invoice_id, client_id, currency, amount_minor, state, payment_id, key_id, account_id, live, session_id, url, ask, until, created_by
from checkout
where workspace_id = :workspace`

const readCheckout = `-- readCheckout` + checkoutColumns + `
  and id = :id`

const readPending = `-- readPending` + checkoutColumns + `
  and invoice_id = :invoice
  and state in ('created', 'open', 'processing')`

// By its page or, where the answer about that was lost, by our name of it.
const findCheckout = `-- findCheckout
select * from (` + checkoutColumns + `
  and session_id = :session
) a
union all
select * from (` + checkoutColumns + `
  and id = :reference
  and (session_id is null or session_id <> :session)
) b`

const readOwnCheckout = `-- readOwnCheckout
select c.id, c.invoice_id, c.currency, c.amount_minor, c.state, c.payment_id, n.number
from checkout c
join invoice n on n.workspace_id = c.workspace_id and n.id = c.invoice_id
where c.workspace_id = :workspace
  and c.client_id = :client
  and c.invoice_id = :invoice
  and c.id = :id`

const insertCheckout = `-- insertCheckout
insert into checkout (workspace_id, id, client_id, invoice_id, key_id, account_id, live, currency, amount_minor, state, ask, until, looked_at,
	created_by, created_at, state_at)
values (:workspace, :id, :of, :invoice, :key, :account, :live, :currency, :minor, 'created', :ask, :until, :now, :by, :now, :now)`

const openCheckout = `-- openCheckout
update checkout
set state = 'open',
	session_id = :session,
	url = :url,
	until = :until,
	looked_at = :now,
	state_at = :now
where workspace_id = :workspace
  and id = :id
  and state = 'created'`

const lookedAt = `-- lookedAt
update checkout
set looked_at = :now
where workspace_id = :workspace
  and id = :id
  and looked_at <= :before`

const moveCheckout = `-- moveCheckout
update checkout
set state = :to,
	session_id = coalesce(session_id, :session),
	intent_id = coalesce(:intent, intent_id),
	looked_at = :now,
	state_at = :now
where workspace_id = :workspace
  and id = :id
  and state in (:from, :or)`

// Others that Stripe refused lately.
const countRefused = `-- countRefused
select count(*)
from checkout
where workspace_id = :workspace
  and state = 'failed'
  and session_id is null
  and state_at > :since
  and id <> :id`

const succeedCheckout = `-- succeedCheckout
update checkout
set state = 'succeeded',
	session_id = :session,
	payment_id = :payment,
	intent_id = :intent,
	looked_at = :now,
	state_at = :now
where workspace_id = :workspace
  and id = :id`

const listPending = `-- listPending
select id
from checkout
where workspace_id = :workspace
  and state in ('created', 'open', 'processing')
  and looked_at < :before
order by looked_at, id
limit 500`

const insertEvent = `-- insertEvent
insert into stripe_event (workspace_id, id, kind, key_id, body, body_sha256, received_at)
values (:workspace, :id, :kind, :key, :body, :hash, :now)
on conflict (workspace_id, id) do nothing`

const readEvent = `-- readEvent
select id, key_id, body, done_at is not null
from stripe_event
where workspace_id = :workspace
  and id = :id`

const doneEvent = `-- doneEvent
update stripe_event
set done_at = :now
where workspace_id = :workspace
  and id = :id`

// Bodies of what was handled long ago; that it was told, and its hash, stay.
const pruneEvents = `-- pruneEvents
update stripe_event
set body = ''
where workspace_id = :workspace
  and id in (
	select e.id
	from stripe_event e
	where e.workspace_id = :workspace
	  and e.done_at < :before
	  and e.body <> ''
	order by e.done_at
	limit 500)`

const awaitPayment = `-- awaitPayment
update stripe_event
set awaits = :intent
where workspace_id = :workspace
  and id = :id`

const listAwaiting = `-- listAwaiting
select id, key_id, body, done_at is not null
from stripe_event
where workspace_id = :workspace
  and awaits = :intent
  and done_at is null
order by received_at, id`

const insertUnmatched = `-- insertUnmatched
insert into unmatched_payment (workspace_id, id, key_id, session_id, intent_id, checkout_id, currency, amount_minor, reason, state, created_at)
values (:workspace, :id, :key, :session, :intent, :checkout, :currency, :minor, :reason, 'open', :now)
on conflict (workspace_id, session_id) do nothing`

const unmatchedColumns = `
select u.id, u.created_at, u.currency, u.amount_minor, u.reason, u.state, u.note, u.session_id, u.intent_id, k.live,
	c.invoice_id, n.number, c.currency, coalesce(c.amount_minor, 0), i.name, u.resolved_at, b.id, b.number
from unmatched_payment u
join stripe_key k on k.workspace_id = u.workspace_id and k.id = u.key_id
left join checkout c on c.workspace_id = u.workspace_id and c.id = u.checkout_id
left join invoice n on n.workspace_id = c.workspace_id and n.id = c.invoice_id
left join identity i on i.workspace_id = u.workspace_id and i.id = u.resolved_by
left join payment y on y.workspace_id = u.workspace_id and y.id = u.payment_id
left join invoice b on b.workspace_id = y.workspace_id and b.id = y.invoice_id
where u.workspace_id = :workspace`

const listUnmatched = `-- listUnmatched` + unmatchedColumns + `
order by case u.state when 'open' then 0 else 1 end, u.id desc
limit 200`

const readUnmatched = `-- readUnmatched` + unmatchedColumns + `
  and u.id = :id`

const decideUnmatched = `-- decideUnmatched
update unmatched_payment
set state = :to,
	note = :note,
	payment_id = :payment,
	resolved_by = :identity,
	resolved_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :id
  and state = 'open'`

// Money that fits nothing and went back as a whole, at Stripe itself.
const unmatchedRefunded = `-- unmatchedRefunded
update unmatched_payment
set state = 'refunded',
	resolved_at = :now,
	version = version + 1
where workspace_id = :workspace
  and intent_id = :intent
  and amount_minor <= :minor
  and state = 'open'`

// Money that fits nothing and did not go back after all.
const reopenUnmatched = `-- reopenUnmatched
update unmatched_payment
set state = 'open',
	resolved_by = null,
	resolved_at = null,
	version = version + 1
where workspace_id = :workspace
  and state = 'refunded'
  and id = (
	select r.unmatched_id
	from stripe_refund r
	where r.workspace_id = :workspace
	  and r.id = :refund)`

// A page whose money people decided to give back or to leave alone.
const readDecided = `-- readDecided
select state
from unmatched_payment
where workspace_id = :workspace
  and session_id = :session
  and state in ('refunded', 'ignored')`

// The issued invoice of a number.
const findNumber = `-- findNumber
select id
from invoice
where workspace_id = :workspace
  and kind = 'invoice'
  and number = :number`

// The key with which a payment came.
const keyOfIntent = `-- keyOfIntent
select key_id
from (
	select c.key_id as key_id
	from checkout c
	where c.workspace_id = :workspace
	  and c.intent_id = :intent
	union all
	select u.key_id
	from unmatched_payment u
	where u.workspace_id = :workspace
	  and u.intent_id = :intent
) k
limit 1`

const insertStripeRefund = `-- insertStripeRefund
insert into stripe_refund (workspace_id, id, key_id, intent_id, refund_id, payment_id, unmatched_id, currency, amount_minor, reference, state, created_by, created_at, state_at)
values (:workspace, :id, :key, :intent, :refund, :payment, :unmatched, :currency, :minor, :reference, :state, :identity, :now, :now)`

const sumAsked = `-- sumAsked
select cast(coalesce(sum(amount_minor), 0) as bigint)
from stripe_refund
where workspace_id = :workspace
  and payment_id = :payment
  and state = 'asked'`

const readAsked = `-- readAsked
select id, key_id, intent_id, currency, amount_minor, state, created_at
from stripe_refund
where workspace_id = :workspace
  and id = :id`

const listAsked = `-- listAsked
select id
from stripe_refund
where workspace_id = :workspace
  and state = 'asked'
  and created_at < :before
order by id
limit 200`

const findRefund = `-- findRefund
select id, state, reference, booked_minor, refund_id is not null, created_by
from stripe_refund
where workspace_id = :workspace
  and (refund_id = :refund or id = :reference)
order by case when refund_id = :refund then 0 else 1 end
limit 1`

const moveRefund = `-- moveRefund
update stripe_refund
set state = :to,
	refund_id = coalesce(:refund, refund_id),
	booked_minor = :booked,
	state_at = :now
where workspace_id = :workspace
  and id = :id
  and state = :from`

const insertDispute = `-- insertDispute
insert into dispute (workspace_id, id, payment_id, currency, amount_minor, state, created_at, state_at)
values (:workspace, :id, :payment, :currency, :minor, 'open', :now, :now)
on conflict (workspace_id, id) do nothing`

const closeDispute = `-- closeDispute
update dispute
set state = :to,
	state_at = :now
where workspace_id = :workspace
  and id = :id
  and state = 'open'`
