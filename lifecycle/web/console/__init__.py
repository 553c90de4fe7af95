"""The staff console under /console: server-rendered pages, one route class that lets in who may come in."""

from fastapi import APIRouter

from lifecycle.web.console import access, desk, figures, improve, inbox, install, people

router = APIRouter()
for part in (access, inbox, people, desk, figures, improve, install):
    router.include_router(part.router)
