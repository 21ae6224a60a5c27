package prose

import (
	"net/url"
	"strings"
)

const maxAddress = 2000

// address is where a link may lead, written as URLs are, and whether it may: to
// the web and to a mail address.
func address(to string) (string, bool) {
	if len(to) > maxAddress || strings.ContainsAny(to, "\n\t\\{}") {
		return "", false
	}
	u, err := url.Parse(to)
	if err != nil || u.User != nil {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		return u.String(), u.Host != ""
	case "mailto":
		return u.String(), strings.Contains(u.Opaque, "@")
	}
	return "", false
}
