"""The virtual environments of the peers."""

from pathlib import Path

import pytest

from benchmarks import environments


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one requirements file; the environments are made below it."""
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    monkeypatch.setattr(environments, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path / "venvs")
    return tmp_path


def test_an_environment_is_made_once_and_again_when_its_requirements_change(nowhere: Path) -> None:
    requirements = nowhere / "peer.txt"
    requirements.write_text("--no-index\n")
    told: list[str] = []
    python = environments.prepare("peer", told.append)
    assert python.exists()
    environments.prepare("peer", told.append)
    assert told == ["making the environment of peer ..."]
    requirements.write_text("--no-index\nno-such-package==1\n")
    with pytest.raises(environments.EnvironmentFailed, match=r"pip could not install peer\.txt"):
        environments.prepare("peer", told.append)
    assert len(told) == 2
