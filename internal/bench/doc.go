// Package bench measures the pages of a filled installation and holds the
// figures against their goals. On a machine that does other things too only
// ratios within one run mean anything, so whatever is compared is measured in
// turns.
package bench
