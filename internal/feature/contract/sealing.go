package contract

import (
	"context"
	"errors"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/seal/keys"
)

// Sealing is what contracts are sealed with, as staff see it.
type Sealing struct {
	Certificate *Certificate // nil before the first contract was sealed
	Root        bool         // there is an authority of our own to give to readers
	TSA         string       // who vouches for the time, empty for nobody
}

// Certificate is whom a seal names.
type Certificate struct {
	Subject     string
	Issuer      string
	Until       time.Time
	Rotates     time.Time // when another one takes over
	Fingerprint string
	Imported    bool
}

// KeyFields are the names of the form's fields in their order.
var KeyFields = []string{"file", "password"}

// Sealing reads what contracts are sealed with. Problem: Forbidden.
func (a App) Sealing(ctx context.Context) (Sealing, error) {
	s := Sealing{TSA: a.f.Keys.TSAName}
	type used struct {
		role, certificates string
		imported           bool
	}
	var all []used
	err := a.who.Read(ctx, auth.SettingsRead, func(tx scope.Tx) (err error) {
		all, err = scope.List(ctx, tx, listCertificatesInUse, nil, func(row scope.Row) (u used, err error) {
			return u, row.Scan(&u.role, &u.certificates, &u.imported)
		})
		return err
	})
	if err != nil {
		return s, err
	}
	for _, u := range all {
		if u.role == "authority" {
			s.Root = true
			continue
		}
		chain, err := keys.ParsePEM([]byte(u.certificates))
		if err != nil {
			return s, err
		}
		if len(chain) == 0 {
			continue
		}
		c := chain[0]
		s.Certificate = &Certificate{
			Subject: c.Subject.CommonName, Issuer: c.Issuer.CommonName, Until: c.NotAfter, Rotates: keys.Key{Chain: chain}.RotateAt(),
			Fingerprint: keys.Fingerprint(c), Imported: u.imported,
		}
	}
	return s, nil
}

// RootCertificate is what readers of sealed files are given to trust, as PEM;
// problem.NotFound before the first key was made.
func (a App) RootCertificate(ctx context.Context) ([]byte, error) {
	var found []string
	err := a.who.Read(ctx, auth.SettingsRead, func(tx scope.Tx) (err error) {
		found, err = scope.List(ctx, tx, listAuthorities, nil, scope.Value[string])
		return err
	})
	if err == nil && len(found) == 0 {
		err = problem.Missing()
	}
	if err != nil {
		return nil, err
	}
	return []byte(found[0]), nil
}

// ImportKey takes a bought key into use, from the bytes of a .p12 file. What was
// sealed before stays good. Problems are Forbidden, and Invalid by field.
func (a App) ImportKey(ctx context.Context, file []byte, password string) error {
	if !a.who.May(auth.SettingsWrite) {
		return problem.Of(problem.Forbidden, "problem.forbidden")
	}
	if len(file) == 0 {
		return problem.Field("file", "seal.file_required")
	}
	key, err := keys.ImportP12(file, password, a.who.Now())
	switch {
	case errors.Is(err, keys.ErrPassword):
		return problem.Field("password", "seal.password_wrong")
	case errors.Is(err, keys.ErrExpired):
		return problem.Field("file", "seal.expired")
	case errors.Is(err, keys.ErrNotYetValid):
		return problem.Field("file", "seal.not_yet")
	case err != nil:
		return problem.Field("file", "seal.unfit")
	}
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		if err := tx.Lock(ctx, "seal_key"); err != nil {
			return err
		}
		_, err := scope.Once(ctx, tx, func() (string, error) {
			if _, err := tx.Exec(ctx, retireSealKey, nil); err != nil {
				return "", err
			}
			if _, err := a.f.keepKey(ctx, tx, a.who, "seal", key, true); err != nil {
				return "", err
			}
			return "", a.who.Record(ctx, tx, auth.Event{
				Kind: "seal.imported", SubjectKind: "workspace", SubjectID: a.who.Site().ID, Area: auth.Settings, Audience: auth.ForStaffOnly,
				Params: map[string]any{"fingerprint": keys.Fingerprint(key.Certificate())},
			})
		})
		return err
	})
}
