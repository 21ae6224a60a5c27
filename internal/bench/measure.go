package bench

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// processor is the time that this process has spent on the processors so far,
// and the processes of PostgreSQL with it when that is the database.
func (p *place) processor() time.Duration {
	program, database := p.spent()
	return program + database
}

// spent is the two of them apart.
func (p *place) spent() (program, database time.Duration) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), p.database()
}

// database is the processor time of PostgreSQL, nothing where that is not the database.
func (p *place) database() time.Duration {
	if p.address == "" {
		return 0
	}
	return postgres()
}

// tick is what Linux counts the processor time of a process in.
const tick = 10 * time.Millisecond

// ranFor is the processor time of a process so far, with threads that have ended; nothing
// where Linux does not tell it.
func ranFor(pid int) time.Duration {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	// The name in parentheses may have blanks in it; what is wanted are the 14th and the
	// 15th field.
	_, after, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick
}

// postgres is the processor time of every process of PostgreSQL on this machine,
// as Linux tells it; elsewhere, and when the database is on another machine, it
// is nothing.
func postgres() (sum time.Duration) {
	names, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		return 0
	}
	for _, name := range names {
		if comm, err := os.ReadFile(name); err != nil || strings.TrimSpace(string(comm)) != "postgres" {
			continue
		}
		stat, err := os.ReadFile(filepath.Join(filepath.Dir(name), "schedstat"))
		if err != nil {
			continue // it has ended
		}
		ran, _, _ := strings.Cut(string(stat), " ")
		if ns, err := strconv.ParseInt(ran, 10, 64); err == nil {
			sum += time.Duration(ns)
		}
	}
	return sum
}

// turn is about how long one of those who are compared is measured before the
// next one's turn comes.
const turn = 40 * time.Millisecond

// compare runs functions in turns and gives for each the median of its processor
// time over the rounds. Who goes first changes from round to round.
func (p *place) compare(rounds int, runs ...func() error) ([]time.Duration, error) {
	counts := make([]int, len(runs))
	for i, run := range runs {
		for range 3 { // what is made once is made now
			if err := run(); err != nil {
				return nil, err
			}
		}
		begin := p.processor()
		const probe = 3
		for range probe {
			if err := run(); err != nil {
				return nil, err
			}
		}
		each := max((p.processor()-begin)/probe, 10*time.Microsecond)
		counts[i] = min(max(int(turn/each), 3), 400)
	}
	samples := make([][]time.Duration, len(runs))
	for round := range rounds {
		for i := range runs {
			at := (i + round) % len(runs)
			begin := p.processor()
			for range counts[at] {
				if err := runs[at](); err != nil {
					return nil, err
				}
			}
			samples[at] = append(samples[at], (p.processor()-begin)/time.Duration(counts[at]))
		}
	}
	medians := make([]time.Duration, len(runs))
	for i := range samples {
		medians[i] = quantile(samples[i], 0.5)
	}
	return medians, nil
}

// quantile is the value below which the given part of the samples lies.
func quantile(samples []time.Duration, part float64) time.Duration {
	if len(samples) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(samples))
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}

// over is a ratio with two decimals.
func over(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return float64(int(float64(a)/float64(b)*100+0.5)) / 100
}
