from setuptools import find_packages, setup

NAME = 'telesurgery_console'

setup(
    name=NAME,
    version='0.1.0',
    packages=find_packages(exclude=['test']),
    data_files=[
        ('share/ament_index/resource_index/packages', [f'resource/{NAME}']),
        (f'share/{NAME}', ['package.xml']),
    ],
    install_requires=['setuptools'],
    zip_safe=True,
    maintainer='The telesurgery maintainers',
    maintainer_email='maintainers@telesurgery.example',
    description=(
        'Operator inputs: gamepads, SpaceMice, keyboard, ROS topics and recordings '
        'as CRTK masters.'
    ),
    license='Apache-2.0',
    entry_points={
        'console_scripts': [
            'console = telesurgery_console.node:main',
            'bedside = telesurgery_console.bedside.node:main',
        ]
    },
)
