"""Alerts over HTTP: taken in (router), understood in a loop of its own (understand), carried on (relay)."""
