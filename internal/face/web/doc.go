// Package web turns requests into calls of handlers and what they answer into
// responses. Both faces are built on it; it knows no feature.
//
// Routes are data. Each is registered with its Rule, which says who may come:
// the constructors (Visitor, Person, Contact, Staff …) are the only way to make
// one, and a handler can only be given what its rule found. A route without a
// rule keeps the program from starting.
//
// The road of a request, outermost first: compression, reference and log line,
// recover, security headers, host, cross-site check, route, body limit, session,
// handler.
package web
