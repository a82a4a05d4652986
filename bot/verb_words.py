"""What each verb says about itself in its help."""

DEMO = """Runs everything on a seeded simulated market and serves the web chat on SHARPSIGNAL_HOST:SHARPSIGNAL_PORT
(http://127.0.0.1:8080 by default) until Ctrl+C. Nothing is kept: the store of a demo is deleted at its end."""
RUN = """Reads OKX's public market data for SHARPSIGNAL_PAIRS, sends signals to the chats named in .env and to the
local web chat, and follows each to its end. Runs until Ctrl+C; started again it goes on where it was. Without an owner
it prints a one-time link that claims the Telegram bot. One process a store."""
INIT = """Asks for the token of your Telegram bot, checks it and writes it into .env (only you can read it; what else
is there stays). Prints a link and a QR code: whoever opens it first owns the bot. Language, time zone, pairs,
risk and where signals go are then asked in the chat, a press each, and a DEMO signal comes whose buttons work. Ends
with the table of `doctor`.
The token may also be piped in, or stand in TELEGRAM_BOT_TOKEN."""
DOCTOR = """Looks at settings, time zone data, disk, label store, port, OKX and the clock, the pairs, Telegram and its
rights in each chat, Twilio and its number, and the model. Nothing is changed. Exit code 0: it can work (warn and off
are no faults); 1: something must be mended first; 2: wrong settings."""
DOWNLOAD = """Fetches closed bars, open interest, funding, taker volume and contracts from OKX's public data, as far
back as OKX keeps them, and single trades where they come within a minute a pair. Started again it goes on where it was:
what is there stays, gaps are filled. The two commands from nothing to a report: sharpsignal download --pairs
BTC-USDT-SWAP,ETH-USDT-SWAP --days 30 --data data/market, then sharpsignal replay --data data/market --out out."""
RECORD = """Listens to OKX like `run`, without an engine and without chats, and appends what comes to DIR: a journal of
everything in its order, from which a replay concludes what a live run would have, and the candles, trades, open
interest, funding and best prices of each pair. Started again it goes on. Ends with Ctrl+C; a kill loses a second."""
REPLAY = """Plays recorded candles (and trades, open interest, funding, best bid and ask where they are there) through
the same engine as `run` and writes signals.jsonl, outcomes.jsonl, summary.json, ticks.sha256 and report.html. The same
inputs give the same bytes. SHARPSIGNAL_SENSITIVITY, SHARPSIGNAL_PUBLISH and SHARPSIGNAL_TIMEZONE count here, too. The
layout of DIR is described in docs/replay.md. --signal instead makes one signal of the label store again."""
LINT = """For those who change or add a layer. Reads recorded markets again and again: whole, cut off at many places,
begun later, stopped and started again. What was read at a bar may never change (lookahead, repainting), a later start
must come to the same votes, anchors must be what they were said to be, and nobody may change what he only reads. Prints
for each layer how much was read and what was found, with the first bar at which it showed. Exit code 0 clean, 1 faults.
What each fault means is told in docs/honesty.md."""
TRAIN = """Learns from every labelled decision of the store, as `run` does every night at 02:00 UTC by itself, and
tells how good the forecasts were, how far the proof of edge has come, and how the challengers stand. What was concluded
is left for the live process, which takes it in at the next quarter hour."""
EVALUATE = """Walks forward over the whole store: fits on what had ended, forecasts what came next, and holds that
against the base rate. Changes nothing."""
POLICIES = (
    """Lists every policy that was made, by which procedure, since when it is in force, and from how many labels."""
)
PROMOTE = """Makes a challenger the champion where its contest has earned it: E at 20 for each challenger, and every
gate passed. Else it says what is missing. By itself this happens in the night in which it is earned."""
ROLLBACK = """Makes the procedure that was champion before the champion again, with its newest policy."""
STATS = """Counts and R of the signals of this store on the followable track: what a person could have had from 45
seconds after the message, net of fees and slippage. R is the distance from entry to stop."""
EXPLAIN = """Tells in words what a decision was taken from: the eight scores with their weights and what each layer
saw, agreement or win chance against what was needed, market state, location and order flow, the anchor of every level,
and all that refused with its number. Scores are signed to the setup's side: positive speaks for it."""
VERIFY = """Recomputes the hash chains of signals and outcomes. Exit code 1 names every line that was changed, is
missing or was put in between."""
EXPORT = """Writes a table of the label store to a file; it appears whole or not at all. May run beside the live
process."""
TEMPLATES = """What WhatsApp lets us send after 24 hours of silence must be a template that it approved, and buttons
need one at all times. Prints each with its variables and category. With --create they are made at Twilio through its
Content API, approval is asked for, and the line for .env is printed."""
