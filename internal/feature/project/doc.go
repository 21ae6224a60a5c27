// Package project knows the agreed work: projects, the targets that they are
// measured by, and where the money for them comes from.
//
// A project belongs to one client for good. Its state moves by steps, each with
// an author, a moment and, where it says so, a reason:
//
//	planned            → active      start
//	active             → on_hold     hold, with a reason that the client sees
//	on_hold            → active      resume
//	active, on_hold    → completed   complete
//	planned, active,
//	on_hold            → cancelled   cancel, with a reason that the client sees
//	completed,
//	cancelled          → active      reopen
//
// Targets are milestones, which are dated goals, and deliverables, which are the
// items of a checklist and may belong to a milestone. They stand in one order
// that staff rearrange.
//
//	milestone    planned → in_progress → completed
//	             completed → in_progress      reopen, with a reason
//	             planned, in_progress → cancelled
//	deliverable  todo → in_progress → done; todo → done
//	             done → in_progress           reopen, with a reason
//	             todo, in_progress, done → cancelled
//
// What a client sees: projects that are shared, and of their targets those that
// are client-visible and not cancelled. ProjectSeen and TargetSeen say so in
// SQL, and every statement that is read for a client uses them: lists, counts,
// progress, activity and mail.
//
// Progress is the share of done deliverables among those that the client sees;
// without any, that of completed milestones. Staff and clients are shown the
// same figure.
//
// What is late is computed from dates, in the workspace's zone, and never stored.
//
// ForStaff, ForClient and ForSystem are the doors. Their methods answer
// problem.NotFound for ids of other workspaces and, in the portal, for what is
// another client's or not shown.
package project
