"""The web process's application: it answers when it is warm."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.project.settings")
application = get_wsgi_application()
import_module("lantian.project.warm").warm_up()  # models may be imported only after Django has loaded its apps
