"""What can go wrong with campaigns, their products, outcomes, and handing their work over."""

from __future__ import annotations

from common.errors import DomainError


class CampaignInvalid(DomainError):
    """The fields of a campaign contradict each other or mean nothing; `field` says which."""

    code = "campaign.invalid"
    status = 422
    title = "The campaign cannot be like this."


class CampaignNameTaken(DomainError):
    """Campaigns of an organisation are told apart by name."""

    code = "campaign.name_taken"
    status = 409
    title = "Another campaign has this name. Choose a different one."


class CampaignWithoutCut(DomainError):
    """Nobody has a territory in a campaign that works no cut."""

    code = "campaign.no_cut"
    status = 409
    title = "The campaign works no cut yet. Give it a published cut first."


class OutstandingWork(DomainError):
    """Somebody waits for the member: `callbacks` and `deliveries` count agreed times and goods."""

    code = "assignment.outstanding"
    status = 409
    title = (
        "Callbacks are agreed or goods to be brought in this territory. Say in `hand_to` who takes "
        "them over, or with `leave_outstanding` that nobody does."
    )


class ProductCodeTaken(DomainError):
    """The products of a campaign are told apart by code."""

    code = "product.code_taken"
    status = 409
    title = "Another product of the campaign has this code. Choose a different one."


class ProductPriceInvalid(DomainError):
    """Prices are not negative, and fit into the database."""

    code = "product.price_invalid"
    status = 422
    title = "A price is a whole number of minor units (cents), zero or more."


class OutcomeCodeTaken(DomainError):
    """The outcomes of an organisation are told apart by code."""

    code = "outcome.code_taken"
    status = 409
    title = "Another outcome has this code. Choose a different one."


class OutcomeKindUnknown(DomainError):
    """Every outcome means one of the fixed kinds."""

    code = "outcome.kind_unknown"
    status = 422
    title = "There is no such kind of outcome."


class ScriptInvalid(DomainError):
    """A script whose questions cannot all be asked; `question` names the first that cannot."""

    code = "script.invalid"
    status = 422
    title = "The script cannot be like this."


class GoalInvalid(DomainError):
    """A goal is for a day of its campaign."""

    code = "goal.invalid"
    status = 422
    title = "The campaign does not run on that day. Choose a day within its dates."


class CadenceInvalid(DomainError):
    """A cadence made of nonsense; `field` says where."""

    code = "cadence.invalid"
    status = 422
    title = (
        "The cadence cannot be like this: waits are 0 to 366 days after known kinds of outcomes, "
        "slots end after they start on weekdays 0 to 6, and attempts are 1 to 1,000 or without end."
    )
