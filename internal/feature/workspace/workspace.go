package workspace

import (
	"context"
	"io"
	"log/slog"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
)

// Feature is the workspace with where its files are.
type Feature struct {
	Documents document.Shelf
	// Secrets seals the keys that mail is signed with, and DNS is asked for their
	// records.
	Secrets secret.Box
	DNS     mail.DNS
	Log     *slog.Logger // may be nil
}

// App is what staff may do with the workspace.
type App struct {
	who auth.Staff
	f   Feature
}

// ForStaff is the staff's door.
func (f Feature) ForStaff(who auth.Staff) App { return App{who, f} }

// Settings is all that a workspace says of itself.
type Settings struct {
	Company     Company
	Color       string // #rrggbb, empty until chosen
	LogoSHA     string // hash of the logo's bytes, empty without one
	Preferences Preferences
	Mail        MailIdentity
	Hosts       []Host
	Waiting     int // mails that have not been sent yet
	Version     int64
}

// Host is an address beside the base URL.
type Host struct {
	Name    string
	Kind    HostKind
	AddedAt time.Time
}

// Get reads the settings. Problem: Forbidden.
func (a App) Get(ctx context.Context) (Settings, error) {
	var all []Settings
	var hosts []Host
	var waiting int
	err := a.who.Read(ctx, auth.SettingsRead, func(tx scope.Tx) (err error) {
		err = tx.Batch(ctx, scope.Into(&all, readSettings, nil, scanSettings), scope.Into(&hosts, listHosts, nil, scanHost))
		if err != nil {
			return err
		}
		waiting, err = outbox.Waiting(ctx, tx)
		return err
	})
	if err != nil {
		return Settings{}, err
	}
	s := all[0]
	s.Hosts, s.Waiting = hosts, waiting
	return s, nil
}

// OpenLogo opens the workspace's logo, a PNG. Problem: NotFound without one.
func (f Feature) OpenLogo(ctx context.Context, v auth.Visitor) (io.ReadCloser, error) {
	var logo document.Version
	err := v.Read(ctx, func(tx scope.Tx) error {
		version, err := scope.One(ctx, tx, readLogo, nil, scope.Value[string])
		if err != nil {
			return err
		}
		logo, err = document.Find(ctx, tx, version)
		return err
	})
	if err != nil {
		return nil, err
	}
	return f.Documents.Open(ctx, logo)
}

// change is an update of the settings by a form that was drawn at a version,
// with its event. Where the settings have moved on, same tells whether they are
// what the form says anyhow, as they are when it is sent twice; otherwise it is
// stale.
func (a App) change(ctx context.Context, text string, args scope.Args, version int64, event string, same func(Settings) bool) error {
	args["version"] = version
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, text, args)
		if err != nil {
			return err
		}
		if n > 0 {
			return a.record(ctx, tx, event, nil)
		}
		now, err := scope.One(ctx, tx, readSettings, nil, scanSettings)
		if err == nil && !same(now) {
			err = problem.Stale()
		}
		return err
	})
}

func (a App) record(ctx context.Context, tx scope.Tx, kind string, params map[string]any) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "workspace", SubjectID: a.who.Site().ID, Area: auth.Settings, Audience: auth.ForStaffOnly, Params: params,
	})
}
