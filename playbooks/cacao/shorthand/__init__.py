"""The YAML shorthand: a playbook as people write and read it aloud, and CACAO 2.0 and back without loss.

Names stand for ids, the order of listing is the order of doing, branches stand where they begin, and what the
standard would have everyone repeat is left out. The ids of everything named are kept at the end of the file, so that
they stay when a step is moved. Whatever the shorthand has no word for is written under the standard's own names.
"""

from playbooks.cacao.shorthand.abbreviate import abbreviate
from playbooks.cacao.shorthand.expand import Expanded, expand
from playbooks.cacao.shorthand.write import to_yaml

__all__ = ["Expanded", "abbreviate", "expand", "to_yaml"]
