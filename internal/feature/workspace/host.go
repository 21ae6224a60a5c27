package workspace

import (
	"context"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// HostKind is what an address serves.
type HostKind string

// The kinds of host: an app host serves both faces, a portal host the portal
// alone.
const (
	AppHost    HostKind = "app"
	PortalHost HostKind = "portal"
)

// maxHosts is how many addresses one workspace may have.
const maxHosts = 20

// NewHost is an address to be added.
type NewHost struct {
	Host string
	Kind HostKind
}

// check cleans the name and says what is wrong with it. base is the host of the
// installation.
func (in NewHost) check(base string) (NewHost, error) {
	var fields problem.Fields
	typed := text.Line(&fields, "host", in.Host, text.Required, 300)
	if !fields.Has("host") {
		name, trouble := hostName(typed)
		switch {
		case trouble != "":
			fields.Add("host", trouble)
		case name == base:
			fields.Add("host", "host.base")
		case local(name) && !local(base):
			fields.Add("host", "host.local")
		}
		in.Host = name
	}
	if in.Kind != AppHost && in.Kind != PortalHost {
		fields.Add("kind", "field.choice")
	}
	return in, fields.Err()
}

// local tells whether a name leads to the machine of whoever opens it, which is
// of use only where the installation is such a machine itself.
func local(name string) bool {
	return auth.IsLoopback(name) || strings.HasSuffix(name, ".localhost")
}

var hostNames = idna.New(
	idna.MapForLookup(),
	idna.BidiRule(),
	idna.CheckHyphens(true),
	idna.StrictDomainName(true),
	idna.Transitional(false),
	idna.VerifyDNSLength(true),
)

// hostName is a host name as browsers send it, lower-case ASCII, or the key of
// what is wrong with it.
func hostName(typed string) (name, trouble string) {
	if strings.ContainsAny(typed, "/:@?#\\") {
		return "", "host.name_only"
	}
	// Before the length is known in ASCII the conversion takes time by the
	// square of it.
	if len(typed) > 253*4 {
		return "", "host.form"
	}
	name, err := hostNames.ToASCII(strings.TrimSuffix(typed, "."))
	if err != nil {
		return "", "host.form"
	}
	dot := strings.LastIndexByte(name, '.')
	if auth.IsLoopback(name) {
		return "", "host.local"
	}
	if dot < 1 || strings.Trim(name[dot+1:], "0123456789") == "" {
		return "", "host.form" // one label, or the numbers of an IP address
	}
	return name, ""
}

// AddHost makes the workspace answer at one more address. Problems: Forbidden;
// Invalid by field, also for an address that is in use by whomever.
func (a App) AddHost(ctx context.Context, in NewHost) error {
	in, err := in.check(a.who.BaseHost())
	if err != nil {
		return err
	}
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		made := false
		before, err := scope.Once(ctx, tx, func() (string, error) {
			made = true
			return in.Host, a.addHost(ctx, tx, in)
		})
		if err == nil && !made && before != in.Host {
			// Not a repetition but a page that somebody went back to.
			err = a.addHost(ctx, tx, in)
		}
		return err
	})
}

func (a App) addHost(ctx context.Context, tx scope.Tx, in NewHost) error {
	if err := tx.Lock(ctx, "hosts"); err != nil {
		return err
	}
	hosts, err := scope.List(ctx, tx, listHosts, nil, scanHost)
	if err != nil {
		return err
	}
	for _, h := range hosts {
		if h.Name == in.Host {
			return problem.Field("host", "host.yours")
		}
	}
	if len(hosts) >= maxHosts {
		return problem.Field("host", "host.full", "max", maxHosts)
	}
	n, err := tx.Exec(ctx, insertHost, scope.Args{"host": in.Host, "kind": string(in.Kind)})
	if err != nil {
		return err
	}
	if n == 0 {
		return problem.Field("host", "host.taken") // and not a word about whose it is
	}
	return a.record(ctx, tx, "workspace.host_added", map[string]any{"host": in.Host, "kind": string(in.Kind)})
}

// RemoveHost makes the workspace no longer answer at an address. asked is the
// Host header with which the staff member came. Problems: Forbidden; NotFound for
// an address that is not the workspace's; Conflict for the one they are using and
// for the last one at which staff can sign in.
func (a App) RemoveHost(ctx context.Context, name, asked string) error {
	if name == auth.HostName(asked) {
		return problem.Of(problem.Conflict, "host.here")
	}
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		if err := tx.Lock(ctx, "hosts"); err != nil {
			return err
		}
		hosts, err := scope.List(ctx, tx, listHosts, nil, scanHost)
		if err != nil {
			return err
		}
		if err := a.removable(hosts, name); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteHost, scope.Args{"host": name}); err != nil {
			return err
		}
		return a.record(ctx, tx, "workspace.host_removed", map[string]any{"host": name})
	})
}

// removable says why a host cannot be taken away. The first workspace has the
// base URL besides; any other must keep an app host, or nobody could sign in.
func (a App) removable(hosts []Host, name string) error {
	apps, found := 0, HostKind("")
	for _, h := range hosts {
		if h.Kind == AppHost {
			apps++
		}
		if h.Name == name {
			found = h.Kind
		}
	}
	switch {
	case found == "":
		return problem.Missing()
	case found == AppHost && apps == 1 && !a.atBase():
		return problem.Of(problem.Conflict, "host.last")
	}
	return nil
}

// atBase tells whether the base URL is the workspace's.
func (a App) atBase() bool {
	u, err := url.Parse(a.who.Site().AppURL(""))
	return err == nil && auth.HostName(u.Host) == a.who.BaseHost()
}
