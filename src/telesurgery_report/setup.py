from setuptools import find_packages, setup

NAME = 'telesurgery_report'

setup(
    name=NAME,
    version='0.1.0',
    packages=find_packages(exclude=['test']),
    package_data={f'{NAME}.review': ['templates/*.j2']},
    data_files=[
        ('share/ament_index/resource_index/packages', [f'resource/{NAME}']),
        (f'share/{NAME}', ['package.xml']),
    ],
    install_requires=['setuptools'],
    zip_safe=False,
    maintainer='The telesurgery maintainers',
    maintainer_email='maintainers@telesurgery.example',
    description='A session report from bags alone, without ROS.',
    license='Apache-2.0',
    entry_points={
        'console_scripts': [
            'report = telesurgery_report.cli:main',
            'relays = telesurgery_report.node:main',
        ]
    },
)
