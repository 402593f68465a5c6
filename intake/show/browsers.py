"""What a browser is called by people: enough to tell one's telephone from one's computer."""

from intake.show.language import _

# The first that fits: every browser also calls itself by the names of its forebears.
_BROWSERS = (
    ("YaBrowser/", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """Name browser and system.

    >>> browser_name("Mozilla/5.0 (Windows NT 10.0) … Chrome/140.0 YaBrowser/25.1 Safari/537.36")
    'Яндекс Браузер, Windows'
    >>> browser_name("curl/8.5")
    'неизвестный браузер'
    """
    found = [
        next((name for sign, name in names if sign in agent), None)
        for names in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(_(name) for name in found if name) or _("неизвестный браузер")
