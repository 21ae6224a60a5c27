package secret_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"foyer/internal/kernel/secret"
)

func load(t *testing.T, text, dir string) secret.Box {
	t.Helper()
	box, err := secret.Load(text, dir)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// agree tells whether what one seals the other opens.
func agree(a, b secret.Box) bool {
	got, err := b.Open(place, a.Seal(place, plain))
	return err == nil && got == plain
}

func TestTheFirstStartMakesTheKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := load(t, "", dir)
	info, err := os.Stat(filepath.Join(dir, "secret.key"))
	if err != nil || info.Mode() != 0o600 {
		t.Fatalf("the file is %v, %v", info, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "secret.key"))
	if err != nil || !regexp.MustCompile(`^[0-9a-f]{64}\n$`).Match(text) {
		t.Errorf("the file says %q, %v", text, err)
	}
	if !agree(first, load(t, "", dir)) {
		t.Error("the second start has another key")
	}
	if !agree(first, load(t, strings.TrimSpace(string(text)), t.TempDir())) {
		t.Error("the key of the file is not the one that was used")
	}
	if agree(first, load(t, "", t.TempDir())) {
		t.Error("two installations have one key")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
}

func TestAGivenKeyNeedsNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	load(t, strings.Repeat("0a", 32), dir)
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
	one := load(t, "", dir)
	if other := load(t, strings.Repeat("0a", 32), dir); agree(one, other) {
		t.Error("the file counts for more than what is given")
	}
}

func TestTwoStartsAtOnceGetOneKey(t *testing.T) {
	t.Parallel()
	for range 20 {
		dir := t.TempDir()
		boxes, errs := make([]secret.Box, 8), make([]error, 8)
		start := make(chan struct{})
		var all sync.WaitGroup
		for i := range boxes {
			all.Go(func() {
				<-start
				boxes[i], errs[i] = secret.Load("", dir)
			})
		}
		close(start)
		all.Wait()
		for i, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
			if !agree(boxes[0], boxes[i]) {
				t.Fatal("two starts have two keys")
			}
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Fatalf("the folder has %v, %v", entries, err)
		}
	}
}

// sentence holds that an error is one sentence with what to do in it.
func sentence(t *testing.T, name string, err error, says string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%s: %v, want %q", name, err, says)
	}
}

func TestAKeyThatOthersMayReadIsRefused(t *testing.T) {
	t.Parallel()
	for mode, good := range map[os.FileMode]bool{
		0o600: true, 0o400: true, 0o640: false, 0o604: false, 0o620: false, 0o602: false, 0o644: false, 0o666: false,
	} {
		dir := t.TempDir()
		load(t, "", dir)
		file := filepath.Join(dir, "secret.key")
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		_, err := secret.Load("", dir)
		if good && err != nil {
			t.Errorf("%o: %v", mode, err)
		}
		if !good {
			sentence(t, mode.String(), err, "chmod 600 "+file)
		}
	}
}

func TestABadKeyIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "secret@", strings.Repeat("ab", 31), strings.Repeat("ab", 32) + "\n" + strings.Repeat("ab", 32)} {
		dir := t.TempDir()
		file := filepath.Join(dir, "secret.key")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := secret.Load("", dir)
		sentence(t, text, err, "is damaged")
		if text == "secret@" && strings.Contains(err.Error(), text) {
			t.Errorf("the error says what is in the file: %v", err)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != text {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
}

func TestBadDaysAreOneSentence(t *testing.T) {
	t.Parallel()
	_, err := secret.Load("hunter2", t.TempDir())
	sentence(t, "a given key that is none", err, "openssl rand -hex 32")
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error says the key: %v", err)
	}
	_, err = secret.Load("", filepath.Join(t.TempDir(), "none"))
	sentence(t, "no folder", err, "cannot be made")
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "secret.key"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err = secret.Load("", dir)
	sentence(t, "a folder", err, "it is no file")
	// A name that leads nowhere is a disk that is not there, and no first start.
	dir = t.TempDir()
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), filepath.Join(dir, "secret.key")); err != nil {
		t.Fatal(err)
	}
	_, err = secret.Load("", dir)
	sentence(t, "a link that leads nowhere", err, "cannot be read")
}
