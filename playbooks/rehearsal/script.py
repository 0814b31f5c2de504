"""The script of a rehearsal: who takes part, and who does what about which step (docs/rehearsal.md)."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from playbooks.cacao.extension import Circle, agent_notes
from playbooks.cacao.model import Identifier, Playbook
from playbooks.cacao.taken import taken
from playbooks.cacao.yaml_source import read_yaml
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import Severity
from playbooks.domain.judging.answers import check_given
from playbooks.domain.misshapen import fault_of, first_of, place_of
from playbooks.domain.roles import Role
from playbooks.domain.saying import saying
from playbooks.domain.told import apart
from playbooks.rehearsal.manner import Does, Manner

LEAD = OrganizationCode("UNHCR")
PARTIES = (OrganizationCode("WFP"), OrganizationCode("UNICC"))


class Setting(BaseModel):
    """The incident in which the playbook is rehearsed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lead: OrganizationCode = LEAD
    parties: tuple[OrganizationCode, ...] = PARTIES
    """Who takes part beside the lead; organizations that the playbook names come along."""
    severity: Severity = Severity.HIGH
    roles: dict[Role, OrganizationCode] = {}
    """Roles of incident command that somebody of an organization holds; the commander is the lead's."""


class Acting(BaseModel):
    """How one step is met: by all who are asked, and by single organizations."""

    model_config = ConfigDict(frozen=True)

    manner: Manner = Manner()
    organizations: dict[OrganizationCode, Manner] = {}


class Script(BaseModel):
    """What people do. `steps` is by step id: names are resolved when the script is read."""

    model_config = ConfigDict(frozen=True)

    setting: Setting = Setting()
    given: dict[str, str] = {}
    """What the playbook is given along when it is run, by plain names."""
    everybody: Manner = Manner()
    steps: dict[Identifier, Acting] = {}

    def manner(self, step: Identifier, organization: OrganizationCode | None = None) -> Manner:
        """How an organization meets a step; how the step is met by all where none is named."""
        acting = self.steps.get(step, Acting())
        own = acting.organizations.get(organization, Manner()) if organization else Manner()
        return own.over(acting.manner.over(self.everybody))

    def with_manner(self, step: Identifier, **said: object) -> "Script":
        """The same script with one step met otherwise, by everybody alike."""
        manner = Manner.model_validate(said).over(self.steps.get(step, Acting()).manner)
        return self.model_copy(update={"steps": {**self.steps, step: Acting(manner=manner)}})

    def with_parties(self, playbook: Playbook) -> "Script":
        """The same script with the organizations in it that a playbook names."""
        known = (self.setting.lead, *self.setting.parties)
        new = tuple(code for code in _named(playbook) if code not in known)
        setting = self.setting.model_copy(update={"parties": (*self.setting.parties, *new)})
        return self.model_copy(update={"setting": setting})


def _named(playbook: Playbook) -> Iterator[OrganizationCode]:
    agents = (*playbook.agent_definitions.values(), *playbook.target_definitions.values())
    codes = (agent_notes(agent).organization for agent in agents)
    return (OrganizationCode(code) for code in dict.fromkeys(codes) if code and code not in tuple(Circle))


def read_script(text: str, playbook: Playbook) -> Script:
    """A script in YAML. Raises Malformed, with a sentence that says where it is wrong."""
    data, _lines, finding = read_yaml(text)
    if finding is not None:
        raise Malformed(saying("file.answers.unread", said=finding), code="script")
    if not isinstance(data, dict):
        raise Malformed(saying("file.answers.no_mapping"), code="script")
    if unknown := sorted(set(data) - {"incident", "given", "everybody", "steps"}):
        raise Malformed(saying("file.answers.unknown", typed=unknown[0]), code="script")
    try:
        return Script(
            setting=Setting.model_validate(data.get("incident") or {}),
            given=_given(data.get("given") or {}, playbook),
            everybody=Manner.model_validate(_manner(data.get("everybody") or {})),
            steps=_steps(data.get("steps") or {}, playbook),
        )
    except ValidationError as error:
        problem = first_of(error)
        about = {"place": place_of(problem), "what": fault_of(problem)}
        raise Malformed(saying("file.answers.wrong", **about), code="script") from None


def _given(data: JsonValue, playbook: Playbook) -> dict[str, str]:
    if not isinstance(data, dict):
        raise Malformed(saying("file.answers.given"), code="script")
    said = {name: str(_text(value)) for name, value in data.items()}
    check_given(playbook.name, taken(playbook), apart(said)[0])
    return said


def _steps(data: JsonValue, playbook: Playbook) -> dict[Identifier, Acting]:
    if not isinstance(data, dict):
        raise Malformed(saying("file.answers.steps"), code="script")
    ids = {playbook.label(id): id for id in playbook.workflow} | {id: id for id in playbook.workflow}
    found: dict[Identifier, Acting] = {}
    for name, said in data.items():
        if name not in ids:
            raise Malformed(saying("file.answers.no_step", typed=name), code="script")
        found[ids[name]] = _acting(said)
    return found


def _acting(said: JsonValue) -> Acting:
    """What is no word of a manner is an organization's code."""
    if not isinstance(said, dict):
        return Acting(manner=Manner.model_validate(_manner(said)))
    own = {word: value for word, value in said.items() if word in Manner.model_fields}
    return Acting(
        manner=Manner.model_validate(_manner(own)),
        organizations={
            OrganizationCode(code): Manner.model_validate(_manner(value))
            for code, value in said.items()
            if word_is_code(code)
        },
    )


def word_is_code(word: str) -> bool:
    """Whether a key beside a manner's words names an organization."""
    return word not in Manner.model_fields


def _manner(said: JsonValue) -> JsonValue:
    """A single word is what is done, or else the answer that is given."""
    if isinstance(said, dict):
        return {word: _manner_word(value) for word, value in said.items()}
    return {"does": said} if said in tuple(Does) else {"answer": _text(said)}


def _manner_word(value: JsonValue) -> JsonValue:
    return {name: _text(one) for name, one in value.items()} if isinstance(value, dict) else _text(value)


def _text(value: JsonValue) -> JsonValue:
    """`true` is an answer too, as it is written in a playbook."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str | dict | list) or value is None else str(value)
