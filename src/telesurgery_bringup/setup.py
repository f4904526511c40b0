from pathlib import Path

from setuptools import find_packages, setup

NAME = 'telesurgery_bringup'
ROOT = Path('../..')
SHARED = ('launch', 'urdf', 'worlds', 'config', 'recordings')


def shared_files():
    """Return the root's shared folders as they are laid out below share/telesurgery_bringup."""
    folders = {}
    for name in SHARED:
        for path in sorted((ROOT / name).rglob('*')):
            if path.is_file() and '__pycache__' not in path.parts:
                target = Path('share', NAME, path.parent.relative_to(ROOT))
                folders.setdefault(str(target), []).append(str(path))
    return list(folders.items())


setup(
    name=NAME,
    version='0.1.0',
    packages=find_packages(exclude=['test']),
    data_files=[
        ('share/ament_index/resource_index/packages', [f'resource/{NAME}']),
        (f'share/{NAME}', ['package.xml']),
        *shared_files(),
    ],
    install_requires=['setuptools'],
    zip_safe=True,
    maintainer='The telesurgery maintainers',
    maintainer_email='maintainers@telesurgery.example',
    description=(
        'Launch files, robot description, worlds and configuration, '
        'and the command that runs them.'
    ),
    license='Apache-2.0',
)
