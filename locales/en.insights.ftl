## /insights: what kinds of setups do better or worse
insights-title = <b>💡 What shows so far</b>
insights-none = Nothing was learned yet. The first night comes after 100 effective labels.
insights-waiting = Nothing was learned yet: { $n } of 100 effective labels.
insights-labels = From { $n } ended setups, until { $cut }
insights-whole = All: { $r } each, { $rate } won
insights-nothing = <b>No difference shown yet.</b>
insights-nearest = Nearest, all may be chance:
insights-row = { $verdict ->
    [best] 🥇
    [better] 📈
    [worst] ⛔
    [worse] 📉
   *[none] ➖
 } { $name }
insights-range = { $r } ({ $low } to { $high }) n={ $n }
insights-how = R each after costs, shrunken, 90% range by days. Arrows: beside the rest. Cells judged: { $cells }; 10% of what is shown may be chance.
insights-cell = { $dimension ->
    [direction_with] { $name }, with trend
    [direction_against] { $name }, against trend
    [direction_flat] { $name }, no trend
    [bias_with] with the daily bias
    [bias_against] against daily bias
    [bias_between] no daily bias
    [volatility_low] low volatility
    [volatility_middle] mid volatility
    [volatility_high] high volatility
    [layer_agreed] { $name } agrees
    [layer_not] { $name } disagrees
   *[other] { $name }
 }
insights-failures = <b>Why setups fail</b>
insights-failure = { $kind ->
    [unfilled] Entry not reached
    [ran_away] Price left first
    [stopped_early] Stopped at once
    [timed_out] Out of time
   *[invalidated] Invalidated
 }
insights-failure-share = { $what } { $share }
insights-failure-where = { $what }, { $share } vs { $rest }
insights-advice = { $advice ->
    [nearer_entry] → an entry nearer to the price
    [quicker_entry] → enter sooner, or let it go
    [wait_for_trigger] → wait for the 5m trigger
    [nearer_target] → a nearer target
   *[stronger_structure] → a stronger invalidation
 }
insights-avoid = <b>Better left alone</b>
insights-avoid-row = 🚫 { $name }
insights-avoid-since = Since { $since } · n={ $n }
insights-avoid-saved = Would have saved { $r }
insights-avoid-cost = Would have cost { $r }
insights-avoid-nothing = Nothing to judge it by yet
insights-pairs = <b>Win and lose together</b>
insights-pair = { $one } – { $other } { $value }
insights-moves = <b>How far setups run</b>
insights-moves-book = { $name }, half of them:
insights-moves-row = { $best }R for, { $worst }R against
insights-moves-levels = Model: TP { $tp1 }R, { $tp2 }R, SL { $stop }R
insights-moves-worth = surely { $r }; told, not used
insights-reach = { $ratio }R before stop: { $p }, surely { $low }
insights-after = <b>Half of setups move (ATR)</b>
insights-after-row = { $minutes } min: { $low } to { $high }
insights-after-came = Later ones within: { $share } of { $n }
insights-timing = <b>Entry against the full trigger</b>
insights-timing-way = { $way ->
    [now] At once: { $n } setups
    [choch] CHOCH alone: { $n } setups
   *[reclaim] EMA50 alone: { $n } setups
}
insights-timing-row = { $r } ({ $low } to { $high })
insights-timing-none = No difference shown yet
forecasts-learned = <b>🎯 Chances: stated vs actual</b>
forecasts-learned-n = Ended setups { $n }
forecasts-error = Off by { $value } ({ $low } to { $high })
forecasts-error-alone = Off by { $value }
forecasts-error-how = (what chance explains is taken off)
insights-page = What was learned
insights-column = { $name ->
    [kind] kind
    [n] n
    [rate] won
    [r] R each
   *[rest] beside the rest
 }
insights-too-few = too few to judge
insights-together = Correlation of pairs' results
insights-group = { $name ->
    [timeframe] Timeframe
    [regime] Regime
    [direction] Regime and trend
    [bias] Daily bias
    [session] Session
    [setup] Setup model
    [confidence] Win chance
    [volatility] Volatility
    [layer] Layer
   *[pair] Pair
 }
