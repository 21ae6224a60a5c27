package mail_test

import (
	"strings"
	"testing"

	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
)

func TestNormalizeAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ana@example.com":                    "ana@example.com",
		"  Ana.Bell+Foyer@Example.COM ":      "ana.bell+foyer@example.com",
		"o'neil&co!#$%*/=?^_`{|}~-@a-b.test": "o'neil&co!#$%*/=?^_`{|}~-@a-b.test",
		"anna@ПРИМЕР.рф":                     "anna@xn--e1afmkfd.xn--p1ai",
		"anna@xn--e1afmkfd.xn--p1ai":         "anna@xn--e1afmkfd.xn--p1ai",
		"АННА@bücher.example":                "анна@xn--bcher-kva.example",
		"jose\u0301@example.com":             "jos\u00e9@example.com",
		"JOSE\u0301@example.com":             "jos\u00e9@example.com",
		"\u212aate@example.com":              "kate@example.com", // Kelvin sign
		"ana@straße.example":                 "ana@xn--strae-oqa.example",
		"ana@example。com":                    "ana@example.com",
		"😀@example.com":                      "😀@example.com",
		"a@a.b.c.d.example":                  "a@a.b.c.d.example",
		strings.Repeat("a", 64) + "@b.test":  strings.Repeat("a", 64) + "@b.test",
	} {
		got, err := mail.NormalizeAddress(text)
		if err != nil || got != want {
			t.Errorf("%q gives %q (%v), want %q", text, got, err, want)
		}
		if again, err := mail.NormalizeAddress(got); err != nil || again != got {
			t.Errorf("the key %q gives %q (%v)", got, again, err)
		}
	}
}

// badAddresses are refused everywhere, with the key of the sentence.
var badAddresses = map[string]string{
	"":                                         "empty",
	" \u00a0 ":                                 "empty",
	"ana":                                      "form",
	"@example.com":                             "form",
	"ana@":                                     "domain",
	"ana@example":                              "domain",
	"ana@@example.com":                         "form",
	"ana@x@example.com":                        "form",
	"a b@example.com":                          "form",
	"ana@exa mple.com":                         "domain",
	"ana@example.com, bo@example.com":          "form",
	"ana@example.com;bo@example.com":           "form",
	".ana@example.com":                         "form",
	"ana.@example.com":                         "form",
	"a..b@example.com":                         "form",
	"<script>@example.com":                     "form",
	`"ana bell"@example.com`:                   "form",
	"ana@[127.0.0.1]":                          "domain",
	"ana@127.0.0.1":                            "domain",
	"ana@-a.test":                              "domain",
	"ana@a-.test":                              "domain",
	"ana@a_b.test":                             "domain",
	"ana@example..com":                         "domain",
	"ana@.example.com":                         "domain",
	"ana@example.com.":                         "domain",
	"ana@xn--a.test":                           "domain",
	"ana@exam\u00adple.com":                    "domain",
	"a\u200bna@example.com":                    "form",
	"\u202eana@example.com":                    "form",
	"ana@example.com\r\nBcc: eve@x.test":       "control",
	"ana@example.com\n":                        "control",
	"\tana@example.com":                        "control",
	"an\x00a@example.com":                      "control",
	"an\u0085a@example.com":                    "control",
	"an\u2028a@example.com":                    "control",
	"an\xffa@example.com":                      "control",
	strings.Repeat("a", 65) + "@b.test":        "long",
	"ana@" + strings.Repeat("b", 64) + ".test": "domain",
	strings.Repeat("a", 60) + "@" + strings.Repeat("b.", 98) + "test":        "long",
	"ana@" + manyLetters(200_000) + ".test":                                  "long",
	strings.Repeat("Ⱥ", 32) + "@b.test" /* 2 bytes each, 3 in lower case */ : "long",
}

// manyLetters is a label of different letters, the slowest for punycode.
func manyLetters(n int) string {
	letters := make([]rune, n)
	for i := range letters {
		letters[i] = rune(0x4e00 + i%20_000)
	}
	return string(letters)
}

func TestBadAddresses(t *testing.T) {
	t.Parallel()
	for text, key := range badAddresses {
		key = "mail.address." + key
		_, normal := mail.NormalizeAddress(text)
		_, made := mail.NewAddress("Ana", text)
		for name, err := range map[string]error{"NormalizeAddress": normal, "NewAddress": made} {
			p, ok := problem.As(err)
			if !ok || p.Kind != problem.Invalid || p.Message.Key != key {
				t.Errorf("%s(%q): %v, want %s", name, text, err, key)
			}
		}
		if a, err := mail.ParseAddress(text); !problem.Is(err, problem.Invalid) {
			t.Errorf("ParseAddress(%q) = %v, %v", text, a, err)
		}
		if !lang.Has(key) {
			t.Errorf("the catalogue does not say %s", key)
		}
	}
}

func TestParseAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]mail.Address{
		"ana@example.com":                          {Addr: "ana@example.com"},
		" Ana@Example.com ":                        {Addr: "Ana@Example.com"},
		"Ana Bell <ana@example.com>":               {Name: "Ana Bell", Addr: "ana@example.com"},
		"<ana@example.com>":                        {Addr: "ana@example.com"},
		`"Bell, Ana" <ana@example.com>`:            {Name: "Bell, Ana", Addr: "ana@example.com"},
		"Ана <anna@пример.рф>":                     {Name: "Ана", Addr: "anna@пример.рф"},
		"=?utf-8?q?Ana_B=C3=A9l?= <a@example.com>": {Name: "Ana Bél", Addr: "a@example.com"},
	} {
		if got, err := mail.ParseAddress(text); err != nil || got != want {
			t.Errorf("%q gives %#v (%v), want %#v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"Ana <ana@example.com>, Bo <bo@example.com>", "Ana <ana@example.com", "Ana ana@example.com>", "Ana <>",
		"Ana\r\nBcc: eve@example.com <ana@example.com>", "Ana <ana@example.com>\r\n",
		"=?utf-8?q?Ana=0D=0ABcc:_eve?= <ana@example.com>",
	} {
		if got, err := mail.ParseAddress(text); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q gives %#v (%v), want a refusal", text, got, err)
		}
	}
}

func TestNewAddressRefusesNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Ana\r\nBcc: x", "Ana\n", "A\x00na", "\u2029", "\xc3"} {
		if _, err := mail.NewAddress(name, "ana@example.com"); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if !lang.Has("mail.name.control") {
		t.Error("the catalogue lacks the sentence")
	}
}

// FuzzAddress holds that whatever is accepted has one stable key, and a header
// form on one line that reads back as the same address.
func FuzzAddress(f *testing.F) {
	for text := range badAddresses {
		f.Add("Ana", text)
	}
	f.Add(`a"b\<c>`, "Ana@Bücher.example")
	f.Add("=?utf-8?q?=0A?=", "İI\u0307ẞ@example.com")
	f.Fuzz(func(t *testing.T, name, text string) {
		a, err := mail.NewAddress(name, text)
		key, normal := mail.NormalizeAddress(text)
		if err != nil {
			if p, ok := problem.As(err); !ok || p.Message.Key != "mail.name.control" && normal == nil {
				t.Fatalf("the two disagree on %q: %v, %v", text, err, normal)
			}
			return
		}
		if normal != nil {
			t.Fatalf("accepted %q without a key: %v", text, normal)
		}
		for _, spelling := range []string{key, a.Addr, strings.ToUpper(key), " " + text} {
			again, err := mail.NormalizeAddress(spelling)
			if upper := spelling == strings.ToUpper(key) && !isASCII(key); !upper && (err != nil || again != key) {
				t.Fatalf("%q: spelling %q has the key %q (%v), not %q", text, spelling, again, err, key)
			}
		}
		if line := a.String(); strings.ContainsAny(line, "\r\n\x00") {
			t.Fatalf("header form %q", line)
		}
		back, err := mail.ParseAddress(a.String())
		if err != nil {
			t.Fatalf("%q does not read back: %v", a.String(), err)
		}
		if backKey, err := mail.NormalizeAddress(back.Addr); err != nil || backKey != key {
			t.Fatalf("%q reads back as %q (%v)", text, backKey, err)
		}
	})
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
