from pathlib import Path

from tests.cli import crowd


def test_writers_a_session_prompts_an_import_and_a_merge_at_once_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    crowd.verify(*crowd.run(tmp_path, writers=2, answers=25))
