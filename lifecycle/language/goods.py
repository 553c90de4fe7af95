"""What can be bought, in general English: lets a request name a thing that this store has never heard of.

The store's own titles decide first (see `vocabulary`); these say which word of "fishing rod telescopic" is a thing.
"""

from __future__ import annotations

from lifecycle.language.words import stem, wordset

_GOODS = wordset(
    """
    shirt tshirt tee blouse sweater jumper pullover cardigan hoodie sweatshirt jacket coat parka raincoat
    windbreaker blazer suit tuxedo dress gown skirt trousers pants jeans shorts leggings tights stockings socks
    underwear bra briefs boxers panties knickers lingerie pyjamas pajamas nightgown robe bathrobe onesie romper
    jumpsuit dungarees swimsuit bikini trunks vest waistcoat poncho cape shawl scarf gloves mittens hat cap beanie
    beret helmet visor tie belt suspenders handkerchief apron uniform scrubs costume kimono saree sari kurta hijab
    shoes boots sneakers trainers sandals flip-flops slippers clogs loafers heels moccasins wellies insoles
    shoelaces tracksuit turban shapewear girdle corset

    ring necklace bracelet earrings pendant brooch anklet cufflinks watch strap wristband bag handbag purse clutch
    wallet backpack rucksack suitcase luggage tote duffel duffle briefcase pouch satchel holdall organizer
    organiser umbrella

    phone smartphone tablet laptop notebook computer pc monitor tv television projector speaker speakers soundbar
    headphones earbuds earphones headset microphone mic camera cam webcam camcorder drone printer scanner router
    modem keyboard mouse mice mousepad charger cable adapter adaptor hub dock powerbank battery batteries ssd hdd
    drive flashdrive console controller joystick gamepad reader smartwatch tracker radio turntable amplifier
    receiver subwoofer antenna remote bulb lightbulb lights lamp lantern torch flashlight thermostat doorbell alarm
    clock calculator case protector holder stand mount tripod lens gimbal toner cartridge walkie-talkie plug socket
    switch processor motherboard heatsink cooler gpu keypad stylus

    sofa couch armchair chair stool bench table desk shelf shelves shelving bookshelf bookcase cabinet cupboard
    wardrobe dresser drawers nightstand bed mattress topper frame headboard bunk crib cot futon ottoman pouf
    beanbag rug carpet mat doormat curtain curtains blinds rod cushion pillow pillows pillowcase duvet comforter
    quilt blanket throw sheets bedspread bedding towel towels bathmat mirror vase candle candles diffuser picture
    poster painting wallpaper sticker decal hook hooks rack hanger hangers basket bin hamper box boxes container
    jar jars ironing-board iron steamer vacuum hoover mop broom bucket duster sponge cloth cloths detergent soap
    dispenser brush plunger tap faucet showerhead toilet sink bathtub fan heater radiator humidifier dehumidifier
    purifier fireplace safe lock padlock keychain ladder furniture tapestry lampshade cleaner bidet footstool
    hammock partition divider

    kettle toaster blender mixer juicer grinder machine maker coffeemaker percolator fridge freezer refrigerator
    oven stove cooker hob microwave fryer grill bbq barbecue smoker dishwasher pan pot saucepan skillet wok
    casserole tray bowl bowls plate plates dish dishes dinnerware cup cups mug mugs glasses tumbler jug pitcher
    carafe decanter teapot bottle bottles flask thermos cutlery silverware fork knife knives spoon spoons spatula
    ladle whisk tongs peeler grater colander strainer sieve cutting-board board scale scales timer opener corkscrew
    napkin napkins tablecloth placemat coaster coasters straws lunchbox canister tin

    coffee tea chocolate chocolates cookies biscuits crackers chips crisps snack snacks nuts cereal granola oats
    oatmeal bread pasta noodles rice flour sugar salt pepper spice spices sauce oil vinegar honey jam butter cheese
    milk yogurt meat beef sausage bacon jerky soup broth juice soda beer wine whisky whiskey vodka gin rum
    champagne candy sweets gum syrup popcorn powder vitamins vitamin supplement supplements capsules tablets
    gummies formula beans lentils cake creamer drink drinks marshmallows mushrooms seasoning ketchup mustard
    mayonnaise

    shampoo conditioner lotion cream moisturiser moisturizer serum cleanser wash scrub mask sunscreen deodorant
    perfume cologne fragrance lipstick gloss balm mascara eyeliner eyeshadow foundation concealer blush primer
    polish clippers tweezers razor shaver trimmer epilator hairdryer dryer straightener curler curlers comb
    toothbrush toothpaste floss mouthwash wig extensions dye wipes tissues pads tampons bandage bandages plasters
    thermometer massager brace crutches wheelchair cane sunglasses goggles lenses contacts earplugs pillbox inhaler
    makeup palette sanitizer repellent ointment solution

    diapers nappies pacifier stroller pram pushchair buggy seat monitor toy toys doll dollhouse teddy plush puzzle
    jigsaw lego blocks game games cards chess dice kite ball balls scooter bike bicycle tricycle trampoline swing
    slide sandpit slime robot train figure figurine playset crayons pencils markers food treats treat leash lead
    collar harness crate carrier cage kennel litter scratcher tree feeder aquarium hutch kit set

    tyre tyres tire tires wheel wheels rotors filter filters wiper wipers blades dashcam seatcovers covers cover
    wax drill saw bits hammer screwdriver wrench spanner pliers toolbox screws nails bolts tape glue paint roller
    sander nailer hose nozzle sprinkler connector mower shears secateurs rake shovel spade wheelbarrow planter
    planters soil fertilizer seeds greenhouse shed fence gate firepit gazebo parasol lounger generator compressor
    washer welder chainsaw axe pump chain tarp hedge-trimmer bulbs plants plant compost thermos multimeter

    dumbbell dumbbells kettlebell barbell weights treadmill elliptical rower racket racquet bat cleats tent poles
    compass binoculars telescope reel lure kayak canoe paddleboard surfboard wetsuit snorkel fins skis snowboard
    skates skateboard jersey bands rope tube guitar piano drum drums ukulele violin flute saxophone trumpet strings
    amp pedal metronome book books novel thriller cookbook textbook journal planner diary calendar pen pens pencil
    highlighter eraser stapler scissors folder binder envelope envelopes paper notepad notes stamps labels
    whiteboard shredder laminator globe map album magnet magnets ribbon balloons garland ornament ornaments wreath
    flag banner
    """
)
GOODS = frozenset(map(stem, _GOODS))
