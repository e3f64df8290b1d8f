"""Builds the gateway's Flask application from its parts."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ctz_gateway import presentation
from ctz_gateway.assets import Assets
from ctz_gateway.clients.services import Services
from ctz_gateway.settings import Settings
from ctz_gateway.share_card import painter
from ctz_gateway.web import (
    account,
    admin,
    auth,
    boards,
    challenge_admin,
    challenges,
    classes,
    compare,
    compress,
    duplicates,
    erasure,
    exercises,
    exports,
    feed,
    fitness,
    frame,
    ftp_test,
    gate,
    headers,
    history,
    imports,
    manual,
    merge_batches,
    peloton,
    pelvic_floor,
    plan,
    plan_items,
    plan_templates,
    player,
    power,
    practice,
    prefs,
    problems,
    profile,
    public,
    recorded_targets,
    records,
    reference,
    rider_words,
    routines,
    saved_filters,
    sharing,
    teams,
    template_editor,
    today,
    wizard,
    workouts,
    years,
)
from ctz_gateway.web.forms import FormTokens
from ctz_gateway.web.names import Names
from ctz_gateway.web.sign_up_policy import SignUpPolicy
from ctz_gateway.web.site import Site
from ctz_gateway.web.slots import Slots
from ctz_gateway.web.visitors import Visitors

PACKAGE = Path(__file__).parent
MAX_BODY_BYTES = 64 * 1024
MAX_FORM_PARTS = 100
TRANSFERS_EACH = 2
PARTS = (
    *(public, auth, wizard, today, history, workouts, rider_words, saved_filters, compare, ftp_test),
    *(profile, account, erasure, peloton, admin, prefs, manual, imports, duplicates, merge_batches, exports),
    *(plan, plan_items, plan_templates, template_editor, feed, exercises, routines, player, pelvic_floor),
    *(classes, recorded_targets, practice, reference, power, fitness, records),
    *(challenges, challenge_admin, boards, teams),
)


def create_app(settings: Settings, services: Services, session_key: bytes) -> Flask:
    """The application; nothing is opened here that a fork would break."""
    app = Flask("ctz_gateway", static_folder=str(PACKAGE / "static"), template_folder=str(PACKAGE / "templates"))
    app.config.update(
        SECRET_KEY=session_key,
        SESSION_COOKIE_NAME="__Host-ctz_flash",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    hops = settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    tokens, policy = FormTokens(session_key), SignUpPolicy(services)
    site = Site(settings, services, Visitors(services), tokens, policy, Names(services), _transfers(settings))
    assets = Assets.load(PACKAGE / "static")
    paint = painter(PACKAGE / "static" / assets.get("inter-latin.woff2").file)
    presentation.install(app, assets)
    problems.install(app)
    gate.install(app, site)
    compress.install(app)
    headers.install(app, is_https=site.is_https)
    frame.install(app, site)
    for part in PARTS:
        app.register_blueprint(part.blueprint(site))
    for part in (years, sharing):
        app.register_blueprint(part.blueprint(site, paint))
    if settings.common.env == "development":
        app.register_blueprint(public.styleguide())
    return app


def _transfers(settings: Settings) -> Slots:
    """Half of the threads for long transfers, so that pages always find one."""
    return Slots(total=max(settings.threads // 2, 1), each=TRANSFERS_EACH)
