## Apa yang dipelajari: kartu model
procedure = { $name ->
    [linear] delapan layer
    [surroundings] layer dan kondisi pasar
    [recent] yang terbaru
    [timed] layer, cara masuk lain
    [avoiding] layer, hindari yang buruk
   *[other] { $name }
}
learned-promoted = 🧠 <b>Model diganti</b>
    Baru: { $name }
    Di setup yang sama, hasilnya lebih baik dari model lama.
learned-rolled_back = 🧠 <b>Kembali ke model lama</b>
    Berlaku: { $name }
    Model baru lebih buruk dari janjinya.
learned-chosen = 🧠 <b>Model dipilih manual</b>
    Berlaku: { $name }
learned-proven = 🧠 <b>Edge terbukti</b>
    Book: { $book }
    Sinyalnya tidak lagi 🧪 PAPER.
learned-unproven = 🧪 <b>Kembali ke PAPER</b>
    Book: { $book }
    Edge-nya tidak lagi terbukti.
learned-evidence = Bukti E: { $e } (perlu: { $needed })
evidence-means = (E 1: tanpa tanda, { $needed }: terbukti)
learned-sample = Setup: { $setups } dalam { $days } hari
learned-difference = R per setup: { $difference }
learned-interval = Rentang 90%: { $low } s/d { $high }
learned-probation = Size setengah selama 48 jam. Otomatis kembali kalau hasilnya lebih buruk.
learned-labels = Label di baliknya: { $labels }
learned-alarm = ⚠️ <b>Alarm: model meleset</b>
learned-alarm-how = Semua book kembali 🧪 PAPER sampai edge terbukti lagi. Selama 14 hari ia melupakan lebih cepat dan minta 0,05R lebih banyak.
learned-tripped = ⚠️ <b>Ada yang tidak beres</b>
learned-cleared = ✅ <b>Sudah normal lagi</b>
learned-restarted = 🧠 <b>Bukti mulai dari awal</b>
    Engine, sensitivitas, atau pair berbeda dari sebelumnya.
sign = { $name ->
    [cusum] Yang menang lebih sedikit dari janji
    [adwin] Win rate turun dari yang dijanjikan
    [drawdown] Drawdown lebih dalam dari PAPER
    [p_range] Peluang win tidak masuk akal
    [bundle] File model rusak
    [publish_rate] Sinyal jauh lebih banyak atau sedikit
    [data_quality] Data kurang: { $about }
    [missing] Sering kosong: { $about }
    [moved] Bergeser: { $about }
    [stale] Terlalu lama tidak ada setup
    [regime] Porsi { $about } tidak biasa
    [fewer] Menang kurang dari janji: { $about }
    [more] Menang lebih dari janji: { $about }
    [canary] Uji kebocoran data gagal
    [worse_than_old] Model lama lebih baik
   *[other] { $name }
}
sign-about = { $about ->
    [all] semua
    [trend_agrees] keselarasan tren
    [trend_4h_agrees] keselarasan tren 4h
    [bias_1d] bias harian
    [volatility_percentile] persentil volatilitas
    [efficiency_ratio] efisiensi gerak
    [asia_open] buka sesi Asia
    [london_open] buka sesi London
    [new_york_open] buka sesi New York
    [flow_agrees] order flow 5m
    [risk_atr] jarak SL dalam ATR
    [distance_atr] jarak entry dalam ATR
    [confluence] kesepakatan layer
    [coverage] kelengkapan data
    [rr_target] RR target
    [rr_tp1] RR TP1
    [cost_r] biaya dalam R
    [atr_pct] ATR dalam %
    [adx] ADX
    [state_agrees] keselarasan pasar
    [spread_bp] spread
    [buyers_control] kendali pembeli
    [sellers_control] kendali penjual
    [funding] funding
    [variance_ratio] rasio varians
    [hurst] eksponen Hurst
    [candles] candle
   *[other] { $about }
 }
notice-trained-held = 🧠 Sudah belajar dari { $labels } label.
    Model malam ini berubah terlalu jauh.
    Model yang berlaku tetap dipakai.

## /model dan /promote
model-procedure = Membaca: { $name }
model-forecasts = Prediksi yang selesai: { $n }
model-no-forecasts = Belum ada prediksi yang selesai.
model-skill = Unggul dari base rate: { $skill }
model-skill-range = Rentang 90%: { $low } s/d { $high }
model-no-skill = Belum terlihat ada edge.
model-proof = Bukti edge: E { $e } dari { $needed }
model-proof-sample = Setup yang ia yakini: { $setups }
model-proof-mean = Rata-rata: { $mean }
model-proof-none = Bukti edge: belum mulai.
model-proof-left = Dengan laju ini: { $days } hari lagi
model-looked = Bukti per { $at }
model-rivals = <b>Penantang</b>
model-rival = ⚔️ { $name }
model-rival-e = E { $e }/{ $needed } · { $difference } per setup
model-missing = Kurang:
gate = { $name ->
    [evidence] bukti
    [days] hari
    [pairs] setup
    [disagreements] beda pilihan
    [pr_auc] urutan
    [brier] kalibrasi
    [net_r] R bersih
    [drawdown_r] drawdown
   *[other] urutan bin
}
model-live = { $book } · live
model-paper = { $book } · 🧪 PAPER
model-warnings = <b>⚠️ Tidak beres per malam terakhir</b>
promote-title = <b>⚔️ Penantang</b>
promote-none = Belum ada penantang yang bisa ditampilkan. Yang pertama datang bersama model pertama, lalu satu per minggu, paling banyak tiga. Masing-masing tampil di sini semalam setelah datang.
promote-how = Yang lolos syarat naik sendiri. Tidak ada yang diubah.
button-promote = 🏆 { $name }
promote-ask = Jadikan <b>{ $name }</b> model sekarang? Sinyal terbuka tetap dengan rencananya.
button-promote-yes = 🏆 Ya, ganti
promote-done = 🏆 { $name } diserahkan ke engine; chat diberi tahu saat mulai berlaku.
model-later = Policy terbaru mulai berlaku pukul { $when }. Silakan pilih setelah itu: tidak ada yang diubah.
promote-not-earned = Ia belum lolos syarat: tidak ada yang diubah.
