package mail

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"foyer/internal/kernel/id"
)

// Security is how the connection to the mail server is encrypted.
type Security int

const (
	// Opportunistic encrypts by STARTTLS when the server offers it. A password
	// is still never sent in clear, except to this very machine.
	Opportunistic Security = iota
	// Required refuses a server that does not offer STARTTLS.
	Required
	// None never encrypts.
	None
	// Implicit speaks TLS from the first byte (smtps).
	Implicit
)

// SMTPConfig says how to reach a mail server. ParseURL makes one; Roots, HELO
// and the two times may then be set.
type SMTPConfig struct {
	Host     string
	Port     int
	User     string    // empty: the server asks for no credentials
	Password id.Secret // used when there is a User
	Security Security

	Roots       *x509.CertPool // whom to trust; nil: the system's authorities
	HELO        string         // our name to the server; empty: this machine's name
	DialTimeout time.Duration  // to connect and to encrypt; 0: 10 seconds
	Timeout     time.Duration  // for the whole mail; 0: 30 seconds
}

// ParseURL reads smtp://user:password@host:port, whose port is 587 unless said
// and whose ?tls= is required or none; or smtps://…, whose port is 465. Its
// errors are single sentences for the operator and never contain the address
// itself, which holds a password.
func ParseURL(text string) (SMTPConfig, error) {
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" {
		return SMTPConfig{}, errors.New("the mail server's address must look like smtp://user:password@host:port, " +
			"with the characters : / ? # @ % of a name or password written as %3A %2F %3F %23 %40 %25")
	}
	c := SMTPConfig{Host: u.Hostname()}
	switch strings.ToLower(u.Scheme) {
	case "smtp":
		c.Port = 587
	case "smtps":
		c.Port, c.Security = 465, Implicit
	default:
		return SMTPConfig{}, errors.New("the mail server's address must begin with smtp:// or smtps://")
	}
	for _, part := range []func(*url.URL) error{c.readHost, c.readUser, c.readQuery} {
		if err := part(u); err != nil {
			return SMTPConfig{}, err
		}
	}
	return c, nil
}

func (c *SMTPConfig) readHost(u *url.URL) error {
	if c.Host == "" || !clean(c.Host) || strings.ContainsAny(c.Host, " /\\") {
		return errors.New("the mail server's address names no host")
	}
	if u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return errors.New("the mail server's address must end after host and port")
	}
	if u.Port() == "" {
		if strings.HasSuffix(u.Host, ":") {
			return errors.New("the mail server's address has a colon but no port after it")
		}
		return nil
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil || port < 1 || port > 65535 {
		return errors.New("the mail server's port must be a number from 1 to 65535")
	}
	c.Port = port
	return nil
}

func (c *SMTPConfig) readUser(u *url.URL) error {
	if u.User == nil {
		return nil
	}
	password, given := u.User.Password()
	c.User, c.Password = u.User.Username(), id.SecretFrom(password)
	if c.User == "" || !given || password == "" {
		return errors.New("the mail server's address must have both a user and a password, or neither")
	}
	return nil
}

func (c *SMTPConfig) readQuery(u *url.URL) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errors.New("the part after ? of the mail server's address cannot be read")
	}
	for name, values := range query {
		if name != "tls" || len(values) != 1 {
			return errors.New("the mail server's address takes nothing after ? but tls=required or tls=none")
		}
	}
	switch tls := query.Get("tls"); {
	case !query.Has("tls"), tls == "required" && c.Security == Implicit:
	case tls == "required":
		c.Security = Required
	case tls == "none" && c.Security == Implicit:
		return errors.New("the mail server's address says both smtps and tls=none")
	case tls == "none":
		c.Security = None
	default:
		return errors.New("tls in the mail server's address must be required or none")
	}
	return nil
}

// String is the address without its password, for logs.
func (c SMTPConfig) String() string {
	scheme := "smtp"
	if c.Security == Implicit {
		scheme = "smtps"
	}
	u := url.URL{Scheme: scheme, Host: net.JoinHostPort(c.Host, strconv.Itoa(c.Port))}
	if c.User != "" {
		u.User = url.User(c.User)
	}
	return u.String()
}

// GoString keeps the password out of %#v.
func (c SMTPConfig) GoString() string { return fmt.Sprintf("mail.SMTPConfig(%s)", c) }
