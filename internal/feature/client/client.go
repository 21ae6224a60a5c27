package client

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

// ID names a client.
type ID = id.Of[Client]

// Type tells a person from a business.
type Type string

// The types.
const (
	Individual   Type = "individual"
	Organization Type = "organization"
)

// Types lists the types in the order in which they are offered.
var Types = []Type{Organization, Individual}

// Channel is how a client likes to be reached.
type Channel string

// The channels.
const (
	ByEmail  Channel = "email"
	ByPhone  Channel = "phone"
	BySMS    Channel = "sms"
	ByPortal Channel = "portal"
)

// Channels lists the channels in the order in which they are offered.
var Channels = []Channel{ByEmail, ByPhone, BySMS, ByPortal}

// LeadStatus is how far a lead has come.
type LeadStatus string

// The states of a lead.
const (
	New       LeadStatus = "new"
	Qualified LeadStatus = "qualified"
	Won       LeadStatus = "won"
	Lost      LeadStatus = "lost"
)

// LeadStatuses lists the states of a lead in their order.
var LeadStatuses = []LeadStatus{New, Qualified, Won, Lost}

// LeadSource is where a lead came from; empty where nobody said.
type LeadSource string

// LeadSources lists the sources in the order in which they are offered.
var LeadSources = []LeadSource{"website", "referral", "partner", "event", "cold_outreach", "other"}

// Details are what people type about a client. As text they hold what was
// typed, so that a form can be drawn again with it.
type Details struct {
	Name        string
	Email       string // the primary contact's login; a lead may have none
	SecondEmail string
	Mobile      string
	WorkPhone   string
	Preferred   Channel
	Birthday    string // YYYY-MM-DD
	JobTitle    string
	Type        Type

	Lead       bool
	LeadStatus LeadStatus
	LeadSource LeadSource

	LegalName          string
	TaxID              string
	RegistrationNumber string
	Website            string
	Industry           string
	Language           string // a tag of the catalogue; empty for the workspace's
	Currency           string // ISO 4217 alpha-3; empty for the workspace's
	PaymentTerms       string // days; empty for the workspace's

	Addresses []Address
	// ContactName is the name of the primary contact of an organization, when
	// the form is the one that makes the contact; empty for the client's name.
	ContactName string
}

// Client is a client or lead as it is stored.
type Client struct {
	Details
	ID          ID
	Version     int64
	CreatedAt   time.Time
	ConvertedAt time.Time
	ArchivedAt  time.Time
	PortalSince time.Time // zero while the portal is off
	Contacts    int       // how many there are
	Primary     ContactID // empty without one
	PrimaryName string
	emailKey    string
}

// Archived tells whether it has been put away.
func (c Client) Archived() bool { return !c.ArchivedAt.IsZero() }

// PortalOn tells whether its contacts may enter the portal.
func (c Client) PortalOn() bool { return !c.PortalSince.IsZero() && !c.Archived() && !c.Lead }

// PortalRefusal is the message that says why the portal cannot be switched on,
// or the empty key when it can.
func (c Client) PortalRefusal() string {
	switch {
	case c.Archived():
		return "portal.refused.archived"
	case c.Lead:
		return "portal.refused.lead"
	case c.Email == "":
		return "portal.refused.email"
	}
	return ""
}

// longest is the length of a single line, in characters.
const longest = 200

// check cleans the details and says what is wrong with them, by the names of
// the form's fields. today is a day in the workspace's zone.
func (d Details) check(today time.Time) (Details, error) {
	var f problem.Fields
	d.Name = text.Line(&f, "name", d.Name, text.Required, longest)
	d.Email = text.Email(&f, "email", d.Email, text.Optional)
	if d.Email == "" && !d.Lead {
		f.Add("email", "client.email_required")
	}
	d.SecondEmail = text.Email(&f, "second_email", d.SecondEmail, text.Optional)
	d.Mobile = phone(&f, "mobile", d.Mobile)
	d.WorkPhone = phone(&f, "work_phone", d.WorkPhone)
	d.Preferred = text.Choice(&f, "preferred_communication", orElse(d.Preferred, ByEmail), Channels)
	d.Birthday = birthday(&f, "birthday", d.Birthday, today)
	d.JobTitle = text.Line(&f, "job_title", d.JobTitle, text.Optional, longest)
	d.Type = text.Choice(&f, "type", d.Type, Types)
	d.ContactName = text.Line(&f, "contact_name", d.ContactName, text.Optional, longest)
	d.checkLead(&f)
	d.checkCompany(&f)
	d.Addresses = checkAddresses(&f, d.Addresses)
	return d, f.Err()
}

func (d *Details) checkLead(f *problem.Fields) {
	if d.LeadSource != "" {
		d.LeadSource = text.Choice(f, "lead_source", d.LeadSource, LeadSources)
	}
	if !d.Lead {
		d.LeadStatus = ""
		return
	}
	d.LeadStatus = text.Choice(f, "lead_status", orElse(d.LeadStatus, New), LeadStatuses)
}

func (d *Details) checkCompany(f *problem.Fields) {
	d.LegalName = text.Line(f, "legal_name", d.LegalName, text.Optional, longest)
	d.TaxID = text.Line(f, "tax_id", d.TaxID, text.Optional, 50)
	d.RegistrationNumber = text.Line(f, "registration_number", d.RegistrationNumber, text.Optional, 50)
	d.Website = text.Website(f, "website", d.Website, 300)
	d.Industry = text.Line(f, "industry", d.Industry, text.Optional, 100)
	if d.Language != "" && !lang.Known(d.Language) {
		f.Add("language", "field.choice")
	}
	d.Currency = currencyCode(f, "currency", d.Currency)
	d.PaymentTerms = days(f, "payment_terms", d.PaymentTerms)
}

// contactName is the name of the primary contact that these details make.
func (d Details) contactName() string {
	if d.Type == Organization && d.ContactName != "" {
		return d.ContactName
	}
	return d.Name
}

// searchKey is what the list's search looks through.
func (d Details) searchKey() string {
	return text.Key(d.Name) + " " + text.Key(d.Email) + " " + text.Key(d.SecondEmail)
}

// changed names the fields in which two sets of details differ, in the order
// of the form.
func (d Details) changed(other Details) []string {
	var names []string
	for _, field := range d.lines(other) {
		if field.mine != field.theirs {
			names = append(names, field.name)
		}
	}
	if !slices.Equal(d.Addresses, other.Addresses) {
		names = append(names, "addresses")
	}
	return names
}

type line struct{ name, mine, theirs string }

func (d Details) lines(o Details) []line {
	return []line{
		{"name", d.Name, o.Name},
		{"email", d.Email, o.Email},
		{"second_email", d.SecondEmail, o.SecondEmail},
		{"mobile", d.Mobile, o.Mobile},
		{"work_phone", d.WorkPhone, o.WorkPhone},
		{"preferred_communication", string(d.Preferred), string(o.Preferred)},
		{"birthday", d.Birthday, o.Birthday},
		{"job_title", d.JobTitle, o.JobTitle},
		{"type", string(d.Type), string(o.Type)},
		{"lead_status", string(d.LeadStatus), string(o.LeadStatus)},
		{"lead_source", string(d.LeadSource), string(o.LeadSource)},
		{"legal_name", d.LegalName, o.LegalName},
		{"tax_id", d.TaxID, o.TaxID},
		{"registration_number", d.RegistrationNumber, o.RegistrationNumber},
		{"website", d.Website, o.Website},
		{"industry", d.Industry, o.Industry},
		{"language", d.Language, o.Language},
		{"currency", d.Currency, o.Currency},
		{"payment_terms", d.PaymentTerms, o.PaymentTerms},
	}
}

// Changed names the fields of the form in which what is stored differs from
// what was typed, for somebody whose form has become stale.
func (c Client) Changed(typed Details) []string { return c.changed(typed) }

func orElse[T ~string](value, other T) T {
	if value == "" {
		return other
	}
	return value
}

// phone takes a telephone number as people write it, words beside it included
// ("ext. 12, ask for Ana"): it only has to have a digit.
func phone(f *problem.Fields, field, value string) string {
	value = text.Line(f, field, value, text.Optional, 60)
	if value != "" && !f.Has(field) && !strings.ContainsFunc(value, unicode.IsDigit) {
		f.Add(field, "client.phone_wrong")
	}
	return value
}

// birthday takes a day between 1900 and today.
func birthday(f *problem.Fields, field, value string, today time.Time) string {
	value = text.Line(f, field, value, text.Optional, 10)
	if value == "" || f.Has(field) {
		return value
	}
	day, err := time.Parse(time.DateOnly, value)
	if err != nil || day.Year() < 1900 || value > today.Format(time.DateOnly) {
		f.Add(field, "client.birthday_wrong")
	}
	return value
}

// currencyCode takes the code of a currency that is in use.
func currencyCode(f *problem.Fields, field, value string) string {
	value = strings.ToUpper(text.Line(f, field, value, text.Optional, 3))
	if value == "" || f.Has(field) {
		return value
	}
	if !money.Known(value) {
		f.Add(field, "client.currency_wrong")
	}
	return value
}

// days takes a number of days from 0 to 365.
func days(f *problem.Fields, field, value string) string {
	value = text.Line(f, field, value, text.Optional, 10)
	if value == "" || f.Has(field) {
		return value
	}
	n, err := strconv.ParseUint(value, 10, 16)
	if err != nil || n > 365 {
		f.Add(field, "client.payment_terms_wrong")
		return value
	}
	return strconv.FormatUint(n, 10)
}

// addressKey is the form in which mail addresses are compared, empty for none.
func addressKey(email string) string {
	if email == "" {
		return ""
	}
	return auth.AddressKey(email)
}
