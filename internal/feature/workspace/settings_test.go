package workspace_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/brand"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

func TestCompanyIsKept(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		want := workspace.Company{
			Name: "Halden & Røwe 🦊", LegalName: "<b>Halden</b> Rowe Ltd", Website: "haldenrowe.example", Industry: "Design", LegalStructure: "Limited",
			Address: "1 Fade Street\r\nDublin\n\tD02", Phone: "+353 1 234", TaxID: "IE123", RegistrationNumber: "شركة 7", Email: "hello@haldenrowe.example",
			Version: o.settings(t).Version,
		}
		must(t, o.owner(t).SaveCompany(t.Context(), want))
		got := o.settings(t).Company
		want.Website, want.Address, want.Version = "https://haldenrowe.example", "1 Fade Street\nDublin\n\tD02", want.Version+1
		if got != want {
			t.Errorf("kept %+v\nwant %+v", got, want)
		}
		if site := o.visitor(t, home, "").Site(); site.Name != want.Name || site.Email != want.Email {
			t.Errorf("pages and mails say %q, %q", site.Name, site.Email)
		}
		if n := o.count(t, events, scope.Args{"kind": "workspace.company_changed"}); n != 1 {
			t.Errorf("%d events, want 1", n)
		}
	})
}

func TestPreferencesAndMailAreKept(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		p := workspace.Preferences{Zone: "Asia/Kathmandu", Language: "en", WeekStart: 0, Version: o.settings(t).Version}
		must(t, o.owner(t).SavePreferences(t.Context(), p))
		m := workspace.MailIdentity{SenderName: "Halden & Rowe", Sender: "hello@haldenrowe.example", ReplyTo: "desk@haldenrowe.example", Version: p.Version + 1}
		must(t, o.owner(t).SaveMail(t.Context(), m))
		s := o.settings(t)
		p.Version, m.Version = s.Version, s.Version
		if s.Preferences != p || s.Mail != m {
			t.Errorf("kept %+v, %+v", s.Preferences, s.Mail)
		}
		site := o.visitor(t, home, "").Site()
		if site.ZoneName != p.Zone || site.Sender != m.Sender || site.SenderName != m.SenderName || site.ReplyTo != m.ReplyTo {
			t.Errorf("the site is %+v", site)
		}
	})
}

func TestColor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		for typed, want := range map[string]string{" #ABC ": "#aabbcc", "#0F766E": "#0f766e", "": "", "  ": ""} {
			must(t, o.owner(t).SaveColor(t.Context(), workspace.Color{Color: typed, Version: o.settings(t).Version}))
			if got := o.settings(t).Color; got != want {
				t.Errorf("%q is kept as %q, want %q", typed, got, want)
			}
		}
		for _, typed := range []string{"red", "#12", "#12345", "0f766e", "#gggggg", "url(x)", "#0f766e;}", "\x00", strings.Repeat("#", 1000)} {
			err := o.owner(t).SaveColor(t.Context(), workspace.Color{Color: typed, Version: o.settings(t).Version})
			wants(t, err, problem.Invalid, "color", "brand.color.form")
			_, err = workspace.Palette(typed)
			wants(t, err, problem.Invalid, "color", "brand.color.form")
		}
		p, err := workspace.Palette("")
		if err != nil || p.Owner != brand.Default {
			t.Errorf("without a colour the palette is of %v, %v", p.Owner, err)
		}
	})
}

func TestWrongInput(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		version := o.settings(t).Version
		company := func(change func(*workspace.Company)) error {
			in := workspace.Company{Name: "Halden", Version: version}
			change(&in)
			return o.owner(t).SaveCompany(t.Context(), in)
		}
		mail := func(in workspace.MailIdentity) error {
			in.Version = version
			return o.owner(t).SaveMail(t.Context(), in)
		}
		preferences := func(zone, language string, week int64) error {
			return o.owner(t).SavePreferences(t.Context(), workspace.Preferences{Zone: zone, Language: language, WeekStart: week, Version: version})
		}
		for _, c := range []struct {
			err        error
			field, key string
		}{
			{company(func(c *workspace.Company) { c.Name = " " }), "name", "field.required"},
			{company(func(c *workspace.Company) { c.Name = strings.Repeat("ü", 201) }), "name", "field.long"},
			{company(func(c *workspace.Company) { c.Name = "a\nb" }), "name", "field.control"},
			{company(func(c *workspace.Company) { c.Name = "abc\u202edef" }), "name", "field.control"},
			{company(func(c *workspace.Company) { c.LegalName = "\xff" }), "legal_name", "field.unreadable"},
			{company(func(c *workspace.Company) { c.Website = "javascript:alert(1)" }), "website", "field.website"},
			{company(func(c *workspace.Company) { c.Website = "https://user:pw@example.com" }), "website", "field.website"},
			{company(func(c *workspace.Company) { c.Address = strings.Repeat("x", 501) }), "address", "field.long"},
			{company(func(c *workspace.Company) { c.Address = "a\x00b" }), "address", "field.control"},
			{company(func(c *workspace.Company) { c.Phone = strings.Repeat("1", 51) }), "phone", "field.long"},
			{company(func(c *workspace.Company) { c.TaxID = "x\u2028x" }), "tax_id", "field.control"},
			{company(func(c *workspace.Company) { c.RegistrationNumber = strings.Repeat("1", 61) }), "registration_number", "field.long"},
			{company(func(c *workspace.Company) { c.Email = "hello" }), "email", "field.email"},
			{mail(workspace.MailIdentity{SenderName: "A\r\nBcc: x@y.example"}), "sender_name", "field.control"},
			{mail(workspace.MailIdentity{SenderName: strings.Repeat("n", 101)}), "sender_name", "field.long"},
			{mail(workspace.MailIdentity{Sender: "Halden <a@b.example>"}), "sender", "field.email"},
			{mail(workspace.MailIdentity{ReplyTo: "a@b"}), "reply_to", "field.email"},
			{preferences("", "en", 1), "zone", "field.required"},
			{preferences("Local", "en", 1), "zone", "field.zone"},
			{preferences("../../etc/passwd", "en", 1), "zone", "field.zone"},
			{preferences("europe/dublin", "en", 1), "zone", "field.zone"},
			{preferences("UTC", "qps", 1), "language", "field.choice"},
			{preferences("UTC", "", 1), "language", "field.choice"},
			{preferences("UTC", "en", 3), "week_start", "field.choice"},
		} {
			wants(t, c.err, problem.Invalid, c.field, c.key)
		}
		if got := o.settings(t); got.Version != version || got.Company.Name != "Halden & Rowe" {
			t.Errorf("refused input changed the settings: %+v", got)
		}
	})
}

func TestStaleForm(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		save := map[string]func(version int64, name string) error{
			"company": func(v int64, name string) error {
				return o.owner(t).SaveCompany(t.Context(), workspace.Company{Name: name, Version: v})
			},
			"colour": func(v int64, name string) error {
				return o.owner(t).SaveColor(t.Context(), workspace.Color{Color: map[string]string{"one": "#0f766e", "two": "#aabbcc"}[name], Version: v})
			},
			"preferences": func(v int64, name string) error {
				zone := map[string]string{"one": "UTC", "two": "Asia/Tokyo"}[name]
				return o.owner(t).SavePreferences(t.Context(), workspace.Preferences{Zone: zone, Language: "en", WeekStart: 1, Version: v})
			},
			"mail": func(v int64, name string) error {
				return o.owner(t).SaveMail(t.Context(), workspace.MailIdentity{SenderName: name, Version: v})
			},
		}
		for what, save := range save {
			now := o.settings(t).Version
			must(t, save(now, "one"))
			must(t, save(now, "one")) // the same form twice is no conflict and no second change
			wants(t, save(now, "two"), problem.Conflict, "", "problem.stale")
			if got := o.settings(t).Version; got != now+1 || t.Failed() {
				t.Fatalf("%s: version %d after %d", what, got, now)
			}
		}
	})
}

// Of two forms that were drawn at the same moment one is saved.
func TestTwoFormsAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		version := o.settings(t).Version
		apps := []workspace.App{o.owner(t), o.owner(t), o.owner(t)}
		errs := make([]error, len(apps))
		var wg sync.WaitGroup
		for i, app := range apps {
			wg.Go(func() {
				errs[i] = app.SaveCompany(t.Context(), workspace.Company{Name: fmt.Sprint("Halden ", i), Version: version})
			})
		}
		wg.Wait()
		saved := 0
		for _, err := range errs {
			if err == nil {
				saved++
			} else {
				wants(t, err, problem.Conflict, "", "problem.stale")
			}
		}
		if saved != 1 || o.settings(t).Version != version+1 {
			t.Errorf("%d forms were saved, version %d after %d", saved, o.settings(t).Version, version)
		}
	})
}

func TestRepeatedSubmissionIsOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		version := o.settings(t).Version
		for range 2 {
			must(t, o.asWith(t, home, priya, "company").SaveCompany(t.Context(), workspace.Company{Name: "Halden", Version: version}))
			must(t, o.asWith(t, home, priya, "test").SendTest(t.Context()))
			must(t, o.asWith(t, home, priya, "host").AddHost(t.Context(), workspace.NewHost{Host: "clients.example.com", Kind: workspace.PortalHost}))
		}
		s := o.settings(t)
		if s.Version != version+1 || s.Waiting != 1 || len(s.Hosts) != 1 {
			t.Errorf("repeated forms came to %+v", s)
		}
		// An old form with something else in it is no repetition.
		must(t, o.asWith(t, home, priya, "host").AddHost(t.Context(), workspace.NewHost{Host: "more.example.com", Kind: workspace.PortalHost}))
		if n := len(o.settings(t).Hosts); n != 2 {
			t.Errorf("%d hosts, want 2", n)
		}
	})
}

func TestTestMailGoesToOneself(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		must(t, o.owner(t).SendTest(t.Context()))
		const mine = `select count(*) from outbox o join identity i on i.workspace_id = o.workspace_id and i.id = o.identity_id
			where o.workspace_id = :workspace and o.kind = 'test' and i.email = :email and o.email = ''`
		if n := o.count(t, mine, scope.Args{"email": priya}); n != 1 {
			t.Errorf("%d test mails to oneself, want 1", n)
		}
	})
}

func TestRoles(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		for _, role := range auth.Roles {
			email := o.hire(t, role)
			may := role == auth.Owner || role == auth.Admin
			app := func() workspace.App { return o.as(t, home, email) }
			_, reading := app().Get(t.Context())
			_, gaps := app().Gaps(t.Context(), true)
			version := o.settings(t).Version
			acts := map[string]error{
				"read": reading, "gaps": gaps,
				"company": app().SaveCompany(t.Context(), workspace.Company{Name: "Halden", Version: version}),
				"logo":    app().SaveLogo(t.Context(), strings.NewReader(string(drawing(t, 4, 4, red)))),
				"unlogo":  app().RemoveLogo(t.Context()),
				"test":    app().SendTest(t.Context()),
				"host":    app().AddHost(t.Context(), workspace.NewHost{Host: string(role) + ".example.com", Kind: workspace.PortalHost}),
			}
			if may {
				version++
			}
			acts["colour"] = app().SaveColor(t.Context(), workspace.Color{Color: "#0f766e", Version: version})
			acts["unhost"] = app().RemoveHost(t.Context(), string(role)+".example.com", home)
			for what, err := range acts {
				if (err == nil) != may || err != nil && !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s may %s: %v", role, what, err)
				}
			}
		}
	})
}

func TestGaps(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		kinds := func(mailReady bool) string {
			gaps, err := o.owner(t).Gaps(t.Context(), mailReady)
			must(t, err)
			var all []string
			for _, g := range gaps {
				if g.Icon == "" || g.Count < 1 || !strings.HasPrefix(g.Href, "/app/settings") {
					t.Errorf("the gap %+v is not whole", g)
				}
				all = append(all, g.Kind)
			}
			return strings.Join(all, " ")
		}
		check := func(want string, mailReady bool) {
			t.Helper()
			if got := kinds(mailReady); got != want {
				t.Errorf("the gaps are %q, want %q", got, want)
			}
		}
		check("mail_server payment brand company", false)
		check("payment brand company", true)
		must(t, o.system(t, home).Write(t.Context(), func(tx scope.Tx) error {
			_, err := tx.Exec(t.Context(), `insert into payment_instructions (workspace_id, currency, content) values (:workspace, 'EUR', 'IBAN: IE12')`, nil)
			return err
		}))
		check("mail_server brand company", false)
		check("brand company", true)
		must(t, o.owner(t).SendTest(t.Context()))
		gaps, err := o.owner(t).Gaps(t.Context(), false)
		must(t, err)
		if gaps[0].Kind != "mail" || gaps[0].Count != 1 {
			t.Errorf("the gap of mail is %+v", gaps[0])
		}
		must(t, o.owner(t).SaveColor(t.Context(), workspace.Color{Color: "#0f766e", Version: o.settings(t).Version}))
		check("logo company", true)
		must(t, o.owner(t).SaveLogo(t.Context(), strings.NewReader(string(drawing(t, 4, 4, red)))))
		check("company", true)
		must(t, o.owner(t).SaveColor(t.Context(), workspace.Color{Version: o.settings(t).Version}))
		check("color company", true)
		must(t, o.owner(t).SaveCompany(t.Context(), workspace.Company{Name: "H", Address: "Dublin", Email: "h@h.example", Version: o.settings(t).Version}))
		check("color", true)
	})
}

func TestNobodyGetsNothing(t *testing.T) {
	t.Parallel()
	app := workspace.Feature{}.ForStaff(auth.Staff{})
	_, err := app.Get(t.Context())
	wants(t, err, problem.Forbidden, "", "problem.forbidden")
	wants(t, app.SaveCompany(t.Context(), workspace.Company{Name: "x"}), problem.Forbidden, "", "problem.forbidden")
	wants(t, app.SaveLogo(t.Context(), strings.NewReader("x")), problem.Forbidden, "", "problem.forbidden")
}
