package lang

import (
	"strconv"
	"strings"
)

// numberMarks are what stands between the digits of one language.
type numberMarks struct{ group, decimal string }

func marksOf(tag string) numberMarks {
	switch tag {
	case "de":
		return numberMarks{group: ".", decimal: ","}
	default:
		return numberMarks{group: ",", decimal: "."}
	}
}

// Minus is the sign of a negative number, which is not a hyphen.
const Minus = "−"

// Number is a whole number with its thousands set apart: 1,204.
func (p Printer) Number(n int) string {
	digits, negative := strings.CutPrefix(strconv.Itoa(n), "-")
	if negative {
		return Minus + p.Group(digits)
	}
	return p.Group(digits)
}

// Group sets the thousands of digits apart.
func (p Printer) Group(digits string) string {
	mark := p.catalogue().marks.group
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + mark + digits[at:]
	}
	return digits
}

// DecimalMark stands between the whole of a number and its fraction.
func (p Printer) DecimalMark() string { return p.catalogue().marks.decimal }
