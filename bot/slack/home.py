"""The app's home in Slack: what waits for one person, and the incidents she may know of."""

from typing import Any

from bot.slack.front import Act, SlackFront
from bot.slack.modal import blocks_of
from playbooks.domain.document import Document, Time, paragraph


async def home(front: SlackFront, act: Act, workspace: str | None) -> dict[str, Any]:
    """The view to publish; made anew whenever she opens it or settles something there."""
    if front.person(act, workspace) is None:
        return {"type": "home", "blocks": blocks_of(front.stranger(act))}
    as_of = Document(blocks=(paragraph(*front.texts.parts("home.refreshed", at=Time(at=front.now()))),))
    words = (
        *await front.answer(act, workspace, "waiting"),
        *await front.answer(act, workspace, "list"),
        *front.render(as_of),
    )
    return {"type": "home", "blocks": blocks_of(words)}
