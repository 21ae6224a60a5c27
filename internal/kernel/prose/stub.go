package prose

import "foyer/internal/kernel/pdf"

func (d Doc) Blocks() []pdf.Block { return []pdf.Block{pdf.Paragraph{Text: d.Plain()}} }
