"""What the workbench costs while people are at work: a real server, and users of it in another process.

    python benchmarks/web.py                        every part, the soak for three minutes
    python benchmarks/web.py load --users 50        pages and saves of fifty people while a plan is computed
    python benchmarks/web.py soak --minutes 30      the same for so long, and what memory grows by
    python benchmarks/web.py queue page cold sessions

load      fifty users, each in one of five languages, think for half a second between two requests while a plan is
          computed. Before that every page is looked at once in each language, as on any working day after the first
          minutes. Held to: 95 of 100 answers within 500 ms, no error.
soak      the same users and plans go on and on. Held to: memory grows by less than 5 % after a third of the time, when
          what is kept of outcomes and texts is full.
queue     ten runs are asked for at once. Held to: one at a time, in order, and any run ended within 2 s of the word.
page      Chromium with a quarter of the processor and 2 Mbit/s opens the first page. Held to: 5 s, 500 KB.
cold      from the command to the first page. Held to: 2 s.
sessions  further browsers, each of which has walked through the rooms and stays connected. Held to: 1 MB each.

A fresh project is made, its first plan, a crisis and a choice of places are computed by it, and the folder is thrown
away. Prints a table in Markdown. Processor seconds of the server stand beside the clock, which says more of who else
was at work. Memory is read from ``/proc``: on systems without it that figure is left out.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
from typing import Any, NamedTuple
from urllib.parse import urlencode

HERE = Path(__file__).parents[1]
PARTS = ("load", "soak", "queue", "page", "cold", "sessions")
LANGUAGES = ("en", "fr", "es", "pt", "ko")
STUDY = "/study/kenya"
THOUGHT = 0.5  # seconds
NARROW, SLOW, FAR = 2e6 / 8, 4, 40  # bytes a second, times slower, milliseconds to the server
PATIENCE = 600.0
CRISIS = 'name = "user {user}"\nabout = "change {change}"\n'


class Fact(NamedTuple):
    """A line of the table: what was measured, the figure, what it is held to, and whether it holds."""

    what: str
    figure: str
    held_to: str = ""
    holds: bool = True


# The server, as people start it.


@dataclass
class Server:
    """A running workbench."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    def processor(self) -> float:
        """Processor seconds of the server itself; what its runs take is theirs."""
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return float("nan")

    def memory(self) -> float:
        """Memory of the server that stands in the machine's, MB."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.process.pid}/status").read_text("utf-8").splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return float("nan")


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server of a folder, from the command to its end; it need not answer yet."""
    port = free_port()
    words = [sys.executable, "-m", "groundplan", "serve", str(folder), "--port", str(port), "--no-browser"]
    environment = dict(os.environ, PYTHONPATH=str(HERE / "src"), LANG="C.UTF-8")
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        yield Server(process, port, folder)
    finally:
        process.terminate()
        process.wait(30)


# Browsers: one connection each that stays open, cookies, no script.


class Answer(NamedTuple):
    """What came back: the status, where it leads, the content."""

    status: int
    location: str
    content: bytes


@dataclass
class Browser:
    """One user's connection."""

    port: int
    language: str = "en"
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, **sent: str) -> Answer:
        """A page, or, with what is ``sent``, a form. Raises ``OSError`` and ``EOFError`` where no answer comes.

        A connection that the server has closed meanwhile is opened again, as browsers do.
        """
        if self.writer is not None:
            with contextlib.suppress(OSError, EOFError):
                return await self._ask(path, sent)
            self.close()
        return await self._ask(path, sent)

    async def _ask(self, path: str, sent: dict[str, str]) -> Answer:
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        host, body = f"127.0.0.1:{self.port}", urlencode(sent).encode()
        lines = [f"{'POST' if sent else 'GET'} {path} HTTP/1.1", f"Host: {host}", f"Cookie: language={self.language}"]
        if sent:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
            lines += [f"Origin: http://{host}"]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        content = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(int(head[0].split()[1]), headers.get("location", ""), content)

    def close(self) -> None:
        """End the connection."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def answering(server: Server) -> float:
    """Seconds from now to the first page. Ends the benchmark where none comes."""
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE:
        browser = Browser(server.port)
        with contextlib.suppress(OSError, EOFError):
            if (await browser.ask("/")).status == 200:
                browser.close()
                return time.perf_counter() - began
        browser.close()
        if server.process.poll() is not None:
            sys.exit("the server ended")
        await asyncio.sleep(0.01)
    sys.exit("the server does not answer")


def runs_of(folder: Path) -> list[Any]:
    """The runs of a project, the oldest first, from its database."""
    from groundplan.projects.project_folder import Project

    project = Project.open(folder)
    try:
        return [*reversed(project.jobs.all())]
    finally:
        project.close()


async def until_over(folder: Path, count: int) -> list[Any]:
    """The runs of a project once there are so many and all are over."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        runs = await asyncio.to_thread(runs_of, folder)
        if len(runs) >= count and all(run.over for run in runs):
            return runs
        await asyncio.sleep(0.5)
    sys.exit("the runs do not end")


async def made_project(folder: Path) -> list[str]:
    """A project with a plan, a crisis and a choice of places, each computed by the server; their outcomes' folders."""
    with serving(folder) as server:
        await answering(server)
        browser = Browser(server.port)
        await browser.ask("/verbs/stress", country="studies/kenya.toml", scenario="fuel cut")
        await browser.ask("/verbs/place", country="KEN")
        browser.close()
        runs = await until_over(folder, 3)
    lacking = [f"{run.verb}: {run.state}, {run.what}" for run in runs if not run.outcome]
    if lacking:
        sys.exit(f"the project was not computed: {'; '.join(lacking)}")
    return [run.outcome for run in runs]


# Users at work.


@dataclass
class Watched:
    """What users met: seconds of every answer, by what was asked for, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    async def ask(self, browser: Browser, path: str, kind: str, **sent: str) -> Answer | None:
        """Ask, and note how long it took."""
        began = time.perf_counter()
        try:
            answer = await browser.ask(path, **sent)
        except (OSError, EOFError) as fault:
            self.faults.append(f"{path}: {fault!r}")
            browser.close()
            return None
        self.seconds.setdefault(kind, []).append(time.perf_counter() - began)
        if answer.status >= 400:
            self.faults.append(f"{path}: {answer.status}")
        return answer

    def all(self) -> list[float]:
        """The seconds of every answer."""
        return [s for of in self.seconds.values() for s in of]


ROOMS = ("/", f"{STUDY}/data", f"{STUDY}/dependence", f"{STUDY}/stress", f"{STUDY}/plan", f"{STUDY}/place",
         f"{STUDY}/follow", f"{STUDY}/plan/study", f"{STUDY}/plan/what-if", "/outcomes", "/jobs", "/documents",
         "/verbs", "/verbs/plan", f"{STUDY}/stress/run", f"{STUDY}/place/rules")  # fmt: skip
VIEWS = ("brief", "years", "growth", "needs", "scarcity", "prices", "sources")  # of a plan
# What people do next, of a hundred: rooms, an outcome or one of its views, a run that is looked at, drafts, saves.
MIX = {"room": 40, "outcome": 12, "view": 18, "run": 20, "draft": 8, "save": 2}


async def user(number: int, server: Server, outcomes: list[str], watched: Watched, until: float) -> None:
    """One person at work till a moment: pages, drafts, a save now and then, in a language of her own."""
    chance = random.Random(number)
    browser = Browser(server.port, LANGUAGES[number % len(LANGUAGES)])
    document, version, change = f"/documents/scenario/user-{number}-{int(time.time())}", 0, 0
    await asyncio.sleep(chance.random() * THOUGHT)
    while time.monotonic() < until:
        change += 1
        text = CRISIS.format(user=number, change=change)
        match chance.choices([*MIX], [*MIX.values()])[0]:
            case "room":
                await watched.ask(browser, chance.choice(ROOMS), "room")
            case "outcome":
                await watched.ask(browser, f"/outcomes/{chance.choice(outcomes)}", "outcome")
            case "view":
                await watched.ask(browser, f"/outcomes/{outcomes[0]}/views/{chance.choice(VIEWS)}", "view")
            case "run":
                run = (await asyncio.to_thread(newest_run, server.folder)).name
                await watched.ask(browser, f"/jobs/{run}/panel", "run")
            case "draft":
                await watched.ask(browser, f"{document}/draft", "draft", text=text, after=str(version))
            case "save":
                answer = await watched.ask(browser, document, "save", text=text, after=str(version))
                version += answer is not None and answer.status == 303
        await asyncio.sleep(chance.uniform(0.5, 1.5) * THOUGHT)
    browser.close()


def newest_run(folder: Path) -> Path:
    """The folder of the run that was asked for last; one that is just being asked for is none yet."""
    there = [(p.stat().st_ctime, p) for p in (folder / "jobs").iterdir()]
    return max((made, p) for made, p in there if made < time.time() - 2)[1]


@asynccontextmanager
async def watching(server: Server, run: str) -> AsyncIterator[None]:
    """Somebody has the page of a run open, whose progress comes as a stream."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET /jobs/{run}/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())

    async def read() -> None:
        while await reader.read(4096):
            pass

    task = asyncio.create_task(read())
    try:
        yield
    finally:
        task.cancel()
        writer.close()


async def solving(server: Server, until: float) -> int:
    """Keep one plan being computed till a moment, with one who watches it; how many were asked for."""
    browser, count = Browser(server.port), 0
    while time.monotonic() < until:
        answer = await browser.ask("/verbs/plan", country="KEN", years="10")
        run = answer.location.rpartition("/")[2]
        count += 1
        async with watching(server, run):
            while time.monotonic() < until and not (server.folder / "jobs" / run / "end.json").exists():
                await asyncio.sleep(0.2)
    if not (server.folder / "jobs" / run / "end.json").exists():
        await browser.ask(f"/jobs/{run}/cancel", sent="yes")
    browser.close()
    return count


async def at_work(
    server: Server, outcomes: list[str], users: int, seconds: float, memory: list[float] | None = None
) -> tuple[Watched, float, int]:
    """Users at work for so long; what they met, the server's processor seconds, and how many plans were computed.

    ``memory`` takes the server's memory every two seconds.
    """
    watched, until, began = Watched(), time.monotonic() + seconds, server.processor()
    tasks = [asyncio.create_task(user(n, server, outcomes, watched, until)) for n in range(users)]
    solver = asyncio.create_task(solving(server, until))
    while time.monotonic() < until:
        await asyncio.sleep(min(2.0, max(0.1, until - time.monotonic())))
        if memory is not None:
            memory.append(server.memory())
    await asyncio.gather(*tasks)
    spent = server.processor() - began
    return watched, spent, await solver


def at(seconds: list[float], share: float) -> float:
    """The time, ms, within which a share of the answers came."""
    return 1000 * sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]


def met(watched: Watched, spent: float, seconds: float, solves: int, users: int) -> list[Fact]:
    """What users met, in lines of the table."""
    there = watched.all()
    kinds = "; ".join(f"{kind} {at(of, 0.95):.0f}" for kind, of in sorted(watched.seconds.items()))
    return [
        Fact(f"answers to {users} users in {seconds:.0f} s", f"{len(there):,} ({len(there) / seconds:.0f} a second)"),
        Fact("half of them within", f"{at(there, 0.5):.0f} ms"),
        Fact("95 of 100 within", f"{at(there, 0.95):.0f} ms", "500 ms", at(there, 0.95) < 500),
        Fact("99 of 100 within; the slowest", f"{at(there, 0.99):.0f} ms; {1000 * max(there):.0f} ms"),
        Fact("95 of 100 within, ms, by what was asked for", kinds),
        Fact("errors", f"{len(watched.faults)}", "none", not watched.faults),
        Fact("the server's processor time an answer", f"{1000 * spent / len(there):.1f} ms"),
        Fact("plans being computed meanwhile, one after the other", f"{solves}"),
    ]


# The parts.


async def load(folder: Path, outcomes: list[str], options: argparse.Namespace) -> list[Fact]:
    """Fifty users and a plan that is computed."""
    with serving(folder) as server:
        await answering(server)
        began = server.processor()
        for number in range(len(LANGUAGES)):
            (await walked(server, number, outcomes)).close()
        once = server.processor() - began
        watched, spent, solves = await at_work(server, outcomes, options.users, options.seconds)
    print("\n".join(watched.faults[:10]), file=sys.stderr)
    return [
        Fact("processor time of the first look at every page in all five languages, before", f"{once:.1f} s"),
        *met(watched, spent, options.seconds, solves, options.users),
    ]


async def soak(folder: Path, outcomes: list[str], options: argparse.Namespace) -> list[Fact]:
    """The same for long, and what the server's memory grows by once it has settled."""
    seconds, memory = 60 * options.minutes, list[float]()
    with serving(folder) as server:
        await answering(server)
        watched, spent, solves = await at_work(server, outcomes, options.users, seconds, memory)
    settled, window = len(memory) // 3, max(len(memory) // 10, 1)  # by then what is kept is full
    first, last = mean(memory[settled : settled + window]), mean(memory[-window:])
    growth = (last - first) / first
    print("\n".join(watched.faults[:10]), file=sys.stderr)
    return [
        *met(watched, spent, seconds, solves, options.users),
        Fact(f"memory, settled and at the end of {options.minutes:g} minutes", f"{first:.0f} MB; {last:.0f} MB"),
        Fact("growth of memory", f"{growth:.1%}", "5 %", growth < 0.05),
        Fact("memory, ten times on the way, MB", " ".join(f"{m:.0f}" for m in memory[::window])),
    ]


async def queue(folder: Path, _: list[str], options: argparse.Namespace) -> list[Fact]:
    """Ten runs at once, and how soon one ends that is stopped."""
    ended: list[float] = []
    with serving(folder) as server:
        await answering(server)
        browser, before = Browser(server.port), len(runs_of(folder))
        for n in range(10):
            await browser.ask("/verbs/see", country="KEN", draws="2", seed=str(n))
        most, began = 0, time.perf_counter()
        while True:
            runs = (await asyncio.to_thread(runs_of, folder))[before:]
            most = max(most, sum(run.state == "running" for run in runs))
            if all(run.over for run in runs):
                break
            await asyncio.sleep(0.1)
        clock = time.perf_counter() - began
        order = [run.began_at for run in runs]
        whole = all(run.state == "done" for run in runs) and len(runs) == 10
        asked = [await browser.ask("/verbs/plan", country="KEN", years="10") for _ in range(6)]
        ids = [answer.location.rpartition("/")[2] for answer in asked]
        await asyncio.sleep(4.0)  # the first is at work
        for id in [ids[5], *ids[:5]]:  # one that waits, then each as it has just begun
            start = time.perf_counter()
            await browser.ask(f"/jobs/{id}/cancel", sent="yes")
            ended.append(time.perf_counter() - start)
            await asyncio.sleep(options.pause)
        states = {run.id: run.state for run in runs_of(folder)}
        browser.close()
    stopped = all(states[id] == "stopped" for id in ids)
    return [
        Fact("ten runs asked for at once: at a time, most", f"{most}", "2", most <= 2),
        Fact("begun in the order in which they were asked for", "yes" if order == sorted(order) else "no", "yes",
             order == sorted(order)),
        Fact("done", "all ten" if whole else "not all", "all ten", whole),
        Fact("from the first to the end of the last", f"{clock:.0f} s"),
        Fact("six plans stopped, one of them while it waited: each ended within",
             f"{max(ended):.2f} s, half within {median(ended):.2f} s", "2 s", max(ended) < 2 and stopped),
    ]  # fmt: skip


async def page(folder: Path, outcomes: list[str], options: argparse.Namespace) -> list[Fact]:
    """The first page on a weak client, and the whole of a plan."""
    program = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
    if program is None:
        return [Fact("first page on a weak client", "not measured: no Chromium here")]
    with serving(folder) as server:
        await answering(server)
        first = await weak_client(program, f"http://127.0.0.1:{server.port}/", options.times)
        whole = await weak_client(program, f"http://127.0.0.1:{server.port}/outcomes/{outcomes[0]}", options.times)
    return [
        Fact("first page on a weak client: something to read after", f"{first[0]:.1f} s"),
        Fact("first page on a weak client: all of it after", f"{first[1]:.1f} s", "5 s", first[1] < 5),
        Fact("first page on a weak client: over the line", f"{first[2]:.0f} KB", "500 KB", first[2] < 500),
        Fact("a whole plan on a weak client, from nothing", f"{whole[1]:.1f} s, {whole[2]:.0f} KB"),
    ]


async def weak_client(program: str, address: str, times: int) -> tuple[float, float, float]:
    """The median of seconds to the first content and to the end of loading, and the KB that came, nothing cached."""
    from playwright.async_api import async_playwright

    seen: list[tuple[float, float, float]] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--headless", "--no-sandbox"])
        for _ in range(times):
            context = await browser.new_context()
            tab = await context.new_page()
            session, came = await context.new_cdp_session(tab), list[float]()
            session.on("Network.loadingFinished", lambda e, came=came: came.append(e["encodedDataLength"]))
            await session.send("Network.enable")
            line = {"offline": False, "latency": FAR, "downloadThroughput": NARROW, "uploadThroughput": NARROW}
            await session.send("Network.emulateNetworkConditions", line)
            await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
            began = time.perf_counter()
            await tab.goto(address, wait_until="load")
            clock = time.perf_counter() - began
            painted = await tab.evaluate(
                "performance.getEntriesByName('first-contentful-paint').map(e => e.startTime / 1000)[0] || 0"
            )
            seen.append((painted, clock, sum(came) / 1000))
            await context.close()
        await browser.close()
    return (median(s[0] for s in seen), median(s[1] for s in seen), median(s[2] for s in seen))


async def cold(folder: Path, _: list[str], options: argparse.Namespace) -> list[Fact]:
    """From the command to the first page, of a project that is there."""
    clock, spent = [], []
    for _n in range(options.times):
        with serving(folder) as server:
            clock.append(await answering(server))
            spent.append(server.processor())
    figure = f"{median(clock):.2f} s ({min(clock):.2f} to {max(clock):.2f}; processor time {median(spent):.2f} s)"
    return [Fact("from the command to the first page", figure, "2 s", median(clock) < 2)]


async def sessions(folder: Path, outcomes: list[str], options: argparse.Namespace) -> list[Fact]:
    """What a further browser costs the server that has walked through the rooms and stays connected."""
    with serving(folder) as server:
        await answering(server)
        for number in range(2 * len(LANGUAGES)):  # pages are rendered once a language, whoever reads them
            await walked(server, number, outcomes)
        before = server.memory()
        there = [await walked(server, number, outcomes) for number in range(options.sessions)]
        after = server.memory()
        for browser in there:
            browser.close()
    each = (after - before) / options.sessions
    figure = f"{each:.3f} MB ({before:.0f} MB before {options.sessions} of them, {after:.0f} MB with them)"
    return [Fact("memory for a further session", figure, "1 MB", each < 1)]


async def walked(server: Server, number: int, outcomes: list[str]) -> Browser:
    """A browser that has looked at every room and every outcome, and stays connected."""
    browser = Browser(server.port, LANGUAGES[number % len(LANGUAGES)])
    for path in (*ROOMS, *(f"/outcomes/{name}" for name in outcomes)):
        await browser.ask(path)
    return browser


def machine() -> str:
    """What it was measured on."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    load = f", load {os.getloadavg()[0]:.1f} before the start" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} processors ({model or platform.processor()}), {platform.system()}, Python "
        f"{platform.python_version()}{load}, {time.strftime('%Y-%m-%d')}"
    )


def _lines(file: str) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(file).read_text("utf-8").splitlines()
    return []


def main() -> int:
    """Measure what is asked for, print the table, and whether it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help=f"what to measure: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--users", type=int, default=50, help="users at work at a time (default 50)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long users are at work for load (default 60)")
    parser.add_argument("--minutes", type=float, default=3.0, help="how long the soak lasts (default 3)")
    parser.add_argument("--times", type=int, default=5, help="starts and first pages (default 5)")
    parser.add_argument("--sessions", type=int, default=100, help="further browsers (default 100)")
    parser.add_argument("--pause", type=float, default=1.5, help="seconds between two runs that are stopped")
    parser.add_argument("--project", type=Path, help="a folder to make the project in and keep, or one that was kept")
    options = parser.parse_args()
    if odd := [part for part in options.parts if part not in PARTS]:
        parser.error(f"there is no part {' or '.join(odd)}; there are: {', '.join(PARTS)}")
    sys.path.insert(0, str(HERE / "src"))
    print(machine(), end="\n\n", flush=True)
    print("| what | measured | held to | |\n|---|---|---|---|", flush=True)
    measures = {"load": load, "soak": soak, "queue": queue, "page": page, "cold": cold, "sessions": sessions}
    folder, holds = options.project or Path(tempfile.mkdtemp(prefix="groundplan-web-")), True
    try:
        kept = [run.outcome for run in runs_of(folder)][:3] if (folder / "groundplan.db").exists() else []
        outcomes = kept if len(kept) == 3 and all(kept) else asyncio.run(made_project(folder))
        for part in options.parts or PARTS:
            for fact in asyncio.run(measures[part](folder, outcomes, options)):
                print(f"| {fact.what} | {fact.figure} | {fact.held_to} | {'' if fact.holds else 'no'} |", flush=True)
                holds &= fact.holds
    finally:
        if options.project is None:
            shutil.rmtree(folder, ignore_errors=True)
    print("\nholds" if holds else "\ndoes not hold")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
