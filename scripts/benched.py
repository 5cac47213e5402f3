"""What bench-sqlite.py and bench-growth.py share: programs that are built, set up, started and ended."""

import os
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def build(folder, package):
    """Builds a program, and tells where it is."""
    subprocess.run(["cargo", "build", "--locked", "--release", "-p", package], cwd=folder, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", folder / "target"))
    return (folder / target / "release" / package).resolve()


def tell(folder, *command):
    """What a command prints."""
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def prepare(program, folder, url):
    """The settings of all that is started from here on, and the tables of bench-service."""
    os.environ.update(
        APP_ENV="production", HOST="127.0.0.1", RUST_LOG="error", SHUTDOWN_DRAIN_SECONDS="0",
        JWT_SECRET_KEY=secrets.token_hex(32), DATABASE_URL=url,
    )
    tell(folder, program, "migrate", "run")


def make_token(program, folder):
    """For an account of bench-service that may do all, which is made where there is none."""
    return tell(folder, program, "token", "--email", "bench@example.com", "--role", "ADMIN").split()[-1]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(name, program, folder, settings):
    """A process that serves, and its port."""
    port = free_port()
    environment = {**os.environ, **settings, "PORT": str(port)}
    process = subprocess.Popen([program, "serve"], cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready").close()
                return process, port
            except OSError:
                if process.poll() is not None:
                    sys.exit(f"{name} did not start")
                time.sleep(0.02)
    except BaseException:
        process.kill()
        process.wait()
        raise


def end(process):
    process.send_signal(signal.SIGTERM)
    process.wait()
