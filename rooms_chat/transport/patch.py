"""Makes the standard library cooperative. Import it before anything else: what was imported earlier stays blocking."""

import os
import warnings

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # looks up no names, and would cost a fifth of the start
warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()
