## /insights: jenis setup yang lebih baik atau buruk
insights-title = <b>💡 Yang terlihat sejauh ini</b>
insights-none = Belum ada yang dipelajari. Malam pertama datang setelah 100 label efektif.
insights-waiting = Belum ada yang dipelajari: { $n } dari 100 label efektif.
insights-labels = Dari { $n } setup selesai, sampai { $cut }
insights-whole = Semua: { $r } per setup, win { $rate }
insights-nothing = <b>Belum ada beda yang terbukti.</b>
insights-nearest = Terdekat, bisa saja kebetulan:
insights-row = { $verdict ->
    [best] 🥇
    [better] 📈
    [worst] ⛔
    [worse] 📉
   *[none] ➖
 } { $name }
insights-range = { $r } ({ $low } s/d { $high }) n={ $n }
insights-how = R per setup setelah biaya, ditarik ke arah nol, rentang 90% per hari. Panah: dibanding yang lain. Kelompok dinilai: { $cells }; 10% dari yang tampil bisa kebetulan.
insights-cell = { $dimension ->
    [direction_with] { $name }, searah tren
    [direction_against] { $name }, lawan tren
    [direction_flat] { $name }, tanpa tren
    [bias_with] searah bias harian
    [bias_against] lawan bias harian
    [bias_between] tanpa bias harian
    [volatility_low] volatilitas rendah
    [volatility_middle] volatilitas sedang
    [volatility_high] volatilitas tinggi
    [layer_agreed] { $name } setuju
    [layer_not] { $name } tidak setuju
   *[other] { $name }
 }
insights-failures = <b>Kenapa setup gagal</b>
insights-failure = { $kind ->
    [unfilled] Entry tak tersentuh
    [ran_away] Harga lari duluan
    [stopped_early] Langsung kena SL
    [timed_out] Waktu habis
   *[invalidated] Batal (invalidasi)
 }
insights-failure-share = { $what } { $share }
insights-failure-where = { $what }, { $share } vs { $rest }
insights-advice = { $advice ->
    [nearer_entry] → entry lebih dekat ke harga
    [quicker_entry] → masuk lebih cepat, atau lewati
    [wait_for_trigger] → tunggu trigger 5m
    [nearer_target] → target lebih dekat
   *[stronger_structure] → invalidasi yang lebih kuat
 }
insights-avoid = <b>Sebaiknya dihindari</b>
insights-avoid-row = 🚫 { $name }
insights-avoid-since = Sejak { $since } · n={ $n }
insights-avoid-saved = Akan menghemat { $r }
insights-avoid-cost = Akan merugikan { $r }
insights-avoid-nothing = Belum ada yang bisa dinilai
insights-pairs = <b>Menang dan kalah bersama</b>
insights-pair = { $one } – { $other } { $value }
insights-moves = <b>Sejauh apa setup bergerak</b>
insights-moves-book = { $name }, separuhnya:
insights-moves-row = { $best }R searah, { $worst }R berlawanan
insights-moves-levels = Model: TP { $tp1 }R, { $tp2 }R, SL { $stop }R
insights-moves-worth = pasti { $r }; belum dipakai
insights-reach = { $ratio }R sebelum SL: { $p }, pasti { $low }
insights-after = <b>Separuh setup bergerak (ATR)</b>
insights-after-row = { $minutes } menit: { $low } s/d { $high }
insights-after-came = Lalu di dalam: { $share } dari { $n }
insights-timing = <b>Dibanding pemicu lengkap</b>
insights-timing-way = { $way ->
    [now] Langsung: { $n } setup
    [choch] CHOCH saja: { $n } setup
   *[reclaim] EMA50 saja: { $n } setup
}
insights-timing-row = { $r } ({ $low } s/d { $high })
insights-timing-none = Belum tampak bedanya
forecasts-learned = <b>🎯 Peluang: disebut vs terjadi</b>
forecasts-learned-n = Setup selesai { $n }
forecasts-error = Meleset { $value } ({ $low } s/d { $high })
forecasts-error-alone = Meleset { $value }
forecasts-error-how = (di luar yang kebetulan saja)
insights-page = Yang sudah dipelajari
insights-column = { $name ->
    [kind] jenis
    [n] n
    [rate] win
    [r] R per setup
   *[rest] dibanding yang lain
 }
insights-too-few = terlalu sedikit untuk dinilai
insights-together = Korelasi hasil antar pair
insights-group = { $name ->
    [timeframe] Timeframe
    [regime] Regime
    [direction] Regime dan tren
    [bias] Bias harian
    [session] Sesi
    [setup] Model setup
    [confidence] Peluang win
    [volatility] Volatilitas
    [layer] Layer
   *[pair] Pair
 }
