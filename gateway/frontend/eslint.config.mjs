// Lint rules of the front end: the recommended set, and no sink that Trusted Types would refuse.
import js from "@eslint/js";
import globals from "globals";

const sinks = ["innerHTML", "outerHTML", "insertAdjacentHTML", "createContextualFragment", "parseFromString"];

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: "module" },
    rules: {
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": ["error", ...sinks.map((property) => ({ property, message: "Build nodes; Trusted Types refuse text here." }))],
      complexity: ["error", 12],
      eqeqeq: "error",
      "max-lines": ["error", 300],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { files: ["src/js/**"], languageOptions: { globals: globals.browser } },
  { files: ["*.mjs", "src/*.mjs", "tests/**"], languageOptions: { globals: globals.node } },
];
