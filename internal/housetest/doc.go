// Package housetest holds the house's own tests: the ladder of packages, the
// rules of the schema and of every statement, the crawl of every route as every
// kind of person, and the permission table.
package housetest
