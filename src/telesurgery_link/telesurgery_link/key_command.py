"""``./telesurgery keys`` (``ros2 run telesurgery_link keys``): make what seals a link."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from telesurgery_link import keys
from telesurgery_link.channels import Side
from telesurgery_link.errors import KeyFileError
from telesurgery_link.key_files import write_public, write_secret
from telesurgery_link.keys import KEY_BYTES, PreSharedKey
from telesurgery_link.parameters import DEFAULT_KEY_FILE

EXIT_REFUSED = 2
DEFAULT_DAYS = 365


def main(argv: Sequence[str] | None = None) -> int:
    """Make keys and say what to do with them; 2 when they cannot be made."""
    arguments = _parser().parse_args(argv)
    folder = arguments.output.expanduser()
    try:
        if arguments.certificates:
            sides = [Side(arguments.side)] if arguments.side else list(Side)
            for side in sides:
                _make_identity(side, folder, arguments.days)
        else:
            _make_shared(folder / Path(DEFAULT_KEY_FILE).name)
    except KeyFileError as error:
        print(f'keys: error: {error}', file=sys.stderr)
        return EXIT_REFUSED
    return 0


def _make_shared(path: Path) -> None:
    write_secret(path, PreSharedKey.generate(os.urandom).to_text())
    print(
        f'{path}: a pre-shared key, readable only by you.\n'
        'Copy it to the other side over a way that you trust (scp -p), then start both gateways '
        f'with key_file:={path}' + (' (which is the default).' if _is_default(path) else '.')
    )


def _make_identity(side: Side, folder: Path, days: int) -> None:
    secret, public = folder / f'{side.value}.key', folder / f'{side.value}.crt'
    key = Ed25519PrivateKey.from_private_bytes(os.urandom(KEY_BYTES))
    now = datetime.now(timezone.utc)
    # A day of grace: the other side's clock may be behind.
    text = keys.certificate(
        key,
        f'telesurgery {side.value}',
        now - timedelta(days=1),
        now + timedelta(days=days),
        int.from_bytes(os.urandom(8), 'big') + 1,
    )
    write_secret(secret, keys.private_key_to_pem(key))
    write_public(public, text)
    other = 'patient' if side is Side.SURGEON else 'surgeon'
    print(
        f'{secret}: the key of the {side.value} side, readable only by you; it stays there.\n'
        f"{public}: its certificate, for {days} days; the {other} side's gateway takes it as "
        f'peer_certificate:={public}'
    )


def _is_default(path: Path) -> bool:
    return path == Path(DEFAULT_KEY_FILE).expanduser()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery keys',
        description='Make the keys that seal a link: one key that both sides share, or a key and '
        'a certificate for each side.',
    )
    parser.add_argument(
        '--output',
        type=Path,
        default=Path(DEFAULT_KEY_FILE).parent,
        metavar='DIR',
        help=f'folder for the files (default: {Path(DEFAULT_KEY_FILE).parent})',
    )
    parser.add_argument(
        '--certificates',
        action='store_true',
        help='an Ed25519 key and a self-signed certificate per side instead of a shared key',
    )
    parser.add_argument(
        '--side',
        choices=[side.value for side in Side],
        help="only this side's key and certificate: make each on its own machine",
    )
    parser.add_argument(
        '--days',
        type=_days,
        default=DEFAULT_DAYS,
        metavar='N',
        help=f'how long a certificate is valid (default: {DEFAULT_DAYS})',
    )
    return parser


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3650:
        raise argparse.ArgumentTypeError(f'{text!r}; allowed: 1 .. 3650; choose a time within it')
    return int(text)


if __name__ == '__main__':
    sys.exit(main())
