## What was learned: model cards
procedure = { $name ->
    [linear] the eight layers
    [surroundings] layers and surroundings
    [recent] what was recent
    [avoiding] layers, bad cells avoided
   *[other] { $name }
}
learned-promoted = 🧠 <b>Model changed</b>
    New: { $name }
    It was right more often than the one before, on the same setups.
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
learned-sample = Setups: { $setups } in { $days } days
learned-difference = R a setup: { $difference }
learned-interval = 90 %: { $low } to { $high }
learned-probation = Half the size for 48 h. It goes back by itself if it does worse.
learned-labels = Labels behind it: { $labels }
notice-trained-held = 🧠 Trained on { $labels } labels.
    Tonight's model jumped too far.
    The one in force stays.
