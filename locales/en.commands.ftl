### Commands for readers: figures, what was published, feedback, personal cards.

## Results
stats-window = { $days ->
    [all] All
   *[other] { $days }d
 }
stats-shares = Expired { $expire } · no fill { $no_fill }
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
    [trend_continuation] trend continuation
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
    { $state } · { $at }
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
active-net = R before the costs of getting out.

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
    [never] Price never came
    [late] Too late
   *[skipped] Skipped
 }
toast-reason = ⛔ noted: { $reason }
cancel-done = All right, nothing is asked of you here any more.
cancel-nothing = There was nothing to cancel.
link-code = Type this on your other channel: /link <b>{ $code }</b>
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
