### WhatsApp: templates, buttons, the 24 h window, costs. The same keys in every language.
### A template may not begin or end with a variable, and two variables may not stand side by side.

## Templates that WhatsApp approves (used outside the 24 h window)
whatsapp-template-signal = 🔔 { $head }
    Entry { $entry }
    SL { $sl }
    TP { $targets }
    RR { $rr }
    Valid until { $until }
    Note: { $note }
    Answer STOP to stop.
whatsapp-template-update = 🔔 { $head }
    Details: { $detail }
    Answer STOP to stop.
whatsapp-template-outcome = 🔔 { $head }
    Result: { $detail }
    Answer STOP to stop.
whatsapp-template-notice = 🔔 { $head }
    Details: { $detail }
    Answer STOP to stop.
whatsapp-template-wake = You asked for alerts from SharpSignal, and messages are waiting. Tap the button below to receive them, or answer STOP to stop.

## Buttons and the list
whatsapp-button-more = More
whatsapp-button-keep = Keep alerts
whatsapp-more = Signal #{ $number }: choose from the list, or answer with the digit.
whatsapp-more-button = Choose
whatsapp-nofill-why = Why? Answer with the letter or its words.
whatsapp-item-nofill = ⛔ Not filled
whatsapp-item-note = 📝 Write a note
whatsapp-item-why = Why this signal
whatsapp-item-chart = 📊 Chart
whatsapp-item-stop = Stop alerts
whatsapp-more-text = Signal #{ $number }
    3 ⛔ not filled
    4 📝 write a note
    WHY #{ $number }: the reasons
    /chart { $number }: its chart
    STOP: no more alerts

## The 24 h window
whatsapp-keep = ⏳ In an hour WhatsApp closes this chat to alerts, because you have not written for a while.
    Tap the button or answer OK to keep alerts coming for the next 24 hours.
whatsapp-kept = 👍 Alerts keep coming here for the next 24 hours.
whatsapp-missed = Messages that went stale while this chat was closed and are not sent (entries, old news): { $count }.
    Results of signals are always sent and kept: STATS.
whatsapp-held = 📪 <b>WhatsApp messages are held</b>
    { $phone } has not written for more than 24 hours, and there is no template { $template }.
    They go out as soon as that person writes.
whatsapp-held-consent = 📪 <b>WhatsApp messages are held</b>
    { $phone } has not asked for alerts (never sent START).
    They go out as soon as that person writes.
whatsapp-template-refused = 📪 <b>WhatsApp refused a template</b>
    { $template }, Twilio { $code }. Look at its state in Twilio's console.
    Messages that need it are held for now.

## Costs
help-costs = WhatsApp messages and costs
    .usage = [days]
costs-title = <b>💬 WhatsApp, last { $days } days</b>
costs-none = No WhatsApp messages yet.
costs-row = { $category } to { $country }: { $messages }
costs-price = with a price: { $priced }, together { $price } { $currency }
costs-unpriced = Twilio has not told prices yet.
costs-category = { $category ->
    [answer] Answers
    [session] Inside the window
    [utility] Utility templates
    [marketing] Marketing templates
   *[other] { $category }
 }
costs-statuses = Delivered { $delivered }, read { $read }, failed { $failed }
costs-held = Held now { $held } · by Telegram { $telegram }
costs-usage = Write /costs or /costs [days], for example /costs 7.

## Words that people write as commands (separated by commas)
words-stop = stop, unsubscribe, stopall, end, quit, stop alerts
words-start = start, subscribe
words-keep = ok, okay, keep alerts
words-stats = stats
words-status = status
words-watch = watch
words-help = help, info
words-why = why
words-pause = pause
words-resume = resume
