"""Guessing passwords gets slow, mistyping one does not."""

from __future__ import annotations

import ipaddress

from coromail.auth.throttle import Throttle


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def fail(throttle: Throttle, address: str, user: str, times: int) -> list[float]:
    delays = []
    for _ in range(times):
        delays.append(throttle.delay(address, user))
        throttle.failed(address, user)
    return delays


def test_delay_grows_from_2_to_15_seconds() -> None:
    assert fail(Throttle(Clock()), "192.0.2.1", "bob", 7) == [0, 2, 4, 8, 15, 15, 15]


def test_neighbours_share_a_delay_and_others_do_not() -> None:
    throttle = Throttle(Clock())
    fail(throttle, "192.0.2.1", "bob", 3)
    fail(throttle, "2001:db8::1", "eve", 3)
    assert throttle.delay("192.0.2.200", "alice") == 8
    assert throttle.delay("::ffff:192.0.2.9", "alice") == 8
    assert throttle.delay("2001:db8::ffff:1%eth0", "alice") == 8
    assert throttle.delay("2001:db8:0:1::1", "alice") == 0
    assert throttle.delay("198.51.100.1", "alice") == 0


def test_an_account_is_guarded_against_many_addresses() -> None:
    throttle = Throttle(Clock())
    for n in range(4):
        throttle.failed(f"198.51.{n}.1", "bob")
    assert throttle.delay("203.0.113.1", "BOB") == 15


def test_nobody_can_delay_a_user_who_comes_from_a_known_place() -> None:
    throttle = Throttle(Clock())
    throttle.succeeded("192.0.2.1", "bob")
    for n in range(10):
        throttle.failed(f"198.51.{n}.1", "bob")
    assert throttle.delay("192.0.2.1", "bob") == 0
    assert throttle.delay("203.0.113.1", "bob") == 15


def test_success_forgives_ones_own_mistakes() -> None:
    throttle = Throttle(Clock())
    fail(throttle, "192.0.2.1", "bob", 3)
    throttle.succeeded("192.0.2.1", "bob")
    assert throttle.delay("192.0.2.1", "bob") == 0


def test_success_on_ones_own_account_does_not_help_guessing_others() -> None:
    throttle = Throttle(Clock())
    fail(throttle, "192.0.2.1", "victim", 3)
    throttle.succeeded("192.0.2.1", "attacker")
    assert throttle.delay("192.0.2.1", "victim") == 8


def test_one_failure_is_forgiven_each_minute() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    fail(throttle, "192.0.2.1", "bob", 3)
    clock.now += 60
    assert throttle.delay("192.0.2.1", "bob") == 4
    clock.now += 120
    assert throttle.delay("192.0.2.1", "bob") == 0
    fail(throttle, "192.0.2.1", "bob", 1000)
    clock.now += 20 * 60
    assert throttle.delay("192.0.2.1", "bob") == 0


def test_exempt_networks_and_unix_sockets_are_never_delayed() -> None:
    throttle = Throttle(Clock(), exempt=[ipaddress.ip_network("192.0.2.0/24")])
    assert fail(throttle, "192.0.2.1", "bob", 5) == [0] * 5
    throttle.succeeded("192.0.2.1", "bob")
    throttle.failed(None, "bob")
    assert throttle.delay(None, "bob") == 0
    assert len(throttle) == 0


def test_c2_memory_is_bounded() -> None:
    throttle = Throttle(Clock(), max_entries=100)
    for n in range(1000):
        throttle.failed(f"10.{n % 256}.{n // 256}.1", f"user{n}" + "x" * 1000)
        throttle.succeeded(f"11.{n % 256}.{n // 256}.1", f"user{n}")
    assert len(throttle) <= 200
