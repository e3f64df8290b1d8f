// All pictures in one file, as the icons are: <use href="exercises.svg#e-KEY">; they take `color` and --accent of the page.
import { DRAWINGS } from "./drawings.mjs";
import { picture } from "./picture.mjs";

/** The keys of all exercises that have a picture. */
export const EXERCISE_KEYS = Object.keys(DRAWINGS);

/** One picture as a symbol of the sprite. */
export const symbol = (key) => `<symbol id="e-${key}" viewBox="0 0 240 160">${picture(DRAWINGS[key])}</symbol>`;

/** The sprite. */
export const exercisesSvg = () => `<svg xmlns="http://www.w3.org/2000/svg">${EXERCISE_KEYS.map(symbol).join("")}</svg>`;
