// Builds static/ from css/, js/ and the packages in package.json. The output is
// committed; running this twice gives the same bytes.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "static");
const at = (...parts) => join(here, ...parts);
const from = (...parts) => join(here, "node_modules", ...parts);

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "fonts"), { recursive: true });

// The same name that embed.go gives: twelve hex digits of the content's SHA-256.
const hashed = (name, data) => {
  const ext = extname(name);
  const digest = createHash("sha256").update(data).digest("hex").slice(0, 12);
  return `/assets/${name.slice(0, -ext.length)}.${digest}${ext}`;
};

const fonts = {};
// The face of every page, and the one for long texts.
for (const [face, licence] of [["instrument-sans", "OFL.txt"], ["newsreader", "OFL-newsreader.txt"]]) {
  for (const subset of ["latin", "latin-ext"]) fonts[`${face}-${subset}`] = `@fontsource-variable/${face}/files/${face}-${subset}-wght-normal`;
  cpSync(from(`@fontsource-variable/${face}/LICENSE`), join(out, "fonts", licence));
}
// The faces of the signing page, in the letters that they are offered in.
const faces = { caveat: ["latin", "latin-ext", "cyrillic"], "dancing-script": ["latin", "latin-ext"], "great-vibes": ["latin"] };
for (const [face, subsets] of Object.entries(faces)) {
  for (const subset of subsets) fonts[`${face}-${subset}`] = `@fontsource/${face}/files/${face}-${subset}-400-normal`;
  cpSync(from(`@fontsource/${face}/LICENSE`), join(out, "fonts", `OFL-${face}.txt`));
}
const fontURLs = {};
for (const [name, file] of Object.entries(fonts)) {
  const data = readFileSync(from(`${file}.woff2`));
  writeFileSync(join(out, "fonts", `${name}.woff2`), data);
  fontURLs[`fonts/${name}.woff2`] = hashed(`${name}.woff2`, data);
}
cpSync(from("lucide-static/LICENSE"), join(out, "LICENSE-lucide.txt"));
cpSync(from("htmx.org/LICENSE"), join(out, "LICENSE-htmx.txt"));
cpSync(from("tailwindcss/LICENSE"), join(out, "LICENSE-tailwindcss.txt"));
cpSync(at("img/favicon.svg"), join(out, "favicon.svg"));

const sheet = join(tmpdir(), `foyer-${process.pid}.css`);
execFileSync(process.execPath, [from("@tailwindcss/cli/dist/index.mjs"), "--input", at("css/app.css"), "--output", sheet, "--minify"], {
  cwd: here,
  stdio: ["ignore", "ignore", "pipe"],
});
let css = readFileSync(sheet, "utf8");
rmSync(sheet);
for (const [local, url] of Object.entries(fontURLs)) css = css.replaceAll(local, url);
writeFileSync(join(out, "app.css"), css);

const options = { bundle: true, minify: true, target: "es2022", charset: "utf8", legalComments: "none", logLevel: "warning" };

// The places of a week: at which quarter of an hour, and for how many.
const quarters = Array.from({ length: 97 }, (_, n) => `.cal-at-${n}{grid-row-start:${n + 1}}.cal-for-${n}{grid-row-end:span ${n}}`).join("");
const hours = Array.from({ length: 25 }, (_, n) => `.cal-rows-${n}{--hours:${n}}`).join("");

// What single pages load besides: long text, its editor, the signing page, threads
// and boards, the calendar.
for (const name of ["reading", "prose", "sign", "talk", "shelf", "calendar"]) {
  const made = await build({ ...options, entryPoints: [at(`css/${name}.css`)], external: ["*.woff2"], write: false });
  let text = made.outputFiles[0].text;
  for (const [local, url] of Object.entries(fontURLs)) text = text.replaceAll(local, url);
  if (name === "calendar") text += `@layer components{@media(width>=64rem){${quarters}}${hours}}`;
  writeFileSync(join(out, `${name}.css`), text);
}

for (const name of ["app", "prose", "sign", "board", "shelf"]) {
  const { metafile } = await build({ ...options, entryPoints: [at(`js/${name}.js`)], outfile: join(out, `${name}.js`), format: "iife", metafile: true });
  if (name === "app") continue;
  // The licences of all that is in it.
  const packages = new Set(Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean));
  if (!packages.size) continue;
  const licences = [...packages].sort().map((one) => {
    const file = readdirSync(from(one)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${one} has no licence`);
    return `${one}\n\n${readFileSync(from(one, file), "utf8").trim()}\n`;
  });
  writeFileSync(join(out, `LICENSE-${name}.txt`), licences.join("\n\n"));
}

const compressible = new Set([".css", ".js", ".svg"]);
for (const name of readdirSync(out).sort()) {
  if (!compressible.has(extname(name))) continue;
  const data = readFileSync(join(out, name));
  const gz = gzipSync(data, { level: 9 });
  gz[9] = 255; // the system that packed it: none in particular
  const br = brotliCompressSync(data, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
  });
  writeFileSync(join(out, `${name}.gz`), gz);
  writeFileSync(join(out, `${name}.br`), br);
  console.log(`${name.padEnd(12)} ${data.length} bytes, gzip ${gz.length}, brotli ${br.length}`);
}
