"""Puts the REST face together: gates, routers, answers for errors, and the description of it all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from workbench import __version__
from workbench.api import (
    datasets,
    errors,
    exchange,
    feedback,
    health,
    jobs,
    lines,
    models,
    ocr,
    pages,
    projects,
    reference,
    session,
    train,
    users,
)
from workbench.api.access import Access
from workbench.api.bodies import Bodies
from workbench.api.errors import Failures
from workbench.api.headers import SecurityHeaders
from workbench.api.hosts import Hosts
from workbench.api.navigations import FailurePage, Navigations
from workbench.api.origins import Origins
from workbench.api.routing import Failure, OtherMethods
from workbench.api.stream import Stream
from workbench.services import Services

_ROUTERS = (health, session, users, ocr, exchange, projects, pages, lines, feedback, jobs, models, train, datasets)
_DESCRIPTION = "People correct what models predict, and models learn from what people correct. Errors are {error, hint}."


@dataclass(frozen=True)
class Pages:
    """The pages that are shown to people without the workbench around them, as HTML.

    Attributes:
        login: Returns the login page; it sends `POST /login {name, password}` and goes on to `?next=`.
        invitation: Returns the page for a person (name) to choose a password; it sends `POST {password}` to its own address.
        failure: Returns the page that tells an error and its hint where a browser cannot have what it opens.
    """

    login: Callable[[], str]
    invitation: Callable[[str], str]
    failure: FailurePage


def application(services: Services, page_makers: Pages) -> FastAPI:
    """Return the REST face as an application; whatever is mounted on it stands behind the same gates.

    Args:
        services: What it calls.
        page_makers: The pages that need no session.
    """
    app = FastAPI(
        title="Workbench",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={status: {"model": Failure} for status in (401, 404, 422)},
        middleware=[
            Middleware(SecurityHeaders, services.settings),
            Middleware(Bodies, services.settings),
            Middleware(Navigations, page_makers.failure),
            Middleware(Failures),
            Middleware(Hosts, services.settings),
            Middleware(Origins),
            Middleware(GZipMiddleware, minimum_size=1_024, compresslevel=4, thread_minimum_size=32 * 1024),
            Middleware(Access, services),
        ],
    )
    app.state.services = services
    app.state.pages = page_makers
    app.state.stream = Stream(services)
    errors.install(app)
    for module in _ROUTERS:
        app.include_router(module.router)
    app.add_api_route("/docs", lambda: _reference(app), include_in_schema=False, methods=["GET"])
    app.router.routes.append(OtherMethods(tuple(app.router.routes)))
    return app


def _reference(app: FastAPI) -> Response:
    return HTMLResponse(reference.page(app.openapi()))
