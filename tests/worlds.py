"""Worlds to test in: a circle of organizations, and incidents told entry by entry as the record would hold them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from playbooks.cacao.model import Playbook
from playbooks.directory import load_directory
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import CommandId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Directory

RANSOMWARE = IncidentKey("INC-2026-0042")
BEGAN_AT = datetime(2026, 11, 21, 22, 4, tzinfo=UTC)
"""When the first alert of the ransomware incident came in; a Saturday night."""

HOSTILE = (
    '<script>alert("x")</script>',
    '"><img src=x onerror=alert(1)>',
    "<!channel> <@U012> @here",
    "[click me](javascript:alert(1)) **bold** `code`",
    "</li></ol><h1>TLP:CLEAR</h1>",
    "{{ 7*7 }} {% include 'x' %} ${7*7}",
    "\u202etxt.exe\u2066 reversed",
    "مذكرة من القاهرة, 東京からの注記, заметка",
)
"""Words that would act if any page let them."""


def a_circle() -> Directory:
    """The organizations of the Annex with the people of the demo."""
    folder = files("playbooks.directory")
    return load_directory(
        (folder / "organizations.yaml").read_bytes(), (folder / "demo_people.yaml").read_bytes()
    )


@dataclass
class Story:
    """Writes an incident's entries one after another; the clock moves on by the minutes that are said."""

    key: IncidentKey = RANSOMWARE
    at: datetime = BEGAN_AT
    directory: Directory = field(default_factory=a_circle)
    marking: Marking = Marking.AMBER_STRICT
    entries: list[Entry] = field(default_factory=list)

    def say(self, who: str, minutes: float, kind: Kind, subject: str = "incident", /, **said: Any) -> Entry:
        """Add an entry; `texts`, `marked` and `shown_to` are the entry's own, all else is its data."""
        self.at += timedelta(minutes=minutes)
        texts = said.pop("texts", {})
        marking = said.pop("marked", self.marking)
        audience = tuple(said.pop("shown_to", ("parties",)))
        command = CommandId(f"test:{self.key}-{len(self.entries)}-{self.at:%d%H%M%S}")
        entry = Entry(
            id=entry_id(command),
            incident=self.key,
            kind=kind,
            at=self.at,
            actor=self._actor(who),
            subject=subject,
            data=said,
            texts=texts,
            marking=marking,
            audience=audience,
            cause=command,
        )
        self.entries.append(entry)
        return entry

    def in_minutes(self, minutes: float) -> str:
        """A moment to come, as entries hold it."""
        return (self.at + timedelta(minutes=minutes)).isoformat()

    def _actor(self, who: str) -> Actor:
        machine, _, organization = who.partition(" of ")
        if organization:
            return Actor(id=machine, kind=ActorKind(machine), organization=OrganizationCode(organization))
        return Actor.of(self.directory.person(who))


def a_ransomware_incident(
    *,
    closed: bool = False,
    hostile: bool = False,
    key: IncidentKey = RANSOMWARE,
    began_at: datetime = BEGAN_AT,
) -> tuple[Entry, ...]:
    """Ransomware on UNHCR's file servers; WFP is asked and joins, UNICC brings its SOC. About forty entries.

    With `hostile`, people and alerts write what would act in a page that let it.
    """
    story = Story(key=key, at=began_at)
    _declared(story, " ".join(HOSTILE) if hostile else "Ransomware on file servers in Geneva and Budapest")
    _answered_together(story)
    _asked(story)
    _worked_on(story)
    if hostile:
        for words in HOSTILE:
            story.say("wfp-duty", 1, Kind.NOTE_ADD, texts={"note": words})
    if closed:
        _closed(story)
    return tuple(story.entries)


def many_notes(count: int, key: IncidentKey = RANSOMWARE) -> Iterator[Entry]:
    """The ransomware incident followed by so many notes, one a second."""
    story = Story(key=key)
    _declared(story, "Ransomware on file servers")
    yield from story.entries
    for number in range(count):
        yield story.say("unhcr-duty", 1 / 60, Kind.NOTE_ADD, texts={"note": f"Note {number}: all quiet."})


def _declared(story: Story, title: str) -> None:
    story.say(
        "alert of UNHCR",
        0,
        Kind.DECLARE,
        lead="UNHCR",
        severity="medium",
        **{"class": "malicious-code"},
        marking="TLP:AMBER+STRICT",
        restricted=False,
        group="G-1",
        playbook="ransomware",
        declared_by="alert",
        texts={"title": title},
    )
    story.say("alert of UNHCR", 1, Kind.ALERTS_ATTACH, group="G-1", count=7, severity="high")
    _effect(story, "unhcr/pagerduty", "page.trigger", url="", done_after=0.2)
    _effect(
        story,
        "unhcr/jira",
        "ticket.create",
        url="https://tickets.example.org/browse/SEC-1207",
        simulated=False,
    )
    story.say(
        "unhcr-duty",
        5,
        Kind.ROLE_ASSIGN,
        role="incident_commander",
        person="unhcr-duty",
        organization="UNHCR",
    )
    story.say("unhcr-duty", 2, Kind.SEVERITY_CHANGE, severity="critical", was="medium")
    story.say("unhcr-duty", 0.5, Kind.PHASE_CHANGE, phase="respond", was="detect")


def _answered_together(story: Story) -> None:
    _invited(story, 3, "UNICC")
    _invited(story, 0.5, "WFP")
    story.say("unicc-duty", 4, Kind.PARTY_JOIN, "part/UNICC", organization="UNICC")
    story.say("wfp-duty", 9, Kind.PARTY_JOIN, "part/WFP", organization="WFP")
    story.say(
        "playbook of UNHCR", 1, Kind.RUN_START, "run/R-1", run="R-1", playbook="ransomware", content="9f2c"
    )
    _step(story, "s1", "Confirm that files are being encrypted", ends_after=6)
    story.say(
        "unhcr-responder",
        1,
        Kind.NOTE_ADD,
        texts={
            "note": "Encrypted files end in .lock7.\nFirst one at 21:52 UTC on FS-GVA-03, seen in the backup log."
        },
    )
    story.say(
        "playbook of UNHCR",
        0,
        Kind.STEP_START,
        "run/R-1",
        run="R-1",
        step="s2",
        texts={"name": "Isolate the servers"},
    )
    _effect(story, "unhcr/edr", "containment.isolate", url="", state="unknown", asked="unhcr-duty")
    story.say(
        "unhcr-duty",
        3,
        Kind.COMMAND_TRANSFER,
        role="incident_commander",
        person="unhcr-ciso",
        organization="UNHCR",
    )
    story.say(
        "unhcr-ciso", 1, Kind.ROLE_ASSIGN, role="scribe", person="unicc-responder", organization="UNICC"
    )


def _invited(story: Story, minutes: float, organization: str) -> None:
    story.say(
        "unhcr-duty",
        minutes,
        Kind.PARTY_INVITE,
        f"part/{organization}",
        organization=organization,
        lead="UNHCR",
        severity="critical",
        **{"class": "malicious-code"},
        declared_at=story.entries[0].at.isoformat(),
        shown_to=("parties", organization),
    )


def _asked(story: Story) -> None:
    story.say(
        "unhcr-ciso",
        4,
        Kind.QUESTION_OPEN,
        "consultation/C-1",
        consultation="C-1",
        purpose="status_call",
        asked=["WFP", "UNICC"],
        asked_by="unhcr-ciso",
        deadline_at=story.in_minutes(60),
        remind_at=story.in_minutes(30),
        needed=0,
        texts={"question": "Do you see connections to 203.0.113.7 since Friday?"},
    )
    story.say(
        "unicc-duty", 11, Kind.ANSWER_GIVE, "consultation/C-1", consultation="C-1", organization="UNICC",
        option="affected", late=False, texts={"words": "Two hosts of the shared mail relay."},
    )  # fmt: skip
    story.say(
        "timer of UNHCR", 15, Kind.QUESTION_REMIND, "consultation/C-1", consultation="C-1", missing=["WFP"]
    )
    story.say(
        "unhcr-ciso",
        5,
        Kind.QUESTION_OPEN,
        "consultation/C-2",
        consultation="C-2",
        purpose="approval",
        asked=["WFP", "UNICC"],
        asked_by="unhcr-ciso",
        deadline_at=story.in_minutes(120),
        needed=2,
        texts={"question": "Block the shared mail relay until 08:00 UTC?"},
    )
    story.say(
        "unicc-ciso", 3, Kind.ANSWER_GIVE, "consultation/C-2", consultation="C-2", organization="UNICC",
        option="approve", late=False,
    )  # fmt: skip


def _worked_on(story: Story) -> None:
    _task(
        story,
        "unhcr-ciso",
        "UNHCR",
        1,
        "Restore FS-GVA-03 from the backup of Friday",
        owner="unhcr-responder",
        due=240,
    )
    _task(story, "unhcr-ciso", "WFP", 1, "Search proxy logs for the three addresses in the last note", due=90)
    story.say(
        "wfp-duty",
        6,
        Kind.TASK_ACCEPT,
        "task/WFP-1",
        task="WFP-1",
        owner="wfp-responder",
        shown_to=("WFP", "UNHCR"),
    )
    _task(
        story, "playbook of UNHCR", "UNICC", 1, "Are the backups of the shared hosting clean?", due=60,
        origin="run/R-1/s3", answers=["clean", "encrypted"],
    )  # fmt: skip
    story.say(
        "unhcr-duty", 2, Kind.NOTE_ADD, marked=Marking.AMBER, shown_to=("UNHCR",),
        texts={"note": "For us alone: the ransom note names a member of staff."},
    )  # fmt: skip
    story.say(
        "unicc-ciso",
        4,
        Kind.AWARENESS_DECLARE,
        "part/UNICC",
        organization="UNICC",
        aware_at=story.in_minutes(-40),
    )
    story.say(
        "unicc-responder", 7, Kind.TASK_DONE, "task/UNICC-1", task="UNICC-1", answer="clean",
        shown_to=("UNICC", "UNHCR"), texts={"note": "All snapshots since Thursday verified."},
    )  # fmt: skip
    story.say(
        "unhcr-ciso", 6, Kind.UPDATE_POST, every_minutes=120,
        texts={"update": "Three servers are isolated, backups are clean. Restoring begins at 06:00 UTC."},
    )  # fmt: skip
    story.say(
        "wfp-duty",
        3,
        Kind.COMMAND_REFUSE,
        verb="severity",
        rule="not_entitled",
        source="policy",
        shown_to=("WFP",),
    )
    _effect(story, "unhcr/slack", "message.post", url="")
    _task(
        story,
        "wfp-duty",
        "WFP",
        2,
        "Tell the regional bureaux not to open mail from the relay",
        due=30,
        requested=False,
    )


def _closed(story: Story) -> None:
    story.say(
        "wfp-ciso",
        20,
        Kind.ANSWER_GIVE,
        "consultation/C-1",
        consultation="C-1",
        organization="WFP",
        option="not_affected",
        late=False,
    )
    story.say(
        "timer of UNHCR",
        0,
        Kind.QUESTION_CLOSE,
        "consultation/C-1",
        consultation="C-1",
        outcome="answered",
        counts={"affected": 1, "not_affected": 1, "unknown": 0},
        missing=[],
    )
    story.say(
        "timer of UNHCR",
        60,
        Kind.QUESTION_CLOSE,
        "consultation/C-2",
        consultation="C-2",
        outcome="expired",
        counts={"approve": 1, "reject": 0},
        missing=["WFP"],
    )
    for task, who in (("UNHCR-1", "unhcr-responder"), ("WFP-1", "wfp-responder"), ("WFP-2", "wfp-duty")):
        story.say(
            who,
            60,
            Kind.TASK_DONE,
            f"task/{task}",
            task=task,
            answer="",
            shown_to=(task.partition("-")[0], "UNHCR"),
        )
    story.say("playbook of UNHCR", 1, Kind.STEP_SETTLE, "run/R-1", run="R-1", step="s2", outcome="successful")
    story.say("playbook of UNHCR", 0, Kind.RUN_END, "run/R-1", run="R-1", outcome="successful")
    story.say("unhcr-ciso", 30, Kind.PHASE_CHANGE, phase="recover", was="respond")
    story.say(
        "unhcr-ciso", 600, Kind.CLOSE, was="recover", texts={"reason": "All parties work normally again."}
    )
    story.say("unhcr-ciso", 0, Kind.REVIEW_OPEN, "review", due_at=story.in_minutes(14 * 24 * 60))


def _task(
    story: Story,
    who: str,
    organization: str,
    number: int,
    text: str,
    *,
    due: int,
    requested: bool | None = None,
    **said: Any,
) -> None:
    task = f"{organization}-{number}"
    asks = organization != "UNHCR" if requested is None else requested
    story.say(
        who,
        2,
        Kind.TASK_REQUEST if asks else Kind.TASK_ADD,
        f"task/{task}",
        task=task,
        organization=organization,
        function="cyber",
        due_at=story.in_minutes(due),
        requested_by="UNHCR",
        texts={"text": text},
        shown_to=(organization, "UNHCR"),
        **said,
    )


def _step(story: Story, step: str, name: str, *, ends_after: float) -> None:
    story.say("playbook of UNHCR", 0, Kind.STEP_START, "run/R-1", run="R-1", step=step, texts={"name": name})
    story.say(
        "playbook of UNHCR",
        ends_after,
        Kind.STEP_SETTLE,
        "run/R-1",
        run="R-1",
        step=step,
        outcome="successful",
    )


def _effect(
    story: Story,
    connection: str,
    action: str,
    *,
    url: str,
    simulated: bool = True,
    state: str = "done",
    done_after: float = 0.1,
    **said: Any,
) -> None:
    subject = f"effect/{connection}/{story.key}/{action}/{len(story.entries)}"
    standing = {"action": action, "connection": connection, "connected": True, "simulated": simulated}
    story.say("playbook of UNHCR", 0.1, Kind.EFFECT_INTEND, subject, **standing, text="", entries=[], args={})
    ref = url.rpartition("/")[2] or "SIM-1"
    story.say(
        "playbook of UNHCR",
        done_after,
        Kind.EFFECT_CONCLUDE,
        subject,
        **standing,
        state=state,
        vendor_ref=ref,
        url=url,
        **said,
    )


async def no_playbook(sha256: str) -> Playbook:
    """Of a world in which no playbook is kept."""
    raise NotFound(f"No content has the hash {sha256}.")
