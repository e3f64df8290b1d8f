// Everything that every page may use. Components are plain functions; templates name them and pass data in data-* attributes only.
import Alpine from "@alpinejs/csp";
import { copyButton, menu, themeSwitch, toast } from "./chrome.js";
import { history } from "./history.js";
import { liveProgress } from "./progress.js";
import { metricForm } from "./metrics.js";

for (const component of [copyButton, history, liveProgress, menu, metricForm, themeSwitch, toast]) {
  Alpine.data(component.name, component);
}
Alpine.start();
