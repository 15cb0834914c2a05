"""Receipts: what was sold, and how to cancel it, in the language of the sale."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format, number_format

from canvass.cancellation import REFUND_DAYS
from canvass.cancellation_rules import last_day_to_cancel, refund_terms
from canvass.models import Sale
from canvass.models.sales import PaymentMethod

# ISO 4217: the currencies whose smallest unit is not a hundredth.
DECIMALS = dict.fromkeys(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0
) | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)


def receipt_text(sale: Sale) -> str:
    """The receipt as plain text. The sale comes with campaign, lines and address, as `sales()`."""
    with translation.override(sale.language):
        # Plain text is not HTML: nothing in it is to be escaped.
        return render_to_string(f"canvass/receipts/{sale.language}.txt", facts(sale))


def receipt_html(sale: Sale) -> str:
    """The receipt as a page to be printed."""
    given = {"text": receipt_text(sale), "language": sale.language, "sale": sale}
    return render_to_string("canvass/receipts/page.html", given)


def facts(sale: Sale) -> dict[str, Any]:
    """What the templates print, written as the active language writes it."""
    currency = sale.campaign.currency
    building = sale.door.building
    last_day = last_day_to_cancel(sale)
    terms = refund_terms(sale) if last_day else None
    amounts = (
        "total_minor trade_in_minor deposit_minor balance_minor paid_minor owed_minor"
    ).split()
    method = PaymentMethod(sale.payment_method).label if sale.payment_method else ""
    return {
        "sale": sale,
        "seller": sale.organisation.name,
        "address": f"{building.street} {building.number} {sale.door.unit}".strip(),
        "city": building.city,
        "sold_on": day(sale.sold_at.astimezone(ZoneInfo(sale.campaign.time_zone))),
        "delivery_due_on": day(sale.delivery_due_on) if sale.delivery_due_on else "",
        "last_day": day(last_day) if last_day else "",
        "refund_days": terms.refund_days if terms else REFUND_DAYS,
        "method": method,
        "lines": [
            {
                "quantity": line.quantity,
                "name": line.product.name,
                "unit_price": money(line.unit_price_minor, currency),
                "discount": money(line.discount_minor, currency) if line.discount_minor else "",
                "tax": money(line.tax_minor, currency) if line.tax_minor else "",
                "total": money(line.total_minor, currency),
            }
            for line in sale.lines.all()
        ],
        **{name.removesuffix("_minor"): money(getattr(sale, name), currency) for name in amounts},
    }


def day(value: Any) -> str:
    """A date in the active language's words."""
    return date_format(value, "DATE_FORMAT")


def money(minor: int, currency: str) -> str:
    """An amount with its currency, as in "USD 1,234.50" or "EUR 1.234,50"."""
    places = DECIMALS.get(currency, 2)
    whole, part = divmod(minor, 10**places)
    shown = number_format(whole, force_grouping=True)
    if not places:
        return f"{currency} {shown}"
    point = number_format(0.5, decimal_pos=1)[1]
    return f"{currency} {shown}{point}{part:0{places}d}"
