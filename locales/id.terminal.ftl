### Yang dikatakan perintah di terminal.

## `doctor`: mesin ini
doctor-mark = { $state ->
    [ok] OK
    [warn] awas
    [fail] GAGAL
   *[off] nonaktif
 }
doctor-name = { $name ->
    [settings] pengaturan
    [time_zones] zona waktu
    [disk] disk
    [database] database
    [port] port
    [okx_stream] stream okx
    [clock] jam
    [pairs] pair
    [owner] pemilik
    [whatsapp_in] whatsapp masuk
    [templates] template
    [model] model
   *[other] { $words }
 }
doctor-settings = bahasa { $locale }, zona { $zone }, pair { $pairs }
doctor-settings-no-file = { $told }; belum ada .env di sini, jadi dari environment dan nilai bawaan
doctor-settings-open = { $told }; .env bisa dibaca pengguna lain di mesin ini
doctor-zones = { $count } zona dikenal
doctor-zones-missing = tidak ada data untuk { $zones }
doctor-zones-mend = pasang paket tzdata
doctor-disk = { $free } GB kosong untuk { $folder }
doctor-disk-mend = kosongkan minimal 1 GB, atau isi folder lain di SHARPSIGNAL_DATA_DIR
doctor-disk-tape-mend = rekaman data butuh sampai 4 GB: kosongkan sedikit, atau kecilkan SHARPSIGNAL_RECORD_DAYS
doctor-database = { $path } utuh, bisa ditulis, dan versinya cocok
doctor-database-none = belum ada; `sharpsignal run` akan membuat { $path }
doctor-database-used = { $path } utuh dan sedang dipakai proses { $pid }
doctor-database-kind = DATABASE_URL menunjuk database yang belum didukung
doctor-database-kind-mend = kosongkan DATABASE_URL: baru SQLite yang didukung
doctor-database-folder = { $folder } tidak bisa ditulis
doctor-database-folder-mend = isi SHARPSIGNAL_DATA_DIR dengan folder milikmu
doctor-database-read-only = { $path } hanya bisa dibaca
doctor-database-read-only-mend = jadikan milikmu: chown atau chmod u+w { $path }
doctor-database-lock = { $path } tidak bisa dikunci ({ $why })
doctor-database-lock-mend = pakai disk lokal
doctor-database-damaged = { $path } rusak: { $why }
doctor-database-damaged-mend = hentikan bot, simpan salinan file ini, pulihkan backup terbarumu
doctor-database-foreign = { $path }: { $why }
doctor-database-foreign-mend = isi folder lain di SHARPSIGNAL_DATA_DIR, atau perbarui programnya
doctor-database-unreadable = { $path } tidak bisa dibaca ({ $why })
doctor-database-unreadable-mend = apakah itu file program lain? Pindahkan
doctor-database-older = { $path } dari versi lama
doctor-database-older-mend = `sharpsignal run` berikutnya akan memperbaruinya
doctor-port = { $address } kosong untuk halaman dan webhook
doctor-port-taken = { $address } sudah dipakai
doctor-port-taken-mend = wajar kalau SharpSignal sedang jalan; kalau tidak, ganti SHARPSIGNAL_PORT
doctor-port-mend = perbaiki SHARPSIGNAL_HOST atau SHARPSIGNAL_PORT

## `doctor`: OKX, Twilio, model
doctor-silent = { $url } tidak menjawab: { $why }
doctor-no-answer = tidak ada jawaban dalam { $seconds } dtk
doctor-reach-mend = cek jaringan, DNS dan firewall mesin ini, atau { $name }
doctor-okx = { $url } menjawab dalam { $ms } ms
doctor-okx-mend = cek jaringan, DNS dan firewall mesin ini, atau OKX_REST_URL (di beberapa negara perlu host regional atau proxy)
doctor-okx-odd = { $url } menjawab, tapi tidak seperti OKX
doctor-okx-odd-mend = OKX mungkin diblokir di sini: isi OKX_REST_URL dengan host regional atau proxy
doctor-clock-near = selisih { $seconds } dtk dari OKX
doctor-clock = { $side ->
    [ahead] { $seconds } dtk lebih cepat dari OKX
   *[behind] { $seconds } dtk lebih lambat dari OKX
 }
doctor-clock-mend = biarkan mesin menyetel jamnya sendiri: timedatectl set-ntp true
doctor-stream = { $url } terbuka dan menjawab
doctor-stream-closed = { $url } tidak bisa dibuka: { $why }
doctor-stream-odd = { $url } terbuka tapi tidak menjawab ping
doctor-stream-odd-mend = cek OKX_WS_URL
doctor-pairs = aktif di OKX: { $count } dari { $all }
doctor-pairs-all = semua swap USDT yang aktif; OKX punya { $count } swap
doctor-pairs-unread = daftar kontrak OKX tidak bisa dibaca
doctor-pairs-missing = tidak aktif di OKX: { $pairs }
doctor-pairs-missing-mend = hapus dari SHARPSIGNAL_PAIRS
doctor-whatsapp-off = belum disiapkan (TWILIO_ACCOUNT_SID dan dua lainnya)
doctor-whatsapp-unknown = Twilio tidak mengenal akun ini atau menolak tokennya
doctor-whatsapp-unknown-mend = salin ulang TWILIO_ACCOUNT_SID dan TWILIO_AUTH_TOKEN dari konsol Twilio
doctor-whatsapp-state = kata Twilio: { $state }
doctor-whatsapp-state-mend = lihat konsol Twilio
doctor-whatsapp = { $number } adalah nomor akun ini
doctor-whatsapp-other = { $number } bukan salah satu nomor akun ini
doctor-whatsapp-other-mend = wajar untuk sandbox Twilio atau pengirim khusus WhatsApp; kalau bukan, perbaiki TWILIO_WHATSAPP_FROM
doctor-whatsapp-in = balasan masuk ke { $url }
doctor-whatsapp-in-closed = balasan orang tidak bisa sampai ke sini
doctor-whatsapp-in-closed-mend = isi SHARPSIGNAL_PUBLIC_URL dengan alamat yang bisa dijangkau Twilio
doctor-whatsapp-nobody = belum ada yang menerima sinyal
doctor-whatsapp-nobody-mend = isi WHATSAPP_RECIPIENTS dengan nomor yang sudah setuju
doctor-model = { $model } menjawab
doctor-model-off = tanpa opini kedua (OPENAI_API_KEY)
doctor-model-key = key-nya ditolak
doctor-model-key-mend = isi OPENAI_API_KEY yang benar, atau kosongkan
doctor-model-unknown = { $model } tidak dikenal di sana
doctor-model-unknown-mend = isi OPENAI_MODEL dengan model yang ada di server itu
doctor-model-status = kata servernya: { $status }
doctor-model-status-mend = coba lagi nanti, atau cek OPENAI_BASE_URL

## `doctor`: Telegram
doctor-telegram = @{ $name } menjawab
doctor-telegram-off = belum ada bot
doctor-telegram-off-mend = `sharpsignal init` menyiapkannya dalam dua menit
doctor-telegram-shape = TELEGRAM_BOT_TOKEN { $shape }
doctor-telegram-unknown = Telegram tidak mengenal bot ini: ambil lagi tokennya dari @BotFather
doctor-telegram-no-token = chat atau pemilik sudah diisi, tapi TELEGRAM_BOT_TOKEN kosong
doctor-telegram-refused-mend = `sharpsignal init` menanyakan token baru
doctor-telegram-silent = Telegram tidak menjawab: { $why }
doctor-telegram-mend = cek jaringan; kalau Telegram diblokir, isi HTTPS_PROXY atau TELEGRAM_API_BASE_URL
doctor-telegram-server-mend = apakah ada server Bot API di { $url }? (TELEGRAM_API_BASE_URL)
doctor-owner = bot sudah punya pemilik
doctor-owner-none = bot belum punya pemilik
doctor-owner-none-mend = buka tautan yang dicetak `sharpsignal init`
doctor-chat-moved = grup ini menjadi supergrup dengan id lain
doctor-chat-moved-mend = tulis { $id } di TELEGRAM_CHAT_IDS (bot yang sedang jalan mengikuti sendiri)
doctor-chat-closed = tidak terbuka untuk bot: { $why }
doctor-chat-closed-mend = tambahkan bot di sana (kirim /start di chat pribadi), atau perbaiki TELEGRAM_CHAT_IDS: `sharpsignal init` mencarikan id
doctor-chat-no-topics = { $chat } tidak punya topik
doctor-chat-no-topics-mend = tulis { $id } tanpa :{ $topic }
doctor-chat-out = bot tidak ada di { $chat }
doctor-chat-out-mend = tambahkan di sana
doctor-chat-mute = bot tidak boleh mengirim di { $chat }
doctor-chat-mute-mend = jadikan admin yang boleh mengirim pesan
doctor-chat-member = { $chat }: boleh mengirim, tidak boleh menyematkan
doctor-chat-member-mend = jadikan admin yang boleh menyematkan, untuk kartu status
doctor-chat-admin = { $chat }: admin, boleh mengirim, mengedit, dan menyematkan
doctor-chat-lacks = { $chat }: belum ada hak untuk { $rights }
doctor-chat-lacks-mend = beri hak ini untuk pesan: { $rights }
doctor-right = { $right ->
    [post] mengirim
    [edit] mengedit
   *[pin] menyematkan
 }

## `doctor`: template WhatsApp
doctor-templates = { $count } disetujui WhatsApp
doctor-templates-none = belum ada: di luar jendela 24 jam tidak ada yang bisa dikirim, dan tidak ada tombol
doctor-templates-none-mend = `sharpsignal templates --create` membuatnya; isi TWILIO_CONTENT_SIDS dengan baris yang dicetaknya
doctor-templates-unread = persetujuannya tidak bisa dibaca: { $why }
doctor-templates-unread-mend = coba lagi nanti
doctor-templates-bad = { $group ->
    [gone] tidak dikenal Twilio: { $names }
    [unsubmitted] persetujuan belum diminta: { $names }
    [waiting] WhatsApp belum memutuskan: { $names }
   *[refused] { $states }: { $names }
 }
doctor-templates-bad-mend = { $group ->
    [gone] hapus dari TWILIO_CONTENT_SIDS lalu jalankan `sharpsignal templates --create`
    [unsubmitted] minta persetujuan di konsol Twilio (Content Template Builder)
    [waiting] WhatsApp memutuskan, biasanya dalam sehari; sampai itu pesan yang memakainya ditahan
   *[refused] konsol Twilio memberi alasannya; perbaiki template di sana, atau buat ulang dengan nama lain
 }
doctor-templates-missing = belum ada dalam bahasa { $locale } untuk: { $kinds }
doctor-templates-missing-mend = `sharpsignal templates --create` membuat yang belum ada di TWILIO_CONTENT_SIDS

## `init`
init-other-language = English: { $program } init --locale en
init-token-from = Token bot didapat dari @BotFather di Telegram: kirim /newbot, lalu tempel tokennya di sini (tidak akan terlihat).
init-token-ask = Token:
init-token-keep = Token (Enter untuk tetap memakai milik bot { $bot }):
init-token-none = tidak ada yang diketik; @BotFather di Telegram memberi token (/newbot)
init-token-needed = harus diisi; @BotFather di Telegram memberinya (/newbot)
init-token-shape = harus berbentuk 123456789:AAE… tanpa apa pun di depan atau belakangnya
init-token-kept = @{ $bot } menjawab; token tersimpan di { $file } (hanya kamu yang bisa membacanya).
init-token-other = environment menyebut bot yang lain dari { $file }; hapus dari environment
init-store-used = sharpsignal sedang jalan dengan data ini (proses { $pid }): hentikan dulu, lalu jalankan init lagi
init-store-closed = { $folder } tidak bisa dipakai ({ $why }); isi folder yang boleh kamu tulisi
init-preflight = Pemeriksaan akhir:
init-start = Jalankan dengan: { $program } run
init-mend = Perbaiki yang GAGAL, lalu cek lagi: { $program } doctor
init-link = Buka ini di HP lalu tekan Mulai (Start): { $link }
init-waiting = Menunggu kamu, paling lama { $minutes } menit. Ctrl+C untuk berhenti; tautannya tetap berlaku.
init-owned = Bot ini sekarang milikmu. Lanjutkan di chat; tinggal tekan tombol ({ $questions } pertanyaan).
init-demo = Sinyal DEMO sudah di chat: tekan salah satu tombol di bawahnya (ini selesai sendiri dalam semenit).
init-pressed = Tombolnya jalan. Coba juga yang lain: ini lanjut sendiri kalau tidak ada yang ditekan lagi.
init-nobody = Belum selesai dalam { $seconds } dtk. Tautannya tetap berlaku: `sharpsignal init` melanjutkan.
init-conflict = Program lain sedang membaca pesan bot ini: hentikan dulu (salinan lama, server lain), atau cabut tokennya dengan /revoke di @BotFather dan jalankan init dengan token baru.
init-trouble = Telegram: { $problem }. Mencoba lagi.
init-places = { $line }: sinyal juga dikirim ke sana.
init-places-none = { $name } kosong lagi.

## `run` dan `demo`, saat mulai
start-demo = Pasar SIMULASI (seed { $seed }, edge buatan { $edge }): satu jam lewat dalam { $seconds } dtk.
start-demo-open = Buka { $url } dan tekan Ctrl+C di sini untuk berhenti.
start-claim-link = Bot ini belum punya pemilik. Buka { $link } untuk mengklaimnya.
start-claim-word = Chat web belum punya pemilik. Tulis { $word } di sana untuk mengklaimnya.

## `verify`, `export`, `explain`, dan `replay --signal`
store-no-signal = tidak ada sinyal { $ident } di database ini
store-no-decision = tidak ada sinyal atau keputusan { $ident } di database ini; `sharpsignal export --table decisions` menulis semuanya
store-decision-gone = sinyal { $ident } tersimpan, tapi keputusan di baliknya tidak
verify-whole = semua baris cocok; hash terbaru: { $heads }
export-done = { $count } baris { $table } ditulis ke { $file }
made-again-equal = sinyal { $number }: dibuat ulang dari data tersimpan, sama sampai setiap byte
made-again-other = sinyal { $number }: hasil buat ulang berbeda (tersimpan → dibuat ulang):
