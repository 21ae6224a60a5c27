package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Workspace is the business that runs the portal; its id types ids.
type Workspace struct{}

// Site is a workspace as one of its addresses shows it: what pages and mails
// need of it without asking again.
type Site struct {
	ID         string
	Name       string
	Email      string // how people reach the business, may be empty
	Color      string // #rrggbb, empty until chosen
	LogoSHA    string // hash of the logo's bytes, empty without one
	Zone       *time.Location
	ZoneName   string
	Language   string
	DateFormat string
	WeekStart  time.Weekday // the day that a week begins on
	Currency   string       // that in which nothing is said of money, as long as there is none
	SenderName string
	Sender     string // mail address that mails come from, may be empty
	ReplyTo    string
	PortalOnly bool // the address asked for serves the portal alone
	app        string
	portal     string
}

// AppURL is an absolute address of the staff app.
func (s Site) AppURL(path string) string { return s.app + path }

// PortalURL is an absolute address of the portal.
func (s Site) PortalURL(path string) string { return s.portal + path }

// URL is an absolute address in the face of a realm.
func (s Site) URL(realm Realm, path string) string {
	if realm == StaffRealm {
		return s.AppURL("/app" + path)
	}
	return s.PortalURL("/portal" + path)
}

// ErrUnknownHost is an address that no workspace has.
var ErrUnknownHost = errors.New("no workspace has this host")

// ErrNotSetUp is an installation without a workspace.
var ErrNotSetUp = errors.New("this installation has not been set up")

// Which workspace has this host is what the scope is made from, so this
// statement cannot have one. The tables it reads have no row-level security.
const siteColumns = `
select w.id, w.name, w.email, w.brand_color, w.logo_sha256, w.time_zone, w.language, w.date_format, w.week_start, w.currency,
	w.sender_name, w.sender_email, w.reply_to,
	coalesce((select min(h.host) from workspace_host h where h.workspace_id = w.id and h.kind = 'app'), ''),
	coalesce((select min(h.host) from workspace_host h where h.workspace_id = w.id and h.kind = 'portal'), ''),
	case when w.id = (select f.id from workspace f order by f.created_at, f.id limit 1) then 1 else 0 end`

const siteOfFirst = `-- siteOfFirst` + siteColumns + `, ''
from workspace w
order by w.created_at, w.id
limit 1`

const siteOfHost = `-- siteOfHost` + siteColumns + `, a.kind
from workspace_host a
join workspace w on w.id = a.workspace_id
where a.host = $1`

const siteOfID = `-- siteOfID` + siteColumns + `, ''
from workspace w
where w.id = $1`

// defaultPorts are what a proxy may write behind a host that has no port.
var defaultPorts = map[string]string{"http": ":80", "https": ":443"}

// SiteFor finds the workspace of a Host header: ErrUnknownHost or ErrNotSetUp.
func (g *Gate) SiteFor(ctx context.Context, host string) (Site, error) {
	if strings.EqualFold(host, g.base.Host) || strings.EqualFold(host, g.base.Host+defaultPorts[g.base.Scheme]) {
		site, err := g.site(ctx, siteOfFirst)
		if errors.Is(err, sql.ErrNoRows) {
			return Site{}, ErrNotSetUp
		}
		return site, err
	}
	site, err := g.site(ctx, siteOfHost, HostName(host))
	if errors.Is(err, sql.ErrNoRows) {
		return Site{}, ErrUnknownHost
	}
	return site, err
}

// HostName is a Host header without its port, in lower case.
func HostName(host string) string {
	if name, port, err := net.SplitHostPort(host); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return "" // nobody's host
		}
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

func (g *Gate) siteByID(ctx context.Context, workspace string) (Site, error) {
	site, err := g.site(ctx, siteOfID, workspace)
	if errors.Is(err, sql.ErrNoRows) {
		return Site{}, problem.Missing()
	}
	return site, err
}

// zones are the time zones that were asked for: each is read from a file, and
// every request wants one.
var zones sync.Map

func zone(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil //nolint:forcetypeassert // nothing else is kept there
	}
	z, err := time.LoadLocation(name)
	if err == nil {
		zones.Store(name, z)
	}
	return z, err
}

func (g *Gate) site(ctx context.Context, query string, args ...any) (Site, error) {
	var s Site
	var appHost, portalHost, kind string
	var first int
	scope.Counted(ctx, 1)
	err := g.db.Read.QueryRowContext(ctx, query, args...).Scan(&s.ID, &s.Name, &s.Email, &s.Color, &s.LogoSHA,
		&s.ZoneName, &s.Language, &s.DateFormat, &s.WeekStart, &s.Currency, &s.SenderName, &s.Sender, &s.ReplyTo, &appHost, &portalHost, &first, &kind)
	if err != nil {
		return Site{}, err
	}
	if s.Zone, err = zone(s.ZoneName); err != nil {
		return Site{}, fmt.Errorf("time zone of workspace %s: %w", s.ID, err)
	}
	s.PortalOnly = kind == "portal"
	s.app = g.base.String()
	if first == 0 {
		s.app = hostURL(g.base, appHost)
	}
	s.portal = s.app
	if portalHost != "" {
		s.portal = hostURL(g.base, portalHost)
	}
	return s, nil
}

// hostURL is a workspace's own host beside the base URL: the same scheme, and
// its port only on loopback, where no proxy stands in front.
func hostURL(base *url.URL, host string) string {
	if IsLoopback(base.Hostname()) && base.Port() != "" {
		host = net.JoinHostPort(host, base.Port())
	}
	return base.Scheme + "://" + host
}

// IsLoopback tells whether a host name is this machine's own.
func IsLoopback(name string) bool {
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// Workspaces lists the ids of every workspace, for sweeps that visit them one
// scope at a time.
func (g *Gate) Workspaces(ctx context.Context) ([]string, error) {
	rows, err := g.db.Read.QueryContext(ctx, `select id from workspace order by id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, rows.Err()
}
