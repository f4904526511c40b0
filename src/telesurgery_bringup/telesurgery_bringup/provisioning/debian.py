"""Debian packages without root: fetched by apt through a state of its own, unpacked in a folder.

Nothing of the machine's package database is read or changed; only its mirror, its proxy and its
other transport settings are taken from its configuration.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning.command import run

KEYRINGS = (
    Path('/usr/share/keyrings/debian-archive-keyring.gpg'),
    Path('/usr/share/keyrings/debian-archive-keyring.pgp'),
)
_TARGETS = ('apt-get', 'indextargets', '--no-release-info', '--format')
_FORMAT = '$(REPO_URI) $(RELEASE) $(COMPONENT)'


def machine_suite(os_release: Path = Path('/etc/os-release')) -> str:
    """Return the code name of the machine's own release, or an empty text."""
    if not os_release.is_file():
        return ''
    lines = os_release.read_text(encoding='utf-8').splitlines()
    entries = dict(line.split('=', 1) for line in lines if '=' in line)
    return entries.get('VERSION_CODENAME', '').strip('"')


def mirrors_in(targets: str) -> list[str]:
    """Return the mirrors that ``apt-get indextargets`` names, likely Debian mirrors first.

    Each line is ``URI RELEASE COMPONENT``. Security archives carry no full suite and are left out.
    """
    found: list[str] = []
    for line in targets.splitlines():
        fields = line.split()
        if len(fields) != 3:
            continue
        uri, release, component = fields
        usable = component == 'main' and 'security' not in release and '://' in uri
        if usable and not uri.startswith('cdrom') and uri not in found:
            found.append(uri)
    return sorted(found, key=lambda uri: 'debian' not in uri)


def machine_mirrors() -> list[str]:
    """Return the mirrors of the machine's own apt configuration."""
    answer = subprocess.run(
        [*_TARGETS, _FORMAT], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    return mirrors_in(answer.stdout)


@dataclass(frozen=True, slots=True)
class PrivateApt:
    """apt with its own lists, cache and empty status, kept in ``folder`` until all is unpacked."""

    folder: Path
    suite: str

    def fetch(self, packages: Sequence[str], tell: Callable[[str], None]) -> list[Path]:
        """Download packages and all that they depend on; return the archives.

        Raises SetupError when no mirror of the machine carries the suite, or the network fails.
        """
        self._make_folders()
        tell('reading the package lists')
        self._update(machine_mirrors())
        run(
            [*self._apt_get(), '-o', 'APT::Status-Fd=1', 'install', '-y', '-d', *packages],
            what=f'downloading {" ".join(packages)}',
            env=_environment(),
            on_line=lambda line: _tell_download(line, tell),
            log=self._log,
        )
        return sorted((self.folder / 'cache/archives').glob('*.deb'))

    def remove(self) -> None:
        """Remove lists and archives."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _log(self) -> Path:
        return self.folder.with_suffix('.log')

    def _make_folders(self) -> None:
        for name in ('state/lists/partial', 'cache/archives/partial', 'etc'):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / 'state/status').touch()

    def _update(self, mirrors: Sequence[str]) -> None:
        if not mirrors:
            raise SetupError(
                'the apt configuration of this machine names no mirror; allowed: one that carries '
                f"Debian's {self.suite}; add it to /etc/apt/sources.list.d"
            )
        reasons = []
        for uri in mirrors:
            sources = self.folder / 'etc/sources.list'
            sources.write_text(source_line(uri, self.suite), encoding='utf-8')
            try:
                run(
                    [*self._apt_get(), 'update'],
                    what=f'reading {self.suite} from {uri}',
                    env=_environment(),
                    log=self._log,
                )
            except SetupError as error:
                reasons.append(str(error))
                continue
            return
        raise SetupError(
            f"no mirror of this machine's apt configuration gives Debian's {self.suite}:\n"
            + '\n'.join(reasons)
        )

    def _apt_get(self) -> list[str]:
        """Return apt-get with a configuration file that overrides the machine's."""
        configuration = self.folder / 'etc/apt.conf'
        configuration.write_text(_configuration(self.folder), encoding='utf-8')
        return ['apt-get', '-q', '-c', str(configuration)]


def _configuration(folder: Path) -> str:
    settings = {
        'Dir::State': folder / 'state',
        'Dir::State::status': folder / 'state/status',
        'Dir::Cache': folder / 'cache',
        'Dir::Cache::archives': 'archives/',
        'Dir::Etc::sourcelist': folder / 'etc/sources.list',
        'Dir::Etc::sourceparts': '/dev/null',
        'Dir::Etc::preferences': '/dev/null',
        'Dir::Etc::preferencesparts': '/dev/null',
        'APT::Architecture': 'amd64',
        'APT::Architectures': 'amd64',
        'APT::Install-Recommends': 'false',
        'APT::Keep-Downloaded-Packages': 'true',
        'APT::Sandbox::User': 'root',  # else apt's own user could not write to this folder
        'APT::Update::Error-Mode': 'any',
        'Acquire::Languages': 'none',
        'Acquire::Retries': '3',
    }
    # The machine's hooks concern its own cache and desktop.
    hooks = ('APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success', 'DPkg::Post-Invoke')
    lines = [f'#clear {hook};' for hook in hooks]
    lines += [f'{key} "{value}";' for key, value in settings.items()]
    return '\n'.join(lines) + '\n'


def source_line(uri: str, suite: str, keyrings: Sequence[Path] = KEYRINGS) -> str:
    """Return the one line of a sources list, signed by Debian's keyring where it is installed."""
    keyring = next((path for path in keyrings if path.is_file()), None)
    options = f'[signed-by={keyring}] ' if keyring else ''
    return f'deb {options}{uri} {suite} main\n'


def unpack(archives: Sequence[Path], prefix: Path, tell: Callable[[str], None]) -> None:
    """Unpack archives into one folder, as many at a time as there are cores."""

    def unpack_one(archive: Path) -> None:
        run(['dpkg-deb', '-x', archive, prefix], what=f'unpacking {archive.name}')

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as workers:
        for done, _ in enumerate(workers.map(unpack_one, archives), start=1):
            tell(f'unpacked {done} of {len(archives)} packages')


def _tell_download(line: str, tell: Callable[[str], None]) -> None:
    """Read apt's machine-readable progress: ``dlstatus:PACKAGE:PERCENT:TEXT``."""
    fields = line.split(':', 3)
    if fields[0] == 'dlstatus' and len(fields) == 4:
        tell(f'downloading, {float(fields[2]):.0f} %')


def _environment() -> dict[str, str]:
    return {**os.environ, 'LC_ALL': 'C', 'DEBIAN_FRONTEND': 'noninteractive'}
