"""Shows every page template with the sample contexts, under the real security headers: for looking, not for testing.

Run `python gateway/frontend/preview.py [port]` in the workspace's environment and open the printed address.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Serve the previews until interrupted."""
    sys.path.insert(0, str(ROOT))
    from gateway.tests.previews import create_preview_app  # noqa: PLC0415 (the path is set just above)

    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8090
    create_preview_app().run(host="127.0.0.1", port=port, threaded=True)


if __name__ == "__main__":
    main()
