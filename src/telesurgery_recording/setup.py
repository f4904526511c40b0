from setuptools import find_packages, setup

NAME = 'telesurgery_recording'

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
    description='Record and read rosbag2 bags without a ROS installation.',
    license='Apache-2.0',
    entry_points={
        'console_scripts': [
            'bag = telesurgery_recording.bag_command:main',
            'recorder = telesurgery_recording.node:main',
        ]
    },
)
