// Package config reads the environment once, into one struct, from one table
// that also prints docs/configuration.md.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"foyer/internal/kernel/secret"
)

const prefix = "FOYER_"

// Variable is one line of the table.
type Variable struct {
	Name    string
	Default string // as the documentation says it
	Meaning string
	secret  bool
	set     func(c *Config, value string) error
}

// Config is the configuration of a process. Secrets are never printed.
type Config struct {
	Listen      string
	BaseURL     *url.URL
	DataDir     string
	DatabaseURL Secret
	BlobURL     Secret
	SMTPURL     Secret // empty: mail stays in the outbox
	Trusted     []netip.Prefix
	SecretKey   Secret   // empty: a file in DataDir, see package secret
	StripeKey   Secret   // empty: no payments by Stripe
	StripeHook  Secret   // what webhooks are signed with
	StripeURL   *url.URL // scheme and host; nil: Stripe's own address
	TSAURL      *url.URL // of a time-stamping authority (RFC 3161), nil for none

	baseText string
}

// Variables is the table.
var Variables = []Variable{
	{Name: "FOYER_LISTEN", Default: "127.0.0.1:8080", Meaning: "Address to serve.",
		set: func(c *Config, v string) error { c.Listen = v; return checkListen(v) }},
	{Name: "FOYER_BASE_URL", Default: "from FOYER_LISTEN", Meaning: "The one source of links in mails and redirects. Requests for other hosts are answered 421 unless they are a workspace's own. It is https unless it is this machine.",
		set: func(c *Config, v string) error { c.baseText = v; return nil }},
	{Name: "FOYER_DATA_DIR", Default: "./data", Meaning: "Folder of the database and the files.",
		set: func(c *Config, v string) error { c.DataDir = v; return nil }},
	{Name: "FOYER_DATABASE_URL", Default: "sqlite:DATA_DIR/foyer.db", Meaning: "`sqlite:PATH`, or `postgres://…` (several hosts are allowed).", secret: true,
		set: func(c *Config, v string) error { c.DatabaseURL = SecretFrom(v); return nil }},
	{Name: "FOYER_BLOB_URL", Default: "file:DATA_DIR/blobs", Meaning: "Where files are kept: `file:FOLDER`, or `s3://KEY:SECRET@HOST/BUCKET[/PREFIX]`, with `?region=…` where the server wants one and `insecure=1` for plain HTTP.", secret: true,
		set: func(c *Config, v string) error { c.BlobURL = SecretFrom(v); return checkBlobs(v) }},
	{Name: "FOYER_SMTP_URL", Default: "none", Meaning: "Mail server: `smtp://name:password@host:587` or `smtps://`. Without one, mail is kept in the outbox and the owner is told.", secret: true,
		set: func(c *Config, v string) error { c.SMTPURL = SecretFrom(v); return nil }},
	{Name: "FOYER_TRUSTED_PROXIES", Default: "none", Meaning: "Addresses or networks, with commas between them, whose X-Forwarded-For counts.",
		set: func(c *Config, v string) (err error) { c.Trusted, err = parsePrefixes(v); return err }},
	{Name: "FOYER_SECRET_KEY", Default: "from DATA_DIR/secret.key, made at first start", Meaning: "Encrypts secrets in the database: 32 bytes, as 64 hex digits or base64. Without the same key they cannot be read again.", secret: true,
		set: func(c *Config, v string) error { c.SecretKey = SecretFrom(v); return checkKey(v) }},
	{Name: "FOYER_STRIPE_SECRET_KEY", Default: "none", Meaning: "Secret or restricted key of a Stripe account. Without one, Pay Now is not shown; payment instructions are.", secret: true,
		set: func(c *Config, v string) error { c.StripeKey = SecretFrom(v); return checkPrefix(v, "sk_", "rk_") }},
	{Name: "FOYER_STRIPE_WEBHOOK_SECRET", Default: "none", Meaning: "Signing secret of the Stripe account's webhook. Without one, webhooks are refused.", secret: true,
		set: func(c *Config, v string) error { c.StripeHook = SecretFrom(v); return checkPrefix(v, "whsec_") }},
	{Name: "FOYER_STRIPE_API_URL", Default: stripeURL, Meaning: "Address of Stripe's API, or of what stands in for Stripe and its payment page in tests. It is https unless it is this machine.",
		set: func(c *Config, v string) (err error) { c.StripeURL, err = parseStripe(v); return err }},
	{Name: "FOYER_TSA_URL", Default: "none", Meaning: "Address of a time-stamping authority (RFC 3161), which confirms when a contract was sealed. Without one the seal has only our own time, and says so.",
		set: func(c *Config, v string) (err error) { c.TSAURL, err = parseTSA(v); return err }},
}

// stripeURL is Stripe's own address.
const stripeURL = "https://api.stripe.com"

// Load reads the environment, given as "NAME=value" lines. Its errors are one
// sentence that says what to do. A variable with our prefix that the table does
// not have is an error.
func Load(environ []string) (Config, error) {
	values, err := ours(environ)
	if err != nil {
		return Config{}, err
	}
	c := Config{Listen: "127.0.0.1:8080", DataDir: "./data"}
	for _, v := range Variables {
		text, given := values[v.Name]
		if !given || text == "" {
			continue
		}
		if err := v.set(&c, text); err != nil {
			return Config{}, fmt.Errorf("%s is not usable: it has to %w", v.Name, err)
		}
	}
	return c, c.settle()
}

// ours picks the variables with our prefix and reads the files of _FILE twins.
func ours(environ []string) (map[string]string, error) {
	known := map[string]bool{}
	for _, v := range Variables {
		known[v.Name] = true
	}
	values := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, "FOYER_TEST_") {
			continue
		}
		base, twin := name, false
		if !known[name] {
			base, twin = strings.CutSuffix(name, "_FILE")
		}
		switch {
		case !known[base]:
			return nil, fmt.Errorf("there is no setting %s; the ones there are stand in docs/configuration.md%s", name, closest(name))
		case value == "": // as if it were not there
			continue
		case values[base] != "":
			return nil, fmt.Errorf("%s and %s_FILE are both set; take one away", base, base)
		case twin:
			text, err := os.ReadFile(value)
			if err != nil {
				return nil, fmt.Errorf("%s names a file that cannot be read: %w", name, err)
			}
			value = strings.TrimSpace(string(text))
		}
		values[base] = value
	}
	return values, nil
}

// closest suggests the setting that shares the longest beginning.
func closest(name string) string {
	best, length := "", len(prefix)
	for _, v := range Variables {
		n := 0
		for n < len(name) && n < len(v.Name) && name[n] == v.Name[n] {
			n++
		}
		if n > length {
			best, length = v.Name, n
		}
	}
	if best == "" {
		return ""
	}
	return " (did you mean " + best + "?)"
}

// settle fills what follows from the rest.
func (c *Config) settle() error {
	if c.DatabaseURL.Reveal() == "" {
		c.DatabaseURL = SecretFrom("sqlite:" + filepath.Join(c.DataDir, "foyer.db"))
	}
	if c.BlobURL.Reveal() == "" {
		c.BlobURL = SecretFrom("file:" + filepath.Join(c.DataDir, "blobs"))
	}
	if c.baseText == "" {
		c.baseText = "http://" + c.Listen
	}
	base, err := parseBase(c.baseText)
	if err != nil {
		return err
	}
	if base.Scheme == "http" && !isLoopback(base.Hostname()) {
		return fmt.Errorf("FOYER_BASE_URL must begin with https:// unless it is this machine; passwords would cross the network in the clear at %s", base)
	}
	c.BaseURL = base
	return nil
}

// parseBase reads the base URL.
func parseBase(text string) (*url.URL, error) {
	u, ok := parseOrigin(text)
	if !ok {
		return nil, errors.New("FOYER_BASE_URL must be an address such as https://portal.example.com, without a path")
	}
	return u, nil
}

// parseStripe reads the address of Stripe's API; it is nil for Stripe's own.
func parseStripe(text string) (*url.URL, error) {
	u, ok := parseOrigin(text)
	if !ok || u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return nil, fmt.Errorf("be an address such as %s, without a path, and https unless it is this machine", stripeURL)
	}
	if u.String() == stripeURL {
		return nil, nil
	}
	return u, nil
}

func parseTSA(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("be an address such as https://tsa.example.com/tsr")
	}
	return u, nil
}

// parseOrigin reads an address without a path and writes its host as browsers
// send it: lower case, a name of other letters in its ASCII form, and no port
// where the scheme has it already.
func parseOrigin(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || strings.Trim(u.Path, "/") != "" ||
		u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#") {
		return nil, false
	}
	name := strings.TrimSuffix(u.Hostname(), ".")
	if net.ParseIP(name) == nil {
		if name, err = idna.Lookup.ToASCII(name); err != nil || name == "" {
			return nil, false
		}
	}
	port := u.Port()
	if port != "" && !isPort(port) || strings.HasSuffix(u.Host, ":") {
		return nil, false
	}
	if strings.Contains(name, ":") {
		name = "[" + name + "]"
	}
	if port != "" && port != map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		name += ":" + port
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(name)}, true
}

func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

func isLoopback(name string) bool {
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// BlobDir is the folder of a file: blob address, and empty for another one.
func (c Config) BlobDir() string {
	if dir, ok := strings.CutPrefix(c.BlobURL.Reveal(), "file:"); ok {
		return dir
	}
	return ""
}

// checkBlobs checks the beginning; package blob reads the rest.
func checkBlobs(v string) error {
	for _, scheme := range []string{"file:", "s3://"} {
		if rest, ok := strings.CutPrefix(v, scheme); ok && rest != "" {
			return nil
		}
	}
	return errors.New("be file: and a folder, or an address such as s3://KEY:SECRET@HOST/BUCKET")
}

func checkListen(v string) error {
	if _, port, err := net.SplitHostPort(v); err != nil || !isPort(port) {
		return errors.New("look like 127.0.0.1:8080")
	}
	return nil
}

func checkKey(v string) error {
	if _, err := secret.FromText(v); err != nil {
		return errors.New("be 32 bytes, as 64 hex digits or base64: openssl rand -hex 32 makes one")
	}
	return nil
}

// checkPrefix asks for one of the beginnings, with something after it.
func checkPrefix(v string, beginnings ...string) error {
	for _, b := range beginnings {
		if len(v) > len(b) && strings.HasPrefix(v, b) {
			return nil
		}
	}
	return fmt.Errorf("begin with %s", strings.Join(beginnings, " or "))
}

func parsePrefixes(text string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if addr, err := netip.ParseAddr(part); err == nil {
			all = append(all, netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, errors.New("list addresses such as 10.0.0.1 or networks such as 10.0.0.0/8")
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// Markdown is docs/configuration.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Configuration\n\nPrinted from the table in internal/kernel/config by `make docs`; a test keeps it fresh.\n\n")
	b.WriteString("Foyer is configured by its environment. Each variable has a twin with `_FILE` at its end that names a\nfile to read the value from. A variable that begins with `FOYER_` and is not in this table is an error.\n\n")
	b.WriteString("| Variable | Default | Meaning |\n|---|---|---|\n")
	for _, v := range Variables {
		def := v.Default
		if def != "none" && !strings.HasPrefix(def, "from") {
			def = "`" + def + "`"
		}
		meaning := v.Meaning
		if v.secret {
			meaning += " May hold a secret."
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", v.Name, def, meaning)
	}
	return b.String()
}
