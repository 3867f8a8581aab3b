"""What the documentation says is run: its examples, and its references to code and tests."""

import doctest
import re
import sys
from pathlib import Path

import pytest

from problems import registry

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@each_page
def test_the_examples_print_what_they_say(page, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "_PROBLEMS", dict(registry._PROBLEMS))  # an example may add one
    monkeypatch.setattr(registry, "_ALIASES", dict(registry._ALIASES))
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    names = {"folder": tmp_path}
    for name, source in re.findall(r'```python title="([^"]+)"\n(.*?)```', page.read_text(encoding="utf-8"), re.DOTALL):
        (tmp_path / name).write_text(source, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    result = doctest.testfile(str(page), module_relative=False, optionflags=flags, extraglobs=names)
    assert result.failed == 0


@each_page
def test_no_python_is_left_untested(page):
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert all(block.startswith(">>> ") for block in blocks)


@each_page
def test_files_that_are_linked_are_there(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@each_page
def test_tests_that_are_named_are_there(page):
    for name, file in re.findall(r"\[`(test_\w+)`\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        assert f"def {name}(" in (page.parent / file).read_text(encoding="utf-8"), name
