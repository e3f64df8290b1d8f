// Everything that every page may use. Components are plain functions; templates name them and pass data in data-* attributes only.
import Alpine from "@alpinejs/csp";
import { builder } from "./builder.js";
import { challenge, countdown, erasure } from "./challenge.js";
import { copyButton, menu, themeSwitch, timeZone, toast } from "./chrome.js";
import { history } from "./history.js";
import { liveProgress } from "./progress.js";
import { metricForm } from "./metrics.js";
import { planBoard } from "./plan/main.js";
import { sheets } from "./sheets.js";

const components = { builder, challenge, copyButton, countdown, erasure, history, liveProgress, menu, metricForm, planBoard, sheets, themeSwitch, timeZone, toast };
for (const [name, component] of Object.entries(components)) Alpine.data(name, component);
Alpine.start();
