package workspace

import (
	"context"

	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Company is what is known of the business.
type Company struct {
	Name               string
	LegalName          string
	Website            string
	Industry           string
	LegalStructure     string
	Address            string // several lines
	Phone              string
	TaxID              string
	RegistrationNumber string
	Email              string // public: how clients reach the business
	Version            int64  // of the settings, when the form was drawn
}

func (in Company) check() (Company, error) {
	var fields problem.Fields
	in.Name = text.Line(&fields, "name", in.Name, text.Required, 200)
	in.LegalName = text.Line(&fields, "legal_name", in.LegalName, text.Optional, 200)
	in.Website = text.Website(&fields, "website", in.Website, 300)
	in.Industry = text.Line(&fields, "industry", in.Industry, text.Optional, 100)
	in.LegalStructure = text.Line(&fields, "legal_structure", in.LegalStructure, text.Optional, 100)
	in.Address = text.Block(&fields, "address", in.Address, text.Optional, 500)
	in.Phone = text.Line(&fields, "phone", in.Phone, text.Optional, 50)
	in.TaxID = text.Line(&fields, "tax_id", in.TaxID, text.Optional, 60)
	in.RegistrationNumber = text.Line(&fields, "registration_number", in.RegistrationNumber, text.Optional, 60)
	in.Email = text.Email(&fields, "email", in.Email, text.Optional)
	return in, fields.Err()
}

// SaveCompany stores what is known of the business. Problems: Forbidden; Invalid
// by field; Conflict when the form is stale.
func (a App) SaveCompany(ctx context.Context, in Company) error {
	in, err := in.check()
	if err != nil {
		return err
	}
	return a.change(ctx, saveCompany, scope.Args{
		"name": in.Name, "legal_name": in.LegalName, "website": in.Website, "industry": in.Industry, "legal_structure": in.LegalStructure,
		"address": in.Address, "phone": in.Phone, "tax_id": in.TaxID, "registration_number": in.RegistrationNumber, "email": in.Email,
	}, in.Version, "workspace.company_changed", func(now Settings) bool {
		in.Version = now.Company.Version
		return now.Company == in
	})
}
