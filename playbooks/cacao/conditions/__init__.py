"""Conditions: the comparison part of the STIX 2.1 patterning grammar, over variables."""

from playbooks.cacao.conditions.evaluate import Unknown, evaluate
from playbooks.cacao.conditions.grammar import Condition, parse_condition, variables_of
from playbooks.cacao.conditions.tokens import NotACondition

__all__ = ["Condition", "NotACondition", "Unknown", "evaluate", "parse_condition", "variables_of"]
