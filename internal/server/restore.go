package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"foyer/internal/kernel/backup"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/config"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/secret"
)

// unfinished is what follows the name of the database while a backup is restored, which
// has its name last, when everything is there and verified. It is the name of a mark in
// the folder of files too, made when nothing was there. Until both are gone nothing serves
// what is there, and the next restore knows whose it is.
const unfinished = ".restoring"

// refuseUnfinished keeps a program from beginning anew where a restore was broken off.
func refuseUnfinished(c config.Config) error {
	var marks []string
	if file, lite := strings.CutPrefix(c.DatabaseURL.Reveal(), "sqlite:"); lite {
		marks = append(marks, file+unfinished)
	}
	if dir := c.BlobDir(); dir != "" {
		marks = append(marks, filepath.Join(dir, unfinished))
	}
	for _, mark := range marks {
		if exists(mark) {
			return fmt.Errorf("a restore into %s is under way or was broken off; let it end, or run `foyer restore` again", filepath.Dir(mark))
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// RestoreBackup puts a backup where nothing is, checks it in every way there is, and
// tells of each workspace. An older schema is migrated. After an error nothing of it is
// left. Its errors are one sentence for the operator.
func RestoreBackup(ctx context.Context, o Options, file string, tell func(Checked)) (m backup.Manifest, err error) {
	at, err := placesOf(o.Config, "foyer restore")
	if err != nil {
		return m, err
	}
	from, err := backup.Open(file)
	if err != nil {
		return m, err
	}
	defer from.Close()
	r := restoring{places: at, options: o, from: from, tell: tell}
	err = r.refuseUnfit()
	if err == nil {
		err = r.run(ctx)
	}
	if err != nil {
		return m, fmt.Errorf("%s was not restored: %w", file, plainly(ctx, err))
	}
	return from.Manifest, nil
}

// restoring is a backup that is being restored.
type restoring struct {
	places
	options Options
	from    *backup.Reader
	tell    func(Checked)
}

// refuseUnfit refuses what can be refused before anything is written.
func (r *restoring) refuseUnfit() error {
	newest, err := db.Newest()
	if err != nil {
		return err
	}
	if r.from.Schema > newest {
		return backup.ErrLater
	}
	if !fits(r.from.Members) {
		return backup.ErrDamaged
	}
	data, err := filepath.Abs(r.data)
	blobs, other := filepath.Abs(r.blobs)
	if err = errors.Join(err, other); err == nil && data == blobs {
		err = fmt.Errorf("the files would be in %s itself, beside the key; set FOYER_BLOB_URL to a folder of their own, or leave it out", r.data)
	}
	if err != nil {
		return err
	}
	return r.refuseFull()
}

// fits tells whether these are members of a backup of ours, in their order.
func fits(members []backup.Member) bool {
	if len(members) == 0 || members[0].Name != memberDB {
		return false
	}
	rest := members[1:]
	if len(rest) > 0 && rest[0].Name == memberKey {
		rest = rest[1:]
	}
	return !slices.ContainsFunc(rest, func(one backup.Member) bool { _, is := keyOf(one.Name); return !is })
}

// HasKey tells whether a backup has the key of its installation.
func HasKey(m backup.Manifest) bool { return len(m.Members) > 1 && m.Members[1].Name == memberKey }

// LacksKey tells whether an installation has no key yet, so that the next command makes one.
func LacksKey(c config.Config) bool {
	_, err := os.Lstat(filepath.Join(c.DataDir, secret.FileName))
	return c.SecretKey.Reveal() == "" && errors.Is(err, fs.ErrNotExist)
}

// run makes the folders, keeps others out of them, and leaves all as it was when
// something fails.
func (r *restoring) run(ctx context.Context) error {
	made, err := makeFolders(r.data, filepath.Dir(r.db), r.blobs)
	if err == nil {
		err = r.alone(ctx)
	}
	if err != nil {
		for _, dir := range slices.Backward(made) {
			_ = os.Remove(dir) // fails where there is something in it that is not ours
		}
	}
	return err
}

// makeFolders makes folders, with those above them, that survive a power cut. It gives
// those that were not there, each after what it is in.
func makeFolders(dirs ...string) (made []string, err error) {
	for _, dir := range dirs {
		var lacking []string
		for at := dir; !exists(at) && at != filepath.Dir(at); at = filepath.Dir(at) {
			lacking = append(lacking, at)
		}
		slices.Reverse(lacking)
		made = append(made, lacking...)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return made, fmt.Errorf("the folder %s cannot be made: %w", dir, errors.Unwrap(err))
		}
		for _, one := range lacking {
			if err := backup.SyncDir(filepath.Dir(one)); err != nil {
				return made, fmt.Errorf("the folder %s cannot be made: %w", one, errors.Unwrap(err))
			}
		}
	}
	return made, nil
}

func (r *restoring) alone(ctx context.Context) error {
	held, err := blob.Hold(ctx, r.blobs)
	if errors.Is(err, blob.ErrHeld) {
		return fmt.Errorf("another restore is at work in %s", r.blobs)
	}
	if err != nil {
		return err
	}
	defer held.Close()
	if err := r.refuseFull(); err != nil { // others may have been here meanwhile
		return err
	}
	if err := r.clear(); err != nil {
		return err
	}
	if err := r.fill(ctx); err != nil {
		if left := r.clear(); left != nil {
			return fmt.Errorf("%w; %w", plainly(ctx, err), left)
		}
		return err
	}
	return nil
}

// besides are what SQLite has beside a database.
var besides = []string{"-wal", "-shm", "-journal"}

// refuseFull refuses folders with anything in them that is not a restore's. A key may
// lie there.
func (r *restoring) refuseFull() error {
	begun, marked := exists(r.db+unfinished), exists(r.mark())
	known := map[string]bool{r.blobs: true, r.key: true, r.key + unfinished: begun}
	for _, suffix := range append(besides, "") {
		known[r.db+unfinished+suffix] = begun
	}
	for _, dir := range []string{r.data, r.blobs} {
		found, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the folder %s cannot be read: %w", dir, errors.Unwrap(err))
		}
		for _, e := range found {
			left := dir == r.blobs && marked // no program was let in since
			if !left && !known[filepath.Join(dir, e.Name())] && e.Name() != lostFound {
				return r.full(filepath.Join(dir, e.Name()))
			}
		}
	}
	for _, suffix := range append(besides, "") { // the database may be in a folder of others
		if exists(r.db + suffix) {
			return r.full(r.db + suffix)
		}
	}
	return nil
}

// lostFound is in every new file system of some kinds.
const lostFound = "lost+found"

func (r *restoring) full(what string) error {
	return fmt.Errorf("there is %s, and a backup is restored where nothing is; move it away, or set FOYER_DATA_DIR to another folder", what)
}

// mark is there as long as whatever is in the folder of files is a restore's.
func (r *restoring) mark() string { return filepath.Join(r.blobs, unfinished) }

// unmark takes the mark away for good, before the database can be without one.
func (r *restoring) unmark() error {
	if err := os.Remove(r.mark()); err != nil {
		return fmt.Errorf("%s cannot be removed: %w", r.mark(), errors.Unwrap(err))
	}
	return backup.SyncDir(r.blobs)
}

// clear takes away whatever a restore puts anywhere before its last step; that it was
// begun goes last.
func (r *restoring) clear() error {
	if err := r.clearBlobs(); err != nil {
		return err
	}
	ours := []string{r.key + unfinished}
	for _, suffix := range append(besides, "") {
		ours = append(ours, r.db+unfinished+suffix)
	}
	for _, left := range ours {
		if err := os.Remove(left); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s cannot be removed: %w", left, errors.Unwrap(err))
		}
	}
	return nil
}

func (r *restoring) clearBlobs() error {
	if !exists(r.mark()) {
		return nil
	}
	found, err := os.ReadDir(r.blobs)
	for _, e := range found {
		if err == nil && e.Name() != lostFound && e.Name() != unfinished {
			err = os.RemoveAll(filepath.Join(r.blobs, e.Name()))
		}
	}
	if err != nil {
		return fmt.Errorf("the folder %s cannot be emptied: %w", r.blobs, errors.Unwrap(err))
	}
	return r.unmark()
}

func (r *restoring) fill(ctx context.Context) error {
	if err := backup.WriteFile(ctx, r.mark(), strings.NewReader("")); err != nil {
		return err
	}
	if err := r.fillDatabase(ctx); err != nil {
		return err
	}
	key, err := r.readKey()
	if err != nil {
		return err
	}
	s, err := r.open(ctx, key)
	if err != nil {
		return err
	}
	if err = r.fillBlobs(ctx, s); err == nil {
		err = r.verify(ctx, s)
	}
	s.DB.Close()
	if err = errors.Join(err, s.Blobs.Close()); err != nil {
		return err
	}
	return r.publish(key)
}

// fillDatabase writes the database under its unfinished name, and looks at it as it was.
func (r *restoring) fillDatabase(ctx context.Context) error {
	_, content, err := r.from.Next()
	if err != nil {
		return err
	}
	if err := backup.WriteFile(ctx, r.db+unfinished, content); err != nil {
		return err
	}
	d, err := db.Open(ctx, "sqlite:"+r.db+unfinished)
	if err != nil {
		return fmt.Errorf("%w (its database does not open)", backup.ErrDamaged)
	}
	defer d.Close()
	if err := d.Sound(ctx); err != nil {
		return fmt.Errorf("its database is not sound: %w", err)
	}
	schema, err := d.Version(ctx)
	if err != nil {
		return err
	}
	rows, err := d.Rows(ctx)
	if err == nil && (schema != r.from.Schema || schema == 0 || !maps.Equal(rows, r.from.Rows)) {
		err = fmt.Errorf("%w (its database is not the one that it says)", backup.ErrDamaged)
	}
	return err
}

// readKey is the text of the key, if the backup has it, which has to be that of the
// configuration and that which lies here, if there are any.
func (r *restoring) readKey() (string, error) {
	if !HasKey(r.from.Manifest) {
		return "", nil
	}
	_, content, err := r.from.Next()
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(content)
	if err != nil {
		return "", err
	}
	key := strings.TrimSpace(string(text))
	if set := r.options.Config.SecretKey.Reveal(); set != "" && !secret.Same(set, key) {
		return "", errors.New("FOYER_SECRET_KEY is another key than that of the backup, so that its secrets could not be read; take it out of the environment")
	}
	if there, err := os.ReadFile(r.key); err == nil && !secret.Same(strings.TrimSpace(string(there)), key) {
		return "", fmt.Errorf("%s is another key than that of the backup, so that its secrets could not be read; move it away", r.key)
	}
	return key, nil
}

// open is the program on what was restored, under the newest schema. Where there is no
// key it has one of the moment, as nothing that is verified is sealed; making one that
// stays is for the next command.
func (r *restoring) open(ctx context.Context, key string) (*Server, error) {
	o := r.options
	o.Migrate = true
	o.Config.DatabaseURL = config.SecretFrom("sqlite:" + r.db + unfinished)
	if key == "" && LacksKey(o.Config) {
		key = secret.NewKey()
	}
	if key != "" {
		o.Config.SecretKey = config.SecretFrom(key)
	}
	return open(ctx, o)
}

// fillBlobs stores the files that rows name, each of which has to be there.
func (r *restoring) fillBlobs(ctx context.Context, s *Server) error {
	named := map[string]blob.Blob{}
	for b, err := range everyBlob(ctx, s.Gate) {
		if err != nil {
			return err
		}
		named[b.Key] = b
	}
	for {
		one, content, err := r.from.Next()
		if errors.Is(err, io.EOF) && len(named) == 0 {
			return nil
		}
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("%w (%d files are missing)", backup.ErrDamaged, len(named))
		}
		if err != nil {
			return err
		}
		key, _ := keyOf(one.Name)
		b, known := named[key]
		if !known {
			return fmt.Errorf("%w (no row names %s)", backup.ErrDamaged, key)
		}
		if err := s.Blobs.Restore(ctx, b, content); err != nil {
			return err
		}
		delete(named, key)
	}
}

func (r *restoring) verify(ctx context.Context, s *Server) error {
	wrong := 0
	err := s.Verify(ctx, func(c Checked) {
		wrong += len(c.Wrong)
		r.tell(c)
	})
	if err == nil && wrong > 0 {
		err = errors.New("what is named above is not as it was written; take another backup")
	}
	return err
}

// publish puts the key in its place, says that the files are no restore's any more, and
// puts the database in its place, of which nothing may be anywhere else by then.
func (r *restoring) publish(key string) error {
	if exists(r.db + unfinished + "-wal") {
		return errors.New("its database was not closed; restore it again")
	}
	if exists(r.db) { // of a program that was there before us
		return r.full(r.db)
	}
	if key != "" && !exists(r.key) {
		if err := backup.WriteFile(context.Background(), r.key+unfinished, strings.NewReader(key+"\n")); err != nil {
			return err
		}
		if err := backup.Rename(r.key+unfinished, r.key); err != nil {
			return err
		}
	}
	if err := r.unmark(); err != nil {
		return err
	}
	return backup.Rename(r.db+unfinished, r.db)
}
