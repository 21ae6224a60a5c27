package client

import (
	"strconv"

	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

// Address is a postal address of a client.
type Address struct {
	Label      string // such as "Warehouse"
	Street     string // may have several lines
	City       string
	Region     string
	PostalCode string
	Country    string
	Billing    bool // at most one of a client's addresses
}

// MostAddresses is how many addresses a client can have.
const MostAddresses = 20

// empty tells whether nothing was typed: such an address is not kept.
func (a Address) empty() bool {
	a.Billing = false
	return a == Address{}
}

// AddressField is the name under which a problem with a part of the nth address
// is reported, counted from 0 as typed.
func AddressField(part string, n int) string { return "address_" + part + "_" + strconv.Itoa(n) }

// checkAddresses cleans the addresses and drops the empty ones.
func checkAddresses(f *problem.Fields, all []Address) []Address {
	var kept []Address
	billing := 0
	for n, a := range all {
		line := func(part, value string, limit int) string {
			return text.Line(f, AddressField(part, n), value, text.Optional, limit)
		}
		a.Label = line("label", a.Label, 100)
		a.Street = text.Block(f, AddressField("street", n), a.Street, text.Optional, 400)
		a.City = line("city", a.City, 100)
		a.Region = line("region", a.Region, 100)
		a.PostalCode = line("postal_code", a.PostalCode, 20)
		a.Country = line("country", a.Country, 100)
		if a.empty() {
			continue
		}
		if a.Billing {
			billing++
		}
		kept = append(kept, a)
	}
	if billing > 1 {
		f.Add("address_billing", "client.one_billing")
	}
	if len(kept) > MostAddresses {
		f.Add("addresses", "client.many_addresses", "max", MostAddresses)
	}
	return kept
}
