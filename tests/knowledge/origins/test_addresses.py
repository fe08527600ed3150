"""No address leads the fetcher to what only this machine or its network can reach."""

import asyncio
import re
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import web
from yarl import URL

from knowledge import EmbeddedKnowledge, ingest
from knowledge.loading.ingest import known_origins, sync
from knowledge.origins import OriginError, WebRules
from knowledge.origins.addresses import Lookup, is_public, parse_address, resolve
from knowledge.origins.fetcher import redirected
from knowledge.readers.shown import shown_line
from tests.knowledge.origins.site import Site, redirect

REFUSED = Path(__file__).with_name("refused_addresses.txt").read_text(encoding="utf-8").split()
ABSOLUTE = re.compile(r"\w+://[^/]")
"""As a redirect another one stays on its host."""
SPACED = [
    "http://8.8.8.8 .evil/",
    "http://8.8.8.8/\r\nHost:x",
    "http://\t127.0.0.1/",
    "http://a\0/",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]


def leads_to(*numbers: str) -> Lookup:
    def look_up(_host: str, _port: int) -> list[str]:
        return list(numbers)

    return look_up


def loopback(host: str, _port: int) -> list[str]:
    """As the system would: names of this machine, and numbers for themselves."""
    return ["127.0.0.1"] if host.rstrip(".") == "localhost" else [host]


@pytest.mark.parametrize("address", [*REFUSED, *SPACED])
def test_an_address_that_leads_inside_is_refused(
    address: str, knowledge: EmbeddedKnowledge, canary: Site
) -> None:
    address = address.replace("127.0.0.1/", f"127.0.0.1:{canary.port}/")
    report = ingest(knowledge, [address], rules=WebRules(lookup=loopback, seconds=2))
    ((what, sentence),) = report.failed
    assert what == re.sub("//.*@", "//", shown_line(address)), "what may be a password is not shown"
    assert what.isprintable()
    assert ": " in sentence
    assert "\n" not in sentence
    assert known_origins(knowledge) == ()


def test_the_table_is_long_enough() -> None:
    assert len(REFUSED) + len(SPACED) >= 60


@pytest.mark.parametrize("address", [one for one in REFUSED if ABSOLUTE.match(one)])
def test_no_redirect_leads_inside(
    address: str, knowledge: EmbeddedKnowledge, site: Site, rules: WebRules, canary: Site
) -> None:
    target = address.replace("127.0.0.1/", f"127.0.0.1:{canary.port}/")
    site.pages["/"] = redirect(target)
    inside = WebRules(allow_hosts=rules.allow_hosts, lookup=loopback, seconds=2)
    assert len(ingest(knowledge, [site.url()], rules=inside).failed) == 1
    assert set(site.paths) == {"/"}


@pytest.mark.parametrize("number", PUBLIC)
def test_public_addresses_are_public(number: str) -> None:
    assert is_public(ip_address(number))
    shown = f"[{number}]" if ":" in number else number
    address = parse_address(f"https://{shown}/help?page=1#part", WebRules())
    assert str(address.url) == f"https://{shown}/help?page=1"


@pytest.mark.parametrize("host", ["134744072", "0x08080808", "8.8.2056", "0x8.8.8.8", "010.8.8.8"])
def test_a_public_address_is_written_plainly_too(host: str) -> None:
    with pytest.raises(OriginError, match="oddly written"):
        parse_address(f"http://{host}/", WebRules())


def test_no_redirect_takes_the_lock_off() -> None:
    assert redirected(URL("http://a.example/x/"), "https://a.example/y") == "https://a.example/y"
    assert redirected(URL("https://a.example/x/"), "y") == "https://a.example/x/y"
    assert redirected(URL("https://a.example/"), "//b.example/y") == "https://b.example/y"
    with pytest.raises(OriginError, match="from https to http"):
        redirected(URL("https://a.example/"), "http://a.example/")


@pytest.mark.parametrize(
    "numbers", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1%eth0"], []]
)
def test_every_address_of_a_host_must_be_public(numbers: list[str]) -> None:
    rules = WebRules(lookup=leads_to(*numbers))
    with pytest.raises(OriginError):
        resolve(parse_address("https://help.example/", rules), rules)


def test_a_name_that_rebinds_is_looked_up_once(knowledge: EmbeddedKnowledge, site: Site) -> None:
    """First the name leads to the help centre, from then on to where nobody is."""
    looked_up: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["127.0.0.2"]

    name = f"help.example:{site.port}"
    site.pages |= {"/a": "First", "/b": "Second"}
    address = site.sitemap(f"http://{name}/a", f"http://{name}/b")
    rules = WebRules(allow_hosts=frozenset({name}), lookup=rebinding, seconds=2)
    report = ingest(knowledge, [address.replace(site.host, name)], rules=rules)
    assert report.added == (f"http://{name}/a", f"http://{name}/b")
    assert looked_up == ["help.example"]
    assert {request.headers["Host"] for request in site.asked} == {name}


@pytest.mark.parametrize(
    "number",
    [
        "169.254.169.254", "::ffff:169.254.169.254", "::ffff:0:169.254.169.254", "::a9fe:a9fe",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::1",
        "2001:0:808:808::5601:5601", "2001:0:a9fe:a9fe::f7f7:f7f7", "64:ff9b::6464:64c8",
        "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "0.0.0.7", "::", "fe80::1%eth0",
    ],
)  # fmt: skip
def test_an_opened_name_that_leads_to_a_clouds_keys_is_refused_all_the_same(number: str) -> None:
    rules = WebRules(allow_hosts=frozenset({"wiki.intranet"}), lookup=leads_to(number))
    with pytest.raises(OriginError, match="internal"):
        resolve(parse_address("http://wiki.intranet/", rules), rules)


@pytest.mark.parametrize(
    "number", ["127.0.0.1", "::1", "10.0.0.7", "100.100.100.7", "fd00::7", "64:ff9b::a00:7"]
)
def test_an_opened_name_may_lead_inside(number: str) -> None:
    rules = WebRules(allow_hosts=frozenset({"wiki.intranet"}), lookup=leads_to(number))
    assert resolve(parse_address("http://wiki.intranet/", rules), rules) == (number,)


def test_opening_one_port_opens_no_other(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules, canary: Site
) -> None:
    site.pages["/"] = redirect(canary.url())
    assert len(ingest(knowledge, [site.url(), canary.url()], rules=rules).failed) == 2
    named = WebRules(allow_hosts=frozenset({"127.0.0.1"}))
    with pytest.raises(OriginError, match="ports 80 and 443"):
        parse_address(canary.url(), named)


def test_an_opened_port_does_not_make_another_of_the_same_name_trusted() -> None:
    rules = WebRules(allow_hosts=frozenset({"wiki.intranet:8080"}), lookup=leads_to("10.0.0.7"))
    assert resolve(parse_address("http://wiki.intranet:8080/", rules), rules) == ("10.0.0.7",)
    with pytest.raises(OriginError, match="internal network"):
        resolve(parse_address("http://wiki.intranet/", rules), rules)


def test_a_host_that_is_no_longer_opened_is_not_read_again(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages["/"] = "Returns"
    ingest(knowledge, [site.url()], rules=rules)
    report = sync(knowledge, rules=WebRules())
    assert report.unreached == (site.url(),)
    assert report.removed == ()
    assert site.paths == ["/"]


def test_three_redirects_are_followed_and_no_fourth(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages |= {f"/{n}": redirect(f"/{n + 1}", 301) for n in range(4)} | {"/4": "Returns"}
    report = ingest(knowledge, [site.url("/0"), site.url("/1")], rules=rules)
    assert report.added == (site.url("/1"),)
    ((what, sentence),) = report.failed
    assert (what, "3 times" in sentence) == (site.url("/0"), True)


async def test_nothing_goes_with_a_request_that_tells_who_asks(
    knowledge: EmbeddedKnowledge,
    site: Site,
    rules: WebRules,
    monkeypatch: pytest.MonkeyPatch,
    canary: Site,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, canary.url())
    site.pages["/"] = web.Response(
        text="<p>Returns are free.</p>", content_type="text/html", headers={"Set-Cookie": "a=b"}
    )
    site.pages["/next"] = "Delivery"
    address = site.sitemap("/", "/next")
    await asyncio.to_thread(ingest, knowledge, [address], rules=rules)
    assert len(site.asked) == 3
    for request in site.asked:
        assert {"cookie", "authorization", "referer"}.isdisjoint(map(str.lower, request.headers))
        assert request.headers["User-Agent"].startswith("Relevo/")
