"""The process of one training or cross-validation: `python -m workbench.trainer JOB ATTEMPT`, started by the worker of its lane.

It ends when its standard input does, which is when the worker ends. The last line of its output is the result, as JSON.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
from contextlib import redirect_stdout, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from workbench.config import Settings

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.services.errors import ServiceError
    from workbench.services.reports import JobReport
    from workbench.store.jobs import Job

GRACE_SECONDS = 3.0
logger = logging.getLogger(__name__)


def main(job_id: int, attempt: int) -> int:
    """Train, and return the exit code; see `workbench.services.training.running`."""
    from workbench.services.processes import limit_threads

    limit_threads()
    from engines.errors import Cancelled
    from workbench.services import build
    from workbench.services.reports import JobReport, Stopped
    from workbench.services.training import running

    stopping = Event()
    Thread(target=_end_with_the_worker, args=(stopping, running.STOPPED), name="worker", daemon=True).start()
    services = build(Settings.from_environment())
    try:
        job = services.store.jobs.get(job_id)
        if job.attempt != attempt:
            return running.CANCELLED
        report = JobReport(services.store, job, stopping)
        with redirect_stdout(sys.stderr):  # what libraries print is no result, and nobody empties that pipe meanwhile
            made = _learnt(services, job, report)
        print(json.dumps(made), flush=True)  # noqa: T201
        return running.DONE
    except Stopped:
        return running.STOPPED
    except Cancelled:
        return running.CANCELLED
    except Exception as error:
        logger.exception("training %s", job_id)
        told = _told(error)
        print(json.dumps({"error": told.message, "hint": told.hint}), flush=True)  # noqa: T201
        return running.TOLD
    finally:
        services.close()


def _learnt(services: Services, job: Job, report: JobReport) -> dict[str, object]:
    """Train, or cross-validate; what was said last is kept even when it ends badly."""
    from engines.errors import Cancelled
    from workbench.services.training.crossing import cross_validate
    from workbench.services.training.learning import learn
    from workbench.services.training.part import RUN

    try:
        return (learn if job.kind == RUN else cross_validate)(services, job, report)
    except Cancelled:
        raise
    except Exception:
        with suppress(Exception):  # what went wrong first is told
            report.flush()
        raise


def _end_with_the_worker(stopping: Event, code: int) -> None:
    """Wait for the end of the standard input; then stop at the next report, or with an exit code when none comes soon."""
    os.read(sys.stdin.fileno(), 1)  # not through the buffer, whose lock would hold up the end of the process
    stopping.set()
    Event().wait(GRACE_SECONDS)
    os._exit(code)


def _told(error: Exception) -> ServiceError:
    """Return an error in words for a person."""
    from workbench.services.errors import ServiceError, translate
    from workbench.store.errors import DiskFull

    if _is_full(error):
        error = DiskFull()
    known = translate(error)
    if known is not None:
        return known
    if isinstance(error, MemoryError) or "not enough memory" in str(error):
        return ServiceError("There was not enough memory.", "Try a smaller batch, or close other programs.")
    return ServiceError(f"A fault of the program: {type(error).__name__}: {error}", "The worker's log has the details.")


def _is_full(error: Exception) -> bool:
    """Tell whether a disk is full: libraries that write weights say so in words of their own."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return any(words in str(error) for words in ("No space left on device", "inline_container.cc"))


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    os.nice(10)
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
