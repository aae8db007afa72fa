"""The athlete's page: settings enter, a web application that serves it leaves."""

from lookfeel.web.app import create_app
from lookfeel.web.settings import Settings

__all__ = ["Settings", "create_app"]
