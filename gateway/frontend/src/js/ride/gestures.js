// Pointer and keys: hover reads, dragging with a mouse selects and zooms, a finger scrubs, arrows step.

const DRAG_PIXELS = 6;

function handlePointer(chart, stage) {
  let drag = null;

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    drag = event.pointerType === "mouse" ? { x: event.clientX, time: chart.timeAt(event) } : null;
    chart.moveTo(chart.timeAt(event));
  });

  stage.addEventListener("pointermove", (event) => {
    const time = chart.timeAt(event);
    if (drag && Math.abs(event.clientX - drag.x) > DRAG_PIXELS) {
      chart.selection = { start: Math.min(drag.time, time), end: Math.max(drag.time, time) };
      chart.drawOverlay();
      return;
    }
    if (event.pointerType === "mouse" || event.buttons) chart.moveTo(time);
  });

  stage.addEventListener("pointerup", () => {
    const { selection } = chart;
    drag = null;
    if (selection) chart.zoom(selection.start, selection.end);
  });

  stage.addEventListener("pointercancel", () => {
    drag = null;
    chart.selection = null;
    chart.drawOverlay();
  });

  stage.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && !drag && document.activeElement !== stage) chart.clear();
  });
}

function handleKeys(chart, stage) {
  const moves = {
    ArrowRight: (event) => chart.moveTo(event.shiftKey ? chart.neighbour(1) : chart.step(1)),
    ArrowLeft: (event) => chart.moveTo(event.shiftKey ? chart.neighbour(-1) : chart.step(-1)),
    Home: () => chart.moveTo(chart.view.start),
    End: () => chart.moveTo(chart.view.end),
    Escape: () => chart.clear(),
    "+": () => chart.zoomIn(),
    "-": () => chart.reset(),
  };
  stage.addEventListener("keydown", (event) => {
    const move = event.ctrlKey || event.metaKey || event.altKey ? null : moves[event.key];
    if (!move) return;
    event.preventDefault();
    move(event);
  });
}

export function listen(chart, stage) {
  handlePointer(chart, stage);
  handleKeys(chart, stage);
}
