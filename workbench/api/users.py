"""People and their API tokens."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Request, Response
from pydantic import Field

from workbench.api.access import Asking, Use
from workbench.api.answers import Json
from workbench.api.routing import Body, Id, Router, Words

router = Router(prefix="/users", tags=["users"])


class NewUser(Body):
    """A person to be invited."""

    name: Annotated[Words, Field(description="1 to 40 lower-case Latin letters, digits and hyphens.", max_length=64)]
    role: Literal["admin", "person"] = "person"


class ChangedUser(Body):
    """What an admin changes about a person."""

    disabled: bool


class NewToken(Body):
    """A token to be made."""

    name: Annotated[Words, Field(description="What will use it, 1 to 100 characters.", max_length=100)]


@router.get("/me/tokens", summary="List the own API tokens")
def list_tokens(services: Use, actor: Asking) -> Response:
    """Return the tokens without their secrets, newest first."""
    return Json(services.users.tokens(actor))


@router.post("/me/tokens", status_code=201, summary="Make an API token")
def add_token(services: Use, actor: Asking, body: NewToken) -> Response:
    """Make a token; its secret is in this answer and never shown again."""
    token, secret = services.users.add_token(actor, body.name)
    return Json({"id": token.id, "name": token.name, "created": token.created, "token": secret}, 201)


@router.delete("/me/tokens/{token_id}", status_code=204, summary="Revoke an API token")
def revoke_token(services: Use, actor: Asking, token_id: Id) -> Response:
    """Make a token worthless at once."""
    services.users.revoke_token(actor, token_id)
    return Response(status_code=204)


@router.get("/", summary="List the people")
def list_users(services: Use, actor: Asking) -> Response:
    """Return everybody; for admins."""
    return Json(services.users.list(actor))


@router.post("/", status_code=201, summary="Invite a person")
def add_user(request: Request, services: Use, actor: Asking, body: NewUser) -> Response:
    """Add a person and return the one-time link by which they choose a password; for admins."""
    secret = services.users.create(actor, body.name, body.role)
    return Json({"name": body.name, "role": body.role, "invitation": f"{request.base_url}invitation/{secret}"}, 201)


@router.post("/{name}/invitation", status_code=201, summary="Make a new one-time link for a person")
def invite_user(request: Request, services: Use, actor: Asking, name: str) -> Response:
    """Return a new link by which a person chooses a new password; older links stop working; for admins."""
    secret = services.users.invite(actor, name)
    return Json({"name": name, "invitation": f"{request.base_url}invitation/{secret}"}, 201)


@router.patch("/{name}", summary="Shut a person out, or let them in again")
def change_user(services: Use, actor: Asking, name: str, body: ChangedUser) -> Response:
    """Shut a person out at once, or let them in again; for admins."""
    services.users.disable(actor, name, body.disabled)
    return Json({"name": name, "disabled": body.disabled})


@router.delete("/{name}", status_code=204, summary="Shut a person out")
def disable_user(services: Use, actor: Asking, name: str) -> Response:
    """Shut a person out at once and close all their keys; what they made stays. For admins."""
    services.users.disable(actor, name)
    return Response(status_code=204)
