#!/usr/bin/env python3
"""Requests a second of bench-service on SQLite, beside a server by hand (bench/peers-sqlite).

    scripts/bench-sqlite.py [--rounds 3] [--seconds 4] [--connections 32] [--only NAME,...]
        [--kit PROGRAM] [--peer PROGRAM]

Release builds of both, 100,000 rows, and the same settings of the file: WAL, a sync at each commit. The servers take turns;
each begins with a fresh copy of the file. What is printed are medians, and the medians of the ratios within a round.
Needs wrk. --kit and --peer name programs that are built already. POST 1 has one connection.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from benched import ROOT, build, end, make_token, prepare, start, tell

CHANGE = '{"title": "Another title", "views": 7}'
NEW = '{"title": "A title", "body": "%s"}' % ("Lorem ipsum dolor sit amet, consectetur. " * 8)
GET = ("GET", "/articles/{id}", "")
LIST = ("GET", "/articles?limit=20&sort=-created_at&status=published", "")
PATCH = ("PATCH", "/articles/{id}", CHANGE)
POST = ("POST", "/articles", NEW)
# Of twenty: three in four read.
MIXED = [GET] * 12 + [LIST] * 3 + [PATCH] * 3 + [POST] * 2
LOADS = {"GET": [GET], "LIST 20": [LIST], "PATCH": [PATCH], "POST": [POST], "POST 1": [POST], "mixed": MIXED}

SCRIPT = r"""
local headers = { Authorization = "Bearer " .. os.getenv("B_TOKEN") }
local typed = { Authorization = headers.Authorization, ["Content-Type"] = "application/json" }
local kinds, ids, all, at = dofile("kinds.lua"), {}, {}, 0
for id in io.lines("ids") do ids[#ids + 1] = id end
function init()
  for n = 1, #ids * 2 do
    local method, path, body = table.unpack(kinds[(n * 7) % #kinds + 1])
    local has_body = body ~= ""
    path = path:gsub("{id}", ids[n % #ids + 1])
    all[n] = wrk.format(method, path, has_body and typed or headers, has_body and body or nil)
  end
end
function request() at = at % #all + 1; return all[at] end
function done(summary, latency)
  local wrong = summary.errors
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99),
    wrong.status + wrong.connect + wrong.read + wrong.write + wrong.timeout))
end
""".replace("table.unpack", "(table.unpack or unpack)")


class Server:
    """One of the two, with a file of its own."""

    def __init__(self, name, program, folder, pristine, token):
        self.name, self.program, self.pristine, self.token = name, program, pristine, token
        self.folder = folder / name
        self.folder.mkdir()
        self.results = {}

    def start(self):
        file = self.folder / "app.db"
        for old in self.folder.glob("app.db*"):
            old.unlink()
        shutil.copy(self.pristine, file)
        self.process, self.port = start(self.name, self.program, self.folder, self.where(file))

    def where(self, file):
        return {"DATABASE_PATH": str(file)} if self.name == "peer" else {"DATABASE_URL": f"sqlite://{file}"}

    def spent(self):
        """Processor time so far, in seconds."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def measure(self, name, seconds, connections, folder):
        kinds = ", ".join(f"{{ [=[{m}]=], [=[{p}]=], [=[{b}]=] }}" for m, p, b in LOADS[name])
        (folder / "kinds.lua").write_text(f"return {{ {kinds} }}")
        before = self.spent()
        run = subprocess.run(
            ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
             "--script", "requests.lua", f"http://127.0.0.1:{self.port}"],
            cwd=folder, env={**os.environ, "B_TOKEN": self.token}, check=True, capture_output=True, text=True,
        )
        spent = self.spent() - before
        result = [line.split() for line in run.stdout.splitlines() if line.startswith("RESULT ")]
        if not result:
            sys.exit(f"wrk failed: {run.stdout}{run.stderr}")
        requests, micros, p99, errors = map(int, result[0][1:])
        answered = max(requests - errors, 1)
        if errors:
            print(f"{self.name}, {name}: {errors} of {requests} refused or failed, which don't count", file=sys.stderr)
        figures = (answered * 1e6 / micros, spent * 1e6 / answered, p99 / 1000)
        self.results.setdefault(name, []).append(figures)


def fill(folder, kit, peer):
    """A file with its rows, the ids of some of them, and a token for each server."""
    file = folder / "pristine.db"
    prepare(kit, folder, f"sqlite://{file}")
    tokens = make_token(kit, folder), tell(folder, peer, "token").strip()
    (folder / "ids").write_text(tell(folder, peer, "fill", str(file)))
    (folder / "requests.lua").write_text(SCRIPT)
    return file, tokens


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--only", default=",".join(LOADS))
    parser.add_argument("--kit", type=pathlib.Path)
    parser.add_argument("--peer", type=pathlib.Path)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("bench-sqlite: needs wrk (Debian: apt-get install wrk)")
    kit = options.kit.resolve() if options.kit else build(ROOT, "bench-service")
    peer = options.peer.resolve() if options.peer else build(ROOT / "bench" / "peers-sqlite", "peers-sqlite")
    names = options.only.split(",")
    with tempfile.TemporaryDirectory(prefix="skeleton-bench.") as folder:
        folder = pathlib.Path(folder)
        pristine, (kit_token, peer_token) = fill(folder, kit, peer)
        servers = [Server("kit", kit, folder, pristine, kit_token), Server("peer", peer, folder, pristine, peer_token)]
        for _ in range(options.rounds):
            for server in servers:
                server.start()
                try:
                    for name in names:
                        server.measure(name, options.seconds, 1 if name.endswith(" 1") else options.connections, folder)
                finally:
                    end(server.process)
        table(names, *servers)


def table(names, kit, peer):
    median = lambda server, name, place: statistics.median(result[place] for result in server.results[name])
    print(f"{'':8} {'kit/s':>9} {'peer/s':>9} {'ratio':>6} {'kit CPU':>8} {'peer CPU':>8} {'kit p99':>8} {'peer p99':>8}")
    for name in names:
        pairs = zip(kit.results[name], peer.results[name])
        ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in pairs)
        figures = [median(server, name, place) for place in (1, 2) for server in (kit, peer)]
        print(
            f"{name:8} {median(kit, name, 0):9.0f} {median(peer, name, 0):9.0f} {ratio:6.2f} "
            + " ".join(f"{figure:8.1f}" for figure in figures)
        )
    print("CPU in ms for 1000 requests, p99 in ms.")


main()
