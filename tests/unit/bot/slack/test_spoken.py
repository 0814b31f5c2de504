import pytest

from bot.slack.spoken import spoken


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("declare Ransomware on &lt;FS-1&gt; &amp; others", "declare Ransomware on <FS-1> & others"),
        ("role commander <@U012AB3CD|ciso>", "role commander <@U012AB3CD|ciso>"),
        ("note see <#C012AB3CD|ops> and <#C9>", "note see #ops and #C9"),
        ("note <https://who.int/a?b=1&amp;c=2|who.int>", "note https://who.int/a?b=1&c=2"),
        ("note <mailto:duty@wfp.example|duty@wfp.example>", "note mailto:duty@wfp.example"),
        ("note <!here> <!channel|channel> <!subteam^S012|@un-csirt>", "note @here channel @un-csirt"),
        ("note &amp;lt;b&amp;gt;", "note &lt;b&gt;"),
        ("note a < b > c", "note a < b > c"),
        ("", ""),
    ],
)
def test_words_are_as_they_were_typed(typed: str, words: str) -> None:
    assert spoken(typed) == words
