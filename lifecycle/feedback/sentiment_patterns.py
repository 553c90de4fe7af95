"""Turns of phrase that praise or blame, with a free middle: what single words would get wrong."""

from __future__ import annotations

# Turns of phrase with a free middle, looked for before single words; taken out of the text with their weight.
PATTERNS = (
    # what is told before it was tried, or of what is no feeling
    (
        r"(?:have not|haven't|has not|hasn't|not|never) (?:\w+ )?(?:used|tried|opened|tested|"
        r"unpacked|started|worn) (?:\w+ )?"
        r"(?:it |them |box |parcel )?yet",
        0.0,
    ),
    (r"too (?:early|soon) to (?:say|tell|judge|know)", 0.0),
    (r"as (?:hard|difficult) as (?:i|we) (?:\w+ )?(?:thought|feared|expected)", 0.2),
    # cannot stop, cannot believe, nothing to blame
    (r"(?:can't|cannot|couldn't|hasn't|haven't|won't|never) (?:\w+ )?put (?:\w+ ){0,2}down", 2.0),
    (
        r"(?:can't|cannot|couldn't|could not) believe (?:how|the) (?:\w+ )?(?:good|light|quiet|"
        r"soft|easy|fast|small|nice|"
        r"comfortable|clean|quick|little|well|much (?:better|easier))",
        1.8,
    ),
    (
        r"(?:hard|difficult|impossible) to (?:find (?:anything )?(?:wrong|fault\w*)|fault|beat|"
        r"put (?:it )?down|resist)",
        2.0,
    ),
    (r"(?:nothing|anything|little) (?:bad|negative|wrong) (?:to (?:say|report)|about|with)", 1.2),
    (r"(?:far|anything) from (?:disappoint\w*|bad|cheap|flimsy|boring)", 1.8),
    (
        r"(?:worried|scared|sceptical|skeptical|nervous|unsure|doubtful|"
        r"hesitant)(?: \w+){0,5} (?:for nothing|at first|"
        r"but|needlessly)",
        0.6,
    ),
    (
        r"(?:doesn't|does not|didn't|hasn't|don't|never|not|without) (?:\w+ )?(?:scratch\w*|"
        r"stain\w*|leak\w*|fad\w*|"
        r"shr[iu]nk\w*|drip\w*|spill\w*|slip\w*|creak\w*|rust\w*|smell\w*|itch\w*|rub\w*|tear|"
        r"break|jam\w*|peel\w*)",
        1.1,
    ),
    (
        r"without (?:a |any )?(?:hitch|fuss|trouble|problem\w*|issue\w*|drama|hassle|complaint\w*|"
        r"scratch|sound|noise)",
        1.4,
    ),
    (r"(?:can't|cannot|couldn't|won't let me) (?:send|take|give|return) (?:it|them) back", -1.4),
    # how easy, how soon, how well: the word after it is not judged by itself
    (r"(?:hard|difficult|impossible|tricky|awkward|fiddly) to \w+", -1.3),
    (r"(?:easy|simple|quick|straightforward|effortless) to \w+", 1.2),
    (
        r"(?:fad|br[eo]k|wear|wore|worn|tear|tore|drain|di|scratch|chip|stain|rust|shr[iau]nk|peel|snap|bend)\w* "
        r"(?:\w+ )?(?:quickly|fast|easily|soon|too soon)",
        -1.5,
    ),
    (
        r"well[ -](?:designed|thought|finished|packed|written|organi[sz]ed|priced|balanced|padded|"
        r"lit|crafted|cut)",
        1.4,
    ),
    (r"pretty(?= (?:but|and)\b|$|[,.!])", 1.1),
    (r"(?:didn't|did not|never|hadn't) expect(?:ed)? (?:that|this|such|it to|so|how)\b", 0.6),
    (
        r"(?:no|nobody|nothing|isn't|not|never) (?:\w+ )?(?:wobbl\w*|loud\w*|noisy|leak\w*|"
        r"rattl\w*|squeak\w*|drip\w*|"
        r"smell\w*|lag\w*|scratch\w*|broken|missing|damage\w*)",
        0.9,
    ),
    # a trouble that is over
    (
        r"(?:solved|solves|fixed|fixes|cured|cures|cleared|clears|removed|removes|sorted|ended|"
        r"stopped|got rid of|gets rid of|"
        r"put an end to) (?:my|our|the|all|his|her|this|that) (?:\w+ ){0,3}(?:problem\w*|issue\w*|"
        r"pain\w*|skin|acne|damp|"
        r"noise|stain\w*|smell|leak\w*|headache\w*|draught\w*|mess)",
        1.8,
    ),
    (r"(?:stains?|dirt|marks?|grease) (?:\w+ )?(?:came|comes|come) (?:\w+ )?(?:out|off|away)", 1.3),
    (
        r"(?:survived|survives|withstood|withstands) (?:\w+ ){0,3}(?:falls?|drops?|storm|rain|"
        r"wash\w*|winter\w*)",
        1.3,
    ),
    # what it did for somebody
    (r"(?:asks?|asked|asking) (?:me )?where (?:i|we|they) (?:got|bought|found)", 1.6),
    (
        r"changed (?:how|the way|my life|our|everything)|made (?:my|our|life|"
        r"it) (?:\w+ ){0,2}(?:easier|better|bearable|"
        r"possible)",
        1.6,
    ),
    (
        r"(?:kept|keeps|stays|stayed|lasts|lasted|last) (?:\w+ ){0,3}(?:hot|cold|warm|fresh|dry|"
        r"cool|sharp|on|charged) (?:all|for)"
        r" ",
        1.2,
    ),
    (
        r"(?:battery|charge) (?:\w+ )?lasts? (?:me )?(?:the |a |all |for )?(?:whole|entire|full|"
        r"several|days|weekend|week|"
        r"day)",
        1.3,
    ),
    (r"(?:feels|looks|seems) (?:much |far |way )?(?:more expensive|dearer|pricier|better) than", 1.4),
    # what it should have been, and what it was once
    (r"(?:could|should|might) have been (?:\w+ ){0,2}(?:better|nicer|easier|good|great)", -1.6),
    (r"(?:i've|i have|we've|we have) (?:had|seen|tasted|read|owned) (?:\w+ )?better", -1.6),
    (r"(?:used to be|once was|was once) (?:\w+ ){0,2}(?:good|great|nice|better|reliable|brand)", -1.6),
    (
        r"(?:old|previous|last|other|first) (?:one|model|pair|version)?(?: \w+)? ?(?:was|is|"
        r"were) (?:\w+ )?better",
        -2.0,
    ),
    (r"not what (?:i|we)(?:'d| would)? (?:call|consider|want\w*|expect\w*|order\w*|need\w*)(?: \w+)?", -1.5),
    (r"more (?:trouble|hassle|bother|effort|work) than (?:it's|it is|they're|its) worth", -1.8),
    (
        r"(?:does|did|do|has done) (?:absolutely )?nothing (?:for|to|at all)|"
        r"nothing but (?:trouble|problems|grief)",
        -1.5,
    ),
    (r"(?:sadly|unfortunately|shame|pity|too bad|annoyingly|regrettably)\b", -1.0),
    (r"(?:promised|claim\w*|advertised|supposed|meant) (?:\w+ ){0,4}(?:but|never|not|and) ", -0.8),
    (r"(?:started|starts|begun|began) (?:making|leaking|to (?:leak|squeak|rattle|smell|peel|fade|slip))", -1.4),
    (r"(?:trips?|tripped|tripping|blew|blows) (?:the|my|a) (?:fuse\w*|breaker|electrics|switch)", -1.6),
    (r"(?:eats|drains|drinks|devours|gobbles) (?:\w+ )?(?:batter\w+|ink|fuel|power)", -1.3),
    (r"blam(?:es|ed|ing) (?:the|me|us|each|it)", -1.3),
    (r"(?:on (?:its|their) way back|sold as a|glorified)", -1.2),
    (r"(?:could|can|did|does|do)(?:n't| not) (?:solve|sort|fix|help|resolve|explain)", -1.3),
    (r"(?:you|we|i|have to|had to) (?:\w+ )?wait (?:\w+ ){0,2}(?:for ?ever|ages|weeks|months)", -1.4),
    (r"(?:don't|do not|never) (?:\w+ ){0,2}(?:same mistake|my mistake)", -2.0),
    (r"(?:please |just )?avoid (?:this|these|it|at all|them|buying|the)\b|keep away\b", -2.0),
    (
        r"(?:a lot|lots|so much|plenty|more) for (?:your|the|my|our) (?:money|price)|"
        r"bang for (?:the|your) buck",
        1.6,
    ),
    (r"(?:never|not) (?:looked|looking|look) back|no questions asked|no strings attached", 1.5),
    (
        r"(?:bought|buying|buy|ordered|ordering|getting|get) (?:\w+ ){0,2}(?:two|three|another|more|a second)"
        r"(?: more)? (?:for|as) (?:each|all|both|my|our|a|her|his|the)\b",
        1.0,
    ),
    (
        r"(?:took|takes|taking|waited|waiting) (?:\w+ ){0,2}(?:weeks|months|ages|forever|hours|a week|a month|"
        r"too long)",
        -1.3,
    ),
    (
        r"(?:heard|got|received) (?:nothing|no (?:answer|reply|response))|no (?:answer|reply|"
        r"response)(?: \w+)? (?:from|yet|since)",
        -1.6,
    ),
    (
        r"(?:came|come|comes|coming|fell|falls|fall|falling) (?:\w+ )?(?:off|undone|loose|apart|unglued|out|"
        r"down)\b",
        -1.3,
    ),
    (
        r"(?:tips?|tipped|falls?|fell|knocked) over\b|(?:wakes?|woke) (?:up )?(?:the|my|everyone|"
        r"everybody|us)\b",
        -1.2,
    ),
    (r"could (?:\w+ )?(?:make|do|build|sew) (?:a )?better|even my \w+ could", -1.6),
    (
        r"(?:works|worked|fits|fitted|pairs|paired|goes|went|matches) (?:\w+ )?with (?:all|"
        r"everything|every|any|my|"
        r"our|the)\b",
        0.9,
    ),
    (r"(?:problem|pain|noise|smell|leak|issue|worry) is (?:\w+ )?gone|no more \w+", 1.3),
    (
        r"(?:can't|cannot|can not|couldn't|could not|won't|wouldn't) (?:\w+ ){0,3}(?:any )?(?:better|happier|"
        r"more pleased|"
        r"more satisfied|be beaten|beat)\b",
        2.0,
    ),
    (r"(?:never|haven't|have not|not) (?:\w+ ){0,3}(?:better|nicer|happier)\b", 1.5),
    (
        r"nothing (?:\w+ )?(?:beats|better|compares)|(?:better|nicer|best) than (?:i|we) (?:\w+ )?(?:expected|"
        r"thought|hoped)",
        2.0,
    ),
    (r"(?:old|previous|last|other|original|first) (?:\w+ )?(?:was|is|were|worked|are) (?:\w+ )?better", -2.0),
    (r"(?:exactly|just) (?:what|as|like) (?:i|we|my)\b|what (?:i|we) (?:was|were) (?:looking|hoping) for", 1.3),
    (
        r"(?:everything|all) (?:the \w+ )?(?:i|we|you) (?:\w+ )?(?:need|want|ask|hope|expect)\w*|"
        r"does everything",
        1.2,
    ),
    (
        r"(?:use|used|using|wear|play|take) (?:it|this|them|mine)(?: \w+){0,2} (?:daily|every ?day|everywhere|"
        r"constantly|"
        r"every morning|every night|all the time|all day)",
        1.0,
    ),
    (
        r"(?:hold|holds|holding|keep|keeps|keeping) (?:a|its|the|their|my|\w+) (?:charge|shape|"
        r"color|colour|hot|"
        r"warm|cold|place)\b",
        1.0,
    ),
    (
        r"(?:lasts?|lasting|keeps going|runs) (?:for )?(?:ever|forever|all day|hours|days|weeks|a long time|"
        r"years)",
        1.2,
    ),
    (
        r"(?:only|barely|hardly|just) (?:\w+ )?(?:lasted|worked|lasts|works|charged|had it)|"
        r"lasted (?:only|less|"
        r"about|just|maybe|a)\b",
        -1.6,
    ),
    (
        r"(?:would|will|i'll|i'd) (?:(?!not |never )\w+ )?(?:buy|order|purchase|get|shop)(?: \w+){0,3} "
        r"(?:again|another|more)",
        1.6,
    ),
    (r"(?:won't|wouldn't|would not|will not|never) (?:\w+ )?(?:buy|order|purchase|get|shop)\b", -1.8),
    (r"(?:will|won't|would|wouldn't|you'll) (?:not |never )?(?:be |\w+ )?(?:regret|sorry|disappointed)\b", 1.6),
    (r"(?:send|sent|sending|ship|shipped|take|took|bring) (?:\w+ ){0,2}back\b", -1.5),
    (r"(?:throw|threw|thrown|throwing|toss|tossed) (?:\w+ ){0,2}(?:away|out)\b", -1.6),
    (r"went (?:\w+ )?(?:black|dead|blank|bad|out|wrong|downhill|off|missing|up in)", -1.4),
    (
        r"(?:can't|cannot|can not|couldn't|could not|unable to) (?:even )?(?:get|make|use|hear|"
        r"connect|return|open|"
        r"find|see|read|"
        r"turn|charge|figure|stand|keep|hold)\b",
        -1.6,
    ),
    (
        r"(?:nobody|no one|none of them|neither) (?:\w+ )?(?:work\w*|could|can|hear\w*|answer\w*|"
        r"repl\w*|fit\w*)",
        -1.8,
    ),
    (r"(?:expected|expecting|hoped for|hoping for|deserve) (?:\w+ )?(?:more|better|higher)", -1.6),
    (r"(?:on hold|same mistake|big mistake|lesson learned|what a (?:waste|joke|shame|mess))", -1.8),
    (r"not (?:\w+ )?(?:impressed|happy|pleased|satisfied|thrilled|amused|recommend\w*)", -1.8),
    (r"not (?:only|just)\b", 0.3),
    (r"not (?:too|so|all that|that) bad", 0.9),
    (
        r"(?:isn't|not|never) (?:too|so|that) (?:big|small|loud|heavy|long|short|tight|expensive|"
        r"hard|difficult)",
        0.9,
    ),
    (r"too (?!much fun|good to be)(?!me\b|late to)\w+", -1.1),
    (r"(?:had|have|has|having) to (?!say|admit|have\b|tell)\w+", -0.7),
    (
        r"(?:nothing|anything) (?:like|as) (?:the (?:picture|photo|description)|described|advertised|pictured|"
        r"shown)",
        -1.8,
    ),
    (
        r"(?:not|isn't|wasn't|aren't|different from|unlike) (?:as |what |like |the )?(?:described|advertised|"
        r"pictured|shown|expected|"
        r"i ordered)",
        -1.5,
    ),
    (r"(?:keeps|kept) (?:on )?(?!me |my |it |the |coffee|food|drinks|everything)(?:\w+ing)", -1.2),
    (
        r"after (?:only |just |about |less than )?(?:a|an|one|two|three|four|five|six|"
        r"\d+) (?:\w+ )?(?:uses?|days?|"
        r"weeks?|months?|minutes?|"
        r"hours?|tries|wash\w*)",
        -0.8,
    ),
    (r"(?:so|very|really|too) hot\b|afraid to|scared to|had enough|enough is enough", -0.8),
    (r"(?:far|way|much) (?:superior|better|nicer|faster|easier|quieter)", 1.4),
    (
        r"a (?:real |big |huge )?(?:plus|winner|keeper|beauty|charm|blast|breeze|delight|joy|hit|"
        r"gem|bargain|steal|"
        r"pleasure)\b",
        1.5,
    ),
    (r"(?:problem|issue|hassle|trouble|worry|stress)[- ]free|free of (?:problems|issues)", 1.5),
    (
        r"(?:feel|feels|look|looks|seem|seems) (?:\w+ )?(?:cheap|flimsy|like (?:a toy|plastic|it will break|"
        r"junk))",
        -1.2,
    ),
    (
        r"(?:fight|fought|fighting) over (?:who|it|this)|forget (?:you|i)(?:'re| are| am|"
        r"'m) (?:wearing|using)",
        1.2,
    ),
)
