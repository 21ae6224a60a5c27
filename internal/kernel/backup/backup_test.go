package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/backup"
)

// contents are the members of the backups below.
var contents = map[string]string{"a": "first", "b/c": strings.Repeat("second ", 10_000), "d": ""}

func manifest() backup.Manifest {
	m := backup.Manifest{Program: "test", Schema: 24, Taken: time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC), Rows: map[string]int64{"client": 3}}
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		sum := sha256.Sum256([]byte(contents[name]))
		m.Members = append(m.Members, backup.Member{Name: name, Size: int64(len(contents[name])), SHA256: hex.EncodeToString(sum[:])})
	}
	return m
}

func opened(one backup.Member) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(contents[one.Name])), nil
}

// written is a whole backup.
func written(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := backup.Write(t.Context(), &b, manifest(), opened); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read reads a backup to its end.
func read(t *testing.T, file []byte) (backup.Manifest, map[string]string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := backup.Open(path)
	if err != nil {
		return backup.Manifest{}, nil, err
	}
	defer r.Close()
	got := map[string]string{}
	for {
		one, content, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Manifest, got, nil
		}
		if err != nil {
			return r.Manifest, got, err
		}
		text, err := io.ReadAll(content)
		if err != nil {
			return r.Manifest, got, err
		}
		got[one.Name] = string(text)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	m, got, err := read(t, written(t))
	want := manifest()
	want.Format = backup.Format
	if err != nil || !maps.Equal(got, contents) {
		t.Errorf("%d members came back (%v)", len(got), err)
	}
	if !slices.Equal(m.Members, want.Members) || m.Schema != want.Schema || m.Program != want.Program || !m.Taken.Equal(want.Taken) || !maps.Equal(m.Rows, want.Rows) || m.Size() != 70_005 {
		t.Errorf("the manifest is %+v", m)
	}
}

// entry is one of a tar, as somebody changed it.
type entry struct {
	tar.Header
	body string
}

// unpacked are the entries of a backup.
func unpacked(t *testing.T, file []byte) (all []entry) {
	t.Helper()
	for r := tar.NewReader(bytes.NewReader(file)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entry{*h, string(body)})
	}
}

func packed(t *testing.T, all []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range all {
		e.Size = int64(len(e.body))
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// edited is a manifest with something changed.
func edited(t *testing.T, text string, change func(*backup.Manifest)) string {
	t.Helper()
	var m backup.Manifest
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	change(&m)
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestWhatIsNotABackup holds that each thing that somebody or something did to a backup
// is told.
func TestWhatIsNotABackup(t *testing.T) {
	t.Parallel()
	file := written(t)
	change := func(fn func(all []entry) []entry) []byte { return packed(t, fn(unpacked(t, file))) }
	manifest := func(fn func(*backup.Manifest)) []byte {
		return change(func(all []entry) []entry { all[0].body = edited(t, all[0].body, fn); return all })
	}
	link := func(kind byte, to string) []byte {
		return change(func(all []entry) []entry { all[1].Typeflag, all[1].Linkname, all[1].body = kind, to, ""; return all })
	}
	rename := func(name string) []byte {
		return change(func(all []entry) []entry { all[1].Name = name; return all })
	}
	for name, one := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":                       {nil, backup.ErrForeign},
		"text":                          {[]byte(strings.Repeat("not a tar ", 1000)), backup.ErrForeign},
		"zeros":                         {make([]byte, 10_240), backup.ErrForeign},
		"a tar of something else":       {packed(t, []entry{{tar.Header{Name: "README", Mode: 0o600}, "hello"}}), backup.ErrForeign},
		"a link for a manifest":         {packed(t, []entry{{tar.Header{Name: "backup.json", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, ""}}), backup.ErrForeign},
		"no manifest":                   {change(func(all []entry) []entry { return all[1:] }), backup.ErrForeign},
		"a manifest in the middle":      {change(func(all []entry) []entry { return append(all[1:], all[0]) }), backup.ErrForeign},
		"a manifest that is none":       {change(func(all []entry) []entry { all[0].body = "[]"; return all }), backup.ErrDamaged},
		"half a manifest":               {change(func(all []entry) []entry { all[0].body = all[0].body[:100]; return all }), backup.ErrDamaged},
		"no format":                     {manifest(func(m *backup.Manifest) { m.Format = 0 }), backup.ErrDamaged},
		"a later format":                {manifest(func(m *backup.Manifest) { m.Format = 2 }), backup.ErrLater},
		"another hash":                  {manifest(func(m *backup.Manifest) { m.Members[1].SHA256 = m.Members[0].SHA256 }), backup.ErrDamaged},
		"another size":                  {manifest(func(m *backup.Manifest) { m.Members[1].Size++ }), backup.ErrDamaged},
		"a member less in the manifest": {manifest(func(m *backup.Manifest) { m.Members = m.Members[:2] }), backup.ErrDamaged},
		"a member more in the manifest": {manifest(func(m *backup.Manifest) { m.Members = append(m.Members, m.Members[0]) }), backup.ErrDamaged},
		"a member missing":              {change(func(all []entry) []entry { return slices.Delete(all, 2, 3) }), backup.ErrDamaged},
		"the last member missing":       {change(func(all []entry) []entry { return all[:3] }), backup.ErrDamaged},
		"a member twice":                {change(func(all []entry) []entry { return append(all[:2], all[1:]...) }), backup.ErrDamaged},
		"a member more":                 {change(func(all []entry) []entry { return append(all, entry{tar.Header{Name: "e", Mode: 0o600}, "x"}) }), backup.ErrDamaged},
		"members in another order":      {change(func(all []entry) []entry { all[1], all[2] = all[2], all[1]; return all }), backup.ErrDamaged},
		"another byte":                  {change(func(all []entry) []entry { all[2].body = "S" + all[2].body[1:]; return all }), backup.ErrDamaged},
		"a shorter member":              {change(func(all []entry) []entry { all[2].body = all[2].body[1:]; return all }), backup.ErrDamaged},
		"a way out":                     {rename("../../a"), backup.ErrDamaged},
		"a way from the root":           {rename("/a"), backup.ErrDamaged},
		"a symbolic link":               {link(tar.TypeSymlink, "/etc/passwd"), backup.ErrDamaged},
		"a hard link":                   {link(tar.TypeLink, "/etc/passwd"), backup.ErrDamaged},
		"a folder":                      {link(tar.TypeDir, ""), backup.ErrDamaged},
		"a device":                      {link(tar.TypeChar, ""), backup.ErrDamaged},
		"something after the end":       {append(slices.Clone(file), "more"...), backup.ErrDamaged},
	} {
		if _, _, err := read(t, one.file); !errors.Is(err, one.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s gives %v, want %v", name, err, one.want)
		}
	}
	for size := 0; size < len(file); size += 512 {
		if _, _, err := read(t, file[:size]); err == nil {
			t.Errorf("of %d bytes the first %d are a backup", len(file), size)
		}
	}
}

// TestEveryByteCounts changes one byte after the other: each change is told, or what is
// read is what was written.
func TestEveryByteCounts(t *testing.T) {
	t.Parallel()
	file := written(t)
	told := 0
	for at := 0; at < len(file); at += 97 {
		changed := slices.Clone(file)
		changed[at] ^= 1
		if _, got, err := read(t, changed); err != nil {
			told++
		} else if !maps.Equal(got, contents) {
			t.Errorf("byte %d is another, and so is what is read", at)
		}
	}
	if told*10 < len(file)/97*9 {
		t.Errorf("of %d changes %d were told", len(file)/97, told)
	}
}

func TestWriteHoldsMembersToTheManifest(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"other bytes": "frist", "less": "firs", "more": "first.", "nothing": ""} {
		err := backup.Write(t.Context(), io.Discard, manifest(), func(one backup.Member) (io.ReadCloser, error) {
			if one.Name == "a" {
				return io.NopCloser(strings.NewReader(text)), nil
			}
			return opened(one)
		})
		if !errors.Is(err, backup.ErrChanged) || !strings.HasPrefix(err.Error(), "a: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	gone := errors.New("gone")
	if err := backup.Write(t.Context(), io.Discard, manifest(), func(backup.Member) (io.ReadCloser, error) { return nil, gone }); !errors.Is(err, gone) {
		t.Errorf("a member that does not open: %v", err)
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	if err := backup.Write(ended, io.Discard, manifest(), opened); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

// names are those in a folder.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found {
		all = append(all, e.Name())
	}
	return all
}

func TestAFileAppearsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "new")
	half := func(w io.Writer, scratch string) error {
		if _, err := io.WriteString(w, "half"); err != nil {
			return err
		}
		if err := os.WriteFile(scratch, []byte("database"), 0o600); err != nil {
			return err
		}
		if _, err := os.Lstat(path); err == nil {
			t.Error("it is there before it is whole")
		}
		return nil
	}
	full := errors.New("the disk is full")
	if err := backup.Create(path, func(w io.Writer, scratch string) error { return errors.Join(half(w, scratch), full) }); !errors.Is(err, full) {
		t.Errorf("what fails gives %v", err)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("what fails leaves %v", left)
	}
	// As after a crash.
	if err := errors.Join(os.Mkdir(path+".part", 0o700), os.WriteFile(path+".part/backup.tar", []byte("old"), 0o600), os.WriteFile(path+".part/copy.db", nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := backup.Create(path, half); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 || info.Size() != 4 || len(names(t, dir)) != 1 {
		t.Errorf("it is %v, among %v (%v)", info, names(t, dir), err)
	}
}

func TestNothingIsReplaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken")
	fill := func(io.Writer, string) error { return nil }
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "x.part"), 0o700), os.WriteFile(filepath.Join(dir, "x.part", "notes"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{"taken": "already", "link": "already", "": "already", "none/new": "cannot be written to", "taken/new": "cannot be written", "x": "x.part"} {
		if err := backup.Create(filepath.Join(dir, name), fill); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q gives %v, want %q", name, err, says)
		}
	}
	late := filepath.Join(dir, "late")
	err := backup.Create(late, func(io.Writer, string) error { return os.WriteFile(late, []byte("mine"), 0o600) })
	if text, _ := os.ReadFile(late); err == nil || string(text) != "mine" {
		t.Errorf("what came meanwhile is %q (%v)", text, err)
	}
	if text, _ := os.ReadFile(taken); string(text) != "mine" {
		t.Errorf("what was there is %q", text)
	}
	if left := names(t, dir); !slices.Equal(left, []string{"late", "link", "taken", "x.part"}) {
		t.Errorf("there is %v", left)
	}
}

// What lies where Create works and is not what it leaves there stays: a link to a data
// folder, one itself, and what else is beside its own.
func TestNothingElseIsCleared(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	live := filepath.Join(dir, "live")
	for _, name := range []string{"live/foyer.db", "live/backup.tar", "real.part/foyer.db", "more.part/backup.tar", "more.part/notes", "file.part"} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte("mine"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink(live, filepath.Join(dir, "link.part")), os.Symlink("nowhere", filepath.Join(dir, "lost.part"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"real", "more", "file", "link", "lost"} {
		err := backup.Create(filepath.Join(dir, name), func(io.Writer, string) error { return nil })
		if err == nil || !strings.Contains(err.Error(), name+".part, which no backup left") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s gives %v", name, err)
		}
	}
	for _, name := range []string{"live/foyer.db", "live/backup.tar", "link.part/foyer.db", "real.part/foyer.db", "more.part/backup.tar", "more.part/notes", "file.part"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); string(text) != "mine" {
			t.Errorf("%s is %q (%v)", name, text, err)
		}
	}
	if left := names(t, dir); len(left) != 6 {
		t.Errorf("there is %v", left)
	}
}

// Two that write to one path at once, of two installations, do not mix.
func TestOneWritesToAPath(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new")
	write := func(text string) func(io.Writer, string) error {
		return func(w io.Writer, _ string) error { _, err := io.WriteString(w, text); return err }
	}
	err := backup.Create(path, func(w io.Writer, scratch string) error {
		if err := backup.Create(path, write("second")); err == nil || !strings.Contains(err.Error(), "another backup") {
			t.Errorf("the second gives %v", err)
		}
		if _, err := os.Stat(scratch); err != nil {
			t.Errorf("the second takes away what is the first's: %v", err)
		}
		return write("first")(w, scratch)
	})
	if text, _ := os.ReadFile(path); err != nil || string(text) != "first" {
		t.Errorf("it is %q (%v)", text, err)
	}
}

// What took the name at the last moment stays, also where a file system has no links,
// as there are none to folders.
func TestTheLastStepReplacesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.WriteFile(at("whole"), nil, 0o600), os.Mkdir(at("unlinked"), 0o700), os.WriteFile(at("taken"), []byte("mine"), 0o600), os.Mkdir(at("empty"), 0o700)); err != nil {
		t.Fatal(err)
	}
	for whole, to := range map[string]string{"whole": "taken", "unlinked": "empty"} {
		if err := backup.Publish(at(whole), at(to)); err == nil || !strings.Contains(err.Error(), "already") {
			t.Errorf("%s over %s gives %v", whole, to, err)
		}
		if err := backup.Publish(at(whole), at(whole+" new")); err != nil {
			t.Errorf("%s gives %v", whole, err)
		}
	}
	if text, _ := os.ReadFile(at("taken")); string(text) != "mine" {
		t.Errorf("what was there is %q", text)
	}
	if _, err := os.Stat(at("unlinked new")); err != nil {
		t.Error(err)
	}
}
