"""Serves Canvass with a background worker; loads the demo town on first use."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo.session import ending_cleanly, prepare_day, ready_worker
from config.processes import port_is_free, web_server

HOST = "127.0.0.1"


class Command(BaseCommand):
    """`manage.py serve`: the web server and a worker, until Ctrl-C."""

    help = (
        "Serve on http://127.0.0.1:8000 with a background worker, after loading the demo town on "
        "first use. Example: python manage.py serve --port 8001"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port and the user's own file of doors."""
        parser.add_argument("--port", type=int, default=8000, help="Port to listen on")
        parser.add_argument("--town", default="", help="Your own file of doors, .osm.pbf for one")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the port, prepare the day, serve."""
        port = options["port"]
        if not port_is_free(HOST, port):
            raise CommandError(
                f"Port {port} is in use. Stop the program that uses it, or choose another: "
                f"make run PORT={port + 1}"
            )
        with ending_cleanly(), ready_worker() as background:
            prepare_day(options["town"], background)
            with web_server(HOST, port) as server:
                self.stdout.write(f"Serving on http://{HOST}:{port} - stop with Ctrl-C.")
                self.stdout.flush()  # a pipe or a log file would hold the line back
                while not server.exited() and not background.exited():
                    time.sleep(0.5)
                gone = server if server.exited() else background
                raise CommandError(f"The {gone.name} has stopped by itself; see {gone.log}.")
