// Package documenttest has names and files that people with bad intentions, and odd
// programs, send. A test of whatever takes, lists or hands out files runs through them.
package documenttest

import (
	"path"
	"strings"
)

// Names are names of files as they may come in a form. Each is either refused, or kept
// as something that no list, header, disk or shell trips over.
var Names = []string{
	// Ways out of a folder.
	"../../etc/passwd.txt", `..\..\boot.txt`, "/etc/shadow.txt", `C:\Windows\win.txt`, `\\server\share\x.txt`, "~/.ssh/known.txt", "a/../b.txt", "a/", "a/.txt", "..", ".", "...", "....txt",
	"%2e%2e%2fpasswd.txt", "..%5c..%5cx.txt", "..;/x.txt", "file:///etc/x.txt",
	// Lines and controls.
	"a\nb.txt", "a\r\nContent-Type: text/html\r\n\r\n.txt", "a\x00b.txt", "a.txt\x00.exe", "a.exe\x00.txt", "a\tb.txt", "a\x7fb.txt", "a\x1b[31mb.txt", "a\u0085b.txt", "a\u2028b.txt", "a\u2029b.txt", "a%0d%0aSet-Cookie:x.txt",
	// What is not seen, and what turns text around.
	"invoice\u202efdp.exe", "invoice\u202eexe.txt", "a\u200eb.txt", "a\u200fb.txt", "a\u2066b\u2069.txt", "a\u200bb.txt", "a\u200cb.txt", "\ufeffa.txt", "a\u00adb.txt", "a\U000e0041b.txt", "a\u180eb.txt", "\u200b.txt",
	"a.t\u200bxt", "a.exe\u200b.txt", "a.\u202etxt",
	// Nothing before the ending.
	"", " ", ".txt", "..txt", ". .txt", "\u00a0.txt", "\u3000.txt", " . txt",
	// Length.
	strings.Repeat("a", 300) + ".txt", strings.Repeat("🔥", 300) + ".txt", strings.Repeat("ü", 117) + ".txt", strings.Repeat("a", 120) + " .txt", "a." + strings.Repeat("t", 300), strings.Repeat("a.", 200) + "txt",
	// Names that Windows keeps for itself, and endings that it does not see.
	"CON.txt", "nul.txt", "COM1.txt", "LPT9.pdf", "aux", "a.txt.", "a.txt ", "a.txt. . .", "a.txt::$DATA", "x.txt:evil.exe", "a.txt\u00a0", "desktop.ini", "Thumbs.db", ".htaccess", "web.config",
	// Double endings.
	"a.pdf.exe", "a.exe.pdf", "a.txt.html", "a.html.txt", "a.php.txt", "a.php%00.txt", "a.svg.png.svg", "a.tar.gz", "a.scr", "a.TXT", "a.tXt", "a.hta", "a.lnk", "a.docm",
	// Signs of shells, tables, markup and headers.
	"-rf.txt", "--help.txt", "=cmd|' /C calc'!A0.csv", "+1+1.csv", "@SUM(1).csv", "<script>alert(1)</script>.txt", `"><img src=x onerror=alert(1)>.txt`, `a"b.txt`, "a;b.txt", "a'b.txt", "`rm`.txt", "$(rm -rf ~).txt", "|ls.txt", "a*?.txt",
	`a"; filename="b.exe.txt`, "{{.}}.txt", "%s%n.txt", "a&b=c.txt", "a,b.txt", "#.txt", "'; drop table document; --.txt",
	// Letters of the world, and what looks like them.
	"раypal.txt", "ａ．ｔｘｔ", "a\u2024txt", "a\u2215b.txt", "a\uff0fb.txt", "a\uff3cb.txt", "🔥.txt", "👨\u200d👩\u200d👧.txt", "🇮🇪.txt", "مخطط.txt", "計画書.txt", "Z" + strings.Repeat("\u0301\u0302\u0323", 80) + ".txt", "e\u0301.txt",
	"a.t\u0301xt", "ﬁle.txt", "\u3164.txt", "\u115f.txt", "\ue000.txt", "\ufffe.txt",
	// No UTF-8.
	"\xff\xfe.txt", "a\xc3(.txt", "\xc0\xaf.txt", "\xed\xa0\x80.txt", "a\x80.txt", "a.t\xffxt", "\xf8\x88\x80\x80\x80.txt",
}

// begins are how files of the endings in Names begin.
var begins = map[string]string{".pdf": "%PDF-1.7 ", ".png": "\x89PNG\r\n\x1a\n", ".gz": "\x1f\x8b\x08"}

// Content are bytes that go with the ending that a name has once it is cleaned; anything
// that has no other beginning gets a text.
func Content(name string) string {
	for ending, begin := range begins {
		if strings.HasSuffix(strings.ToLower(strings.TrimRight(name, " \u00a0")), ending) {
			return begin + "of a file called " + path.Base(strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), ""))
		}
	}
	return "what is in it"
}
