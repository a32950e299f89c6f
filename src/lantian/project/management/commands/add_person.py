"""Add a person with a post: the first administrator of a folder without demo accounts."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lantian.apps.accounts.models import Organisation, Person, Role, SecurityRules
from lantian.apps.accounts.services.passwords import check_new
from lantian.apps.accounts.services.people import NewPerson, add_person
from lantian.kernel.errors import LantianError
from lantian.project.cli import language


class Command(BaseCommand):
    """Ask for a password and store the person."""

    help = "add a person with a post"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name, real name, role and organisation."""
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="real name in Chinese")
        parser.add_argument("--name-en", default="")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--organisation", required=True, help="code of the organisation in the pack")

    def handle(self, *args: Any, **options: Any) -> None:
        """Store, or say in one sentence why not."""
        organisation = Organisation.objects.filter(pk=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"无此单位 / no such organisation: {options['organisation']}")
        password = getpass("口令 / password: ")
        new = NewPerson(options["username"], password, options["name"], options["name_en"], options["role"])
        try:
            check_new(Person(username=new.username, name_zh=new.name_zh), password, SecurityRules.now())
            person = add_person(new, organisation=organisation, by=None, at=datetime.now(UTC))
        except LantianError as error:
            raise CommandError(error.text.in_language(language())) from error
        self.stdout.write(f"{person.username} {person.name}")
