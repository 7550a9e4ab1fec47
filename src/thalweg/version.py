"""Which Thalweg this is."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("thalweg")
except PackageNotFoundError:  # used from a source tree without being installed
    __version__ = "0+unknown"
