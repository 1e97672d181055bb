#!/bin/sh
# Installs the Python packages of the image. BentoML's Dockerfile calls uv for that twice, each time in a separate
# layer: `uv venv` and `uv pip install`. service.py puts this script in the place of uv, so that installed and removed
# files and build tools all stay within one layer.
set -eu
export PYTHONDONTWRITEBYTECODE=1

venv=/app/.venv
if [ "$1" = venv ]; then
    exec python3 -m venv --without-pip "$venv"
fi

# The interpreter that the environment was created from: only it has pip.
python3=$(realpath "$venv/bin/python3")
"$python3" -m pip --python "$venv/bin/python3" install --no-deps --only-binary :all: --no-cache-dir --no-compile \
    --disable-pip-version-check --root-user-action ignore --requirement "$BENTO_PATH/env/python/requirements.txt"

apt-get update -qq
apt-get install -qq --no-install-recommends binutils
"$python3" "$BENTO_PATH/src/deploy/image/slim.py" "$venv"
apt-get purge -qq --auto-remove binutils
rm -rf /var/lib/apt/lists/* /var/cache/apt /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log /var/lib/dpkg/*-old

# Bytecode of the modules that the service imports, including the standard library; the image is read-only at run time.
unset PYTHONDONTWRITEBYTECODE
PYTHONPATH=$BENTO_PATH/src "$venv/bin/python3" "$BENTO_PATH/src/deploy/image/prove.py"
rm "$0"
