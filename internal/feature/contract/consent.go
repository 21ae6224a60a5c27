package contract

import (
	"embed"
	"strings"
)

// Consents are what signatories agree to, by version, side and language. A text that was
// agreed to is never changed; another one gets another version. What they say is
// what is asked for before consumers do business electronically (15 USC 7001(c)).
//
//go:embed consent/*.txt
var consents embed.FS

// consentNow is the version that is agreed to from now on.
const consentNow = "2026-11"

// intents say, next to the button, what pressing it means.
var intents = map[string]string{
	"en": "By choosing “Sign and agree” I sign this document and agree to be bound by it.",
	"de": "Mit „Unterschreiben und zustimmen“ unterschreibe ich dieses Dokument und bin daran gebunden.",
}

// approvals are what intents are for who approves.
var approvals = map[string]string{
	"en": "By choosing “Approve” I approve this document. My approval is no signature.",
	"de": "Mit „Zustimmen“ stimme ich diesem Dokument zu. Meine Zustimmung ist keine Unterschrift.",
}

// Languages are those that contracts and consents are in.
var Languages = []string{"en", "de"}

// Consent is what a signatory agrees to besides the contract.
type Consent struct {
	Version string // such as 2026-11.en, or 2026-11-approval-ours.en
	Text    string // {workspace} stands for the business
	Intent  string
}

// ConsentOf is the consent of a signatory in a language, in English where there is
// none. Who signs for the business agrees to other words than its clients, and who
// approves to other words than who signs.
func ConsentOf(who Signatory, language string) Consent {
	if intents[language] == "" {
		language = "en"
	}
	c := Consent{Version: consentNow, Intent: intents[language]}
	if who.Role == Approver {
		c.Version += "-approval"
		c.Intent = approvals[language]
	}
	if who.Side == Ours {
		c.Version += "-ours"
	}
	c.Version += "." + language
	text, err := consentText(c.Version)
	if err != nil {
		panic(err) // the file is compiled in
	}
	c.Text = text
	return c
}

// consentText is what a version says, of today or of before.
func consentText(version string) (string, error) {
	content, err := consents.ReadFile("consent/" + version + ".txt")
	return string(content), err
}

// SHA256 is the hash of the text as it is kept, in hex.
func (c Consent) SHA256() string { return digest(c.Text) }

// Paragraphs are the text for a business, paragraph by paragraph.
func (c Consent) Paragraphs(workspace string) []string {
	return strings.Split(strings.TrimSpace(strings.ReplaceAll(c.Text, "{workspace}", workspace)), "\n\n")
}
