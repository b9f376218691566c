"""Prefect's settings for a run without set-up: what is set, and what of the user's is left alone."""

from __future__ import annotations

from pathlib import Path

from flows.orchestration import prepare_prefect


def test_without_set_up_everything_stays_in_the_output_folder(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    prepare_prefect(tmp_path / "output", environment, home=tmp_path / "home")
    assert environment["PREFECT_HOME"] == str(tmp_path / "output" / ".prefect")
    assert environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"].startswith(
        f"sqlite+aiosqlite:///{tmp_path}/output/.prefect/prefect-3."
    )
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_a_real_server_is_left_as_it_is_set_up(tmp_path: Path) -> None:
    environment = {"PREFECT_API_URL": "http://prefect.example.org/api"}
    prepare_prefect(tmp_path / "output", environment, home=tmp_path / "home")
    assert environment == {"PREFECT_API_URL": "http://prefect.example.org/api"}
    assert not (tmp_path / "output").exists()


def test_a_prefect_profile_is_not_hidden(tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text('active = "laboratory"\n')
    environment: dict[str, str] = {}
    prepare_prefect(tmp_path / "output", environment, home=tmp_path)
    assert "PREFECT_HOME" not in environment


def test_what_the_user_has_set_stays(tmp_path: Path) -> None:
    environment = {"PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_HOME": "/srv/prefect"}
    prepare_prefect(tmp_path / "output", environment, home=tmp_path)
    assert environment["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert environment["PREFECT_HOME"] == "/srv/prefect"


def test_the_log_is_shown_when_asked_for(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    prepare_prefect(tmp_path / "output", environment, home=tmp_path, verbose=True)
    assert environment["PREFECT_LOGGING_LEVEL"] == "INFO"
