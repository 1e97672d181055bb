"""
All contact with what BentoML does not publish.

`contacts` lists every name with its reason. They are looked up when this package is imported, against the house rule,
because its modules import them: a release that lacks one ends with a line that says so, not with a traceback.
"""

from svgai.serve.bento.contacts import require_contacts

require_contacts()
