"""`pytest --update` rewrites the expected texts of the golden cases and of the corpus."""

import pytest


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="rewrite expected texts")


@pytest.fixture
def update(request):
    return request.config.getoption("--update")
