package main

import (
	"compress/gzip"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foyer/internal/kernel/backup"
	"foyer/internal/kernel/blob"
)

// taken is an installation with files of these sizes, and a backup of it with its key.
func taken(t *testing.T, sizes ...int) (env []string, blobs []blob.Blob, file string) {
	t.Helper()
	env, blobs = withFiles(t, sizes...)
	file = filepath.Join(t.TempDir(), "foyer.tar")
	if code, out, errOut := ends(t, env, "backup", "--with-key", file); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errOut)
	}
	return env, blobs, file
}

// fresh is a data folder that is not there yet, and the environment that names it.
func fresh(t *testing.T) (data string, env []string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	return data, []string{"FOYER_DATA_DIR=" + data}
}

// inside are the files of a folder, with what is in each; a database is left out.
func inside(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		relative, _ := filepath.Rel(dir, name)
		if strings.HasPrefix(relative, "foyer.db") {
			text = nil
		}
		all[relative] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// rows is every row of every table of a database, as text.
func rows(t *testing.T, file string) string {
	t.Helper()
	d, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var all strings.Builder
	for _, table := range column(t, d, `select name from sqlite_schema where type = 'table' order by name`) {
		columns := column(t, d, `select '"' || name || '"' from pragma_table_info('`+table+`')`)
		fmt.Fprintln(&all, table)
		for _, row := range column(t, d, `select json_array(hex(`+strings.Join(columns, "), hex(")+`)) from "`+table+`" order by 1`) {
			fmt.Fprintln(&all, row)
		}
	}
	return all.String()
}

func column(t *testing.T, d *sql.DB, query string) (all []string) {
	t.Helper()
	found, err := d.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var one string
		if err := found.Scan(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// What comes back is what was there: every row, every file, the key; nobody else may
// read any of it; and it is served.
func TestWhatIsBackedUpComesBack(t *testing.T) {
	t.Parallel()
	env, _, file := taken(t, 0, 1000, 2*blob.Piece+1)
	from := strings.TrimPrefix(env[0], "FOYER_DATA_DIR=")
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 {
		t.Errorf("the backup is %v (%v)", info, err)
	}
	if left := inside(t, filepath.Dir(file)); len(left) != 1 {
		t.Errorf("beside it there is %d", len(left)-1)
	}
	data, there := fresh(t)
	code, out, errOut := ends(t, there, "restore", file)
	if code != 0 || !strings.Contains(out, "Studio: 0 contracts with their logs, 3 files") || !strings.Contains(out, "All is as it was written.") {
		t.Fatalf("exit %d\n%s%s", code, out, errOut)
	}
	was, is := inside(t, from), inside(t, data)
	if len(is) != 5 || len(is["secret.key"]) < 64 {
		t.Errorf("there is %d", len(is))
	}
	for name, text := range is {
		if was[name] != text {
			t.Errorf("%s is %d other bytes", name, len(text))
		}
		if info, err := os.Stat(filepath.Join(data, name)); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s is %v (%v)", name, info.Mode(), err)
		}
	}
	if was, is := rows(t, filepath.Join(from, "foyer.db")), rows(t, filepath.Join(data, "foyer.db")); was != is || len(is) < 1000 {
		t.Errorf("of %d bytes of rows %d came back, or others", len(was), len(is))
	}
	if code, out, errOut := ends(t, there, "verify"); code != 0 || !strings.Contains(out, "3 files") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	r := serves(t, there, "serve")
	r.ready(t)
	again := filepath.Join(t.TempDir(), "again.tar")
	if code, out, errOut := ends(t, there, "backup", again); code != 0 {
		t.Errorf("a backup of what was restored: exit %d\n%s%s", code, out, errOut)
	}
}

// A tar program alone makes a data folder of a backup.
func TestABackupIsADataFolder(t *testing.T) {
	t.Parallel()
	_, _, file := taken(t, 10, 2000)
	data, env := fresh(t)
	for name, body := range unpack(t, file) {
		to := filepath.Join(data, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, []byte(body), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if code, out, errOut := ends(t, env, "verify"); code != 0 || !strings.Contains(out, "2 files") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
}

func unpack(t *testing.T, file string) map[string]string {
	t.Helper()
	_, members := parts(t, file)
	all := map[string]string{}
	for _, one := range members {
		all[one.name] = one.body
	}
	return all
}

func TestBackupsThatAreNotTaken(t *testing.T) {
	t.Parallel()
	env, blobs, file := taken(t, 1000, 2000)
	data := strings.TrimPrefix(env[0], "FOYER_DATA_DIR=")
	dir := t.TempDir()
	to := filepath.Join(dir, "new.tar")
	with := func(lines ...string) []string { return append(slices.Clip(env), lines...) }
	oneSentence(t, env, "already", "backup", file)
	oneSentence(t, env, "cannot be written to", "backup", filepath.Join(dir, "none", "new.tar"))
	oneSentence(t, []string{"FOYER_DATA_DIR=" + dir}, "there is no database", "backup", to)
	oneSentence(t, with("FOYER_DATABASE_URL=postgres://foyer:s3cret@127.0.0.1:1/foyer"), "BYPASSRLS", "backup", to)
	oneSentence(t, with("FOYER_BLOB_URL=s3://k:s3cret@127.0.0.1:1/files"), "bucket", "backup", to)
	if code, out, errOut := ends(t, env, "backup"); code != 2 {
		t.Errorf("without a file: exit %d\n%s%s", code, out, errOut)
	}
	change(t, filepath.Join(data, "foyer.db"), `delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)`)
	oneSentence(t, env, "earlier version", "backup", to)
	change(t, filepath.Join(data, "foyer.db"), `insert into goose_db_version (version_id, is_applied) values (99999, 1)`)
	oneSentence(t, env, "newer version", "backup", to)
	change(t, filepath.Join(data, "foyer.db"), `update goose_db_version set version_id = (select max(version_id) + 1 from goose_db_version where version_id < 99999) where version_id = 99999`)
	stored := filepath.Join(data, "blobs", blob.DiskName(blobs[1].Key))
	if err := os.WriteFile(stored, make([]byte, 2000), 0o600); err != nil {
		t.Fatal(err)
	}
	oneSentence(t, env, "foyer verify", "backup", to)
	if err := os.Remove(stored); err != nil {
		t.Fatal(err)
	}
	oneSentence(t, env, "1 files are missing", "backup", to)
	if left := inside(t, dir); len(left) > 0 {
		t.Errorf("there is %v", left)
	}
}

func change(t *testing.T, file, statement string) {
	t.Helper()
	d, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// notRestored holds that a restore ends with one sentence and leaves nothing behind.
func notRestored(t *testing.T, what, file, says string) {
	t.Helper()
	data, env := fresh(t)
	oneSentence(t, env, says, "restore", file)
	if _, err := os.Lstat(data); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s leaves %v", what, inside(t, data))
	}
}

func TestWhereNothingIsRestored(t *testing.T) {
	t.Parallel()
	env, _, file := taken(t, 1000)
	oneSentence(t, env, "restored where nothing is", "restore", file)
	notRestored(t, "no file", filepath.Join(t.TempDir(), "none"), "cannot be read")
	for name, says := range map[string]string{"notes.txt": "notes.txt", "blobs/notes.txt": "notes.txt", "blobs/06h0fm9101o011rptuet7288gc/aa/x": "06h0fm", "foyer.db-wal": "foyer.db-wal"} {
		data, env := fresh(t)
		there := filepath.Join(data, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(there), 0o700), os.WriteFile(there, []byte("mine"), 0o600)); err != nil {
			t.Fatal(err)
		}
		oneSentence(t, env, says, "restore", file)
		if left := inside(t, data); len(left) != 1 {
			t.Errorf("beside %s there is %d", name, len(left)-1)
		}
	}
	data, env := fresh(t)
	oneSentence(t, append(slices.Clip(env), "FOYER_DATABASE_URL=postgres://foyer:s3cret@127.0.0.1:1/foyer"), "BYPASSRLS", "restore", file)
	oneSentence(t, append(slices.Clip(env), "FOYER_BLOB_URL=s3://k:s3cret@127.0.0.1:1/files"), "bucket", "restore", file)
	if err := os.MkdirAll(filepath.Join(data, "lost+found"), 0o700); err != nil {
		t.Fatal(err)
	}
	elsewhere := append(slices.Clip(env), "FOYER_BLOB_URL=file:"+filepath.Join(t.TempDir(), "files"), "FOYER_DATABASE_URL=sqlite:"+filepath.Join(t.TempDir(), "other.db"))
	if code, out, errOut := ends(t, elsewhere, "restore", file); code != 0 {
		t.Errorf("into a new file system, with places of their own: exit %d\n%s%s", code, out, errOut)
	}
	if code, out, errOut := ends(t, elsewhere, "verify"); code != 0 || !strings.Contains(out, "1 files") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
}

// What is restored has a folder of files that nothing else is in, and a database beside
// which nothing lies, wherever they are; a key that lay there stays.
func TestPlacesThatNothingIsRestoredInto(t *testing.T) {
	t.Parallel()
	_, _, file := taken(t, 1000)
	broken := forged(t, file, func(_ *backup.Manifest, all []part) []part { return all[:2] })
	data, env := fresh(t)
	key := unpack(t, file)["secret.key"]
	if err := errors.Join(os.Mkdir(data, 0o700), os.WriteFile(filepath.Join(data, "secret.key"), []byte(key), 0o600)); err != nil {
		t.Fatal(err)
	}
	oneSentence(t, append(slices.Clip(env), "FOYER_BLOB_URL=file:"+data+"/."), "FOYER_BLOB_URL", "restore", broken)
	if left := inside(t, data); left["secret.key"] != key {
		t.Errorf("there is %v", left)
	}
	above := t.TempDir()
	oneSentence(t, []string{"FOYER_DATA_DIR=" + above + "/a/b", "FOYER_BLOB_URL=file:" + above + "/c/d/e"}, "damaged", "restore", broken)
	if left, err := os.ReadDir(above); len(left) > 0 {
		t.Errorf("folders that were made stay: %v (%v)", left, err)
	}
	oneSentence(t, []string{"FOYER_DATA_DIR=" + above, "FOYER_BLOB_URL=file:" + file}, "folder "+file+" cannot be read", "restore", file)
	for _, beside := range []string{"", "-wal", "-shm", "-journal"} {
		_, env := fresh(t)
		there := filepath.Join(t.TempDir(), "other.db")
		if err := os.WriteFile(there+beside, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		oneSentence(t, append(env, "FOYER_DATABASE_URL=sqlite:"+there), there+beside, "restore", file)
		if text, err := os.ReadFile(there + beside); string(text) != "mine" || len(inside(t, filepath.Dir(there))) != 1 {
			t.Errorf("%s is %q (%v)", there+beside, text, err)
		}
	}
}

// The key is in a backup only where that is asked for and the data folder has it. Where
// another one is, what came with its own is refused; where none is, whoever restores is
// told, and none is made.
func TestTheKeyOfABackup(t *testing.T) {
	t.Parallel()
	env, _, withKey := taken(t, 1000)
	dir := t.TempDir()
	text, err := os.ReadFile(filepath.Join(strings.TrimPrefix(env[0], "FOYER_DATA_DIR="), "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	key, other := strings.TrimSpace(string(text)), strings.Repeat("cd", 32)
	without := filepath.Join(dir, "without.tar")
	if code, out, _ := ends(t, env, "backup", without); code != 0 || !strings.Contains(out, "key is not in it") {
		t.Fatalf("exit %d\n%s", code, out)
	}
	if all := unpack(t, without); len(all) != 2 || all["secret.key"] != "" || strings.Contains(fmt.Sprint(all), key) {
		t.Errorf("the key is among %d members", len(all))
	}
	set := append(slices.Clip(env), "FOYER_SECRET_KEY="+key)
	oneSentence(t, set, "without --with-key", "backup", "--with-key", filepath.Join(dir, "elsewhere.tar"))
	for name, c := range map[string]struct{ file, set, lies, says string }{
		"another one is set":             {withKey, other, "", "FOYER_SECRET_KEY is another key"},
		"another one lies there":         {withKey, "", other, "is another key"},
		"the same is set and lies there": {withKey, key, key, ""},
		"it is set":                      {without, key, "", ""},
		"it lies there":                  {without, "", key, ""},
		"there is none":                  {without, "", "", ""},
	} {
		data, env := fresh(t)
		if c.set != "" {
			env = append(env, "FOYER_SECRET_KEY="+c.set)
		}
		if c.lies != "" {
			if err := errors.Join(os.Mkdir(data, 0o700), os.WriteFile(filepath.Join(data, "secret.key"), []byte(c.lies+"\n"), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		if c.says != "" {
			oneSentence(t, env, c.says, "restore", c.file)
			if left := inside(t, data); len(left) != min(1, len(c.lies)) {
				t.Errorf("%s: there is %v", name, left)
			}
			continue
		}
		code, out, errOut := ends(t, env, "restore", c.file)
		if told := strings.Contains(out, "The key is not here"); code != 0 || told != (c == struct{ file, set, lies, says string }{file: without}) {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errOut)
		}
		if left := inside(t, data); c.lies == "" && (c.file == withKey) != (left["secret.key"] != "") {
			t.Errorf("%s: the key is %q", name, left["secret.key"])
		}
	}
}

// A backup of an earlier schema is restored, brought up to date and verified. The file
// was taken by the program of schema 24, of what seed makes, and stays as it is.
func TestEarlierBackupsAreRestored(t *testing.T) {
	t.Parallel()
	packed, err := os.Open("testdata/backup-of-schema-24.tar.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "earlier.tar")
	if err := backup.WriteFile(t.Context(), file, r); err != nil {
		t.Fatal(err)
	}
	_, env := fresh(t)
	for _, args := range [][]string{{"restore", file}, {"verify"}, {"check"}} {
		code, out, errOut := ends(t, env, args...)
		if code != 0 || args[0] != "check" && !strings.Contains(out, "Seed & Sons: 0 contracts with their logs, 6 files") {
			t.Errorf("foyer %v: exit %d\n%s%s", args, code, out, errOut)
		}
	}
}
