package house

import (
	"context"
	"testing"

	"foyer/internal/kernel/blob"
	"foyer/internal/server"
)

// FilesVariable is the variable by which a child of a test is told the address of its
// parent's store of files, where it is not in the folder of its data.
const FilesVariable = "FOYER_TEST_FILES"

// Leave closes the house, so that another process can serve it. Until Return it has no
// Server.
func (h *House) Leave(t testing.TB) {
	t.Helper()
	must(t, h.Close(context.WithoutCancel(t.Context())))
	h.Server = nil
}

// Return opens the house again.
func (h *House) Return(t testing.TB) {
	t.Helper()
	h.moveIn(t)
}

// MoveFiles copies all files to the store of an address, and uses that from now on.
func (h *House) MoveFiles(t testing.TB, address string) {
	t.Helper()
	to, err := blob.Open(t.Context(), address)
	must(t, err)
	must(t, h.MoveBlobs(t.Context(), to, func(of string, m blob.Moved) {
		if len(m.Broken) > 0 {
			t.Errorf("%s: %v", of, m.Broken)
		}
	}))
	must(t, to.Close())
	h.Leave(t)
	h.Files = address
	h.Return(t)
}

// Verified fails the test when anything of any workspace, its files among it, is not
// what its rows say.
func (h *House) Verified(t testing.TB) (files int) {
	t.Helper()
	must(t, h.Verify(t.Context(), func(c server.Checked) {
		files += c.Files
		for _, wrong := range c.Wrong {
			t.Errorf("%s: %s", c.Workspace, wrong)
		}
	}))
	return files
}
