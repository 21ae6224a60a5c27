package lang_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/lang"
)

// translations are the offered languages but the default.
func translations() []string {
	return slices.DeleteFunc(lang.Offered(), func(tag string) bool { return tag == lang.Default })
}

// Every language says everything; a plural may have other forms than in English.
func TestTranslationsAreComplete(t *testing.T) {
	t.Parallel()
	bases := func(tag string) []string {
		var all []string
		for _, key := range lang.Keys(tag) {
			all = append(all, base(key))
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	english := bases(lang.Default)
	for _, tag := range translations() {
		theirs := bases(tag)
		for _, key := range english {
			if !slices.Contains(theirs, key) {
				t.Errorf("%s lacks %s", tag, key)
			}
		}
		for _, key := range theirs {
			if !slices.Contains(english, key) {
				t.Errorf("%s has %s, which en.txt does not have", tag, key)
			}
		}
	}
}

// Where a language has the same plural forms as English, each fills the same
// names, the number included.
func TestEveryPluralFormFillsTheSameNames(t *testing.T) {
	t.Parallel()
	for _, tag := range translations() {
		theirs := lang.Keys(tag)
		for _, key := range lang.Keys(lang.Default) {
			if !slices.Contains(theirs, key) {
				continue // TestTranslationsAreComplete tells
			}
			if want, got := names(lang.For(lang.Default).T(key)), names(lang.For(tag).T(key)); !slices.Equal(want, got) {
				t.Errorf("%s: %s fills %v, in English %v", tag, key, got, want)
			}
		}
	}
}

// alike are the sentences that are the same in English, read and meant so.
var alike = map[string][]string{
	"de": {
		"document.state", "document.version", "document.version_number",
		"account.name", "nav.over", "today.open_one", "brand.logo", "client.channel.portal", "client.channel.sms", "client.name",
		"client.source_partner", "client.source_website", "client.website", "company.name", "company.website",
		"contact.name", "contact.preset.support", "client.address.region", "host.kind.portal", "language.de", "language.en",
		"member.name", "member.person", "portal.history.where", "portal.history.who", "portal.session_of", "role.admin", "role.support",
		"settings.team", "settings.team.title", "ui.optional", "case.category_name", "case.source_chat", "case.source_portal", "mail.case.subject", "portal.cases.title", "change.milestone_due",
		"activity.nobody", "funding.budget", "project.budget", "project.name", "project.progress_both", "target.name",
		"target.step_of", "today.due_of", "billing.instructions_in", "billing.rate_name", "invoice.entry.paid", "contract.mark.link", "contract.do_link", "contract.name", "contract.person", "contract.person_contact", "contract.person_member",
		"contract.person_name", "contract.person_nth", "contract.text", "contract.version_sent",
	},
}

func TestNothingIsLeftInEnglish(t *testing.T) {
	t.Parallel()
	for _, tag := range translations() {
		for _, key := range lang.Keys(tag) {
			same := lang.For(tag).T(key) == lang.For(lang.Default).T(key)
			if meant := slices.Contains(alike[tag], key); same != meant {
				t.Errorf("%s: %s is %q; the same as in English: %v, meant so: %v", tag, key, lang.For(tag).T(key), same, meant)
			}
		}
	}
}

// unwanted are words and signs that a language does not use here: the informal
// you, words that say nothing, quotation marks of another language.
var unwanted = map[string]*regexp.Regexp{
	"de": regexp.MustCompile(`!|"|”|\.\.\.|(?i:erfolgreich)|(?i:\b(du|dich|dir|deine?[nmrs]?)\b)|(?i:\b(the|and|your|you|leider)\b)`),
}

func TestTranslationsKeepTheStyle(t *testing.T) {
	t.Parallel()
	for _, tag := range translations() {
		text, err := os.ReadFile(tag + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		bad := unwanted[tag]
		if bad == nil {
			t.Fatalf("nobody has said what is unwanted in %s", tag)
		}
		for i, line := range strings.Split(string(text), "\n") {
			_, sentence, _ := strings.Cut(line, "=")
			if hit := bad.FindString(sentence); hit != "" && !strings.HasPrefix(line, "#") {
				t.Errorf("%s.txt:%d has %q: %s", tag, i+1, hit, line)
			}
			if strings.Count(sentence, "„") != strings.Count(sentence, "“") && tag == "de" {
				t.Errorf("%s.txt:%d opens and closes quotations unevenly: %s", tag, i+1, line)
			}
		}
	}
}

// A language has its own words for dates, rather than the default's for want of any.
func TestEveryLanguageHasItsOwnDates(t *testing.T) {
	t.Parallel()
	for _, tag := range translations() {
		at := time.Date(2026, time.December, 2, 0, 0, 0, 0, time.UTC)
		if lang.For(tag).LongDate(at) == lang.For(lang.Default).LongDate(at) || lang.For(tag).DayLine(at) == lang.For(lang.Default).DayLine(at) {
			t.Errorf("%s says dates in English", tag)
		}
	}
}
