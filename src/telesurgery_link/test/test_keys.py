"""Keys: made by one command, readable by their owner only, refused with the remedy otherwise."""

from __future__ import annotations

import base64
import contextlib
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_link import key_command, keys
from telesurgery_link.errors import KeyFileError, KeyMaterialError
from telesurgery_link.key_files import load_keys, write_public, write_secret
from telesurgery_link.keys import Identity, PreSharedKey

NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)
NOWHERE = Path('/no/such/peer.crt')


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refusal(key_file: Path, peer_certificate: Path = NOWHERE, now: datetime = NOW) -> str:
    """Return the one line with which keys are refused."""
    with pytest.raises(KeyFileError) as error:
        load_keys(key_file, peer_certificate, now)
    text = str(error.value)
    assert '\n' not in text
    return text


@given(st.binary(min_size=32, max_size=32))
def test_a_pre_shared_key_comes_back_from_its_text(secret: bytes) -> None:
    key = PreSharedKey(secret)
    assert PreSharedKey.from_text(key.to_text()) == key


@given(st.text(max_size=200))
def test_no_other_text_is_a_key(text: str) -> None:
    with pytest.raises(KeyMaterialError):
        PreSharedKey.from_text(text)


@pytest.mark.parametrize('length', [0, 16, 31, 33, 64])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(KeyMaterialError, match=f'{length} bytes; allowed: 32'):
        PreSharedKey(bytes(length))


def test_a_key_never_shows_itself() -> None:
    assert 'AAAA' not in repr(PreSharedKey(bytes(32)))
    assert '0' * 8 not in repr(PreSharedKey(bytes(32)))


def test_the_command_makes_a_shared_key_that_only_its_owner_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert key_command.main(['--output', str(tmp_path / 'new' / 'folder')]) == 0
    path = tmp_path / 'new' / 'folder' / 'link.key'
    assert mode(path) == 0o600
    assert isinstance(load_keys(path, NOWHERE, NOW), PreSharedKey)
    assert f'key_file:={path}' in capsys.readouterr().out


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    for name in 'ab':
        key_command.main(['--output', str(tmp_path / name)])
    assert (tmp_path / 'a/link.key').read_text() != (tmp_path / 'b/link.key').read_text()


def test_a_key_in_use_is_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key_command.main(['--output', str(tmp_path)])
    before = (tmp_path / 'link.key').read_text()
    assert key_command.main(['--output', str(tmp_path)]) == 2
    assert (tmp_path / 'link.key').read_text() == before
    error = capsys.readouterr().err
    assert str(tmp_path / 'link.key') in error
    assert '--output' in error
    assert error.count('\n') == 1


def test_the_command_makes_a_key_and_a_certificate_per_side(tmp_path: Path) -> None:
    assert key_command.main(['--output', str(tmp_path), '--certificates', '--days', '30']) == 0
    assert {path.name: mode(path) for path in tmp_path.iterdir()} == {
        'surgeon.key': 0o600,
        'surgeon.crt': 0o644,
        'patient.key': 0o600,
        'patient.crt': 0o644,
    }
    now = datetime.now(timezone.utc)
    surgeon = load_keys(tmp_path / 'surgeon.key', tmp_path / 'patient.crt', now)
    patient = load_keys(tmp_path / 'patient.key', tmp_path / 'surgeon.crt', now)
    assert isinstance(surgeon, Identity)
    assert isinstance(patient, Identity)
    assert surgeon.own_public == patient.peer_public
    later = now + timedelta(days=31)
    assert 'valid from' in refusal(tmp_path / 'surgeon.key', tmp_path / 'patient.crt', later)


def test_each_side_may_make_its_own(tmp_path: Path) -> None:
    key_command.main(['--output', str(tmp_path), '--certificates', '--side', 'patient'])
    assert {path.name for path in tmp_path.iterdir()} == {'patient.key', 'patient.crt'}


@pytest.mark.parametrize('days', ['0', '-1', '3651', 'x'])
def test_impossible_times_are_refused(days: str) -> None:
    with pytest.raises(SystemExit):
        key_command.main(['--certificates', '--days', days])


@pytest.mark.parametrize('others', [0o640, 0o604, 0o666, 0o610])
def test_a_key_that_others_can_use_is_refused_by_name(tmp_path: Path, others: int) -> None:
    path = tmp_path / 'link.key'
    write_secret(path, PreSharedKey(bytes(range(32))).to_text())
    path.chmod(others)
    text = refusal(path)
    assert str(path) in text
    assert f'{others:04o}' in text
    assert f'chmod 600 {path}' in text


def test_a_missing_key_says_how_to_make_one_and_how_to_do_without(tmp_path: Path) -> None:
    text = refusal(tmp_path / 'link.key')
    assert './telesurgery keys' in text
    assert 'insecure:=true' in text


@pytest.mark.parametrize(
    'content',
    [
        b'',
        b'telesurgery-psk-1',
        b'telesurgery-psk-1 c2hvcnQ=',
        b'telesurgery-psk-1 !!!!',
        b'telesurgery-psk-2 ' + b'A' * 43 + b'=',
        b'\xff\xfe\x00' * 40,
        b'-----BEGIN PRIVATE KEY-----\nrubbish\n-----END PRIVATE KEY-----\n',
        b'-----BEGIN CERTIFICATE-----\n',
    ],
)
def test_what_is_no_key_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / 'link.key'
    path.write_bytes(content)
    path.chmod(0o600)
    assert str(path) in refusal(path)


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    folder = tmp_path / 'keys'
    folder.mkdir(mode=0o700)
    assert str(folder) in refusal(folder)


def identity_files(folder: Path, certificate: str) -> tuple[Path, Path]:
    own = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
    write_secret(folder / 'own.key', keys.private_key_to_pem(own))
    write_public(folder / 'peer.crt', certificate)
    return folder / 'own.key', folder / 'peer.crt'


def peer_certificate(secret: int = 2) -> str:
    key = Ed25519PrivateKey.from_private_bytes(bytes([secret] * 32))
    return keys.certificate(key, 'peer', NOW - timedelta(days=1), NOW + timedelta(days=1), 1)


def test_certificates_that_cannot_be_used_are_refused_by_name(tmp_path: Path) -> None:
    own, peer = identity_files(tmp_path, peer_certificate())
    assert isinstance(load_keys(own, peer, NOW), Identity)
    assert 'in force' in refusal(own, peer, NOW + timedelta(days=2))
    assert 'in force' in refusal(own, peer, NOW - timedelta(days=2))
    assert str(tmp_path / 'no.crt') in refusal(own, tmp_path / 'no.crt')
    peer.write_text('rubbish')
    assert str(peer) in refusal(own, peer)
    peer.write_text(peer_certificate(secret=1))
    assert "this side's own" in refusal(own, peer)


def test_a_certificate_with_another_key_put_in_is_refused(tmp_path: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    der = x509.load_pem_x509_certificate(peer_certificate().encode()).public_bytes(Encoding.DER)
    real = Ed25519PrivateKey.from_private_bytes(bytes([2] * 32)).public_key()
    other = Ed25519PrivateKey.from_private_bytes(bytes([3] * 32)).public_key()
    changed = x509.load_der_x509_certificate(der.replace(keys.raw(real), keys.raw(other)))
    pem = changed.public_bytes(Encoding.PEM).decode()
    own, peer = identity_files(tmp_path, pem)
    assert 'signature' in refusal(own, peer)


def flipped(pem: str) -> Iterator[str]:
    """Yield a PEM text with each bit of what it armours flipped."""
    first, *lines, last = pem.splitlines()
    der = base64.b64decode(''.join(lines))
    for bit in range(8 * len(der)):
        changed = bytearray(der)
        changed[bit // 8] ^= 1 << bit % 8
        yield '\n'.join((first, base64.b64encode(changed).decode(), last, ''))


def test_a_certificate_with_any_bit_flipped_is_refused_or_about_the_same_key() -> None:
    # What its own signature does not cover may be changed without harm.
    for pem in flipped(peer_certificate()):
        try:
            found = keys.public_key_of(pem, NOW)
        except KeyMaterialError:
            continue
        assert keys.raw(found) == keys.raw(keys.public_key_of(peer_certificate(), NOW))


def test_a_private_key_with_any_bit_flipped_is_refused_or_another_one() -> None:
    pem = keys.private_key_to_pem(Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
    for changed in flipped(pem):
        with contextlib.suppress(KeyMaterialError):
            keys.private_key_from_pem(changed)
