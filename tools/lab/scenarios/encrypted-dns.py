"""DNS over TLS, without its keys."""
WHAT = "a client asks over TLS right before each connection, and what it is told cannot be read"
ARGS = "--grace 1"
SECONDS = 74
SERVER_CAUSE = None

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP = "shop.example.net"


def sealed(c):
    """The resolver keeps what it fetched for 40 seconds; the client obeys it."""
    c.until(15)
    c.get(c.ask_sealed(SHOP), SHOP)
    for at in (26, 31, 36, 41, 46):
        c.until(at)
        c.get(c.ask_sealed(SHOP), SHOP)
    c.until(62)
    c.get(c.ask_sealed(SHOP), SHOP)


def clean(c):
    for at in (14, 63):
        c.until(at)
        c.visit(SHOP)


def build(lab):
    lab.zone(5, {"shop": [("A", OLD)]})
    key, cert = lab.certificate("dns.example.net")
    lab.resolver("cache-min-ttl: 40", "interface: 203.0.113.53@853", "tls-port: 853", 'tls-service-key: "%s"' % key, 'tls-service-pem: "%s"' % cert)
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("sealed", "192.0.2.11", sealed, stale="bypass.encrypted-dns")
    lab.client("clean", "192.0.2.12", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(18, lab.update, {"shop": [("A", NEW)]})
