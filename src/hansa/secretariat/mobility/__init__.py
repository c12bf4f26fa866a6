"""Coordinated migration policy: who may enter, stay, work and take a pension along, where."""
