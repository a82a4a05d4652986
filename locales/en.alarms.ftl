# Alarms: figures beyond their bound. $name is one of latency, errors, rate_limited, round_trip, time_to_trigger, win_rate, outbox
alarm-name = { $name ->
    [latency] answers are slow
    [errors] our answers fail
    [rate_limited] OKX slows us down
    [round_trip] OKX is far away
    [time_to_trigger] signals come late
    [win_rate] win chances out of order
    [outbox] messages wait
   *[other] { $name }
}
alarm-means = { $name ->
    [latency] p95 of our HTTP answers
    [errors] share of failed HTTP answers
    [rate_limited] share of requests refused (429)
    [round_trip] p95 from ping to pong
    [time_to_trigger] p95 from bar close to signal
    [win_rate] a higher chance won less often
    [outbox] age of the oldest message
   *[other] { $name }
}
notice-alarm = 🚨 <b>Alarm: { $name }</b>
notice-alarm-value = Now { $value }, bound { $bound }
notice-alarm-since = since { $at }
notice-alarm-over = ✅ <b>Over: { $name }</b>
notice-alarm-over-after = It lasted { $span }
unit-seconds = { $value } s
unit-errors = { $value } SE
