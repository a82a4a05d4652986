### Perintah untuk pembaca: angka, yang sudah terbit, tanggapan, kartu pribadi.

## Hasil
stats-window = { $days ->
    [all] Semua
   *[other] { $days }h
 }
stats-shares = Expired { $expire } · tak terisi { $no_fill }
stats-ambiguous = Bar ambigu { $share }
stats-theory = Tanpa jeda 45 detik { $r }
stats-profit-factor = Profit factor { $factor }
stats-drawdown = Drawdown terdalam { $drawdown }
stats-hold = Rata-rata hold { $span }
stats-group = <b>{ $group ->
    [source] Per sumber
    [setup] Per model setup
    [regime] Per regime
    [timeframe] Per timeframe
    [session] Per sesi
    [confidence] Per peluang menang
    [side] Per arah
   *[mode] Per mode
 }</b>
group-name = { $name ->
    [trend_continuation] lanjut tren
    [mean_reversion] mean reversion
    [asia] Asia
    [london] London
    [new_york] New York
    [overlap] London+New York
    [off] di luar jam
    [none] belum ada peluang
   *[other] { $name }
 }

## Yang sudah terbit
signals-title = <b>📣 Sinyal</b>
signals-none = Belum ada sinyal.
signals-row = <b>#{ $number } { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 } { $timeframe }</b>
    { $state } · { $at }
signal-state = { $state ->
    [waiting] ⏳ tunggu
    [filled] ▶️ terisi
    [tp1] ✅ TP1 kena
   *[closed] selesai
 }
page-newer = ‹ Lebih baru
page-older = Lebih lama ›
button-refresh = 🔄 Perbarui
active-title = <b>📌 Sinyal terbuka: { $count }</b> · { $at }
active-none = Tidak ada yang terbuka.
active-head = <b>#{ $number } { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 }</b>
active-state = { $state } · sisa { $span }
active-r = <b>{ $r }</b> di { $price }
active-price = Harga { $price }
active-old = Harga { $span } lalu
active-no-price = Belum ada harga
active-net = R sebelum biaya keluar.

## Bantuan
help-signals = yang sudah terbit
help-active = yang terbuka, dengan R-nya
help-last = sinyal terbaru
    .usage = [nomor]
