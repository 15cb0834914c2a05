"""Whether an organisation requires a second factor."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """No organisation does so far."""

    dependencies = [("accounts", "0004_api_keys")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="second_factor_required",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether managers and admins need a code beside their password",
            ),
        ),
    ]
