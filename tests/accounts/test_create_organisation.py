"""manage.py create_organisation."""

import re
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.management.commands import create_organisation
from accounts.models import Member, Organisation, Role, User
from accounts.passwords import choose_password
from tests.accounts.people import OTHER_PASSWORD, PASSWORD, mailed_secret
from tests.cast import NOON, Company

pytestmark = pytest.mark.django_db
ARGUMENTS = ("Hill Books", "--email", "Ada@Hill.test", "--name", "Ada Lee")


def run(*arguments: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("create_organisation", *arguments, stdout=out)
    return out.getvalue()


def typed(monkeypatch: pytest.MonkeyPatch, *passwords: str) -> None:
    """Let the terminal's hidden prompt answer, which no test can reach."""
    answers = iter(passwords)
    monkeypatch.setattr(create_organisation, "getpass", lambda _: next(answers))


def test_it_founds_an_organisation_with_an_admin() -> None:
    """The root team bears its name; the password is random, works, and is printed once."""
    out = run(*ARGUMENTS)
    member = Member.objects.get()
    assert (member.organisation.name, member.organisation.slug) == ("Hill Books", "hill-books")
    assert (member.role, member.team.name, member.team.parent) == (Role.ADMIN, "Hill Books", None)
    assert member.team.path == f"/{member.team.pk}/"
    assert (member.user.email, member.user.name) == ("ada@hill.test", "Ada Lee")
    (password,) = re.findall(r"shown only now: (\S+)", out)
    assert len(password) >= 12
    assert member.user.check_password(password)
    assert not member.user.is_staff


def test_a_second_organisation_of_that_name_has_another_slug() -> None:
    """And another password."""
    first = run(*ARGUMENTS)
    second = run("Hill Books", "--email", "bo@hill.test", "--name", "Bo")
    assert set(Organisation.objects.values_list("slug", flat=True)) == {
        "hill-books",
        "hill-books-2",
    }
    assert first.splitlines()[-1] != second.splitlines()[-1]


def test_the_admin_may_choose_a_password_behind_a_mailed_link() -> None:
    """Nothing is printed that opens anything."""
    out = run(*ARGUMENTS, "--mail-link")
    assert mail.outbox[0].to == ["ada@hill.test"]
    assert mailed_secret() not in out
    user = User.objects.get()
    assert not user.has_usable_password()
    assert choose_password(key=mailed_secret(), password=OTHER_PASSWORD, now=NOON) == user


def test_a_link_that_cannot_be_mailed_founds_nothing(settings: LazySettings) -> None:
    """One line, and the same command works later."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(CommandError, match=r"^The e-mail could not be sent\. [^\n]+$"):
        run(*ARGUMENTS, "--mail-link")
    assert not Organisation.objects.exists()
    assert not User.objects.exists()


def test_a_typed_password_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for twice."""
    typed(monkeypatch, PASSWORD, PASSWORD)
    assert PASSWORD not in run(*ARGUMENTS, "--ask-password")
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("passwords", "message"),
    [((PASSWORD, OTHER_PASSWORD), "differ"), (("1234567", "1234567"), "too short")],
)
def test_a_typed_password_that_will_not_do(
    monkeypatch: pytest.MonkeyPatch, passwords: tuple[str, str], message: str
) -> None:
    """One line that says why, and nothing is founded."""
    typed(monkeypatch, *passwords)
    with pytest.raises(CommandError, match=rf"^[^\n]*{message}[^\n]*$"):
        run(*ARGUMENTS, "--ask-password")
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Hill", "--email", "ada", "--name", "Ada"), "This is not an e-mail address."),
        ((" ", "--email", "ada@hill.test", "--name", "Ada"), "give 1 to 120 characters"),
        (("Hill", "--email", "ada@hill.test", "--name", "A" * 121), "give 1 to 120 characters"),
        (("Hill", "--email", "ada@hill.test"), "--name"),
        ((*ARGUMENTS, "--mail-link", "--ask-password"), "not allowed with"),
    ],
)
def test_bad_input_gets_one_line(arguments: tuple[str, ...], message: str) -> None:
    """And nothing is founded."""
    with pytest.raises(CommandError, match=rf"^[^\n]*{re.escape(message)}[^\n]*$"):
        run(*arguments)
    assert not Organisation.objects.exists()


def test_who_has_an_account_does_not_found_a_second_organisation(sunrise: Company) -> None:
    """The line says what to do instead."""
    with pytest.raises(CommandError, match="invite this one from there"):
        run("Hill", "--email", "ADA@sunrise.test", "--name", "Ada")
    assert Organisation.objects.get() == sunrise.organisation


def test_the_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """One that can be copied."""
    with pytest.raises(SystemExit):
        call_command("create_organisation", "--help")
    assert 'manage.py create_organisation "Sunrise Books" --email' in capsys.readouterr().out
