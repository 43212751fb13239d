"""``ftrack shell``: Python with a session at hand, and a word about what was not committed."""

from __future__ import annotations

import pytest


class TestCode:
    def test_a_session_and_its_methods_are_at_hand(self, place, process):
        code = (
            "project = query('Project').one()\n"
            "assert get('Project', project['id']) is project\n"
            "assert project in session.query('Project')\n"
            "disk = create('Disk', {'name': 'made here'}); commit()\n"
            "show(disk, 'name')\n"
            "project['full_name'] = 'x'; rollback()\n"
        )
        done = process("shell", "-c", code)
        assert (done.status, done.out, done.err) == (0, "name  made here\n", "")
        assert place.row('select id from Disk where name is "made here"')

    def test_a_script_can_come_by_standard_input(self, embedded, process):
        done = process("shell", stdin="for one in query('Project'):\n    print(one['name'])\n")
        assert (done.status, done.out) == (0, "crooked_quarry\n")

    def test_it_is_told_what_was_not_committed(self, place, process):
        code = (
            "query('Project').one()['full_name'] = 'x'\n"
            "create('Disk', {'name': 'a'}); create('Disk', {'name': 'b'})\n"
            "session.delete(query('Task').first())"
        )
        done = process("shell", "-c", code)
        assert done.status == 0
        assert done.err.splitlines() == [
            "warning: not committed, and therefore lost: 2 created, 1 changed, 1 deleted",
            "hint: commit() saves what was changed",
        ]
        assert place.row("select full_name from Project")["full_name"] == "The Crooked Quarry"

    @pytest.mark.parametrize(
        ("code", "status", "error"),
        [
            ("1/0", 1, "error: ZeroDivisionError: division by zero"),
            ("def (", 1, "error: SyntaxError: invalid syntax (<-c>, line 1)"),
            ("query('Tusk').first()", 1, "error: there is no entity type 'Tusk'."),
            ("raise KeyboardInterrupt", 130, "ftrack: interrupted"),
            ("import sys; sys.exit(7)", 7, ""),
            ("raise SystemExit", 0, ""),
            ("raise SystemExit('enough')", 1, "enough"),
        ],
    )
    def test_it_ends_as_the_code_does(self, code, status, error, embedded, process):
        done = process("shell", "-c", code)
        assert done.status == status
        assert done.error.startswith(error)
        assert "Traceback" not in done.err

    def test_the_traceback_is_there_when_asked_for(self, embedded, process):
        done = process("shell", "--debug", "-c", "1/0")
        assert 'File "<-c>", line 1' in done.err


class TestPrompt:
    @pytest.fixture
    def without_ipython(self, tmp_path, monkeypatch):
        """Hide an IPython that may be installed: a finder that knows it and has nothing."""
        folder = tmp_path / "hiding"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text("import sys\nsys.modules['IPython'] = None\n")
        monkeypatch.setenv("PYTHONPATH", str(folder), prepend=":")

    def test_python_prompts_where_there_is_no_ipython(self, embedded, terminal, without_ipython):
        typed = "session.user\nquery('Project').one()['full_name'] = 'x'\nexit()\n"
        done = terminal("shell", typed=typed)
        assert f"admin at {embedded.url}" in done.out
        assert "At hand: session, query, get, create, commit, rollback, show." in done.out
        assert ">>> " in done.out
        assert "'admin'" in done.out
        assert "warning: not committed, and therefore lost: 1 changed" in done.out
        assert done.status == 0

    def test_an_error_at_the_prompt_does_not_end_it(self, embedded, terminal, without_ipython):
        done = terminal("shell", typed="1/0\nprint(40 + 2)\nexit()\n")
        assert "ZeroDivisionError" in done.out
        assert "\n42\n" in done.out
        assert done.status == 0

    def test_the_tabulator_completes_names(self, embedded, terminal, without_ipython):
        pytest.importorskip("readline", reason="this Python has no readline")
        done = terminal("shell", typed="print(len(sess\t.user))\nexit()\n")
        assert "\n5\n" in done.out

    def test_ipython_prompts_where_it_is(self, embedded, terminal, tmp_path, monkeypatch):
        folder = tmp_path / "libraries"
        (folder / "IPython").mkdir(parents=True)
        (folder / "IPython" / "__init__.py").write_text(
            "def start_ipython(argv, user_ns):\n"
            "    print('IPython', argv, user_ns['session'].user)\n"
        )
        monkeypatch.setenv("PYTHONPATH", str(folder), prepend=":")
        done = terminal("shell")
        assert "IPython ['--no-banner'] admin" in done.out
        assert "At hand: session" in done.out
        assert done.status == 0
