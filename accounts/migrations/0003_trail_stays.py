"""The audit trail is append-only in the database, too: triggers refuse what no code should try."""

import django.db.models.deletion
from django.db import migrations, models

SAID = "The audit trail is never changed, and only removed up to its limit."
LIMIT = """
    SELECT 1 FROM accounts_traillimit
    WHERE organisation_id = OLD.organisation_id AND removed_before > OLD.at
"""
FORWARDS = {
    "postgresql": [
        f"""
        CREATE FUNCTION accounts_trail_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF EXISTS ({LIMIT}) THEN
                    RETURN OLD;
                END IF;
            END IF;
            RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER accounts_trail_stays BEFORE UPDATE OR DELETE ON accounts_auditentry
        FOR EACH ROW EXECUTE FUNCTION accounts_trail_stays()
        """,
        """
        CREATE TRIGGER accounts_trail_whole BEFORE TRUNCATE ON accounts_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION accounts_trail_stays()
        """,
    ],
    "sqlite": [
        f"""
        CREATE TRIGGER accounts_trail_unchanged BEFORE UPDATE ON accounts_auditentry
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END
        """,
        f"""
        CREATE TRIGGER accounts_trail_kept BEFORE DELETE ON accounts_auditentry
        WHEN NOT EXISTS ({LIMIT})
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END
        """,
    ],
}
BACKWARDS = {
    "postgresql": [
        "DROP TRIGGER accounts_trail_stays ON accounts_auditentry",
        "DROP TRIGGER accounts_trail_whole ON accounts_auditentry",
        "DROP FUNCTION accounts_trail_stays()",
    ],
    "sqlite": ["DROP TRIGGER accounts_trail_unchanged", "DROP TRIGGER accounts_trail_kept"],
}


def forwards(apps, schema_editor):
    """Make the triggers."""
    for statement in FORWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    """Drop them."""
    for statement in BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_audit_trail'),
    ]

    operations = [
        migrations.CreateModel(
            name='TrailLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('removed_before', models.DateTimeField()),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation',), name='trail_limit_once')],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
