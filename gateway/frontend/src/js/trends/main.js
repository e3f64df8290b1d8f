// Mounts a chart on every [data-trend-chart]: the figures stand in the page, marks that another service knows come after.
import { fitnessModel } from "./fitness.js";
import { powerModel } from "./power.js";
import { Stage } from "./stage.js";

const MODELS = { fitness: fitnessModel, power: powerModel };

async function fetchMarks(url, model, stage) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    model.addMarks((await answer.json()).marks);
    stage.draw();
  } catch {
    // The chart is whole without them.
  }
}

for (const root of document.querySelectorAll("[data-trend-chart]")) {
  const model = MODELS[root.dataset.trendChart](root, JSON.parse(root.dataset.figures));
  const stage = new Stage(root, model);
  if (root.dataset.marks) fetchMarks(root.dataset.marks, model, stage);
}
