// Command shots takes pictures of a running demo: those of README.md and
// docs/tour.md, or with -all every page at both widths, light and dark, for eyes to
// look over.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show what is expected of it.
const patience = 20 * time.Second

// A person of the demo and the door that they come in by.
type person struct {
	login, email, password string
}

var (
	nobody = person{}
	ines   = person{"/portal/login", "ines@marlow.example", "foyer-demo-client"}
	priya  = person{"/app/login", "priya@haldenrowe.example", "foyer-demo-staff"}
)

// A page and who looks at it. The pictures of those marked docs are kept, and named in
// README.md or docs/tour.md.
type page struct {
	name, path string
	follow     []string // the links from there, by what they say
	press      []string // and then the buttons
	who        person
	docs       bool
}

var pages = []page{
	{name: "portal-sign-in", path: "/portal/login", docs: true},
	{name: "portal-forgotten", path: "/portal/password/forgot"},
	{name: "staff-sign-in", path: "/app/login"},
	{name: "portal-home", path: "/portal/", who: ines, docs: true},
	{name: "portal-activity", path: "/portal/activity", who: ines},
	{name: "portal-milestones", path: "/portal/milestones", who: ines},
	{name: "portal-projects", path: "/portal/projects", who: ines},
	{name: "portal-project", path: "/portal/projects", follow: []string{"Online shop relaunch"}, who: ines, docs: true},
	{name: "portal-project-on-hold", path: "/portal/projects?status=on_hold", follow: []string{"Wholesale portal"}, who: ines},
	{name: "portal-projects-none", path: "/portal/projects?q=nothing+like+it", who: ines},
	{name: "portal-invoices", path: "/portal/invoices", who: ines, docs: true},
	{name: "portal-invoice", path: "/portal/invoices?status=sent", follow: []string{"View"}, who: ines, docs: true},
	{name: "portal-documents", path: "/portal/documents", who: ines, docs: true},
	{name: "portal-documents-search", path: "/portal/documents?q=shop", who: ines},
	{name: "portal-document", path: "/portal/documents", follow: []string{"Shop wireframes.pdf"}, who: ines},
	{name: "portal-document-picture", path: "/portal/documents", follow: []string{"Celadon bowl.jpg"}, who: ines},
	{name: "portal-documents-upload", path: "/portal/documents/new", who: ines},
	{name: "portal-meetings", path: "/portal/meetings", who: ines, docs: true},
	{name: "portal-meeting-new", path: "/portal/meetings/new", who: ines},
	{name: "portal-meeting", path: "/portal/meetings", follow: []string{"Packaging press check"}, who: ines},
	{name: "portal-contracts", path: "/portal/contracts", who: ines},
	{name: "portal-contract", path: "/portal/contracts", follow: []string{"Care and hosting 2027"}, who: ines, docs: true},
	{name: "portal-contract-sealed", path: "/portal/contracts?status=active", follow: []string{"Online shop relaunch"}, who: ines},
	{name: "portal-contract-sign", path: "/portal/contracts", follow: []string{"Sign now"}, press: []string{"I have read it", "Continue"}, who: ines, docs: true},
	{name: "portal-contract-confirm", path: "/portal/contracts", follow: []string{"Sign now"}, press: []string{"I have read it", "Continue", "Continue"}, who: ines},
	{name: "portal-contract-refusal", path: "/portal/contracts", follow: []string{"Care and hosting 2027", "Decline"}, who: ines},
	{name: "portal-talk-cases", path: "/portal/cases", who: ines},
	{name: "portal-talk-case", path: "/portal/cases", follow: []string{"Glaze colours"}, who: ines, docs: true},
	{name: "portal-talk-case-over", path: "/portal/cases?status=resolved", follow: []string{"Order mails"}, who: ines},
	{name: "portal-talk-case-new", path: "/portal/cases/new", who: ines},
	{name: "portal-talk-changes", path: "/portal/change-requests", who: ines},
	{name: "portal-talk-change", path: "/portal/change-requests", follow: []string{"Gift-wrap"}, who: ines, docs: true},
	{name: "portal-talk-change-agreed", path: "/portal/change-requests", follow: []string{"Preorders"}, who: ines},
	{name: "portal-talk-change-new", path: "/portal/change-requests/new", who: ines},
	{name: "portal-account", path: "/portal/account", who: ines},
	{name: "staff-today", path: "/app/", who: priya, docs: true},
	{name: "staff-clients", path: "/app/clients", who: priya},
	{name: "staff-client-new", path: "/app/clients/new", who: priya},
	{name: "staff-portal-access", path: "/app/clients?q=marlow", follow: []string{"Marlow Ceramics", "Portal Access"}, who: priya, docs: true},
	{name: "staff-client-projects", path: "/app/clients?q=marlow", follow: []string{"Marlow Ceramics", "Projects"}, who: priya},
	{name: "staff-projects", path: "/app/projects", who: priya, docs: true},
	{name: "staff-project-new", path: "/app/projects/new", who: priya},
	{name: "staff-project", path: "/app/projects?q=relaunch", follow: []string{"Online shop relaunch"}, who: priya},
	{name: "staff-project-targets", path: "/app/projects?q=relaunch", follow: []string{"Online shop relaunch", "Targets"}, who: priya, docs: true},
	{name: "staff-project-funding", path: "/app/projects?q=relaunch", follow: []string{"Online shop relaunch", "Funding"}, who: priya},
	{name: "staff-project-activity", path: "/app/projects?q=relaunch", follow: []string{"Online shop relaunch", "Activity"}, who: priya},
	{name: "staff-project-complete", path: "/app/projects?q=relaunch", follow: []string{"Online shop relaunch", "Complete"}, who: priya},
	{name: "staff-project-edit", path: "/app/projects?q=relaunch", follow: []string{"Online shop relaunch", "Edit"}, who: priya},
	{name: "staff-invoices", path: "/app/invoices", who: priya, docs: true},
	{name: "staff-invoice", path: "/app/invoices?tab=overdue&q=marlow", follow: []string{"INV-"}, who: priya, docs: true},
	{name: "staff-invoice-draft", path: "/app/invoices?tab=draft&q=marlow", follow: []string{"Draft invoice"}, who: priya},
	{name: "staff-invoice-issue", path: "/app/invoices?tab=draft&q=marlow", follow: []string{"Draft invoice", "Issue"}, who: priya},
	{name: "staff-invoice-edit", path: "/app/invoices?tab=draft&q=marlow", follow: []string{"Draft invoice", "Edit draft"}, who: priya},
	{name: "staff-invoice-payment", path: "/app/invoices?tab=overdue&q=marlow", follow: []string{"INV-", "Record a payment"}, who: priya},
	{name: "staff-contracts", path: "/app/contracts", who: priya, docs: true},
	{name: "staff-contract", path: "/app/contracts?tab=pending", follow: []string{"Care and hosting 2027"}, who: priya},
	{name: "staff-contract-sealed", path: "/app/contracts?tab=executed&q=relaunch", follow: []string{"Online shop relaunch"}, who: priya},
	{name: "staff-contract-draft", path: "/app/contracts?tab=draft", follow: []string{"Photography"}, who: priya},
	{name: "staff-contract-details", path: "/app/contracts?tab=draft", follow: []string{"Photography", "Edit"}, who: priya},
	{name: "staff-contract-parties", path: "/app/contracts?tab=draft", follow: []string{"Photography", "Edit", "Parties"}, who: priya},
	{name: "staff-contract-content", path: "/app/contracts?tab=draft", follow: []string{"Photography", "Edit", "Content"}, who: priya, docs: true},
	{name: "staff-contract-sending", path: "/app/contracts?tab=draft", follow: []string{"Photography", "Send for signature"}, who: priya},
	{name: "staff-contract-new", path: "/app/contracts/new", who: priya},
	{name: "staff-contract-client", path: "/app/clients?q=marlow", follow: []string{"Marlow Ceramics", "Contracts"}, who: priya},
	{name: "staff-documents", path: "/app/documents", who: priya},
	{name: "staff-documents-client", path: "/app/clients?q=marlow", follow: []string{"Marlow Ceramics", "Documents"}, who: priya, docs: true},
	{name: "staff-document", path: "/app/documents?q=wireframes", follow: []string{"Shop wireframes.pdf"}, who: priya},
	{name: "staff-document-share", path: "/app/documents?q=offer+for", follow: []string{"Offer for the owners.pdf", "Share"}, who: priya},
	{name: "staff-settings-documents", path: "/app/settings/documents", who: priya},
	{name: "staff-talk-cases", path: "/app/cases", who: priya},
	{name: "staff-talk-case", path: "/app/cases?q=glaze", follow: []string{"Glaze colours"}, who: priya},
	{name: "staff-talk-case-new", path: "/app/cases/new", who: priya},
	{name: "staff-talk-case-resolution", path: "/app/cases?q=glaze", follow: []string{"Glaze colours", "Resolve"}, who: priya},
	{name: "staff-talk-client-cases", path: "/app/clients?q=marlow", follow: []string{"Marlow Ceramics", "Cases"}, who: priya},
	{name: "staff-talk-board", path: "/app/change-requests", who: priya, docs: true},
	{name: "staff-calendar", path: "/app/calendar", who: priya, docs: true},
	{name: "staff-calendar-week", path: "/app/calendar?view=week", who: priya},
	{name: "staff-calendar-agenda", path: "/app/calendar?view=agenda", who: priya},
	{name: "staff-calendar-event", path: "/app/calendar?view=agenda", follow: []string{"Weekly check-in"}, who: priya},
	{name: "staff-calendar-new", path: "/app/calendar/new", who: priya},
	{name: "staff-talk-changes", path: "/app/change-requests?view=list", who: priya},
	{name: "staff-talk-change", path: "/app/change-requests", follow: []string{"Gift-wrap"}, who: priya},
	{name: "staff-talk-quote", path: "/app/change-requests", follow: []string{"Store pickup", "Make a quote"}, who: priya, docs: true},
	{name: "staff-talk-categories", path: "/app/settings/cases", who: priya},
	{name: "staff-talk-limit", path: "/app/settings/changes", who: priya},
	{name: "staff-seal", path: "/app/settings/seal", who: priya},
	{name: "staff-delivery", path: "/app/settings/mail/delivery", who: priya},
	{name: "staff-invoice-new", path: "/app/invoices/new", who: priya},
	{name: "staff-saved-lines", path: "/app/invoices/lines", who: priya},
	{name: "staff-client-invoices", path: "/app/clients?q=marlow", follow: []string{"Marlow Ceramics", "Invoices"}, who: priya},
	{name: "staff-statement", path: "/app/clients?q=marlow", follow: []string{"Marlow Ceramics", "Invoices", "Statement"}, who: priya},
	{name: "staff-settings", path: "/app/settings", who: priya},
	{name: "staff-billing", path: "/app/settings/billing", who: priya},
	{name: "staff-online-payments", path: "/app/settings/payments", who: priya},
	{name: "staff-unmatched", path: "/app/payments/unmatched", who: priya},
	{name: "staff-brand", path: "/app/settings/brand", who: priya, docs: true},
	{name: "staff-team", path: "/app/settings/team", who: priya},
	{name: "verify", path: "/verify", docs: true},
	{name: "demo-mail", path: "/demo/mail"},
}

// A look is how a page is seen.
type look struct {
	suffix        string
	width, height int64
	scheme        string
}

var (
	docsLook = look{"", 1280, 800, "light"}
	looks    = []look{
		{"-1280-light", 1280, 800, "light"},
		{"-1280-dark", 1280, 800, "dark"},
		{"-390-light", 390, 844, "light"},
		{"-390-dark", 390, 844, "dark"},
	}
)

func main() {
	from := flag.String("from", "http://127.0.0.1:8080", "address of the running demo")
	to := flag.String("to", "docs/pictures", "folder for the pictures")
	all := flag.Bool("all", false, "every page, at each width and in each scheme")
	only := flag.String("only", "", "the pages alone whose names begin like this")
	flag.Parse()
	if err := run(*from, *to, *only, *all); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

func run(from, to, only string, all bool) error {
	answer, err := http.Get(from + "/healthz")
	if err != nil {
		return fmt.Errorf("nothing answers at %s: start the demo with make run, then run this beside it", from)
	}
	answer.Body.Close()
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	ctx, stop := browser()
	defer stop()
	// The browser lives as long as the context of its first step: not a page's.
	if err := chromedp.Do(ctx); err != nil {
		return err
	}
	in := nobody
	for _, p := range pages {
		if !all && !p.docs || !strings.HasPrefix(p.name, only) {
			continue
		}
		if p.who != nobody && p.who != in {
			if err := signIn(ctx, from, p.who); err != nil {
				return err
			}
			in = p.who
		}
		if err := take(ctx, from, to, p, all); err != nil {
			return err
		}
	}
	return nil
}

// browser starts a Chromium that asks nobody anything. Chromium will not put
// itself into its sandbox as root.
func browser() (context.Context, context.CancelFunc) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true),
		// Letters stand where the font says, as on a good screen.
		chromedp.Flag("font-render-hinting", "none"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	if shell, err := exec.LookPath("chromium-headless-shell"); err == nil {
		options = append(options, chromedp.ExecPath(shell))
	}
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
	ctx, stopAllocator := chromedp.NewExecAllocator(ctx, options...)
	ctx, stopTab := chromedp.NewContext(ctx)
	return ctx, func() { stopTab(); stopAllocator(); stop() }
}

// signIn fills in the form at the person's door as they would.
func signIn(ctx context.Context, from string, who person) error {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	email, password := chromedp.CSS(`input[name=email]`), chromedp.CSS(`input[name=password]`)
	if err := chromedp.Do(ctx,
		chromedp.Navigate(from+who.login),
		chromedp.SetValue(email, who.email),
		chromedp.SendKeys(password, who.password),
	); err != nil {
		return fmt.Errorf("open %s: %w", who.login, err)
	}
	if _, err := chromedp.RunResponse(ctx, chromedp.SendKeys(password, "\r")); err != nil {
		return fmt.Errorf("sign in as %s: %w", who.email, err)
	}
	where, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return err
	}
	if strings.HasSuffix(where, who.login) {
		return fmt.Errorf("%s was not let in at %s", who.email, who.login)
	}
	return nil
}

// take writes the pictures of one page. An error page is no picture.
func take(ctx context.Context, from, to string, p page, all bool) error {
	views := []look{docsLook}
	if all {
		views = looks
	}
	for _, view := range views {
		picture, err := capture(ctx, from, p, view, all)
		if err != nil {
			return fmt.Errorf("%s: %w", p.path, err)
		}
		file := filepath.Join(to, p.name+view.suffix+".png")
		if err := os.WriteFile(file, picture, 0o644); err != nil {
			return err
		}
		fmt.Println(file)
	}
	return nil
}

// capture shows a page in a look and returns it as PNG, down to its end if
// whole is set.
func capture(ctx context.Context, from string, p page, view look, whole bool) ([]byte, error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	scheme := emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: view.scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		},
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(view.width, view.height)); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, scheme); err != nil {
		return nil, err
	}
	answer, err := chromedp.RunResponse(ctx, chromedp.Navigate(from+p.path))
	if err != nil {
		return nil, err
	}
	if answer.Status >= http.StatusBadRequest {
		return nil, errors.New(http.StatusText(int(answer.Status)))
	}
	for _, text := range p.follow {
		find := fmt.Sprintf(`[...document.querySelectorAll("main a[href]")].find(a => a.innerText.trim().startsWith(%q)).href`, text)
		target, err := chromedp.Run(ctx, chromedp.Evaluate[string](find))
		if err != nil {
			return nil, fmt.Errorf("find %q: %w", text, err)
		}
		if err := chromedp.Do(ctx, chromedp.Navigate(target)); err != nil {
			return nil, err
		}
	}
	for _, text := range p.press {
		click := fmt.Sprintf(`([...document.querySelectorAll("main button")].find(b => b.innerText.trim().startsWith(%q)).click(), {})`, text)
		if _, err := chromedp.RunResponse(ctx, chromedp.Evaluate[chromedp.Void](click)); err != nil {
			return nil, fmt.Errorf("press %q: %w", text, err)
		}
	}
	// Type that is still on its way would show as another.
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.fonts.ready.then(() => true)`, chromedp.EvalAwaitPromise)); err != nil {
		return nil, err
	}
	if whole {
		// The window grows to the page: a picture beyond the window shows what is
		// sticky where nobody sees it.
		height, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.documentElement.scrollHeight`))
		if err != nil {
			return nil, err
		}
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(view.width, max(height, view.height))); err != nil {
			return nil, err
		}
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}
