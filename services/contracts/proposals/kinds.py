"""What kinds of proposals there are."""

from typing import Literal

ProposalKind = Literal["work_order", "contract", "change_order"]
