package client_test

import (
	"testing"

	"foyer/internal/feature/client"
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
		list, err := d.app(t).List(t.Context(), client.Wanted{})
		must(t, err)
		if len(list.Rows) != 1 || list.All != 1 || list.Rows[0].Phone != in.Mobile {
			t.Errorf("list %+v", list)
		}
	})
}
