package blob_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/blob/blobtest"
)

// TestNothingIsRemovedWhileItIsHeld holds that a hold of a folder keeps every Disk in it
// from removing, and no longer than it lasts.
func TestNothingIsRemovedWhileItIsHeld(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server, other := openDisk(t, dir), openDisk(t, dir)
	b := blobtest.Put(t, server, blobtest.WorkspaceA, []byte("kept"))
	held := hold(t, dir)
	for name, d := range map[string]*blob.Disk{"one": server, "another": other} {
		if err := d.Delete(t.Context(), b.Key); !errors.Is(err, blob.ErrHeld) {
			t.Errorf("%s gives %v", name, err)
		}
	}
	if got := blobtest.Read(t, server, b); string(got) != "kept" {
		t.Errorf("it is %q", got)
	}
	blobtest.Put(t, server, blobtest.WorkspaceA, []byte("written meanwhile"))
	ended, stop := context.WithCancel(t.Context())
	stop()
	if _, err := blob.Hold(ended, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("a second hold that was stopped gives %v", err)
	}
	synctest.Test(t, func(t *testing.T) { // so that waiting takes no time
		if _, err := blob.Hold(t.Context(), dir); !errors.Is(err, blob.ErrHeld) {
			t.Errorf("a second hold gives %v", err)
		}
	})
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if err := server.Delete(t.Context(), b.Key); err != nil {
		t.Errorf("after it: %v", err)
	}
}

// TestAHoldIsHadAmongRemovals holds that a hold does not starve while much is removed,
// that those who remove do not keep each other from it, and that while there is a hold
// nothing goes.
func TestAHoldIsHadAmongRemovals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := openDisk(t, dir)
	ended, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for ended.Err() == nil {
				b, err := d.Put(t.Context(), blobtest.WorkspaceA, strings.NewReader("x"), 1)
				if err != nil {
					t.Error(err)
					return
				}
				if err := d.Delete(t.Context(), b.Key); err != nil && !errors.Is(err, blob.ErrHeld) {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		held := hold(t, dir)
		before := keysIn(t, d)
		for key := range keysIn(t, d) {
			delete(before, key)
		}
		if len(before) > 0 {
			t.Errorf("%d went while it was held", len(before))
		}
		_ = held.Close()
	}
	stop()
	all.Wait()
}

func hold(t *testing.T, dir string) io.Closer {
	t.Helper()
	held, err := blob.Hold(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return held
}

func keysIn(t *testing.T, d *blob.Disk) map[string]blob.Info {
	t.Helper()
	list, err := d.List(t.Context(), blobtest.WorkspaceA, "", 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]blob.Info{}
	for _, one := range list {
		keys[one.Key] = one
	}
	return keys
}
