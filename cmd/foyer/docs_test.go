package main

import (
	"os"
	"testing"
)

// docs/permissions.md is printed from the routes as they are registered.
func TestDocsFresh(t *testing.T) {
	t.Parallel()
	const page = "../../docs/permissions.md"
	want, err := permissions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("FOYER_TEST_REWRITE") != "" {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(page)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what the program prints; run make docs (%v)", page, err)
	}
}
