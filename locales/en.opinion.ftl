## Second opinion
opinion-post = { $stance ->
    [agrees] 🤖 Second opinion: agrees
    [decides] 🤖 On the second opinion
    [against] 🤖 Second opinion: against
   *[silent] 🤖 Second opinion: silent
 }
signal-triggers-opinion = 5m triggers: not met
opinion-why = 🤖 Second opinion: { $word } · { $p }
opinion-why-silent = 🤖 Second opinion: silent ({ $why ->
    [timeout] too slow
    [budget] budget spent
    [breaker] resting after errors
    [busy] too many at once
    [rate] asked too often
    [key] key refused
    [refusal] it declined
    [invalid] answer unusable
   *[other] no answer
 })
opinion-title = <b>🤖 Second opinion</b>
opinion-model = { $model }, prompt { $prompt }
opinion-state = { $state ->
    [learning] Learning: { $pairs } of { $needed } outcomes
    [earned] Earned a say: may hold back
   *[ignored] Ignored: adds nothing so far
 }
opinion-answered = Answered { $answered } of { $asked }
opinion-worth = { $which ->
    [agreed] Agreed: { $mean } a trade ({ $n })
   *[against] Against: { $mean } a trade ({ $n })
 }
opinion-range = 90% range: { $low } to { $high }
opinion-uplift = Adds to forecasts: E { $e } of { $needed }
