"""Every template with sample contexts, and the rules that keep pages within the content policy (S11, S12)."""

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import render_template
from flask.testing import FlaskClient

import ctz_gateway
from ctz_gateway import styleguide
from gateway.tests.previews import create_preview_app
from gateway.tests.samples import pages
from gateway.tests.samples_history import history_page

PACKAGE = Path(ctz_gateway.__file__).parent
TEMPLATES = PACKAGE / "templates"
STATIC = PACKAGE / "static"
NAMES = sorted(pages(""))
FRAMES = {"base.html", "app.html", "plain.html", "wizard/steps.html"}
SOURCES = sorted(path for path in TEMPLATES.rglob("*.html"))
ALPINE_ATTRIBUTE = re.compile(r'\s(?:x-[\w.:-]+|@[\w.:-]+|:[\w-]+)="([^"]*)"')


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_preview_app().test_client()


@pytest.mark.parametrize("name", NAMES)
def test_a_template_renders_with_its_context(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/samples/{name}")

    assert 200 == answer.status_code
    assert "</html>" in answer.text


def test_every_page_template_has_a_sample() -> None:
    shown = {template for template, _ in pages("").values()}
    present = {str(path.relative_to(TEMPLATES)) for path in SOURCES if "parts" not in path.parts}

    assert present - FRAMES == shown


@pytest.mark.parametrize("name", NAMES)
def test_t100_no_inline_script_style_or_handler(client: FlaskClient, name: str) -> None:
    html = client.get(f"/samples/{name}").text

    assert [] == re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert [] == [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag]


@pytest.mark.parametrize("name", NAMES)
def test_t066_pages_load_nothing_from_another_origin(client: FlaskClient, name: str) -> None:
    html = client.get(f"/samples/{name}").text

    assert [] == [url for url in re.findall(r'(?:src|srcset|data-src)="([^"]+)"', html) if not url.startswith("/")]
    assert [] == [url for url in re.findall(r'<(?:link|use)[^>]+href="([^"]+)"', html) if not url.startswith("/")]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_t099_no_value_stands_in_an_alpine_expression(path: Path) -> None:
    expressions = ALPINE_ATTRIBUTE.findall(path.read_text(encoding="utf-8"))

    assert [] == [text for text in expressions if "{{" in text or "{%" in text]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_t099_nothing_is_marked_safe(path: Path) -> None:
    assert [] == re.findall(r"\|\s*safe|Markup|autoescape\s+false", path.read_text(encoding="utf-8"))


def test_t099_a_hostile_title_is_text(client: FlaskClient) -> None:
    html = client.get("/samples/history").text

    assert "&lt;b&gt;and&lt;/b&gt; {{ 7 * 7 }}" in html
    assert "<b>and" not in html


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_is_in_the_sprite(client: FlaskClient, name: str) -> None:
    manifest = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))
    drawn = set(re.findall(r'id="i-([\w-]+)"', (STATIC / manifest["icons.svg"]["file"]).read_text(encoding="utf-8")))

    assert set() == set(re.findall(r"#i-([\w-]+)", client.get(f"/samples/{name}").text)) - drawn


@pytest.mark.parametrize("name", NAMES)
def test_every_post_carries_the_form_token(client: FlaskClient, name: str) -> None:
    forms = re.findall(r'<form[^>]*method="post".*?</form>', client.get(f"/samples/{name}").text, re.DOTALL)

    assert [] == [form[:80] for form in forms if 'name="csrf_token" value="csrf-sample"' not in form]


def test_the_manifest_gives_the_digest_of_each_file() -> None:
    manifest = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))

    for entry in manifest.values():
        digest = hashlib.sha384((STATIC / entry["file"]).read_bytes()).digest()
        assert f"sha384-{base64.b64encode(digest).decode()}" == entry["integrity"]


def test_the_heaviest_page_loads_at_most_150_kb_of_script_and_style() -> None:
    compressed = sum(
        len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir() if path.suffix in {".js", ".css"}
    )

    assert compressed <= 150 * 1024


def test_25_rides_of_history_stay_under_60_kb() -> None:
    rows = [styleguide.ride_row(id=f"0197a0b0-0000-7000-8000-{number:012}") for number in range(25)]
    page = replace(history_page(), weeks=[replace(history_page().weeks[0], workouts=rows)])
    app = create_preview_app()
    with app.test_request_context("/history"):
        html = render_template("history.html", page=page)

    assert len(html.encode()) <= 60 * 1024
