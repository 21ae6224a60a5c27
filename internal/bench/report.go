package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Report is what a run came to. Processor times are microseconds a request,
// latencies milliseconds.
type Report struct {
	Date    string    `json:"date"`
	Set     string    `json:"set"`
	Engine  string    `json:"engine"`
	Cores   int       `json:"cores"`
	System  string    `json:"system"`
	Go      string    `json:"go"`
	Pages   []Page    `json:"pages"`
	Foreign []Foreign `json:"foreign,omitempty"`
	SignIn  SignIn    `json:"sign_in"`
	Storm   Storm     `json:"storm"`
	Program Program   `json:"program"`
	Mix     *Mix      `json:"mix,omitempty"`
	Growth  []Growth  `json:"growth,omitempty"`
	// Absent are routes that are not there yet, Missed the goals that were missed.
	Absent []string `json:"absent,omitempty"`
	Missed []string `json:"missed,omitempty"`
}

// Page is what one page costs: the whole handler with and without compression,
// the bare handler with its two look-ups, and the handler alone.
type Page struct {
	Name         string  `json:"name"`
	Route        string  `json:"route"`
	As           string  `json:"as"`
	Goal         string  `json:"goal"`
	Limit        float64 `json:"limit"`
	CPU          float64 `json:"cpu_us"`
	Uncompressed float64 `json:"uncompressed_us"`
	Bare         float64 `json:"bare_us"`
	Handler      float64 `json:"handler_us"`
	Ratio        float64 `json:"ratio"`
	Statements   int     `json:"statements"`
	Bytes        int     `json:"bytes"`
	Gzip         int     `json:"gzip_bytes"`
}

// Foreign is what asking for another client's record costs.
type Foreign struct {
	Route   string  `json:"route"`
	Theirs  float64 `json:"theirs_us"`
	Missing float64 `json:"missing_us"`
	Ratio   float64 `json:"ratio"`
}

// SignIn is a sign-in beside the hash alone.
type SignIn struct {
	CPU   float64 `json:"cpu_us"`
	Hash  float64 `json:"hash_us"`
	Ratio float64 `json:"ratio"`
}

// Storm is how long a list takes while many sign in.
type Storm struct {
	Route   string  `json:"route"`
	Clients int     `json:"clients"`
	SignIns int     `json:"sign_ins"`
	Refused int     `json:"refused"`
	Calm50  float64 `json:"calm_p50_ms"`
	Calm95  float64 `json:"calm_p95_ms"`
	Storm50 float64 `json:"storm_p50_ms"`
	Storm95 float64 `json:"storm_p95_ms"`
}

// Program is the start of the program until its first page, and its memory after
// it.
type Program struct {
	Start   float64 `json:"start_ms"`
	Slowest float64 `json:"slowest_start_ms"`
	Idle    float64 `json:"idle_mb"`
}

// Mix is what people cost who do all sorts of things: at full speed, and at half of it.
// Program and Database are microseconds of processor time an operation at full speed.
type Mix struct {
	People     int       `json:"people"`
	Clients    int       `json:"clients"`
	Seconds    float64   `json:"seconds"`
	Operations int       `json:"operations"`
	Capacity   float64   `json:"operations_per_second"`
	Program    float64   `json:"program_us"`
	Database   float64   `json:"database_us"`
	Alone      float64   `json:"alone_us"` // an operation when nothing else is done
	Memory     float64   `json:"peak_mb"`
	Rate       float64   `json:"half_per_second"`
	P50        float64   `json:"half_p50_ms"`
	P95        float64   `json:"half_p95_ms"`
	P99        float64   `json:"half_p99_ms"`
	Kinds      []MixKind `json:"kinds"`
}

// MixKind is one kind of what they do: its processor time when nothing else is done, the
// most statements it takes, the bytes of an answer, and its latencies at half speed.
type MixKind struct {
	Name       string  `json:"name"`
	Weight     float64 `json:"weight"`
	Program    float64 `json:"program_us"`
	Database   float64 `json:"database_us"`
	Statements int     `json:"statements"`
	Bytes      int     `json:"bytes"`
	P50        float64 `json:"half_p50_ms"`
	P95        float64 `json:"half_p95_ms"`
	Operations int     `json:"operations"` // at full and at half speed

	done int // alone
}

// Growth is a page between two sets, and for a client with a hundred times as
// many records.
type Growth struct {
	Name      string  `json:"page"`
	From      string  `json:"from"`
	To        string  `json:"to"`
	Small     float64 `json:"small_us"`
	Large     float64 `json:"large_us"`
	Ratio     float64 `json:"ratio"`
	Many      float64 `json:"many_us,omitempty"`
	ManyRatio float64 `json:"many_ratio,omitempty"`
}

// hold notes a goal that was missed.
func (r *Report) hold(reached bool, format string, args ...any) {
	if !reached {
		r.Missed = append(r.Missed, fmt.Sprintf(format, args...))
	}
}

func micro(d time.Duration) float64 { return float64(d.Microseconds()) }
func milli(d time.Duration) float64 { return float64(d.Microseconds()/10) / 100 }

// Table writes the report for people.
func (r *Report) Table(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "Set %s on %s, %d cores, %s, %s, %s. CPU in µs a request.\n\n", r.Set, r.Engine, r.Cores, r.System, r.Go, r.Date)
	fmt.Fprintln(w, "page\tgoal\twhole\tno gzip\tbare\thandler\tratio\tat most\tstatements\tbytes\tgzip")
	for _, p := range r.Pages {
		fmt.Fprintf(w, "%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.2f\t%.2f\t%d\t%d\t%d\n", p.Route, p.Goal, p.CPU, p.Uncompressed, p.Bare, p.Handler, p.Ratio, p.Limit, p.Statements, p.Bytes, p.Gzip)
	}
	for _, f := range r.Foreign {
		fmt.Fprintf(w, "\nanother client's id at %s: %.0f, one that is not there: %.0f, ratio %.2f\n", f.Route, f.Theirs, f.Missing, f.Ratio)
	}
	fmt.Fprintf(w, "\nG8 sign-in: %.0f, the hash alone: %.0f, ratio %.2f (at most 1.25)\n", r.SignIn.CPU, r.SignIn.Hash, r.SignIn.Ratio)
	fmt.Fprintf(w, "G9 %s, p50 and p95 in ms: calm %.2f %.2f, while %d sign in %.2f %.2f (%d sign-ins, %d refused)\n",
		r.Storm.Route, r.Storm.Calm50, r.Storm.Calm95, r.Storm.Clients, r.Storm.Storm50, r.Storm.Storm95, r.Storm.SignIns, r.Storm.Refused)
	fmt.Fprintf(w, "G14 memory after one page: %.1f MB (at most 40)\nG15 start to the first page: %.0f ms, the slowest %.0f (at most 100)\n", r.Program.Idle, r.Program.Start, r.Program.Slowest)
	if r.Mix != nil {
		r.Mix.table(w)
	}
	if len(r.Growth) > 0 {
		fmt.Fprintf(w, "\ngrowth\t%s\t%s\tratio\tmany of one client\tratio\n", r.Growth[0].From, r.Growth[0].To)
	}
	for _, g := range r.Growth {
		fmt.Fprintf(w, "%s\t%.0f\t%.0f\t%.2f\t%.0f\t%.2f\n", g.Name, g.Small, g.Large, g.Ratio, g.Many, g.ManyRatio)
	}
	for _, route := range r.Absent {
		fmt.Fprintf(w, "\nnot there yet: %s", route)
	}
	fmt.Fprintln(w)
	for _, m := range r.Missed {
		fmt.Fprintf(w, "missed: %s\n", m)
	}
	return w.Flush()
}

func (m Mix) table(w io.Writer) {
	fmt.Fprintln(w, "\nmix\tweight\tprogram\tdatabase\tstatements\tbytes\tp50 ms\tp95 ms\toperations")
	for _, k := range m.Kinds {
		fmt.Fprintf(w, "%s\t%.1f\t%.0f\t%.0f\t%d\t%d\t%.2f\t%.2f\t%d\n", k.Name, k.Weight, k.Program, k.Database, k.Statements, k.Bytes, k.P50, k.P95, k.Operations)
	}
	fmt.Fprintf(w, "G10 %d people, %d at once for %.0f s: %.0f operations a second, %.0f µs each, %.0f of the program and %.0f of the database (at most 1500)\n",
		m.People, m.Clients, m.Seconds, m.Capacity, m.Program+m.Database, m.Program, m.Database)
	fmt.Fprintf(w, "one at a time: %.0f µs an operation, by the weights\n", m.Alone)
	fmt.Fprintf(w, "G14 memory at its most: %.1f MB (at most 120)\n", m.Memory)
	fmt.Fprintf(w, "at %.0f a second, p50, p95 and p99 in ms since the moment that each was meant for: %.2f %.2f %.2f\n", m.Rate, m.P50, m.P95, m.P99)
}
