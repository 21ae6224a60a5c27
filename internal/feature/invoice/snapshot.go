package invoice

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/total"
)

// Snapshot is all that an invoice says, as it was issued. It is stored as JSON
// and hashed; its file and the client's page are made from it and from nothing
// else, so that both say the same for ever.
type Snapshot struct {
	Kind         Kind           `json:"kind"`
	Number       string         `json:"number"`
	Corrects     string         `json:"corrects,omitempty"` // number of the invoice that a credit note corrects
	IssuedOn     civil.Date     `json:"issued_on"`
	DueOn        civil.Date     `json:"due_on"`
	Currency     string         `json:"currency"`
	Inclusive    bool           `json:"inclusive"`
	PONumber     string         `json:"po_number,omitempty"`
	Project      string         `json:"project,omitempty"`
	Notes        string         `json:"notes,omitempty"`
	Instructions string         `json:"instructions,omitempty"`
	Seller       Party          `json:"seller"`
	Buyer        Party          `json:"buyer"`
	Lines        []SnapshotLine `json:"lines"`
	Taxes        []SnapshotTax  `json:"taxes"`
	Amount       int64          `json:"amount_minor"`
	Reduced      int64          `json:"reduced_minor"`
	ReducedRate  total.Rate     `json:"reduced_rate,omitempty"`
	Net          int64          `json:"net_minor"`
	Tax          int64          `json:"tax_minor"`
	Gross        int64          `json:"gross_minor"`
	Look         Look           `json:"look"`
}

// Party is who sells or who buys, by EN 16931 (BG-4, BG-7).
type Party struct {
	Name               string `json:"name"`
	Legal              string `json:"legal,omitempty"`
	Address            string `json:"address,omitempty"` // several lines
	TaxID              string `json:"tax_id,omitempty"`
	RegistrationNumber string `json:"registration_number,omitempty"`
	Email              string `json:"email,omitempty"`
	Phone              string `json:"phone,omitempty"`
	Website            string `json:"website,omitempty"`
}

// SnapshotLine is a line with its sums; quantities are ten-thousandths, prices
// ten-thousandths of a minor unit, rates millionths.
type SnapshotLine struct {
	Description string         `json:"description"`
	Unit        string         `json:"unit,omitempty"`
	Quantity    total.Quantity `json:"quantity"`
	Price       total.Price    `json:"price"`
	Discount    total.Discount `json:"discount"`
	Category    total.Category `json:"category"`
	Rate        total.Rate     `json:"rate"`
	Amount      int64          `json:"amount_minor"`
	Net         int64          `json:"net_minor"`
}

// SnapshotTax is the tax of a category and rate, and why none is charged.
type SnapshotTax struct {
	Category total.Category `json:"category"`
	Rate     total.Rate     `json:"rate"`
	Net      int64          `json:"net_minor"`
	Tax      int64          `json:"tax_minor"`
	Reasons  []string       `json:"reasons,omitempty"`
}

// Look is how the file is drawn.
type Look struct {
	Language string `json:"language"`
	Paper    string `json:"paper"`
	Color    string `json:"color,omitempty"`
	Footer   string `json:"footer,omitempty"`
	Logo     string `json:"logo,omitempty"` // id of the logo's version
	LogoSHA  string `json:"logo_sha256,omitempty"`
}

// Money is an amount of the snapshot's currency, in minor units.
func (s Snapshot) Money(minor int64) money.Amount {
	return money.Amount{Minor: minor, Currency: s.Currency}
}

// encode is the snapshot as it is stored, and the SHA-256 of that.
func (s Snapshot) encode() (text, hash string, err error) {
	data, err := json.Marshal(s)
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256(data)
	return string(data), hex.EncodeToString(sum[:]), nil
}

func decode(text string) (s Snapshot, err error) {
	return s, json.Unmarshal([]byte(text), &s)
}

// said are the lines and taxes of an invoice as a snapshot has them.
func (s *Snapshot) said(n Invoice) {
	reasons := map[total.Category][]string{}
	for _, l := range n.Lines {
		s.Lines = append(s.Lines, SnapshotLine{
			l.Description, l.Unit, l.Quantity, l.Price, l.Discount, l.Category, l.Rate, l.Sum.Amount, l.Sum.Net,
		})
		if l.Reason != "" && !slices.Contains(reasons[l.Category], l.Reason) {
			reasons[l.Category] = append(reasons[l.Category], l.Reason)
		}
	}
	for _, t := range n.Sums.Taxes {
		s.Taxes = append(s.Taxes, SnapshotTax{t.Category, t.Rate, t.Net, t.Tax, reasons[t.Category]})
	}
}
