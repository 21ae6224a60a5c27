package demo

import (
	"context"
	"fmt"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/change"
	"foyer/internal/feature/document"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
)

// said is something that somebody says in a case: a client, or a member with a reply
// or a note.
type said struct {
	ago  time.Duration
	by   string // address
	text string
	note bool
	wait bool // for the client afterwards
	file string
}

// matter is a case of the story.
type matter struct {
	by       string // address of the contact
	subject  string
	priority support.Priority
	severity support.Severity
	category string
	ago      time.Duration
	text     string
	file     string
	talk     []said
	resolved time.Duration // ago, not when zero
	how      string
	closed   bool
}

const minute = time.Minute

var matters = []matter{
	{
		by: Rui, subject: "The old tablet does not open the shop", priority: support.Low, severity: support.Minor, category: "Access", ago: 40 * day,
		text: "The tablet in the studio shows a white page since Monday. It is from 2016, if that matters.",
		talk: []said{
			{ago: 40*day - 3*time.Hour, by: Jun, text: "It does: its browser is no longer updated, and payment pages refuse it. The newer tablet in the kiln room works."},
			{ago: 40*day - 3*time.Hour, by: Jun, text: "kingfisher: offer a spare from the cupboard if they ask again.", note: true},
			{ago: 39 * day, by: Rui, text: "Then we use that one. Thank you."},
		},
		resolved: 39*day - time.Hour, how: "The shop is opened on the newer tablet.", closed: true,
	},
	{
		by: Rui, subject: "Order mails arrive twice", priority: support.High, severity: support.Major, category: "Shop", ago: 5 * day,
		text: "Since the weekend each order is mailed to us **twice**, a minute apart:\n\n- once with the picture of the piece\n- once without\n\nCustomers get one mail only.",
		talk: []said{
			{ago: 5*day - 50*minute, by: Jun, text: "Thank you, that helps. Two rules send them; I have switched the older one off. Do new orders come once now?", wait: true},
			{ago: 5*day - 50*minute, by: Jun, text: "kingfisher: the older rule belongs to the import. Tell Theo before the next stock sync.", note: true},
			{ago: 4 * day, by: Rui, text: "Three orders since, three mails. All good."},
		},
		resolved: 4*day - 2*time.Hour, how: "One rule sends the mails now, with the picture.",
	},
	{
		by: Ines, subject: "Glaze colours look dull on product pages", priority: support.Medium, severity: support.Minor, category: "Shop", ago: 3*day - 2*time.Hour, file: "side-by-side.png",
		text: "On the staging pages the celadon and oxblood glazes look washed out compared to the photographs you delivered. Same photo, same screen. Is that the site or my laptop?",
		talk: []said{
			{ago: 3*day - 2*time.Hour - 45*minute, by: Jun, text: "Good eye. The photos carry a wide colour profile and our image resizer was dropping it. I have fixed the resizer and rebuilt the 48 celadon pages."},
			{ago: 3*day - 3*time.Hour, by: Jun, text: "kingfisher: the resizer setting is per workspace. The other shops have the same fault, see the list in the wiki.", note: true},
			{ago: 5 * time.Hour, by: Jun, text: "Could you look at the [celadon vase page](https://staging.marlow.example/celadon-vase) again, on your laptop and on a phone? If it matches the print, I will rebuild the remaining pages tonight.", wait: true},
		},
	},
	{
		by: Ines, subject: "Stock counts differ after the sync", priority: support.Critical, ago: 70 * minute,
		text: "The shop says 12 bowls of the autumn range are left, the shelf says 4. Two were sold this morning that we do not have.\n\nWe have paused the listing.",
	},
	{
		by: Sam, subject: "The Osprey preview stays grey", priority: support.High, severity: support.Major, category: "Shop", ago: 2 * day,
		text: "In the Osprey configurator the frame preview stays grey in Firefox.",
		talk: []said{
			{ago: 2*day - 2*time.Hour, by: Jun, text: "Seen it here too. We are on it, and write when the Osprey preview works."},
			{ago: 2*day - 2*time.Hour, by: Jun, text: "kingfisher: the shader needs a fallback, Theo knows.", note: true},
		},
	},
}

// talkOf are the beats of all cases and change requests.
func (t *teller) talkOf() []beat {
	all := []beat{{50 * day, t.categories}}
	for i := range matters {
		m, made := &matters[i], new(support.ID)
		all = append(all, beat{m.ago, func(ctx context.Context) error { return t.raise(ctx, m, made) }})
		for _, s := range m.talk {
			all = append(all, beat{s.ago, func(ctx context.Context) error { return t.say(ctx, *made, s) }})
		}
		if m.resolved > 0 {
			all = append(all, beat{m.resolved, func(ctx context.Context) error { return t.Cases.ForStaff(t.team[Jun]).Resolve(ctx, *made, "", m.how) }})
		}
		if m.closed {
			all = append(all, beat{m.resolved - time.Hour, func(ctx context.Context) error { return t.closeCase(ctx, m, *made) }})
		}
	}
	for i := range wishes {
		all = append(all, t.wishBeats(&wishes[i])...)
	}
	return all
}

func (t *teller) categories(ctx context.Context) error {
	app := t.Cases.ForStaff(t.team[Priya])
	for _, name := range []string{"Access", "Billing", "Shop"} {
		if err := app.SaveCategory(ctx, support.Category{Name: name}); err != nil {
			return err
		}
	}
	return nil
}

// contact is somebody of a client, signed in.
func (t *teller) contact(ctx context.Context, email string) (auth.Client, error) {
	v := t.Gate.Visitor(t.site, facts)
	token, err := t.Gate.SignIn(ctx, v, auth.PortalRealm, email, ClientPassword, id.Secret{})
	if err != nil {
		return auth.Client{}, err
	}
	signed, err := t.Gate.Signed(ctx, v, auth.PortalRealm, token)
	if err != nil {
		return auth.Client{}, err
	}
	return signed.Client()
}

// enclosed is a file of the story.
func enclosed(name string) ([]document.Upload, error) {
	if name == "" {
		return nil, nil
	}
	picture, err := logo()
	return []document.Upload{{Name: name, Bytes: picture}}, err
}

func (t *teller) raise(ctx context.Context, m *matter, made *support.ID) error {
	who, err := t.contact(ctx, m.by)
	if err != nil {
		return err
	}
	files, err := enclosed(m.file)
	if err != nil {
		return err
	}
	if *made, err = t.Cases.ForClient(who).Raise(ctx, support.Matter{Subject: m.subject, Description: m.text, Priority: m.priority, Uploads: files}); err != nil {
		return fmt.Errorf("%s: %w", m.subject, err)
	}
	if m.category == "" {
		return nil
	}
	app := t.Cases.ForStaff(t.team[Jun])
	c, _, err := app.Get(ctx, *made, support.Span{})
	if err != nil {
		return err
	}
	all, err := app.Categories(ctx)
	if err != nil {
		return err
	}
	in := c.Details
	in.Severity = m.severity
	for _, one := range all {
		if one.Name == m.category {
			in.Category = one.ID
		}
	}
	return app.Update(ctx, *made, c.Version, in)
}

func (t *teller) say(ctx context.Context, of support.ID, s said) error {
	files, err := enclosed(s.file)
	if err != nil {
		return err
	}
	message := support.Message{Body: s.text, Wait: s.wait, Uploads: files}
	switch member, staff := t.team[s.by]; {
	case staff && s.note:
		return t.Cases.ForStaff(member).Note(ctx, of, message)
	case staff:
		return t.Cases.ForStaff(member).Reply(ctx, of, message)
	}
	who, err := t.contact(ctx, s.by)
	if err != nil {
		return err
	}
	_, err = t.Cases.ForClient(who).Reply(ctx, of, s.text, files)
	return err
}

func (t *teller) closeCase(ctx context.Context, m *matter, of support.ID) error {
	who, err := t.contact(ctx, m.by)
	if err != nil {
		return err
	}
	return t.Cases.ForClient(who).Close(ctx, of)
}

// wish is a change request of the story, as far as it has come.
type wish struct {
	by      string
	project string // name
	change.Details
	ago      time.Duration
	remark   string
	question string
	answer   string
	price    string
	hours    string
	days     string
	note     string
	accepted bool
	rejected string
}

var wishes = []wish{
	{
		by: Ines, project: "Online shop relaunch", ago: 31 * day, price: "840", hours: "8", note: "Cards are charged when the order is placed. Refunds go the way they do today.", accepted: true,
		Details: change.Details{
			Title: "Preorders charged at once", Category: change.Enhancement, Priority: change.High,
			Description:   "Charge preorders when they are placed rather than when they are sent.",
			Justification: "One preorder in five cannot be charged weeks later, because the card has expired by then.",
			Benefit:       "No more chasing, and the kiln is planned on paid orders.",
		},
	},
	{
		by: Ines, project: "Online shop relaunch", ago: 20 * day, rejected: "The payment provider does not offer instalments in Portugal. We look again when it does.",
		Details: change.Details{
			Title: "Pay large pieces in three parts", Category: change.NewFeature, Priority: change.Low,
			Description: "Offer three monthly payments above 600 euros.", Justification: "Two customers asked for it last month.",
		},
	},
	{
		by: Ines, project: "Online shop relaunch", ago: 6 * day, price: "1260", hours: "14", days: "2", remark: "kingfisher: the wrap photos cost us extra, the price has room for it.",
		note: "A choice at checkout with three papers and a card. The photographs of the papers are yours.",
		Details: change.Details{
			Title: "Gift-wrap option at checkout", Category: change.Enhancement, Priority: change.Medium,
			Description:   "At checkout, let people choose gift wrapping in one of three papers, and write a card of 200 letters.",
			Justification: "In December every third parcel is a present, and we ask by mail today.",
			Benefit:       "About 4 euros more for each wrapped parcel, and fewer mails.",
		},
	},
	{
		by: Ines, project: "Online shop relaunch", ago: 2 * day, question: "Should the names in the address bar change as well, or only those that are shown?", answer: "Only those that are shown. Links should stay as they are.",
		Details: change.Details{
			Title: "Portuguese product names", Category: change.NewFeature, Priority: change.Medium,
			Description:   "Show a Portuguese name beside the English one on each product page.",
			Justification: "Half of the visitors come from Portugal and search in Portuguese.",
			Benefit:       "More of them find what they search for.",
		},
	},
	{
		by: Ines, project: "Online shop relaunch", ago: 4 * time.Hour,
		Details: change.Details{
			Title: "Store pickup at the Lisbon studio", Category: change.NewFeature, Priority: change.Medium,
			Description:   "At checkout, let people choose free pickup from the studio shelf instead of delivery, and tell them by email when the order is ready.",
			Justification: "Local customers write to us to ask for pickup and we refund postage by hand.",
			Benefit:       "About a third of local orders. Saves an hour a day and the postage.",
		},
	},
	{
		by: Sam, project: "Osprey frame configurator", ago: 11 * time.Hour,
		Details: change.Details{
			Title: "The Osprey booking form sends two emails", Category: change.BugFix, Priority: change.Critical,
			Description: "Whoever books an Osprey test ride gets two mails.", Justification: "People think that they booked twice, and call.",
		},
	},
}

// wishBeats are the beats of a change request.
func (t *teller) wishBeats(w *wish) []beat {
	made := new(change.ID)
	app := func() change.App { return t.Changes.ForStaff(t.team[Priya]) }
	all := []beat{{w.ago, func(ctx context.Context) error { return t.wish(ctx, w, made) }}}
	then := func(after time.Duration, tell func(ctx context.Context) error) {
		all = append(all, beat{w.ago - after, func(ctx context.Context) error {
			if err := tell(ctx); err != nil {
				return fmt.Errorf("%s: %w", w.Title, err)
			}
			return nil
		}})
	}
	if w.question != "" {
		then(5*time.Hour, func(ctx context.Context) error { return app().Ask(ctx, *made, change.Before{}, w.question, nil) })
		then(20*time.Hour, func(ctx context.Context) error {
			who, err := t.contact(ctx, w.by)
			if err != nil {
				return err
			}
			return t.Changes.ForClient(who).Answer(ctx, *made, change.Before{}, w.answer, nil)
		})
	}
	if w.price != "" {
		then(26*time.Hour, func(ctx context.Context) error { return t.quote(ctx, w, *made) })
	}
	if w.accepted {
		then(50*time.Hour, func(ctx context.Context) error { return t.acceptQuote(ctx, w, *made) })
	}
	if w.rejected != "" {
		then(30*time.Hour, func(ctx context.Context) error { return app().Reject(ctx, *made, change.Before{}, w.rejected) })
	}
	return all
}

func (t *teller) wish(ctx context.Context, w *wish, made *change.ID) error {
	who, err := t.contact(ctx, w.by)
	if err != nil {
		return err
	}
	in := w.Details
	in.Project = t.works[w.project]
	*made, err = t.Changes.ForClient(who).Submit(ctx, in, nil)
	return err
}

func (t *teller) quote(ctx context.Context, w *wish, made change.ID) error {
	app := t.Changes.ForStaff(t.team[Priya])
	full, err := app.Get(ctx, made, change.Part{})
	if err != nil {
		return err
	}
	if w.remark != "" {
		if err := app.SaveNote(ctx, made, full.Version, change.Note{Remark: w.remark, Assignee: t.team[Priya].MemberID()}); err != nil {
			return err
		}
	}
	in := change.QuoteDetails{
		Price: w.price, Currency: "EUR", Hours: w.hours, Note: w.note, ValidUntil: string(civil.Today(t.team[Priya].Now()).Add(30)),
	}
	if w.days != "" {
		choices, err := app.Choices(ctx, full.Project)
		if err != nil {
			return err
		}
		in.Days, in.Milestone = w.days, choices.Milestones[len(choices.Milestones)-1].ID
	}
	return app.Quote(ctx, made, change.Before{}, in)
}

func (t *teller) acceptQuote(ctx context.Context, w *wish, made change.ID) error {
	who, err := t.contact(ctx, w.by)
	if err != nil {
		return err
	}
	door := t.Changes.ForClient(who)
	full, err := door.Get(ctx, made, change.Part{})
	if err != nil {
		return err
	}
	return door.Accept(ctx, made, full.Quotes[0].Shown())
}
