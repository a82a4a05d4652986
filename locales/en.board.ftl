### The board beside the web chat

web-views = Parts of the page
web-talk = Chat
web-board = Dashboard
board-title = { $part ->
    [state] New signals
    [figures] Figures of all signals
    [signals] Open signals
    [layers] Eight layers now
    [waiting] Waiting for 5m triggers
    [funnel] What became of setups
    [equity] Sum of R
    [chances] Win chances: stated vs actual
    [model] Model and contest
    [books] Books
    [opinion] Second opinion
    [feeds] Data
   *[delivery] Delivery
 }
board-warming = ⏳ Warming up: nothing is judged yet.
board-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
 }
board-why = Why?
board-first = No signal has closed yet. Running since { $at }.
board-last-closed = The last one closed { $at }.

## Layers
board-layers = Score of each layer for each pair
board-layer = { $name ->
    [smc] SMC
    [cvd] CVD
    [rsi_ema_macd] RSI+
    [structure] Struct
    [oi] OI
    [funding] Fund
    [orderflow] Flow
   *[fibo] Fibo
 }
board-layer-state = { $state ->
    [stale] stale
   *[unavailable] no data
 }
board-side = { $side ->
    [long] LONG
   *[short] SHORT
 }
board-layers-at = 15m close { $at }. Above 0 speaks for a LONG. LONG and SHORT: how much the layers agree; from { $least } on a setup is judged.
board-more-pairs = { $count ->
    [one] { $count } more pair
   *[other] { $count } more pairs
 }, { $cold } of them still warming up

## Funnel
board-judged = Setups judged in 24 hours: { $count }. First reason to refuse:
board-funnel-none = No setup was judged in the last 24 hours.
board-published = ✅ Published
board-refusal = { $reason ->
    [coverage] Too little data
    [no_anchor] No level to hang on
    [side_order] Levels out of order
    [rr] RR too small
    [tp2_atr] TP2 too far
    [spread] Spread too wide
    [volatility] Too volatile
    [costs] Costs too high
    [stale] Data or price too old
    [liquidity] Too little turnover
    [cooldown] Side rests after a signal
    [heat] Too much open together
    [breaker] Breaker
    [paused] Paused by an owner
    [open_signal] Pair has an open signal
    [regime] Against market or bias
    [location] Wrong place
    [order_flow] Order flow against it
    [confluence] Layers agree too little
    [p_win] Win chance too small
    [trigger] 5m trigger never came
    [opinion] Second opinion said no
    [unproven] Edge not proven
   *[other] { $reason }
 }

## Model
board-chances = Win chances that were told, against what came
board-labels = Effective labels so far: { $have }
board-contest = Proof of edge and challengers
board-proof = 🏅 Proof of edge
board-race = { $name ->
    [who] Who
    [e] Evidence E
    [r] R a setup
    [left] Days left
   *[lacks] Lacks
 }
board-e = { $e } of { $needed }
board-days = { $count }
board-books = Books and whether their edge is proven
board-book = { $name ->
    [name] Book
    [mode] State
    [n] Effective labels
   *[e] Evidence E
 }
board-every-book = All books
board-mode = { $mode ->
    [live] ✅ proven
   *[paper] 🧪 PAPER
 }
board-books-none = No model yet: every signal is 🧪 PAPER.
board-books-rule = A book tells a win chance from { $least } effective labels on, and is PAPER until its edge and that of all books are proven.
board-opinion = { $on ->
    [yes] On. None was given yet.
   *[no] Off: OPENAI_API_KEY is not set.
 }
