### Orang, peran, menu, dan ruang operator.

## Bantuan
help-title = <b>Perintah</b>
    Tekan satu bagian untuk tahu gunanya.
help-help = semua perintah
help-back = ‹ Semua
section-signals = <b>Sinyal</b>
section-results = <b>Hasil</b>
section-mine = <b>Pengaturanku</b>
section-admin = <b>Admin</b>
help-users = orang, peran, permintaan
help-health = data, antrean, saluran, model
help-logs = baris terakhir log
    .usage = [baris]
help-route = hasil atau ops ke topik ini
    .usage = signals|results|ops|off

## Chat yang berhenti menerima
notice-quiet = 🔇 <b>{ $chat }</b> tidak menerima kiriman
    { $reason ->
        [rights] Bot tidak boleh menulis di sana. Solusi: jadikan admin yang boleh mengirim pesan.
        [topic_closed] Topiknya ditutup. Solusi: buka lagi, atau beri bot hak kelola topik.
        [not_found] Chat atau topiknya tidak ada. Solusi: perbaiki TELEGRAM_CHAT_IDS.
       *[left] Bot dikeluarkan. Solusi: masukkan lagi.
    }
    Setelah itu kiriman jalan lagi sendiri.
notice-awake = 🔊 <b>{ $chat }</b> menerima kiriman lagi. Yang tertinggal sudah disusulkan.

## Orang
role-name = { $role ->
    [owner] pemilik
    [admin] admin
    [analyst] analis
    [subscriber] pelanggan
    [viewer] pembaca
   *[other] { $role }
 }
notice-role = 👤 Peranmu sekarang: <b>{ $role ->
    [admin] admin
    [analyst] analis
    [subscriber] pelanggan
    [viewer] pembaca
   *[other] { $role }
 }</b>
    { $role ->
        [admin] Kamu boleh menerima orang dan mengurus bot: /users, /health, /logs.
        [analyst] Kamu boleh melihat cara kerja model. Sinyal masuk ke sini.
        [subscriber] Sinyal masuk ke sini.
       *[viewer] Kamu boleh membaca dan bertanya; sinyal tidak lagi masuk ke sini.
    }
notice-removed = Aksesmu dicabut. Tidak ada lagi yang dikirim ke sini.
toast-decided = { $inside ->
    [yes] Sudah diputuskan: diterima.
   *[no] Sudah diputuskan: tidak diterima.
 }
toast-above = Peran ini hanya bisa diubah pemilik bot.
toast-gone-user = Orang ini bukan anggota lagi.
toast-removed = Dikeluarkan.
toast-role = { $role ->
    [admin] Sekarang admin.
    [analyst] Sekarang analis.
    [subscriber] Sekarang pelanggan.
   *[viewer] Sekarang pembaca.
 }
users-title = <b>👥 Orang</b>: { $count } anggota
users-owner = 👑 { $name }
users-count = { $role ->
    [admin] Admin
    [analyst] Analis
    [subscriber] Pelanggan
   *[viewer] Pembaca
 }: { $count }
users-deeds = <b>Tindakan terakhir</b>
users-deed = { $at } { $who }: { $action ->
    [approve] menerima
    [reject] menolak
    [remove] mengeluarkan
    [role] peran
    [claim] mengklaim bot
    [pause] menjeda
    [resume] melanjutkan
    [demo] mengirim DEMO
    [copy] mengatur bot copy trade
    [costs] melihat biaya WhatsApp
    [promote] mengaktifkan model
    [rollback] mengembalikan model
    [chat] mengubah chat ini
    [route] memindah topik
   *[other] { $action }
 } { $target }
users-waiting-button = ⏳ Menunggu ({ $count })
users-waiting-title = <b>⏳ Menunggu</b>: { $count }
users-waiting-row = { $name }, { $channel } { $user }
users-waiting-none = Tidak ada yang menunggu.
users-out-button = 🚫 Di luar ({ $count })
users-out-title = <b>🚫 Ditolak atau dikeluarkan</b>: { $count }
users-out-none = Tidak ada yang ditolak atau dikeluarkan.
users-name = { $name }
users-id = { $channel } <code>{ $user }</code>
users-role = Peran: { $role ->
    [admin] admin
    [analyst] analis
    [subscriber] pelanggan
   *[viewer] pembaca
 }
users-since = Dikenal sejak { $at }
users-not-yours = Hanya pemilik bot yang bisa mengubah ini.
users-up = ⬆ { $role ->
    [admin] admin
    [analyst] analis
   *[subscriber] pelanggan
 }
users-down = ⬇ { $role ->
    [analyst] analis
    [subscriber] pelanggan
   *[viewer] pembaca
 }
users-remove = 🗑 Keluarkan
users-remove-ask = Keluarkan <b>{ $name }</b>? Aksesnya hilang dan tidak bisa minta lagi.
users-remove-yes = Ya, keluarkan
users-remove-no = Tidak
users-back = ‹ Kembali

## Kesehatan dan log
health-title = <b>🩺 Kesehatan</b> { $at }
health-feed = { $pair }: { $age } lalu
health-feed-lost = ⚠️ { $pair }: { $age } lalu
    hilang: { $streams }
health-feed-none = { $pair }: belum ada data
health-feeds-more = dan { $count } pair lain
health-running = ▶️ Sinyal baru boleh terbit
health-halted = ⏸ Ditahan { $until }: { $reason }
health-model = 🧠 Model { $version }
health-model-none = 🧠 Model: belum ada, bobot awal
health-raters = 🗳 Penilai yang dihitung: { $counted } dari { $people }
health-raters-did = benar: { $agreement } · label digeser: { $labels } · p maks. { $moved }
health-outbox = 📤 Antrean { $pending }, tertua { $oldest }
health-outbox-empty = 📤 Antrean: kosong
health-lost = ✉️ Gagal { $dead } · telat { $dropped }
health-letter = { $at } { $chat }: { $error }
health-silent = 🔇 { $chat }: { $reason ->
    [rights] tidak boleh menulis
    [topic_closed] topik ditutup
    [not_found] tidak ada
    [blocked] bot dikeluarkan
    [left] bot dikeluarkan
    [stop] minta STOP
   *[other] { $reason }
 }
health-silent-more = dan { $count } chat diam lain
health-line = ✅ { $name }: { $sent } terkirim, { $floods } kali kena limit
health-line-lost = ❌ { $name }: { $problem }
health-refresh = 🔄 Muat ulang
logs-title = <b>📜 Log</b>: { $count } baris (UTC)
logs-none = Log masih kosong.
logs-private = Log menyebut orang dan chat: minta lewat chat pribadi dengan bot.

## Topik grup dan kartu status
route-usage = Tulis /route di sebuah topik: signals, results (hasil sinyal), ops (kartu status dan kabar teknis) atau off.
route-now = Di sini: { $signals ->
    [yes] sinyal
   *[no] tanpa sinyal
 }, { $results ->
    [yes] hasil
   *[no] tanpa hasil
 }, { $ops ->
    [yes] ops
   *[no] tanpa ops
 }.
route-done = ✅ { $what ->
    [signals] Sinyal grup ini masuk ke sini.
    [results] Hasil grup ini masuk ke sini.
    [ops] Kartu status ada di sini; kabar teknis masuk ke sini.
   *[off] Tidak ada lagi yang dipindah ke sini.
 }
route-unknown = Grup ini belum menerima sinyal: isi dulu TELEGRAM_CHAT_IDS.
card-title = <b>🩺 Status</b> · { $at }
card-tick = Data terbaru { $age } lalu
card-tick-none = Belum ada data
card-feed = { $stream }: { $age }
card-feed-lost = ⚠️ { $stream } hilang: { $pairs }
card-open = Sinyal terbuka: { $count }
card-stale = Lebih tua dari 10 menit? Bot mati.

## Yang Telegram tampilkan tentang bot
bot-description = Sinyal perpetual OKX dari 8 layer, lengkap dengan entry, stop dan target, dan setiap hasil apa adanya: win, loss, expired, tidak terisi. Bukan nasihat keuangan; bot tidak memegang dana dan tidak memasang order. Tekan Mulai.
bot-short = Sinyal perpetual OKX, loss diceritakan sejelas win. Bukan nasihat keuangan.

## Klaim pemilik saat pengaturan menyebut chat lain
start-claimed-elsewhere = ✅ Bot ini sekarang milikmu. Sinyal masuk ke chat di TELEGRAM_CHAT_IDS, tidak ke sini.
