from setuptools import find_packages, setup

NAME = 'telesurgery_study'

setup(
    name=NAME,
    version='0.1.0',
    packages=find_packages(exclude=['test']),
    package_data={NAME: ['templates/*.j2']},
    data_files=[
        ('share/ament_index/resource_index/packages', [f'resource/{NAME}']),
        (f'share/{NAME}', ['package.xml']),
    ],
    install_requires=['setuptools'],
    zip_safe=False,
    maintainer='The telesurgery maintainers',
    maintainer_email='maintainers@telesurgery.example',
    description='Grids of experiments in virtual time, over all cores, with a report.',
    license='Apache-2.0',
)
