package mailtest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

//go:embed verify.py
var verifyScript string

// Verified tells of each mail, as it travelled, whether its DKIM signature holds
// for an implementation that is not ours, with what DNS says by name. Without one
// on this machine the test is passed over, unless FOYER_TEST_REQUIRE is set.
func Verified(tb testing.TB, records map[string]string, mails ...[]byte) []bool {
	tb.Helper()
	in, err := json.Marshal(map[string]any{"records": records, "mails": mails})
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(tb.Context(), python(tb), "-c", verifyScript)
	var out, trouble bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &trouble
	if err := cmd.Run(); err != nil {
		tb.Fatalf("%v\n%s", err, &trouble)
	}
	var holds []bool
	if err := json.Unmarshal(out.Bytes(), &holds); err != nil || len(holds) != len(mails) {
		tb.Fatalf("the verifier says %q (%v)", &out, err)
	}
	return holds
}

// python is an interpreter that knows dkimpy: Debian's package is of the system's
// alone, which need not be the first in the path.
func python(tb testing.TB) string {
	tb.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(tb.Context(), name, "-c", "import dkim").Run() == nil {
			return name
		}
	}
	const gone = "no python3 here has dkimpy (Debian: python3-dkim)"
	if os.Getenv("FOYER_TEST_REQUIRE") != "" {
		tb.Fatal(gone)
	}
	tb.Skip(gone)
	return ""
}
