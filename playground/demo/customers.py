"""The partner and its four customers, as the demo tells of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Customer:
    """`size` counts people, `created` the days since; `numbers` is a range of telephone numbers kept free for fiction.

    MAC addresses for documentation are few: `first_device` is where this customer's share of them begins.
    """

    key: str
    name: str
    claimed: tuple[str, ...]
    verified: tuple[str, ...]
    size: int
    numbers: str
    first_number: int
    first_device: int
    allows_access: bool
    created: int
    language: str
    country: str
    city: str
    subscriptions: tuple[str, ...]
    orders: tuple[str, ...]

    @property
    def domain(self) -> str:
        return self.claimed[0]

    @property
    def sites(self) -> tuple[str, ...]:
        return (f"{self.key}.webex.example", f"{self.key}-events.webex.example")


PARTNER = Customer(
    key="partner",
    name="Partner Support",
    claimed=("partner.example",),
    verified=(),
    size=6,
    numbers="+12125550{:03}",
    first_number=100,
    first_device=1,
    allows_access=False,
    created=3100,
    language="en_US",
    country="US",
    city="New York",
    subscriptions=("Sub100001",),
    orders=("W1000001",),
)
CUSTOMERS = (
    Customer(
        key="acme",
        name="Acme Corporation",
        claimed=("acme.example",),
        verified=("labs.acme.example",),
        size=82,
        numbers="+12125550{:03}",
        first_number=110,
        first_device=16,
        allows_access=True,
        created=2210,
        language="en_US",
        country="US",
        city="New York",
        subscriptions=("Sub204811", "Sub204812"),
        orders=("W2048110", "W2048127"),
    ),
    Customer(
        key="mueller",
        name="Müller & Söhne Maschinenbau",
        claimed=("mueller-soehne.example",),
        verified=(),
        size=54,
        numbers="+493023125{:03}",
        first_number=100,
        first_device=64,
        allows_access=False,
        created=1480,
        language="de_DE",
        country="DE",
        city="Berlin",
        subscriptions=("Sub318200",),
        orders=("W3182004",),
    ),
    Customer(
        key="nordlys",
        name="Nordlys Rederi",
        claimed=("nordlys.example", "nordlys-shipping.example"),
        verified=("havn.nordlys.example",),
        size=38,
        numbers="+442079460{:03}",
        first_number=200,
        first_device=112,
        allows_access=True,
        created=905,
        language="nb_NO",
        country="NO",
        city="Bergen",
        subscriptions=("Sub402377",),
        orders=("W4023771", "W4023789"),
    ),
    Customer(
        key="shinonome",
        name="東雲 Trading (Shinonome)",
        claimed=("shinonome.example",),
        verified=("shinonome-vladivostok.example",),
        size=24,
        numbers="+442079460{:03}",
        first_number=700,
        first_device=160,
        allows_access=False,
        created=310,
        language="ja_JP",
        country="JP",
        city="Osaka",
        subscriptions=("Sub551903",),
        orders=("W5519036",),
    ),
)
