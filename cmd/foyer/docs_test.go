package main

import (
	"os"
	"testing"
)

// docs/permissions.md is printed from the routes as they are registered.
func TestDocsFresh(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"notifications", "permissions"} {
		file := "../../docs/" + name + ".md"
		want, err := page(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if os.Getenv("FOYER_TEST_REWRITE") != "" {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil || string(got) != want {
			t.Errorf("%s is not what the program prints; run make docs (%v)", file, err)
		}
	}
}
