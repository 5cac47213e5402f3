#!/usr/bin/env python3
"""How answers of bench-service grow with its table, how quick bulk creation is, and what idle connections cost.

    scripts/bench-growth.py [--rows 10000,1000000,10000000] [--program PROGRAM] [--database sqlite|postgres] [--times 300]

Each table has the rows of the size before it and more. A list has ten rows, so that page 1,000 is there in the smallest
table; a figure is the median of so many requests, one after the other on one connection. PostgreSQL is the one of
TEST_DATABASE_URL (scripts/with-postgres.sh), SQLite a file in TMPDIR: 10 million rows take 4 GB there.
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from benched import ROOT, build, end, make_token, prepare, start

PAGE = 10
LIST = f"/articles?limit={PAGE}&sort=-created_at"
FILTERED = LIST + "&status=published"
LAST_PAGE = 1000
BULK = 1000
REQUESTS = 100
IDLE = 2000
# Files that are open beside the idle connections, here or in the service.
OTHER_FILES = 200

POSTGRES_ROWS = """
INSERT INTO articles (id, title, body, status, views, author_id, created_at, updated_at)
SELECT md5('article-' || n)::uuid, 'Article number ' || n, 'Lorem ipsum dolor sit amet, consectetur.',
  (ARRAY['draft', 'published', 'archived'])[1 + n % 3], n % 1000, (SELECT id FROM users LIMIT 1),
  timestamptz '2026-01-01' + n * interval '1 second', timestamptz '2026-01-01' + n * interval '1 second'
FROM generate_series({first}, {last}) n;
VACUUM ANALYZE articles;
"""
SQLITE_ROWS = """
WITH RECURSIVE series (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n < {last}),
    rows AS (SELECT n, strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1767225600 + n, 'unixepoch') AS at FROM series)
INSERT INTO articles (id, title, body, status, views, author_id, created_at, updated_at)
SELECT randomblob(16), 'Article number ' || n, 'Lorem ipsum dolor sit amet, consectetur.',
    CASE n % 3 WHEN 0 THEN 'draft' WHEN 1 THEN 'published' ELSE 'archived' END,
    n % 1000, (SELECT id FROM users LIMIT 1), at, at
FROM rows;
"""


class Service:
    def __init__(self, program, folder):
        self.process, self.port = start("bench-service", program, folder, {})
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def ask(self, path, token, body=None):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.connection.request("POST" if body else "GET", path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            sys.exit(f"{path}: {answer.status} {text[:300]!r}")
        return text

    def memory(self):
        """Resident, in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024

    def stop(self):
        self.connection.close()
        end(self.process)


@contextlib.contextmanager
def database(kind, folder):
    """The address of one that is gone in the end."""
    if kind == "sqlite":
        yield f"sqlite://{folder}/app.db"
        return
    server = os.environ.get("TEST_DATABASE_URL") or sys.exit("run it under scripts/with-postgres.sh")
    name = f"growth_{os.getpid()}"
    psql(server, f"CREATE DATABASE {name};")
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        psql(server, f"DROP DATABASE {name} WITH (FORCE);")


def psql(url, script):
    subprocess.run(["psql", url, "--quiet", "--set=ON_ERROR_STOP=1"], input=script, text=True, check=True)


def fill(kind, folder, first, last):
    if kind == "postgres":
        psql(os.environ["DATABASE_URL"], POSTGRES_ROWS.format(first=first, last=last))
        return
    with sqlite3.connect(folder / "app.db") as connection:
        connection.execute("PRAGMA cache_size = -1000000")
        connection.execute(SQLITE_ROWS.format(first=first, last=last))
        connection.commit()
    connection.close()


def median(service, path, token, times):
    """In milliseconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        service.ask(path, token)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def page(service, path, token, number):
    """The path of a page."""
    at = path
    for _ in range(number - 1):
        cursor = json.loads(service.ask(at, token))["next_cursor"]
        at = f"{path}&cursor={cursor}"
    return at


def lists(service, token, times):
    wanted = {"GET": "", "page 1": LIST, "of a status": FILTERED}
    one = json.loads(service.ask(LIST, token))["items"][0]["id"]
    wanted["GET"] = f"/articles/{one}"
    wanted[f"page {LAST_PAGE:,}"] = page(service, LIST, token, LAST_PAGE)
    for path in wanted.values():
        median(service, path, token, 30)
    return {name: median(service, path, token, times) for name, path in wanted.items()}


def bulk(service, token):
    """How many rows it made."""
    item = {"title": "A title", "body": "Lorem ipsum dolor sit amet, consectetur."}
    body = json.dumps({"items": [item] * BULK})
    service.ask("/articles/bulk", token, body)
    before, began = service.memory(), time.perf_counter()
    for _ in range(REQUESTS):
        service.ask("/articles/bulk", token, body)
    taken = time.perf_counter() - began
    grown = service.memory() - before
    print(f"bulk creation: {REQUESTS * BULK / taken:,.0f} rows/s, memory {grown / 2**20:+.1f} MiB after {REQUESTS} requests of {BULK:,}")
    return (REQUESTS + 1) * BULK


def idle(service, token):
    before, open_ones = service.memory(), []
    for _ in range(IDLE):
        connection = http.client.HTTPConnection("127.0.0.1", service.port)
        connection.request("GET", LIST, headers={"Authorization": f"Bearer {token}"})
        connection.getresponse().read()
        open_ones.append(connection)
    time.sleep(1)
    grown = service.memory() - before
    print(f"{IDLE:,} idle connections after a list each: {grown / IDLE / 1024:.1f} KiB each")
    for connection in open_ones:
        connection.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="10000,1000000,10000000")
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--times", type=int, default=300)
    options = parser.parse_args()
    sizes = [int(rows) for rows in options.rows.split(",")]
    if sizes[0] < PAGE * LAST_PAGE:
        parser.error(f"the smallest table has no page {LAST_PAGE:,}: it needs {PAGE * LAST_PAGE:,} rows")
    raise_limit()
    program = options.program.resolve() if options.program else build(ROOT, "bench-service")
    with tempfile.TemporaryDirectory(prefix="skeleton-growth.") as folder:
        folder = pathlib.Path(folder)
        with database(options.database, folder) as url:
            prepare(program, folder, url)
            measure(options, sizes, program, folder)


def raise_limit():
    """That of open files, of this program and of those that it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = IDLE + OTHER_FILES
    if most != resource.RLIM_INFINITY and most < needed:
        sys.exit(f"bench-growth: needs {needed:,} open files; the hard limit (ulimit -Hn) is {most:,}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def measure(options, sizes, program, folder):
    filled = 0
    for rows in sizes:
        # Rows are its account's. Each table has one of its own, since a token holds for 15 minutes.
        token = make_token(program, folder)
        fill(options.database, folder, filled + 1, rows)
        service = Service(program, folder)
        try:
            figures = lists(service, token, options.times)
            told = ", ".join(f"{name} {figure:.2f} ms" for name, figure in figures.items())
            print(f"{rows:>10,} rows: {told}", flush=True)
            made = 0
            if not filled:
                idle(service, token)
                made = bulk(service, token)
            filled = rows + made
        finally:
            service.stop()


if __name__ == "__main__":
    main()
