package notify

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/scope"
)

// Portal is what a contact decides about their own mail.
type Portal struct{ who auth.Client }

// ForClient opens the door for a contact.
func ForClient(who auth.Client) Portal { return Portal{who} }

// Areas are those that the contact is mailed about: they see them.
func (p Portal) Areas() []auth.Area { return areas(portal, p.who.Sees) }

// Settings reads how the contact wants their mail about the client.
func (p Portal) Settings(ctx context.Context) (s Settings, err error) {
	err = p.who.Read(ctx, auth.Own, func(tx scope.Tx) (err error) {
		s, err = read(ctx, tx, readContactChoices, nil, p.Areas(), func(area auth.Area) outbox.Choice { return byContact(p.who.Capabilities(), area) })
		return err
	})
	return s, err
}

// Save stores how the contact wants their mail; what waits and is not wanted any more
// is not sent. Problem: Invalid by field.
func (p Portal) Save(ctx context.Context, s Settings) error {
	s, err := s.check(p.Areas())
	if err != nil {
		return err
	}
	return p.who.Write(ctx, auth.Own, func(tx scope.Tx) error {
		for _, w := range s.Wishes {
			if _, err := tx.Exec(ctx, saveContactChoice, scope.Args{"area": w.Area, "choice": w.Choice}); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, saveContactHour, scope.Args{"hour": s.Hour, "zone": s.Zone}); err != nil {
			return err
		}
		return p.who.Record(ctx, tx, auth.Event{
			Kind: "contact.mail_changed", SubjectKind: "contact", SubjectID: p.who.ContactID(), Area: auth.Clients, Client: p.who.ClientID(),
			Audience: auth.ForStaffOnly, Params: s.params(),
		})
	})
}

// App is what a member decides about their own mail.
type App struct{ who auth.Staff }

// ForStaff opens the door for a member.
func ForStaff(who auth.Staff) App { return App{who} }

// Areas are those that the member is mailed about: their role reads them.
func (a App) Areas() []auth.Area {
	return areas(staff, func(area auth.Area) bool { return a.who.May(auth.Right{Area: area, Level: auth.Read}) })
}

// Settings reads how the member wants their mail.
func (a App) Settings(ctx context.Context) (s Settings, err error) {
	err = a.who.Read(ctx, auth.OwnRead, func(tx scope.Tx) (err error) {
		args := scope.Args{"member": a.who.MemberID()}
		s, err = read(ctx, tx, readMemberChoices, args, a.Areas(), func(area auth.Area) outbox.Choice { return byRole(a.who.Role(), area) })
		return err
	})
	return s, err
}

// Save stores how the member wants their mail; what waits and is not wanted any more
// is not sent. Problem: Invalid by field.
func (a App) Save(ctx context.Context, s Settings) error {
	s, err := s.check(a.Areas())
	if err != nil {
		return err
	}
	return a.who.Write(ctx, auth.OwnWrite, func(tx scope.Tx) error {
		for _, w := range s.Wishes {
			if _, err := tx.Exec(ctx, saveMemberChoice, scope.Args{"member": a.who.MemberID(), "area": w.Area, "choice": w.Choice}); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, saveMemberHour, scope.Args{"member": a.who.MemberID(), "hour": s.Hour, "zone": s.Zone}); err != nil {
			return err
		}
		return a.who.Record(ctx, tx, auth.Event{
			Kind: "member.mail_changed", SubjectKind: "member", SubjectID: a.who.MemberID(), Area: auth.People, Audience: auth.ForStaffOnly, Params: s.params(),
		})
	})
}

// read reads what somebody has said of their mail, and fills in the rest.
func read(ctx context.Context, tx scope.Tx, query string, args scope.Args, of []auth.Area, unsaid func(auth.Area) outbox.Choice) (Settings, error) {
	s := Settings{Hour: -1}
	said := map[auth.Area]outbox.Choice{}
	err := tx.Each(ctx, query, args, func(row scope.Row) error {
		var area auth.Area
		var choice outbox.Choice
		err := row.Scan(&s.Hour, &s.Zone, scope.Text(&area), scope.Text(&choice))
		said[area] = choice
		return err
	})
	for _, area := range of {
		choice := said[area]
		if choice == "" {
			choice = unsaid(area)
		}
		s.Wishes = append(s.Wishes, Wish{area, choice})
	}
	return s, err
}
