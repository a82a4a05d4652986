### Web chat, record page and the first talk with a new owner: what belongs to no command.

## The first talk: language, zone, pairs, risk
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
setup-done = <b>✅ All set</b>
    { $choices }

    Below is an example signal. Press its buttons: nothing of it is counted.
