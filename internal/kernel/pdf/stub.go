package pdf

type Break struct{}

func (Break) draw(p *press) {}

type Picture struct {
	PNG  []byte
	High float64
}

func (Picture) draw(p *press) {}
