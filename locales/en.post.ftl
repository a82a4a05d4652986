### Posts, replies and notices. Parts that stand beside each other are joined in code, at most 34 columns a line.

## Signal: head and marks
signal-headline = <b>{ $side ->
    [long] 🟢 LONG
   *[short] 🔴 SHORT
 } { $ticker } · { $grade } · { $timeframe }</b>
mark-paper = 🧪 PAPER: edge not proven (n={ $n })

## Signal: states
state-filled = ▶️ Filled { $price }
state-tp1 = ✅ TP1 { $price } hit
state-banked = { $r } banked
state-breakeven = SL to breakeven
state-theory = Theoretical, no delay
end-mark = { $end ->
    [win] 🏁
    [lose] 🏁
    [expire] ⌛
    [missed] 🏃
    [invalidated] 🚫
    [cancelled] 🚫
    [no-fill] ⛔
   *[void] ⚪️
 }
result = { $kind ->
    [win] Win
    [lose] Loss
    [expire] Expired
    [missed] Missed
    [invalidated] Invalidated
    [cancelled] Cancelled
    [no-fill] No fill
   *[void] Not counted
 }
exit-reason = { $reason ->
    [tp1] TP1 hit
    [tp2] TP2 hit
    [breakeven] TP1 hit, the rest at breakeven
    [timeout] Time limit of the position reached
    [sl] SL hit
    [invalidated] Invalidation hit
    [invalidated_early] The idea broke before the entry
    [expired] Entry not reached in time
    [missed] Price ran off: do not chase
    [cancelled] Called off before the entry
    [touched] Zone touched, not traded through
    [reported] Reported as not filled, confirmed
    [data_gap] Gap in the data: cannot be judged
    [delisted] Pair delisted
   *[other] { $reason }
 }

## Signal: body
signal-entry = <b>Entry</b> { $zone }
signal-price = now { $price }
signal-sl = <b>SL</b> { $price }
signal-tp1 = <b>TP1</b> { $price } (50%)
signal-tp2 = <b>TP2</b> { $price }
signal-tp-single = <b>TP</b> { $price } (100%)
signal-rr = <b>RR</b> { $tp1 } / { $tp2 }
signal-costs = costs { $cost }R
probability-none = Win chance: nothing proven yet
probability-point = Win chance ≈ { $p } (n={ $n })
probability-range = Win ≈ { $p } ({ $low }–{ $high }, n={ $n })
signal-risk = Risk { $share } of capital × { $multiplier }
signal-risk-paper = Size 0: just watch
signal-expiry = Valid until { $until }
signal-invalidation = Invalid: { $timeframe } close { $beyond } { $price }
signal-funding = Funding { $at }
signal-funding-cost = { $r } if held
signal-heat = Open risk { $open }R of at most { $most }R
signal-bias = Bias 1D { $side ->
    [long] LONG { $strength }
    [short] SHORT { $strength }
   *[neutral] neutral
 }
signal-bias-none = Bias 1D: no data yet
signal-structure = 4H { $state ->
    [intact] intact
    [broken] broken
   *[other] { $state }
 }
signal-triggers = 5m triggers: { $triggers }
signal-triggers-none = 5m triggers: none, 15m data

## Signal: reasons
reasons-summary = <b>Why</b>: { $agree } of { $layers } layers agree
reasons-score = score { $score }
reasons-coverage = data { $coverage }
reasons-layer = { $group ->
    [agree] ✅
    [neutral] ➖
    [against] ❌
    [stale] 🕒
   *[unavailable] 🚫
 } { $layer }{ $group ->
    [stale] {": data too old"}
    [unavailable] {": no data"}
   *[other] {""}
 }
reasons-rebuilt = rebuilt after a gap
reasons-anchor = { $use ->
    [entry] Entry
    [sl] SL
    [tp1] TP1
    [tp2] TP2
   *[other] { $use }
 }: { $kind } { $timeframe }
reasons-hedge = If it fails: { $side ->
    [long] LONG
   *[short] SHORT
 }
reasons-hedge-idea = An idea, not a signal: not tracked
reasons-regime = Regime { $regime }
reasons-session = { $session ->
    [asia] Asia
    [london] London
    [new_york] New York
    [overlap] London+New York
   *[off] off hours
 }, { $part ->
    [morning] morning
    [afternoon] afternoon
    [evening] evening
   *[night] night
 }
reasons-grade = { $grade ->
    [A] Grade A: even the low end of the win chance is enough
    [B] Grade B: clearly above what was needed
   *[C] Grade C: enough to be sent
 }
reasons-snapshot = At the signal
reasons-ages = Data age
reasons-policy = Model { $policy }
reasons-engine = engine { $engine }
snapshot-price = price { $price }
snapshot-spread = spread { $spread }
snapshot-oi = OI { $oi } { $coin }
snapshot-funding = funding { $funding }

## Replies
reply-head = <b>{ $sign } { $ticker } { $side }</b>
reply-filled = filled { $price }
reply-tp1 = TP1 { $price }
reply-after-signal = { $after } after the signal
reply-after-fill = { $after } after entry
reply-half = half the position
reply-breakeven = SL of the rest: breakeven { $price }
reply-never-entered = never entered
reply-captured = Kept { $share } of the MFE
reply-today = Today { $r } ({ $count ->
    [one] { $count } trade
   *[other] { $count } trades
 })
reply-followable = R from an entry 45 seconds after the signal, costs taken off

## Notices
notice-halted = { $kind ->
    [breaker] ⏸ <b>New signals on hold</b>
    [best] ⏸ <b>Only the best setups</b>
    [daily] ½ <b>Advised size halved</b>
   *[pause] ⏸ <b>New signals paused</b>
 }
notice-halted-latest = { $until } at the latest
notice-halted-reason = Reason: { $reason }
notice-halted-stops = Stops: { $stops }
notice-halted-open = Open signals are still tracked.
notice-halted-over = That is over now.
halt-until = until { $at }
halt-open-ended = until somebody sends /resume
halt-reason = { $code ->
    [three_stops_in_a_row] three stops in a row
    [the_day_stands_below_its_limit] today (UTC) has lost more than 2R; over once it is back above that
   *[other] { $reason }
 }
button-why = ❓ Why
button-resume = ▶️ Resume
notice-lifted = { $kind ->
    [best] ▶️ <b>All setups again</b>
    [daily] ▶️ <b>Full size again</b>
   *[other] ▶️ <b>New signals again</b>
 }
notice-restarted = 🔄 <b>Back</b> after { $down }
notice-restarted-open = { $open ->
    [0] No signal was open.
    [one] { $open } open signal checked again{ $end }
   *[other] { $open } open signals checked again{ $end }
 }
notice-restarted-row = #{ $number } { $ticker }
notice-restarted-state = { $state ->
    [waiting] waiting for entry
    [filled] filled
    [tp1] TP1 hit
    [missed] missed
    [touched] no fill
    [reported] no fill
    [expired] expired
    [invalidated] invalidated
    [cancelled] cancelled
    [win] win
    [lose] loss
    [expire] expired
    [no-fill] no fill
    [void] not counted
   *[other] { $state }
 }
notice-more = and { $count } more
notice-restarted-none = No signal was sent again.
notice-feed-lost = 📡 <b>Data lost: { $stream }</b>
notice-feed-since = since { $at }
notice-feed-lost-means = Layers that need it do not vote until it is back.
notice-feed-back = 📡 <b>Data back: { $stream }</b>
notice-feed-back-after = It was gone for { $span }
stream = { $stream ->
    [candle] candles
    [trades] trades
    [book] order book
    [open_interest] OI
    [funding] funding
   *[other] { $stream }
 }
notice-unlisted = ⚠️ Not traded on OKX any more:
notice-unlisted-means = The other pairs go on. Signals still open on it will not be counted.
notice-unlisted-mend = Take it out of SHARPSIGNAL_PAIRS, then restart.
held-back-since = 🤫 No signal for { $span }
held-back-p-win = { $count } setups: win chance too low
held-back-confluence = { $count } setups: layers disagreed
held-back-means = The bot works; no setup was good enough. /why PAIR tells more.
notice-policy-taken = 🧠 New policy in force:
    <code>{ $version }</code>
notice-policy-refused = 🧠 Policy refused:
    <code>{ $version }</code>
    Reason: { $reason }
notice-trained-few = 🧠 Too few labels to learn from:
    { $labels } of { $needed }
    Nothing was changed.
notice-trained-same = 🧠 Trained on { $labels } labels.
    All won or all lost: nothing to tell apart, nothing was changed.
notice-trained-new = 🧠 Trained on { $labels } labels.
    New policy: <code>{ $version }</code>

## Charts of results
equity-title = Equity in R · { $count ->
    [one] { $count } trade
   *[other] { $count } trades
 }
equity-none = No trade has closed yet.
equity-sum = Deepest drawdown { $drawdown } · sum { $r }
equity-theory = dashed: theoretical { $r }
calibration-title = Win chances: stated vs actual · { $count ->
    [one] { $count } trade
   *[other] { $count } trades
 }
calibration-few = Too few trades: at least { $least } with a win chance.
calibration-brier = Brier { $brier } · base rate alone { $base }
calibration-said = across: stated, up: won, foot: trades
chart-usage = Write /chart, /chart 1423, /chart equity or /chart calibration; add dark for a dark picture.
chart-none = There is nothing to draw here.
help-chart = picture of a signal or results
    .usage = [number|equity|calibration]
toast-chart-link = 📊 The chart comes in a private chat with the bot.
button-chart = 📊 Chart
button-cornix = 📋 Cornix

## Digest, copying bots, history of a post
digest-title = 🌅 <b>While it was quiet</b>
digest-valid = <b>Still valid</b>
digest-running = <b>Running</b>
digest-gone = <b>Gone</b>
copy-now = Texts for copy-trade bots in this chat: { $form ->
    [off] off
   *[other] { $form }
 }
copy-usage = Write /copy cornix, /copy 3commas or /copy off. Only proven signals are sent; with all at the end, every signal.
help-copy = texts for copy-trade bots
    .usage = [cornix|3commas|off] [all]
history-usage = Write /history or /history 1423.
history-none = No post of that signal in this chat.
history-title = 🕘 <b>#{ $number }</b>: { $count ->
    [one] said once
   *[other] said in { $count } versions
 }
history-row = { $rev } · { $at }
help-history = every version of a post
    .usage = [number]
replay-equal = ✅ #{ $number } was made again from what was kept with it: equal, byte for byte.
replay-differs = ⚠️ #{ $number } was made again and is another. What differs: { $names }
replay-impossible = #{ $number } cannot be made again: { $lacking ->
    [basis] what it was made of is not kept.
    [policy] the model that judged it is not here.
   *[other] this version finds no levels for it.
 }
help-replay = makes a signal again as proof
    .usage = [number]
