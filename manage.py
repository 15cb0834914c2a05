#!/usr/bin/env python
"""Django's command line for Canvass."""

import os
import sys


def main() -> None:
    """Run the management command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # settings first
    from environs import EnvError  # noqa: PLC0415  # as above

    from common.origin import Origin, coming_from  # noqa: PLC0415  # as above

    try:
        with coming_from(Origin(device=f"command {' '.join(sys.argv[1:2])}")):
            execute_from_command_line(sys.argv)
    except EnvError as error:
        sys.exit(f"canvass: {error}")


if __name__ == "__main__":
    main()
