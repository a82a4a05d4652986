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
help-cancel = batalkan pertanyaan bot
help-privacy = data apa yang disimpan
help-export = salinan datamu
help-erase = hapus datamu
help-link = satu suara di semua kanalmu
    .usage = [kode]

## Tanggapan
nofill-reason = { $reason ->
    [never] Harga tak sampai
    [late] Telat
   *[skipped] Dilewati
 }
toast-reason = ⛔ dicatat: { $reason }
cancel-done = Oke, tidak ada lagi yang ditanyakan padamu di sini.
cancel-nothing = Tidak ada yang perlu dibatalkan.
link-code = Ketik di kanalmu yang lain: /link <b>{ $code }</b>
    Berlaku { $minutes } menit. Setelah itu kamu punya satu suara per sinyal.
link-wrong = Kode itu salah atau sudah lewat. Kirim /link di kanal satunya untuk kode baru.
link-done = 🔗 Tersambung dengan { $channel ->
    [telegram] Telegram
    [whatsapp] WhatsApp
   *[web] obrolan web
 } kamu. Mulai sekarang satu suara per sinyal.

## Privasi
privacy-title = <b>🔒 Datamu</b>
privacy-kept = Yang disimpan: id dan namamu di kanal ini, bahasa, zona waktu dan pengaturan, tombol yang kamu tekan (👍 👎 ⛔ ✅), alasan dan catatan beserta waktunya, dan pesan mentah ke bot.
privacy-why = Untuk apa: supaya tombol jalan, suara dihitung sekali, dan bot belajar sinyal mana yang bisa terisi.
privacy-how-long = Berapa lama: sampai kamu hapus. Suara yang dihapus tetap dihitung tanpa nama.
privacy-nobody = Tidak diberikan ke siapa pun: tanpa pelacakan, tanpa iklan, tanpa akun exchange.
privacy-mine = Milikmu: tombol { $taps }, catatan { $notes }, ✅ { $takes }
privacy-commands = /export untuk salinan, /erase untuk menghapus.
private-only = Tolong minta itu di chat pribadi dengan bot.
button-export = 📄 Salinan
button-erase = 🗑 Hapus
button-erase-yes = 🗑 Ya, hapus semua
button-no = Tidak
export-title = <b>📄 Semua yang disimpan tentangmu</b>
export-none = Tidak ada data tentangmu.
erase-ask = Hapus semua tentangmu di semua kanal yang tersambung? Catatan, pengaturan dan ledger-mu hilang selamanya; sinyal berhenti di chat ini. Tanpa tombol: /erase ya
erase-done = 🗑 Terhapus. { $owner ->
    [yes] Hanya hakmu sebagai pemilik yang tinggal, tanpa itu tidak ada yang bisa menghentikan bot.
   *[no] Untuk kembali, kirim /start.
 }
