// Package scope is the only road to the database.
//
// A Tx belongs to one workspace and, by its Kind, to one client or one person.
// It supplies :workspace, :client, :contact and :identity itself; nobody can
// set what it supplies. A statement that does not name what its kind demands
// is refused before it reaches the database:
//
//	Staff, System, Visitor   must name :workspace
//	Portal                   must name :workspace and :client
//	Person                   must name :workspace and :identity
//
// Statements are written once for both engines, with named parameters
// (:email). Instants are bound from time.Time as UTC microseconds; a zero time
// is null. Read them with Time, and text that may be null with Text.
package scope
