"""The chart of a long ride in headless Chromium: what drawing it and following a cursor take, in the page itself."""

import gzip
import json
import math
import os
import random
import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2
from flask import Flask, render_template_string
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

import ctz_gateway
from ctz_gateway import presentation
from ctz_gateway.assets import Assets
from ctz_gateway.present.chart import chart_json
from ctz_gateway.web import compress, headers

PACKAGE = Path(ctz_gateway.__file__).parent
POINTS, BLOCK_SECONDS, ZONES = 5_400, 180, 6
LONG_TASK_MS = 50
STEPS, SETTLING_MS = 60, 300
STAGE = "[data-chart-stage]"
PAGE = """<!doctype html><html lang="en"><head><title>Chart</title>
<link rel="stylesheet" href="{{ url_for('static', filename=assets.get('app.css').file) }}">
<script src="{{ url_for('static', filename=assets.get('ride.js').file) }}" defer></script></head>
<body>{% from "parts/training.html" import ride_chart %}{{ ride_chart(chart) }}</body></html>"""
NOTE_LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
}).observe({ type: "longtask" });
"""
# Reading a pixel waits until everything is painted.
REDRAW = """() => {
  const canvas = document.querySelector("[data-chart-stage] canvas");
  const start = performance.now();
  document.dispatchEvent(new CustomEvent("themechange"));
  canvas.getContext("2d").getImageData(0, 0, 1, 1);
  return performance.now() - start;
}"""


@dataclass(frozen=True, slots=True)
class ChartCost:
    """Milliseconds in the page, and what the figures of the chart weigh when compressed."""

    points: int
    series: int
    first_draw_ms: float
    redraw_ms: float
    worst_redraw_ms: float
    long_tasks: int
    longest_task_ms: float
    compressed_bytes: int


def measure_chart(repeats: int) -> ChartCost:
    """Open a ride of 90 minutes with five series, draw it again and again, and move a cursor over its panels."""
    drawn = chart_json(_ride(), _series(), is_metric=True)
    body = json.dumps(drawn, separators=(",", ":"))
    with _site(body) as address, _page() as page:
        page.goto(address)
        page.locator("[data-drawn]").wait_for()
        page.evaluate("document.fonts.ready")
        first = page.evaluate("performance.getEntriesByName('chart:drawn')[0].duration")
        redraws = [page.evaluate(REDRAW) for _ in range(repeats)]
        tasks = _move(page)
    return ChartCost(
        points=POINTS,
        series=len(drawn["metrics"]),
        first_draw_ms=first,
        redraw_ms=statistics.median(redraws),
        worst_redraw_ms=max(redraws),
        long_tasks=sum(spent > LONG_TASK_MS for spent in tasks),
        longest_task_ms=max(tasks, default=0.0),
        compressed_bytes=len(gzip.compress(body.encode(), compress.LEVEL, mtime=0)),
    )


def _ride() -> workouts_pb2.WorkoutView:
    """A class that calls another zone every three minutes."""
    view = workouts_pb2.WorkoutView()
    analysis = view.analysis
    analysis.ftp_watts, analysis.called_seconds = 238, POINTS
    analysis.in_target_seconds, analysis.above_target_seconds, analysis.below_target_seconds = 3_000, 1_400, 1_000
    for start in range(0, POINTS, BLOCK_SECONDS):
        zone = 1 + start // BLOCK_SECONDS % ZONES
        called = training.TargetRange(metric="power_zone", lower=zone, upper=zone)
        block = training.TargetBlock(start_seconds=start, end_seconds=start + BLOCK_SECONDS - 1, ranges=[called])
        analysis.blocks.add(block=block, start_seconds=start)
    return view


def _series() -> workouts_pb2.Series:
    """Five series of 90 minutes, as restless as recorded ones: noise does not compress."""
    chance, drift = random.Random(POINTS), 0.0
    values: dict[str, list[float]] = {slug: [] for slug in ("output", "cadence", "resistance", "speed", "heart_rate")}
    for second in range(POINTS):
        drift = 0.6 * drift + chance.gauss(0, 6)
        values["output"].append(max(190 + 60 * math.sin(second / 140) + drift, 0))
        values["cadence"].append(84 + chance.gauss(0, 1.2))
        values["resistance"].append(40 + second // 30 % 12)
        values["speed"].append(32 + drift / 6)
        values["heart_rate"].append(112 + min(60, second // 20) + second // 11 % 4)
    metrics = [workouts_pb2.SeriesMetric(slug=slug, values=found) for slug, found in values.items()]
    return workouts_pb2.Series(seconds=range(POINTS), metrics=metrics, sample_count=POINTS)


def _move(page: Page) -> list[float]:
    """Move the pointer across the chart, then step with the keys; returns the tasks that a browser calls long."""
    stage = page.locator(STAGE)
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    if box is None:
        raise RuntimeError("the chart is not on the page")
    # What the drawings before have left is told late.
    page.wait_for_timeout(SETTLING_MS)
    page.evaluate("window.longTasks.length = 0")
    for step in range(STEPS):
        page.mouse.move(box["x"] + 60 + step * (box["width"] - 240) / STEPS, box["y"] + 120)
    stage.focus()
    for _ in range(STEPS):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(SETTLING_MS)
    return list(page.evaluate("window.longTasks"))


@contextmanager
def _site(body: str) -> Iterator[str]:
    """A page with nothing but the chart, with the templates, files and headers of the gateway."""
    app = Flask("chart", static_folder=str(PACKAGE / "static"), template_folder=str(PACKAGE / "templates"))
    assets = Assets.load(PACKAGE / "static")
    presentation.install(app, assets)
    headers.install(app, is_https=False)
    chart = {"series_url": "/series.json", "summary": "", "has_power": True, "has_targets": True, "has_paces": False}
    app.add_url_rule("/", "chart", lambda: render_template_string(PAGE, assets=assets, chart=chart))
    app.add_url_rule("/series.json", "series", lambda: (body, {"Content-Type": "application/json"}))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _page() -> Iterator[Page]:
    chromium = os.environ.get("CTZ_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 1400})
        page.add_init_script(NOTE_LONG_TASKS)
        yield page
        browser.close()
