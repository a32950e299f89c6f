"""The national pack's rules, as the tests of calculations use them."""

from datetime import date

from lantian.policy.air import AirRules, air_rules
from lantian.policy.duty import DutyRules, duty_rules
from lantian.policy.reader import load_pack

AIR: AirRules = air_rules(load_pack("cn"))
DUTY: DutyRules = duty_rules(load_pack("cn"))
VALIDITY = AIR.validity(date(2019, 6, 1))
EVALUATION = AIR.evaluation(date(2019, 12, 31))
