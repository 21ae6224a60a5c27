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

const fontURLs = {};
for (const [face, licence] of [["instrument-sans", "OFL.txt"], ["newsreader", "OFL-newsreader.txt"]]) {
  for (const subset of ["latin", "latin-ext"]) {
    const data = readFileSync(from(`@fontsource-variable/${face}/files`, `${face}-${subset}-wght-normal.woff2`));
    writeFileSync(join(out, "fonts", `${face}-${subset}.woff2`), data);
    fontURLs[`fonts/${face}-${subset}.woff2`] = hashed(`${face}-${subset}.woff2`, data);
  }
  cpSync(from(`@fontsource-variable/${face}/LICENSE`), join(out, "fonts", licence));
}
cpSync(from("lucide-static/LICENSE"), join(out, "LICENSE-lucide.txt"));
cpSync(from("htmx.org/LICENSE"), join(out, "LICENSE-htmx.txt"));
cpSync(from("tailwindcss/LICENSE"), join(out, "LICENSE-tailwindcss.txt"));
cpSync(at("img/favicon.svg"), join(out, "favicon.svg"));

// app.css is on every page; reading.css only where contracts are read.
for (const name of ["app.css", "reading.css"]) {
  const sheet = join(tmpdir(), `foyer-${process.pid}.css`);
  execFileSync(process.execPath, [from("@tailwindcss/cli/dist/index.mjs"), "--input", at("css", name), "--output", sheet, "--minify"], {
    cwd: here,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let css = readFileSync(sheet, "utf8");
  rmSync(sheet);
  for (const [local, url] of Object.entries(fontURLs)) css = css.replaceAll(local, url);
  writeFileSync(join(out, name), css);
}

await build({
  entryPoints: [at("js/app.js")],
  outfile: join(out, "app.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});

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
