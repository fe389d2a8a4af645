"""Trees, proofs, notes and signatures of a ledger against what others published."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from groundplan.ledgers.tree_proofs import consistency, inclusion, root
from groundplan.ledgers.verify_ledger import (
    Refused,
    check_consistency,
    check_inclusion,
    leaf_hash,
    open_note,
    read_key,
    signed_by,
)  # fmt: skip

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "steer" / "rfc6962_c2sp_vectors.json"
# RFC 8032, section 7.1: TEST 1, 2 and 3: secret, public, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    if not VECTORS.is_file():
        pytest.skip(f"{VECTORS} is not there")
    loaded: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
    return loaded


def data(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def refuses(check: Any, *args: Any) -> bool:
    try:
        check(*args)
    except Refused:
        return True
    return False


def test_every_probe_of_inclusion_and_consistency(vectors: dict[str, Any]) -> None:
    """Proves: all 196 probes of transparency-dev/merkle are answered as they should be.

    Breaks if: an empty root, a proof from no entry, a proof that is too short or too long is accepted.
    """
    wrong = [
        p["desc"]
        for p in vectors["inclusion"]
        if refuses(check_inclusion, p["leafIdx"], p["treeSize"], data(p["leafHash"]), [*map(data, p["proof"] or [])],
                   data(p["root"])) != p["wantErr"]
    ]  # fmt: skip
    wrong += [
        p["desc"]
        for p in vectors["consistency"]
        if refuses(check_consistency, p["size1"], p["size2"], [*map(data, p["proof"] or [])], data(p["root1"]),
                   data(p["root2"])) != p["wantErr"]
    ]  # fmt: skip
    assert len(vectors["inclusion"]) + len(vectors["consistency"]) == 196
    assert wrong == []


def test_the_reference_tree(vectors: dict[str, Any]) -> None:
    """Proves: the roots of the reference tree by size 0 to 8, and every proof that we make about it, hold.

    Breaks if: leaf and node are hashed alike, or a proof takes its hashes from the other side.
    """
    leaves = [leaf_hash(bytes.fromhex(h)) for h in vectors["reference_tree"]["leaves_hex"]]
    roots = [root(leaves[:n]) for n in range(9)]
    assert [r.hex() for r in roots] == vectors["reference_tree"]["roots_hex_by_size"]
    for n in range(1, 9):
        for i in range(n):
            check_inclusion(i, n, leaves[i], inclusion(i, leaves[:n]), roots[n])
        for m in range(1, n + 1):
            check_consistency(m, n, consistency(m, leaves[:n]), roots[m], roots[n])


def test_the_signed_note_of_c2sp(vectors: dict[str, Any]) -> None:
    """Proves: the example of the specification verifies, and no other text does."""
    s = vectors["signed_note"]
    note = f"{s['text']}\n— example.com/foo {s['signature']}\n"
    assert open_note(note, [read_key(s["vkey"])])[0] == s["text"]
    with pytest.raises(Refused, match="forged"):
        open_note(note.replace("example message", "exemple message"), [read_key(s["vkey"])])


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_signatures_of_rfc_8032(secret: str, public: str, message: str, signature: str) -> None:
    """Proves: the vectors of RFC 8032, section 7.1, verify, and with any one bit of the signature flipped do not.

    The vectors are what another implementation makes of the same secrets. Breaks if: a term of the curve is wrong.
    """
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    own = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert own.public_key().public_bytes_raw().hex() == public
    assert own.sign(bytes.fromhex(message)).hex() == signature
    key, text, whole = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert signed_by(key, text, whole)
    assert not signed_by(key, text + b"x", whole)
    for n in (0, 31, 32, 63):
        assert not signed_by(key, text, whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :])
    order = 2**252 + 27742317777372353535851937790883648493
    more = (int.from_bytes(whole[32:], "little") + order).to_bytes(32, "little")
    assert not signed_by(key, text, whole[:32] + more), "a second form of a signature is none"
