"""The identity providers file says what is wrong with it, and never holds a secret."""

from pathlib import Path

import pytest

from bot.openid_file import read_providers, secret_of
from playbooks.domain.errors import Denied, Malformed
from tests.worlds import a_circle

GOOD = """
identity_providers:
  - name: wfp
    organization: WFP
    issuer: https://login.example.org
    client_id: muster
    client_secret: env:OURS
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "providers.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_is_read_and_none_is_none(tmp_path: Path) -> None:
    (entry,) = read_providers(written(tmp_path, GOOD), a_circle())
    assert (entry.name, entry.organization, entry.issuer) == ("wfp", "WFP", "https://login.example.org")
    assert read_providers(None, a_circle()) == ()


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("name: wfp", "name: WFP desk", "`name`"),
        ("organization: WFP", "organization: NATO", "no organization has this code"),
        ("https://", "http://", "`issuer`"),
        ("env:OURS", "s3cret", "`client_secret`"),
        ("client_id: muster", "", "`client_id`"),
        ("identity_providers:", "providers:", "knows `identity_providers:` alone"),
        ("  - name", "    name", "is a list under"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_the_secret_never_is(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    with pytest.raises(Malformed, match=said) as problem:
        read_providers(written(tmp_path, GOOD.replace(was, becomes)), a_circle())
    assert "s3cret" not in str(problem.value)


def test_two_of_one_name_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="names wfp twice"):
        read_providers(written(tmp_path, GOOD + GOOD.partition(":\n")[2]), a_circle())


def test_a_secret_is_looked_up_when_it_is_used(tmp_path: Path) -> None:
    (entry,) = read_providers(written(tmp_path, GOOD), a_circle())
    assert secret_of(entry, tmp_path, {"OURS": " held by both\n"}).get_secret_value() == "held by both"
    with pytest.raises(Denied, match="nothing is at env:OURS"):
        secret_of(entry, tmp_path, {})
