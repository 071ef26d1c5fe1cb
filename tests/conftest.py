"""Settings that all tests share.

The examples of a generated test are the same on every run and machine; `HYPOTHESIS_PROFILE=long` looks for new ones,
and `few` makes do with some, where what is tried is not the laws but the versions they run on.
"""

import os

from hypothesis import HealthCheck, settings

slow_is_fine = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("same", deadline=None, max_examples=40, derandomize=True, suppress_health_check=slow_is_fine)
settings.register_profile("few", settings.get_profile("same"), max_examples=8)
settings.register_profile("long", deadline=None, max_examples=1000, suppress_health_check=slow_is_fine)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
