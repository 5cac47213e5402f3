"""What schemathesis has to know of the newsroom: where tokens are from, and what no schema can say."""

import os
import re
import subprocess
import uuid

import requests
import schemathesis

# The row, cursor, tag, key or login that a well-formed request names may not be there, or another request was first.
REASONS = {
    400: {"invalid_cursor"},
    401: {"unauthenticated", "invalid_credentials", "invalid_refresh_token"},
    403: {"forbidden"},
    404: {"not_found"},
    409: {"conflict", "in_use", "in_progress", "last_owner"},
    412: {"precondition_failed"},
    422: {"idempotency_mismatch"},
}

# Faults by their code and the field.
FAULTS = {
    # There is no such row.
    ("reference", re.compile(r"(items\.\d+\.)?[a-z]+_id")),
    # An article is published by a request of its own.
    ("publish", re.compile(r"(items\.\d+\.)?status")),
    # The password is one of the commonest.
    ("common", re.compile("(new_)?password")),
    # Numbers within JSON are 1e-100 to 1e100.
    ("range", re.compile(r"(items\.\d+\.)?metadata")),
    # `title,-title`.
    ("repeated", re.compile("sort")),
    # No text has U+0000.
    ("text", re.compile(".*")),
}


@schemathesis.auth()
class FreshAccount:
    """An account of its own for each login, since a run ends sessions and locks accounts out."""

    def get(self, case, context):
        command = [os.environ["CONTRACT_PROGRAM"], "token", "--role", "OWNER"]
        command += ["--email", f"contract-{uuid.uuid4()}@example.com"]
        folder = os.environ["CONTRACT_FOLDER"]
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """No request fails for want of an account or a cursor that was given out, or for a key that was used."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or meta.phase.name.name == "COVERAGE":
        return
    if case.query:
        case.query.pop("cursor", None)
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    # Accounts are made elsewhere than they are found.
    if case.operation.path == "/users/{id}":
        case.path_parameters["id"] = new_account()


def new_account():
    body = {"email": f"account-{uuid.uuid4()}@example.com", "password": "correct horse battery"}
    return requests.post(f"{os.environ['CONTRACT_URL']}/auth/register", json=body, timeout=10).json()["id"]


@schemathesis.check
def refused_for_a_reason(ctx, response, case):
    """A request that the document allows is refused for what no schema can say, and for nothing else."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code < 400:
        return
    problem = response.json()
    if problem["code"] in REASONS.get(response.status_code, ()):
        return
    faults = problem.get("errors", [])
    told = f"{response.status_code} {problem['code']}: {problem['detail']} {faults}"
    assert faults and all(is_excused(fault, case) for fault in faults), told


def is_excused(fault, case):
    if any(fault["code"] == code and field.fullmatch(fault["field"]) for code, field in FAULTS):
        return True
    if fault["code"] != "type":
        return False
    value = value_of(case, fault["field"])
    # JSON Schema takes 1.0 for an integer, and can't count digits.
    is_whole = isinstance(value, float) and value.is_integer()
    has_many_digits = isinstance(value, str) and sum(map(str.isdigit, value)) > 28
    return is_whole and "integer" in fault["message"] or has_many_digits and "28 digits" in fault["message"]


def value_of(case, field):
    if field in (case.query or {}):
        return str(case.query[field])
    value = case.body
    for name in field.split("."):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value
