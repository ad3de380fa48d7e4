#!/usr/bin/env bash
# Print the path of a Python that runs, has venv and the C headers (the package "noise" is
# built from source) and is of one of the versions given (3.11 3.12 3.13 if none is given).
# Exit 1 if there is none.
#
# Looks at $PYTHON alone if it is set, else on the PATH and among pyenv's versions. Each
# candidate is started: a name on the PATH may be a shim that only prints an error.
set -u
wanted="${*:-3.11 3.12 3.13}"

# The base interpreter is printed, so that an active virtual environment is never the
# parent of another one. Forward slashes and no line end, for bash on Windows.
probe='
import ensurepip, os, sys, sysconfig, venv
if "%d.%d" % sys.version_info[:2] not in sys.argv[1].split():
    sys.exit(1)
if not os.path.exists(sysconfig.get_paths()["include"] + "/Python.h"):
    sys.exit(1)
base = getattr(sys, "_base_executable", None) or sys.executable
sys.stdout.write(base.replace("\\", "/"))
'

try() { "$@" -c "$probe" "$wanted" 2>/dev/null </dev/null; }

if [ -n "${PYTHON:-}" ]; then
    try "$PYTHON" && exit 0
    exit 1
fi

try python3 && exit 0
for version in $(echo "$wanted" | tr ' ' '\n' | sort -t. -k2nr); do
    try "python$version" && exit 0
    try py "-$version" && exit 0
    if root="$(pyenv root 2>/dev/null)"; then
        for python in "$root/versions/$version".*/bin/python; do
            try "$python" && exit 0
        done
    fi
done
try python && exit 0
exit 1
