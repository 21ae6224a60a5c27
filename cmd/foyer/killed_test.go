package main

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foyer/internal/kernel/config"
	"foyer/internal/server"
)

// kills are how often each of the programs below is killed.
func kills() int {
	if os.Getenv("FOYER_TEST_SOAK") != "" {
		return 60
	}
	return 6
}

// killed starts the program and kills it once it has written so many bytes below a
// folder, unless it has ended by then.
func killed(t *testing.T, cmd *exec.Cmd, below string, bytes int64) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{}, 1)
	go func() {
		_ = cmd.Wait() // it was killed
		done <- struct{}{}
	}()
	for weigh(below) < bytes && len(done) == 0 {
	}
	_ = cmd.Process.Kill()
	<-done
}

// weigh is how large the files below a folder are.
func weigh(dir string) (bytes int64) {
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			bytes += info.Size()
		}
		return nil
	})
	return bytes
}

// A backup that is killed at any moment leaves no file of its name or a whole one, and
// the next takes away what it left.
func TestBackupSurvivesBeingKilled(t *testing.T) {
	t.Parallel()
	env, _, whole := taken(t, 1<<20, 4<<20, 8<<20, 100, 0, 16<<20)
	size, broken := weigh(filepath.Dir(whole)), 0
	for i := range kills() {
		file := filepath.Join(t.TempDir(), "foyer.tar")
		at := size * int64(i) / int64(kills()-1)
		killed(t, foyer(t, env, "backup", file), filepath.Dir(file), at)
		if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) {
			broken++
			if code, out, errOut := ends(t, env, "backup", file); code != 0 {
				t.Errorf("after it was killed at %d bytes: exit %d\n%s%s", at, code, out, errOut)
			}
			if left := inside(t, filepath.Dir(file)); len(left) != 1 {
				t.Errorf("killed at %d bytes and taken again, there is %d", at, len(left))
			}
		}
		_, there := fresh(t)
		if code, out, errOut := ends(t, there, "restore", file); code != 0 {
			t.Errorf("killed at %d bytes, what there is cannot be restored: exit %d\n%s%s", at, code, out, errOut)
		}
	}
	if broken == 0 {
		t.Error("none was killed before its end")
	}
}

// A restore that is killed at any moment leaves nothing that is served, and the next
// one begins anew.
func TestRestoreSurvivesBeingKilled(t *testing.T) {
	t.Parallel()
	_, blobs, file := taken(t, 1<<20, 4<<20, 8<<20, 100, 0, 16<<20)
	broken := 0
	for i := range kills() {
		data, env := fresh(t)
		at := weigh(filepath.Dir(file)) * int64(i) / int64(kills()-1)
		killed(t, foyer(t, env, "restore", file), data, max(at, 1))
		if _, err := os.Lstat(filepath.Join(data, "foyer.db")); errors.Is(err, fs.ErrNotExist) {
			broken++
			for _, command := range []string{"check", "verify", "migrate", "serve"} {
				oneSentence(t, append(env, "FOYER_LISTEN=127.0.0.1:0"), "foyer restore", command)
				if t.Failed() {
					return // rather than serve for ever
				}
			}
			if code, out, errOut := ends(t, env, "restore", file); code != 0 {
				t.Errorf("after it was killed at %d bytes: exit %d\n%s%s", at, code, out, errOut)
			}
		}
		if code, out, errOut := ends(t, env, "verify"); code != 0 || !strings.Contains(out, "6 files") {
			t.Errorf("killed at %d bytes and restored: exit %d\n%s%s", at, code, out, errOut)
		}
		if left := inside(t, data); len(left) != len(blobs)+2 {
			t.Errorf("killed at %d bytes and restored, there is %d", at, len(left))
		}
	}
	if broken == 0 {
		t.Error("none was killed before its end")
	}
}

// What a restore that was broken off left is known by a mark where it is: files
// elsewhere are not taken for it, and nothing is served where the mark is.
func TestARestoreClearsNoOtherFolder(t *testing.T) {
	t.Parallel()
	_, _, file := taken(t, 1000)
	data, env := fresh(t)
	left, other := t.TempDir(), t.TempDir()
	with := func(env []string, files string) []string {
		return append(slices.Clip(env), "FOYER_BLOB_URL=file:"+files)
	}
	for name, text := range map[string]string{data + "/foyer.db.restoring": "half", left + "/.restoring": "", left + "/half": "half", other + "/good": "mine"} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	oneSentence(t, with(env, other), "restored where nothing is", "restore", file)
	if all := inside(t, other); all["good"] != "mine" || len(all) != 1 {
		t.Errorf("of another folder there is %v", all)
	}
	_, elsewhere := fresh(t)
	oneSentence(t, with(elsewhere, left), "foyer restore", "verify")
	if code, out, errOut := ends(t, with(env, left), "restore", file); code != 0 {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	if all := inside(t, left); len(all) != 1 || len(inside(t, data)) != 2 {
		t.Errorf("there is %v", all)
	}
}

// What a restore puts in its last step is never half there, and replaces nothing that came
// while it verified.
func TestTheLastStepOfARestore(t *testing.T) {
	t.Parallel()
	_, _, file := taken(t, 1000)
	data, env := fresh(t)
	db, key := filepath.Join(data, "foyer.db"), filepath.Join(data, "secret.key")
	write := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if err := errors.Join(os.MkdirAll(data, 0o700), os.WriteFile(name, []byte("mine"), 0o600)); err != nil {
				t.Error(err)
			}
		}
	}
	conf, err := config.Load(env)
	if err != nil {
		t.Fatal(err)
	}
	restore := func(meanwhile func()) error {
		o := server.Options{Config: conf, Log: slog.New(slog.DiscardHandler)}
		_, err := server.RestoreBackup(t.Context(), o, file, func(server.Checked) { meanwhile() })
		return err
	}
	err = restore(func() { write(db) })
	if err == nil || !strings.Contains(err.Error(), "restored where nothing is") {
		t.Errorf("a database that came meanwhile gives %v", err)
	}
	if text, err := os.ReadFile(db); string(text) != "mine" || len(inside(t, data)) != 1 {
		t.Errorf("it is %d bytes, among %v (%v)", len(text), inside(t, data), err)
	}
	if err := os.Remove(db); err != nil {
		t.Fatal(err)
	}
	write(key + ".restoring")
	oneSentence(t, env, "secret.key.restoring", "restore", file) // nobody knows whose it is
	write(db + ".restoring")
	err = restore(func() {
		if _, err := os.Lstat(key + ".restoring"); err == nil {
			t.Error("half a key stays while files are verified")
		}
		if err := errors.Join(os.Mkdir(key+".restoring", 0o700), os.WriteFile(key+".restoring/full", nil, 0o600)); err != nil {
			t.Error(err)
		}
	})
	if _, there := os.Lstat(key); err == nil || there == nil {
		t.Errorf("a key that cannot be written beside its name gives %v, %v", err, there)
	}
}

// Two restores into one folder at once: one has it, and the other says so and harms
// nothing.
func TestTwoRestoresAtOnce(t *testing.T) {
	t.Parallel()
	_, _, file := taken(t, 4<<20, 8<<20)
	data, env := fresh(t)
	first, second := foyer(t, env, "restore", file), foyer(t, env, "restore", file)
	if err := errors.Join(first.Start(), second.Start()); err != nil {
		t.Fatal(err)
	}
	one, other := first.Wait(), second.Wait()
	if (one == nil) == (other == nil) {
		t.Errorf("they end with %v and %v", one, other)
	}
	if code, out, errOut := ends(t, env, "verify"); code != 0 || !strings.Contains(out, "2 files") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	if left := inside(t, data); len(left) != 4 {
		t.Errorf("there is %d", len(left))
	}
}
