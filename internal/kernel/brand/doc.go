// Package brand makes a workspace's whole brand palette out of the one colour
// its owner chose, for both themes, so that every pair of colours that meets on
// a screen can be read.
//
// The work is done in OKLCH, where lightness is what the eye calls lightness:
// a colour can be made darker or lighter and still be the same colour. What
// screens cannot show is brought back by taking chroma away, never by moving
// the hue. Contrast is the ratio of WCAG 2.x, measured on the rounded 8-bit
// colours that are really sent.
//
//	p := brand.Derive(brand.Default)
//	p.CSS()         // custom properties for the portal
//	p.Mail()        // flat colours for e-mail
//	brand.Report(p) // each promised pair with its ratio
package brand
