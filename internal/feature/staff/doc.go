// Package staff is the team: who is a member of the workspace, in which role,
// and how somebody becomes one.
//
// A member is invited by mail and joins by choosing a password; until then they
// are invited. A member who is removed keeps their name on what they did and can
// be brought back.
//
// Whoever may write people may invite, change and remove, within these rules.
// Only an Owner makes an Owner, and only an Owner touches one. At least one Owner
// who has joined stays. Nobody removes themselves. The rules are judged by the
// role that the actor has in the transaction, not by the one they came with, and
// changes to a team wait for each other, so that two Owners cannot demote one
// another.
package staff
