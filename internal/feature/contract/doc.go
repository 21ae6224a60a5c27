// Package contract knows what a business and its clients agree on: contracts, who
// signs them, and the seal that shows whether the file was changed since.
//
// A contract is a draft until it is sent. Sending fixes a version: its text with
// every placeholder filled, its price and its signatories become a file whose
// SHA-256 is what each of them signs. The database refuses to change any of it.
//
//	draft             → pending_signature  send: a version is fixed, the first group is invited
//	draft             → cancelled          cancel
//	pending_signature → draft              withdraw: signatures are void, signatories are told
//	pending_signature → signed             the client's side is complete
//	pending_signature → declined           somebody who has to sign declines
//	pending_signature → expired_unsigned   the last day to sign has passed
//	declined, expired → draft              revise: a new version is written
//	declined, expired → cancelled          cancel
//	signed            → executed           the file is sealed
//	signed            → cancelled          cancel, with a reason
//	executed          → terminated         terminate, with a day and a reason
//
// The seal is made by a job after the last signature: certificate pages are added
// to the text, the file is sealed with the workspace's key and stored, and only
// then is the contract executed. Until it succeeds the contract stays signed and
// says why.
//
// Whether an executed contract is in force is no state of it: it is active from
// its first to its last day, expired after that, and expiring within Notice days
// of its end or renewal.
//
// Whatever happens with a contract is an event in a chain of its own: each has the
// hash of the one before, so that what is taken out or changed shows. The last
// hash stands in the sealed file, where nobody can mend it.
//
// A client sees what was sent to them, with the capability for contracts: all of
// them, or those that the contact signs. Seen says so in SQL. Who has no login
// signs through a link that opens this one contract, with a code that is mailed.
//
// ForStaff, ForClient, ForGuest and Feature's jobs are the doors. Their methods
// answer problem.NotFound for ids of other workspaces and for what may not be
// seen.
package contract
