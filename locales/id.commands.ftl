### Perintah untuk pembaca: angka, yang sudah terbit, tanggapan, kartu pribadi.

## Hasil
stats-window = { $days ->
    [all] Semua
   *[other] { $days } hari
 }
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
    [confidence] Per peluang win
    [side] Per arah
   *[mode] Per mode
 }</b>
group-name = { $name ->
    [rule_based] aturan saja
    [hybrid] aturan + OpenAI
    [openai] OpenAI
    [trend_continuation] lanjut tren
    [mean_reversion] mean reversion
    [asia] Asia
    [london] London
    [new_york] New York
    [overlap] London+New York
    [off] sesi sepi
    [none] tanpa peluang
   *[other] { $name }
 }

## Yang sudah terbit
signals-title = <b>📣 Sinyal</b>
signals-none = Belum ada sinyal.
signals-row = <b>#{ $number } { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 } { $timeframe }</b>
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
    [never] Tak sampai
    [late] Telat
   *[skipped] Dilewati
 }
toast-reason = ⛔ dicatat: { $reason }
toast-second-look = ⛔ dicatat. { $said ->
    [thin] Dicek ulang: harga nyaris tidak menembus entry. Dihitung tidak terisi.
    [wait] Pasar yang menentukan: dicek ulang begitu waktu entry habis.
    [market] Dicek ulang: 45 detik setelah sinyal harga sudah di dalam zona. Fill tetap berlaku.
    [deep] Dicek ulang: harga jelas menembus entry. Fill tetap berlaku.
   *[closed] Posisi sudah ditutup, dan hasil yang sudah ditutup tidak ditulis ulang.
 }
cancel-done = Oke, dibatalkan.
cancel-nothing = Tidak ada yang perlu dibatalkan.
link-code = Ketik di kanalmu yang lain:
    /link <b>{ $code }</b>
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
privacy-raw = Isi pesan mentah dihapus setelah { $raw } hari, laporan kirim WhatsApp setelah { $days } hari.
privacy-stop = STOP di WhatsApp tetap disimpan walau sudah /erase, hanya nomor dan waktunya: tidak ada pesan lagi ke sana tanpa START darimu.
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

## Pribadi
help-ledger = yang kamu ambil dan hasilnya
    .usage = [nomor [harga]]
help-size = satu R sinyal dalam kontrak
    .usage = [nomor]
help-risk = berapa satu R buatmu
    .usage = [jumlah]
help-quiet = jam tanpa bunyi
    .usage = [22:00-06:00|off]
help-settings = bahasa, zona, pair, jam tenang, risk
help-pairs = pair mana yang masuk ke sini
    .usage = [BTC,ETH|all]
button-took = ✅ Ambil
button-size = 📐 Size
toast-took = { $taken ->
    [yes] ✅ #{ $number } masuk ledger-mu. Tekan lagi untuk membatalkan. /ledger
   *[no] #{ $number } keluar dari ledger-mu.
 }
toast-size = 📐 #{ $number }: { $contracts } kontrak, maks { $leverage }x. Lengkapnya di chat pribadi: /size { $number }
ledger-title = <b>📒 Ledger-mu</b>
ledger-none = Belum ada. Tekan ✅ di bawah sinyal yang kamu ambil.
ledger-taken = Kamu ambil { $taken } dari { $closed }
ledger-mine = Kamu <b>{ $r }</b>
ledger-channel = Channel { $r }
ledger-slippage = Slippage entry { $r } per sinyal
ledger-open = Masih terbuka: { $open }
ledger-since = Sejak #{ $number }, bersih dari biaya. Fill-mu sendiri: /ledger NOMOR HARGA
ledger-usage = Tulis /ledger, atau /ledger NOMOR HARGA untuk yang kamu ambil, misalnya /ledger 12 64210.
ledger-entered = ✅ #{ $number } masuk ledger-mu{ $price ->
    [none] .
   *[other] {" "}di { $price }.
 }
size-head = <b>📐 { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 }</b> <code>{ $name }</code>
size-risk = 1R = { $risk } { $coin }
size-contracts = Kontrak <b>{ $contracts }</b>
size-coins = Koin { $coins } { $coin }
size-value = Nilai { $value } { $coin }
size-leverage = Leverage maksimal { $leverage }x
size-liquidation = Likuidasi { $price }, di luar SL
size-margin = Margin mulai { $margin }
size-no-leverage = Tidak ada leverage yang menjaga likuidasi di luar SL.
size-small = Satu R lebih kecil dari order terkecil. Perlu paling sedikit { $least } { $coin } per R.
size-over = 🏁 Sinyal ini sudah berakhir.
size-paper = 🧪 PAPER: saran size 0
size-assumed = Entry di sisi jauh zona, isolated, maintenance margin 2%, sebelum fee.
size-no-risk = Atur dulu berapa satu R buatmu, misalnya /risk 25
size-no-contract = Kontrak pair ini sedang tidak diketahui.
risk-now = <b>💵 1R = { $risk ->
    [none] belum diatur
   *[other] { $risk } USDT
 }</b>
    Yang hilang kalau kena SL. Hanya untuk kartu size-mu.
    Jumlah lain: /risk 40
risk-usage = Tulis jumlah dari 0 sampai { $most }, misalnya /risk 25.
quiet-now = <b>🌙 Jam tenang: { $hours ->
    [none] nonaktif
   *[other] { $hours }
 }</b> ({ $zone })
    Pesan di jam ini masuk tanpa bunyi.
    Jam lain: /quiet 23:30-05:30
quiet-usage = Tulis jamnya, misalnya /quiet 22:00-06:00, atau /quiet off.
pairs-now = <b>🎯 Pair: { $count } dari { $all }</b>
    Sinyal pair ini masuk ke sini. Sinyal yang sudah masuk diikuti sampai selesai.
pairs-usage = Ada yang tidak dipantau. Pair: { $pairs }
settings-title = <b>⚙️ { $whose ->
    [mine] Pengaturanmu
   *[chat] Pengaturan chat ini
 }</b>
settings-language = Bahasa: { $language }
settings-zone = Zona: { $zone }, { $at }
settings-quiet = Jam tenang: { $hours ->
    [none] nonaktif
   *[other] { $hours }
 }
settings-pairs = Pair: { $count ->
    [all] semua
   *[other] { $count }
 }
settings-risk = 1R: { $risk ->
    [none] belum diatur
   *[other] { $risk } USDT
 }
button-settings = ‹ Pengaturan
button-setting = { $name ->
    [language] 🌐 Bahasa
    [zone] 🕐 Zona
    [quiet] 🌙 Jam tenang
    [pairs] 🎯 Pair
   *[risk] 💵 Risk
 }
choice-off = Nonaktif
choice-all = Semua
toast-kept = ✅ Disimpan.
toast-denied-choice = Maaf, di chat ini admin atau pemilik yang memilih.
timezone-now = <b>🕐 { $zone }</b>, kini { $at }
    Zona lain: ketik kotanya, misalnya /timezone Bangkok
why-pick = ❓ Pair yang mana? Sinyal tertentu pakai nomornya: /why 12. Atau ketik: /why { $pair }

## Belajar
help-calibration = peluang yang disebut dan yang terjadi
help-insights = apa yang lebih baik atau buruk
help-model = policy yang berlaku
help-promote = pakai policy secara manual
help-rollback = kembali ke policy sebelumnya
forecasts-title = <b>🎯 Peluang: disebut vs terjadi</b>
forecasts-none = Belum ada sinyal dengan peluang win yang selesai. Selama policy belum terbukti, peluang tidak disebut, jadi belum ada yang bisa dicek.
forecasts-row = { $told } → { $came } ({ $low }–{ $high }) n={ $n }
forecasts-n = Sinyal { $n } · win { $rate }
forecasts-brier = Brier { $brier } (makin kecil makin baik)
forecasts-base = Base rate saja { $brier }
forecasts-verdict = { $verdict ->
    [few] ⚠️ Terlalu sedikit: perlu paling sedikit 100.
    [better] ✅ Lebih baik dari menyebut base rate.
   *[worse] ❌ Tidak lebih baik dari menyebut base rate.
 }
model-title = <b>🧠 Policy yang berlaku</b>
model-none = Belum ada: bobot awal, tanpa peluang win. Yang pertama dibuat pada malam setelah ada 100 label efektif.
model-version = Versi <code>{ $version }</code>
model-since = Sejak { $since }
model-labels = Label { $labels }, sampai { $cut }
model-effective = Label efektif { $n }
model-books = Peluang sendiri di:
button-rollback = ↩️ Kembali ke sebelumnya
button-rollback-yes = ↩️ Ya, kembali
rollback-none = Tidak ada policy sebelumnya. Tidak ada yang diubah.
rollback-ask = Kembali ke policy <code>{ $version }</code> (berlaku { $since ->
    [none] belum pernah
   *[other] sejak { $since }
 })? Sinyal terbuka tetap dengan rencananya.
rollback-done = ↩️ Policy <code>{ $version }</code> diserahkan ke engine; chat diberi tahu saat mulai berlaku.
rollback-already = Policy itu sudah berlaku.
rollback-kept = Oke, tidak ada yang diubah.
