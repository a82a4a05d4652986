### English. The keys and their variables are the same in every language (tested).
### Sentences used as HTML may hold <b>, <code>, <blockquote expandable>; write &lt; for a less-than sign.

## Lengths of time
span-seconds = { $s }s
span-minutes = { $m }m
span-hours = { $h }h { $m }m
span-days = { $d }d { $h }h

## Signal: head and marks
mark-simulated = 🎮 SIMULATED: not a real market
mark-demo = 🎓 DEMO: an example, never counted

## Signal: states
state-waiting = ⏳ Waiting for entry
state-ambiguous = One bar held both levels: the worse one counted first

## Signal: reasons
reasons-setup = Setup: { $setup } ({ $model ->
    [trend_continuation] trend continuation
    [mean_reversion] mean reversion
   *[other] { $model }
 })
layer = { $name ->
    [smc] SMC
    [cvd] CVD
    [rsi_ema_macd] RSI/EMA/MACD
    [structure] Structure
    [oi] OI
    [funding] Funding
    [orderflow] Order flow
    [fibo] Fibo
   *[other] { $name }
 }
reasons-market = Market: { $state ->
    [balanced] in balance
    [out_of_balance_uptrend] out of balance, uptrend
    [out_of_balance_downtrend] out of balance, downtrend
   *[other] { $state }
 }
reasons-location = Location: { $location ->
    [at_lvn] at an LVN
    [at_poc] at the POC
    [at_vah] at the VAH
    [at_val] at the VAL
    [at_order_block] at an order block
    [at_fvg] at an FVG
    [at_ote] in the OTE
    [in_value] inside value
    [nowhere] at no level of note
   *[other] { $location }
 }
reasons-flow = 5m order flow: { $confirmed ->
    [yes] agrees
    [no] does not agree yet
   *[unknown] no data
 }
anchor-kind = { $kind ->
    [order_block] order block
    [breaker_block] breaker block
    [fair_value_gap] FVG
    [swing_high] swing high
    [swing_low] swing low
    [equal_highs] equal highs
    [equal_lows] equal lows
    [ote] OTE
    [extension] fib extension
    [poc] POC
    [vah] VAH
    [val] VAL
    [hvn] HVN
    [lvn] LVN
    [swept_level] swept level
   *[other] { $words }
 }

## Notices
notice-pending = 🚪 <b>{ $name }</b> asks to come in
    { $channel } <code>{ $user }</code>
notice-approved = ✅ You are in. Signals will arrive here. Start with /help.
notice-rejected = Your request was turned down.
button-approve = ✅ Approve
button-reject = ❌ Reject

## Taps
toast-up = { $active ->
    [yes] 👍 noted. Tap again to take it back.
   *[no] 👍 taken back.
 }
toast-down = { $active ->
    [yes] 👎 noted. Tap again to take it back.
   *[no] 👎 taken back.
 }
toast-nofill = { $active ->
    [yes] ⛔ noted: you were not filled. Tap again to take it back.
   *[no] ⛔ taken back.
 }
toast-note = 📝 Write your note as a reply.
toast-note-link = 📝 Write your note in a private chat with the bot.
toast-unknown = This button no longer works.
toast-gone = We have no record of this signal.
toast-denied = Sorry, only an owner can do this.
toast-approved = Approved.
toast-rejected = Rejected.
note-prompt = 📝 A note on { $name }: answer this message with one message.
note-placeholder = Why? One line is fine
note-saved = 📝 Your note on { $name } is saved.
note-saved-cut = 📝 Your note on { $name } is saved, its first { $limit } characters.
note-empty = The note was empty. Answer again with text.
vote-saved = { $emoji } for { $name }: { $active ->
    [yes] noted. Send it again to take it back.
   *[no] taken back.
 }
vote-nothing = There is no signal here to judge yet.

## Commands
start-welcome = <b>SharpSignal</b>
    Signals for OKX perpetuals from 8 layers, with every result written down as it was: won, lost, expired, not filled.
    Rate each signal:
    👍 good · 👎 bad
    ⛔ not filled · 📝 note
start-advice = This is not financial advice. The bot never holds funds and never places an order.
start-commands = All commands: /help
    Bahasa Indonesia: /lang id
start-pending = You are not in yet. Your request went to the owner; the answer comes here.
start-no-owner = This bot has no owner yet. Owner: open the claim link that is printed at start.
start-claimed = ✅ This bot is yours now. Signals will arrive in this chat.
start-claim-failed = This claim link is used up or wrong. Start the bot again for a new one.
note-how = For a note, reply to my message with 📝. For all else see /help.
note-signal-gone = We have no record of that signal.
number-usage = Write /{ $command }, or /{ $command } 1423 for another signal.
denied-owner = Sorry, only an owner can use this command.
denied-admin = Sorry, only an admin can use this command.
denied-analyst = Sorry, only an analyst can use this command.
denied-stranger = Sorry, you are not in yet. Send /start to ask.
denied-chat = Sorry, this chat is not set up. The owner can add it in the settings.
unknown-command = There is no command /{ $command }. See /help.
unknown-text = I understand commands and buttons only. See /help.
help-member = <b>Commands</b>
help-owner = <b>Owner only</b>
help-stats = results, losses too
    .usage = [7d|30d|90d|all]
help-why = why there is (no) signal
    .usage = PAIR|number
help-watch = setups that wait for a trigger
help-status = state of bot and data
help-lang = language
    .usage = { $languages }
help-timezone = time zone
    .usage = Asia/Jakarta
help-start = introduction
help-pause = hold new signals
    .usage = [minutes] [reason]
help-resume = go on
help-demo = an example signal
help-digits = Without buttons: answer a signal with 1 👍, 2 👎, 3 ⛔, 4 📝. STATS for results, WHY BTC for why there is (no) signal, STOP to stop.
pause-done = ⏸ New signals paused { $until }. Open ones are still tracked.
pause-usage = Write /pause [minutes] [reason], for example /pause 60 FOMC or /pause 2h. From 1 to { $max } minutes.
resume-done = ▶️ The pause is lifted. New signals may come again.
language-name = English
lang-done = Language: English.
lang-usage = Write { $choices }.
timezone-done = Time zone: { $zone }, now { $at }.
timezone-usage = That time zone is not known. For example: /timezone Asia/Jakarta, /timezone WITA.
demo-done = This is an example signal. Its buttons work; taps on it are not counted.
stopped = All right, no more signals here. Answer START to go on.
started-again = Signals come here again. Answer STOP to stop.

## Statistics
stats-title = <b>📊 Results { $days ->
    [all] since the start
    [one] of the last day
   *[other] of the last { $days } days
 }</b>
stats-none = No signals yet.
stats-signals = Signals { $signals } · still open { $open }
stats-results = Filled { $filled }: won { $win }, lost { $lose }
stats-unfilled = Expired, missed { $expire } · No fill { $no_fill } · Not counted { $void }
stats-win-rate = Win rate { $rate } of fills
stats-expectancy = Expectancy { $r } per fill
stats-interval = 90% range: { $low } to { $high }
stats-interval-none = 90% range: cannot be told yet
stats-small = ⚠️ { $filled ->
    [0] No signal was filled yet: nothing to conclude.
   *[other] Only { $filled } filled signals: too few to conclude anything.
 }
stats-unproven = ⚠️ The range still holds zero: no proven edge.
stats-net = Net of fees, slippage and funding. Entry 45 seconds after the signal.
stats-by = { $group ->
    [regime] By regime
    [side] By side
   *[mode] By mode
 }
stats-row = { $name }: { $filled } filled, { $r }
stats-usage = Write /stats or /stats [days], for example /stats 30.
stats-label-signals = Signals
stats-label-open = Still open
stats-label-filled = Filled
stats-label-win = Won
stats-label-lose = Lost
stats-label-expire = Expired, missed
stats-label-no-fill = No fill
stats-label-void = Not counted
stats-label-win-rate = Win rate of fills
stats-label-expectancy = Expectancy per fill
stats-label-interval = 90% range
stats-label-theoretical = Theoretical (without the 45 seconds)
stats-label-factor = Profit factor
stats-label-drawdown = Deepest drawdown
stats-label-rate = Win rate
stats-label-r = R per fill
stats-range = { $low } to { $high }

## Status
status-title = <b>🩺 Status</b> { $at }
status-uptime = Up { $span }
status-feed = { $pair }: { $age }
status-feed-age = data { $span } ago
status-feed-none = no data yet
status-feed-lost = { $age }, lost: { $streams }
status-open = Open signals: { $count }
status-heat = Risk { $side ->
    [long] LONG
   *[short] SHORT
 } { $open }R: { $pairs }
status-heat-link = · { $one } – { $other } { $value ->
    [none] not known: as one
   *[other] { $value }
 }
status-open-row = #{ $number } { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 }: { $state ->
    [waiting] waiting for entry
    [filled] filled
    [tp1] TP1 hit
   *[other] { $state }
 }
status-halted = ⏸ { $kind ->
    [breaker] On hold
    [best] Only the best setups
    [daily] Size halved
   *[pause] Paused
 } { $until }: { $reason }
status-running = ▶️ New signals may go out
status-policy = Policy: { $version }
status-policy-none = Policy: none yet, prior weights
status-outbox = Outbox: { $pending }, oldest { $oldest }
status-outbox-empty = Outbox: empty
status-outbox-lost = Failed: { $dead } · too late: { $dropped }

## Charts
chart-title = { $side ->
    [long] LONG
   *[short] SHORT
 } { $ticker } { $timeframe } · #{ $number }
chart-desc = Published { $at }. Entry { $low } to { $high }, stop { $sl }, first target { $tp1 }, second target { $tp2 }.
chart-simulated = SIMULATED

## Web chat: the page around the messages
web-simulated = SIMULATED: a made-up market. No price, signal or result here is real.
web-log = Messages
web-input = Message or /command
web-send = Send
web-commands = Commands
web-live = Live
web-connecting = Connecting…
web-lost = Connection lost, trying again…
web-empty = Watching the market. The first signal appears here by itself.
web-new = New messages
web-answering = Your answer to
web-cancel = Cancel
web-language = Language
web-zone = Use my time zone
web-market-time = Market time
web-chart = Chart of signal #{ $number }
web-updated = updated
web-failed = Not sent. Is the program still running? Try again.
web-too-long = Too long: at most { $most } characters.
web-details = Details
web-you = You
web-up = Good signal
web-down = Bad signal
web-nofill = I was not filled
web-note = Write a note
web-skip = To the message box
web-script = This page needs JavaScript to show new messages.

## Why
why-title = ❓ <b>{ $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 } { $timeframe }</b>
why-published = ✅ Published as <b>#{ $number }</b>
why-waits = 👀 Everything but its 5m triggers: waits { $until ->
    [none] for them
   *[other] until { $until }
 }
why-refused = 🚫 <b>Not published</b>: { $reason }
why-others = These would have refused it, too:
why-other = { $reason }
why-score = Agreement of the layers { $score }
why-distance = { $what ->
    [chance] Win chance { $value }
   *[score] Agreement of the layers { $value }
 }, needed { $needed }: { $met ->
    [yes] { $gap } to spare
   *[no] { $gap } short
 }
why-coverage = { $coverage } of the layers' weight had data
why-no-evidence = No details were kept with this verdict.
why-layers = <b>Layers</b>: score for this side, weight, what they saw
why-layer = { $mark ->
    [agree] ✅ { $layer } { $score } · { $weight }
    [against] ❌ { $layer } { $score } · { $weight }
    [neutral] ➖ { $layer } { $score } · { $weight }
    [stale] 🕒 { $layer } · { $weight }: data too old
   *[unavailable] 🚫 { $layer } · { $weight }: no data
 }{ $state ->
    [rebuilt] { " " }(rebuilt after a gap)
   *[other] { "" }
 }{ $facts }
why-setup = Setup: { $model ->
    [trend_continuation] trend continuation
    [mean_reversion] mean reversion
   *[other] { $model }
 }
why-failed-break = A break failed: price went beyond and closed back inside
why-triggers = 5m triggers still missing: { $parts }
why-triggers-met = 5m triggers: all there
why-no-levels = No levels: there was nothing to hang them on
why-anchor = { $use ->
    [entry] Entry
    [sl] SL
    [tp1] TP1
    [tp2] TP2
    [invalidation] Invalidation
   *[other] { $use }
 } { $price }: { $kind } { $timeframe } { $area }, known since { $known }
why-unknown = I do not watch { $pair }. Pairs: { $pairs }
why-none = No setup of { $ticker } was judged so far.
why-now = <b>{ $ticker }</b> now ({ $at }): agreement long { $long }, short { $short }
why-now-least = A setup is judged from { $least } on, where a level to enter at is within reach.
why-now-warm = Warming up: { $bars } closed 15m bars are missing.
why-now-none = <b>{ $ticker }</b>: no data yet.
why-now-lost = Candles are lost at the moment: nothing can be judged.
why-quiet = Newest judged setup: { $at }. Nothing since.
fact = { $what ->
    [block_up] demand block visited
    [block_down] supply block visited
    [gap_up] bullish FVG visited
    [gap_down] bearish FVG visited
    [swept_lows] lows swept { $value }
    [swept_highs] highs swept { $value }
    [place] at { $value } of the range
    [choch_up] CHOCH up { $value }
    [bos_up] BOS up { $value }
    [bos_down] BOS down { $value }
    [choch_down] CHOCH down { $value }
    [rsi] RSI { $value }
    [slope] slope { $value }
    [divergence_up] bullish divergence { $value }
    [divergence_down] bearish divergence { $value }
    [long_build_up] long build-up
    [short_build_up] short build-up
    [short_covering] short covering
    [long_unwinding] long unwinding
    [rate] { $value } per 8h
    [crowded] crowded, z { $value }
    [sellers_absorbed] sellers absorbed
    [buyers_absorbed] buyers absorbed
    [sellers_exhausted] sellers exhausted
    [buyers_exhausted] buyers exhausted
    [imbalance] book imbalance { $value }
    [retraced] { $value } of the impulse retraced
   *[other] { $what }
 }
bars-ago = { $bars ->
    [0] on this bar
    [one] { $bars } bar ago
   *[other] { $bars } bars ago
 }
trigger-part = { $part ->
    [structure] CHOCH, or a sweep with a higher low (lower high)
    [reclaim] close back beyond EMA50
    [delta] delta with the side
   *[ready] enough 5m bars
 }
refusal = { $reason ->
    [coverage] only { $value } of the layers' weight has data, at least { $limit }
    [no_anchor] no level to hang entry, stop or target on
    [side_order] stop, zone and targets are not in order
    [rr] RR { $value } on average (at least { $limit }), { $first } at TP1 (at least { $first_limit })
    [tp2_atr] TP2 is { $value } ATR 1h away, at most { $limit }
    [spread] spread { $value } of the price, at most { $limit }
    [volatility] ATR 1h is { $value } of the price, at most { $limit }
    [costs] costs { $value }R, at most { $limit }R
    [stale] candles or price are no longer what it was judged on
    [stale_lost] candles are lost at the moment
    [stale_incomplete] a part of the bar never came
    [stale_moved] price stands { $value }R past the entry, at most { $limit }R
    [stale_late] the bar closed too long ago
    [liquidity] turnover { $value } USDT a bar, at least { $limit }
    [cooldown] this side of the pair rests until { $until }
    [heat] { $value }R already open on pairs that move together, at most { $limit }R
    [breaker] breaker until { $until }
    [paused] an owner paused new signals
    [open_signal] the pair has an open signal
    [regime] against market state, 4h structure or daily bias
    [location] not at a place this setup wants
    [order_flow] order flow of 5m goes the other way
    [confluence] agreement of the layers { $value }, needed { $limit }
    [p_win] win chance { $value }, needed { $limit }
    [trigger] the 5m triggers did not come in time, or price went without them
    [opinion] the second opinion said no
    [unproven] edge not proven, and only proven books are sent
   *[other] { $reason }
 }

## Waiting for triggers
watch-title = <b>👀 Waiting for their 5m triggers</b>
watch-none = No setup waits for a trigger.
watch-row = <b>{ $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 } { $timeframe }</b> until { $until }
    Entry { $zone } · SL { $sl }
    { $parts ->
        [none] All parts are there; something else holds it back
       *[other] Missing: { $parts }
    }
