// Package calendar has what the business and its clients do at a time: meetings, which
// people of a client take part in, and events of the business alone. How a request for a
// meeting becomes one, and what becomes of it otherwise, are the steps in Steps:
//
//	–                    → requested  request                                client
//	–                    → confirmed  invite                                 staff
//	requested            → confirmed  confirm one of the times that the
//	                                  client offered                         staff
//	requested, proposed  → proposed   offer other times; the other side's turn
//	                                                                         both
//	proposed             → confirmed  accept one of them                     the other side
//	requested, proposed  → declined   decline, or take back                  both
//	requested, proposed  → expired    the last offered time has passed       system
//	expired              → proposed   offer anew                             both
//	confirmed            → confirmed  offer another time, accept it, refuse
//	                                  it or take it back                     both
//	confirmed            → confirmed  that offer expires                     system
//	confirmed            → cancelled  cancel                                 both
//	confirmed            → completed  it is over                             system
//	confirmed, completed → no_show    nobody of the client came              staff
//
// A request never gets stuck: while it is pending there are times on the table, it is
// one side's turn, and when the last of the times has passed without an answer it
// expires and both are told. The times that were offered last can be offered anew a week
// later with one click; that, and offering anew at all, are our addition. While another
// time for a meeting is on the table, the agreed one stands.
//
// A time on the table is exact, or a part of a day within which it may be; staff's are
// exact. Nobody of the business is in two places at once: an event that stands takes the
// time of its members, and one that would take it twice is refused, by the database too.
// The time of a member who left is in nobody's way; one who comes back has it again of
// events that were not changed meanwhile. A client's people have their own calendars.
//
// An event is one iCalendar event (RFC 5545) for life: its id is the UID, and SEQUENCE
// grows with each change that others see. It is mailed as an invitation (RFC 6047) when
// it is agreed on, moves, changes or is cancelled, also to whoever did that, since it
// brings their own calendar up to date; and it is in the feeds, where a time on the
// table is tentative. The workspace is the organizer in them, so that a member who
// leaves takes no meeting along.
//
// Changes of the calendar wait for each other. Forms carry the sequence that was shown,
// and one that was drawn before something happened is a conflict.
//
// Staff need calendar write; the owner of the next step is the organiser or, where there
// is none on the team, everybody who may write the calendar. A contact needs the
// capability for meetings (all, or own: those that they asked for or take part in) and
// the act request. Notes are staff's alone, and no statement of the portal reads them.
// Seen says in SQL what a contact sees.
//
// ForStaff, ForClient, Feature's feed and its jobs are the doors. Their methods answer
// problem.NotFound for ids of other workspaces and for what may not be seen.
package calendar
