package change

import (
	"embed"
	"strings"
)

// Consents are what somebody agrees to who accepts a quote above the workspace's
// limit, by version and language. A text that was agreed to is never changed; another
// one gets another version.
//
//go:embed consent/*.txt
var consents embed.FS

// consentNow is the version that is agreed to from now on.
const consentNow = "2026-11"

// Consent is what somebody agrees to who accepts a quote.
type Consent struct {
	Version string // such as 2026-11.en
	Text    string // {workspace} stands for the business
}

// ConsentIn is the consent in a language, in English where there is none.
func ConsentIn(language string) Consent {
	if language != "de" {
		language = "en"
	}
	c := Consent{Version: consentNow + "." + language}
	content, err := consents.ReadFile("consent/" + c.Version + ".txt")
	if err != nil {
		panic(err) // the file is compiled in
	}
	c.Text = string(content)
	return c
}

// SHA256 is the hash of the text as it is kept, in hex.
func (c Consent) SHA256() string { return digest(c.Text) }

// Paragraphs are the text for a business, paragraph by paragraph.
func (c Consent) Paragraphs(workspace string) []string {
	return strings.Split(strings.TrimSpace(strings.ReplaceAll(c.Text, "{workspace}", workspace)), "\n\n")
}
