// Package auth says who is asking.
//
// It alone makes the values that open the doors of the features: a Visitor from
// a host, a Person, Client or Staff from a session, a System from a job. Their
// fields are unexported and their zero values reach nothing. Each opens
// transactions of its own scope, so whoever holds a Client can touch that
// client's rows and no others.
//
// The road of a request is: host, workspace, scope, session. The statements that
// come before the scope (which workspace has this host, has this installation
// been set up, how often did this network address try) are in site.go, setup.go
// and limit.go, each with the reason beside it.
//
// Staff and clients never meet: realm is part of every identity, session and
// link, and a look-up always names it.
package auth
