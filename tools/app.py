"""Serve the workbench of lesson 09 as a page of its own, without code in sight.

    python tools/app.py FOLDER [options of Voila]

Only this machine can reach it, and it asks for its token. Each visitor has a kernel of their own,
so no one sees another's pictures. The page reads uploads and the pictures of FOLDER.
"""
import os
import secrets
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIMIT = 210_000_000  # bytes of a message: an upload of 200 MB and what goes with it


def options(token, *more):
    """What Voila is told: this machine alone, a token, no other file."""
    return [str(HERE / "app" / "workbench.ipynb"), "--Voila.ip=127.0.0.1", f"--token={token}",
            "--show_tracebacks=False", "--VoilaConfiguration.file_denylist=.*",
            "--template=offline", *more]


def main(folder=".", *more):
    """Start the server; it runs until it is stopped by Ctrl-C."""
    folder = Path(folder).expanduser().resolve()
    if not folder.is_dir():
        raise SystemExit(f"FOLDER must be a folder that is there; got {str(folder)!r}")
    os.environ["WORKBENCH_FOLDER"] = str(folder)
    others = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(HERE / "app"), others]))
    token, port = secrets.token_urlsafe(24), 8866
    for option in more:
        if option.startswith("--port="):
            port = option.partition("=")[2]
    # Voila does not print a token that it was given.
    print(f"Open http://127.0.0.1:{port}/?token={token} (Ctrl-C ends it)", flush=True)
    from voila.app import Voila

    # Not on the command line: there the number would be text.
    Voila.launch_instance(argv=options(token, *more),
                          tornado_settings={"websocket_max_message_size": LIMIT})


if __name__ == "__main__":
    main(*sys.argv[1:])
