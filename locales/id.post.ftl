### Pos, balasan dan pemberitahuan. Bagian yang berdampingan disambung di kode, paling lebar 34 kolom sebaris.

## Sinyal: kepala dan tanda
signal-headline = <b>{ $side ->
    [long] 🟢 LONG
   *[short] 🔴 SHORT
 } { $ticker } · { $grade } · { $timeframe }</b>
mark-paper = 🧪 PAPER: belum terbukti (n={ $n })

## Sinyal: keadaan
state-filled = ▶️ Terisi { $price }
state-tp1 = ✅ TP1 { $price } kena
state-banked = { $r } diamankan
state-breakeven = SL ke BE
state-theory = Teoretis, tanpa jeda
end-mark = { $end ->
    [win] 🏁
    [lose] 🏁
    [expire] ⌛
    [missed] 🏃
    [invalidated] 🚫
    [cancelled] 🚫
    [no-fill] ⛔
   *[void] ⚪️
 }
result = { $kind ->
    [win] Win
    [lose] Loss
    [expire] Expired
    [missed] Ketinggalan
    [invalidated] Batal
    [cancelled] Dibatalkan
    [no-fill] Tidak terisi
   *[void] Tidak dihitung
 }
exit-reason = { $reason ->
    [tp1] TP1 kena
    [tp2] TP2 kena
    [breakeven] TP1 kena, sisanya keluar di BE
    [timeout] Batas waktu posisi habis
    [sl] SL kena
    [invalidated] Kena invalidasi
    [invalidated_early] Setup rusak sebelum entry
    [expired] Entry tidak kena sampai batas
    [missed] Harga lari duluan: jangan dikejar
    [cancelled] Dibatalkan sebelum entry
    [touched] Zona cuma tersentuh, tidak tembus
    [reported] Dilaporkan tidak terisi, terbukti
    [data_gap] Data bolong: tidak bisa dinilai
    [delisted] Pair dihapus dari bursa
   *[other] { $reason }
 }

## Sinyal: isi
signal-entry = <b>Entry</b> { $zone }
signal-price = kini { $price }
signal-sl = <b>SL</b> { $price }
signal-tp1 = <b>TP1</b> { $price } (50%)
signal-tp2 = <b>TP2</b> { $price }
signal-tp-single = <b>TP</b> { $price } (100%)
signal-rr = <b>RR</b> { $tp1 } / { $tp2 }
signal-costs = biaya { $cost }R
probability-none = Peluang win: belum terbukti
probability-point = Peluang win ≈ { $p } (n={ $n })
probability-range = Win ≈ { $p } ({ $low }–{ $high }, n={ $n })
signal-risk = Risiko { $share } modal × { $multiplier }
signal-risk-paper = Size 0: pantau dulu saja
signal-expiry = Berlaku s/d { $until }
signal-invalidation = Batal: close { $timeframe } { $beyond } { $price }
signal-funding = Funding { $at }
signal-funding-cost = { $r } jika hold
signal-heat = Risiko terbuka { $open }R, maks { $most }R
signal-bias = Bias 1D { $side ->
    [long] LONG { $strength }
    [short] SHORT { $strength }
   *[neutral] netral
 }
signal-bias-none = Bias 1D: belum ada data
signal-structure = 4H { $state ->
    [intact] utuh
    [broken] patah
   *[other] { $state }
 }
signal-triggers = Trigger 5m: { $triggers }
signal-triggers-none = Trigger 5m: tidak ada, data 15m

## Sinyal: alasan
reasons-summary = <b>Alasan</b>: { $agree } dari { $layers } layer setuju
reasons-score = skor { $score }
reasons-coverage = data { $coverage }
reasons-layer = { $group ->
    [agree] ✅
    [neutral] ➖
    [against] ❌
    [stale] 🕒
   *[unavailable] 🚫
 } { $layer }{ $group ->
    [stale] {": data basi"}
    [unavailable] {": tidak ada data"}
   *[other] {""}
 }
reasons-rebuilt = dihitung ulang
reasons-anchor = { $use ->
    [entry] Entry
    [sl] SL
    [tp1] TP1
    [tp2] TP2
   *[other] { $use }
 }: { $kind } { $timeframe }
reasons-hedge = Kalau gagal: { $side ->
    [long] LONG
   *[short] SHORT
 }
reasons-hedge-idea = Ide saja, tidak dilacak
reasons-regime = Regime { $regime }
reasons-session = { $session ->
    [asia] Asia
    [london] London
    [new_york] New York
    [overlap] London+New York
   *[off] sesi sepi
 }, { $part ->
    [morning] pagi
    [afternoon] siang
    [evening] sore/malam
   *[night] dini hari
 }
reasons-grade = { $grade ->
    [A] Grade A: batas bawah peluang win pun sudah cukup
    [B] Grade B: jelas di atas yang disyaratkan
   *[C] Grade C: cukup untuk dikirim
 }
reasons-snapshot = Saat sinyal
reasons-ages = Umur data
reasons-policy = Model { $policy }
reasons-engine = engine { $engine }
snapshot-price = harga { $price }
snapshot-spread = spread { $spread }
snapshot-oi = OI { $oi } { $coin }
snapshot-funding = funding { $funding }

## Balasan
reply-head = <b>{ $sign } { $ticker } { $side }</b>
reply-filled = terisi { $price }
reply-tp1 = TP1 { $price }
reply-after-signal = { $after } setelah sinyal
reply-after-fill = { $after } setelah entry
reply-half = ½ posisi
reply-breakeven = SL sisa posisi ke BE { $price }
reply-never-entered = tidak sempat terisi
reply-captured = Dapat { $share } dari MFE
reply-today = Hari ini { $r } ({ $count ->
   *[other] { $count } trade
 })
reply-followable = R dari entry 45 detik setelah sinyal, sudah dipotong biaya

## Pemberitahuan
notice-halted = { $kind ->
    [breaker] ⏸ <b>Sinyal baru ditahan</b>
    [best] ⏸ <b>Hanya setup terbaik</b>
    [daily] ½ <b>Saran size dipotong setengah</b>
   *[pause] ⏸ <b>Sinyal baru dijeda</b>
 }
notice-halted-latest = paling lama { $until }
notice-halted-reason = Sebab: { $reason }
notice-halted-stops = SL: { $stops }
notice-halted-open = Sinyal terbuka tetap dipantau.
notice-halted-over = Itu sudah selesai.
halt-until = s/d { $at }
halt-open-ended = sampai ada yang /resume
halt-reason = { $code ->
    [three_stops_in_a_row] tiga SL beruntun
    [the_day_stands_below_its_limit] hari ini (UTC) sudah rugi lebih dari 2R; kembali normal kalau naik lagi di atas batas itu
   *[other] { $reason }
 }
button-why = ❓ Kenapa
button-resume = ▶️ Lanjutkan
notice-lifted = { $kind ->
    [best] ▶️ <b>Semua setup boleh lagi</b>
    [daily] ▶️ <b>Size kembali penuh</b>
   *[other] ▶️ <b>Sinyal baru jalan lagi</b>
 }
notice-restarted = 🔄 <b>Aktif lagi</b> setelah { $down }
notice-restarted-open = { $open ->
    [0] Tidak ada sinyal terbuka.
   *[other] { $open } sinyal terbuka dicek ulang{ $end }
 }
notice-restarted-row = #{ $number } { $ticker }
notice-restarted-state = { $state ->
    [waiting] menunggu entry
    [filled] terisi
    [tp1] TP1 kena
    [missed] ketinggalan
    [touched] tidak terisi
    [reported] tidak terisi
    [expired] expired
    [invalidated] batal
    [cancelled] dibatalkan
    [win] win
    [lose] loss
    [expire] expired
    [no-fill] tidak terisi
    [void] tidak dihitung
   *[other] { $state }
 }
notice-more = dan { $count } lagi
notice-restarted-none = Tidak ada sinyal dikirim ulang.
notice-feed-lost = 📡 <b>Data putus: { $stream }</b>
notice-feed-since = sejak { $at }
notice-feed-lost-means = Layer yang butuh data ini tidak ikut menilai sampai pulih.
notice-feed-back = 📡 <b>Data pulih: { $stream }</b>
notice-feed-back-after = Terputus { $span }
stream = { $stream ->
    [candle] candle
    [trades] trades
    [book] order book
    [open_interest] OI
    [funding] funding
   *[other] { $stream }
 }
notice-unlisted = ⚠️ Tidak diperdagangkan lagi di OKX:
notice-unlisted-means = Pair lain tetap jalan. Sinyalnya yang masih terbuka tidak akan dihitung.
notice-unlisted-mend = Hapus dari SHARPSIGNAL_PAIRS, lalu mulai ulang.
held-back-since = 🤫 Tanpa sinyal { $span }
held-back-p-win = { $count } setup: peluang win kurang
held-back-confluence = { $count } setup: layer kurang sepakat
held-back-means = Bot tetap jalan; belum ada setup yang cukup bagus. Detail: /why PAIR.
notice-policy-taken = 🧠 Policy baru berlaku:
    <code>{ $version }</code>
notice-policy-refused = 🧠 Policy ditolak:
    <code>{ $version }</code>
    Sebab: { $reason }
notice-trained-few = 🧠 Label belum cukup untuk belajar:
    { $labels } dari { $needed }
    Tidak ada yang diubah.
notice-trained-same = 🧠 Sudah belajar dari { $labels } label.
    Semuanya menang atau semuanya kalah: tidak ada yang bisa dibedakan, tidak ada yang diubah.
notice-trained-new = 🧠 Sudah belajar dari { $labels } label.
    Policy baru: <code>{ $version }</code>

## Chart hasil
equity-title = Equity dalam R · { $count ->
   *[other] { $count } trade
 }
equity-none = Belum ada trade yang selesai.
equity-sum = Drawdown terdalam { $drawdown } · total { $r }
equity-theory = putus-putus: teoretis { $r }
calibration-title = Peluang: disebut vs terjadi · { $count ->
   *[other] { $count } trade
 }
calibration-few = Trade kurang: minimal { $least } dengan peluang win.
calibration-brier = Brier { $brier } · base rate saja { $base }
calibration-said = mendatar: disebut, naik: win, bawah: trade
chart-usage = Tulis /chart, /chart 1423, /chart equity atau /chart calibration; tambah dark untuk gambar gelap.
chart-none = Tidak ada yang bisa digambar di sini.
help-chart = gambar sinyal atau hasil
    .usage = [nomor|equity|calibration]
toast-chart-link = 📊 Chart dikirim lewat chat pribadi dengan bot.
button-chart = 📊 Chart
button-cornix = 📋 Cornix

## Rangkuman, bot copy trade, riwayat pos
digest-title = 🌅 <b>Selama jam tenang</b>
digest-valid = <b>Masih berlaku</b>
digest-running = <b>Berjalan</b>
digest-gone = <b>Sudah lewat</b>
copy-now = Teks untuk bot copy trade di chat ini: { $form ->
    [off] nonaktif
   *[other] { $form }
 }
copy-usage = Tulis /copy cornix, /copy 3commas atau /copy off (nonaktif). Hanya sinyal terbukti yang dikirim; dengan all di belakang, semua sinyal.
help-copy = teks untuk bot copy trade
    .usage = [cornix|3commas|off] [all]
history-usage = Tulis /history atau /history 1423.
history-none = Tidak ada post sinyal itu di chat ini.
history-title = 🕘 <b>#{ $number }</b>: { $count ->
   *[other] { $count } versi
 }
history-row = { $rev } · { $at }
help-history = semua versi sebuah post
    .usage = [nomor]
replay-equal = ✅ #{ $number } dibuat ulang dari data yang tersimpan: sama persis, byte demi byte.
replay-differs = ⚠️ #{ $number } dibuat ulang dan hasilnya lain. Yang beda: { $names }
replay-impossible = #{ $number } tidak bisa dibuat ulang: { $lacking ->
    [basis] data asalnya tidak tersimpan.
    [policy] model yang menilainya tidak ada di sini.
   *[other] versi ini tidak menemukan level untuknya.
 }
help-replay = buat ulang sinyal sebagai bukti
    .usage = [nomor]
