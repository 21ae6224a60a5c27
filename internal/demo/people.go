package demo

import (
	"fmt"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
)

var marlow = client.Details{
	Name: "Marlow Ceramics", Email: Ines, Type: client.Organization, Preferred: client.ByPortal, ContactName: "Ines Marlow",
	Mobile: "+351 910 555 018", WorkPhone: "+351 21 555 0177",
	LegalName: "Marlow Ceramics Lda", TaxID: "PT514882039", Website: "https://marlow.example", Industry: "Ceramics", Currency: "EUR", PaymentTerms: "14",
	Addresses: []client.Address{
		{Label: "Studio and shop", Street: "Rua do Forno 8", City: "Lisboa", PostalCode: "1100-024", Country: "Portugal", Billing: true},
		{Label: "Kiln", Street: "Estrada da Barra 41", City: "Aveiro", PostalCode: "3810-164", Country: "Portugal"},
	},
}

var rui = client.ContactDetails{
	Name: "Rui Costa", Email: Rui, JobTitle: "Shop manager", Phone: "+351 910 555 061",
	Capabilities: auth.SupportPreset.Capabilities(), Preset: auth.SupportPreset,
}

// Every text of Northwind has a word that may appear nowhere at Marlow.
var northwind = client.Details{
	Name: "Northwind Bikes", Email: Sam, Type: client.Organization, Preferred: client.ByEmail, ContactName: "Sam Okafor",
	Mobile: "+353 86 555 0130", LegalName: "Northwind Osprey Bikes Ltd", Website: "https://northwind.example", Industry: "Bicycles, osprey frames",
	Currency: "EUR", PaymentTerms: "30",
	Addresses: []client.Address{{Label: "Osprey yard", Street: "3 Slipway Road", City: "Galway", PostalCode: "H91 E2K7", Country: "Ireland", Billing: true}},
}

// others fill the list past its first page.
var others = manyOthers()

func manyOthers() []client.Details {
	var all []client.Details
	for i, name := range []string{
		"Oakline Dental", "Verso Books", "Tern & Co", "Studio Mirador", "Åkerlund Orchard", "Brandt Tonträger", "Cobalt Rowing Club", "Dunmore Cheese",
		"Émile et Filles", "Fjord Optics", "Glass Harbour", "Hillgrove School", "Iona Weavers", "Juniper Legal", "Kestrel Maps", "Larkspur Hotel",
		"Moss Street Bakery", "Nightjar Records", "Orchard Row", "Pebble Nursery", "Quarry Coffee", "Redwood Joinery", "Saltmarsh Press", "Thistle Physio",
		"Umber Paints", "Vale Ferries", "Wren Opticians",
	} {
		slug := strings.ToLower(strings.NewReplacer(" ", "-", "&", "and", "Å", "a", "É", "e", "ä", "ae").Replace(name))
		all = append(all, client.Details{
			Name: name, Email: "office@" + slug + ".example", Type: client.Organization, Preferred: client.ByEmail,
			WorkPhone: fmt.Sprintf("+353 1 555 0%03d", 200+i), Industry: "Trade",
		})
	}
	statuses := []client.LeadStatus{client.New, client.New, client.Qualified, client.Lost, client.New}
	for i, name := range []string{"Yarrow Theatre", "Zephyr Sailing", "Amaranth Yoga", "Basalt Climbing", "Mara Lindqvist"} {
		lead := client.Details{
			Name: name, Type: client.Organization, Preferred: client.ByPhone, Lead: true, LeadStatus: statuses[i],
			LeadSource: client.LeadSources[i%len(client.LeadSources)], Mobile: fmt.Sprintf("+353 87 555 0%03d", 300+i),
		}
		if i == len(statuses)-1 {
			lead.Type, lead.JobTitle, lead.Email = client.Individual, "Photographer", "mara@lindqvist.example"
		}
		all = append(all, lead)
	}
	return all
}
