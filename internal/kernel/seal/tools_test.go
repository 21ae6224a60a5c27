package seal_test

import (
	"image"
	_ "image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/internal/kernel/seal"
	"foyer/internal/kernel/seal/keys"
)

// pdfsig holds a sealed file against Poppler, which knows the house's root from
// a database of certificates made for it.
func (h house) pdfsig(t testing.TB, file []byte) string {
	t.Helper()
	need(t, "pdfsig", "certutil")
	dir := t.TempDir()
	nss := "sql:" + dir
	ask(t, []string{"certutil", "-N", "-d", nss, "--empty-password"})
	ask(t, []string{"certutil", "-A", "-d", nss, "-n", "root", "-t", "C,C,C", "-a", "-i", keep(t, "root.pem", keys.PEM(h.authority.Root()))})
	return ask(t, []string{"pdfsig", "-nssdir", nss, keep(t, "sealed.pdf", file)},
		"Signature is Valid", "Certificate is Trusted", "Total document signed", "ETSI.CAdES.detached", "SHA-256", "Halden & Rowe")
}

// cms holds the message of a sealed file against OpenSSL, as CAdES too, which
// wants the signer's certificate named.
func (h house) cms(t testing.TB, file []byte) {
	t.Helper()
	need(t, "openssl")
	content, message, _, _ := cut(t, file)
	dir := t.TempDir()
	for name, data := range map[string][]byte{"content": content, "message": message, "root.pem": keys.PEM(h.authority.Root())} {
		must(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	for _, more := range [][]string{nil, {"-cades"}} {
		ask(t, append([]string{"openssl", "cms", "-verify", "-binary", "-purpose", "any", "-inform", "DER", "-in", filepath.Join(dir, "message"),
			"-content", filepath.Join(dir, "content"), "-CAfile", filepath.Join(dir, "root.pem"), "-attime", "1795424400", "-out", os.DevNull}, more...), "successful")
	}
	said := ask(t, []string{"openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", filepath.Join(dir, "message")}, "id-smime-aa-signingCertificateV2", "messageDigest", "contentType")
	if strings.Contains(said, "signingTime") {
		t.Error("the message has a signing time, which PAdES forbids")
	}
}

func TestOthersSayTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t, moment)
	for what, o := range map[string]seal.Options{"unseen": h.options(), "with a mark": {Key: h.key, At: moment, Name: "Halden & Rowe", Mark: &seal.Mark{Picture: scrawl(), Rect: place}}} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			out := h.seal(t, contract(t), o)
			h.pdfsig(t, out)
			h.cms(t, out)
			need(t, "qpdf")
			ask(t, []string{"qpdf", "--check", keep(t, "sealed.pdf", out)}, "No syntax or stream encoding errors found")
		})
	}
}

// drawn is the second page at 72 dots per inch.
func drawn(t *testing.T, path string) image.Image {
	t.Helper()
	to := filepath.Join(t.TempDir(), "page")
	ask(t, []string{"pdftoppm", "-r", "72", "-f", "2", "-l", "2", "-singlefile", "-png", path, to})
	f, err := os.Open(to + ".png")
	must(t, err)
	defer f.Close()
	m, _, err := image.Decode(f)
	must(t, err)
	return m
}
