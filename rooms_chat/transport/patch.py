"""Makes the standard library cooperative. Import it before anything else: what was imported earlier stays blocking."""

import warnings

warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()
