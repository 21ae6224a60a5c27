package workspace

import (
	"encoding/json"
	"fmt"

	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/scope"
)

// written is a finding as it is stored.
func written(f mail.Finding) string {
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // it has nothing but texts
	}
	return string(text)
}

// finding reads what written wrote, empty for nothing.
func finding(text string) (f mail.Finding, err error) {
	if text == "" {
		return f, nil
	}
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return f, fmt.Errorf("read what was found in DNS: %w", err)
	}
	return f, nil
}

const readSender = `-- readSender
select sender_email
from workspace
where id = :workspace`

const listMailKeys = `-- listMailKeys
select id, domain, selector, public_half, secret, state, found, checked_at, retired_at
from mail_key
where workspace_id = :workspace
  and (state <> 'retired' or used_at is not null and retired_at > :since)
order by id`

const readMailKey = `-- readMailKey
select id, domain, selector, public_half, secret, state, found, checked_at, retired_at
from mail_key
where workspace_id = :workspace
  and state = :state
  and state <> 'retired'`

func scanMailKey(row scope.Row) (k MailKey, err error) {
	var found string
	err = row.Scan(&k.ID, &k.Domain, &k.Selector, &k.Public, &k.secret, &k.state, &found, scope.Time(&k.CheckedAt), scope.Time(&k.RetiredAt))
	if err != nil {
		return k, err
	}
	k.Found, err = finding(found)
	return k, err
}

const insertMailKey = `-- insertMailKey
insert into mail_key (workspace_id, id, domain, selector, public_half, secret, state, created_by, created_at)
values (:workspace, :id, :domain, :selector, :public, :secret, 'waiting', :identity, :now)`

const retireMailKey = `-- retireMailKey
update mail_key
set state = 'retired',
	secret = '',
	retired_at = :now
where workspace_id = :workspace
  and state = :state
  and state <> 'retired'`

const useMailKey = `-- useMailKey
update mail_key
set state = 'used',
	used_at = :now
where workspace_id = :workspace
  and state = 'waiting'`

const keepKeyFound = `-- keepKeyFound
update mail_key
set found = :found,
	checked_at = :now
where workspace_id = :workspace
  and id = :id
  and state = :state`

const readMailCheck = `-- readMailCheck
select domain, spf, dmarc, checked_at
from mail_check
where workspace_id = :workspace`

func scanMailCheck(row scope.Row) (d Delivery, err error) {
	var spf, dmarc string
	if err := row.Scan(&d.Domain, &spf, &dmarc, scope.Time(&d.CheckedAt)); err != nil {
		return d, err
	}
	if d.SPF, err = finding(spf); err != nil {
		return d, err
	}
	d.DMARC, err = finding(dmarc)
	return d, err
}

const keepMailCheck = `-- keepMailCheck
insert into mail_check (workspace_id, domain, spf, dmarc, checked_at)
values (:workspace, :domain, :spf, :dmarc, :now)
on conflict (workspace_id) do update
set domain = excluded.domain,
	spf = excluded.spf,
	dmarc = excluded.dmarc,
	checked_at = excluded.checked_at`
