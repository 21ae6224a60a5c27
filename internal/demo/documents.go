package demo

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"path"
	"time"

	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/library"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/pdf"
)

// paper is a document of the story.
type paper struct {
	ago    time.Duration
	by     string // address of the member, or of the contact who brings it
	client string // name
	kind   library.Kind
	of     string // name of the project or contract, subject of the case; of an invoice nothing: the first that was sent
	name   string
	says   string // what stands in a PDF
	own    bool   // in the category of their own
	shared bool
	chosen bool          // shared with the primary contact alone
	again  time.Duration // when another version came, never when zero
}

// papers are shared and unshared at each kind of record; what is not shared is named
// after the heron.
var papers = []paper{
	{ago: 58 * day, by: Priya, client: "Marlow Ceramics", kind: library.OfClient, name: "Brand guide 2027.pdf", says: "How the name, the mark and the colours are used.", own: true, shared: true},
	{ago: 30 * day, by: Priya, client: "Marlow Ceramics", kind: library.OfClient, name: "heron price comparison.xlsx"},
	{ago: 37 * day, by: Theo, client: "Marlow Ceramics", kind: library.OfProject, of: "Online shop relaunch", name: "Shop wireframes.pdf", says: "Wireframes of the shop: home, list, piece, basket, checkout.", shared: true, again: 20 * day},
	{ago: 19 * day, by: Theo, client: "Marlow Ceramics", kind: library.OfProject, of: "Online shop relaunch", name: "Celadon bowl.jpg", shared: true},
	{ago: 5 * day, by: Theo, client: "Marlow Ceramics", kind: library.OfProject, of: "Online shop relaunch", name: "Checkout flow.pdf", says: "The checkout in four steps, with what is asked at each.", shared: true},
	{ago: 4 * day, by: Theo, client: "Marlow Ceramics", kind: library.OfProject, of: "Online shop relaunch", name: "heron effort estimate.pdf", says: "For us: what the heron milestones really take."},
	{ago: 60 * day, by: Priya, client: "Marlow Ceramics", kind: library.OfContract, of: "Online shop relaunch", name: "Statement of work.pdf", says: "What is handed over, and when.", shared: true},
	{ago: 61 * day, by: Priya, client: "Marlow Ceramics", kind: library.OfContract, of: "Online shop relaunch", name: "heron negotiation notes.txt", says: "heron: where we can give way."},
	{ago: 8 * day, by: Priya, client: "Marlow Ceramics", kind: library.OfInvoice, name: "Hours in October.csv", says: "day,hours\n2026-10-05,6\n2026-10-12,7.5\n", shared: true},
	{ago: 8 * day, by: Priya, client: "Marlow Ceramics", kind: library.OfInvoice, name: "heron cost sheet.csv", says: "heron,cost\nPrints,120\n"},
	{ago: 3 * day, by: Jun, client: "Marlow Ceramics", kind: library.OfCase, of: "Order mails arrive twice", name: "Mail log.txt", says: "Two rules sent each mail; the older one is off.", shared: true},
	{ago: 3 * day, by: Jun, client: "Marlow Ceramics", kind: library.OfCase, of: "Order mails arrive twice", name: "heron server notes.txt", says: "heron: the second rule came from the old server."},
	{ago: 2 * day, by: Ines, client: "Marlow Ceramics", kind: library.OfClient, name: "Glaze names.csv", says: "code,name\nC-01,Celadon\nO-07,Oxblood\n"},
	{ago: day, by: Priya, client: "Marlow Ceramics", kind: library.OfClient, name: "Offer for the owners.pdf", says: "For Ines alone: what a second studio would cost.", shared: true, chosen: true},
	{ago: 6 * day, by: Theo, client: "Northwind Bikes", kind: library.OfClient, name: "osprey paint samples.pdf", says: "Colours of the osprey frames.", shared: true},
}

// ownCategory is what the studio adds to the categories that are always there.
const ownCategory = "Brand"

// documents are the beats of all the documents.
func (t *teller) documents() []beat {
	all := []beat{{390 * day, func(ctx context.Context) error {
		return t.Documents.ForStaff(t.team[Priya]).SaveCategory(ctx, library.OwnCategory{Name: ownCategory})
	}}}
	for i := range papers {
		p, made := &papers[i], new(library.ID)
		all = append(all, beat{p.ago, func(ctx context.Context) error { return t.bring(ctx, p, made) }})
		if p.again > 0 {
			all = append(all, beat{p.again, func(ctx context.Context) error { return t.renew(ctx, p, *made) }})
		}
	}
	return all
}

func (t *teller) bring(ctx context.Context, p *paper, made *library.ID) error {
	content, err := t.content(p, 1)
	if err != nil {
		return err
	}
	load, err := t.begin(ctx, p)
	if err != nil {
		return err
	}
	defer load.Close()
	if err := load.Add(ctx, p.name, bytes.NewReader(content)); err != nil {
		return err
	}
	done, err := load.Finish(ctx)
	if err != nil || !p.chosen {
		*made = done.Of
		return err
	}
	app := t.Documents.ForStaff(t.team[Priya])
	d, err := app.Get(ctx, done.Of)
	if err != nil {
		return err
	}
	for _, c := range d.Contacts {
		if c.Name == "Ines Marlow" {
			return app.Share(ctx, d.ID, d.Version, library.WithChosen, []string{c.ID})
		}
	}
	return errors.New("nobody to share with")
}

func (t *teller) begin(ctx context.Context, p *paper) (*library.Load, error) {
	if p.by == Ines {
		who, err := t.contact(ctx, p.by)
		if err != nil {
			return nil, err
		}
		return t.Documents.ForClient(who).Begin(ctx, library.Parcel{Kind: p.kind, Place: who.ClientID()})
	}
	app := t.Documents.ForStaff(t.team[p.by])
	parcel := library.Parcel{Kind: p.kind, Shared: p.shared && !p.chosen}
	var err error
	if parcel.Place, err = t.record(ctx, p); err != nil {
		return nil, err
	}
	if p.own {
		all, err := app.Categories(ctx)
		if err != nil {
			return nil, err
		}
		parcel.Category = all[0].ID
	}
	return app.Begin(ctx, parcel)
}

// renew brings a second version.
func (t *teller) renew(ctx context.Context, p *paper, made library.ID) error {
	app := t.Documents.ForStaff(t.team[p.by])
	d, err := app.Get(ctx, made)
	if err != nil {
		return err
	}
	content, err := t.content(p, 2)
	if err != nil {
		return err
	}
	load, err := app.Begin(ctx, library.Parcel{Of: made, Version: d.Version})
	if err != nil {
		return err
	}
	defer load.Close()
	if err := load.Add(ctx, p.name, bytes.NewReader(content)); err != nil {
		return err
	}
	_, err = load.Finish(ctx)
	return err
}

// record is what a document belongs to.
func (t *teller) record(ctx context.Context, p *paper) (string, error) {
	of := t.clients[p.client]
	switch p.kind {
	case library.OfProject:
		return t.works[p.of].String(), nil
	case library.OfContract:
		return t.contractOf(ctx, of, p.of)
	case library.OfInvoice:
		list, err := t.money().List(ctx, invoice.Wanted{Query: p.client, Filter: invoice.FilterSent})
		if err != nil || len(list.Rows) == 0 {
			return "", errors.Join(err, errors.New("no invoice was sent"))
		}
		return list.Rows[len(list.Rows)-1].ID.String(), nil
	case library.OfCase:
		list, err := t.Cases.ForStaff(t.team[Jun]).List(ctx, support.Wanted{Client: of, Query: p.of})
		if err != nil || len(list.Rows) == 0 {
			return "", errors.Join(err, errors.New("no case is called so"))
		}
		return list.Rows[0].ID.String(), nil
	}
	return of.String(), nil
}

func (t *teller) contractOf(ctx context.Context, of client.ID, name string) (string, error) {
	list, err := t.Contracts.ForStaff(t.team[Priya]).List(ctx, contract.Wanted{Client: of, Query: name})
	if err != nil || len(list.Rows) == 0 {
		return "", errors.Join(err, errors.New("no contract is called so"))
	}
	return list.Rows[0].ID.String(), nil
}

// content is the file of a document: of the kind that its ending says.
func (t *teller) content(p *paper, version int) ([]byte, error) {
	switch path.Ext(p.name) {
	case ".pdf":
		made, err := pdf.Make(pdf.Document{
			Title: p.name, Author: "Halden & Rowe", Language: "en", At: t.clock.Now(), Theme: pdf.Theme{Paper: pdf.A4, Color: "#17594a"},
			Blocks: []pdf.Block{pdf.Heading{Text: p.name[:len(p.name)-4]}, pdf.Paragraph{Text: p.says}, pdf.Paragraph{Text: map[int]string{1: "First version.", 2: "Second version, after your remarks."}[version]}},
		})
		return made.Bytes, err
	case ".jpg":
		return bowl()
	case ".xlsx":
		return workbook(p.name)
	}
	return []byte(p.says), nil
}

// bowl draws a bowl on a table.
func bowl() ([]byte, error) {
	const width, height = 1200, 800
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.NRGBA{232, 228, 220, 255}
			if y > 560 {
				c = color.NRGBA{196, 176, 150, 255}
			}
			dx, dy := float64(x-600)/330, float64(y-380)/240
			switch {
			case dx*dx+float64((y-380)*(y-380))/2500 < 1:
				c = color.NRGBA{112, 148, 132, 255}
			case y >= 380 && dx*dx+dy*dy < 1:
				shade := uint8(max(0, min(60, (x-300)/12)))
				c = color.NRGBA{164 - shade/2, 200 - shade/2, 182 - shade/2, 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 88})
	return b.Bytes(), err
}

// workbook is a file that begins as a workbook does.
func workbook(name string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("docProps/core.xml")
	if err != nil {
		return nil, err
	}
	if _, err := w.Write([]byte("<title>" + name + "</title>")); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}
