"""The properties that a contact looks at: chosen once, held across the whole portal."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.contracts.errors import forbidden, not_found
from services.contracts.identity.contacts import AccessChanged, PropertyFilterView, SetPropertyFilter
from services.identity.access_models import PropertyFilterRow


def choose(work: Work, command: SetPropertyFilter) -> PropertyFilterView:
    """Kept for this contact in this portal; it travels with the principal from the next request on."""
    principal = work.principal
    if principal.portal is None or principal.kind != "contact":
        raise forbidden()
    chosen = list(dict.fromkeys(command.property_ids))
    if any(principal.role_at(property_id) is None for property_id in chosen):
        raise not_found("There is no such property, or it is not yours.", field="property_ids")
    if chosen:
        row = insert(PropertyFilterRow).values(
            contact_id=principal.id,
            branch_id=principal.portal.branch_id,
            company_id=work.company_id,
            property_ids=chosen,
        )
        key = [PropertyFilterRow.contact_id, PropertyFilterRow.branch_id]
        work.session.execute(row.on_conflict_do_update(index_elements=key, set_={"property_ids": chosen}))
    else:
        mine = (PropertyFilterRow.contact_id == principal.id, PropertyFilterRow.branch_id == principal.portal.branch_id)
        work.session.execute(delete(PropertyFilterRow).where(*mine))
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=[principal.id]))
    return PropertyFilterView(property_ids=chosen)
