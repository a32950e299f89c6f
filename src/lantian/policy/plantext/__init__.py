"""Read the official text of an action plan (行动计划): text in; head, articles, tasks and what was left over out.

Rules only, no model and no network: the same text gives the same result, and every field says where it stands in
the text, which rule read it and how sure that rule is. The order is: reading (bytes to text) → lines (page furniture
set aside, broken paragraphs joined) → outline (chapters, articles) → tasks (parties, deadlines, quantities) → records.
"""

from lantian.policy.plantext.importing import import_plan
from lantian.policy.plantext.model import Plan
from lantian.policy.plantext.reading import read_plan

__all__ = ["Plan", "import_plan", "read_plan"]
