// Package ui holds the components that both faces are drawn with: the page
// skeleton, the two shells, buttons, form fields, lists, notes and motifs. It
// knows no feature; every text comes in translated, every address ready.
//
// # How to use it
//
// A component is a struct with a Render method, so a template draws it by
// writing it down, and one that has children takes them in braces (the
// parentheses are what templ's grammar asks for then):
//
//	@ui.Button{Label: "Save", Kind: ui.Filled}
//
//	@(ui.Card{Title: "Portal access", Ruled: true}) {
//		<p>…</p>
//	}
//
// A page is Document around a shell around the content:
//
//	@(ui.Document{Lang: "en", Dir: "ltr", Theme: "system", Face: ui.Staff, …}) {
//		@(ui.StaffShell{…}) {
//			@(ui.PageHead{Title: "Clients"}) {
//				@ui.Button{Label: "Add client", Icon: "plus", Kind: ui.Filled, Href: "/app/clients/new", Dialog: "drawer"}
//			}
//			…
//		}
//	}
//
// # The components
//
// Frame: Document (Assets, Face, Toast), PortalShell and StaffShell (NavItem,
// NavGroup), SignIn, Hero, Drawer, Menu (MenuItem), ThemeToggle.
//
// Signs: Icon, Door, Doorway, Mark, Avatar (Initials), BrandMark.
//
// Actions: Button (Filled, Outlined, Plain, Danger, DangerFilled; Small,
// Medium, Large), PostButton, Copy, CopyField, TextLink.
//
// Page: PageHead, Tabs and Segment (Tab), SearchField, LiveCount, Pager, Card,
// Table (Column), KeyValues (KeyValue), Status, Pill, Note, EmptyState, Feed
// (FeedItem), Sentence and Rich (Part), Prose, Attention and AttentionRow, Stats and
// StatCard, DateBlock, DatedRows (DatedRow), Sortable (SortableItem).
//
// Projects: Track and LabelledTrack (TrackStop), Milestones (Milestone),
// Checklist (CheckItem), Cards and ProjectCard.
//
// Boards, with talk.css and board.js: Board (BoardColumn, BoardCard, BoardMove).
//
// Forms: TextField, TextArea, DateField, ColorField, FileField, PasswordField
// (all are Field under another name: ui.TextField{Name: "email", Type:
// "email", Label: …}), Select, Tiles, SegmentField, Checkbox, Checkboxes (each
// holds a Field and Options), Switch, Hidden, ErrorSummary (ErrorItem),
// FieldRow, FieldGroup, FormActions, Divider.
//
// # Classes for layout
//
// A template needs few classes of its own. form: a column of fields, for the
// form element. stack, stack-sm, stack-lg: a column with gaps of 20, 12 and
// 28 px. row: things beside each other that wrap. columns: a wide column and
// an aside of 20.5rem (columns-even: two equal ones, columns-home: three to
// two), one column below 64rem. cards: a grid of cards. filters: a Segment and
// a SearchField on one line. form-inline beside form: one field with its
// button on the same line. rows: a list inside a flush Card, each item with
// row-main (row-title, row-sub) and whatever stands at its end. page-alone
// beside page: a page without a shell. section-title, label (a small bold
// line), meta (13 px, third ink), quiet (second ink), num (tabular figures),
// sr-only, text-end, truncate, row-link, push (moves to the end of the line),
// js-only and no-js (shown only with, or without, the script). Of Tailwind's
// utilities only those named in web/css/app.css are built.
//
// # What the script adds
//
// Nothing here needs it. data-dialog on a link opens its address in a dialog;
// forms inside it are sent by htmx and drawn again on 422. data-close on a
// link inside closes the dialog instead of following it (Cancel). A Sortable's
// items can be dragged by their grips: what is dropped elsewhere sends its own
// form, with "before", the ID of the item that now follows it. A BoardCard that is
// dropped on a column does what its menu does for that column. data-focus
// takes the focus when it appears, data-submit sends its form on change. The server answers
// a fragment request (HX-Request) with the fragment alone, and a success with
// status 200 or 204 and HX-Redirect, never 303, which a fetch would follow
// unseen. 409 and 422 are swapped in; any other error loads the page itself.
package ui
