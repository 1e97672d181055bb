"""
All use of BentoML's undocumented parts.

`contacts` lists every name with its reason. They are checked when this package is imported, an exception to the rule
that modules do nothing at import, because its modules import them: with a release that lacks one, the process exits
with a message, not with a traceback.
"""

from svgai.serve.bento.contacts import require_contacts

require_contacts()
