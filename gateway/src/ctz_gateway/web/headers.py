"""Response headers of requirement S11, put on every answer by one hook."""

from flask import Flask, Response, g, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "object-src 'none'; "
    "frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; "
    "report-uri /csp-report"
)
FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=(), screen-wake-lock=(self)"
    ),
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
HSTS = "max-age=31536000"


def install(app: Flask, *, is_https: bool) -> None:
    """Set the headers on every answer, errors and static files included."""

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if is_https:
            response.headers["Strict-Transport-Security"] = HSTS
        if request.endpoint != "static":
            is_for_everybody = request.blueprint == "public" and not g.get("visitor")
            response.headers.setdefault("Cache-Control", "no-cache" if is_for_everybody else "no-store")
        response.headers["X-Request-Id"] = g.get("request_id", "")
        return response
