"""Texts that other people's bots read: nothing but the orders, checked before they leave."""
