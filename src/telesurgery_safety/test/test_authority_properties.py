"""Whatever sites, links and time do, an arm has one holder, and no other than it should."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from telesurgery_safety.authority import Authority
from telesurgery_safety.authority_parameters import AuthorityParameters
from telesurgery_safety.authority_states import Tenure, TenureEvent

ARMS = ('PSM1', 'PSM3')
CONSOLES = ('A', 'B', 'C')
PARAMETERS = AuthorityParameters(
    consoles=CONSOLES, authority_link_timeout_s=5.0, answer_timeout_s=8.0
)

arms = st.sampled_from(ARMS)
anybody = st.sampled_from((*CONSOLES, 'local', 'observer', ''))
consoles = st.sampled_from(CONSOLES)


class AuthorityMachine(RuleBasedStateMachine):
    """Keeps its own, simpler books: who has ever wanted what, and who consented to it."""

    def __init__(self):
        super().__init__()
        self.authority = Authority(PARAMETERS, ARMS)
        self.now = 0.0
        self.dead_since = {}
        self.wants = {arm: set() for arm in ARMS}
        self.has = dict.fromkeys(ARMS, 'A')

    @rule(seconds=st.sampled_from((0.0, 0.002, 0.5, 4.0, 9.0)))
    def time_passes(self, seconds):
        self.now += seconds
        self.authority.step(self.now)

    @rule(site=anybody, arm=arms)
    def request(self, site, arm):
        self.wants[arm].add(site)
        self.authority.request(self.now, site, arm)

    @rule(site=anybody, arm=arms)
    def release(self, site, arm):
        self.authority.release(self.now, site, arm)

    @rule(site=anybody, arm=arms, to=anybody)
    def offer(self, site, arm, to):
        self.authority.offer(self.now, site, arm, to)

    @rule(site=anybody, arm=arms)
    def refuse(self, site, arm):
        self.authority.refuse(self.now, site, arm)

    @rule(arm=arms)
    def take_over(self, arm):
        self.authority.take_over(self.now, arm)
        assert self.authority.holder(arm) == 'local'

    @rule(arm=arms, to=anybody)
    def give(self, arm, to):
        self.authority.give(self.now, arm, to)

    @rule(site=consoles)
    def link_lost(self, site):
        self.dead_since.setdefault(site, self.now)
        self.authority.link_lost(self.now, site)

    @rule(site=consoles)
    def link_back(self, site):
        self.dead_since.pop(site, None)
        self.authority.link_back(self.now, site)

    @invariant()
    def an_arm_changes_hands_only_as_it_may(self):
        for decision in self.authority.take_decisions():
            arm, holder = decision.arm, decision.holding.holder
            if not decision.granted:
                assert holder == self.has[arm]
            if holder == self.has[arm]:
                continue
            before, self.has[arm] = self.has[arm], holder
            if holder in CONSOLES:
                assert decision.who in (before, holder, 'local')
                assert decision.who == 'local' or holder in self.wants[arm]
                assert holder not in self.dead_since
            elif holder == 'local':
                assert decision.event in (TenureEvent.TAKEN, TenureEvent.LAPSED)
            else:
                assert decision.who == before
                assert decision.event is TenureEvent.RELEASED
        assert self.has == {arm: self.authority.holder(arm) for arm in ARMS}

    @invariant()
    def every_arm_has_one_holder_that_exists(self):
        for arm in ARMS:
            holding = self.authority.holding(arm)
            assert holding.holder in ('', 'local', *CONSOLES)
            assert holding.other in ('', *CONSOLES)
            assert holding.other != holding.holder or not holding.holder

    @invariant()
    def a_console_that_cannot_be_reached_keeps_an_arm_for_a_while_only(self):
        for arm in ARMS:
            holding = self.authority.holding(arm)
            dead = holding.holder in self.dead_since
            assert dead == (holding.tenure is Tenure.CUT)
            assert holding.other not in self.dead_since
            self.authority.step(self.now)
            if dead and self.now - self.dead_since[holding.holder] >= 5.0:
                assert self.authority.holder(arm) == 'local'


AuthorityMachine.TestCase.settings = settings(
    max_examples=100, stateful_step_count=50, deadline=None
)
TestAuthority = AuthorityMachine.TestCase
