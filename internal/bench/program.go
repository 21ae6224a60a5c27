package bench

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// starts is how often the program is started.
const starts = 5

// measureProgram starts foyer serve on the filled database, asks for one page of
// a session that is there already, and looks at the memory.
func measureProgram(ctx context.Context, o Options, p *place, r *Report) error {
	if o.Program == "" {
		return nil
	}
	var took []time.Duration
	var memory []time.Duration // kilobytes, so that the median is taken alike
	for range starts {
		start, kilobytes, err := p.start(ctx, o)
		if err != nil {
			return err
		}
		took, memory = append(took, start), append(memory, time.Duration(kilobytes))
	}
	r.Program = Program{Start: milli(quantile(took, 0.5)), Slowest: milli(quantile(took, 1)), Idle: float64(quantile(memory, 0.5)) / 1024}
	r.hold(r.Program.Start <= 100, "G15 start to the first page: %.0f ms, goal 100", r.Program.Start)
	r.hold(r.Program.Idle <= 40, "G14 memory after one page: %.1f MB, goal 40", r.Program.Idle)
	return nil
}

func (p *place) start(ctx context.Context, o Options) (time.Duration, int64, error) {
	begin := time.Now()
	s, err := p.launch(ctx, o)
	if err != nil {
		return 0, 0, err
	}
	defer s.stop()
	if err := p.firstPage(ctx, s.host); err != nil {
		return 0, 0, err
	}
	took := time.Since(begin)
	time.Sleep(300 * time.Millisecond) // it settles
	kilobytes, err := memory(s.pid, "VmRSS:")
	return took, kilobytes, err
}

// launch starts the program on the data, at an address of its own.
func (p *place) launch(ctx context.Context, o Options) (served, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return served{}, err
	}
	address := l.Addr().String()
	_ = l.Close()
	cmd := exec.CommandContext(ctx, o.Program, "serve") //nolint:gosec // the program is this one
	cmd.Env = append([]string{"FOYER_LISTEN=" + address, "FOYER_DATA_DIR=" + p.dir}, o.Environ...)
	if p.address != "" {
		cmd.Env = append(cmd.Env, "FOYER_DATABASE_URL="+p.address)
	}
	if err := cmd.Start(); err != nil {
		return served{}, err
	}
	return served{"http://" + address, address, cmd.Process.Pid, func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}}, nil
}

// firstPage asks until the page comes.
func (p *place) firstPage(ctx context.Context, address string) error {
	browser := &http.Client{Timeout: 10 * time.Second}
	defer browser.CloseIdleConnections()
	for end := time.Now().Add(20 * time.Second); ; {
		r := request(ctx, http.MethodGet, "http://"+address+"/portal/", "", address)
		r.AddCookie(p.cookies[contactA])
		answer, err := browser.Do(r)
		if err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
			if answer.StatusCode != http.StatusOK || answer.Request.URL.Path != "/portal/" {
				return fmt.Errorf("the program's first page is %s with status %d", answer.Request.URL.Path, answer.StatusCode)
			}
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("the program does not answer: %w", err)
		}
		time.Sleep(time.Millisecond)
	}
}

// memory is a line of what Linux tells of a process's memory, in kilobytes: VmRSS: of
// now, VmHWM: of the most that it had.
func memory(pid int, name string) (int64, error) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, fmt.Errorf("memory is measured on Linux alone: %w", err)
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		if value, ok := strings.CutPrefix(line, name); ok {
			return strconv.ParseInt(strings.Fields(value)[0], 10, 64)
		}
	}
	return 0, fmt.Errorf("no memory is told of process %d", pid)
}
