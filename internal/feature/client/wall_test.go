package client_test

import (
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// everything is each method of the door that names a client, as an error.
func everything(t *testing.T, app func() client.App, c client.ID, contact client.ContactID, session string, d client.Details) map[string]error {
	t.Helper()
	ctx := t.Context()
	person := client.ContactDetails{Name: "X", Email: "x@elsewhere.example", Preset: auth.ReaderPreset, Drawn: auth.ReaderPreset,
		Capabilities: auth.ReaderPreset.Capabilities()}
	_, get := app().Get(ctx, c)
	_, _, contacts := app().Contacts(ctx, c)
	_, _, one := app().Contact(ctx, c, contact)
	_, portal := app().Portal(ctx, c)
	_, add := app().CreateContact(ctx, c, person)
	return map[string]error{
		"get": get, "contacts": contacts, "contact": one, "portal": portal, "add": add,
		"update": app().Update(ctx, c, 1, d), "archive": app().Archive(ctx, c), "restore": app().Restore(ctx, c), "convert": app().Convert(ctx, c),
		"enable": app().EnablePortal(ctx, c), "disable": app().DisablePortal(ctx, c), "change": app().UpdateContact(ctx, c, contact, 1, person),
		"suspend": app().Suspend(ctx, c, contact), "reinstate": app().Reinstate(ctx, c, contact), "invite": app().Invite(ctx, c, contact),
		"reset": app().SendReset(ctx, c, contact), "verify": app().SendVerification(ctx, c, contact),
		"password": app().SetPassword(ctx, c, contact, temporary), "end": app().EndSession(ctx, c, session),
	}
}

// ofContacts are the methods of everything that name a contact or a session.
var ofContacts = []string{"contact", "change", "suspend", "reinstate", "invite", "reset", "verify", "password", "end"}

func TestTwoWorkspacesDoNotSeeEachOther(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		contact := d.settle(t, c)
		d.enter(t, "ines@marlow.example")
		session := d.portal(t, c).Sessions[0].ID
		before := d.get(t, c)
		other := func() client.App { return client.ForStaff(d.staff(t, away)) }
		for name, err := range everything(t, other, c, contact.ID, session, before.Details) {
			if !problem.Is(err, problem.NotFound) {
				t.Errorf("%s from the other workspace: %v", name, err)
			}
		}
		list, err := other().List(t.Context(), client.Wanted{Query: "marlow"})
		must(t, err)
		if list.Everything != 0 || len(list.Rows) != 0 {
			t.Errorf("the other workspace lists %+v", list)
		}
		after := d.get(t, c)
		if after.Version != before.Version || !after.PortalOn() || len(d.portal(t, c).Sessions) != 1 {
			t.Errorf("the other workspace changed something: %+v", after)
		}
		theirs, err := other().Create(t.Context(), marlow())
		must(t, err)
		_, contacts, err := other().Contacts(t.Context(), theirs)
		must(t, err)
		if contacts[0].Identity == contact.Identity || contacts[0].HasPassword || contacts[0].Elsewhere != 0 {
			t.Errorf("one address in two workspaces is one login: %+v", contacts[0])
		}
	})
}

func TestIdsThatAreNoneAreNotFound(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		contact := d.primary(t, c).ID
		app := func() client.App { return d.app(t) }
		for _, bad := range []string{"", "x", "\x00", "\xff", "01jzzzzzzzzzzzzzzzzzzzzzzz", "' or 1=1 --"} {
			for name, err := range everything(t, app, client.ID(bad), contact, bad, marlow()) {
				if !problem.Is(err, problem.NotFound) {
					t.Errorf("%s of client %q: %v", name, bad, err)
				}
			}
			all := everything(t, app, c, client.ContactID(bad), bad, marlow())
			for _, name := range ofContacts {
				if !problem.Is(all[name], problem.NotFound) {
					t.Errorf("%s of contact %q: %v", name, bad, all[name])
				}
			}
			must(t, d.app(t).Restore(t.Context(), c))
			must(t, d.app(t).EnablePortal(t.Context(), c))
		}
	})
}

func TestAContactBelongsToItsClientAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		sibling := d.open(t, client.Details{Name: "Northwind Bikes", Email: "sam@northwind.example", Type: client.Organization})
		d.settle(t, c)
		d.enter(t, "ines@marlow.example")
		contact, session := d.primary(t, c).ID, d.portal(t, c).Sessions[0].ID
		app := func() client.App { return d.app(t) }
		all := everything(t, app, sibling, contact, session, marlow())
		for _, name := range ofContacts {
			if !problem.Is(all[name], problem.NotFound) {
				t.Errorf("%s of another client's: %v", name, all[name])
			}
		}
		if len(d.portal(t, c).Sessions) != 1 {
			t.Error("the session was ended under another client's address")
		}
	})
}

func TestRolesThatReadCannotWrite(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		contact := d.settle(t, c)
		d.enter(t, "ines@marlow.example")
		session := d.portal(t, c).Sessions[0].ID
		must(t, d.system(t).Write(t.Context(), func(tx scope.Tx) error {
			_, err := tx.Exec(t.Context(), `update member set role = 'viewer' where workspace_id = :workspace`, nil)
			return err
		}))
		app := func() client.App { return d.app(t) }
		reads := map[string]bool{"get": true, "contacts": true, "contact": true, "portal": true}
		for name, err := range everything(t, app, c, contact.ID, session, marlow()) {
			switch {
			case reads[name]:
				must(t, err)
			case !problem.Is(err, problem.Forbidden):
				t.Errorf("%s as a viewer: %v", name, err)
			}
		}
		if _, err := d.app(t).Create(t.Context(), marlow()); !problem.Is(err, problem.Forbidden) {
			t.Errorf("create as a viewer: %v", err)
		}
	})
}

func TestTheZeroStaffReachesNothing(t *testing.T) {
	t.Parallel()
	if _, err := client.ForStaff(auth.Staff{}).List(t.Context(), client.Wanted{}); !problem.Is(err, problem.Forbidden) {
		t.Errorf("the zero staff lists clients: %v", err)
	}
}
