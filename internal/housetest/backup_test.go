package housetest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/housetest/house"
	"foyer/internal/job"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/config"
	"foyer/internal/kernel/db"
	"foyer/internal/server"
)

// The variables by which a child is told which house to take a backup of, and where to.
const backupOf, backupTo = "FOYER_TEST_BACKUP_OF", "FOYER_TEST_BACKUP_TO"

// installation is the configuration of what lies in a folder.
func installation(t *testing.T, data, address string) config.Config {
	t.Helper()
	c, err := config.Load([]string{"FOYER_DATA_DIR=" + data, "FOYER_DATABASE_URL=" + address, "FOYER_SECRET_KEY=" + strings.Repeat("ab", 32)})
	must(t, err)
	return c
}

// takeBackup has another process take a backup of a house.
func takeBackup(t *testing.T, h *house.House, file string) error {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestBackupsUnderLoad$")
	cmd.Env = append(os.Environ(), backupOf+"="+h.Address, house.DataVariable+"="+h.Data, backupTo+"="+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// restored restores a backup, which verifies it, and opens its database.
func restored(t *testing.T, file string) *db.DB {
	t.Helper()
	data := filepath.Join(t.TempDir(), "restored")
	address := "sqlite:" + filepath.Join(data, "foyer.db")
	_, err := server.RestoreBackup(t.Context(), server.Options{Config: installation(t, data, address), Log: slog.New(slog.DiscardHandler)}, file, func(c server.Checked) {
		for _, wrong := range c.Wrong {
			t.Errorf("%s: %s", c.Workspace, wrong)
		}
	})
	must(t, err)
	d, err := db.Open(t.Context(), address)
	must(t, err)
	t.Cleanup(d.Close)
	return d
}

// load is what people do while backups are taken, and what was acknowledged of it.
type load struct {
	h                 *house.House
	w                 *house.Workspace
	by                porter
	mu                sync.Mutex
	clients, invoices []string
	documents         map[string]string // by name, with the hash
	done, removed     int
}

func (l *load) acknowledge(fn func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done++
	fn()
}

func (l *load) addClients(t *testing.T, ctx context.Context) {
	for i := 0; ctx.Err() == nil; i++ {
		name := fmt.Sprintf("Load %d", i)
		made, err := client.ForStaff(l.w.Owner.Staff(t)).Create(ctx, client.Details{Name: name, Email: fmt.Sprintf("load%d@load.example", i), Type: client.Organization, Preferred: client.ByEmail})
		if err == nil {
			l.acknowledge(func() { l.clients = append(l.clients, made.String()) })
		} else if ctx.Err() == nil {
			t.Error(err)
		}
	}
}

func (l *load) issue(t *testing.T, ctx context.Context) {
	app := invoice.Feature{Documents: document.Shelf{Blobs: l.h.Blobs}, Enqueue: l.h.Jobs.Enqueue}.ForStaff(l.w.Owner.Staff(t))
	for ctx.Err() == nil {
		made, err := app.Create(ctx, invoice.Details{
			Client: l.w.Clients[0].ID, Currency: "EUR", TermsDays: "14", Lines: []invoice.LineDetails{{Description: "Work", Quantity: "1", Price: "100", Rate: billing.RateID(l.w.Rate)}},
		})
		if err == nil {
			err = app.Issue(ctx, made, 1, false)
		}
		if err == nil {
			l.acknowledge(func() { l.invoices = append(l.invoices, made.String()) })
		} else if ctx.Err() == nil {
			t.Error(err)
		}
	}
}

// bring brings documents, and takes away those of before, whose time is over at once.
func (l *load) bring(t *testing.T, ctx context.Context) {
	random := rand.New(rand.NewPCG(11, 11))
	before := ""
	for i := 0; ctx.Err() == nil; i++ {
		name := fmt.Sprintf("load %d.gz", i)
		content, hash := packed(random, 20_000+random.IntN(2<<20))
		a, err := l.by.bring(context.WithoutCancel(ctx), "/app/clients/"+l.w.Clients[0].ID.String()+"/documents", nil, parcel{name, bytes.NewReader(content)})
		if err != nil || a.status != http.StatusCreated {
			t.Errorf("%s is answered %d %s %v", name, a.status, a.said, err)
			return
		}
		l.acknowledge(func() { l.documents[name] = hash })
		if i%2 == 1 {
			l.remove(t, before)
		}
		before = name
	}
}

func (l *load) remove(t *testing.T, name string) {
	l.mu.Lock()
	delete(l.documents, name)
	l.mu.Unlock()
	ctx := context.WithoutCancel(t.Context())
	_, err := l.h.DB.Write.ExecContext(ctx, `update document set state = 'deleted', state_at = 0 where name = ?`, name)
	if err != nil {
		t.Error(err)
		return
	}
	l.acknowledge(func() { l.removed++ })
}

func (l *load) sweep(t *testing.T, ctx context.Context) {
	who, err := l.h.Gate.System(context.WithoutCancel(ctx), l.w.Site.ID)
	if err != nil {
		t.Error(err)
	}
	for ctx.Err() == nil {
		if err := l.h.Documents.Sweep(context.WithoutCancel(ctx), who); err != nil && !job.PutOff(err) {
			t.Error(err)
		}
	}
}

// While people add clients, issue invoices, bring documents and take them away, and what
// is over is swept, another process takes backups. Each is restored and verified, and
// has all that was acknowledged before it began.
func TestBackupsUnderLoad(t *testing.T) {
	t.Parallel()
	if file := os.Getenv(backupTo); file != "" {
		_, err := server.TakeBackup(t.Context(), installation(t, os.Getenv(house.DataVariable), os.Getenv(backupOf)), server.BackupOptions{Program: "test"}, file)
		must(t, err)
		return
	}
	rounds := 3
	if soaking() {
		rounds = 40
	}
	h := house.New(t, house.SQLite).Furnish(t)
	h.Serve(t)
	l := &load{h: h, w: h.First, by: porter{over(t, h), h.First.Owner, house.Host}, documents: map[string]string{}}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, work := range []func(*testing.T, context.Context){l.addClients, l.issue, l.bring, l.sweep} {
		all.Go(func() { work(t, ctx) })
	}
	during := 0
	for i := range rounds {
		l.mu.Lock()
		clients, invoices, documents, done := slices.Clone(l.clients), slices.Clone(l.invoices), maps.Clone(l.documents), l.done
		l.mu.Unlock()
		file := filepath.Join(t.TempDir(), fmt.Sprint(i))
		must(t, takeBackup(t, h, file))
		l.mu.Lock()
		during += l.done - done
		for name := range documents {
			if _, still := l.documents[name]; !still {
				delete(documents, name) // it may be of either
			}
		}
		l.mu.Unlock()
		l.compare(t, restored(t, file), clients, invoices, documents)
	}
	stop()
	all.Wait()
	if during < rounds || l.removed == 0 {
		t.Errorf("while backups were taken %d changes were acknowledged, and %d documents removed in all", during, l.removed)
	}
	h.Verified(t)
	figure(t, "backups under load", fmt.Sprintf("%d taken and restored, %d changes acknowledged while they were taken, %d documents removed, nothing is missing", rounds, during, l.removed))
}

// compare holds that what was acknowledged is in a restored database.
func (l *load) compare(t *testing.T, d *db.DB, clients, invoices []string, documents map[string]string) {
	t.Helper()
	for what, one := range map[string]struct {
		query string
		want  []string
	}{
		"clients":   {`select id from client`, clients},
		"invoices":  {`select id from invoice where state = 'issued'`, invoices},
		"documents": {`select d.name || v.sha256 from document d join document_version v on v.workspace_id = d.workspace_id and v.document_id = d.id where d.state = 'kept'`, pairs(documents)},
	} {
		there := map[string]bool{}
		for _, text := range house.Texts(t, d.Read, one.query) {
			there[text] = true
		}
		for _, want := range one.want {
			if !there[want] {
				t.Errorf("of %d %s that were acknowledged before it began, a backup does not have %s", len(one.want), what, want)
			}
		}
	}
}

func pairs(of map[string]string) (all []string) {
	for name, hash := range of {
		all = append(all, name+hash)
	}
	return all
}

// What a backup names stays until it has been copied, though its time is over meanwhile:
// the sweep is put off, and takes it the next time.
func TestSweepIsPutOffByABackup(t *testing.T) {
	t.Parallel()
	h := house.New(t, house.SQLite).Furnish(t)
	w, c := h.First, h.First.Clients[0]
	p := porter{over(t, h), w.Owner, house.Host}
	path, random := "/app/clients/"+c.ID.String()+"/documents", rand.New(rand.NewPCG(12, 12))
	bring := func(name string, size int) {
		t.Helper()
		content, _ := packed(random, size)
		if a, err := p.bring(t.Context(), path, nil, parcel{name, bytes.NewReader(content)}); err != nil || a.status != http.StatusCreated {
			t.Fatalf("%s: %d %s %v", name, a.status, a.said, err)
		}
	}
	for i := range 4 { // so that copying takes longer than sweeping
		bring(fmt.Sprintf("large %d.gz", i), 16<<20)
	}
	for i := range 30 {
		bring(fmt.Sprintf("over %d.gz", i), 1000)
	}
	h.Change(t, `update document set state = 'deleted', state_at = 0 where name like 'over %'`)
	who, err := h.Gate.System(t.Context(), w.Site.ID)
	must(t, err)
	file := filepath.Join(t.TempDir(), "backup")
	taken := make(chan error, 1)
	go func() {
		_, err := server.TakeBackup(t.Context(), installation(t, h.Data, h.Address), server.BackupOptions{}, file)
		taken <- err
	}()
	for begun := false; !begun && len(taken) == 0; { // until the database is copied and copying has begun
		info, err := os.Stat(filepath.Join(file+".part", "backup.tar"))
		begun = err == nil && info.Size() > 0
	}
	if err := h.Documents.Sweep(t.Context(), who); !job.PutOff(err) {
		t.Errorf("a sweep while the backup is taken gives %v", err)
	}
	must(t, <-taken)
	if names := house.Texts(t, restored(t, file).Read, `select name from document where name like 'over %'`); len(names) != 30 {
		t.Errorf("the backup has %d of those that were swept meanwhile", len(names))
	}
	if n := len(orphans(t, h, w)); n != 30 {
		t.Errorf("%d of those that were swept have bytes", n)
	}
	h.Clock.Later(time.Since(h.Clock.Now()) + 31*24*time.Hour)
	must(t, h.Documents.Sweep(t.Context(), who))
	if n := len(orphans(t, h, w)); n != 0 {
		t.Errorf("after the backup %d of those that were swept have bytes", n)
	}
}

// Whoever holds the files has them alone: one backup at a time.
func TestOneBackupAtATime(t *testing.T) {
	t.Parallel()
	h := house.New(t, house.SQLite).Furnish(t)
	held, err := blob.Hold(t.Context(), filepath.Join(h.Data, "blobs"))
	must(t, err)
	file := filepath.Join(t.TempDir(), "backup")
	_, err = server.TakeBackup(t.Context(), installation(t, h.Data, h.Address), server.BackupOptions{}, file)
	if err == nil || !strings.Contains(err.Error(), "another backup") {
		t.Errorf("a second backup gives %v", err)
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	_, err = server.TakeBackup(ended, installation(t, h.Data, h.Address), server.BackupOptions{}, file)
	if err == nil || !strings.Contains(err.Error(), "was stopped") {
		t.Errorf("one that is stopped while it waits gives %v", err)
	}
	must(t, held.Close())
	_, err = server.TakeBackup(t.Context(), installation(t, h.Data, h.Address), server.BackupOptions{}, file)
	must(t, err)
}
