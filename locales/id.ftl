### Bahasa Indonesia. Kunci dan variabelnya sama di setiap bahasa (diuji).
### Isi kalimat HTML boleh memakai <b>, <code>, <blockquote expandable>; tulis &lt; untuk tanda kurang dari.

## Lama waktu
span-seconds = { $s } dtk
span-minutes = { $m } mnt
span-hours = { $h } jam { $m } mnt
span-days = { $d } hari { $h } jam

## Sinyal: kepala dan tanda
mark-simulated = 🎮 SIMULASI: bukan pasar asli
mark-demo = 🎓 DEMO: contoh, tidak dihitung

## Sinyal: keadaan
state-waiting = ⏳ Menunggu entry
state-ambiguous = Satu bar menyentuh dua level: yang buruk dihitung dulu

## Sinyal: alasan
reasons-setup = Setup: { $setup } ({ $model ->
    [trend_continuation] lanjut tren
    [mean_reversion] mean reversion
   *[other] { $model }
 })
layer = { $name ->
    [smc] SMC
    [cvd] CVD
    [rsi_ema_macd] RSI/EMA/MACD
    [structure] Struktur
    [oi] OI
    [funding] Funding
    [orderflow] Order flow
    [fibo] Fibo
   *[other] { $name }
 }
reasons-market = Pasar: { $state ->
    [balanced] balance (sideways)
    [out_of_balance_uptrend] imbalance, tren naik
    [out_of_balance_downtrend] imbalance, tren turun
   *[other] { $state }
 }
reasons-location = Lokasi: { $location ->
    [at_lvn] di LVN
    [at_poc] di POC
    [at_vah] di VAH
    [at_val] di VAL
    [at_order_block] di order block
    [at_fvg] di FVG
    [at_ote] di OTE
    [in_value] di dalam value
    [nowhere] bukan di level penting
   *[other] { $location }
 }
reasons-flow = Order flow 5m: { $confirmed ->
    [yes] searah
    [no] belum searah
   *[unknown] tidak ada data
 }
anchor-kind = { $kind ->
    [order_block] order block
    [breaker_block] breaker block
    [fair_value_gap] FVG
    [swing_high] swing high
    [swing_low] swing low
    [equal_highs] equal highs
    [equal_lows] equal lows
    [ote] OTE
    [extension] ekstensi fibo
    [poc] POC
    [vah] VAH
    [val] VAL
    [hvn] HVN
    [lvn] LVN
    [swept_level] level tersapu
   *[other] { $words }
 }

## Pemberitahuan
notice-pending = 🚪 <b>{ $name }</b> minta akses
    { $channel } <code>{ $user }</code>
notice-approved = ✅ Akses kamu disetujui. Sinyal akan masuk ke sini. Mulai dari /help.
notice-rejected = Permintaan aksesmu ditolak.
button-approve = ✅ Setujui
button-reject = ❌ Tolak

## Ketukan tombol
toast-up = { $active ->
    [yes] 👍 dicatat. Ketuk lagi untuk membatalkan.
   *[no] 👍 dibatalkan.
 }
toast-down = { $active ->
    [yes] 👎 dicatat. Ketuk lagi untuk membatalkan.
   *[no] 👎 dibatalkan.
 }
toast-nofill = { $active ->
    [yes] ⛔ dicatat: order kamu tidak terisi. Ketuk lagi untuk membatalkan.
   *[no] ⛔ dibatalkan.
 }
toast-note = 📝 Tulis catatanmu sebagai balasan.
toast-note-link = 📝 Tulis catatan lewat chat pribadi dengan bot.
toast-unknown = Tombol ini sudah tidak berlaku.
toast-gone = Sinyal ini tidak ada di catatan kami.
toast-denied = Maaf, ini hanya untuk pemilik bot.
toast-approved = Akses diberikan.
toast-rejected = Permintaan ditolak.
note-prompt = 📝 Catatan untuk { $name }: balas pesan ini dengan satu pesan.
note-placeholder = Kenapa? Satu baris juga cukup
note-saved = 📝 Catatan untuk { $name } tersimpan.
note-saved-cut = 📝 Catatan untuk { $name } tersimpan sampai { $limit } karakter pertama.
note-empty = Catatannya kosong. Balas lagi dengan teks.
vote-saved = { $emoji } untuk { $name }: { $active ->
    [yes] dicatat. Kirim lagi untuk membatalkan.
   *[no] dibatalkan.
 }
vote-nothing = Belum ada sinyal yang bisa dinilai di sini.

## Perintah
start-welcome = <b>SharpSignal</b>
    Sinyal perpetual OKX dari 8 layer, dengan hasil yang dicatat apa adanya: win, loss, expired, tidak terisi.
    Nilai setiap sinyal:
    👍 bagus · 👎 jelek
    ⛔ tidak terisi · 📝 catatan
start-advice = Ini bukan nasihat keuangan. Bot tidak pernah memegang dana atau memasang order.
start-commands = Daftar perintah: /help
    English: /lang en
start-pending = Kamu belum punya akses. Permintaan sudah dikirim ke pemilik bot, tunggu kabarnya di sini.
start-no-owner = Bot ini belum punya pemilik. Pemilik: buka tautan klaim yang dicetak saat bot dijalankan.
start-claimed = ✅ Bot ini sekarang milikmu. Sinyal akan masuk ke chat ini.
start-claim-failed = Tautan klaim ini sudah dipakai atau salah. Jalankan ulang bot untuk tautan baru.
note-how = Untuk catatan, balas (reply) pesanku yang ada 📝. Selain itu, lihat /help.
note-signal-gone = Sinyal itu tidak ada di catatan kami.
number-usage = Tulis /{ $command }, atau /{ $command } 1423 untuk sinyal lain.
denied-owner = Maaf, perintah ini hanya untuk pemilik bot.
denied-admin = Maaf, perintah ini hanya untuk admin.
denied-analyst = Maaf, perintah ini hanya untuk analis.
denied-stranger = Maaf, kamu belum punya akses. Kirim /start untuk memintanya.
denied-chat = Maaf, chat ini belum terdaftar. Pemilik bot bisa menambahkannya di pengaturan.
unknown-command = Perintah /{ $command } tidak ada. Lihat /help.
unknown-text = Aku hanya mengerti perintah dan tombol. Lihat /help.
help-member = <b>Perintah</b>
help-owner = <b>Khusus pemilik</b>
help-stats = hasil sinyal, loss juga
    .usage = [7d|30d|90d|all]
help-why = kenapa ada (atau tidak ada) sinyal
    .usage = PAIR|nomor
help-watch = setup yang menunggu trigger
help-status = keadaan bot dan data
help-lang = bahasa
    .usage = { $languages }
help-timezone = zona waktu
    .usage = Asia/Jakarta
help-start = perkenalan
help-pause = tahan sinyal baru
    .usage = [menit] [alasan]
help-resume = jalan lagi
help-demo = sinyal contoh
help-digits = Tanpa tombol: balas sinyal dengan 1 👍, 2 👎, 3 ⛔, 4 📝. STATS untuk hasil, WHY BTC untuk tahu kenapa ada (atau tidak ada) sinyal, STOP untuk berhenti.
pause-done = ⏸ Sinyal baru dijeda { $until }. Yang terbuka tetap dipantau.
pause-usage = Tulis begini: /pause [menit] [alasan], misalnya /pause 60 FOMC atau /pause 2 jam. Dari 1 sampai { $max } menit.
resume-done = ▶️ Jeda dicabut. Sinyal baru boleh terbit lagi.
language-name = Indonesia
lang-done = Bahasa: Indonesia.
lang-usage = Tulis { $choices }.
timezone-done = Zona waktu: { $zone }, sekarang { $at }.
timezone-usage = Zona waktu itu tidak dikenal. Contoh: /timezone Asia/Jakarta, /timezone WITA.
demo-done = Ini sinyal contoh. Tombolnya jalan, nilainya tidak masuk hitungan.
stopped = Baik, sinyal tidak dikirim lagi ke sini. Balas START untuk lanjut.
started-again = Sinyal dikirim lagi ke sini. Balas STOP untuk berhenti.

## Statistik
stats-title = <b>📊 Hasil { $days ->
    [all] sejak awal
   *[other] { $days } hari terakhir
 }</b>
stats-none = Belum ada sinyal.
stats-signals = Sinyal { $signals } · masih terbuka { $open }
stats-results = Terisi { $filled }: win { $win }, loss { $lose }
stats-unfilled = Expired, ketinggalan { $expire } · Tidak terisi { $no_fill } · Tidak dihitung { $void }
stats-win-rate = Win rate { $rate } dari yang terisi
stats-expectancy = Expectancy { $r } per posisi
stats-interval = Rentang 90%: { $low } s/d { $high }
stats-interval-none = Rentang 90%: belum bisa dihitung
stats-small = ⚠️ { $filled ->
    [0] Belum ada sinyal terisi: belum bisa disimpulkan apa pun.
   *[other] Baru { $filled } sinyal terisi: terlalu sedikit untuk menyimpulkan apa pun.
 }
stats-unproven = ⚠️ Rentangnya masih mencakup nol: edge belum terbukti.
stats-net = Sudah dipotong fee, slippage, dan funding. Entry 45 detik setelah sinyal.
stats-by = { $group ->
    [regime] Per regime
    [side] Per arah
   *[mode] Per mode
 }
stats-row = { $name }: { $filled } terisi, { $r }
stats-usage = Tulis /stats atau /stats [hari], misalnya /stats 30.
stats-label-signals = Sinyal
stats-label-open = Masih terbuka
stats-label-filled = Terisi
stats-label-win = Win
stats-label-lose = Loss
stats-label-expire = Expired, ketinggalan
stats-label-no-fill = Tidak terisi
stats-label-void = Tidak dihitung
stats-label-win-rate = Win rate dari yang terisi
stats-label-expectancy = Expectancy per sinyal terisi
stats-label-interval = Rentang 90%
stats-label-theoretical = Teoretis (tanpa jeda 45 detik)
stats-label-factor = Profit factor
stats-label-drawdown = Drawdown terdalam
stats-label-rate = Win rate
stats-label-r = R per terisi
stats-range = { $low } s/d { $high }

## Keadaan
status-title = <b>🩺 Status</b> { $at }
status-uptime = Aktif { $span }
status-feed = { $pair }: { $age }
status-feed-age = data { $span } lalu
status-feed-none = belum ada data
status-feed-lost = { $age }, putus: { $streams }
status-open = Sinyal terbuka: { $count }
status-heat = Risiko { $side ->
    [long] LONG
   *[short] SHORT
 } { $open }R: { $pairs }
status-heat-link = · { $one } – { $other } { $value ->
    [none] belum tahu: satu
   *[other] { $value }
 }
status-open-row = #{ $number } { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 }: { $state ->
    [waiting] tunggu entry
    [filled] terisi
    [tp1] TP1 sudah kena
   *[other] { $state }
 }
status-halted = ⏸ { $kind ->
    [breaker] Ditahan
    [best] Hanya setup terbaik
    [daily] Size setengah
   *[pause] Dijeda
 } { $until }: { $reason }
status-running = ▶️ Sinyal baru boleh terbit
status-policy = Policy: { $version }
status-policy-none = Policy: belum ada, pakai bobot awal
status-outbox = Antrean kirim: { $pending }, tertua { $oldest }
status-outbox-empty = Antrean kirim: kosong
status-outbox-lost = Gagal kirim: { $dead } · lewat waktu: { $dropped }

## Grafik
chart-title = { $side ->
    [long] LONG
   *[short] SHORT
 } { $ticker } { $timeframe } · #{ $number }
chart-desc = Terbit { $at }. Entry { $low } sampai { $high }, stop { $sl }, target pertama { $tp1 }, target kedua { $tp2 }.
chart-simulated = SIMULASI

## Obrolan web: halaman di sekitar pesan
web-simulated = SIMULASI: pasar buatan. Tidak ada harga, sinyal, atau hasil yang nyata di sini.
web-log = Pesan
web-input = Pesan atau /perintah
web-send = Kirim
web-commands = Perintah
web-live = Tersambung
web-connecting = Menyambung…
web-lost = Sambungan putus, mencoba lagi…
web-empty = Memantau pasar. Sinyal pertama akan muncul sendiri di sini.
web-new = Pesan baru
web-answering = Jawabanmu untuk
web-cancel = Batal
web-language = Bahasa
web-zone = Pakai zona waktu saya
web-market-time = Waktu pasar
web-chart = Chart sinyal #{ $number }
web-updated = diperbarui
web-failed = Tidak terkirim. Apakah programnya masih berjalan? Coba lagi.
web-too-long = Terlalu panjang: paling banyak { $most } karakter.
web-details = Rincian
web-you = Kamu
web-up = Sinyal bagus
web-down = Sinyal buruk
web-nofill = Order saya tidak terisi
web-note = Tulis catatan
web-skip = Ke kotak pesan
web-script = Halaman ini memerlukan JavaScript untuk menampilkan pesan baru.

## Kenapa
why-title = ❓ <b>{ $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 } { $timeframe }</b>
why-published = ✅ Terbit sebagai <b>#{ $number }</b>
why-waits = 👀 Semua syarat ada kecuali trigger 5m: ditunggu { $until ->
    [none] dulu
   *[other] s/d { $until }
 }
why-refused = 🚫 <b>Tidak terbit</b>: { $reason }
why-others = Ini juga akan menolaknya:
why-other = { $reason }
why-score = Kesepakatan layer { $score }
why-distance = { $what ->
    [chance] Peluang win { $value }
   *[score] Kesepakatan layer { $value }
 }, butuh { $needed }: { $met ->
    [yes] lebih { $gap }
   *[no] kurang { $gap }
 }
why-coverage = { $coverage } bobot layer punya data
why-no-evidence = Rincian keputusan ini tidak tersimpan.
why-layers = <b>Layer</b>: skor untuk sisi ini, bobot, yang terlihat
why-layer = { $mark ->
    [agree] ✅ { $layer } { $score } · { $weight }
    [against] ❌ { $layer } { $score } · { $weight }
    [neutral] ➖ { $layer } { $score } · { $weight }
    [stale] 🕒 { $layer } · { $weight }: data basi
   *[unavailable] 🚫 { $layer } · { $weight }: tidak ada data
 }{ $state ->
    [rebuilt] { " " }(dihitung ulang setelah data bolong)
   *[other] { "" }
 }{ $facts }
why-setup = Setup: { $model ->
    [trend_continuation] lanjut tren
    [mean_reversion] mean reversion
   *[other] { $model }
 }
why-failed-break = Break gagal: harga sempat tembus lalu close balik ke dalam
why-triggers = Trigger 5m yang belum ada: { $parts }
why-triggers-met = Trigger 5m: lengkap
why-no-levels = Tidak ada level: tidak ada tempat menggantungnya
why-anchor = { $use ->
    [entry] Entry
    [sl] SL
    [tp1] TP1
    [tp2] TP2
    [invalidation] Invalidasi
   *[other] { $use }
 } { $price }: { $kind } { $timeframe } { $area }, diketahui sejak { $known }
why-unknown = { $pair } tidak dipantau. Pair: { $pairs }
why-none = Belum ada setup { $ticker } yang dinilai.
why-now = <b>{ $ticker }</b> sekarang ({ $at }): kesepakatan long { $long }, short { $short }
why-now-least = Setup dinilai mulai { $least }, kalau ada level entry dalam jangkauan.
why-now-warm = Pemanasan: kurang { $bars } bar 15m yang sudah close.
why-now-none = <b>{ $ticker }</b>: belum ada data.
why-now-lost = Candle sedang terputus: tidak ada yang bisa dinilai.
why-quiet = Setup terakhir yang dinilai: { $at }. Sejak itu belum ada lagi.
fact = { $what ->
    [block_up] demand block dikunjungi
    [block_down] supply block dikunjungi
    [gap_up] FVG bullish dikunjungi
    [gap_down] FVG bearish dikunjungi
    [swept_lows] low tersapu { $value }
    [swept_highs] high tersapu { $value }
    [place] di { $value } range
    [choch_up] CHOCH naik { $value }
    [bos_up] BOS naik { $value }
    [bos_down] BOS turun { $value }
    [choch_down] CHOCH turun { $value }
    [rsi] RSI { $value }
    [slope] kemiringan { $value }
    [divergence_up] divergensi bullish { $value }
    [divergence_down] divergensi bearish { $value }
    [long_build_up] long build-up
    [short_build_up] short build-up
    [short_covering] short covering
    [long_unwinding] long unwinding
    [rate] { $value } per 8 jam
    [crowded] ramai satu sisi, z { $value }
    [sellers_absorbed] penjual terserap
    [buyers_absorbed] pembeli terserap
    [sellers_exhausted] penjual kehabisan tenaga
    [buyers_exhausted] pembeli kehabisan tenaga
    [imbalance] imbalance book { $value }
    [retraced] retracement { $value } dari impuls
   *[other] { $what }
 }
bars-ago = { $bars ->
    [0] di bar ini
   *[other] { $bars } bar lalu
 }
trigger-part = { $part ->
    [structure] CHOCH, atau sweep lalu higher low (lower high)
    [reclaim] close balik melewati EMA50
    [delta] delta searah
   *[ready] bar 5m yang cukup
 }
refusal = { $reason ->
    [coverage] cuma { $value } bobot layer punya data, minimal { $limit }
    [no_anchor] tidak ada level untuk entry, stop atau target
    [side_order] urutan stop, zona dan target tidak benar
    [rr] RR rata-rata { $value } (minimal { $limit }), di TP1 { $first } (minimal { $first_limit })
    [tp2_atr] TP2 sejauh { $value } ATR 1h, maksimal { $limit }
    [spread] spread { $value } dari harga, maksimal { $limit }
    [volatility] ATR 1h { $value } dari harga, maksimal { $limit }
    [costs] biaya { $value }R, maksimal { $limit }R
    [stale] candle atau harga sudah bukan seperti saat dinilai
    [stale_lost] candle sedang terputus
    [stale_incomplete] sebagian bar tidak pernah datang
    [stale_moved] harga sudah { $value }R melewati entry, maksimal { $limit }R
    [stale_late] bar sudah terlalu lama close
    [liquidity] volume { $value } USDT per bar, minimal { $limit }
    [cooldown] sisi pair ini istirahat s/d { $until }
    [heat] sudah { $value }R terbuka di pair yang bergerak bersama, maksimal { $limit }R
    [breaker] ditahan breaker s/d { $until }
    [paused] sinyal baru dijeda owner
    [open_signal] pair ini masih punya sinyal terbuka
    [regime] melawan keadaan pasar, struktur 4h atau bias harian
    [location] bukan di tempat yang diminta setup ini
    [order_flow] order flow 5m berlawanan arah
    [confluence] kesepakatan layer { $value }, butuh { $limit }
    [p_win] peluang win { $value }, butuh { $limit }
    [trigger] trigger 5m tidak datang sampai batas waktu, atau harga jalan duluan
    [opinion] opini kedua bilang tidak
    [unproven] edge belum terbukti, dan yang dikirim hanya yang terbukti
   *[other] { $reason }
 }

## Menunggu trigger
watch-title = <b>👀 Menunggu trigger 5m</b>
watch-none = Tidak ada setup yang menunggu trigger.
watch-row = <b>{ $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 } { $timeframe }</b> s/d { $until }
    Entry { $zone } · SL { $sl }
    { $parts ->
        [none] Semua bagian ada; ada hal lain yang menahan
       *[other] Kurang: { $parts }
    }
