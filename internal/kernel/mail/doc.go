// Package mail is letters: addresses that cannot carry a line break, messages
// that are checked before anything is rendered, and the ways to send them.
//
// A Sender takes one Message to one recipient. SMTP hands it to a mail server
// through go-mail; Box keeps it in memory for the demo and for tests. Both
// refuse the same messages.
//
// Sending is at least once: when the connection dies between the last byte and
// the server's answer, nobody knows whether the mail arrived. The caller tries
// again with the same MessageID, by which mail programs recognise a duplicate.
//
// Errors are of two sorts. A Message that may not be sent as it stands is a
// problem of kind Invalid, and no server was asked. A Message that a server
// did not take is a *Failure, which says whether trying again can help.
package mail

import "context"

// Sender sends one message.
//
// It returns a problem of kind Invalid, with a message by field, when the
// Message fails its Check; and a *Failure when the mail was not accepted.
type Sender interface {
	Send(ctx context.Context, m Message) error
}
