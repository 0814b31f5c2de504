"""Style, script and picture: files as they are, without a build."""

from pathlib import Path
from typing import Final

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

from playbooks.cacao.show.picture import STYLE

_PLAYBOOK: Final = "playbook.css"
"""The style of pictures of playbooks, which stands with them: a file that is shown alone carries it too."""
_FOLDER: Final = Path(__file__).parents[1] / "static"


class _Revalidated(StaticFiles):
    """The browser keeps them and asks each time whether they are still the same; a new version shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = (
            Response(STYLE, media_type="text/css")
            if path == _PLAYBOOK
            else await super().get_response(path, scope)
        )
        response.headers["Cache-Control"] = "no-cache"
        return response


def files() -> StaticFiles:
    """The app that serves them."""
    return _Revalidated(directory=_FOLDER)
