package mark

type Kind string

const (
	Typed    Kind = "typed"
	Drawn    Kind = "drawn"
	Uploaded Kind = "uploaded"
)

type Wanted struct {
	Kind    Kind
	Text    string
	Face    string
	Strokes string
	Image   []byte
}
type Mark struct {
	Kind   Kind
	PNG    []byte
	SHA256 string
}

func Make(w Wanted) (Mark, error) { return Mark{Kind: w.Kind, SHA256: "x"}, nil }
