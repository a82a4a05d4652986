## What was learned: model cards
procedure = { $name ->
    [linear] the eight layers
    [surroundings] layers and surroundings
    [recent] what was recent
    [timed] layers, another entry
    [avoiding] layers, bad cells avoided
   *[other] { $name }
}
learned-promoted = 🧠 <b>Model changed</b>
    New: { $name }
    On the same setups it did better than the one before.
learned-rolled_back = 🧠 <b>Back to the model before</b>
    In force: { $name }
    The newer one did worse than it promised.
learned-chosen = 🧠 <b>Model chosen by hand</b>
    In force: { $name }
learned-proven = 🧠 <b>Edge proven</b>
    Book: { $book }
    Its signals are no longer 🧪 PAPER.
learned-unproven = 🧪 <b>Back to PAPER</b>
    Book: { $book }
    Its edge is not proven any more.
learned-evidence = Evidence E: { $e } (needed: { $needed })
evidence-means = (E 1: no sign, { $needed }: proven)
learned-sample = Setups: { $setups } in { $days } days
learned-difference = R a setup: { $difference }
learned-interval = 90% range: { $low } to { $high }
learned-probation = Half the size for 48 h. It goes back by itself if it does worse.
learned-labels = Labels behind it: { $labels }
learned-alarm = ⚠️ <b>Alarm: the model falls short</b>
learned-alarm-how = Every book is 🧪 PAPER until its edge is proven anew. For 14 days it forgets faster and asks for 0.05R more.
learned-tripped = ⚠️ <b>Something is off</b>
learned-cleared = ✅ <b>Back to normal</b>
learned-restarted = 🧠 <b>Evidence begins anew</b>
    Engine, sensitivity or pairs are others than before.
sign = { $name ->
    [cusum] Fewer wins than promised
    [adwin] Wins fell against what was said
    [drawdown] A drawdown deeper than on paper
    [p_range] Impossible win chances
    [bundle] The model file is damaged
    [publish_rate] Far more or fewer signals than usual
    [data_quality] Data missing: { $about }
    [missing] Often missing: { $about }
    [moved] Drifted: { $about }
    [stale] No setup for unusually long
    [regime] Unusual share of { $about }
    [fewer] Fewer wins than promised: { $about }
    [more] More wins than promised: { $about }
    [canary] The test for leaks failed
    [worse_than_old] The model before is better
   *[other] { $name }
}
sign-about = { $about ->
    [all] all
    [trend_agrees] agreement with the trend
    [trend_4h_agrees] agreement with the 4h trend
    [bias_1d] daily bias
    [volatility_percentile] volatility percentile
    [efficiency_ratio] efficiency ratio
    [asia_open] Asia open
    [london_open] London open
    [new_york_open] New York open
    [flow_agrees] 5m order flow
    [risk_atr] stop distance in ATR
    [distance_atr] entry distance in ATR
    [confluence] agreement of the layers
    [coverage] share of data
    [rr_target] RR of the target
    [rr_tp1] RR of TP1
    [cost_r] costs in R
    [atr_pct] ATR in %
    [adx] ADX
    [state_agrees] agreement with the market
    [spread_bp] spread
    [buyers_control] buyers in control
    [sellers_control] sellers in control
    [funding] funding
    [variance_ratio] variance ratio
    [hurst] Hurst exponent
    [candles] candles
   *[other] { $about }
 }
notice-trained-held = 🧠 Trained on { $labels } labels.
    Tonight's model changed too much.
    The one in force stays.

## /model and /promote
model-procedure = Reads: { $name }
model-forecasts = Forecasts that ended: { $n }
model-no-forecasts = No forecast has ended yet.
model-skill = Gain on the base rate: { $skill }
model-skill-range = 90% range: { $low } to { $high }
model-no-skill = No edge shown yet.
model-proof = Proof of edge: E { $e } of { $needed }
model-proof-sample = Setups it is sure of: { $setups }
model-proof-mean = Each on average: { $mean }
model-proof-none = Proof of edge: not begun.
model-proof-left = At this pace: { $days } more days
model-looked = Evidence as of { $at }
model-rivals = <b>Challengers</b>
model-rival = ⚔️ { $name }
model-rival-e = E { $e }/{ $needed } · { $difference } a setup
model-missing = Missing:
gate = { $name ->
    [evidence] evidence
    [days] days
    [pairs] setups
    [disagreements] disagreements
    [pr_auc] ranking
    [brier] calibration
    [net_r] net R
    [drawdown_r] drawdown
   *[other] order of the bins
}
model-live = { $book } · live
model-paper = { $book } · 🧪 PAPER
model-warnings = <b>⚠️ Off as of the last night</b>
promote-title = <b>⚔️ Challengers</b>
promote-none = There is no challenger to show yet. The first comes with the first model, then one a week, three at most. Each stands here a night after it came.
promote-how = One that has earned it takes over by itself. Nothing was changed.
button-promote = 🏆 { $name }
promote-ask = Make <b>{ $name }</b> the model now? Open signals keep their plan.
button-promote-yes = 🏆 Yes, change
promote-done = 🏆 { $name } is handed to the engine; the chats are told when it is in force.
model-later = The newest policy takes effect at { $when }. Please choose after that: nothing was changed.
promote-not-earned = It has not earned it: nothing was changed.
