### Web chat, record page and the first talk with a new owner: what belongs to no command.

## The first talk: language, zone, pairs, risk, places
setup-press = Press one of the buttons above.
setup-lang = <b>{ $place } · Language</b>
setup-zone = <b>{ $place } · Time zone</b>
    Another one later: /timezone
setup-pairs = <b>{ $place } · Which pairs?</b>
    USDT perpetuals on OKX
setup-pairs-later = More later in SHARPSIGNAL_PAIRS.
setup-risk = <b>{ $place } · How much is 1R for you?</b>
    1R is what a stop costs you.
setup-risk-why = Used for your own position size only. The bot places no orders.
setup-risk-row = { $amount } USDT
setup-risk-none = Not now
setup-risk-open = 1R: not set yet
setup-where = <b>{ $place } · Where do signals go?</b>
setup-where-row = { $kind ->
    [only] Signals: this chat
    [both] Signals: this chat + groups and channels ({ $count })
   *[others] Signals: groups and channels ({ $count })
 }
setup-where-how = To a group or channel as well? Add the bot with a button below, then come back here and press Continue.
setup-where-group = ➕ Group
setup-where-channel = ➕ Channel
setup-where-on = Continue
setup-here = ✅ Signals will appear here.
setup-done = <b>✅ All set</b>
    { $choices }

    Below is an example signal. Press its buttons: nothing of it is counted.
    Real ones come once the bot is started in the terminal.

## The public record
record-title = Record
record-intro = Every signal ever published, losses first. Expired and open ones are here, too; nothing can be taken out.
record-since = First signal: { $at }.
record-tracks = Followable: what a person could have had from 45 seconds after the signal. Theoretical: without that delay.
record-ambiguous = A bar held two levels (the worse one counted)
record-every = All
record-pair = Pair
record-side = Side
record-closed-in = Closed in
record-period = { $days ->
    [all] the whole time
   *[other] the last { $days } days
 }
record-order = Order
record-worst = Worst first
record-newest = Newest first
record-best = Best first
record-show = Show
record-file = CSV file
record-none = No signals here yet.
record-head-signal = Signal
record-head-given = Published
record-head-plan = Entry, SL, TP
record-head-end = How it ended
record-head-r = R followable
record-head-theory = R theoretical
record-open = <b>Open</b>: { $state ->
    [filled] in position
    [tp1] TP1 hit
   *[waiting] waiting for entry
 }
record-two-levels = one bar held two levels
record-page = Page { $page } of { $pages }
record-before = Before
record-after = Next
record-proof = How to check this
record-proof-why = Every line carries the hash of the line before it. A signal or a result that is changed or taken out later breaks the chain from there on. These are the newest hashes:
record-chain-signals = Signals
record-chain-outcomes = Results
record-lines = { $count ->
    [one] { $count } line
   *[other] { $count } lines
 }
record-proof-how = Write a hash down today and look again tomorrow: the 6 characters behind each number are the start of its own. The lines themselves are under <code>/api/signals</code> and <code>/api/outcomes</code>; who runs the bot recomputes all of them with <code>sharpsignal verify</code>.
record-advice = Not financial advice. Past results promise nothing.

## Web chat: buttons and links
web-record = Record
web-copied = Copied
web-copy-failed = Could not copy. Select the text by hand: { $text }
web-picture = Picture
chip-stats = 📊 Results
chip-active = 📂 Open
chip-watch = 👀 Waiting
chip-status = 🩺 Status
chip-demo = 🎓 Example
chip-help = ❓ Help

## How times are written (patterns of Unicode LDML)
pattern-clock = HH:mm
pattern-day = d MMM
