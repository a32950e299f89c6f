"""The one place where a lower part's hook is joined to a higher part.

A lower app never imports a higher one: it keeps a hook with a harmless default, and ``connect`` fills it.
"""

from lantian.apps.accounts import masking, responsibility
from lantian.apps.accounts.rights import may_open
from lantian.apps.accounts.services import people
from lantian.apps.accounts.services.handing import DEPUTIES, SHIFTS
from lantian.apps.accounts.services.unmasking import personal_detail
from lantian.apps.alarms.jobs import picture
from lantian.apps.alarms.selectors.found import found_faults
from lantian.apps.alarms.selectors.marks import marks
from lantian.apps.alarms.services import hooks as alarms
from lantian.apps.alarms.services.demo import forget_synthetic
from lantian.apps.alarms.services.handing import TAKEN_ON
from lantian.apps.alarms.services.notices import tell_of_alarms, tell_of_raised
from lantian.apps.assessment.services.demo_bulletins import forget_synthetic as forget_bulletins
from lantian.apps.assessment.services.demo_rankings import forget_synthetic as forget_rankings
from lantian.apps.assessment.services.demo_rectification import forget_synthetic as forget_problems
from lantian.apps.assessment.services.rectification import keep_deadline
from lantian.apps.assessment.services.rectification_papers import answers as answers_of_problem
from lantian.apps.assessment.services.rectification_papers import came_from as problem_of_case
from lantian.apps.assessment.services.rectification_papers import page_of as page_of_problem
from lantian.apps.assessment.services.schemes.demo import forget_synthetic as forget_assessments
from lantian.apps.assessment.services.schemes.findings import find_in_case
from lantian.apps.cases import hooks as cases
from lantian.apps.cases.selectors.follow import cases_of_alarm, linked_cases
from lantian.apps.cases.selectors.handing import STEPS
from lantian.apps.cases.services import open_from_alarm
from lantian.apps.cases.services.demo import forget_synthetic as forget_cases
from lantian.apps.cases.services.notices import tell_of_act, tell_of_clocks
from lantian.apps.complaints.selectors.linked import complaints_of_case
from lantian.apps.complaints.services import follow
from lantian.apps.complaints.services.demo import forget_synthetic as forget_complaints
from lantian.apps.inspections.selectors.page import inspections_of_case, linked_inspections
from lantian.apps.inspections.selectors.visited import inspected_sources
from lantian.apps.inspections.services.demo import forget_synthetic as forget_inspections
from lantian.apps.inspections.services.handing import CHECKS
from lantian.apps.ledger import duties
from lantian.apps.ledger import hooks as ledger
from lantian.apps.ledger.kinds import trades
from lantian.apps.ledger.pages.index import pages_of
from lantian.apps.ledger.services import permits
from lantian.apps.ledger.services.handing import GROUND
from lantian.apps.ledger.services.notices import tell_of_expiries
from lantian.apps.ledger.services.unmasking import personal_value
from lantian.apps.notices import hooks as notices
from lantian.apps.notices.selectors.bell import unread
from lantian.apps.plans.services.task_demo import forget_synthetic as forget_tasks
from lantian.apps.telemetry import hooks as telemetry
from lantian.apps.telemetry import simulation
from lantian.apps.telemetry.air import last_hour
from lantian.apps.telemetry.district import ground_of_pack
from lantian.apps.telemetry.emission import measured_emission
from lantian.apps.telemetry.services.points import before_removal
from lantian.apps.telemetry.sources import linked_devices, with_camera, with_device
from lantian.apps.ui import as_of, bell, navigation


def connect() -> None:
    """Join all hooks; called once, when Django has loaded its apps."""
    alarms.after_raise[:] = [picture, tell_of_raised]
    cases.came_from[:] = [complaints_of_case, inspections_of_case, problem_of_case]
    cases.after_act[:] = [keep_deadline, tell_of_act, follow, find_in_case]
    cases.answers[:] = [answers_of_problem]
    cases.page_of[:] = [page_of_problem]
    notices.watchers[:] = [tell_of_clocks, tell_of_alarms, tell_of_expiries]
    alarms.after_hand_on[:] = [open_from_alarm]
    alarms.follow_ups[:] = [cases_of_alarm]
    before_removal[:] = [
        forget_assessments,
        forget_bulletins,
        forget_rankings,
        forget_problems,
        forget_tasks,
        forget_inspections,
        forget_complaints,
        forget_cases,
        forget_synthetic,
    ]
    simulation.found_by[:] = [found_faults]
    telemetry.alarm_marks[:] = [marks]
    as_of.last_hour_with_data[:] = [last_hour]
    navigation.may_open[:] = [may_open]
    bell.unread[:] = [unread]
    navigation.more_pages["/ledgers/"] = pages_of
    ledger.ground[:] = [ground_of_pack]
    ledger.linked[:] = [linked_devices, linked_inspections, linked_cases]
    permits.measured[:] = [measured_emission]
    duties.have |= {"device": with_device, "camera": with_camera, "inspection": inspected_sources}
    masking.resolvers["ledger.source"] = personal_value
    masking.resolvers["accounts.person"] = personal_detail
    responsibility.trades[:] = [trades]
    people.hand_over_items[:] = [STEPS, TAKEN_ON, CHECKS, GROUND, SHIFTS, DEPUTIES]
