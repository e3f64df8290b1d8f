// Builds static/: hashed CSS, scripts, fonts, icons, pictures of exercises, example ride; manifest.json has a sha384 of each.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { exampleRide } from "./src/example-ride.mjs";
import { exercisesSvg } from "./src/exercises/sprite.mjs";
import { brandMark, spriteSvg } from "./src/icons.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const published = join(here, "..", "src", "ctz_gateway", "static");
// Built beside the published folder and put in its place at the end: a running gateway never sees half of it.
const out = `${published}.new`;
const scratch = mkdtempSync(join(tmpdir(), "ctz-frontend-"));
const manifest = {};

/** Writes one file under a name with its hash, and notes it in the manifest. Returns the hashed name. */
function emit(name, content) {
  const bytes = Buffer.from(content);
  const extension = extname(name);
  const file = `${name.slice(0, -extension.length)}.${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}${extension}`;
  writeFileSync(join(out, file), bytes);
  manifest[name] = { file, integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}` };
  return file;
}

function styles(fontFile) {
  const target = join(scratch, "app.css");
  const packageFile = createRequire(import.meta.url).resolve("@tailwindcss/cli/package.json");
  const cli = join(dirname(packageFile), JSON.parse(readFileSync(packageFile)).bin.tailwindcss);
  execFileSync(process.execPath, [cli, "--input", join(here, "src/css/app.css"), "--output", target, "--minify"], {
    cwd: here,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return readFileSync(target, "utf8").replaceAll("inter-latin.woff2", fontFile);
}

async function scripts() {
  const result = await build({
    absWorkingDir: here,
    bundle: true,
    entryPoints: { app: "src/js/app.js", player: "src/js/player/main.js", practice: "src/js/practice/main.js", ride: "src/js/ride/main.js", trends: "src/js/trends/main.js" },
    format: "iife",
    legalComments: "none",
    minify: true,
    outdir: scratch,
    target: ["chrome115", "firefox115", "safari16"],
    write: false,
  });
  return result.outputFiles.map((file) => [basename(file.path), file.text]);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const font = emit("inter-latin.woff2", readFileSync(join(here, "src/fonts/inter-latin.woff2")));
cpSync(join(here, "src/fonts/OFL.txt"), join(out, "inter-OFL.txt"));
emit("app.css", styles(font));
for (const [name, text] of await scripts()) emit(name, text);
emit("icons.svg", spriteSvg());
emit("exercises.svg", exercisesSvg());
const mark = emit("mark.svg", brandMark());
emit("site.webmanifest", JSON.stringify({
  name: "Chase The Zones",
  short_name: "Zones",
  start_url: "/today",
  display: "standalone",
  background_color: "#faf9f7",
  theme_color: "#faf9f7",
  icons: [{ src: mark, sizes: "any", type: "image/svg+xml" }],
}));
emit("example-ride.json", JSON.stringify(exampleRide()));
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
rmSync(scratch, { recursive: true, force: true });
rmSync(published, { recursive: true, force: true });
renameSync(out, published);
for (const [name, { file }] of Object.entries(manifest)) process.stdout.write(`${name.padEnd(20)} ${file}\n`);
