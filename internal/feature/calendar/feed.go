package calendar

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/ical"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// A feed has what was within a while and what comes within another.
const (
	feedBack  = 90 * 24 * time.Hour
	feedAhead = 400 * 24 * time.Hour
	mostInIt  = 2000
)

// Feed is the private address of somebody's calendar. Who knows it needs no login.
type Feed struct {
	URL  string // empty where there is none
	Made time.Time
}

// feedPlace binds a sealed address to its workspace.
func feedPlace(workspace string) string { return workspace + "/calendar" }

func (f Feature) scanFeed(site auth.Site, base func(string) string) func(row scope.Row) (Feed, error) {
	return func(row scope.Row) (feed Feed, err error) {
		var sealed string
		if err := row.Scan(&sealed, scope.Time(&feed.Made)); err != nil {
			return feed, err
		}
		token, err := f.Secrets.Open(feedPlace(site.ID), sealed)
		feed.URL = base("/calendar/" + token + ".ics")
		return feed, err
	}
}

// newFeed makes the address of a feed.
func (f Feature) newFeed(ctx context.Context, tx scope.Tx, by Hand, statements [2]string, event auth.Event) error {
	token := id.NewSecret()
	if _, err := tx.Exec(ctx, statements[0], nil); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, statements[1], scope.Args{
		"id": by.NewID(), "hash": token.Hash(), "sealed": f.Secrets.Seal(feedPlace(by.Site().ID), token.Reveal()),
	})
	if err != nil {
		return err
	}
	return by.Record(ctx, tx, event)
}

// Feed reads the address of the contact's calendar at this client.
func (p Portal) Feed(ctx context.Context) (feed Feed, err error) {
	err = p.who.Read(ctx, auth.Calendar, func(tx scope.Tx) error {
		found, err := scope.List(ctx, tx, readContactFeed, nil, p.f.scanFeed(p.who.Site(), p.who.Site().PortalURL))
		if len(found) > 0 {
			feed = found[0]
		}
		return err
	})
	return feed, err
}

// NewFeed makes the contact an address for their calendar; the one before it stops.
func (p Portal) NewFeed(ctx context.Context) error {
	return p.who.Write(ctx, auth.Calendar, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) {
			return "", p.f.newFeed(ctx, tx, p.who, [2]string{endContactFeed, insertContactFeed}, p.feedEvent("contact.feed_made"))
		})
		return err
	})
}

// EndFeed stops it. Done again, it changes nothing.
func (p Portal) EndFeed(ctx context.Context) error {
	return p.who.Write(ctx, auth.Calendar, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, endContactFeed, nil)
		if err != nil || n == 0 {
			return err
		}
		return p.who.Record(ctx, tx, p.feedEvent("contact.feed_ended"))
	})
}

func (p Portal) feedEvent(kind string) auth.Event {
	return auth.Event{Kind: kind, SubjectKind: "contact", SubjectID: p.who.ContactID(), Area: auth.Calendar, Client: p.who.ClientID(), Audience: auth.ForStaffOnly}
}

// Feed reads the address of the member's calendar.
func (a App) Feed(ctx context.Context) (feed Feed, err error) {
	err = a.who.Read(ctx, auth.OwnRead, func(tx scope.Tx) error {
		found, err := scope.List(ctx, tx, readMemberFeed, nil, a.f.scanFeed(a.who.Site(), a.who.Site().AppURL))
		if len(found) > 0 {
			feed = found[0]
		}
		return err
	})
	return feed, err
}

// NewFeed makes the member an address for their calendar; the one before it stops.
func (a App) NewFeed(ctx context.Context) error {
	return a.who.Write(ctx, auth.OwnWrite, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) {
			return "", a.f.newFeed(ctx, tx, a.who, [2]string{endMemberFeed, insertMemberFeed}, a.feedEvent("member.feed_made"))
		})
		return err
	})
}

// EndFeed stops it. Done again, it changes nothing.
func (a App) EndFeed(ctx context.Context) error {
	return a.who.Write(ctx, auth.OwnWrite, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, endMemberFeed, nil)
		if err != nil || n == 0 {
			return err
		}
		return a.who.Record(ctx, tx, a.feedEvent("member.feed_ended"))
	})
}

func (a App) feedEvent(kind string) auth.Event {
	return auth.Event{Kind: kind, SubjectKind: "member", SubjectID: a.who.MemberID(), Area: auth.People, Audience: auth.ForStaffOnly}
}

// feedOwner is whose feed it is, as they may come in now.
type feedOwner struct {
	member, contact, client, language string
	all                               bool // of the client's meetings, not only their own
}

// Read is the calendar behind the address of a feed, for whoever knows it: a member's
// events, or the meetings that a contact sees. Times on the table are tentative. Problem:
// NotFound, also once its owner may not come in any more.
func (f Feature) Read(ctx context.Context, who auth.Visitor, token string) (ical.Calendar, error) {
	site := who.Site()
	c := ical.Calendar{Maker: site.Name, Refresh: time.Hour}
	err := who.Read(ctx, func(tx scope.Tx) error {
		h, err := scope.One(ctx, tx, readFeedOwner, scope.Args{"hash": id.SecretFrom(token).Hash()}, func(row scope.Row) (h feedOwner, err error) {
			return h, row.Scan(scope.Text(&h.member), scope.Text(&h.contact), scope.Text(&h.client), &h.language, &h.all)
		})
		if err != nil {
			return err
		}
		if h.member == "" && h.contact == "" {
			return problem.Missing()
		}
		if h.language == "" {
			h.language = site.Language
		}
		p := lang.For(h.language)
		c.Name = site.Name
		args := scope.Args{"from": tx.Now().Add(-feedBack), "until": tx.Now().Add(feedAhead), "most": mostInIt}
		if h.member != "" {
			args["member"] = h.member
			c.Events, err = feedOf(ctx, tx, listFeedOfMember, args, func(e Event) ical.Event {
				return e.ics(p, site, site.AppURL("/app/calendar/"+e.ID.String()), nil)
			})
			return err
		}
		args["of"], args["contact"], args["all_meetings"] = h.client, h.contact, h.all
		c.Events, err = feedOf(ctx, tx, listFeedOfContact, args, func(e Event) ical.Event {
			return e.ics(p, site, site.PortalURL("/portal/meetings/"+e.ID.String()), nil)
		})
		return err
	})
	return c, err
}

func feedOf(ctx context.Context, tx scope.Tx, statement string, args scope.Args, as func(Event) ical.Event) ([]ical.Event, error) {
	events, err := scope.List(ctx, tx, statement, args, scanEvent)
	all := make([]ical.Event, len(events))
	for n, e := range events {
		all[n] = as(e)
	}
	return all, err
}

// File is the calendar file of a meeting that the contact sees. Problem: NotFound.
func (p Portal) File(ctx context.Context, event ID, say lang.Printer) ([]byte, error) {
	f, _, err := p.Get(ctx, event)
	if err != nil {
		return nil, err
	}
	at := p.who.Site().PortalURL("/portal/meetings/" + f.ID.String())
	return ical.Calendar{Maker: p.who.Site().Name, Events: []ical.Event{f.ics(say, p.who.Site(), at, nil)}}.Bytes(), nil
}

// File is the calendar file of an event. Problem: NotFound.
func (a App) File(ctx context.Context, event ID, say lang.Printer) ([]byte, error) {
	f, err := a.Get(ctx, event)
	if err != nil {
		return nil, err
	}
	at := a.who.Site().AppURL("/app/calendar/" + f.ID.String())
	return ical.Calendar{Maker: a.who.Site().Name, Events: []ical.Event{f.ics(say, a.who.Site(), at, nil)}}.Bytes(), nil
}
