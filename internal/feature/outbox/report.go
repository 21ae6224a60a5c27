package outbox

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"net/textproto"
	"slices"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
)

// Mail servers report what became of a mail they had taken: that it cannot be
// delivered after all (RFC 3464), or that its reader marked it as unwanted (RFC 5965).
// A report counts where it returns a mail of ours, known by its Message-ID, and it
// concerns the address which that mail was sent to, whatever it says itself.

// LargestReport is how many bytes a report may have.
const LargestReport = 256 << 10

// ErrNoReport is something that is no report of either kind.
var ErrNoReport = errors.New("this is no delivery status notification and no feedback report")

// reportPlace binds the address for reports to its workspace.
func reportPlace(workspace string) string { return workspace + "/reports" }

// ReportURL is where mail servers report what became of a workspace's mail. It is a
// different one each time, and all of them hold: nobody else can make one up.
func (o *Outbox) ReportURL(site auth.Site) string {
	sealed := o.Secrets.Seal(reportPlace(site.ID), "report")
	return site.AppURL("/hooks/mail/" + site.ID + safely.Replace(strings.TrimPrefix(sealed, secret.Version)))
}

const findSent = `-- findSent
select sent_to
from outbox
where workspace_id = :workspace
  and message_id = :message
  and sent_to <> ''
order by id
limit 1`

// A report that comes again changes nothing, also when mail was allowed meanwhile.
const noteReport = `-- noteReport
update outbox
set state = :state,
	problem = :words,
	done_at = :now
where workspace_id = :workspace
  and message_id = :message
  and state = 'sent'
  and problem = ''`

// Report takes a report, which stops mail to the address that it is about; a delay
// changes nothing. The errors are ErrNoReport, and problem.NotFound for a token that is
// not the workspace's and for a mail that is not ours.
func (o *Outbox) Report(ctx context.Context, who auth.System, token string, raw []byte) error {
	if _, err := o.Secrets.Open(reportPlace(who.Site().ID), secret.Version+plainly.Replace(token)); err != nil {
		return problem.Missing()
	}
	r, err := readReport(raw)
	if err != nil {
		return err
	}
	return who.Write(ctx, func(tx scope.Tx) error {
		to, err := scope.One(ctx, tx, findSent, scope.Args{"message": r.message}, scope.Value[string])
		if err != nil || r.reason == "" {
			return err
		}
		state := IsSent // a mail that is unwanted did arrive
		if r.reason == Bounce {
			state = IsBounced
		}
		n, err := tx.Exec(ctx, noteReport, scope.Args{"message": r.message, "state": state, "words": r.words})
		if err != nil || n == 0 {
			return err
		}
		return stop(ctx, tx, to, r.reason, r.words)
	})
}

// report is what a mail server says of a mail.
type report struct {
	message string // id of the mail, without brackets
	reason  Reason // to stop mail; empty for a mere delay
	words   string
}

// unwanted are the kinds of feedback by which a reader says that they want no such mail.
var unwanted = []string{"abuse", "fraud", "opt-out"}

// parts is how many parts of a report are looked at, and longestWords how much of its
// words is kept.
const (
	parts        = 20
	longestWords = 500
)

func readReport(raw []byte) (r report, err error) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return r, ErrNoReport
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || params["boundary"] == "" {
		return r, ErrNoReport
	}
	told := false
	body := multipart.NewReader(m.Body, params["boundary"])
	for range parts {
		part, err := body.NextPart()
		if err != nil {
			break // what came until here may say enough
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		switch kind {
		case "message/delivery-status":
			told = true
			for _, h := range fields(part) {
				if strings.EqualFold(strings.TrimSpace(h.Get("Action")), "failed") && strings.HasPrefix(strings.TrimSpace(h.Get("Status")), "5") {
					r.reason, r.words = Bounce, "returned: "+h.Get("Diagnostic-Code")
				}
			}
		case "message/feedback-report":
			told = true
			for _, h := range fields(part) {
				if kind := strings.ToLower(strings.TrimSpace(h.Get("Feedback-Type"))); slices.Contains(unwanted, kind) {
					r.reason, r.words = Complaint, "reported: "+kind
				}
			}
		case "message/rfc822", "text/rfc822-headers":
			for _, h := range fields(part) {
				if r.message == "" {
					r.message = strings.Trim(strings.TrimSpace(h.Get("Message-Id")), "<>")
				}
			}
		}
	}
	if !told || r.message == "" {
		return report{}, ErrNoReport
	}
	if words := []rune(oneLine(r.words)); len(words) > longestWords {
		r.words = string(words[:longestWords])
	} else {
		r.words = string(words)
	}
	return r, nil
}

// fields reads the groups of header fields at the beginning of a part.
func fields(part io.Reader) []textproto.MIMEHeader {
	in := textproto.NewReader(bufio.NewReader(io.LimitReader(part, 64<<10)))
	var all []textproto.MIMEHeader
	for range parts {
		h, err := in.ReadMIMEHeader()
		if len(h) > 0 {
			all = append(all, h)
		}
		if err != nil {
			break
		}
	}
	return all
}
