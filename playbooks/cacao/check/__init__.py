from playbooks.cacao.finding import Finding
from playbooks.cacao.model import Playbook
def check(playbook: Playbook) -> tuple[Finding, ...]:
    return ()
