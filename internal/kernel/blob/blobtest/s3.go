package blobtest

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	accessKey = "foyer"
	region    = "us-east-1"
)

// gateway is the one server of S3 in a process. It runs while a test uses it.
var gateway struct {
	sync.Mutex
	users  int
	host   string
	secret string // has all that is written otherwise in an address
	cmd    *exec.Cmd
	dir    string
}

// S3 is the address of a new bucket on a real server of S3, which ends after the
// last test that uses it.
func S3(tb testing.TB) string {
	tb.Helper()
	host := use(tb)
	bucket := "foyer-" + strings.ToLower(rand.Text())
	if err := Client(tb, Address(host, bucket)).MakeBucket(tb.Context(), bucket, minio.MakeBucketOptions{}); err != nil {
		tb.Fatalf("make a bucket: %v", err)
	}
	return Address(host, bucket)
}

// Address is that of a bucket on the server, reached by host.
func Address(host, bucket string) string {
	u := url.URL{Scheme: "s3", User: url.UserPassword(accessKey, gateway.secret), Host: host, Path: "/" + bucket}
	u.RawQuery = url.Values{"region": {region}, "insecure": {"1"}}.Encode()
	return u.String()
}

// Client asks the server of an address what a Store does not tell.
func Client(tb testing.TB, address string) *minio.Client {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	return client(tb, u.Host)
}

func client(tb testing.TB, host string) *minio.Client {
	tb.Helper()
	c, err := minio.New(host, &minio.Options{Creds: credentials.NewStaticV4(accessKey, gateway.secret, ""), Region: region, MaxRetries: 1})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// Bucket is the name of the address's bucket.
func Bucket(tb testing.TB, address string) string {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	bucket, _, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	return bucket
}

// Left lists what is in the address's bucket: objects, and uploads that have not
// ended.
func Left(tb testing.TB, address string) (objects, uploads []string) {
	tb.Helper()
	c, bucket := Client(tb, address), Bucket(tb, address)
	for one := range c.ListObjectsIter(tb.Context(), bucket, minio.ListObjectsOptions{Recursive: true}) {
		if one.Err != nil {
			tb.Fatal(one.Err)
		}
		objects = append(objects, one.Key)
	}
	for one := range c.ListIncompleteUploads(tb.Context(), bucket, "", true) {
		if one.Err != nil {
			tb.Fatal(one.Err)
		}
		uploads = append(uploads, one.Key)
	}
	return objects, uploads
}

// use starts the server, unless it runs, and says where it is.
func use(tb testing.TB) string {
	tb.Helper()
	gateway.Lock()
	defer gateway.Unlock()
	if gateway.users == 0 {
		start(tb)
	}
	gateway.users++
	tb.Cleanup(release)
	return gateway.host
}

func release() {
	gateway.Lock()
	defer gateway.Unlock()
	if gateway.users--; gateway.users == 0 {
		_ = gateway.cmd.Process.Kill()
		_ = gateway.cmd.Wait()
		_ = os.RemoveAll(gateway.dir)
	}
}

func start(tb testing.TB) {
	dir, err := os.MkdirTemp("", "foyer-s3-")
	if err != nil {
		tb.Fatal(err)
	}
	files, notes := filepath.Join(dir, "files"), filepath.Join(dir, "notes")
	for _, name := range []string{files, notes} {
		if err := os.Mkdir(name, 0o700); err != nil {
			tb.Fatal(err)
		}
	}
	script := tool(tb, "versitygw")
	gateway.secret = "s/e+c:r@e?t #%40" + rand.Text()
	// The address is given up before the server takes it: it cannot be told to find
	// one. If somebody else is quicker, another one is tried.
	for range 5 {
		host := freeAddress(tb)
		cmd := exec.Command(script, "versitygw", "--quiet", "--port", host, "--access", accessKey, "--secret", gateway.secret,
			"--region", region, "posix", "--sidecar", notes, files)
		if err := cmd.Start(); err != nil {
			tb.Fatal(err)
		}
		c := client(tb, host)
		if await(func() bool { _, err := c.ListBuckets(tb.Context()); return err == nil }) {
			gateway.host, gateway.cmd, gateway.dir = host, cmd, dir
			return
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	_ = os.RemoveAll(dir)
	tb.Fatal("the server of S3 does not start")
}

// await asks until the answer is yes, as long as a slow machine may take.
func await(yes func() bool) bool {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for range 1500 { // half a minute
		if yes() {
			return true
		}
		<-look.C
	}
	return false
}

func freeAddress(tb testing.TB) string {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// tool is the script that runs a program of tools/; the program is built when it
// is not there.
func tool(tb testing.TB, name string) string {
	tb.Helper()
	dir, err := os.Getwd()
	for err == nil {
		script := filepath.Join(dir, "scripts", "tool")
		if _, gone := os.Stat(script); gone == nil {
			if said, err := exec.Command(script, name, "-version").CombinedOutput(); err != nil {
				tb.Fatalf("%s: %v: %s", name, err, said)
			}
			return script
		}
		if dir == filepath.Dir(dir) {
			err = fmt.Errorf("no scripts/tool above the test")
		}
		dir = filepath.Dir(dir)
	}
	tb.Fatal(err)
	return ""
}
