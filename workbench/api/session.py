"""Who is logged in, and how one comes in and goes out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from workbench import __version__
from workbench.api.access import Use, current_services, not_known
from workbench.api.addresses import address_of
from workbench.api.answers import Json
from workbench.api.cookies import session_secret, set_cookie
from workbench.api.heavy import run_heavy
from workbench.api.routing import Body, Router, Words
from workbench.services import Services
from workbench.services.actors import Actor
from workbench.services.errors import NotLoggedIn
from workbench.services.keys import SESSION_SECONDS
from workbench.services.ocr.correcting import LONGEST_LINE

router = Router(tags=["session"])

LANGUAGES = ("en", "he", "ar")


class Login(Body):
    """Name and password of a person."""

    name: Annotated[Words, Field(max_length=64)]
    password: Annotated[Words, Field(max_length=1_024)]


class NewPassword(Body):
    """The password that a person chooses."""

    password: Annotated[Words, Field(max_length=1_024)]


class ChangedPassword(Body):
    """The old password and the new one."""

    old: Annotated[Words, Field(max_length=1_024)]
    new: Annotated[Words, Field(max_length=1_024)]


@router.get("/session", summary="Who is logged in, and what this workbench allows")
def show_session(request: Request, services: Use) -> Response:
    """Describe the session; `person` is null while nobody is logged in. The first look into a workspace adds its samples."""
    actor = request.scope.get("actor")
    if actor is None and services.settings.access == "demo":
        raise not_known(services)
    if actor is not None:
        services.ocr.ensure_samples(actor)
    return Json(_described(services, actor))


def _described(services: Services, actor: Actor | None) -> dict[str, object]:
    settings = services.settings
    return {
        "access": settings.access,
        "version": __version__,
        "person": {"name": actor.name, "role": actor.role} if actor else None,
        "workspace": actor.workspace if actor else None,
        "banner": _banner(services, actor) if actor and actor.kind == "demo" else None,
        "limits": {
            "upload_bytes": settings.upload_limit,
            "pdf_pages": settings.pages_limit,
            "line_characters": LONGEST_LINE,
        },
        "languages": list(LANGUAGES),
    }


def _banner(services: Services, actor: Actor) -> dict[str, object]:
    """Return what a visitor has to know: until when it is kept, and how much."""
    settings = services.settings
    projects = services.ocr.projects(actor)
    return {
        "kind": "demo",
        "expires": services.users.expires(actor),
        "hours": settings.demo_hours,
        "pages": sum(project.pages_total for project in projects),
        "pages_limit": settings.demo_pages,
        "megabytes_limit": settings.demo_megabytes,
    }


@router.post("/session", status_code=201, summary="Get a workspace of a demo without a browser")
def visit(request: Request, services: Use) -> Response:
    """Make a throw-away workspace of a demo and return an API token for it; a browser gets its workspace with the page."""
    actor, secret = services.users.visitor(address_of(request.scope))
    _, token = services.users.add_token(actor, "visit")
    services.users.logout(secret)
    return Json({**_described(services, actor), "token": token}, 201)


@router.post("/login", summary="Log in")
async def login(request: Request, body: Login) -> Response:
    """Open a session; its key comes as a cookie. Too many failed attempts have to wait."""
    services = current_services(request)
    user, secret = await run_heavy(services.users.login, body.name, body.password, address_of(request.scope))
    answer = Json({"person": {"name": user.name, "role": user.role}, "workspace": user.workspace})
    answer.headers["Set-Cookie"] = set_cookie(request.scope, services.settings, secret, SESSION_SECONDS)
    return answer


@router.post("/logout", summary="Log out")
def logout(request: Request, services: Use) -> Response:
    """Close the session of this browser."""
    services.users.logout(session_secret(request.scope))
    answer = Json({})
    answer.headers["Set-Cookie"] = set_cookie(request.scope, services.settings, "", 0)
    return answer


@router.post("/invitation/{secret}", summary="Choose a password")
async def accept_invitation(request: Request, secret: str, body: NewPassword) -> Response:
    """Use a one-time link: set the password and log in."""
    services = current_services(request)
    user, session = await run_heavy(services.users.accept_invitation, secret, body.password)
    answer = Json({"person": {"name": user.name, "role": user.role}, "workspace": user.workspace})
    answer.headers["Set-Cookie"] = set_cookie(request.scope, services.settings, session, SESSION_SECONDS)
    return answer


@router.put("/users/me/password", summary="Change the own password", tags=["users"])
async def change_password(request: Request, body: ChangedPassword) -> Response:
    """Replace the password, and close every other session of this person."""
    services, actor = current_services(request), request.scope.get("actor")
    if actor is None or actor.kind != "user":
        raise NotLoggedIn("Only a person with an account has a password.", "Log in at /login.")
    address = address_of(request.scope)
    session = await run_heavy(services.users.set_password, actor, body.old, body.new, address)
    answer = Json({})
    answer.headers["Set-Cookie"] = set_cookie(request.scope, services.settings, session, SESSION_SECONDS)
    return answer


@router.get("/invitation/{secret}", include_in_schema=False)
async def show_invitation(request: Request, secret: str) -> Response:
    """Show the page on which a person chooses their password."""
    services = current_services(request)
    user = await run_in_threadpool(services.users.invited, secret)
    page: str = request.app.state.pages.invitation(user.name)
    return HTMLResponse(page, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


@router.get("/login", include_in_schema=False)
async def show_login(request: Request) -> Response:
    """Show the page on which a person logs in."""
    return HTMLResponse(request.app.state.pages.login(), headers={"Cache-Control": "no-store"})
