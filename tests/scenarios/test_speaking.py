"""What is said in a room reaches who is in it, once, in order, and nobody else."""

from rooms_chat.testing import Person


def test_what_alice_says_bob_hears_and_charlie_next_door_does_not(alice: Person, bob: Person, charlie: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    charlie.joins("garden")

    alice.says("soup?")

    bob.hears("soup?", from_=alice, within=1)
    charlie.hears_nothing()
