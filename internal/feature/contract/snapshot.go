package contract

import (
	"strconv"
	"strings"
	"time"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/prose"
	"foyer/internal/kernel/scope"
)

// Snapshot is everything that a version of a contract says, as it is kept.
type Snapshot struct {
	Contract ID            `json:"contract"`
	Version  int64         `json:"version"`
	Number   string        `json:"number"`
	Name     string        `json:"name"`
	Kind     Kind          `json:"kind"`
	Language string        `json:"language"`
	Amount   *money.Amount `json:"amount,omitempty"`
	StartsOn civil.Date    `json:"starts_on,omitempty"`
	EndsOn   civil.Date    `json:"ends_on,omitempty"`
	RenewsOn civil.Date    `json:"renews_on,omitempty"`
	AmendsNo string        `json:"amends,omitempty"`
	Content  string        `json:"content"` // Markdown
	// Values are what the placeholders of the content stand for.
	Values map[string]string `json:"values"`
	Ours   Party             `json:"ours"`
	Theirs Party             `json:"theirs"`
	People []Person          `json:"people"`
	// Attachments travel inside the file, in the order in which it lists them.
	Attachments []Attachment `json:"attachments,omitempty"`
	Look        Look         `json:"look"`
	FixedAt     time.Time    `json:"fixed_at"`
}

// Party is a business that a contract is between.
type Party struct {
	Name               string `json:"name"`
	Legal              string `json:"legal,omitempty"`
	Address            string `json:"address,omitempty"`
	RegistrationNumber string `json:"registration_number,omitempty"`
	TaxID              string `json:"tax_id,omitempty"`
	Email              string `json:"email,omitempty"`
}

// Said is what a party is called: its legal name where it has one.
func (y Party) Said() string {
	if y.Legal != "" {
		return y.Legal
	}
	return y.Name
}

// Person is a signatory as a version names them.
type Person struct {
	Signatory SignatoryID `json:"signatory"`
	Side      Side        `json:"side"`
	Role      Role        `json:"role"`
	Step      int         `json:"step"`
	Name      string      `json:"name"`
	Email     string      `json:"email"`
	Title     string      `json:"title,omitempty"`
}

// Look is how the file looks.
type Look struct {
	Color   string `json:"color,omitempty"`
	Logo    string `json:"logo,omitempty"` // version of the file of the logo
	LogoSHA string `json:"logo_sha256,omitempty"`
	Footer  string `json:"footer,omitempty"`
	Paper   string `json:"paper"`
}

// parties are what the workspace and a client are called today.
type parties struct {
	ours, theirs Party
	look         Look
	project      string
}

// told is a row of what a draft says besides its text: the parties, and one of its
// attachments if there is any.
type told struct {
	parties
	attachment Attachment
}

func scanTold(row scope.Row) (p told, err error) {
	o, t, l, f := &p.ours, &p.theirs, &p.look, &p.attachment
	var size *int64
	var color, brand, street, postal, city, region, country string
	err = row.Scan(&o.Name, &o.Legal, &o.Address, &o.TaxID, &o.RegistrationNumber, &o.Email, &color, &brand, &l.Footer, &l.Paper, scope.Text(&l.Logo), &l.LogoSHA,
		&t.Name, &t.Legal, &t.TaxID, &t.RegistrationNumber, &t.Email, &street, &postal, &city, &region, &country, &p.project,
		scope.Text(&f.ID), scope.Text(&f.Name), &size, scope.Text(&f.SHA256), scope.Text(&f.Version), scope.Text(&f.Type))
	if size != nil {
		f.Size = *size
	}
	if l.Color = color; color == "" {
		l.Color = brand
	}
	var lines []string
	for _, line := range []string{street, strings.TrimSpace(postal + " " + city), region, country} {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	t.Address = strings.Join(lines, "\n")
	return p, err
}

// take takes what a draft says besides its text from rows.
func (w *Written) take(rows []told) {
	w.parties = rows[0].parties
	for _, row := range rows {
		if row.attachment.ID != "" {
			w.Attachments = append(w.Attachments, row.attachment)
		}
	}
}

// Placeholders are what can stand in the text of a contract, in the order in which
// they are offered.
var Placeholders = []string{
	"workspace.name", "workspace.address", "workspace.registration", "workspace.tax_id", "workspace.email",
	"client.name", "client.address", "client.registration", "client.tax_id", "client.email", "client.signatory",
	"project.name", "contract.number", "contract.name", "contract.value", "contract.start", "contract.end", "contract.renewal", "contract.amends", "contract.date",
}

// values are what the placeholders stand for on a day.
func (w Written) values(today civil.Date) map[string]string {
	c, p := w.Contract, lang.For(w.Contract.Language)
	day := func(d civil.Date) string {
		if d == "" {
			return ""
		}
		return p.LongDate(d.Time())
	}
	line := func(lines string) string { return strings.ReplaceAll(lines, "\n", ", ") }
	v := map[string]string{
		"workspace.name": w.parties.ours.Said(), "workspace.address": line(w.parties.ours.Address), "workspace.registration": w.parties.ours.RegistrationNumber,
		"workspace.tax_id": w.parties.ours.TaxID, "workspace.email": w.parties.ours.Email,
		"client.name": w.parties.theirs.Said(), "client.address": line(w.parties.theirs.Address), "client.registration": w.parties.theirs.RegistrationNumber,
		"client.tax_id": w.parties.theirs.TaxID, "client.email": w.parties.theirs.Email,
		"project.name": w.parties.project, "contract.number": c.Number, "contract.name": c.Name, "contract.start": day(c.StartsOn), "contract.end": day(c.EndsOn),
		"contract.renewal": day(c.RenewsOn), "contract.amends": c.AmendsNo, "contract.date": day(today),
	}
	if c.Amount != nil {
		v["contract.value"] = c.Amount.Say(p)
	}
	for _, s := range w.People {
		if s.Side == Theirs && s.Role == Signer && v["client.signatory"] == "" {
			v["client.signatory"] = s.Name
		}
	}
	return v
}

// Empty are the placeholders of the text that stand for nothing yet, each once, in
// the order of the text; one that is unknown is among them.
func (w Written) Empty() []string {
	doc, err := prose.Parse(w.Contract.Content)
	if err != nil {
		return nil
	}
	return doc.Empty(w.values(w.today))
}

// Prose is the text of a version with its placeholders filled.
func (s Snapshot) Prose() (prose.Doc, error) {
	doc, err := prose.Parse(s.Content)
	return doc.Fill(s.Values), err
}

// Preview is what the version would say today.
func (w Written) Preview() Snapshot { return w.fix(w.now) }

// fix is what the next version says.
func (w Written) fix(now time.Time) Snapshot {
	c := w.Contract
	s := Snapshot{
		Contract: c.ID, Version: c.next(), Number: c.Number, Name: c.Name, Kind: c.Kind, Language: c.Language, Amount: c.Amount, StartsOn: c.StartsOn,
		EndsOn: c.EndsOn, RenewsOn: c.RenewsOn, AmendsNo: c.AmendsNo, Content: c.Content, Values: w.values(civil.Today(now)), Ours: w.parties.ours, Theirs: w.parties.theirs,
		Attachments: w.Attachments, Look: w.parties.look, FixedAt: now.UTC().Truncate(time.Second),
	}
	for _, p := range w.People {
		s.People = append(s.People, Person{p.ID, p.Side, p.Role, p.Step, p.Name, p.Email, p.Title})
	}
	return s
}

// FileName is what the file is called: CTR-2026-0007 Website relaunch.pdf.
func (s Snapshot) FileName() string {
	name := fileName(s.Number + " " + s.Name)
	if runes := []rune(name); len(runes) > longestFile {
		name = strings.TrimSpace(string(runes[:longestFile]))
	}
	return name + ".pdf"
}

// fileName is a name without what no system has in the name of a file.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name)
}

func (s Snapshot) version() string { return strconv.FormatInt(s.Version, 10) }

func join(names []string) string { return strings.Join(names, ", ") }
