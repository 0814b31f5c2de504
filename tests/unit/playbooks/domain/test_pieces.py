from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.document import Banner, Bullets, Code, Document, Heading, Paragraph, Text, plain
from playbooks.domain.marking import Marking
from playbooks.domain.pieces import pieces
from tests.contract.renderers import everywhere

LONGEST = 120


def fits(document: Document) -> bool:
    return len(plain(document)) <= LONGEST


def test_what_fits_stays_one_piece() -> None:
    document = Document(blocks=(Heading(text="Contained"),))
    assert pieces(document, fits) == (document,)


def test_every_piece_stands_under_the_banner() -> None:
    banner = Banner(marking=Marking.AMBER)
    document = Document(blocks=(banner, *(Heading(text=f"Number {number}") for number in range(40))))
    found = pieces(document, fits)
    assert len(found) > 1
    assert all(piece.blocks[0] == banner and fits(piece) for piece in found)
    assert [block for piece in found for block in piece.blocks[1:]] == list(document.blocks[1:])


def test_one_word_longer_than_a_message_is_cut() -> None:
    document = Document(blocks=(Paragraph(parts=(Text(text="x" * 1000),)),))
    assert all(fits(piece) for piece in pieces(document, fits))


def test_what_cannot_be_halved_stays_whole() -> None:
    document = Document(
        blocks=(Paragraph(parts=(Code(text="0" * 500),)), Bullets(items=((Code(text="1" * 500),),)))
    )
    assert [piece.blocks for piece in pieces(document, fits)] == [(block,) for block in document.blocks]


@given(st.text(max_size=400))
def test_no_character_is_lost_in_any_kind_of_block(text: str) -> None:
    document = everywhere(text)
    said = iter(_characters("".join(plain(piece) for piece in pieces(document, fits))))
    assert all(character in said for character in _characters(plain(document))), "each after the one before"


def _characters(text: str) -> str:
    return "".join(text.split())
