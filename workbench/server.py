"""The web process: REST and the pages on one port, and the threads that keep the workers alive."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
from collections.abc import Callable
from ipaddress import ip_address
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from workbench.api import errors, uploads
from workbench.api.application import Pages, application
from workbench.api.ocr import upload_folder
from workbench.config import ConfigError, Settings
from workbench.services import Services, build
from workbench.services.addresses import address

if TYPE_CHECKING:
    from fastapi import FastAPI


class Static(StaticFiles):
    """The files of the browser's part; an address with a version (`?v=`) may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with the words that tell how long it may be kept."""
        response = await super().get_response(path, scope)
        is_versioned = scope.get("query_string", b"").startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_versioned else "no-cache"
        return response

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Find a file; the charts' library lies in its own package and is not copied."""
        from workbench.ui import static_files  # late: gradio takes seconds

        library = static_files.charts_library() if path == static_files.CHARTS else None
        if library is None or not library.is_file():
            return super().lookup_path(path)
        return str(library), library.stat()


class Server(uvicorn.Server):
    """A server that ends its event streams before it waits for connections to end."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._started, self._ending = started, ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self._started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to end."""
        self._ending()
        super().handle_exit(sig, frame)


def create_app(services: Services) -> FastAPI:
    """Return the whole web application: REST, static files, and the pages mounted last at the root."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    from workbench.ui import frame, pages, static_files  # late: gradio takes seconds

    app = application(services, Pages(login=pages.login, invitation=pages.invitation, failure=pages.failure))
    app.mount("/static", Static(directory=static_files.STATIC))
    frame.mount(app, services)
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, Starlette):
            errors.install(route.app, with_detail=True)
    return app


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until told to stop.

    Args:
        settings: The settings.
        say: Told the address when the server answers, and the one-time link while there is no admin.

    Raises:
        ConfigError: The port is taken, or the address is not one of this computer.
        SchemaOutdated: The database is newer than this program.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of every form that was cut off
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    listening = _listen(settings)
    services = build(settings)
    try:
        _prepare(services)
        app = create_app(services)
        url = address(settings, listening.getsockname()[1])
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=5,
        )
        services.workers.start()
        Server(config, lambda: _greet(services, url, say), app.state.stream.close).run(sockets=[listening])
    finally:
        listening.close()
        services.close()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End with everything closed, before the server runs and after it has ended; in between it takes signals itself."""
    raise SystemExit(0)


def _prepare(services: Services) -> None:
    """Bring the database up to date and clear what a killed server left behind."""
    services.store.upgrade()
    for folder in (upload_folder(services), services.settings.data / "exports"):
        uploads.sweep(folder)
    if services.settings.access == "local":
        services.ocr.ensure_samples(services.users.local())


def _greet(services: Services, url: str, say: Callable[[str], None]) -> None:
    say(f"Workbench: {url}")
    secret = services.users.admin_link() if services.settings.access == "accounts" else None
    if secret is not None:
        say(f"Nobody can log in yet. Choose the admin's password here, once: {url}/invitation/{secret}")


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything else is touched, so that a second server ends at once and harms nothing."""
    try:
        version = socket.AF_INET6 if ip_address(settings.host).version == 6 else socket.AF_INET
    except ValueError:
        version = socket.AF_INET
    listening = socket.socket(version, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            message = f"Port {settings.port} is taken: another program, perhaps another workbench, uses it."
            raise ConfigError(message, "Open that one, or set WORKBENCH_PORT to another number.") from error
        raise ConfigError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.", "Set WORKBENCH_HOST."
        ) from error
    return listening
