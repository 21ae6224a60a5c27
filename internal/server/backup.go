package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/backup"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/config"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/secret"
)

// The members of a backup. They lie in it as they do in a data folder.
const (
	memberDB    = "foyer.db"
	memberKey   = secret.FileName
	memberBlobs = "blobs/"
)

// places are where an installation keeps what a backup has.
type places struct{ data, db, blobs, key string }

// placesOf are those of a configuration, or what to do instead of a command of ours.
func placesOf(c config.Config, command string) (places, error) {
	file, lite := strings.CutPrefix(c.DatabaseURL.Reveal(), "sqlite:")
	if !lite {
		return places{}, fmt.Errorf("%s is for SQLite; use pg_dump by a role with BYPASSRLS, or pg_restore, and copy the files besides, as docs/operations.md says", command)
	}
	if c.BlobDir() == "" {
		return places{}, fmt.Errorf("%s is for files in a folder; let the bucket keep versions, or copy it with `foyer blobs move`, and copy the database besides, as docs/operations.md says", command)
	}
	return places{data: filepath.Clean(c.DataDir), db: filepath.Clean(file), blobs: filepath.Clean(c.BlobDir()), key: filepath.Join(c.DataDir, secret.FileName)}, nil
}

// BackupOptions say what a backup has besides the database and its files.
type BackupOptions struct {
	Program string // version of this program
	Key     bool   // the key of the data folder
}

// TakeBackup writes the installation, as it is at one moment, to a file that is not
// there yet. It may be served meanwhile. Its errors are one sentence for the operator.
func TakeBackup(ctx context.Context, c config.Config, o BackupOptions, file string) (m backup.Manifest, err error) {
	at, err := placesOf(c, "foyer backup")
	if err != nil {
		return m, err
	}
	if o.Key && c.SecretKey.Reveal() != "" {
		return m, errors.New("the key is in FOYER_SECRET_KEY and not in the data folder; keep it where that is set, and take the backup without --with-key")
	}
	if _, err := os.Stat(at.db); err != nil {
		return m, fmt.Errorf("there is no database %s to take a backup of; check FOYER_DATA_DIR", at.db)
	}
	disk, err := blob.OpenDisk(at.blobs)
	if err != nil {
		return m, err
	}
	defer disk.Close()
	// From before the database is copied until the last file is, so that what the copy
	// names is there.
	held, err := blob.Hold(ctx, at.blobs)
	if errors.Is(err, blob.ErrHeld) {
		return m, errors.New("another backup is being taken; wait until it has ended")
	}
	if err != nil {
		return m, fmt.Errorf("no backup was taken: %w", plainly(ctx, err))
	}
	defer held.Close()
	t := taking{places: at, config: c, options: o, disk: disk}
	err = backup.Create(file, func(w io.Writer, scratch string) error {
		if m, err = t.look(ctx, scratch); err != nil {
			return err
		}
		return backup.Write(ctx, w, m, func(one backup.Member) (io.ReadCloser, error) { return t.open(ctx, scratch, one) })
	})
	if err != nil {
		return m, fmt.Errorf("no backup was taken: %w", plainly(ctx, err))
	}
	return m, nil
}

// plainly leaves out the paths of files that are gone by now.
func plainly(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("it was stopped before the end")
	}
	if errors.Is(err, backup.ErrChanged) {
		return fmt.Errorf("%w; %s", err, putBack)
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// taking is a backup that is being taken.
type taking struct {
	places
	config  config.Config
	options BackupOptions
	disk    *blob.Disk
}

// look copies the database, and makes the manifest of what the copy names.
func (t taking) look(ctx context.Context, copied string) (m backup.Manifest, err error) {
	m = backup.Manifest{Program: t.options.Program, Taken: time.Now().UTC()}
	if err := t.copyDatabase(ctx, copied); err != nil {
		return m, err
	}
	blobs, err := t.read(ctx, copied, &m)
	if err != nil {
		return m, err
	}
	// The database is closed again, so that its file is what it will be.
	files := map[string]string{memberDB: copied}
	if t.options.Key {
		files[memberKey] = t.key
	}
	for _, name := range []string{memberDB, memberKey} {
		if files[name] == "" {
			continue
		}
		one, err := measure(name, files[name])
		if err != nil {
			return m, err
		}
		m.Members = append(m.Members, one)
	}
	m.Members = append(m.Members, blobs...)
	return m, nil
}

func (t taking) copyDatabase(ctx context.Context, to string) error {
	d, err := db.Open(ctx, t.config.DatabaseURL.Reveal())
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Check(ctx); errors.Is(err, db.ErrMissingMigration) {
		return errors.New("the database is of an earlier version of Foyer; take the backup with that version, before `foyer migrate`")
	} else if err != nil {
		return err
	}
	return d.CopyTo(ctx, to)
}

// read gives the blobs that the copy names, and names every one that is missing.
func (t taking) read(ctx context.Context, copied string, m *backup.Manifest) (members []backup.Member, err error) {
	d, err := db.Open(ctx, "sqlite:"+copied)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if m.Schema, err = d.Version(ctx); err != nil {
		return nil, err
	}
	if m.Rows, err = d.Rows(ctx); err != nil {
		return nil, err
	}
	gate := auth.NewGate(d, t.config.BaseURL, time.Now, &id.Source{Now: time.Now}, nil)
	var missing []string
	for b, err := range everyBlob(ctx, gate) {
		if err != nil {
			return nil, err
		}
		if info, err := t.disk.Stat(ctx, b.Key); err != nil || info.Size != b.Size {
			missing = append(missing, b.Key)
		}
		members = append(members, backup.Member{Name: memberOf(b.Key), Size: b.Size, SHA256: b.SHA256})
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%d files are missing or cut short, the first is %s; %s", len(missing), missing[0], putBack)
	}
	return members, nil
}

// putBack is what is done about files that are not what was stored.
const putBack = "`foyer verify` names every such file, put them back from an earlier backup"

// memberOf is the member of a blob, which lies where Disk has its file.
func memberOf(key string) string { return memberBlobs + blob.DiskName(key) }

// keyOf is the key of a member that is a blob.
func keyOf(member string) (key string, ok bool) {
	dir, random := path.Split(strings.TrimPrefix(member, memberBlobs))
	key = path.Dir(path.Clean(dir)) + "/" + random
	_, _, err := blob.SplitKey(key)
	return key, err == nil && memberOf(key) == member
}

func measure(name, file string) (backup.Member, error) {
	f, err := os.Open(file)
	if err != nil {
		return backup.Member{}, fmt.Errorf("%s cannot be read: %w", file, errors.Unwrap(err))
	}
	defer f.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	return backup.Member{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

// open opens a member.
func (t taking) open(ctx context.Context, copied string, one backup.Member) (io.ReadCloser, error) {
	switch one.Name {
	case memberDB:
		return os.Open(copied)
	case memberKey:
		return os.Open(t.key)
	}
	key, _ := keyOf(one.Name)
	return t.disk.Open(ctx, key)
}
