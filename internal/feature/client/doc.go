// Package client knows who the business works for: clients and leads, the
// people who are their contacts, and the contacts' way into the portal.
//
// A lead is a client record before its conversion; it has contacts but never a
// portal. A contact is one login (an identity of the portal realm) at exactly
// one client, with what the person may see and do there; the same person may be
// a contact of several clients and has one password for all of them.
//
// A record with a mail address has one primary contact, whose login that
// address is. What may change, and what follows:
//
//	lead → client          Convert; all data stay
//	client → archived      Archive; the sessions in which it is chosen end
//	archived → as before   Restore
//	portal off → on        EnablePortal; a client with a mail address, not a lead
//	portal on → off        DisablePortal; the sessions in which it is chosen end
//	contact suspended      its sessions at this client end
//
// A contact's state is computed, never stored: suspended, off (the portal is
// off, or the person has not been let in yet), invited, active.
//
// A primary address that changes becomes the login at once while nobody has
// used the login; otherwise once the new address is confirmed, and both
// addresses are told.
//
// ForStaff is the door. Its methods answer problem.NotFound for ids of other
// workspaces, and for contacts and sessions that are not this client's.
package client
