package demo

import (
	"context"
	"net"
	"strings"

	"foyer/internal/kernel/mail"
)

// zone is a made-up DNS of names with one record each.
type zone map[string]string

// DNS stands in for DNS, which knows nothing of the domains of the demo.
var DNS mail.DNS = zone{"haldenrowe.example": "v=spf1 include:spf.mailhouse.example -all"}

// LookupTXT implements mail.DNS.
func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	text, known := z[strings.TrimSuffix(name, ".")]
	if !known {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return []string{text}, nil
}
