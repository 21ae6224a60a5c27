package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// Field is what the parts of a form have in common. The components TextField,
// TextArea, DateField, ColorField, FileField and PasswordField are this struct
// under another name; Select, Tiles, SegmentField, Checkbox and Checkboxes
// hold one.
type Field struct {
	Name         string
	ID           string // empty: "f-" and the name
	Label        string
	Hint         string // below the control
	Error        string // what to do about it; marks the control as invalid
	Value        string
	Required     bool
	Disabled     bool
	ReadOnly     bool
	Autofocus    bool
	LabelHidden  bool   // kept for assistive technology only
	LabelLang    string // of a Checkbox whose label is in another language than the page
	MaxLength    int    // in characters; 0: no limit
	Rows         int    // of a TextArea; 0: 4
	Type         string // of a TextField: "text" (also when empty), "email", "tel", "url", "number", "time" …
	Autocomplete string
	InputMode    string
	Placeholder  string
	Dir          string // empty: "auto", or "ltr" for addresses and numbers
	Min, Max     string // of dates and numbers
	Step         string
	Pattern      string
	Accept       string // of a FileField: "image/png,image/jpeg"
	Optional     string // the word after the label of a field that may stay empty
	Reveal       string // of a PasswordField: the label of the button that shows it
	Aside        Link   // at the end of the label's line, such as "Forgot it?"
	Short        bool   // as wide as a date rather than its column
	Attrs        templ.Attributes
}

// Option is one of the choices of a Select, Tiles, SegmentField or Checkboxes.
type Option struct {
	Value    string
	Label    string
	Hint     string // second line of a tile
	Icon     string // of a tile
	Disabled bool
}

// id is the id of the control: the target of an ErrorSummary's link.
func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return FieldID(f.Name)
}

func (f Field) hintID() string  { return f.id() + "-hint" }
func (f Field) errorID() string { return f.id() + "-error" }

// describedBy lists the ids that describe the control, the error first.
func (f Field) describedBy() string {
	switch {
	case f.Error != "" && f.Hint != "":
		return f.errorID() + " " + f.hintID()
	case f.Error != "":
		return f.errorID()
	case f.Hint != "":
		return f.hintID()
	}
	return ""
}

// dir is the direction of the text typed into a field: addresses and numbers
// stay left to right in every language.
func (f Field) dir() string {
	if f.Dir != "" {
		return f.Dir
	}
	switch f.Type {
	case "email", "url", "tel", "number", "password", "date", "time", "color":
		return "ltr"
	}
	return "auto"
}

// kind is the type attribute of an input.
func (f Field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// state gives the attributes that say what holds for the control.
func (f Field) state() templ.Attributes {
	out := templ.Attributes{
		"required":  f.Required,
		"disabled":  f.Disabled,
		"autofocus": f.Autofocus,
	}
	if by := f.describedBy(); by != "" {
		out["aria-describedby"] = by
	}
	if f.Error != "" {
		out["aria-invalid"] = "true"
	}
	for name, value := range f.Attrs {
		out[name] = value
	}
	return out
}

// typed gives the attributes of a control that a person types into.
func (f Field) typed() templ.Attributes {
	out := f.state()
	if f.Attrs["readonly"] == nil {
		out["readonly"] = f.ReadOnly
	}
	set := func(name, value string) {
		if value != "" {
			out[name] = value
		}
	}
	set("autocomplete", f.Autocomplete)
	set("inputmode", f.InputMode)
	set("placeholder", f.Placeholder)
	set("min", f.Min)
	set("max", f.Max)
	set("step", f.Step)
	set("pattern", f.Pattern)
	set("accept", f.Accept)
	if f.MaxLength > 0 {
		out["maxlength"] = strconv.Itoa(f.MaxLength)
	}
	switch f.Type {
	case "email", "url", "tel", "password":
		out["spellcheck"] = "false"
		out["autocapitalize"] = "none"
	}
	return out
}

// as gives the field with another type of input.
func (f Field) as(kind string) Field {
	f.Type = kind
	return f
}

func (f Field) rows() string {
	if f.Rows == 0 {
		return "4"
	}
	return strconv.Itoa(f.Rows)
}

// optionID is the id of the nth radio or checkbox of a set. The first has the
// field's own id, so that the error summary can lead to it.
func (f Field) optionID(n int) string {
	if n == 0 {
		return f.id()
	}
	return f.id() + "-" + strconv.Itoa(n)
}

// FieldID is the id that a field of this name has when it is given none.
func FieldID(name string) string { return "f-" + name }
