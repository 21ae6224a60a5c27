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
	Version string // such as 2026-11.en, or 2026-11-ours.en
	Text    string // {workspace} stands for the business
	Intent  string
}

// ConsentOf is the consent of a signatory in a language, in English where there is
// none. Who signs for the business agrees to other words than its clients.
func ConsentOf(who Signatory, language string) Consent {
	if intents[language] == "" {
		language = "en"
	}
	c := Consent{Version: consentNow + "." + language, Intent: intents[language]}
	if who.Side == Ours {
		c.Version = consentNow + "-ours." + language
	}
	if who.Role == Approver {
		c.Intent = approvals[language]
	}
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
