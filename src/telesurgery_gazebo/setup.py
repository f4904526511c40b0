from setuptools import find_packages, setup

NAME = 'telesurgery_gazebo'

setup(
    name=NAME,
    version='0.1.0',
    packages=find_packages(exclude=['test']),
    data_files=[
        ('share/ament_index/resource_index/packages', [f'resource/{NAME}']),
        (f'share/{NAME}', ['package.xml']),
    ],
    install_requires=['setuptools'],
    zip_safe=False,
    maintainer='The telesurgery maintainers',
    maintainer_email='maintainers@telesurgery.example',
    description='Simulators behind one protocol: Gazebo and an in-memory plant.',
    license='Apache-2.0',
    entry_points={
        'console_scripts': [
            'simulator = telesurgery_gazebo.node:main',
            'write_scene = telesurgery_gazebo.write_scene:main',
        ]
    },
)
