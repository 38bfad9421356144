"""The programs of a run: the server, nginx, and wrk; and what the kernel says of them."""

import atexit
import http.client
import json
import os
import resource
import socket
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 16
# Ten thousand connections need as many files, on both sides.
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stat(pid):
    """The fields of /proc/PID/stat after the name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


class Process:
    """A program of the run, with the processes it has started."""

    def __init__(self, command, log, **settings):
        self.log = log
        self.port = free_port()
        environment = {**os.environ, **{name: value.format(port=self.port) for name, value in settings.items()}}
        command = [part.format(port=self.port) for part in command]
        self.began = time.monotonic()
        self.child = subprocess.Popen(command, env=environment, stdout=open(log, "ab"), stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        atexit.register(self.child.terminate)

    def pids(self):
        pids = [self.child.pid]
        children = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children")
        return pids + [int(pid) for pid in children.read_text().split()]

    def cpu(self):
        """Seconds of user and system time so far."""
        return sum(int(fields[11]) + int(fields[12]) for fields in map(stat, self.pids())) / TICKS

    def memory(self):
        """Resident memory in MB."""
        lines = Path(f"/proc/{self.child.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def get(self, path, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return SimpleNamespace(status=answer.status, body=answer.read())
        finally:
            connection.close()

    def wait(self, path):
        """Waits until it answers 200 there; gives the seconds since it was started."""
        while True:
            try:
                if self.get(path).status == 200:
                    return time.monotonic() - self.began
            except OSError:
                pass
            if self.child.poll() is not None or time.monotonic() - self.began > 60:
                raise SystemExit(f"{self.child.args[0]} did not start:\n{Path(self.log).read_text()[-4000:]}")
            time.sleep(0.001)

    def settle(self):
        """Waits until it does nothing any more; gives the seconds of CPU that it has used since it was started."""
        for _ in range(120):
            before = self.cpu()
            time.sleep(0.5)
            if self.cpu() - before <= 0.02:
                break
        return self.cpu()

    def stop(self):
        self.child.terminate()
        self.child.wait(30)


class Server(Process):
    """A release server on SQLite, as `burgee serve` starts it."""

    def __init__(self, folder, mail, **settings):
        super().__init__(
            [os.environ["BURGEE_BENCH_BINARY"], "serve"],
            folder / "server.log",
            BURGEE_LISTEN="127.0.0.1:{port}",
            BURGEE_DATA_DIR=str(folder),
            BURGEE_DATABASE_URL=f"sqlite://{folder / 'burgee.db'}",
            BURGEE_MAIL=mail,
            # Sign-ins come from many addresses, by way of what a proxy says.
            BURGEE_TRUSTED_PROXIES="127.0.0.1",
            **settings,
        )
        self.ready = self.wait("/readyz")


class Nginx(Process):
    """nginx with one worker and one file."""

    def __init__(self, folder, body=None):
        folder.mkdir()
        port = free_port()
        flags = json.dumps([{"key": f"flag-{n}", "value": True, "note": "x" * 100} for n in range(136)])
        (folder / "flags.json").write_bytes(body or flags.encode())
        user = "user root;" if os.geteuid() == 0 else ""
        temporary = "\n".join(f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"""
            daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
            events {{ worker_connections 256; }}
            http {{
                access_log off; keepalive_requests 1000000000; default_type application/json;
                open_file_cache max=10 inactive=1h; open_file_cache_valid 1h;
                {temporary}
                server {{ listen 127.0.0.1:{port}; root {folder}; }}
            }}
            """
        )
        command = [os.environ["BURGEE_BENCH_NGINX"], "-p", str(folder), "-c", str(folder / "nginx.conf")]
        super().__init__(command, folder / "nginx.log")
        self.port = port
        self.wait("/flags.json")


def wrk(process, path, seconds, headers=None, script="report.lua", arguments=(), connections=CONNECTIONS):
    """Starts one closed loop of load: one thread, keep-alive."""
    command = [os.environ["BURGEE_BENCH_WRK"], "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", script]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    command += [f"http://127.0.0.1:{process.port}{path}", "--", *map(str, arguments)]
    return subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)


def found(load):
    """Waits for a load to end, and reads what it found."""
    out, _ = load.communicate()
    lines = [line for line in out.splitlines() if line.startswith("{")]
    if load.returncode != 0 or not lines:
        raise SystemExit(f"wrk failed:\n{out}")
    run = SimpleNamespace(**json.loads(lines[0]))
    if run.refused or run.broken:
        raise SystemExit(f"{run.refused} of {run.requests} requests were refused and {run.broken} broke: this measures nothing.\n{out}")
    run.rate = run.requests / run.seconds
    return run


def loaded(process, path, seconds, **options):
    """One run, with the server's CPU per request in milliseconds."""
    before = process.cpu()
    run = found(wrk(process, path, seconds, **options))
    # Where not one request came to its end, this is less than the truth.
    run.cpu = (process.cpu() - before) / max(run.requests, 1) * 1000
    return run
