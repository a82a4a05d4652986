### Obrolan web, halaman rekam jejak, dan obrolan pertama dengan pemilik baru: yang bukan milik satu perintah.

## Obrolan pertama: bahasa, zona waktu, pair, risiko, tujuan sinyal
setup-press = Tekan salah satu tombol di atas.
setup-lang = <b>{ $place } · Bahasa</b>
setup-zone = <b>{ $place } · Zona waktu</b>
    Yang lain nanti lewat /timezone
setup-pairs = <b>{ $place } · Pair yang dipantau?</b>
    Perpetual USDT di OKX
setup-pairs-later = Bisa ditambah nanti di SHARPSIGNAL_PAIRS.
setup-risk = <b>{ $place } · 1R kamu berapa?</b>
    1R = yang hilang kalau kena SL.
setup-risk-why = Hanya untuk menghitung size kamu sendiri. Bot tidak memasang order.
setup-risk-row = { $amount } USDT
setup-risk-none = Nanti saja
setup-risk-open = 1R: belum diatur
setup-where = <b>{ $place } · Sinyal dikirim ke mana?</b>
setup-where-row = { $kind ->
    [only] Sinyal: chat ini
    [both] Sinyal: chat ini + { $count } grup/channel
   *[others] Sinyal: { $count } grup/channel
 }
setup-where-how = Mau ke grup atau channel juga? Tambahkan bot lewat tombol di bawah, lalu kembali ke sini dan tekan Lanjut.
setup-where-group = ➕ Grup
setup-where-channel = ➕ Channel
setup-where-on = Lanjut
setup-here = ✅ Sinyal akan muncul di sini.
setup-done = <b>✅ Beres</b>
    { $choices }

    Di bawah ini sinyal contoh. Coba tombolnya: tidak ada yang masuk hitungan.
    Sinyal asli menyusul setelah bot dijalankan di terminal.

## Rekam jejak untuk umum
record-title = Rekam jejak
record-intro = Semua sinyal yang pernah terbit, yang loss lebih dulu. Yang expired dan yang masih terbuka juga ada di sini; tidak ada yang bisa dihapus.
record-since = Sinyal pertama: { $at }.
record-tracks = Bisa diikuti: yang bisa didapat orang mulai 45 detik setelah sinyal. Teoretis: tanpa jeda itu.
record-ambiguous = Satu bar menyentuh dua level (yang buruk dihitung)
record-every = Semua
record-pair = Pair
record-side = Arah
record-closed-in = Selesai dalam
record-period = { $days ->
    [all] seluruh waktu
   *[other] { $days } hari terakhir
 }
record-order = Urutan
record-worst = Terburuk dulu
record-newest = Terbaru dulu
record-best = Terbaik dulu
record-show = Tampilkan
record-file = File CSV
record-none = Belum ada sinyal di sini.
record-head-signal = Sinyal
record-head-given = Terbit
record-head-plan = Entry, SL, TP
record-head-end = Hasil
record-head-r = R bisa diikuti
record-head-theory = R teoretis
record-open = <b>Terbuka</b>: { $state ->
    [filled] sudah masuk posisi
    [tp1] TP1 sudah kena
   *[waiting] menunggu entry
 }
record-two-levels = satu bar menyentuh dua level
record-page = Halaman { $page } dari { $pages }
record-before = Sebelumnya
record-after = Berikutnya
record-proof = Cara memeriksanya
record-proof-why = Setiap baris membawa hash dari baris sebelumnya. Kalau ada sinyal atau hasil yang diubah atau dihapus belakangan, rantainya putus sejak baris itu. Ini hash terbaru:
record-chain-signals = Sinyal
record-chain-outcomes = Hasil
record-lines = { $count } baris
record-proof-how = Catat hash hari ini dan bandingkan besok: 6 karakter di belakang setiap nomor adalah awal hash sinyal itu. Barisnya sendiri ada di <code>/api/signals</code> dan <code>/api/outcomes</code>; pemilik bot menghitung ulang semuanya dengan <code>sharpsignal verify</code>.
record-advice = Bukan nasihat keuangan. Hasil masa lalu tidak menjanjikan apa pun.

## Obrolan web: tombol dan tautan
web-record = Rekam jejak
web-copied = Disalin
web-copy-failed = Gagal menyalin. Salin sendiri teks ini: { $text }
web-picture = Gambar
chip-stats = 📊 Hasil
chip-active = 📂 Terbuka
chip-watch = 👀 Menunggu
chip-status = 🩺 Status
chip-demo = 🎓 Contoh
chip-help = ❓ Bantuan

## Cara menulis waktu (pola Unicode LDML)
pattern-clock = HH:mm
pattern-day = d MMM
