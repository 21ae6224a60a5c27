// Package picture takes pictures from strangers and makes safe ones of them. A
// picture is decoded and encoded anew, so that nothing of the uploaded bytes
// survives: no scripts, no comments, no place where a photo was taken.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"foyer/internal/kernel/problem"
)

const (
	maxBytes  = 5 << 20    // of the uploaded file
	maxPixels = 40_000_000 // width times height
	maxSide   = 20_000     // pixels of one side: scaling needs memory by the side as well
	maxMemory = 320 << 20  // bytes that decoding may take
	maxScans  = 100        // passes of a progressive JPEG, each of which costs time
	logoSide  = 512        // pixels of the longer side of a logo
)

// logoField is the form field at which problems of a logo are shown.
const logoField = "logo"

// gate lets one picture be decoded at a time, which bounds the memory that any
// number of uploads can take.
var gate = make(chan struct{}, 1)

// Logo reads a PNG, JPEG or WebP picture, whatever its file was called, and
// gives it as PNG: upright, at most 512 pixels wide and high with its own
// proportions and transparency, never enlarged. The same picture gives the
// same bytes.
//
// Problems (Invalid, at the field logo): picture.empty; picture.kind for
// anything else, such as SVG, GIF or HTML; picture.code for a picture that
// carries parts of a web page; picture.broken; picture.large above 5 MB;
// picture.pixels above 40 million pixels (20 for a progressive JPEG);
// picture.side for a side above 20,000. An error of r itself is wrapped.
func Logo(r io.Reader) ([]byte, error) {
	small, err := read(r, maxBytes, "5 MB", logoSide)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, small); err != nil {
		return nil, fmt.Errorf("encode picture: %w", err)
	}
	return out.Bytes(), nil
}

const markBytes = 1 << 20 // of the uploaded file of a signature

// Mark reads a PNG or JPEG picture of a signature of at most 1 MB, upright and no
// side longer than so many pixels. Problems are those of Logo, at the field.
func Mark(r io.Reader, field string, side int) (*image.NRGBA, error) {
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	if string(head) == "RIFF" {
		return nil, problem.Field(field, "mark.kind")
	}
	made, err := read(io.MultiReader(bytes.NewReader(head[:n]), r), markBytes, "1 MB", side)
	if p, ok := problem.As(err); ok {
		m := p.Fields[logoField]
		if m.Key == "picture.kind" {
			m.Key = "mark.kind"
		}
		return nil, problem.Field(field, m.Key, m.Args...)
	}
	return made, err
}

const previewBytes = 50 << 20 // of the file that a small picture is drawn of

// drawing lets one preview be read and drawn at a time: the files are far larger than
// those that gate alone is for.
var drawing = make(chan struct{}, 1)

// Small is a small picture of a larger one.
type Small struct {
	MediaType     string
	Bytes         []byte
	Width, Height int // pixels
}

// Preview reads a picture of at most 50 MB as Logo does and gives a small one, upright
// and no side longer than so many pixels: as PNG where it is transparent, and else as
// JPEG. Problems are those of Logo.
func Preview(r io.Reader, side int) (Small, error) {
	drawing <- struct{}{}
	defer func() { <-drawing }()
	small, err := read(r, previewBytes, "50 MB", side)
	if err != nil {
		return Small{}, err
	}
	made := Small{MediaType: "image/jpeg", Width: small.Rect.Dx(), Height: small.Rect.Dy()}
	var out bytes.Buffer
	if small.Opaque() {
		err = jpeg.Encode(&out, small, &jpeg.Options{Quality: 85})
	} else {
		made.MediaType = "image/png"
		err = png.Encode(&out, small)
	}
	made.Bytes = out.Bytes()
	if err != nil {
		return Small{}, fmt.Errorf("encode picture: %w", err)
	}
	return made, nil
}

// read takes a picture of at most so many bytes and scales it down.
func read(r io.Reader, limit int64, said string, side int) (*image.NRGBA, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, problem.Field(logoField, "picture.large", "limit", said)
	}
	k, err := kindOf(data)
	if err != nil {
		return nil, err
	}
	gate <- struct{}{}
	defer func() { <-gate }()
	if err := k.fits(data); err != nil {
		return nil, err
	}
	img, err := k.decode(bytes.NewReader(data))
	if err != nil {
		return nil, problem.Field(logoField, "picture.broken")
	}
	return upright(fit(img, side), k.orientation(data)), nil
}

// kind is one of the formats that we read. They are not registered with package
// image, where any import could add another.
type kind struct {
	decode func(io.Reader) (image.Image, error)
	config func(io.Reader) (image.Config, error)
	jpeg   bool
}

// kindOf knows a picture by its first bytes.
func kindOf(data []byte) (kind, error) {
	switch {
	case len(data) == 0:
		return kind{}, problem.Field(logoField, "picture.empty")
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return checked(data, kind{decode: png.Decode, config: png.DecodeConfig})
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return checked(data, kind{decode: jpeg.Decode, config: jpeg.DecodeConfig, jpeg: true})
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return checked(data, kind{decode: webp.Decode, config: webp.DecodeConfig})
	}
	return kind{}, problem.Field(logoField, "picture.kind")
}

// checked refuses a picture that is a web page as well. Nothing of it would
// survive; but whoever sends one is not sending a logo.
func checked(data []byte, k kind) (kind, error) {
	for rest := data; ; rest = rest[1:] {
		at := bytes.IndexByte(rest, '<')
		if at < 0 {
			return k, nil
		}
		rest = rest[at:]
		for _, code := range []string{"<script", "<html", "<svg", "<!doctype", "<iframe", "<?php"} {
			if len(rest) >= len(code) && bytes.EqualFold(rest[:len(code)], []byte(code)) {
				return kind{}, problem.Field(logoField, "picture.code")
			}
		}
	}
}

// fits says whether the picture may be decoded, from its head alone.
func (k kind) fits(data []byte) error {
	c, err := k.config(bytes.NewReader(data))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return problem.Field(logoField, "picture.broken")
	}
	if c.Width > maxSide || c.Height > maxSide {
		return problem.Field(logoField, "picture.side", "limit", maxSide)
	}
	limit := min(maxPixels, maxMemory/k.memory(c, data))
	if int64(c.Width)*int64(c.Height) > limit {
		return problem.Field(logoField, "picture.pixels", "limit", limit/1_000_000)
	}
	if k.jpeg && bytes.Count(data, []byte{0xff, 0xda}) > maxScans {
		return problem.Field(logoField, "picture.broken")
	}
	return nil
}

// fit scales a picture down until neither side is longer than side.
func fit(img image.Image, side int) *image.NRGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if longer := max(w, h); longer > side {
		w, h = max(1, (w*side+longer/2)/longer), max(1, (h*side+longer/2)/longer)
	}
	small := image.NewNRGBA(image.Rect(0, 0, w, h))
	if w == b.Dx() && h == b.Dy() {
		draw.Draw(small, small.Bounds(), img, b.Min, draw.Src)
		return small
	}
	draw.CatmullRom.Scale(small, small.Bounds(), img, b, draw.Src, nil)
	return small
}
