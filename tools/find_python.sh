#!/usr/bin/env bash
# find_python.sh [VERSION ...]
# Print the path of a Python that runs, has venv, and is of one of the versions given, the first
# of them first (3.14 3.13 3.12 3.11 if none is given). Exit 1 if there is none.
#
# Looks at $PYTHON alone if it is set, else on the PATH and among pyenv's versions. Each
# candidate is started: a name on the PATH may be a shim that only prints an error.
set -u
wanted="${*:-3.14 3.13 3.12 3.11}"

# The base interpreter is printed, so that an active virtual environment is never the
# parent of another one. Free-threaded builds have few wheels yet. Forward slashes and no
# line end, for bash on Windows.
probe='
import ensurepip, sys, sysconfig, venv
if "%d.%d" % sys.version_info[:2] not in sys.argv[1].split():
    sys.exit(1)
if sysconfig.get_config_var("Py_GIL_DISABLED"):
    sys.exit(1)
base = getattr(sys, "_base_executable", None) or sys.executable
sys.stdout.write(base.replace("\\", "/"))
'

try() { "$@" -c "$probe" "$versions" 2>/dev/null </dev/null; }

versions="$wanted"
if [ -n "${PYTHON:-}" ]; then
    try "$PYTHON" && exit 0
    exit 1
fi

for versions in $wanted; do
    for name in "python$versions" python3 python; do
        try "$name" && exit 0
    done
    try py "-$versions" && exit 0
    if root="$(pyenv root 2>/dev/null)"; then
        for python in "$root/versions/$versions".*/bin/python; do
            try "$python" && exit 0
        done
    fi
done
exit 1
