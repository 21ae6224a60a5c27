package workspace_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

func portalHost(name string) workspace.NewHost {
	return workspace.NewHost{Host: name, Kind: workspace.PortalHost}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		for _, in := range []workspace.NewHost{
			{Host: " Clients.Halden-Rowe.Example. ", Kind: workspace.PortalHost}, {Host: "bücher.example", Kind: workspace.PortalHost},
			{Host: "team.example.com", Kind: workspace.AppHost},
		} {
			must(t, o.owner(t).AddHost(t.Context(), in))
		}
		var got []string
		for _, h := range o.settings(t).Hosts {
			got = append(got, string(h.Kind)+" "+h.Name)
		}
		if want := "portal clients.halden-rowe.example, app team.example.com, portal xn--bcher-kva.example"; strings.Join(got, ", ") != want {
			t.Errorf("the hosts are %v, want %s", got, want)
		}
		site := o.visitor(t, "CLIENTS.halden-rowe.example:443", "").Site()
		if !site.PortalOnly || site.PortalURL("/portal/") != "https://clients.halden-rowe.example/portal/" || site.AppURL("/app/") != "https://foyer.example/app/" {
			t.Errorf("the portal host gives %+v", site)
		}
		if o.visitor(t, "team.example.com", "").Site().PortalOnly {
			t.Error("the app host serves the portal alone")
		}

		must(t, o.owner(t).RemoveHost(t.Context(), "clients.halden-rowe.example", home))
		wants(t, o.owner(t).RemoveHost(t.Context(), "clients.halden-rowe.example", home), problem.NotFound, "", "problem.not_found")
		if _, err := o.gate.SiteFor(t.Context(), "clients.halden-rowe.example"); !errors.Is(err, auth.ErrUnknownHost) {
			t.Errorf("a removed host gives %v", err)
		}
		wants(t, o.owner(t).RemoveHost(t.Context(), "team.example.com", "Team.example.com:443"), problem.Conflict, "", "host.here")
		must(t, o.owner(t).RemoveHost(t.Context(), "team.example.com", home)) // the base URL is left
		if added, removed := o.count(t, events, scope.Args{"kind": "workspace.host_added"}), o.count(t, events, scope.Args{"kind": "workspace.host_removed"}); added != 3 || removed != 2 {
			t.Errorf("%d and %d events, want 3 and 2", added, removed)
		}
	})
}

func TestWrongHosts(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		must(t, o.owner(t).AddHost(t.Context(), portalHost("clients.example.com")))
		for typed, key := range map[string]string{
			"": "field.required", " ": "field.required", "a\nb.example": "field.control", strings.Repeat("a", 301): "field.long",
			"https://clients.example.org": "host.name_only", "clients.example.org/portal": "host.name_only", "clients.example.org:8080": "host.name_only",
			"clients@example.org": "host.name_only", "[::1]": "host.name_only", "::1": "host.name_only", `a\b.example`: "host.name_only",
			"clients": "host.form", "clients..example.org": "host.form", "-a.example.org": "host.form", "a-.example.org": "host.form", "a b.example.org": "host.form",
			"under_score.example.org": "host.form", "*.example.org": "host.form", "192.168.0.1": "host.form", ".": "host.form", "a.b.c.4": "host.form",
			strings.Repeat("a", 64) + ".example.org": "host.form", strings.Repeat("abcdefghi.", 26) + "example": "host.form", "<b>.example": "host.form", "xn--0.example": "host.form",
			"localhost": "host.local", "127.0.0.1": "host.local", "clients.localhost": "host.local",
			home: "host.base", "FOYER.example.": "host.base", "ｆｏｙｅｒ.example": "host.base",
			"clients.example.com": "host.yours", "Clients.Example.COM": "host.yours",
		} {
			err := o.owner(t).AddHost(t.Context(), portalHost(typed))
			t.Run(fmt.Sprintf("%.20q", typed), func(t *testing.T) { wants(t, err, problem.Invalid, "host", key) })
		}
		err := o.owner(t).AddHost(t.Context(), workspace.NewHost{Host: "b.example.com", Kind: "root"})
		wants(t, err, problem.Invalid, "kind", "field.choice")
		if n := len(o.settings(t).Hosts); n != 1 {
			t.Errorf("%d hosts, want 1", n)
		}
	})
}

func TestHostsAreFew(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		for i := range 20 {
			must(t, o.owner(t).AddHost(t.Context(), portalHost(fmt.Sprintf("h%d.example.com", i))))
		}
		wants(t, o.owner(t).AddHost(t.Context(), portalHost("more.example.com")), problem.Invalid, "host", "host.full")
	})
}

// Two workspaces ask for one host at once: one gets it, the other hears only
// that it is in use.
func TestOneHostForTwoWorkspacesAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.openAway(t)
		apps := []workspace.App{o.owner(t), o.other(t)}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i, app := range apps {
			wg.Go(func() { errs[i] = app.AddHost(t.Context(), portalHost("clients.example.com")) })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("one must get it: %v; %v", errs[0], errs[1])
		}
		loser := errors.Join(errs...)
		wants(t, loser, problem.Invalid, "host", "host.taken")
		if p, _ := problem.As(loser); len(p.Fields["host"].Args) != 0 {
			t.Errorf("the refusal tells %v", p.Fields["host"].Args)
		}
	})
}

func TestWorkspacesKnowNothingOfEachOther(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.openAway(t)
		must(t, o.owner(t).AddHost(t.Context(), portalHost("clients.example.com")))
		before := o.settings(t)
		wants(t, o.other(t).RemoveHost(t.Context(), "clients.example.com", away), problem.NotFound, "", "problem.not_found")
		s, err := o.other(t).Get(t.Context())
		must(t, err)
		if s.Company.Name != "Studio" || len(s.Hosts) != 1 || s.Hosts[0].Name != away {
			t.Errorf("the other workspace is %+v", s)
		}
		must(t, o.other(t).SaveCompany(t.Context(), workspace.Company{Name: "Atelier", Version: s.Version}))
		must(t, o.other(t).SaveColor(t.Context(), workspace.Color{Color: "#ff0000", Version: s.Version + 1}))
		must(t, o.other(t).SaveLogo(t.Context(), strings.NewReader(string(drawing(t, 4, 4, red)))))
		must(t, o.other(t).SendTest(t.Context()))
		after := o.settings(t)
		if after.Company != before.Company || after.Color != before.Color || after.LogoSHA != before.LogoSHA || after.Waiting != before.Waiting {
			t.Errorf("the first workspace became %+v", after)
		}
		if _, err := o.feature.OpenLogo(t.Context(), o.visitor(t, home, "")); !problem.Is(err, problem.NotFound) {
			t.Errorf("the other's logo here gives %v", err)
		}
	})
}

// A workspace without the base URL keeps an address at which staff sign in, also
// when its last two are removed at once.
func TestLastAppHostStays(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.openAway(t)
		wants(t, o.other(t).RemoveHost(t.Context(), away, "elsewhere.example"), problem.Conflict, "", "host.last")
		must(t, o.other(t).AddHost(t.Context(), workspace.NewHost{Host: "two.example.net", Kind: workspace.AppHost}))
		one, two := o.other(t), o.other(t)
		errs := o.meet(t, away, `update workspace_host set kind = kind where workspace_id = :workspace`,
			func() error { return one.RemoveHost(t.Context(), away, "elsewhere.example") },
			func() error { return two.RemoveHost(t.Context(), "two.example.net", "elsewhere.example") })
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("one must stay: %v; %v", errs[0], errs[1])
		}
		wants(t, errors.Join(errs...), problem.Conflict, "", "host.last")
	})
}
