// Package outbox sends mail. A change that wants one puts a row in the outbox in
// its own transaction; a job makes the text, with fresh links and in the
// person's language, and hands it to the mail server. It tries again with
// growing pauses, survives restarts, and remembers what bounced.
//
// A mail is waiting until it is one of
//
//	sent     a server took it
//	bounced  the server refuses the address for good
//	failed   it was tried for about two days, or can be sent to nobody
//	dropped  there was no point any more when its turn came
//
// Without a mail server everything stays waiting, and is sent once there is one.
package outbox
