// Package change knows what clients want altered of what was agreed: change
// requests, what is said about them, the quotes that answer them, and what becomes
// of them.
//
// A request moves by the steps in Steps; each is an event of its own.
//
//	–                        → submitted    submit                               client
//	submitted                → in_review    take                                 staff
//	in_review                → needs_info   ask                                  staff
//	needs_info               → in_review    answer; resume                       client; staff
//	in_review                → quoted       quote                                staff
//	in_review                → accepted     agree: free of charge, or agreed
//	                                        elsewhere, with a note for the client staff
//	in_review, needs_info    → rejected     reject, with a reason for the client staff
//	quoted                   → accepted     accept                               client
//	quoted                   → declined     decline, with a reason               client
//	quoted                   → in_review    negotiate; revise                    client; staff
//	quoted                   → expired      the last day of the quote has passed system
//	expired                  → in_review    take up again                        staff
//	accepted                 → scheduled    it is made real                      with the above
//	scheduled                → in_progress  the deliverable is started           staff
//	in_progress              → delivered    the deliverable is done              staff
//	delivered                → in_progress  the deliverable is reopened          staff
//	submitted, in_review,
//	needs_info, quoted       → withdrawn    withdraw                             its author,
//	                                                                             primary contact
//
// Taking up an expired request again is our addition: a price that was not looked at
// in time need not be asked for once more. What staff do with a request that nobody
// has taken takes it first, as a step of its own; a new quote in place of one that is
// out revises first. A deliverable that is done at once was started first. One that
// is cancelled leaves its request where it stands, with an event for staff.
//
// Pending are submitted, in_review, needs_info and quoted.
//
// Accepting makes the change real in one transaction: a deliverable of the project,
// the new day of a milestone if one moves and is still open, and a line for the price
// on a draft invoice. Quotes are fixed: each is hashed, and who accepts or declines
// sends the hash that they were shown. Above a limit of the workspace's, a quote is
// accepted with a typed name and a consent.
//
// Locks are taken in one order, before anything is written, so that nobody waits for
// somebody who waits for them: the request, the project, the invoices. Tallies come
// after. What follows a deliverable runs under the project's lock and takes none: a
// request that has a deliverable moves by nothing else.
//
// Staff need changes write; whoever quotes has to see money too, so Support takes,
// asks, rejects and agrees for free, and is shown no prices. A contact needs the
// capability for changes (all, or own: those that they asked for), and the acts
// request (submit, answer) and accept (accept, decline, negotiate). The form offers
// the client's shared projects under way by name, also to a contact who does not see
// projects: what to alter has to be named. Remarks are staff's alone, and no type of
// the portal has a field for them. SeenByContact says in SQL what a contact sees.
//
// ForStaff, ForClient and Feature's jobs are the doors. Their methods answer
// problem.NotFound for ids of other workspaces and for what may not be seen.
package change
