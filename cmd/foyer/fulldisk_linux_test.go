package main

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A disk that becomes full ends a backup, and a restore, with one sentence, and nothing
// of them is left on it. It mounts a small disk, for which it has to be root, and is one
// of the soak alone.
func TestFullDiskLeavesNoHalfBackup(t *testing.T) {
	if os.Getenv("FOYER_TEST_SOAK") == "" || os.Geteuid() != 0 {
		t.Log("a small disk is mounted by root, in make soak")
		return
	}
	env, _, file := taken(t, 1<<20, 4<<20, 8<<20, 100, 0)
	for _, size := range []string{"64k", "1m", "2m", "4m", "8m", "14m"} {
		disk := filepath.Join(t.TempDir(), "disk")
		if err := errors.Join(os.Mkdir(disk, 0o700), syscall.Mount("tmpfs", disk, "tmpfs", 0, "size="+size)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
		oneSentence(t, env, "no backup was taken", "backup", filepath.Join(disk, "foyer.tar"))
		oneSentence(t, []string{"FOYER_DATA_DIR=" + filepath.Join(disk, "data")}, "was not restored", "restore", file)
		found, err := os.ReadDir(disk)
		if err != nil || len(found) > 0 {
			t.Errorf("on a disk of %s there is %v (%v)", size, found, err)
		}
	}
}
