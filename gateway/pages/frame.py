"""What surrounds every page: the brand over it, who is there, and the ways that they may go."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """A link of the navigation; `name` is what a page calls itself to be shown as the current one."""

    name: str
    label: str
    icon: str
    address: str


@dataclass(frozen=True)
class Frame:
    """Empty parts are left out: no slug where no portal is known, no `nav` where nobody is signed in."""

    slug: str = ""
    name: str = ""
    office: bool = False
    """Whether these are the staff's pages, which have a layout of their own and no portal."""
    logo: str = ""
    """The address of the portal's logo, where it has one."""
    lets_guests_in: bool = False
    """Whether third parties can look up a program here and pay it."""
    time_zone: str = "UTC"
    person: str = ""
    email: str = ""
    csrf_token: str = ""
    nav: tuple[Way, ...] = ()
    menu: tuple[Way, ...] = ()
    unread: int = 0
    """In the office: how many activities the person has not read, counted no further than 100."""

    @property
    def given_name(self) -> str:
        """How to greet the person."""
        return self.person.split(" ")[0]

    @property
    def initials(self) -> str:
        """One or two letters that stand for the person."""
        words = self.person.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
