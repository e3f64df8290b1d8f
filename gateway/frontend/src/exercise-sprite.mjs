// The drawings of the exercises as one sprite: <use href="exercises.svg#e-SLUG">. They take ink and accent from the page.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** One <symbol> for each file of the folder, under its name. */
export function exerciseSprite(folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".svg")).sort() : [];
  const symbols = files.map((name) => symbolOf(basename(name, ".svg"), readFileSync(join(folder, name), "utf8")));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

function symbolOf(slug, text) {
  const found = /<svg\b([^>]*)>([\s\S]*)<\/svg>\s*$/.exec(text);
  if (!found) throw new Error(`${slug}.svg is no drawing`);
  const [, attributes, inner] = found;
  const box = /viewBox="([^"]+)"/.exec(attributes);
  if (!box) throw new Error(`${slug}.svg has no viewBox`);
  const kept = attributes.match(/\b(?:fill|stroke|stroke-width|stroke-linecap|stroke-linejoin|color|class)="[^"]*"/g) ?? [];
  const drawing = inner.replace(/<title>[\s\S]*?<\/title>|<desc>[\s\S]*?<\/desc>|<!--[\s\S]*?-->/g, "").replace(/\s*\n\s*/g, "");
  return `<symbol id="e-${slug}" viewBox="${box[1]}"><g ${kept.join(" ")}>${drawing}</g></symbol>`;
}
