package contract

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/seal"
	"foyer/internal/kernel/seal/keys"
	"foyer/internal/kernel/secret"
)

// sealLife is how long a certificate of a seal is good; another takes over after
// two thirds of it.
const sealLife = 3 * 365 * 24 * time.Hour

// Keys are where a workspace's keys are kept and who vouches for the time.
type Keys struct {
	Secrets secret.Box
	TSA     seal.TSA // nil for none
	TSAName string
}

// KeyID names a stored key.
type KeyID string

// storedKey is a key as it is kept.
type storedKey struct {
	id           string
	role         string
	certificates string
	secret       string
	imported     bool
}

func scanKey(row scope.Row) (k storedKey, err error) {
	return k, row.Scan(&k.id, &k.role, &k.certificates, &k.secret, &k.imported)
}

// open is the key itself.
func (f Feature) open(who auth.System, k storedKey) (keys.Key, error) {
	private, err := f.Keys.Secrets.Open(who.Site().ID+"/seal/"+k.id, k.secret)
	if err != nil {
		return keys.Key{}, err
	}
	der, err := base64.StdEncoding.DecodeString(private)
	if err != nil {
		return keys.Key{}, err
	}
	return keys.Parse(der, []byte(k.certificates))
}

// sealKey is the workspace's key to seal with; the first time, and when two thirds
// of its life are over, one is made.
func (f Feature) sealKey(ctx context.Context, who auth.System) (keys.Key, error) {
	for range 3 {
		var stored []storedKey
		if err := who.Read(ctx, func(tx scope.Tx) (err error) {
			stored, err = scope.List(ctx, tx, listKeysInUse, nil, scanKey)
			return err
		}); err != nil {
			return keys.Key{}, err
		}
		var authority keys.Key
		for _, k := range stored {
			key, err := f.open(who, k)
			if err != nil {
				return keys.Key{}, err
			}
			switch {
			case k.role == "authority":
				authority = key
			case k.imported || who.Now().Before(key.RotateAt()):
				return key, nil
			}
		}
		if err := f.newKey(ctx, who, authority); err != nil {
			return keys.Key{}, err
		}
	}
	return keys.Key{}, errors.New("the key of the seal is being made by somebody else, again and again")
}

// newKey makes a key to seal with, and an authority where there is none.
func (f Feature) newKey(ctx context.Context, who auth.System, authority keys.Key) error {
	now := who.Now()
	fresh := authority.Signer == nil
	if fresh {
		var err error
		if authority, err = keys.NewAuthority(who.Site().Name, now); err != nil {
			return err
		}
	}
	key, err := keys.IssueSealCertificate(authority, nil, keys.Subject{Name: who.Site().Name, Organization: who.Site().Name}, now, sealLife)
	if err != nil {
		return err
	}
	return who.Write(ctx, func(tx scope.Tx) error {
		if err := tx.Lock(ctx, "seal_key"); err != nil {
			return err
		}
		if fresh {
			n, err := f.keepKey(ctx, tx, who, "authority", authority, false)
			if err != nil || n == 0 {
				return err // somebody was quicker: begin again with theirs
			}
		}
		if _, err := tx.Exec(ctx, retireKeys, scope.Args{"before": now.UnixMicro()}); err != nil {
			return err
		}
		_, err := f.keepKey(ctx, tx, who, "seal", key, false)
		return err
	})
}

// keepKey stores a key unless one of its role is in use, and tells how many it
// stored.
func (f Feature) keepKey(ctx context.Context, tx scope.Tx, who recorder, role string, key keys.Key, imported bool) (int64, error) {
	private, chain, err := key.Marshal()
	if err != nil {
		return 0, err
	}
	id := who.NewID()
	c := key.Certificate()
	return tx.Exec(ctx, insertKey, scope.Args{
		"id": id, "role": role, "certificates": string(chain), "imported": imported, "starts": c.NotBefore, "ends": c.NotAfter,
		"secret": f.Keys.Secrets.Seal(who.Site().ID+"/seal/"+id, base64.StdEncoding.EncodeToString(private)),
		"rotate": key.RotateAt(),
	})
}

// Rotate is the sweep that makes the next key in time.
func (f Feature) Rotate(ctx context.Context, who auth.System) error {
	var used []storedKey
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		used, err = scope.List(ctx, tx, listKeysInUse, nil, scanKey)
		return err
	})
	if err != nil || len(used) == 0 {
		return err
	}
	_, err = f.sealKey(ctx, who)
	return err
}

// roots are the certificates that the workspace's seals lead to, those of today and
// those of before.
func roots(ctx context.Context, tx scope.Tx) (*x509.CertPool, error) {
	stored, err := scope.List(ctx, tx, listCertificates, nil, scope.Value[string])
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	for _, chain := range stored {
		certificates, err := keys.ParsePEM([]byte(chain))
		if err != nil {
			return nil, err
		}
		for _, c := range certificates {
			pool.AddCert(c)
		}
	}
	return pool, nil
}

// Root is the certificate that readers of sealed files are given to trust, as PEM;
// problem.NotFound before the first key was made.
func (f Feature) Root(ctx context.Context, who auth.Visitor) ([]byte, error) {
	var found []string
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
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
