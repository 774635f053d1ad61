"""Who may do what: what `access.toml` says of someone, and of a file that makes no sense."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from service_quality.base.access import FILE_NAME, Access, Role, exposed, load
from service_quality.base.errors import UsageError
from tests.test_docs import fences

SECRET = "s3cret-s3cret-s3cret-s3cret-s3cret"
PROVIDER = f"""\
[provider]
client_id = "id"
client_secret = "{SECRET}"
server_metadata_url = "https://login.example.com/.well-known/openid-configuration"
cookie_secret = "{SECRET}"
"""
ROLES = """\
[roles]
claim = "groups"
viewer = ["*"]
publisher = ["loaders", "Paul@Example.com"]
administrator = ["ada@example.com"]
"""
WHOLE = f'address = "https://figures.example.com/quality/"\n{PROVIDER}{ROLES}'
PROXY = '[proxy]\naddresses = ["10.0.0.0/30"]\nuser = "X-Forwarded-Email"\ngroups = "X-Groups"\n'


def given(folder: Path, text: str = WHOLE) -> Access:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    found = load(folder)
    assert found
    return found


def claims(email: str | None = None, *groups: str, **more: object) -> dict[str, object]:
    return {"sub": "7", "iat": time.time(), "email": email, "groups": list(groups), **more}


def test_without_a_file_nobody_signs_in(tmp_path: Path) -> None:
    assert load(tmp_path) is None


@pytest.mark.parametrize(
    ("whose", "role"),
    [
        (claims("zoe@example.com"), Role.VIEWER),
        (claims("PAUL@example.com"), Role.PUBLISHER),
        (claims("zoe@example.com", "loaders"), Role.PUBLISHER),
        (claims("ada@example.com", "loaders"), Role.ADMINISTRATOR),
        # An e-mail that nobody has proven is nobody's, nor is one that a group was named after.
        (claims("ada@example.com", email_verified=False), Role.VIEWER),
        (claims("zoe@example.com", "ada@example.com"), Role.VIEWER),
    ],
)
def test_the_highest_role_that_a_list_gives(
    whose: dict[str, object], role: Role, tmp_path: Path
) -> None:
    person = given(tmp_path).person(whose, time.time())
    assert person
    assert person.role == role
    assert [each for each in Role if person.may(each)] == [each for each in Role if each <= role]


def test_lists_name_people_by_what_was_proven(tmp_path: Path) -> None:
    access = given(tmp_path)
    for whose, name in (
        (claims("zoe@example.com", name="Zoe"), "zoe@example.com"),
        (claims("ada@example.com", name="Zoe", email_verified=False), "Zoe"),
        (claims(None), "7"),
    ):
        person = access.person(whose, time.time())
        assert person
        assert person.name == name


def test_who_is_in_no_list_has_no_role(tmp_path: Path) -> None:
    access = given(tmp_path, WHOLE.replace('viewer = ["*"]', ""))
    person = access.person(claims("zoe@example.com"), time.time())
    assert person
    assert person.role is None
    assert not person.may(Role.VIEWER)


def test_a_session_ends_by_the_clock(tmp_path: Path) -> None:
    access = given(tmp_path, f"hours = 2\n{WHOLE}")
    hour = 3600
    assert access.person(claims("zoe@example.com", iat=time.time() - 1.9 * hour), time.time())
    assert (
        access.person(claims("zoe@example.com", iat=time.time() - 2.1 * hour), time.time()) is None
    )
    assert access.person(claims("zoe@example.com", iat=None), time.time()) is None
    assert access.person({}, time.time()) is None


def test_streamlit_is_told_where_people_come_back_to(tmp_path: Path) -> None:
    auth = given(tmp_path).secrets()["auth"]
    assert auth["redirect_uri"] == "https://figures.example.com/quality/oauth2callback"
    assert auth["client_secret"] == SECRET


def test_secrets_may_stand_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_QUALITY_CLIENT_SECRET", "of the environment")
    text = WHOLE.replace(f'client_secret = "{SECRET}"\n', "")
    assert given(tmp_path, text).secrets()["auth"]["client_secret"] == "of the environment"


def test_the_file_may_lie_elsewhere_and_has_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_QUALITY_ACCESS", str(tmp_path / "etc.toml"))
    with pytest.raises(UsageError, match=r"etc\.toml"):
        load(tmp_path)


def test_a_file_that_everyone_can_read_is_said(tmp_path: Path) -> None:
    assert exposed(tmp_path) == ""
    given(tmp_path)
    for mode, said in ((0o600, ""), (0o640, ""), (0o644, "chmod 600")):
        (tmp_path / FILE_NAME).chmod(mode)
        assert said in exposed(tmp_path)
        assert bool(said) == bool(exposed(tmp_path))


def test_a_proxy_says_who_in_headers(tmp_path: Path) -> None:
    access = given(tmp_path, f"{PROXY}{ROLES}")
    said = {"X-Forwarded-Email": " zoe@example.com", "X-Groups": "others, loaders"}
    person = access.person(access.of_headers(said.get, time.time()), time.time())
    assert person
    assert (person.name, person.role) == ("zoe@example.com", Role.PUBLISHER)
    assert access.person(access.of_headers({}.get, time.time()), time.time()) is None
    assert access.secrets() == {}


def test_a_viewer_sees_the_rows_of_all_rules_that_name_them(tmp_path: Path) -> None:
    rules = """\
[[only]]
who = ["zoe@example.com"]
team = ["Lille"]
[[only]]
who = ["north"]
team = ["Lens"]
brand = ["Nord"]
"""
    access = given(tmp_path, WHOLE + rules)

    def only(whose: dict[str, object]) -> object:
        person = access.person(whose, time.time())
        return person and person.only

    lille, lens = (("team", ("Lille",)),), (("brand", ("Nord",)), ("team", ("Lens",)))
    assert only(claims("zoe@example.com", "north")) == (lille, lens)
    assert only(claims("max@example.com")) == ()
    assert only(claims("zoe@example.com", "loaders")) == ()  # who publishes sees what there is


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("roles = 3", "roles"),
        (ROLES, "either"),
        (f"{WHOLE}{PROXY}", "either"),
        (f"{PROVIDER}{ROLES}", "address"),
        (WHOLE.replace("https://figures", "http://figures"), "address"),
        (WHOLE.replace("https://login", "http://login"), "server_metadata_url"),
        (WHOLE.replace(f'cookie_secret = "{SECRET}"', 'cookie_secret = "short"'), "cookie_secret"),
        (WHOLE.replace(f'client_secret = "{SECRET}"\n', ""), "client_secret"),
        (WHOLE.replace("viewer =", "viewers ="), "viewers"),
        (f"hours = 0\n{WHOLE}", "hours"),
        (f'{WHOLE}[[only]]\nwho = ["*"]\n', "only"),
        (f'{WHOLE}[[only]]\nwho = ["*"]\ncity = ["Lille"]\n', "only"),
        (f"{PROXY}{ROLES}".replace("10.0.0.0/30", "the proxy"), "addresses"),
        (f"{WHOLE}[", "TOML"),
    ],
)
def test_what_makes_no_sense_is_named_and_no_secret_is_said(
    text: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=said) as error:
        given(tmp_path, text)
    assert "s3cret" not in str(error.value)
    assert "short" not in str(error.value).replace("shorter", "")


def test_the_examples_of_the_documents_are_understood(tmp_path: Path) -> None:
    examples = [body for _toml, name, body in fences("docs/operations.md") if name == FILE_NAME]
    assert len(examples) == 3
    for example in examples:
        given(tmp_path, example)
