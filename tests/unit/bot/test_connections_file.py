"""The connections file: what it may say, and one clear sentence for each fault."""

from pathlib import Path

import pytest

from bot.approval_rule import with_executors
from bot.cli.doctor import Health, connection_findings
from bot.composition.vendors import wired_connections
from bot.connections_file import read_connections
from bot.own_directory import read_directory
from bot.settings import Settings
from integrations.jira.ticketing import JiraTicketing
from integrations.mail.sending import SmtpMail
from integrations.pagerduty.paging import PagerDutyPaging
from integrations.simulated.paging import SimulatedPaging
from integrations.simulated.world import World
from integrations.taxii.collection import TaxiiCollection
from playbooks.actions.approvals import ApprovalRule
from playbooks.domain.connection import PortName, Vendor
from playbooks.domain.errors import Denied, Malformed, Permanent
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty
from playbooks.domain.tongue import Tongue, speaking
from tests.contract.virtual_time import NOON

JIRA = """
  - organization: UNHCR
    vendor: jira
    place: SEC
    ceiling: amber+strict
    url: https://unhcr.atlassian.example
    user: muster@unhcr.example.org
    credentials: {token: env:UNHCR_JIRA_TOKEN}
    priorities: {critical: P1}
    statuses: {done: Resolved}
    subtask_type: Sub-task
    fields: {TLP marking: {value: "{marking}"}, components: [{name: SOC}]}
    security: {amber+strict: Responders, red: Inner circle}
"""
PAGERDUTY = """
  - organization: WFP
    vendor: pagerduty
    place: PSERVICE
    ceiling: TLP:GREEN
    credentials: {routing_key: file:wfp-routing-key, api_token: env:WFP_PAGERDUTY_TOKEN}
"""
TAXII = """
  - organization: WFP
    vendor: taxii
    url: https://taxii.example.org/circle/
    place: 91a7b528-80eb-42ed-a74d-c6fbd5a26116
    user: muster
    credentials: {password: env:WFP_TAXII_PASSWORD}
    direction: both
    ceiling: TLP:GREEN
"""
SIMULATED = """
  - organization: UNICEF
    vendor: simulated-chat
    ceiling: CLEAR
"""
DIRECTORY = read_directory(Settings())


def write(folder: Path, *entries: str) -> Path:
    path = folder / "connections.yaml"
    path.write_text("connections:" + "".join(entries), "utf-8")
    return path


def fault(folder: Path, text: str) -> str:
    (folder / "connections.yaml").write_text(text, "utf-8")
    with pytest.raises(Malformed) as raised:
        read_connections(folder / "connections.yaml", DIRECTORY)
    assert "\n" not in raised.value.sentence
    return raised.value.sentence


def test_without_a_file_nothing_is_connected() -> None:
    assert read_connections(None, DIRECTORY) == {}


@pytest.mark.parametrize("text", ["", "connections:\n", "connections: []\n", "# nothing yet\n"])
def test_an_empty_file_connects_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "connections.yaml").write_text(text, "utf-8")
    assert read_connections(tmp_path / "connections.yaml", DIRECTORY) == {}


def test_an_entry_stands_for_the_account_that_playbooks_use(tmp_path: Path) -> None:
    found = read_connections(write(tmp_path, JIRA, PAGERDUTY, SIMULATED), DIRECTORY)
    assert list(found) == ["unhcr/tickets", "wfp/pager", "unicef/chat"]
    assert [each.connection.ceiling for each in found.values()] == [
        Marking.AMBER_STRICT,
        Marking.GREEN,
        Marking.CLEAR,
    ]


def test_two_accounts_of_one_organization_have_names_of_their_own(tmp_path: Path) -> None:
    second = JIRA.replace("place: SEC", "place: OPS\n    account: field-tickets")
    assert list(read_connections(write(tmp_path, JIRA, second), DIRECTORY)) == [
        "unhcr/tickets",
        "unhcr/field-tickets",
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "vendor: jira",
            "vendor: trello",
            "(UNHCR, trello): this vendor cannot be connected; known are jira,",
        ),
        ("{marking}", "{title}", "{title} is none of them"),
        ("components:", "summary:", "fills summary by itself"),
        ("amber+strict: R", "brown: R", "“brown” is no TLP 2.0 label"),
        ("    vendor: jira\n", "", "(UNHCR) names no vendor; known are jira,"),
        (
            "organization: UNHCR",
            "organization: UNX",
            "no organization has this code; see `muster directory list`",
        ),
        (
            "ceiling: amber+strict",
            "ceiling: pink",
            "ceiling: “pink” is no TLP 2.0 label; use one of TLP:CLEAR",
        ),
        ("    ceiling: amber+strict\n", "", "ceiling: this is missing"),
        ("https://", "http://", "url: a credential is sent to an address that begins with https://"),
        (
            "https://",
            "https://me:secret@",
            "url: a credential is sent to an address that begins with https://",
        ),
        ("    url: https://unhcr.atlassian.example\n", "", "url: this is missing"),
        ("place: SEC", "place: ../SEC", "place: this is a code of letters, digits"),
        ("token: env:", "token: ", "credentials.token says where the secret is, env:NAME or file:PATH"),
        ("token: env:", "password: env:", "credentials.token: this is missing"),
        ("user: ", "usr: ", "usr: this is not known here"),
        ("statuses: {done:", "statuses: {closed:", "statuses.closed"),
    ],
)
def test_each_fault_is_one_clear_sentence(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in JIRA
    sentence = fault(tmp_path, "connections:" + JIRA.replace(before, after))
    assert sentence.startswith("Connection 1 of the connections file")
    assert said in sentence


SLACK = """
  - organization: UNHCR
    vendor: slack
    ceiling: TLP:AMBER
    credentials: {%s}
"""


@pytest.mark.parametrize(
    "credentials",
    [
        'app_token: "env:APP"',
        'bot_token: "env:BOT", refresh_token: "env:R", client_id: "1.2", client_secret: "env:S"',
        'refresh_token: "env:R", client_secret: "env:S"',
    ],
)
def test_a_workspace_has_a_token_that_stands_or_one_that_is_renewed(tmp_path: Path, credentials: str) -> None:
    said = fault(tmp_path, "connections:" + SLACK % credentials)
    assert "state bot_token, or refresh_token with client_id and client_secret" in said


def test_a_user_group_is_named_by_its_id_and_stands_for_a_duty(tmp_path: Path) -> None:
    grouped = SLACK % 'bot_token: "env:BOT"' + "    groups: {on_call: S0CALLED}\n"
    (found,) = read_connections(write(tmp_path, grouped), DIRECTORY).values()
    assert found.connection.groups == ((Duty.ON_CALL, "S0CALLED"),)
    assert "groups" in fault(tmp_path, "connections:" + grouped.replace("on_call", "watch"))
    assert "groups" in fault(tmp_path, "connections:" + grouped.replace("S0CALLED", "oncall"))


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Connexion 1 du fichier des connexions"), ("es", "Conexión 1 del archivo")]
)
def test_a_fault_is_told_in_the_language_of_whoever_wrote_the_file(
    tmp_path: Path, language: str, said: str
) -> None:
    with speaking(Tongue(language=language)):
        assert said in fault(tmp_path, "connections:" + JIRA.replace("    ceiling: amber+strict\n", ""))


def test_a_secret_that_stands_in_the_file_is_not_repeated(tmp_path: Path) -> None:
    said = fault(tmp_path, "connections:" + JIRA.replace("env:UNHCR_JIRA_TOKEN", "ATATT-the-token-itself"))
    assert "ATATT" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("connections: {jira: 1}", "a list under `connections:`"),
        ("- jira", "a list under `connections:`"),
        ("connections: [unhcr]", "a list under `connections:`"),
        ("connections: [\n", "no YAML text"),
        ("connection: []", "says connection; it knows `connections` alone"),
    ],
)
def test_a_file_of_another_shape_is_told_what_it_should_be(tmp_path: Path, text: str, said: str) -> None:
    assert said in fault(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match=r"missing\.yaml cannot be read: No such file"):
        read_connections(tmp_path / "missing.yaml", DIRECTORY)


def test_one_account_stands_in_the_file_once(tmp_path: Path) -> None:
    assert "unhcr/tickets stands here twice" in fault(tmp_path, f"connections:{JIRA}{JIRA}")


def test_what_is_configured_is_wired_and_the_rest_is_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNHCR_JIRA_TOKEN", "a-token")
    monkeypatch.setenv("WFP_PAGERDUTY_TOKEN", "a-token")
    (tmp_path / "wfp-routing-key").write_text("0123456789abcdef0123456789abcdef\n", "utf-8")
    settings = Settings(data=tmp_path, connections=write(tmp_path, JIRA, PAGERDUTY))
    wired = wired_connections(settings, DIRECTORY, World(":memory:", lambda: NOON))
    try:
        assert isinstance(wired.port(ConnectionId("unhcr/tickets")), JiraTicketing)
        assert isinstance(wired.port(ConnectionId("wfp/pager")), PagerDutyPaging)
        assert wired.connection(ConnectionId("wfp/tickets")).vendor is Vendor.SIMULATED_TICKETING
        assert [each.id for each in wired.connected] == ["unhcr/tickets", "wfp/pager"]
        ports = {
            wired.connection(ConnectionId(f"unhcr/{name}")).port for name in ("chat", "tickets", "pager")
        }
        assert ports == {PortName.CHAT, PortName.TICKETING, PortName.PAGING}
    finally:
        wired.close()


@pytest.mark.parametrize("token", [None, "", "  \n"])
def test_a_missing_secret_breaks_its_own_connection_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    monkeypatch.delenv("UNHCR_JIRA_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("UNHCR_JIRA_TOKEN", token)
    settings = Settings(data=tmp_path, connections=write(tmp_path, JIRA))
    wired = wired_connections(settings, DIRECTORY, World(":memory:", lambda: NOON))
    with pytest.raises(
        Denied, match="unhcr/tickets has no token: nothing is at env:UNHCR_JIRA_TOKEN; put it there"
    ):
        wired.port(ConnectionId("unhcr/tickets"))
    assert isinstance(wired.port(ConnectionId("unhcr/pager")), SimulatedPaging)
    monkeypatch.setenv("UNHCR_JIRA_TOKEN", "now it is here")
    assert isinstance(wired.port(ConnectionId("unhcr/tickets")), JiraTicketing)
    wired.close()


def test_certificates_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNHCR_JIRA_TOKEN", "a-token")
    settings = Settings(data=tmp_path, connections=write(tmp_path, JIRA, "    ca: unhcr-ca.pem\n"))
    wired = wired_connections(settings, DIRECTORY, World(":memory:", lambda: NOON))
    with pytest.raises(Permanent, match=r"unhcr-ca\.pem is not there"):
        wired.port(ConnectionId("unhcr/tickets"))


async def test_the_doctor_says_of_each_connection_how_it_is_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNHCR_JIRA_TOKEN", "a-token")
    monkeypatch.delenv("WFP_PAGERDUTY_TOKEN", raising=False)
    away = JIRA.replace("https://unhcr.atlassian.example", "http://127.0.0.1:9")
    settings = Settings(data=tmp_path, connections=write(tmp_path, away, PAGERDUTY))
    wired = wired_connections(settings, DIRECTORY, World(":memory:", lambda: NOON))
    findings = await connection_findings(wired, 54)
    wired.close()
    assert [(finding.part, finding.health, finding.detail) for finding in findings] == [
        ("connection unhcr/tickets", Health.BROKEN, "Jira of unhcr/tickets cannot be reached."),
        (
            "connection wfp/pager",
            Health.BROKEN,
            "wfp/pager has no routing_key: nothing is at file:wfp-routing-key; put it there.",
        ),
        (
            "connections",
            Health.SIMULATED,
            "whatever else they have of 54 organizations; nothing outside is reached",
        ),
    ]


MAIL = """
  - organization: UNHCR
    vendor: smtp
    host: smtp.unhcr.example
    user: muster@unhcr.example
    credentials: {password: env:UNHCR_SMTP_PASSWORD}
    place: muster@unhcr.example
    ceiling: green
"""


def test_a_sender_of_mail_is_wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNHCR_SMTP_PASSWORD", "a-password")
    settings = Settings(data=tmp_path, connections=write(tmp_path, MAIL))
    wired = wired_connections(settings, DIRECTORY, World(":memory:", lambda: NOON))
    assert isinstance(wired.port(ConnectionId("unhcr/mail")), SmtpMail)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("    host: smtp.unhcr.example\n", "", "host: this is missing"),
        ("place: muster@unhcr.example", "place: muster", "place: this is"),
        (
            "    ceiling",
            "    security: none\n    ceiling",
            "without encryption to a server on this machine alone",
        ),
        ("    user: muster@unhcr.example\n", "", "are stated both, or neither"),
    ],
)
def test_each_fault_of_a_sender_is_one_clear_sentence(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in MAIL
    assert said in fault(tmp_path, "connections:" + MAIL.replace(before, after, 1))


EXECUTOR = """
  - organization: WFP
    vendor: http
    account: executor
    url: https://executor.wfp.example/v1/execute
    allow: [POST /v1/execute]
    executes: [ssh, bash]
    ceiling: TLP:AMBER
"""


def test_an_executor_says_what_it_runs_and_the_first_that_runs_it_counts(tmp_path: Path) -> None:
    other = EXECUTOR.replace("account: executor", "account: second").replace("bash", "powershell")
    found = read_connections(write(tmp_path, JIRA, EXECUTOR, other), DIRECTORY)
    rule = with_executors(ApprovalRule(), (each.connection for each in found.values()))
    assert rule.executors == {"WFP": {"ssh": "executor", "bash": "executor", "powershell": "second"}}


@pytest.mark.parametrize(
    ("types", "said"),
    [("[manual]", "an executor runs bash"), ("[http-api]", "an executor runs bash"), ("[sh]", "executes.0")],
)
def test_an_executor_runs_code_alone(tmp_path: Path, types: str, said: str) -> None:
    assert said in fault(tmp_path, "connections:" + EXECUTOR.replace("[ssh, bash]", types))


def _matrix(organization: str, place: str = "", url: str = "https://matrix.example.org") -> str:
    return f"""
  - organization: {organization}
    vendor: matrix
    url: {url}
    place: "{place}"
    credentials: {{token: env:TOKEN, store_key: env:KEY}}
    ceiling: TLP:AMBER
"""


@pytest.mark.parametrize("places", [("", ""), ("wfp-", "WFP-")])
def test_two_whose_rooms_would_be_named_alike_on_one_homeserver_are_refused(
    tmp_path: Path, places: tuple[str, str]
) -> None:
    two = _matrix("UNHCR", places[0]), _matrix("WFP", places[1], "https://MATRIX.example.org/")
    with pytest.raises(Malformed, match=r"unhcr/chat names its rooms on matrix\.example\.org alike"):
        read_connections(write(tmp_path, *two), DIRECTORY)


def test_rooms_of_two_on_one_homeserver_are_told_apart_by_their_place(tmp_path: Path) -> None:
    apart = _matrix("UNHCR"), _matrix("WFP", "wfp-"), _matrix("UNICC", "", "https://matrix.unicc.example")
    assert len(read_connections(write(tmp_path, *apart), DIRECTORY)) == 3


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("ceiling: TLP:GREEN", "ceiling: TLP:RED", "a collection is for several"),
        ("direction: both", "direction: push", "direction"),
        ("    direction: both\n", "", "direction: this is missing"),
        ("    user: muster\n", "", "user and credentials.password are stated both"),
        ("{password:", "{token: env:T, password:", "signs in with one of"),
        ("https://taxii", "http://taxii", "begins with https://"),
        ("91a7b528-80eb", "../91a7b528", "place"),
    ],
)
def test_a_collection_is_for_several_and_says_which_way_it_is_open(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in TAXII
    assert said in fault(tmp_path, f"connections:{TAXII.replace(before, after)}")


def test_a_collection_is_the_account_for_sharing_and_its_secret_is_looked_for_when_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WFP_TAXII_PASSWORD", raising=False)
    path = write(tmp_path, TAXII)
    wired = wired_connections(Settings(connections=path), DIRECTORY, World(":memory:", lambda: NOON))
    [found] = wired.accounts(OrganizationCode("WFP"), PortName.SHARING)
    assert (found.id, found.ceiling) == ("wfp/sharing", Marking.GREEN)
    assert wired.accounts(OrganizationCode("UNHCR"), PortName.SHARING) == ()
    with pytest.raises(Denied):
        wired.port(found.id)
    monkeypatch.setenv("WFP_TAXII_PASSWORD", "of an account")
    assert isinstance(wired.port(found.id), TaxiiCollection)
