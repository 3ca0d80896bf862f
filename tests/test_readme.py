"""Every code block of the README and of docs/ runs, in order, and prints what the page says.

`pytest --update` writes what is printed into the page.
"""

import contextlib
import io
import linecache
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(<!-- prints -->\n)?```(python|text)\n(.*?)```", re.S)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_blocks_run_and_print_what_the_page_says(page, tmp_path, monkeypatch, request):
    text = page.read_text()
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "page"}
    printed, pieces, end, wrong = "", [], 0, []
    for k, match in enumerate(BLOCK.finditer(text)):
        expected, language, code = match.groups()
        pieces.append(text[end : match.start()])
        end = match.end()
        if expected:
            shown = printed.rstrip("\n") + "\n"
            if code != shown:
                wrong.append((code, shown))
            pieces.append(f"{expected}```{language}\n{shown}```")
            continue
        assert language == "python"
        pieces.append(match.group())
        name = f"<{page.name} block {k}>"
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(code, name, "exec"), namespace)
        printed = out.getvalue()
    if request.config.getoption("--update"):
        page.write_text("".join([*pieces, text[end:]]))
        return
    for code, shown in wrong:
        assert code == shown


@pytest.mark.parametrize("which", ["main", "test"])
def test_the_two_commands_are_there(which):
    text = README.read_text()
    assert re.search(rf"<!-- {which} command -->\n```sh\n.+\n```", text)
