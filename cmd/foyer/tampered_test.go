package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/internal/kernel/backup"
)

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
