from collections.abc import Iterator

import pytest

from tests.captcha.fake import FakeCaptcha


@pytest.fixture
def fake() -> Iterator[FakeCaptcha]:
    with FakeCaptcha() as fake:
        yield fake
