package ui_test

import (
	"strings"
	"testing"

	"github.com/a-h/templ"

	"foyer/internal/face/ui"
)

func message(text string) ui.ThreadMessage {
	return ui.ThreadMessage{Name: "Jun Sato", Author: "Jun Sato", When: "Today", Moment: "2026-11-21T08:52:00Z", Body: ui.Message(text)}
}

func TestAThreadIsAListInItsOrder(t *testing.T) {
	t.Parallel()
	first := message("One")
	first.ID = "m1"
	got := draw(t, ui.Thread{Label: "Case 214", Items: []ui.ThreadItem{
		first, ui.ThreadEvent{Icon: "user", Text: "Jun Sato took this case", When: "Today", Moment: "2026-11-21T08:53:00Z"}, message("Two"),
	}})
	has(t, got, `<ol class="thread"`, `aria-label="Case 214"`, `id="m1"`, `datetime="2026-11-21T08:52:00Z"`)
	hasNot(t, got, `id=""`, "thread-more", "message-files", "message-note")
	if one, event, two := strings.Index(got, "One"), strings.Index(got, "took this"), strings.Index(got, "Two"); one >= event || event >= two {
		t.Errorf("One is at %d, the event at %d, Two at %d", one, event, two)
	}
}

func TestAThreadLeadsToItsOtherPages(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.Thread{Earlier: ui.Link{Text: "Earlier", Href: "/t?before=m1"}, Later: ui.Link{Text: "Later", Href: "/t?after=m9"}})
	has(t, got, `href="/t?before=m1"`, `href="/t?after=m9"`)
	if strings.Index(got, "Earlier") > strings.Index(got, "<ol") || strings.Index(got, "Later") < strings.Index(got, "</ol>") {
		t.Errorf("the links do not stand around the list: %s", got)
	}
}

// A note is amber even for who wrote it: that it is one matters more than whose.
func TestANoteSaysThatItIsOne(t *testing.T) {
	t.Parallel()
	note := message("They pay by the page.")
	note.Own, note.Note, note.NoteLabel = true, true, "Internal note"
	got := draw(t, note)
	has(t, got, "message-note", "Internal note", "<svg")
	hasNot(t, got, "message-own")
	hasNot(t, draw(t, message("They pay by the page.")), "message-note", "message-lock")
}

func TestMessagesAreHeldToTheGate(t *testing.T) {
	t.Parallel()
	got := draw(t, message("# Big\n<script>alert(1)</script> [x](javascript:alert(1))"))
	has(t, got, "<strong>Big</strong>", "&lt;script&gt;")
	hasNot(t, got, "<script", "<h2", `href="javascript`)
}

// What is seen of a file is its link's name, so that it can be said to a page.
func TestAFileIsNamedByWhatIsSeen(t *testing.T) {
	t.Parallel()
	m := message("Here")
	m.Files = []ui.ThreadFile{{Name: "a.jpg", Kind: "JPG", Size: "1.4 MB", Href: "/files/1", DownloadLabel: "Download a.jpg"}, {Name: "b", DownloadLabel: "Download b", Href: "/files/2"}}
	got := draw(t, m)
	has(t, got, `title="Download a.jpg"`, `href="/files/1"`, "a.jpg", "1.4 MB")
	hasNot(t, got, "aria-label", `<span class="message-kind" aria-hidden`)
}

func TestAComposerWorksWithoutScript(t *testing.T) {
	t.Parallel()
	c := ui.Composer{
		ID: "reply", Action: "/case/1/replies", Hidden: []ui.Hidden{{Name: "seen", Value: "m9"}}, Label: "Reply", Name: "body", Value: "<Draft>", MaxLength: 20,
		Files:   ui.FileField{ID: "reply-files", Name: "files", Label: "Files", Attrs: templ.Attributes{"multiple": true}},
		Buttons: []ui.Button{{Label: "Send reply", Kind: ui.Filled}},
	}
	got := draw(t, c)
	has(t, got, `method="post"`, `action="/case/1/replies"`, `enctype="multipart/form-data"`, `name="seen" value="m9"`, `for="reply-body"`, `maxlength="20"`, "&lt;Draft&gt;", `type="file"`, " multiple", `type="submit"`)
	hasNot(t, got, "composer-note", "composer-error", "aria-invalid")
	c.Error = "Write something"
	has(t, draw(t, c), `aria-invalid="true"`, `aria-describedby="reply-body-error"`, `id="reply-body-error"`, "Write something")
}

// Nobody may take the form of a note for that of a reply: it differs in ground,
// sign and words.
func TestAComposerOfNotesIsNoneOfReplies(t *testing.T) {
	t.Parallel()
	reply := draw(t, ui.Composer{ID: "reply", Name: "body", Label: "Reply to Marlow Ceramics"})
	note := draw(t, ui.Composer{ID: "note", Name: "body", Label: "Internal note", Note: true})
	has(t, note, "composer-note", "<svg", "Internal note", `id="note-body"`)
	hasNot(t, reply, "composer-note", "<svg")
}

func TestPrioritiesAreBarsWithAWord(t *testing.T) {
	t.Parallel()
	for priority, full := range map[string]int{"low": 1, "medium": 2, "high": 3, "critical": 3} {
		got := draw(t, ui.PriorityMark{Priority: priority, Label: "Word", Bare: true})
		if n := strings.Count(got, `class="full"`); n != full || strings.Count(got, "<rect") != 3 {
			t.Errorf("%s has %d bars: %s", priority, n, got)
		}
		has(t, got, `<span class="sr-only">Word</span>`, "priority-"+priority, `aria-hidden="true"`)
	}
}
