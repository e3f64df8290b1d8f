// Everything that every page may use. Components are plain functions; templates name them and pass data in data-* attributes only.
import Alpine from "@alpinejs/csp";
import { builder } from "./builder.js";
import { challenge, countdown } from "./challenge.js";
import { classes } from "./classes.js";
import { copyButton, menu, showChosen, themeSwitch, timeZone, toast } from "./chrome.js";
import { fileDrop } from "./drop.js";
import { history } from "./history.js";
import { liveProgress } from "./progress.js";
import { metricForm } from "./metrics.js";
import { planBoard } from "./plan/main.js";
import { renewal } from "./renewal.js";
import { sheets } from "./sheets.js";

const components = { builder, challenge, classes, copyButton, countdown, fileDrop, history, liveProgress, menu, metricForm, planBoard, renewal, sheets, themeSwitch, timeZone, toast };
for (const [name, component] of Object.entries(components)) Alpine.data(name, component);
Alpine.start();
showChosen();
