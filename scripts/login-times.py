#!/usr/bin/env python3
"""Whether a login tells by its time that an e-mail is known.

    AUTH_LOGIN_LIMIT_PER_EMAIL=0 AUTH_LOGIN_LIMIT_PER_ADDRESS=0 cargo run --release -p example-app
    scripts/login-times.py http://127.0.0.1:8000

Prints the medians of 100 logins with an unknown e-mail and of 100 with a wrong password, taken in turns.
"""

import json
import statistics
import sys
import time
import urllib.error
import urllib.request

ROUNDS = 100


def post(base, path, body):
    """The status of an answer."""
    request = urllib.request.Request(
        base + path, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def log_in(base, email):
    """How long a failed login takes, in milliseconds."""
    began = time.perf_counter()
    status = post(base, "/auth/token", {"email": email, "password": "a wrong password"})
    elapsed = (time.perf_counter() - began) * 1000
    if status != 401:
        sys.exit(f"a login was answered {status}: switch the limits off, as the head of this file has it")
    return elapsed


def main():
    base = sys.argv[1].rstrip("/") if len(sys.argv) == 2 else sys.exit(__doc__)
    known = f"known-{time.time_ns()}@example.com"
    status = post(base, "/auth/register", {"email": known, "password": "seven wild geese"})
    if status != 201:
        sys.exit(f"the registration was answered {status}")
    emails = {"wrong password": known, "unknown e-mail": "un" + known}
    times = {name: [] for name in emails}
    for _ in range(ROUNDS):
        for name, email in emails.items():
            times[name].append(log_in(base, email))
    for name, taken in times.items():
        spread = statistics.quantiles(taken, n=4)
        print(f"{name}: median {statistics.median(taken):.2f} ms, quartiles {spread[0]:.2f} to {spread[2]:.2f}")


main()
