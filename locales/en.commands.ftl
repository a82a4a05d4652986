### Commands for readers: figures, what was published, feedback, personal cards.

## Results
stats-window = { $days ->
    [all] All
   *[other] { $days }d
 }
stats-ambiguous = Ambiguous bars { $share }
stats-theory = Without the 45 seconds { $r }
stats-profit-factor = Profit factor { $factor }
stats-drawdown = Deepest drawdown { $drawdown }
stats-hold = Held on average { $span }
stats-group = <b>{ $group ->
    [source] By source
    [setup] By setup model
    [regime] By regime
    [timeframe] By timeframe
    [session] By session
    [confidence] By win chance
    [side] By side
   *[mode] By mode
 }</b>
group-name = { $name ->
    [rule_based] rules alone
    [hybrid] rules + OpenAI
    [openai] OpenAI
    [trend_continuation] continuation
    [mean_reversion] mean reversion
    [asia] Asia
    [london] London
    [new_york] New York
    [overlap] London+New York
    [off] off hours
    [none] no chance yet
   *[other] { $name }
 }

## What was published
signals-title = <b>📣 Signals</b>
signals-none = No signals yet.
signals-row = <b>#{ $number } { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 } { $timeframe }</b>
signal-state = { $state ->
    [waiting] ⏳ waiting
    [filled] ▶️ filled
    [tp1] ✅ TP1 hit
   *[closed] closed
 }
page-newer = ‹ Newer
page-older = Older ›
button-refresh = 🔄 Refresh
active-title = <b>📌 Open signals: { $count }</b> · { $at }
active-none = Nothing is open.
active-head = <b>#{ $number } { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 }</b>
active-state = { $state } · { $span } left
active-r = <b>{ $r }</b> at { $price }
active-price = Price { $price }
active-old = Price is { $span } old
active-no-price = No price yet
active-net = R before exit costs.

## Help
help-signals = what was published
help-active = what is open, with its R
help-last = the newest signal
    .usage = [number]
help-cancel = stop what I was asked
help-privacy = what is kept about you
help-export = a copy of your data
help-erase = erase your data
help-link = one vote over all your channels
    .usage = [code]

## Feedback
nofill-reason = { $reason ->
    [never] Not reached
    [late] Too late
   *[skipped] Skipped
 }
toast-reason = ⛔ noted: { $reason }
toast-second-look = ⛔ noted. { $said ->
    [thin] Checked again: price barely traded through the entry. It counts as no fill.
    [wait] The market decides: it is checked again once the entry is over.
    [market] Checked again: price stood inside the zone 45 s after the signal. The fill stands.
    [deep] Checked again: price traded clearly through the entry. The fill stands.
   *[closed] The position is closed, and a closed result is not rewritten.
 }
cancel-done = All right, cancelled.
cancel-nothing = There was nothing to cancel.
link-code = Type this on your other channel:
    /link <b>{ $code }</b>
    Valid for { $minutes } minutes. From then on you have one vote a signal.
link-wrong = That code is wrong or over. Send /link on the other channel for a new one.
link-done = 🔗 Linked with your { $channel ->
    [telegram] Telegram
    [whatsapp] WhatsApp
   *[web] web chat
 }. One vote a signal from now on.

## Privacy
privacy-title = <b>🔒 Your data</b>
privacy-kept = Kept: your id and name on this channel, language, zone and settings, your taps (👍 👎 ⛔ ✅), reasons and notes with their time, and raw messages to the bot.
privacy-why = Why: so that buttons work, votes count once, and the bot learns which signals could be filled.
privacy-how-long = How long: until you erase it. Erased votes stay in the counts without a name.
privacy-raw = Raw messages are emptied after { $raw } days, WhatsApp's delivery reports go after { $days } days.
privacy-stop = A STOP on WhatsApp is kept after /erase, too, number and time only: nobody writes there again without your START.
privacy-nobody = Nobody else gets it: no tracking, no advertising, no account at the exchange.
privacy-mine = Yours: taps { $taps }, notes { $notes }, ✅ { $takes }
privacy-commands = /export for a copy, /erase for the end.
private-only = Please ask that in a private chat with the bot.
button-export = 📄 Copy
button-erase = 🗑 Erase
button-erase-yes = 🗑 Yes, erase all
button-no = No
export-title = <b>📄 Everything that is kept about you</b>
export-none = Nothing is kept about you.
erase-ask = Erase everything about you on all linked channels? Notes, settings and your ledger are gone for good; signals stop in this chat. Without buttons: /erase yes
erase-done = 🗑 Erased. { $owner ->
    [yes] Only your right as owner stays, without it nobody could stop the bot.
   *[no] To come back, send /start.
 }

## Personal
help-ledger = what you took, and what it came to
    .usage = [number [price]]
help-size = one R of a signal in contracts
    .usage = [number]
help-risk = what one R is for you
    .usage = [amount]
help-quiet = hours without sound
    .usage = [22:00-06:00|off]
help-settings = language, zone, pairs, quiet, risk
help-pairs = which pairs come here
    .usage = [BTC,ETH|all]
button-took = ✅ Took it
button-size = 📐 Size
toast-took = { $taken ->
    [yes] ✅ #{ $number } is in your ledger. Tap again to take it out. /ledger
   *[no] #{ $number } is out of your ledger.
 }
toast-size = 📐 #{ $number }: { $contracts } contracts, at most { $leverage }x. More in private: /size { $number }
ledger-title = <b>📒 Your ledger</b>
ledger-none = Nothing yet. Tap ✅ under a signal that you took.
ledger-taken = You took { $taken } of { $closed }
ledger-mine = You <b>{ $r }</b>
ledger-channel = Channel { $r }
ledger-slippage = Entry slippage { $r } each
ledger-open = Still open: { $open }
ledger-since = Since #{ $number }, net of costs. Your own fill: /ledger NUMBER PRICE
ledger-usage = Write /ledger, or /ledger NUMBER PRICE for what you took, for example /ledger 12 64210.
ledger-entered = ✅ #{ $number } is in your ledger{ $price ->
    [none] .
   *[other] {" "}at { $price }.
 }
size-head = <b>📐 { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 }</b> <code>{ $name }</code>
size-risk = 1R = { $risk } { $coin }
size-contracts = Contracts <b>{ $contracts }</b>
size-coins = Coins { $coins } { $coin }
size-value = Value { $value } { $coin }
size-leverage = Leverage at most { $leverage }x
size-liquidation = Liquidation { $price }, beyond SL
size-margin = Margin from { $margin }
size-no-leverage = No leverage keeps liquidation beyond the SL.
size-small = One R is less than the smallest order. It takes at least { $least } { $coin } a R.
size-over = 🏁 This signal is over.
size-paper = 🧪 PAPER: advised size is 0
size-assumed = Entry at the far side of the zone, isolated, 2% maintenance margin, before fees.
size-no-risk = First tell what one R is for you, for example /risk 25
size-no-contract = The contract of this pair is not known at the moment.
risk-now = <b>💵 1R = { $risk ->
    [none] not set
   *[other] { $risk } USDT
 }</b>
    What you lose when the SL hits. Only for your size card.
    Any other amount: /risk 40
risk-usage = Write an amount from 0 to { $most }, for example /risk 25.
quiet-now = <b>🌙 Quiet: { $hours ->
    [none] off
   *[other] { $hours }
 }</b> ({ $zone })
    Messages in these hours come without sound.
    Other hours: /quiet 23:30-05:30
quiet-usage = Write hours, for example /quiet 22:00-06:00, or /quiet off.
pairs-now = <b>🎯 Pairs: { $count } of { $all }</b>
    Signals of these come here. A signal that came is followed to its end.
pairs-usage = One of these is not watched. Pairs: { $pairs }
settings-title = <b>⚙️ { $whose ->
    [mine] Your settings
   *[chat] Settings of this chat
 }</b>
settings-language = Language: { $language }
settings-zone = Zone: { $zone }, { $at }
settings-quiet = Quiet: { $hours ->
    [none] off
   *[other] { $hours }
 }
settings-pairs = Pairs: { $count ->
    [all] all
   *[other] { $count }
 }
settings-risk = 1R: { $risk ->
    [none] not set
   *[other] { $risk } USDT
 }
button-settings = ‹ Settings
button-setting = { $name ->
    [language] 🌐 Language
    [zone] 🕐 Zone
    [quiet] 🌙 Quiet
    [pairs] 🎯 Pairs
   *[risk] 💵 Risk
 }
choice-off = Off
choice-all = All
toast-kept = ✅ Kept.
toast-denied-choice = Sorry, in this chat an admin or owner chooses.
timezone-now = <b>🕐 { $zone }</b>, now { $at }
    Any other: type the city, like /timezone Bangkok
why-pick = ❓ Which pair? A signal by its number: /why 12. Or typed: /why { $pair }

## Learning
help-calibration = told chances against what came
help-insights = what does better or worse
help-model = the policy in force
help-promote = take a policy by hand
help-rollback = back to the policy before
forecasts-title = <b>🎯 Win chances: stated vs actual</b>
forecasts-none = No signal with a win chance has ended yet. Until a policy is proven no chance is told, so there is nothing to check.
forecasts-row = { $told } → { $came } ({ $low }–{ $high }) n={ $n }
forecasts-n = Signals { $n } · won { $rate }
forecasts-brier = Brier { $brier } (lower is better)
forecasts-base = Base rate alone { $brier }
forecasts-verdict = { $verdict ->
    [few] ⚠️ Too few to tell: at least 100 are needed.
    [better] ✅ Better than telling the base rate.
   *[worse] ❌ No better than telling the base rate.
 }
model-title = <b>🧠 Policy in force</b>
model-none = None yet: prior weights, no win chances. The first is made in the night after 100 effective labels.
model-version = Version <code>{ $version }</code>
model-since = Since { $since }
model-labels = Labels { $labels }, until { $cut }
model-effective = Effective labels { $n }
model-books = Own chances in:
button-rollback = ↩️ Back to the one before
button-rollback-yes = ↩️ Yes, go back
rollback-none = There is no earlier policy to go back to. Nothing was changed.
rollback-ask = Go back to policy <code>{ $version }</code> (in force { $since ->
    [none] never
   *[other] since { $since }
 } before)? Open signals keep their plan.
rollback-done = ↩️ Policy <code>{ $version }</code> is handed to the engine; the chats are told when it is in force.
rollback-already = That policy is in force already.
rollback-kept = All right, nothing was changed.
