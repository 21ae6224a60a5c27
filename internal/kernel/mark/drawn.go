package mark

import (
	"encoding/json"
	"image"
	"math"

	"golang.org/x/image/vector"

	"foyer/internal/kernel/problem"
)

// StrokesField is the form field at which problems of a drawing are shown.
const StrokesField = "strokes"

// The limits of a drawing.
const (
	maxStrokesBytes = 256 << 10
	maxStrokes      = 500
	maxPoints       = 20_000
	maxCoordinate   = 100_000
)

type point struct{ x, y float64 }

// ofStrokes is a mark of strokes: a JSON list of strokes, each a list of points, each
// [x, y], in pixels of whatever screen, y downwards. Problems, at StrokesField:
// mark.strokes for what is no such list or too long a one, and mark.little for a
// dot or a dash.
func ofStrokes(strokes []byte) (Mark, error) {
	lines, ok := readStrokes(strokes)
	if !ok {
		return Mark{}, problem.Field(StrokesField, "mark.strokes")
	}
	if little(lines) {
		return Mark{}, problem.Field(StrokesField, "mark.little")
	}
	cut, ok := trimmed(stroked(lines))
	if !ok {
		return Mark{}, problem.Field(StrokesField, "mark.little")
	}
	return finish(cut)
}

func readStrokes(data []byte) ([][]point, bool) {
	var read [][][]float64
	if len(data) > maxStrokesBytes || json.Unmarshal(data, &read) != nil || len(read) > maxStrokes {
		return nil, false
	}
	var lines [][]point
	points := 0
	for _, stroke := range read {
		var line []point
		for _, p := range stroke {
			points++
			if len(p) != 2 || points > maxPoints || math.Abs(p[0]) > maxCoordinate || math.Abs(p[1]) > maxCoordinate {
				return nil, false
			}
			line = append(line, point{p[0], p[1]})
		}
		if len(line) > 0 {
			lines = append(lines, line)
		}
	}
	return lines, true
}

// little tells whether a drawing is no signature: nothing, dots, or one straight
// dash. One stroke is enough if it turns.
func little(lines [][]point) bool {
	const side, length, turning = 24, 60, 1.35
	w, h := extent(lines)
	sum := 0.0
	for _, line := range lines {
		sum += lengthOf(line)
	}
	if max(w, h) < side || sum < length {
		return true
	}
	if len(lines) > 1 {
		return false
	}
	return sum < turning*math.Hypot(w, h)
}

func lengthOf(line []point) (sum float64) {
	for i := 1; i < len(line); i++ {
		sum += math.Hypot(line[i].x-line[i-1].x, line[i].y-line[i-1].y)
	}
	return sum
}

func extent(lines [][]point) (w, h float64) {
	low, high := corners(lines)
	return high.x - low.x, high.y - low.y
}

func corners(lines [][]point) (low, high point) {
	low, high = point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, line := range lines {
		for _, p := range line {
			low.x, low.y, high.x, high.y = min(low.x, p.x), min(low.y, p.y), max(high.x, p.x), max(high.y, p.y)
		}
	}
	return low, high
}

const pen = 5.0 // how thick a stroke is

// stroked draws lines as large as they may be.
func stroked(lines [][]point) *image.Gray {
	low, _ := corners(lines)
	w, h := extent(lines)
	const room = 2 * pen
	scale := min((MaxWidth-2*margin-2*room)/max(w, 1), (MaxHeight-2*margin-2*room)/max(h, 1))
	width, height := int(math.Ceil(w*scale+2*room)), int(math.Ceil(h*scale+2*room))
	// All that is added turns the same way round, so that what overlaps is ink
	// once.
	r := vector.NewRasterizer(width, height)
	for _, line := range lines {
		var at []point
		for _, p := range line {
			at = append(at, point{(p.x-low.x)*scale + room, (p.y-low.y)*scale + room})
		}
		at = smooth(at)
		for i, p := range at {
			dot(r, p)
			if i > 0 {
				piece(r, at[i-1], p)
			}
		}
	}
	cover := image.NewAlpha(image.Rect(0, 0, width, height))
	r.Draw(cover, cover.Rect, image.Opaque, image.Point{})
	img := paper(width, height)
	for i, a := range cover.Pix {
		img.Pix[i] = uint8(255 - int(a)*(255-inkLevel)/255)
	}
	return img
}

// smooth puts points between those of a line, along curves through the middles of
// its pieces.
func smooth(line []point) []point {
	const step = 3.0
	if len(line) < 3 {
		return line
	}
	middle := func(a, b point) point { return point{(a.x + b.x) / 2, (a.y + b.y) / 2} }
	out := []point{line[0]}
	from := line[0]
	for i := 1; i < len(line)-1; i++ {
		by, to := line[i], middle(line[i], line[i+1])
		if i == len(line)-2 {
			to = line[i+1]
		}
		pieces := math.Ceil((math.Hypot(by.x-from.x, by.y-from.y) + math.Hypot(to.x-by.x, to.y-by.y)) / step)
		pieces = min(max(pieces, 1), 32)
		for n := 1.0; n <= pieces; n++ {
			t := n / pieces
			out = append(out, point{
				(1-t)*(1-t)*from.x + 2*t*(1-t)*by.x + t*t*to.x,
				(1-t)*(1-t)*from.y + 2*t*(1-t)*by.y + t*t*to.y,
			})
		}
		from = to
	}
	return out
}

// round is a circle of the pen.
var round = func() (corners [12]point) {
	for i := range corners {
		angle := 2 * math.Pi * float64(i) / float64(len(corners))
		corners[i] = point{math.Cos(angle) * pen / 2, math.Sin(angle) * pen / 2}
	}
	return corners
}()

func dot(r *vector.Rasterizer, p point) {
	for i, c := range round {
		x, y := float32(p.x+c.x), float32(p.y+c.y)
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
}

func piece(r *vector.Rasterizer, a, b point) {
	length := math.Hypot(b.x-a.x, b.y-a.y)
	if length == 0 {
		return
	}
	nx, ny := -(b.y-a.y)/length*pen/2, (b.x-a.x)/length*pen/2
	r.MoveTo(float32(a.x-nx), float32(a.y-ny))
	r.LineTo(float32(b.x-nx), float32(b.y-ny))
	r.LineTo(float32(b.x+nx), float32(b.y+ny))
	r.LineTo(float32(a.x+nx), float32(a.y+ny))
	r.ClosePath()
}
