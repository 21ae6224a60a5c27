package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foyer/internal/kernel/backup"
	"foyer/internal/kernel/blob"
)

// taken is an installation with files of these sizes, and a backup of it.
func taken(t *testing.T, sizes ...int) (env []string, blobs []blob.Blob, file string) {
	t.Helper()
	env, blobs = withFiles(t, sizes...)
	file = filepath.Join(t.TempDir(), "foyer.tar")
	if code, out, errOut := ends(t, env, "backup", file); code != 0 {
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
	if status, _ := r.get(t, "/readyz"); status != 200 {
		t.Errorf("what was restored answers %d", status)
	}
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
	change(t, filepath.Join(data, "foyer.db"), `update goose_db_version set version_id = 24 where version_id = 99999`)
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

// The key is in a backup unless it is left out or is not in the data folder; then there
// has to be one where it is restored, and it has to be the same.
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
	if code, out, _ := ends(t, env, "backup", "--without-key", without); code != 0 || !strings.Contains(out, "key is not in it") {
		t.Fatalf("exit %d\n%s", code, out)
	}
	elsewhere := filepath.Join(dir, "elsewhere.tar")
	if code, out, _ := ends(t, append(slices.Clip(env), "FOYER_SECRET_KEY="+key), "backup", elsewhere); code != 0 || !strings.Contains(out, "key is not in it") {
		t.Fatalf("exit %d\n%s", code, out)
	}
	for _, file := range []string{without, elsewhere} {
		if all := unpack(t, file); all["secret.key"] != "" || strings.Contains(fmt.Sprint(all), key) {
			t.Errorf("%s has the key", file)
		}
		notRestored(t, "without a key", file, "without its key")
	}
	for name, c := range map[string]struct{ file, set, lies, says string }{
		"another one is set":             {withKey, other, "", "FOYER_SECRET_KEY is another key"},
		"another one lies there":         {withKey, "", other, "is another key"},
		"the same is set and lies there": {withKey, key, key, ""},
		"it is set":                      {without, key, "", ""},
		"it lies there":                  {without, "", key, ""},
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
		if code, out, errOut := ends(t, env, "restore", c.file); code != 0 {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errOut)
		}
		if left := inside(t, data); c.lies == "" && (c.file == withKey) != (left["secret.key"] != "") {
			t.Errorf("%s: the key is %q", name, left["secret.key"])
		}
	}
}

// part is a member of a backup with what is in it.
type part struct{ name, body string }

func parts(t *testing.T, file string) (m backup.Manifest, all []part) {
	t.Helper()
	r, err := backup.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		one, content, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Manifest, all
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, part{one.Name, string(body)})
	}
}

// forged is a backup that somebody wrote anew, so that its manifest fits its members.
func forged(t *testing.T, file string, forge func(m *backup.Manifest, all []part) []part) string {
	t.Helper()
	m, all := parts(t, file)
	all = forge(&m, all)
	m.Members = nil
	for _, one := range all {
		sum := sha256.Sum256([]byte(one.body))
		m.Members = append(m.Members, backup.Member{Name: one.name, Size: int64(len(one.body)), SHA256: hex.EncodeToString(sum[:])})
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, one := range append([]part{{"backup.json", string(text)}}, all...) {
		if err := w.WriteHeader(&tar.Header{Name: one.name, Size: int64(len(one.body)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, one.body); err != nil {
			t.Fatal(err)
		}
	}
	_ = w.Close()
	to := filepath.Join(t.TempDir(), "forged.tar")
	if err := os.WriteFile(to, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// altered is the database of a backup after a statement.
func altered(t *testing.T, body string, statements ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "altered.db")
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, one := range statements {
		change(t, file, one)
	}
	change(t, file, `pragma journal_mode = delete`)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A backup that was tampered with is not restored, though its own hashes fit, where
// anything in it does not fit the rest; nothing of it is left.
func TestTamperedBackupsAreNotRestored(t *testing.T) {
	t.Parallel()
	_, _, file := taken(t, 1000, 2000)
	database := func(statements ...string) string {
		return forged(t, file, func(_ *backup.Manifest, all []part) []part {
			all[0].body = altered(t, all[0].body, statements...)
			return all
		})
	}
	members := func(fn func(all []part) []part) string {
		return forged(t, file, func(_ *backup.Manifest, all []part) []part { return fn(all) })
	}
	rename := func(i int, name string) string {
		return members(func(all []part) []part { all[i].name = name; return all })
	}
	key := func() string { _, all := parts(t, file); return strings.TrimPrefix(all[2].name, "blobs/") }()
	workspace, rest, _ := strings.Cut(key, "/")
	for name, c := range map[string]struct{ file, says string }{
		"a file of other bytes": {members(func(all []part) []part { all[2].body = strings.Repeat("x", len(all[2].body)); return all }), "not those that were put"},
		"a file cut short":      {members(func(all []part) []part { all[2].body = all[2].body[1:]; return all }), "not those that were put"},
		"a file missing":        {members(func(all []part) []part { return all[:3] }), "1 files are missing"},
		"a file that nobody names": {members(func(all []part) []part {
			return append(all, part{"blobs/" + workspace + "/aa/" + strings.Repeat("a", 26), "x"})
		}), "no row names"},
		"a file twice":                {members(func(all []part) []part { return append(all, all[3]) }), "no row names"},
		"a way out":                   {rename(2, "blobs/../../../escaped"), "damaged"},
		"a way out of a workspace":    {rename(2, "blobs/"+workspace+"/../"+workspace+"/"+rest), "damaged"},
		"a way from the root":         {rename(2, "/blobs/"+key), "damaged"},
		"a file in a wrong place":     {rename(2, "blobs/"+workspace+"/zz/"+rest[3:]), "damaged"},
		"something else":              {members(func(all []part) []part { return append(all, part{"foyer.db-wal", "x"}) }), "damaged"},
		"no database":                 {members(func(all []part) []part { return all[1:] }), "damaged"},
		"a key at the end":            {members(func(all []part) []part { return append(all[:1:1], all[2], all[3], all[1]) }), "damaged"},
		"nothing at all":              {members(func([]part) []part { return nil }), "damaged"},
		"a database that is none":     {members(func(all []part) []part { all[0].body = strings.Repeat("no database ", 1000); return all }), "damaged"},
		"half a database":             {members(func(all []part) []part { all[0].body = all[0].body[:len(all[0].body)/2/4096*4096]; return all }), "damaged"},
		"a page of other bytes":       {members(func(all []part) []part { all[0].body = garbled(all[0].body); return all }), "not restored"},
		"another database":            {database(`drop table goose_db_version`), "damaged"},
		"a row less":                  {database(`delete from workspace_host`), "damaged"},
		"a row more":                  {database(`insert into goose_db_version (version_id, is_applied) values (1, 1)`), "damaged"},
		"a row that names none":       {database(`pragma foreign_keys = 0`, `update workspace_host set workspace_id = 'none'`), "not sound"},
		"a schema of tomorrow":        {forged(t, file, func(m *backup.Manifest, all []part) []part { m.Schema = 99999; return all }), "newer version"},
		"a schema that it has not":    {forged(t, file, func(m *backup.Manifest, all []part) []part { m.Schema--; return all }), "damaged"},
		"a schema of tomorrow inside": {database(`insert into goose_db_version (version_id, is_applied) values (99999, 1)`), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notRestored(t, name, c.file, c.says)
		})
	}
	if _, err := os.Lstat(filepath.Join(os.TempDir(), "escaped")); err == nil {
		t.Error("a member got out")
	}
}

// garbled is a database with a page in the middle of other bytes.
func garbled(body string) string {
	text := []byte(body)
	for i := len(text) / 2; i < len(text)/2+4096; i++ {
		text[i] ^= 0xff
	}
	return string(text)
}

// What is not as it was written is named by the restore, as foyer verify does.
func TestARestoreVerifies(t *testing.T) {
	t.Parallel()
	_, _, file := taken(t, 1000)
	data, env := fresh(t)
	wrong := forged(t, file, func(_ *backup.Manifest, all []part) []part {
		all[0].body = altered(t, all[0].body, `update document set latest_id = 'none'`)
		return all
	})
	code, out, errOut := ends(t, env, "restore", wrong)
	if code != 1 || !strings.Contains(out, "Studio:") || !strings.Contains(errOut, "not as it was written") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	if left := inside(t, data); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}
