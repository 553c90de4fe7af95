"""Larkfield Cycles: a bicycle shop in Ireland with a Google Merchant feed (RSS, euros, frame sizes as variants)."""

from __future__ import annotations

from xml.sax.saxutils import escape

NAME = "Larkfield Cycles"
SITE = "https://larkfield.example.com"

# id, group, title, brand, category, price, colour, size, facts, sentence
_BIKES = [
    ("GRV-1-S", "GRV-1", "Moher 2 Gravel Bike", "Corrib", "Bikes > Gravel bikes", "1.749,00", "Olive", "S",
     "weight=9.8 kg;gears=12;frame=aluminium;brakes=hydraulic disc;tyre width=45 mm;suits=gravel, commuting, touring",
     "Room for wide tyres and mudguard mounts, so it commutes all week and leaves the tarmac on Saturday."),
    ("GRV-1-M", "GRV-1", "Moher 2 Gravel Bike", "Corrib", "Bikes > Gravel bikes", "1.749,00", "Olive", "M",
     "weight=10.0 kg;gears=12;frame=aluminium;brakes=hydraulic disc;tyre width=45 mm;suits=gravel, commuting, touring",
     "Room for wide tyres and mudguard mounts, so it commutes all week and leaves the tarmac on Saturday."),
    ("GRV-1-L", "GRV-1", "Moher 2 Gravel Bike", "Corrib", "Bikes > Gravel bikes", "1.749,00", "Black", "L",
     "weight=10.2 kg;gears=12;frame=aluminium;brakes=hydraulic disc;tyre width=45 mm;suits=gravel, commuting, touring",
     "Room for wide tyres and mudguard mounts, so it commutes all week and leaves the tarmac on Saturday."),
    ("GRV-2-M", "GRV-2", "Burren Carbon Gravel Bike", "Corrib", "Bikes > Gravel bikes", "2.999,00", "Sand", "M",
     "weight=8.4 kg;gears=12;frame=carbon;brakes=hydraulic disc;tyre width=42 mm;suits=gravel, racing",
     "Light and quick."),
    ("GRV-3-M", "GRV-3", "Skellig Steel Gravel Bike", "Otterhill", "Bikes > Gravel bikes", "1.390,00", "Blue", "M",
     "weight=11.6 kg;gears=11;frame=steel;brakes=mechanical disc;tyre width=50 mm;suits=touring, gravel, bikepacking",
     "Steel that can be mended anywhere."),
    ("CTY-1-M", "CTY-1", "Liffey City Bike", "Otterhill", "Bikes > City bikes", "549,00", "Red", "M",
     "weight=14.9 kg;gears=7;frame=aluminium;brakes=rim;suits=commuting, shopping;rack=yes;mudguards=yes",
     "Upright, with a rack and mudguards, a chain guard and dynamo lights."),
    ("CTY-2-M", "CTY-2", "Dodder Belt City Bike", "Corrib", "Bikes > City bikes", "899,00", "Green", "M",
     "weight=13.2 kg;gears=8;frame=aluminium;brakes=hydraulic disc;suits=commuting;rack=yes;drive=belt",
     "A belt instead of a chain: no grease on your trousers."),
    ("CTY-3-S", "CTY-3", "Poddle Step-through City Bike", "Otterhill", "Bikes > City bikes", "629,00", "Cream", "S",
     "weight=15.4 kg;gears=7;frame=steel;brakes=roller;suits=commuting, shopping;rack=yes", "Easy to get on and off."),
    ("EBK-1-M", "EBK-1", "Shannon Electric City Bike", "Voltra", "Bikes > Electric bikes", "2.199,00", "Grey", "M",
     "weight=22.5 kg;range=90 km;battery=500 Wh;motor=60 Nm;suits=commuting, hills;charging time=4.5 h",
     "The battery comes out and charges at your desk."),
    ("EBK-2-M", "EBK-2", "Nore Light Electric Bike", "Voltra", "Bikes > Electric bikes", "2.690,00", "White", "M",
     "weight=16.9 kg;range=60 km;battery=250 Wh;motor=35 Nm;suits=commuting;charging time=2.5 h",
     "Light enough to carry up the stairs."),
    ("EBK-3-L", "EBK-3", "Barrow Cargo Electric Bike", "Voltra", "Bikes > Electric bikes", "4.450,00", "Black", "L",
     "weight=34 kg;range=80 km;battery=725 Wh;motor=85 Nm;suits=cargo, children, shopping;load=200 kg",
     "Two children or a week of shopping in front of you."),
    ("KID-1", "", "Wren 16 Kids' Bike", "Pipit", "Bikes > Kids' bikes", "249,00", "Yellow", "16 inch",
     "weight=5.9 kg;gears=1;age=4 to 6;brakes=rim;suits=children", "Light, with brake levers for small hands."),
    ("KID-2", "", "Robin 20 Kids' Bike", "Pipit", "Bikes > Kids' bikes", "329,00", "Blue", "20 inch",
     "weight=7.8 kg;gears=7;age=6 to 8;brakes=rim;suits=children", "A first bike with gears."),
    ("KID-3", "", "Sparrow Balance Bike", "Pipit", "Bikes > Kids' bikes", "119,00", "Red", "12 inch",
     "weight=3.1 kg;age=2 to 4;suits=children", "No pedals: feet first, balance soon."),
    ("HEL-1-W", "HEL-1", "Cumulus Helmet", "Halden", "Accessories > Helmets", "79,00", "White", "M",
     "weight=270 g;light=yes;suits=commuting, city", "A rear light in the dial."),
    ("HEL-1-B", "HEL-1", "Cumulus Helmet", "Halden", "Accessories > Helmets", "79,00", "Black", "M",
     "weight=270 g;light=yes;suits=commuting, city", "A rear light in the dial."),
    ("HEL-2", "", "Gale Road Helmet", "Halden", "Accessories > Helmets", "149,00", "Red", "M",
     "weight=215 g;vents=21;suits=road, racing", "Twenty-one vents and very little else."),
    ("LCK-1", "", "Bastion D-lock", "Kilter", "Accessories > Locks", "64,90", "Black", "",
     "weight=1.4 kg;rating=Sold Secure Gold;length=23 cm;keys=3", "Resists bolt cutters and a good deal of leverage."),
    ("LCK-2", "", "Coil Cable Lock", "Kilter", "Accessories > Locks", "19,50", "Blue", "",
     "weight=0.3 kg;rating=none;length=180 cm", "For a coffee stop in sight, not for a night outside."),
    ("LGT-1", "", "Ember 400 Light Set", "Lumo", "Accessories > Lights", "54,00", "Black", "",
     "brightness=400 lm;battery life=6 h;charging=USB-C;waterproof=IPX5", "Front and rear, charged by USB-C."),
    ("PMP-1", "", "Puffin Mini Pump", "Lumo", "Accessories > Pumps", "24,00", "Silver", "",
     "weight=95 g;pressure=7 bar;valves=Presta, Schrader", "Fits a jersey pocket."),
]  # fmt: skip

ARTICLES = {
    "delivery": """---
title: Delivery
topics: [delivery]
questions: ["do you deliver to Northern Ireland?", "how long does delivery take?", "is the bike assembled?"]
---
## Where we deliver
We deliver to the whole island of Ireland and to Great Britain. A bicycle arrives by our own van in five working days.

## Is the bike ready to ride?
Yes. We assemble and test every bicycle; you only turn the handlebar straight and fit the pedals.
""",
    "returns": """---
title: Returns
topics: [returns_refunds]
questions: ["can I return a bike I have ridden?"]
---
## How long can I return a bike?
You may return a bicycle within 60 days, also when it has been ridden, as long as it is not damaged.
""",
    "bike-fitting": """---
title: Bike fitting
topics: [store_info]
questions: ["which frame size do I need?", "do you do bike fittings?"]
---
## Which frame size fits me?
S fits riders of 160 to 170 cm, M of 170 to 180 cm, L of 180 to 190 cm. A fitting in our Galway workshop is free.
""",
    "care-for-a-chain": """---
title: Care for a chain
categories: ["Gravel bikes", "City bikes"]
questions: ["how do I clean the chain?", "how often should I oil my chain?"]
---
## How do I clean and oil a chain?
1. Wipe the chain with a dry cloth.
2. Put one drop of oil on every link.
3. Turn the cranks twenty times and wipe off what is too much.
""",
}


def feed() -> str:
    """The feed as RSS, with prices the way the shop's system writes them."""
    items = []
    for product_id, group, title, brand, category, price, color, size, facts, said in _BIKES:
        details = "".join(
            f"<g:product_detail><g:section_name>Data</g:section_name><g:attribute_name>{escape(name)}</g:attribute_name>"
            f"<g:attribute_value>{escape(value)}</g:attribute_value></g:product_detail>"
            for name, value in (fact.split("=") for fact in facts.split(";"))
        )
        items.append(
            f"<item><g:id>{product_id}</g:id><title>{escape(title)}</title><g:description>{escape(said)}</g:description>"
            f"<link>/bikes/{product_id.lower()}</link><g:image_link>/img/{product_id.lower()}.jpg</g:image_link>"
            f"<g:price>{price} EUR</g:price><g:availability>in_stock</g:availability><g:brand>{brand}</g:brand>"
            f"<g:product_type>{escape(category)}</g:product_type><g:color>{color}</g:color>"
            + (f"<g:size>{size}</g:size>" if size else "")
            + (f"<g:item_group_id>{group}</g:item_group_id>" if group else "")
            + f"<g:custom_label_0>margin-high</g:custom_label_0>{details}</item>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>'
        f"<title>{NAME} - Bicycles & more</title><link>{SITE}</link><description>All bikes</description>\n"
        + "\n".join(items)
        + "\n</channel></rss>\n"
    )
