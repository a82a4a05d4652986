### People, roles, menus and the ops room.

## Help
help-title = <b>Commands</b>
    Press a part to see what each one does.
help-help = what there is
help-back = ‹ All
section-signals = <b>Signals</b>
section-results = <b>Results</b>
section-mine = <b>My settings</b>
section-admin = <b>Admin</b>
help-users = people, roles, requests
help-health = data, outbox, lines, model
help-logs = newest lines of the log
    .usage = [lines]
help-route = results or ops into this topic
    .usage = signals|results|ops|off

## Chats that fall silent
notice-quiet = 🔇 <b>{ $chat }</b> gets nothing now
    { $reason ->
        [rights] The bot may not write there. Fix: make it an admin that may post messages.
        [topic_closed] The topic is closed. Fix: open it again, or let the bot manage topics.
        [not_found] The chat or topic is not there. Fix: the line TELEGRAM_CHAT_IDS.
       *[left] The bot was removed. Fix: add it again.
    }
    Sending goes on by itself after that.
notice-awake = 🔊 <b>{ $chat }</b> gets messages again. What it missed is caught up.

## People
role-name = { $role ->
    [owner] owner
    [admin] admin
    [analyst] analyst
    [subscriber] subscriber
    [viewer] viewer
   *[other] { $role }
 }
notice-role = 👤 Your role is now: <b>{ $role ->
    [admin] admin
    [analyst] analyst
    [subscriber] subscriber
    [viewer] viewer
   *[other] { $role }
 }</b>
    { $role ->
        [admin] You may let people in and look after the bot: /users, /health, /logs.
        [analyst] You may see how the model works. Signals come here.
        [subscriber] Signals come here.
       *[viewer] You may read and ask; signals no longer come here.
    }
notice-removed = Your access was taken back. Nothing is sent here any more.
toast-decided = { $inside ->
    [yes] Decided already: they are in.
   *[no] Decided already: they are not in.
 }
toast-above = Only an owner may change this role.
toast-gone-user = This person is not a member any more.
toast-removed = Removed.
toast-role = { $role ->
    [admin] Now an admin.
    [analyst] Now an analyst.
    [subscriber] Now a subscriber.
   *[viewer] Now a viewer.
 }
users-title = <b>👥 People</b>: { $count } members
users-owner = 👑 { $name }
users-count = { $role ->
    [admin] Admins
    [analyst] Analysts
    [subscriber] Subscribers
   *[viewer] Viewers
 }: { $count }
users-deeds = <b>Done lately</b>
users-deed = { $at } { $who }: { $action ->
    [approve] let in
    [reject] turned down
    [remove] removed
    [role] role of
    [claim] claimed the bot
    [pause] paused
    [resume] resumed
    [demo] posted a DEMO
    [copy] set copying in
    [costs] looked at WhatsApp costs
    [promote] promoted model
    [rollback] rolled back to model
    [chat] changed this chat
    [route] moved a topic
   *[other] { $action }
 } { $target }
users-waiting-button = ⏳ Waiting ({ $count })
users-waiting-title = <b>⏳ Waiting</b>: { $count }
users-waiting-row = { $name }, { $channel } { $user }
users-waiting-none = Nobody is waiting.
users-out-button = 🚫 Kept out ({ $count })
users-out-title = <b>🚫 Turned down or removed</b>: { $count }
users-out-none = Nobody was turned down or removed.
users-name = { $name }
users-id = { $channel } <code>{ $user }</code>
users-role = Role: { $role ->
    [admin] admin
    [analyst] analyst
    [subscriber] subscriber
   *[viewer] viewer
 }
users-since = Known since { $at }
users-not-yours = Only an owner may change this.
users-up = ⬆ { $role ->
    [admin] admin
    [analyst] analyst
   *[subscriber] subscriber
 }
users-down = ⬇ { $role ->
    [analyst] analyst
    [subscriber] subscriber
   *[viewer] viewer
 }
users-remove = 🗑 Remove
users-remove-ask = Remove <b>{ $name }</b>? They lose access and can ask no more.
users-remove-yes = Yes, remove
users-remove-no = No
users-back = ‹ Back

## Health and log
health-title = <b>🩺 Health</b> { $at }
health-feed = { $pair }: { $age } ago
health-feed-lost = ⚠️ { $pair }: { $age } ago
    lost: { $streams }
health-feed-none = { $pair }: no data yet
health-feeds-more = and { $count } more pairs
health-running = ▶️ New signals may go out
health-halted = ⏸ Held { $until }: { $reason }
health-model = 🧠 Model { $version }
health-model-none = 🧠 Model: none yet, prior weights
health-raters = 🗳 Voters who count: { $counted } of { $people }
health-raters-did = right: { $agreement } · labels moved: { $labels } · p by { $moved } at most
health-outbox = 📤 Outbox { $pending }, oldest { $oldest }
health-outbox-empty = 📤 Outbox: empty
health-lost = ✉️ Dead { $dead } · too late { $dropped }
health-letter = { $at } { $chat }: { $error }
health-silent = 🔇 { $chat }: { $reason ->
    [rights] no right to write
    [topic_closed] topic closed
    [not_found] not there
    [blocked] bot thrown out
    [left] bot removed
    [stop] said STOP
   *[other] { $reason }
 }
health-silent-more = and { $count } more silent chats
health-line = ✅ { $name }: { $sent } sent, slowed { $floods }×
health-line-lost = ❌ { $name }: { $problem }
health-refresh = 🔄 Refresh
logs-title = <b>📜 Log</b>: { $count } lines (UTC)
logs-none = Nothing is in the log.
logs-private = The log names people and chats: ask for it in a private chat with the bot.

## Topics of a group, and the status card
route-usage = Write /route in a topic: signals, results (what became of them), ops (status card and technical news) or off.
route-now = Here: { $signals ->
    [yes] signals
   *[no] no signals
 }, { $results ->
    [yes] results
   *[no] no results
 }, { $ops ->
    [yes] ops
   *[no] no ops
 }.
route-done = ✅ { $what ->
    [signals] Signals of this group come here.
    [results] Results of this group come here.
    [ops] The status card stands here; technical news comes here.
   *[off] Nothing is moved here any more.
 }
route-unknown = This group gets no signals yet: put it into TELEGRAM_CHAT_IDS first.
card-title = <b>🩺 Status</b> · { $at }
card-tick = Newest data { $age } ago
card-tick-none = No data yet
card-feed = { $stream }: { $age }
card-feed-lost = ⚠️ { $stream } lost: { $pairs }
card-open = Open signals: { $count }
card-stale = Over 10 minutes old? Bot is down.

## What Telegram shows of the bot
bot-description = Signals for OKX perpetuals from 8 layers, with entry, stop and targets, and every result as it was: won, lost, expired, not filled. No financial advice; the bot holds no funds and places no orders. Press Start.
bot-short = Signals for OKX perpetuals, losses told as plainly as wins. No financial advice.

## The owner's claim where the settings name other chats
start-claimed-elsewhere = ✅ This bot is yours now. Signals go to the chats in TELEGRAM_CHAT_IDS, not here.
