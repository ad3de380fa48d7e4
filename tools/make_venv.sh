#!/usr/bin/env bash
# make_venv.sh FOLDER PYTHON
# Make the virtual environment FOLDER anew from requirements.lock, with this project in it.
set -eu
folder="$1" python="$2"
bin="$folder/bin"
if [ "${OS:-}" = Windows_NT ]; then bin="$folder/Scripts"; fi

echo "Setting up $folder with $("$python" --version). This takes a few minutes, once."
rm -rf "$folder"
"$python" -m venv "$folder"

pip() { "$bin/python" -m pip --disable-pip-version-check --no-input "$@"; }
if ! pip install --quiet --require-hashes -r requirements.lock; then
    echo "The packages could not be installed; the reason is above. If it is the build of" >&2
    echo "\"noise\": that package needs a C compiler and Python's headers" >&2
    echo "(Debian and Ubuntu: apt-get install gcc python3-dev; macOS: xcode-select --install;" >&2
    echo "Windows: the Visual Studio Build Tools)." >&2
    exit 1
fi
pip install --quiet --no-deps --editable .

# JupyterLab reads its defaults from here.
mkdir -p "$folder/share/jupyter/lab/settings"
cp binder/overrides.json "$folder/share/jupyter/lab/settings/"

# Written last: a set-up that was cut short is done again.
touch "$folder/made"
