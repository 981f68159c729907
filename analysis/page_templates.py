"""Templates of pages: the files of a package's folder `templates`, each compiled once a process."""

import functools

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


@functools.cache
def page_templates(package: str) -> Environment:
    """Return the templates of a package; what is put in is escaped, and a name that is not given is an error."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
