// Package workspace is what a business says of itself: its name and company
// data, its colour and logo, the addresses it is reached at, its time zone and
// language, and in whose name its mail goes out.
//
// The workspace and its hosts have no row-level security, because a request's
// host is looked up before there is any scope. So each statement here names
// :workspace in its condition or its values, and one that asks about every
// workspace tells nothing but yes or no.
//
// Company, colour, preferences and mail are saved against the version that
// their form was drawn with. An older form is problem.Conflict, unless it says
// what is stored anyhow, as one does that is sent twice. The logo and the hosts
// are no part of any form and do not count as a new version.
//
// A mail key is waiting until a check has found its record in DNS, then used, and
// retired when the next one is used. There is one waiting and one used at most.
package workspace
