package mark

import "bytes"

// Kind is how a mark was made.
type Kind string

// The kinds.
const (
	Typed    Kind = "typed"
	Drawn    Kind = "drawn"
	Uploaded Kind = "uploaded"
)

// Wanted is what somebody hands in for a mark of a kind.
type Wanted struct {
	Kind    Kind
	Text    string // of a typed one
	Face    string // of a typed one, empty for the first of Faces
	Strokes string // of a drawn one, as JSON
	Image   []byte // of an uploaded one
}

// Make is the mark that somebody wants. Problems are those of the kind, at
// NameField, FaceField, StrokesField or UploadField; a kind that is none is typed.
func Make(w Wanted) (Mark, error) {
	switch w.Kind {
	case Drawn:
		m, err := ofStrokes([]byte(w.Strokes))
		m.Kind = Drawn
		return m, err
	case Uploaded:
		m, err := ofPicture(bytes.NewReader(w.Image))
		m.Kind = Uploaded
		return m, err
	}
	face := Face(w.Face)
	if face == "" {
		face = Faces[0]
	}
	m, err := ofName(w.Text, face)
	m.Kind = Typed
	return m, err
}
