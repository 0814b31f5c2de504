"""Every route: whom it is for, and what it shows or does. `test_routes` asks each of them; one without a row fails."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
_ROUTE = re.compile(r"\.(get|post|put|delete)\(\s*\"(/[^\"]*)\"|add_api_route\(\s*\"(/[^\"]*)\"")

PUBLIC, SIGNED_IN, KNOWS, ITSELF, MACHINE = (
    "anybody", "whoever is signed in", "whoever knows of the incident", "the person herself", "a machine with its key",
)  # fmt: skip

ROUTES: dict[tuple[str, str], tuple[str, str]] = {
    ("GET", "/"): (PUBLIC, "the way in"),
    ("GET", "/healthz"): (PUBLIC, "that the process runs; nothing of any incident"),
    ("GET", "/readyz"): (PUBLIC, "whether each part answers; nothing of any incident"),
    ("GET", "/metrics"): (PUBLIC, "figures for machines; nothing of any incident"),
    ("GET", "/sign-in"): (PUBLIC, "the form to sign in with"),
    ("GET", "/incidents"): (SIGNED_IN, "a line for each incident she may know of, as her entries tell it"),
    ("GET", "/incidents/{key}"): (KNOWS, "what was released to her; recorded as a view"),
    ("GET", "/incidents/{key}/events"): (KNOWS, "what is released to her from now on"),
    ("GET", "/incidents/{key}.json"): (KNOWS, "what was released to her, slot by slot; recorded as a view"),
    ("GET", "/incidents/{key}.md"): (KNOWS, "what was released to her; recorded as a release"),
    ("GET", "/incidents/{key}.csv"): (KNOWS, "what was released to her; recorded as a release"),
    ("GET", "/incidents/{key}.pdf"): (KNOWS, "what was released to her; recorded as a release"),
    ("POST", "/incidents/{key}/evidence/{piece}"): (
        KNOWS,
        "a file whose entry was released to her; recorded",
    ),
    ("POST", "/incidents/{key}/guests/{person}/link"): (
        KNOWS,
        "a link for a vendor's guest to enrol with, for who may admit her; recorded",
    ),
    ("GET", "/incidents/{key}/review"): (KNOWS, "the review, where one was opened and released to her"),
    ("GET", "/reviews"): (SIGNED_IN, "the reviews that were published to her organization, at their marking"),
    ("GET", "/reviews/{key}"): (
        PUBLIC,
        "a review that was published to everybody, or to the community she is of",
    ),
    ("GET", "/oncall"): (SIGNED_IN, "whom her own organization's pager calls, and when"),
    ("GET", "/work-plan"): (
        SIGNED_IN,
        "what was planned after the incidents she may know of, as released to her",
    ),
    ("GET", "/rooms"): (SIGNED_IN, "the incidents she may know of, and a line for commands"),
    ("GET", "/completions"): (
        SIGNED_IN,
        "commands, people, and what is open in an incident as released to her",
    ),
    ("GET", "/rooms/forms/{form}"): (SIGNED_IN, "a command's fields; nothing of any incident"),
    ("GET", "/rooms/{key}/forms/{form}"): (
        KNOWS,
        "a command's fields, and what is open as released to her; a view",
    ),
    ("GET", "/rooms/{key}"): (KNOWS, "what was released to her; recorded as a view"),
    ("GET", "/triage"): (SIGNED_IN, "groups of alerts that her organization's sources sent"),
    ("GET", "/triage/{id}"): (SIGNED_IN, "one such group with its alerts"),
    ("GET", "/oncall.ics"): (SIGNED_IN, "her own organization's rota as a calendar"),
    ("GET", "/metrics-board"): (SIGNED_IN, "figures over the incidents she may know of"),
    ("GET", "/metrics-board.csv"): (SIGNED_IN, "the same as a file"),
    ("GET", "/costs"): (SIGNED_IN, "costs of the incidents she may know of, as released to her"),
    ("GET", "/costs.csv"): (SIGNED_IN, "the same as a file"),
    ("GET", "/passkeys"): (ITSELF, "her own passkeys"),
    ("GET", "/enrol"): (PUBLIC, "the page that a one-time link opens"),
    ("GET", "/answer/{token}"): (
        PUBLIC,
        "to whom a link in a mail was made for: a question as codes, no words",
    ),
    ("POST", "/answer/{token}"): (PUBLIC, "the command answer, once, for whom the link was made"),
    ("POST", "/sign-in"): (PUBLIC, "signs in by a recovery code"),
    ("POST", "/sign-in/ask"): (PUBLIC, "asks for a passkey"),
    ("POST", "/sign-in/passkey"): (PUBLIC, "signs in by a passkey"),
    ("GET", "/sign-in/openid/{name}"): (PUBLIC, "the way back from her organization's own sign-in"),
    ("POST", "/sign-in/openid/{name}"): (PUBLIC, "goes to her organization's own sign-in"),
    ("POST", "/sign-in/openid/{name}/ended"): (PUBLIC, "her organization says that she signed out there"),
    ("POST", "/sign-out"): (ITSELF, "ends her session"),
    ("POST", "/enrol"): (PUBLIC, "takes a one-time link"),
    ("POST", "/enrol/ask"): (PUBLIC, "takes a one-time link"),
    ("POST", "/enrol/passkey"): (PUBLIC, "takes a one-time link"),
    ("POST", "/passkeys"): (ITSELF, "adds a passkey"),
    ("POST", "/passkeys/ask"): (ITSELF, "adds a passkey"),
    ("POST", "/passkeys/remove"): (ITSELF, "removes a passkey"),
    ("POST", "/rooms"): (SIGNED_IN, "a command; who may give which stands above"),
    ("POST", "/rooms/{key}"): (SIGNED_IN, "a command; who may give which stands above"),
    ("POST", "/rooms/{key}/evidence"): (SIGNED_IN, "the command evidence.add, with a file"),
    ("POST", "/rooms/forms/{form}"): (SIGNED_IN, "a command; who may give which stands above"),
    ("POST", "/rooms/{key}/forms/{form}"): (SIGNED_IN, "a command; who may give which stands above"),
    ("POST", "/triage"): (SIGNED_IN, "a command about groups of her organization"),
    ("POST", "/triage/{id}"): (SIGNED_IN, "splitting one such group"),
    ("POST", "/incidents/{key}/review"): (SIGNED_IN, "a command; who may give which stands above"),
    ("POST", "/incidents/{key}/review/action"): (SIGNED_IN, "a command; who may give which stands above"),
    ("POST", "/incidents/{key}/review/done"): (SIGNED_IN, "a command; who may give which stands above"),
    ("POST", "/incidents/{key}/review/sign"): (SIGNED_IN, "a command; who may give which stands above"),
    ("POST", "/incidents/{key}/review/publish"): (SIGNED_IN, "a command; who may give which stands above"),
    ("POST", "/alerts/{source}"): (MACHINE, "takes alerts; answers with counts"),
    ("GET", "/alerts/{source}"): (MACHINE, "gives a challenge back to a source that proves who it is"),
    ("POST", "/alerts/{source}/test"): (MACHINE, "says how alerts would be read; keeps nothing"),
    ("POST", "/hooks/{organization}/{account}"): (
        MACHINE,
        "takes news of our own tickets and pages; answers nothing",
    ),
    ("POST", "/slack/{organization}/{account}/events"): (
        MACHINE,
        "people's commands in Slack; answered to each alone",
    ),
    ("GET", "/vkey"): (PUBLIC, "a witness's public key; of `muster witness`, which runs apart"),
    ("GET", "/checkpoints"): (PUBLIC, "what a witness cosigned: sizes and hashes"),
    ("POST", "/add-checkpoint"): (PUBLIC, "takes a head that our key signed, and cosigns it"),
}


_SAMPLES = {"id": "G-0123456789abcdef-1"}


def filled(path: str, key: str) -> str:
    """A route's path with something in the place of its parameters."""
    return re.sub(r"\{(\w+)\}", lambda found: {"key": key, **_SAMPLES}.get(found[1], "none"), path)


def routes_of_the_code() -> set[tuple[str, str]]:
    """Every route that some file declares."""
    return {
        ((found[1] or "post").upper(), found[2] or found[3])
        for file in (REPOSITORY / "bot").rglob("*.py")
        for found in _ROUTE.finditer(file.read_text("utf-8"))
    }
