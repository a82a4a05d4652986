### What commands say on the terminal.

## `doctor`: this machine
doctor-mark = { $state ->
    [ok] ok
    [warn] warn
    [fail] FAIL
   *[off] off
 }
doctor-name = { $name ->
    [settings] settings
    [time_zones] time zones
    [disk] disk
    [database] database
    [port] port
    [okx_stream] okx stream
    [clock] clock
    [pairs] pairs
    [owner] owner
    [whatsapp_in] whatsapp in
    [templates] templates
    [model] model
   *[other] { $words }
 }
doctor-settings = language { $locale }, zone { $zone }, pairs { $pairs }
doctor-settings-no-file = { $told }; no .env here, so from the environment and defaults
doctor-settings-open = { $told }; .env can be read by others on this machine
doctor-zones = { $count } zones known
doctor-zones-missing = no data for { $zones }
doctor-zones-mend = install the package tzdata
doctor-disk = { $free } GB free for { $folder }
doctor-disk-mend = free at least 1 GB, or name another folder in SHARPSIGNAL_DATA_DIR
doctor-disk-tape-mend = the recorded tape takes up to 4 GB: free some, or lower SHARPSIGNAL_RECORD_DAYS
doctor-database = { $path } is whole, writable and of this version
doctor-database-none = none yet; `sharpsignal run` makes { $path }
doctor-database-used = { $path } is whole and in use by process { $pid }
doctor-database-kind = DATABASE_URL names a database that is not built yet
doctor-database-kind-mend = leave DATABASE_URL empty: only SQLite is built
doctor-database-folder = { $folder } cannot be written
doctor-database-folder-mend = name a folder of yours in SHARPSIGNAL_DATA_DIR
doctor-database-read-only = { $path } is read-only
doctor-database-read-only-mend = make it yours: chown or chmod u+w { $path }
doctor-database-lock = { $path } cannot be locked ({ $why })
doctor-database-lock-mend = use a local disk
doctor-database-damaged = { $path } is damaged: { $why }
doctor-database-damaged-mend = stop the bot, keep a copy of the file, restore your newest backup
doctor-database-foreign = { $path }: { $why }
doctor-database-foreign-mend = name another folder in SHARPSIGNAL_DATA_DIR, or update
doctor-database-unreadable = { $path } cannot be read ({ $why })
doctor-database-unreadable-mend = is it another program's file? Move it away
doctor-database-older = { $path } is of an older version
doctor-database-older-mend = the next `sharpsignal run` updates it
doctor-port = { $address } is free for the page and the webhooks
doctor-port-taken = { $address } is taken
doctor-port-taken-mend = right if SharpSignal runs; else set SHARPSIGNAL_PORT
doctor-port-mend = mend SHARPSIGNAL_HOST or SHARPSIGNAL_PORT

## `doctor`: OKX, Twilio, the model
doctor-silent = { $url } does not answer: { $why }
doctor-no-answer = no answer within { $seconds } s
doctor-reach-mend = check this machine's network, DNS and firewall, or { $name }
doctor-okx = { $url } answers in { $ms } ms
doctor-okx-mend = check this machine's network, DNS and firewall, or OKX_REST_URL (some countries need a regional host or a proxy)
doctor-okx-odd = { $url } answers, but not as OKX does
doctor-okx-odd-mend = OKX may be blocked here: set OKX_REST_URL to a regional host or a proxy
doctor-clock-near = within { $seconds } s of OKX
doctor-clock = { $side ->
    [ahead] { $seconds } s ahead of OKX
   *[behind] { $seconds } s behind OKX
 }
doctor-clock-mend = let the machine set its clock: timedatectl set-ntp true
doctor-stream = { $url } opens and answers
doctor-stream-closed = { $url } cannot be opened: { $why }
doctor-stream-odd = { $url } opens but answers no ping
doctor-stream-odd-mend = check OKX_WS_URL
doctor-pairs = live on OKX: { $count } of { $all }
doctor-pairs-all = every live USDT swap; OKX lists { $count } swaps
doctor-pairs-unread = OKX's list of contracts cannot be read
doctor-pairs-missing = not live on OKX: { $pairs }
doctor-pairs-missing-mend = take them out of SHARPSIGNAL_PAIRS
doctor-whatsapp-off = not set up (TWILIO_ACCOUNT_SID and two more)
doctor-whatsapp-unknown = Twilio does not know this account or refuses its token
doctor-whatsapp-unknown-mend = copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN anew from Twilio's console
doctor-whatsapp-state = Twilio says { $state }
doctor-whatsapp-state-mend = look into Twilio's console
doctor-whatsapp = { $number } is a number of this account
doctor-whatsapp-other = { $number } is not among this account's numbers
doctor-whatsapp-other-mend = right for Twilio's sandbox or a WhatsApp-only sender; else mend TWILIO_WHATSAPP_FROM
doctor-whatsapp-in = answers come to { $url }
doctor-whatsapp-in-closed = answers of people cannot reach us
doctor-whatsapp-in-closed-mend = set SHARPSIGNAL_PUBLIC_URL to the address under which Twilio reaches this machine
doctor-whatsapp-nobody = nobody gets signals
doctor-whatsapp-nobody-mend = name who opted in in WHATSAPP_RECIPIENTS
doctor-model = { $model } answers
doctor-model-off = no second opinion (OPENAI_API_KEY)
doctor-model-key = the key is refused
doctor-model-key-mend = set a valid OPENAI_API_KEY, or leave it empty
doctor-model-unknown = { $model } is not known there
doctor-model-unknown-mend = name one that the server has in OPENAI_MODEL
doctor-model-status = the server says { $status }
doctor-model-status-mend = try later, or check OPENAI_BASE_URL

## `doctor`: Telegram
doctor-telegram = @{ $name } answers
doctor-telegram-off = no bot
doctor-telegram-off-mend = `sharpsignal init` sets one up in two minutes
doctor-telegram-shape = TELEGRAM_BOT_TOKEN { $shape }
doctor-telegram-unknown = Telegram does not know this bot: take the token from @BotFather anew
doctor-telegram-no-token = chats or owners are named, but TELEGRAM_BOT_TOKEN is empty
doctor-telegram-refused-mend = `sharpsignal init` asks for a new token
doctor-telegram-silent = Telegram does not answer: { $why }
doctor-telegram-mend = check the network; where Telegram is blocked set HTTPS_PROXY or TELEGRAM_API_BASE_URL
doctor-telegram-server-mend = is a Bot API server at { $url }? (TELEGRAM_API_BASE_URL)
doctor-owner = the bot has an owner
doctor-owner-none = nobody owns the bot yet
doctor-owner-none-mend = open the link that `sharpsignal init` prints
doctor-chat-moved = the group became a supergroup with another id
doctor-chat-moved-mend = write { $id } in TELEGRAM_CHAT_IDS (the running bot follows it by itself)
doctor-chat-closed = not open to the bot: { $why }
doctor-chat-closed-mend = add the bot there (/start it in a private chat), or mend TELEGRAM_CHAT_IDS: `sharpsignal init` finds ids
doctor-chat-no-topics = { $chat } has no topics
doctor-chat-no-topics-mend = write { $id } without :{ $topic }
doctor-chat-out = the bot is not in { $chat }
doctor-chat-out-mend = add it there
doctor-chat-mute = the bot may not post in { $chat }
doctor-chat-mute-mend = make it an admin that may post messages
doctor-chat-member = { $chat }: may post, may not pin
doctor-chat-member-mend = make it an admin that may pin, for the pinned status card
doctor-chat-admin = { $chat }: admin, may post, edit and pin
doctor-chat-lacks = { $chat }: rights missing to { $rights }
doctor-chat-lacks-mend = give it these rights for messages: { $rights }
doctor-right = { $right ->
    [post] post
    [edit] edit
   *[pin] pin
 }

## `doctor`: WhatsApp's templates
doctor-templates = { $count } approved by WhatsApp
doctor-templates-none = none: outside the 24 h window nothing can be sent, and there are no buttons
doctor-templates-none-mend = `sharpsignal templates --create` makes them; TWILIO_CONTENT_SIDS takes the line that it prints
doctor-templates-unread = their approval cannot be read: { $why }
doctor-templates-unread-mend = try again later
doctor-templates-bad = { $group ->
    [gone] not known to Twilio: { $names }
    [unsubmitted] approval was never asked for: { $names }
    [waiting] WhatsApp has not decided yet: { $names }
   *[refused] { $states }: { $names }
 }
doctor-templates-bad-mend = { $group ->
    [gone] take them out of TWILIO_CONTENT_SIDS and run `sharpsignal templates --create`
    [unsubmitted] ask for approval in Twilio's console (Content Template Builder)
    [waiting] WhatsApp decides, mostly within a day; until then what needs them is held
   *[refused] Twilio's console says why; mend the template there, or create it anew under another name
 }
doctor-templates-missing = none in language { $locale } for: { $kinds }
doctor-templates-missing-mend = `sharpsignal templates --create` makes what TWILIO_CONTENT_SIDS does not name yet

## `init`
init-other-language = Bahasa Indonesia: { $program } init --locale id
init-token-from = A bot token comes from @BotFather in Telegram: /newbot, then paste here what it gives (it stays invisible).
init-token-ask = Token:
init-token-keep = Token (Enter keeps the one of bot { $bot }):
init-token-none = nothing was typed; @BotFather in Telegram gives a token (/newbot)
init-token-needed = must be set; @BotFather in Telegram gives one (/newbot)
init-token-shape = must look like 123456789:AAE… with nothing before or after it
init-token-kept = @{ $bot } answers; { $file } holds the token (readable by you alone).
init-token-other = the environment names another bot than { $file }; unset it there
init-store-used = sharpsignal is running on this store (process { $pid }): stop it first, then run init again
init-store-closed = { $folder } cannot be used ({ $why }); name a folder that you may write to
init-preflight = Preflight:
init-start = Start it with: { $program } run
init-mend = Mend what says FAIL, then look again: { $program } doctor
init-link = Open this on your phone and press Start: { $link }
init-waiting = Waiting for you, { $minutes } minutes at most. Ctrl+C ends it; the link stays good.
init-owned = You own the bot now. Go on in the chat; it asks with buttons, a press each ({ $questions }).
init-demo = The DEMO signal is in the chat: press a button under it (this ends in a minute, pressed or not).
init-pressed = Pressed, and answered. Try the others, too: this goes on when none was pressed for a while.
init-nobody = Nobody finished within { $seconds } s. The link stays good: `sharpsignal init` goes on.
init-conflict = Another program reads this bot's updates: stop it (an old copy, another server), or take the token away from it with /revoke at @BotFather and run init with the new one.
init-trouble = Telegram: { $problem }. Trying again.
init-places = { $line }: signals go there, too.
init-places-none = { $name } is empty again.

## `run` and `demo`, when they start
start-demo = SIMULATED market (seed { $seed }, planted edge { $edge }): an hour passes in { $seconds } s.
start-demo-open = Open { $url } and press Ctrl+C here to end.
start-claim-link = Nobody owns this bot yet. Open { $link } to claim it.
start-claim-word = Nobody owns the web chat yet. Write { $word } there to claim it.

## `verify`, `export`, `explain` and `replay --signal`
store-no-signal = no signal { $ident } in this store
store-no-decision = no signal or decision { $ident } in this store; `sharpsignal export --table decisions` lists them all
store-decision-gone = signal { $ident } is stored, but not the decision behind it
verify-whole = every line matches; newest hashes: { $heads }
export-done = { $count ->
    [one] { $count } row of { $table } written to { $file }
   *[other] { $count } rows of { $table } written to { $file }
 }
made-again-equal = signal { $number }: made again from what was stored, equal byte for byte
made-again-other = signal { $number }: made again, it is another (stored → made again):
