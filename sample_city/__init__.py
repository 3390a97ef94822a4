"""The sample city: made deliveries of every feed, from which the figures of the city's 2025 report come out.

``planning.plan`` says what is true and what will be delivered, ``making.make`` writes it into a home, ``server`` is its
volunteer platforms over HTTP. The warehouse knows nothing of it: commands and platforms come in by entry points.
"""
