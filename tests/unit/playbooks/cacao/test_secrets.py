"""Secrets that nothing around them declares: known by their form, or by what holds them."""

import base64
import time

import pytest

from playbooks.cacao.secret_forms import NAMED, without, without_encoded
from playbooks.cacao.secrets import WITHHELD, without_secrets
from tests.unit.playbooks.cacao.samples import BLOCK, GOOD, LOOK, Document, changed, reading

LINE = "-----{} RSA PRIVATE " + "KEY-----"
KEY = f"{LINE.format('BEGIN')}\nMIIhunter2+/=\n{LINE.format('END')}"


@pytest.mark.parametrize(
    "text",
    [
        "GET https://svc:hunter2@fw.example/x HTTP/1.1",
        "curl -H 'Authorization: Bearer hunter2hunter2' https://fw.example",
        'curl -H "authorization: Basic aHVudGVyMg==hunter2"',
        f"echo '{KEY}' > key",
        "export K=AKIA" + "HUNTER2HUNTER222",
        "token ghp_hunter2hunter2hunter2hunter2hunter2hunter",
        "sshpass -p hunter2 ssh root@fw.example",
        '{"user": "svc", "password": "hunter2"}',
        '{"client_secret":"hunter2"}',
    ],
)
def test_a_secret_is_known_by_its_form(text: str) -> None:
    clean = without(text, WITHHELD)
    assert "hunter2" not in clean.lower()
    assert WITHHELD in clean
    assert without(clean, WITHHELD) == clean
    assert (
        "hunter2"
        not in base64.b64decode(without_encoded(base64.b64encode(text.encode()).decode(), WITHHELD))
        .decode()
        .lower()
    )


@pytest.mark.parametrize(
    "text",
    [
        "Reset the password: it must be long. Take every token back.",
        "GET https://fw.example:8443/a@b HTTP/1.1",
        "https://__user__:value:__password__:value@fw.example",
        "Authorization: Bearer __token__:value",
        "Authorization: Bearer $TOKEN",
        '{"password": "__password__:value"}',
        '{"password": "${PASSWORD}"}',
        "sshpass -p $PASSWORD ssh root@fw.example",
        "Ask the authorization office; the token desk is closed.",
    ],
)
def test_what_is_none_stays_as_it_is(text: str) -> None:
    assert without(text, WITHHELD) == text


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("password", True),
        ("svc_password", True),
        ("API_KEY", True),
        ("apikey", True),
        ("session-token", True),
        ("password_policy", False),
        ("token_lifetime", False),
        ("tokens", False),
        ("broken", False),
    ],
)
def test_the_name_of_a_variable_says_what_it_holds(name: str, *, is_secret: bool) -> None:
    assert (NAMED.search(name) is not None) is is_secret


def test_they_are_taken_out_of_commands_contents_and_variables_and_named_with_their_place() -> None:
    def change(document: Document) -> None:
        document["playbook_variables"]["__api_key__"] = {"type": "string", "value": "hunter2"}
        document["workflow"][LOOK]["commands"][0]["command"] = "curl https://svc:hunter2@fw.example"
        document["workflow"][LOOK]["step_variables"] = {"__pwd__": {"type": "string", "value": "hunter2"}}
        encoded = base64.b64encode(b'{"password": "hunter2"}').decode()
        document["workflow"][BLOCK]["commands"][0]["content_b64"] = encoded

    answer = reading(changed(change))
    assert answer.playbook is not None
    said = answer.playbook.model_dump_json()
    assert "hunter2" not in said
    assert "aHVudGVy" not in said
    assert "hunter2" not in "".join(map(str, answer.findings))
    places = [finding.path[-1] for finding in answer.findings if "secret is written out" in finding.problem]
    assert sorted(map(str, places)) == ["command", "content_b64", "value", "value"]


def test_signatures_and_keys_that_are_public_are_left_alone() -> None:
    signature = {
        "public_key": "-----BEGIN PUBLIC KEY-----\nMIIx\n-----END PUBLIC KEY-----",
        "value": "ghp_" + "x" * 40,
    }
    document = {**GOOD, "signatures": [signature]}
    assert without_secrets(document) == (document, [])


@pytest.mark.parametrize(
    "bomb",
    [
        LINE.format("BEGIN") * 200_000,
        "github_pat_" * 500_000,
        "https://a:" * 500_000,
        '"password":"' * 400_000,
        "authorization: bearer " * 250_000,
        "sshpass -p " * 400_000,
        "://" + "a" * 5_000_000,
    ],
    ids=range(7),
)
def test_looking_for_them_takes_time_in_proportion(bomb: str) -> None:
    began = time.process_time()
    without(bomb, WITHHELD)
    assert time.process_time() - began < 20
