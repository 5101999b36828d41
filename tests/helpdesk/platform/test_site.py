"""The addresses of pages: below where browsers reach us, and safe whatever their parts hold."""

from helpdesk.platform.site import Site


def test_a_page_has_a_whole_address_and_a_path_that_a_proxy_agrees_with() -> None:
    site = Site("https://partner.example/support")
    assert site.link("consent", "a-b_c") == "https://partner.example/support/desk/consent/a-b_c"
    assert site.path("consent", "a-b_c") == "/support/desk/consent/a-b_c"
    assert Site("http://127.0.0.1:8080").path("view") == "/desk/view"


def test_what_stands_in_an_address_cannot_lead_out_of_it() -> None:
    assert Site("https://desk.example").path("view", "../x?y#z") == "/desk/view/..%2Fx%3Fy%23z"


def test_only_https_is_https() -> None:
    assert Site("https://desk.example").is_https
    assert not Site("http://127.0.0.1:8080").is_https
