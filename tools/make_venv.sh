#!/usr/bin/env bash
# make_venv.sh FOLDER [PYTHON]
# Make the virtual environment FOLDER anew from requirements.lock, with this project in it.
# Without PYTHON, uv makes it, and brings a Python if there is none. Where uv is on the PATH it
# installs the packages, too: in seconds, where pip takes minutes.
set -u
folder="$1" python="${2:-}"
bin="$folder/bin"
if [ "${OS:-}" = Windows_NT ]; then bin="$folder/Scripts"; fi

# One message, the most likely reason first; the next make begins anew, so nothing is half done.
give_up() {
    case "$1" in
        *"No space left"*|*"Disk quota"*|*"disk full"*|*"os error 28"*)
            reason="The disk is full." ;;
        *"Connection"*|*"connect"*|*"resolve host"*|*"name resolution"*|*"timed out"*|*ProxyError*)
            reason="The packages could not be fetched: no connection to the package index." ;;
        *"do not match the hashes"*|*"Hash mismatch"*)
            reason="A package differs from what requirements.lock promises (a damaged download?)." ;;
        *) reason="The packages could not be installed." ;;
    esac
    printf '%s\n' "$1" | grep -v '^ *$' | tail -n 4 >&2
    printf '\n%s Mend that and call make again: it goes on from here.\n' "$reason" >&2
    exit 1
}
trap 'echo "The set-up was interrupted. Call make again: it goes on from here." >&2; exit 130' INT TERM

pip() { "$bin/python" -m pip --disable-pip-version-check --no-input "$@" 2>&1; }
install() {
    if command -v uv >/dev/null && uv pip install --quiet --python "$bin/python" "$@" >/dev/null 2>&1
    then return; fi
    pip install --quiet "$@"
}

if [ -n "$python" ]; then with="$("$python" --version)"; else with="the Python that uv brings"; fi
echo "Setting up $folder with $with. This takes up to a few minutes, once."
rm -rf "$folder"
if [ -n "$python" ]; then
    said="$("$python" -m venv "$folder" 2>&1)" || give_up "$said"
else
    said="$(uv venv --quiet --seed --python ">=3.11,<3.15" "$folder" 2>&1)" || give_up "$said"
fi

# All but noise, which has to be built: without a C compiler the course must start all the same.
pick() { awk -v all="$1" '/^noise==/ {mine = 1} /^[^ ]/ && !/^noise==/ {mine = 0} mine != all' requirements.lock; }
pick 1 > "$folder/most.txt" && pick 0 > "$folder/noise.txt" || give_up "No space left"
said="$(install --require-hashes -r "$folder/most.txt")" || give_up "$said"
said="$(install --no-deps --editable .)" || give_up "$said"
if ! install --require-hashes -r "$folder/noise.txt" >/dev/null; then
    echo "The package noise could not be built, so one comparison in lesson 03 is left out. To get it: install a C"
    echo "compiler and Python's headers (Debian: gcc python3-dev; macOS: xcode-select --install), then make clean."
fi

# JupyterLab reads its defaults from here. The mark is written last: a set-up cut short is done again.
mkdir -p "$folder/share/jupyter/lab/settings" &&
    cp binder/overrides.json "$folder/share/jupyter/lab/settings/" &&
    touch "$folder/made" || give_up "No space left"
