"""What the codes of the report mean, in a few words each: how a signal ended, why a setup was refused."""

from __future__ import annotations

ENDINGS = {
    "win: tp1": "TP1 and TP2 are one price: all left there",
    "win: tp2": "half left at TP1, half at TP2",
    "win: breakeven": "half left at TP1, the rest at the entry",
    "win: timeout": "half left at TP1, the rest at the time limit",
    "lose: sl": "the stop came before TP1",
    "lose: invalidated": "a close beyond the invalidation before TP1",
    "lose: timeout": "neither TP1 nor the stop in time; counts as lost, whatever it brought",
    "expire: expired": "the entry was not reached in time",
    "expire: missed": "price ran away from the entry, or reached TP1, before a fill",
    "expire: invalidated": "a close beyond the invalidation before a fill",
    "expire: cancelled": "cancelled before a fill",
    "no-fill: touched": "the entry was touched but not traded through",
    "no-fill: reported": "people reported no fill",
    "void: data_gap": "too many bars are missing to tell",
    "void: delisted": "the contract was taken off",
}

REFUSALS = {
    "coverage": "too few layers had data",
    "no_anchor": "no price area to hang entry, stop or target on",
    "side_order": "stop, entry and targets are not in order",
    "rr": "too little to gain for the risk",
    "tp2_atr": "TP2 is too far away for the 1h ATR",
    "spread": "best bid and ask are too far apart",
    "volatility": "the 1h ATR is too large",
    "costs": "fees, slippage and funding eat too much of R",
    "stale": "bars are missing or late, or price had left the entry",
    "liquidity": "too little is traded",
    "cooldown": "pair and side, or the price area, had a signal too recently",
    "heat": "too much risk is open on pairs that move together",
    "breaker": "a pause after stops in a row",
    "paused": "an owner paused",
    "open_signal": "the pair has an open signal",
    "regime": "against market state, 4h structure or daily bias",
    "location": "not at a place this setup model wants",
    "order_flow": "5m order flow went the other way",
    "confluence": "too few layers agreed",
    "p_win": "the win probability was too low",
    "trigger": "the 5m triggers did not come in time, or price went without them",
    "opinion": "the second opinion said no",
    "unproven": "only proven books are published",
}

NOTHING_LEARNED = {
    "too_few_labels": "too few setups had ended",
    "one_class": "every setup ended the same way",
}

LEARNED_EVENTS = {
    "promoted": "became champion",
    "rolled_back": "was put back in its place as champion",
    "chosen": "was chosen by hand",
    "minted": "joined as a challenger",
    "retired": "was retired",
    "blocked": "jumped too far: the policy before it stayed for a night",
    "alarm": "set off an alarm",
    "restarted": "began its evidence anew",
    "tripped": "warned of something that is off",
    "cleared": "has it behind it",
    "proven": "has a proven book",
    "unproven": "has a book that is PAPER again",
}

WAYS = {"now": "at once", "choch": "CHOCH alone", "reclaim": "reclaim of the EMA50 alone"}

GATES = {
    "evidence": "evidence",
    "days": "seven days",
    "pairs": "150 filled setups",
    "disagreements": "40 setups on which they differ",
    "pr_auc": "as good an order (PR-AUC)",
    "brier": "as good a Brier score",
    "net_r": "as much R",
    "drawdown_r": "no deeper drawdown",
    "inversion_se": "more wins where p is higher",
}
