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
