"""The tree against published vectors of RFC 6962 and against the RFC's own recursive definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.proof.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_ranges,
    frontier,
    inclusion_ranges,
    leaf_hash,
    proof,
    root,
    verify_consistency,
    verify_inclusion,
)

# The reference leaves and heads of Certificate Transparency, as transparency-dev/merkle publishes them.
REFERENCE = [
    leaf_hash(bytes.fromhex(text))
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CONSISTENCY = {
    (2, 8): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
LEAVES = [leaf_hash(bytes([number])) for number in range(70)]


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


def prove(leaves: list[bytes], ranges: list[tuple[int, int]]) -> list[bytes]:
    return proof(ranges, lambda low, high: root(leaves[low:high]))


@pytest.mark.parametrize("size", range(9))
def test_heads_are_those_of_the_published_vectors(size: int) -> None:
    assert root(REFERENCE[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_published_vectors(index: int, size: int) -> None:
    assert [node.hex() for node in prove(REFERENCE, inclusion_ranges(index, size))] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_published_vectors(old: int, new: int) -> None:
    assert [node.hex() for node in prove(REFERENCE, consistency_ranges(old, new))] == CONSISTENCY[old, new]


def test_the_frontier_agrees_with_the_recursive_definition_at_every_size() -> None:
    tree = Frontier()
    assert tree.root() == EMPTY_ROOT
    for size, leaf in enumerate(LEAVES, start=1):
        tree = tree.append(leaf)
        assert tree.root() == by_definition(LEAVES[:size])


def test_growing_tells_the_subtrees_it_completes() -> None:
    _, completed = frontier(LEAVES[:7]).grow(LEAVES[7])
    assert completed == [by_definition(LEAVES[8 - size : 8]) for size in (1, 2, 4, 8)]


@given(st.integers(0, 10_000))
def test_a_frontier_survives_storage(size: int) -> None:
    tree = Frontier(size, tuple(LEAVES[number] for number in range(size.bit_count())))
    assert Frontier.from_bytes(size, tree.to_bytes()) == tree
    with pytest.raises(ValueError, match="peaks"):
        Frontier.from_bytes(size, tree.to_bytes() + b"x")


@given(st.data())
def test_every_leaf_proves_its_inclusion_and_nothing_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    path, head = prove(LEAVES, inclusion_ranges(index, size)), root(LEAVES[:size])
    assert verify_inclusion(LEAVES[index], index, size, path, head)
    assert not verify_inclusion(LEAVES[index - 1] if size > 1 else head[::-1], index, size, path, head)
    assert not verify_inclusion(LEAVES[index], index, size, [*path, head], head)
    assert not verify_inclusion(LEAVES[index], index, size, path, head[::-1])
    for other in range(size):
        assert other == index or not verify_inclusion(LEAVES[index], other, size, path, head)


@given(st.data())
def test_every_older_head_proves_consistent_and_no_other(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, len(LEAVES)))
    old = data.draw(st.integers(1, new))
    path = prove(LEAVES, consistency_ranges(old, new))
    older, newer = root(LEAVES[:old]), root(LEAVES[:new])
    assert verify_consistency(old, new, older, newer, path)
    assert not verify_consistency(old, new, older[::-1], newer, path)
    assert not verify_consistency(old, new, older, newer[::-1], path)
    assert not verify_consistency(old, new, older, newer, [*path, older])
    if path:
        assert not verify_consistency(old, new, older, newer, path[:-1])


def test_proofs_of_what_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion_ranges(3, 3)
    with pytest.raises(ValueError, match="cannot be checked"):
        consistency_ranges(4, 3)
    assert not verify_inclusion(LEAVES[0], 1, 1, [], LEAVES[0])
    assert not verify_consistency(0, 3, EMPTY_ROOT, root(LEAVES[:3]), [])
