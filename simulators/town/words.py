"""Names to make people and streets of. Common ones, put together at random."""

from __future__ import annotations

from typing import Final

MEN: Final = (
    *("Jan", "Pieter", "Hendrik", "Willem", "Thomas", "Lucas", "Daan", "Bram", "Sem", "Milan"),
    *("Youssef", "Mehmet", "Ruben", "Lars", "Niels", "Gijs", "Jesse", "Kevin", "Rachid", "Wouter"),
)
WOMEN: Final = (
    *("Maria", "Anna", "Johanna", "Sophie", "Emma", "Julia", "Saar", "Lotte", "Fleur", "Eva"),
    *("Fatima", "Ayşe", "Noor", "Isa", "Sanne", "Femke", "Roos", "Linda", "Naïma", "Renée"),
)
SURNAMES: Final[tuple[tuple[str, str], ...]] = (
    *(
        ("", one)
        for one in ("Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Vos", "Peters")
    ),
    *(
        ("", one)
        for one in ("Hendriks", "Dekker", "Brouwer", "Kok", "Yılmaz", "El Amrani", "Öztürk")
    ),
    *(("de", one) for one in ("Jong", "Boer", "Groot", "Wit", "Bruijn", "Graaf", "Leeuw")),
    *(("van", one) for one in ("Dijk", "Leeuwen", "Vliet", "Beek", "Dam")),
    *(("van den", one) for one in ("Berg", "Broek", "Heuvel")),
    *(("van der", one) for one in ("Meer", "Linden", "Veen", "Wal")),
)
"""Voorvoegsel and geslachtsnaam."""
TREES: Final = (
    *("Linden", "Eiken", "Beuken", "Kastanje", "Wilgen", "Populieren", "Essen", "Iepen"),
    *("Merel", "Lijster", "Spreeuwen", "Reiger", "Zwaluw", "Kievit", "Ijsvogel", "Koekoek"),
)
WAYS: Final = ("straat", "laan", "weg", "hof", "plein")
PLACES: Final = (
    *(("0344", "Utrecht"), ("0363", "Amsterdam"), ("0599", "Rotterdam")),
    *(("0518", "'s-Gravenhage"), ("0014", "Groningen"), ("0855", "Tilburg")),
)
NEDERLAND: Final = ("6030", "Nederland")
DUTCH: Final = ("0001", "Nederlandse")
OTHERS: Final = (
    *(("0052", "Belgische"), ("0055", "Duitse"), ("0339", "Turkse"), ("0131", "Marokkaanse")),
    *(("0057", "Franse"), ("0060", "Griekse")),
)
