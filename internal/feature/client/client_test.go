package client_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/problem"
)

func TestCreateKeepsEveryField(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		in := client.Details{
			Name: "Marlow Ceramics", Email: "Ines@Marlow.example", SecondEmail: "studio@marlow.example", Mobile: "+351 912 345 678",
			WorkPhone: "+351 21 000 00 00", Preferred: client.BySMS, Birthday: "1984-02-29", JobTitle: "Founder", Type: client.Organization,
			LegalName: "Marlow Ceramics Lda", TaxID: "PT123456789", RegistrationNumber: "R-77", Website: "marlow.example", Industry: "Ceramics",
			Language: "en", Currency: "eur", PaymentTerms: "030", ContactName: "Ines Marlow",
			Addresses: []client.Address{
				{Label: "Studio", Street: "Rua da Prata 1\n2.º", City: "Lisboa", PostalCode: "1100-052", Country: "Portugal", Billing: true},
				{},
				{Label: "Kiln", City: "Évora"},
			},
		}
		got := d.get(t, d.create(t, in))
		want := in
		want.Website, want.Currency, want.PaymentTerms, want.ContactName = "https://marlow.example", "EUR", "30", ""
		want.Addresses = []client.Address{in.Addresses[0], in.Addresses[2]}
		if changed := got.Changed(want); len(changed) > 0 {
			t.Errorf("stored %+v, want %+v: %v differ", got.Details, want, changed)
		}
		if got.PrimaryName != "Ines Marlow" || got.Contacts != 1 {
			t.Errorf("primary %q of %d, want Ines Marlow alone", got.PrimaryName, got.Contacts)
		}
		p := d.primary(t, got.ID)
		if p.Email != "Ines@Marlow.example" || p.Preset() != "primary" || p.State() != client.Off {
			t.Errorf("primary contact %+v", p)
		}
		access := d.portal(t, got.ID)
		if access.Client.PortalOn() || len(access.Sessions)+len(access.History) > 0 {
			t.Errorf("a new client's portal: %+v", access)
		}
		if kinds := d.kinds(t, got.ID); len(kinds) != 1 || kinds["client.created"] != 1 {
			t.Errorf("activity %v, want one client.created", kinds)
		}
		list, err := d.app(t).List(t.Context(), client.Wanted{})
		must(t, err)
		if len(list.Rows) != 1 || list.All != 1 || list.Rows[0].Phone != in.Mobile {
			t.Errorf("list %+v", list)
		}
	})
}

func TestBadInputGetsASentenceAtItsField(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		long := strings.Repeat("é", 201)
		for _, c := range []struct {
			field, key string
			spoil      func(*client.Details)
		}{
			{"name", "field.required", func(in *client.Details) { in.Name = " \u00a0" }},
			{"name", "field.long", func(in *client.Details) { in.Name = long }},
			{"name", "field.control", func(in *client.Details) { in.Name = "Mar\x00low" }},
			{"name", "field.control", func(in *client.Details) { in.Name = "Mar\u202elow" }},
			{"name", "field.control", func(in *client.Details) { in.Name = "Marlow\r\nBcc: x" }},
			{"name", "field.unreadable", func(in *client.Details) { in.Name = "Mar\xfflow" }},
			{"email", "client.email_required", func(in *client.Details) { in.Email = "" }},
			{"email", "field.email", func(in *client.Details) { in.Email = "ines at marlow" }},
			{"email", "field.email", func(in *client.Details) { in.Email = "ines@marlow.example, rui@marlow.example" }},
			{"email", "field.long", func(in *client.Details) { in.Email = strings.Repeat("a", 250) + "@marlow.example" }},
			{"second_email", "field.email", func(in *client.Details) { in.SecondEmail = "x@" }},
			{"mobile", "client.phone_wrong", func(in *client.Details) { in.Mobile = "call me" }},
			{"work_phone", "field.control", func(in *client.Details) { in.WorkPhone = "1\t2" }},
			{"preferred_communication", "field.choice", func(in *client.Details) { in.Preferred = "pigeon" }},
			{"birthday", "client.birthday_wrong", func(in *client.Details) { in.Birthday = "29/02/1984" }},
			{"birthday", "client.birthday_wrong", func(in *client.Details) { in.Birthday = "1985-02-29" }},
			{"birthday", "client.birthday_wrong", func(in *client.Details) { in.Birthday = "2026-11-24" }},
			{"birthday", "client.birthday_wrong", func(in *client.Details) { in.Birthday = "1899-12-31" }},
			{"type", "field.choice", func(in *client.Details) { in.Type = "" }},
			{"type", "field.choice", func(in *client.Details) { in.Type = "<b>" }},
			{"lead_source", "field.choice", func(in *client.Details) { in.LeadSource = "telepathy" }},
			{"lead_status", "field.choice", func(in *client.Details) { in.Lead, in.LeadStatus = true, "maybe" }},
			{"contact_name", "field.long", func(in *client.Details) { in.ContactName = long }},
			{"website", "field.website", func(in *client.Details) { in.Website = "javascript://alert(1)" }},
			{"website", "field.website", func(in *client.Details) { in.Website = "https://a b" }},
			{"language", "field.choice", func(in *client.Details) { in.Language = "tlh" }},
			{"language", "field.choice", func(in *client.Details) { in.Language = "qps" }},
			{"currency", "client.currency_wrong", func(in *client.Details) { in.Currency = "ZZZ" }},
			{"currency", "client.currency_wrong", func(in *client.Details) { in.Currency = "€" }},
			{"currency", "field.long", func(in *client.Details) { in.Currency = "euro" }},
			{"payment_terms", "client.payment_terms_wrong", func(in *client.Details) { in.PaymentTerms = "-1" }},
			{"payment_terms", "client.payment_terms_wrong", func(in *client.Details) { in.PaymentTerms = "366" }},
			{"payment_terms", "client.payment_terms_wrong", func(in *client.Details) { in.PaymentTerms = "1e2" }},
			{"tax_id", "field.long", func(in *client.Details) { in.TaxID = strings.Repeat("1", 51) }},
			{"address_city_1", "field.control", func(in *client.Details) {
				in.Addresses = []client.Address{{City: "Lisboa"}, {City: "Lis\x07boa"}}
			}},
			{"address_billing", "client.one_billing", func(in *client.Details) {
				in.Addresses = []client.Address{{City: "Lisboa", Billing: true}, {City: "Porto", Billing: true}}
			}},
			{"addresses", "client.many_addresses", func(in *client.Details) {
				for i := range client.MostAddresses + 1 {
					in.Addresses = append(in.Addresses, client.Address{City: fmt.Sprint("City ", i)})
				}
			}},
		} {
			in := marlow()
			c.spoil(&in)
			_, err := d.app(t).Create(t.Context(), in)
			wants(t, err, problem.Invalid, c.field, c.key)
		}
		counts, err := d.app(t).Count(t.Context())
		must(t, err)
		if counts != (client.Counts{}) {
			t.Errorf("refused forms left %+v", counts)
		}
	})
}

func TestOddTextIsStoredFaithfully(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		for _, name := range []string{
			"🏺 Marlow 👩‍🎨", "مارلو للخزف", "מרלו", "<script>alert('x')</script>", "O'Neil & \"Sons\" \\ %_", "李小龍", "Ｆｕｌｌ　width", "a\u0301 decomposed",
		} {
			in := marlow()
			in.Name = name
			in.Addresses = []client.Address{{Label: name, Street: name + "\nline"}}
			got := d.get(t, d.create(t, in))
			want := name
			if name == "a\u0301 decomposed" {
				want = "á decomposed" // one form for what looks the same
			}
			if got.Name != want || got.Addresses[0].Street != want+"\nline" {
				t.Errorf("%q is stored as %q and %q", name, got.Name, got.Addresses[0].Street)
			}
		}
	})
}

func TestConversionKeepsEverythingAndALeadHasNoPortal(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.create(t, lead())
		before, contact := d.get(t, c), d.primary(t, c)
		wants(t, d.app(t).EnablePortal(t.Context(), c), problem.Invalid, "enabled", "portal.refused.lead")
		wants(t, d.app(t).SetPassword(t.Context(), c, contact.ID, temporary), problem.Conflict, "", "portal.refused.lead")
		must(t, d.app(t).Convert(t.Context(), c))
		must(t, d.app(t).Convert(t.Context(), c)) // pressed twice
		after := d.get(t, c)
		if changed := after.Changed(before.Details); !slices.Equal(changed, []string{"lead_status"}) {
			t.Errorf("conversion changed %v", changed)
		}
		if after.Lead || after.ConvertedAt.IsZero() || after.LeadSource != "referral" || d.primary(t, c).ID != contact.ID {
			t.Errorf("after conversion: %+v", after)
		}
		must(t, d.app(t).EnablePortal(t.Context(), c))
		if !d.get(t, c).PortalOn() || d.kinds(t, c)["client.converted"] != 1 {
			t.Errorf("activity %v", d.kinds(t, c))
		}
	})
}

func TestALeadMayLackAnAddressUntilThePortalIsWanted(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		in := lead()
		in.Email = ""
		c := d.create(t, in)
		if got := d.get(t, c); got.Contacts != 0 || got.Primary != "" {
			t.Fatalf("a lead without an address has contacts: %+v", got)
		}
		must(t, d.app(t).Convert(t.Context(), c))
		wants(t, d.app(t).EnablePortal(t.Context(), c), problem.Invalid, "enabled", "portal.refused.email")
		got := d.get(t, c)
		wants(t, d.app(t).Update(t.Context(), c, got.Version, got.Details), problem.Invalid, "email", "client.email_required")
		got.Email, got.ContactName = "ines@marlow.example", "Ines Marlow"
		must(t, d.app(t).Update(t.Context(), c, got.Version, got.Details))
		must(t, d.app(t).EnablePortal(t.Context(), c))
		if p := d.primary(t, c); p.Name != "Ines Marlow" || p.Email != "ines@marlow.example" {
			t.Errorf("primary contact %+v", p)
		}
		got = d.get(t, c)
		got.Email = ""
		wants(t, d.app(t).Update(t.Context(), c, got.Version, got.Details), problem.Invalid, "email", "client.email_required")
	})
}

func TestALeadKeepsTheAddressThatIsALogin(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		got := d.get(t, d.create(t, lead()))
		got.Email = ""
		wants(t, d.app(t).Update(t.Context(), got.ID, got.Version, got.Details), problem.Invalid, "email", "client.email_kept")
	})
}

func TestAStaleEditChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		got := d.get(t, d.create(t, marlow()))
		mine, theirs := got.Details, got.Details
		mine.Industry, theirs.Industry = "Pottery", "Glass"
		must(t, d.app(t).Update(t.Context(), got.ID, got.Version, theirs))
		err := d.app(t).Update(t.Context(), got.ID, got.Version, mine)
		wants(t, err, problem.Conflict, "", "problem.stale")
		now := d.get(t, got.ID)
		if now.Industry != "Glass" || now.Version != got.Version+1 {
			t.Errorf("stored %q in version %d", now.Industry, now.Version)
		}
		if changed := now.Changed(mine); !slices.Equal(changed, []string{"industry"}) {
			t.Errorf("what differs: %v", changed)
		}
		must(t, d.app(t).Update(t.Context(), got.ID, now.Version, mine))
	})
}

func TestAFormSentTwiceMakesOneRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		var wg sync.WaitGroup
		made := make([]client.ID, 8)
		apps := make([]client.App, len(made))
		for i := range apps {
			apps[i] = d.same(t, "one form")
		}
		for i := range made {
			wg.Go(func() {
				var err error
				if made[i], err = apps[i].Create(t.Context(), marlow()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(slices.Compact(made)) != 1 {
			t.Errorf("one form made %v", made)
		}
		if counts, err := d.app(t).Count(t.Context()); err != nil || counts.Clients != 1 {
			t.Errorf("there are %d clients, %v", counts.Clients, err)
		}
		got := d.get(t, made[0])
		edit := got.Details
		edit.JobTitle = "Founder"
		must(t, d.same(t, "edit").Update(t.Context(), got.ID, got.Version, edit))
		must(t, d.same(t, "edit").Update(t.Context(), got.ID, got.Version, edit))
		edit.JobTitle = "Somebody else"
		wants(t, d.same(t, "edit").Update(t.Context(), got.ID, got.Version, edit), problem.Conflict, "", "problem.stale")
		if now := d.get(t, got.ID); now.JobTitle != "Founder" || now.Version != got.Version+1 {
			t.Errorf("stored %q in version %d", now.JobTitle, now.Version)
		}
		if kinds := d.kinds(t, got.ID); kinds["client.changed"] != 1 {
			t.Errorf("activity %v, want one change", kinds)
		}
	})
}

func TestArchivingEndsSessionsAndRestoringBringsBack(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		d.settle(t, c)
		session := d.enter(t, "ines@marlow.example")
		must(t, d.app(t).Archive(t.Context(), c))
		must(t, d.app(t).Archive(t.Context(), c))
		if d.alive(t, session) {
			t.Error("a session lives on at an archived client")
		}
		if _, err := d.signIn(t, "ines@marlow.example", password); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("sign-in at an archived client: %v", err)
		}
		got := d.get(t, c)
		if !got.Archived() || got.PortalOn() {
			t.Errorf("archived %v, portal on %v", got.Archived(), got.PortalOn())
		}
		rui := person("Rui Costa", "rui@marlow.example", auth.SupportPreset)
		_, adding := d.app(t).CreateContact(t.Context(), c, rui)
		for _, err := range []error{
			adding,
			d.app(t).Update(t.Context(), c, got.Version, got.Details),
			d.app(t).UpdateContact(t.Context(), c, got.Primary, 1, rui),
			d.app(t).Suspend(t.Context(), c, got.Primary),
			d.app(t).Invite(t.Context(), c, got.Primary),
			d.app(t).SendReset(t.Context(), c, got.Primary),
		} {
			wants(t, err, problem.Conflict, "", "client.archived_first")
		}
		wants(t, d.app(t).EnablePortal(t.Context(), c), problem.Invalid, "enabled", "portal.refused.archived")
		counts, err := d.app(t).Count(t.Context())
		must(t, err)
		if counts != (client.Counts{}) {
			t.Errorf("an archived client is counted: %+v", counts)
		}
		must(t, d.app(t).Restore(t.Context(), c))
		d.enter(t, "ines@marlow.example")
		if d.alive(t, session) {
			t.Error("restoring wakes an ended session")
		}
		if kinds := d.kinds(t, c); kinds["client.archived"] != 1 || kinds["client.restored"] != 1 {
			t.Errorf("activity %v", kinds)
		}
	})
}
