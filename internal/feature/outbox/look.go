package outbox

import (
	"github.com/a-h/templ"

	"foyer/internal/kernel/brand"
)

// Mail programs know no style sheets worth the name, so every style stands at
// its element. The greys are the neutrals of the portal's light theme; the
// template's one style element has those of the dark theme. No style has quotes,
// which templ escapes twice.
const (
	font = "font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif;"

	styleOutside   templ.SafeCSS = "padding:40px 16px;background-color:#f8faf9;"
	styleName      templ.SafeCSS = font + "font-size:16px;line-height:1.3;font-weight:600;color:#151e1c;overflow-wrap:anywhere;"
	styleCard      templ.SafeCSS = "background-color:#ffffff;border:1px solid #e1e6e3;border-radius:14px;padding:36px 36px 32px;"
	styleTitle     templ.SafeCSS = "margin:0 0 20px;" + font + "font-size:24px;line-height:1.25;font-weight:600;letter-spacing:-.01em;text-wrap:balance;color:#151e1c;overflow-wrap:anywhere;"
	styleText      templ.SafeCSS = "margin:0 0 14px;" + font + "font-size:16px;line-height:1.55;color:#151e1c;overflow-wrap:anywhere;"
	styleSmall     templ.SafeCSS = "margin:0 0 14px;" + font + "font-size:14px;line-height:1.5;color:#535d5a;overflow-wrap:anywhere;"
	styleRule      templ.SafeCSS = "margin:22px 0 0;border-top:1px solid #e1e6e3;padding-top:16px;"
	styleAddress   templ.SafeCSS = "margin:0;" + font + "font-size:13px;line-height:1.5;color:#535d5a;"
	styleLink      templ.SafeCSS = "color:#535d5a;text-decoration:underline;word-break:break-all;"
	stylePart      templ.SafeCSS = "margin:18px 0 0;border-top:1px solid #e1e6e3;padding-top:16px;"
	stylePartTitle templ.SafeCSS = "margin:0 0 8px;" + font + "font-size:17px;line-height:1.35;font-weight:600;color:#151e1c;overflow-wrap:anywhere;"
	stylePartLink  templ.SafeCSS = "color:#535d5a;text-decoration:underline;"
	styleFooter    templ.SafeCSS = "padding:20px 4px 0;" + font + "font-size:13px;line-height:1.5;color:#66706d;overflow-wrap:anywhere;"
	styleLogo      templ.SafeCSS = "display:block;border:0;height:32px;width:auto;max-width:180px;object-fit:contain;border-radius:4px;"
	stylePreview   templ.SafeCSS = "display:none;max-height:0;overflow:hidden;opacity:0;"
	styleAroundIt  templ.SafeCSS = "padding:0 4px 20px;"
)

// What takes the brand's colours: the button, its words, and the tile that
// stands for a logo. A Flat is made of #rrggbb and nothing else.

func styleButton(c brand.Flat) templ.SafeCSS {
	return templ.SafeCSS("border-radius:9px;background-color:" + c.Fill + ";")
}

func styleButtonText(c brand.Flat) templ.SafeCSS {
	return templ.SafeCSS("display:block;padding:14px 26px;" + font +
		"font-size:16px;line-height:1.25;font-weight:600;text-align:center;text-decoration:none;border-radius:9px;color:" + c.On + ";")
}

func styleTile(c brand.Flat) templ.SafeCSS {
	return templ.SafeCSS("width:32px;height:32px;border-radius:8px;text-align:center;" + font +
		"font-size:16px;line-height:32px;font-weight:600;background-color:" + c.Fill + ";color:" + c.On + ";")
}
