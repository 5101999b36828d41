"""A process with jobs, to be killed: `worker.py URL NAME FILE JOB [hold]`. What its steps do is a line in FILE each.

On standard output it says `ready`, `holding` (in the middle of a job, for ever), `ran` (a tick) and `done`. It ends on
SIGTERM.
"""

import asyncio
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from dbos import DBOS

from bot import logs
from helpdesk.platform.heartbeats import Processes, this_process
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.engine import Jobs
from helpdesk.platform.jobs.run import Run
from helpdesk.platform.store import Store

BEAT_SECONDS = 0.3
STEPS = 5
HELD = 2


@dataclass
class Effects:
    file: Path
    holds: bool

    def add(self, line: object) -> None:
        with self.file.open("a") as file:
            file.write(f"{line}\n")


async def five_steps(run: Run[Effects], word: str) -> None:
    for number in range(STEPS):
        await run.step(one_step, f"{word} {number}")
    await run.step(end)


async def one_step(effects: Effects, line: str) -> None:
    effects.add(line)
    if effects.holds and line.endswith(str(HELD)):
        say("holding")
        await asyncio.Event().wait()


async def end(effects: Effects) -> None:
    say("done")


async def each_second(run: Run[Effects]) -> None:
    await run.step(note, DBOS.workflow_id)


async def note(effects: Effects, tick: str) -> None:
    effects.add(tick)
    say("ran")


JOBS = {"five steps": Job("five steps", five_steps), "each second": Job("each second", each_second, "* * * * * *")}


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201


async def work(url: str, name: str, file: str, job: str, *flags: str) -> None:
    logs.configure()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    store = Store(url)
    processes = Processes(store, this_process() if name == "-" else name, "websocket", every_seconds=BEAT_SECONDS)
    await processes.beat()
    jobs = Jobs(url, [JOBS[job]], Effects(Path(file), "hold" in flags), processes)
    await jobs.start()
    beating = asyncio.create_task(processes.keep_going(jobs.adopt))
    if JOBS[job].schedule is None:
        await jobs.start_workflow(job, "the one", word="step")
    else:
        await jobs.status(job, "any")
    say("ready")
    await stop.wait()
    await jobs.stop(1)
    beating.cancel()
    await processes.leave()
    await store.close()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
