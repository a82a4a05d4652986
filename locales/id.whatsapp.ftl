### WhatsApp: template, tombol, jendela 24 jam, biaya. Kunci yang sama di setiap bahasa.
### Isi template tidak boleh diawali atau diakhiri variabel, dan dua variabel tidak boleh berdempetan.

## Template yang disetujui WhatsApp (dipakai di luar jendela 24 jam)
whatsapp-template-signal = 🔔 { $head }
    Entry { $entry }
    SL { $sl }
    TP { $targets }
    RR { $rr }
    Berlaku s/d { $until }
    Catatan: { $note }
    Balas STOP untuk berhenti.
whatsapp-template-update = 🔔 { $head }
    Rincian: { $detail }
    Balas STOP untuk berhenti.
whatsapp-template-outcome = 🔔 { $head }
    Hasil: { $detail }
    Balas STOP untuk berhenti.
whatsapp-template-notice = 🔔 { $head }
    Keterangan: { $detail }
    Balas STOP untuk berhenti.
whatsapp-template-wake = Kamu meminta alert dari SharpSignal, dan ada pesan yang menunggu. Ketuk tombol di bawah untuk menerimanya, atau balas STOP untuk berhenti.

## Tombol dan daftar
whatsapp-button-more = Lainnya
whatsapp-button-keep = Lanjutkan alert
whatsapp-more = Sinyal #{ $number }: pilih di daftar, atau balas dengan angkanya.
whatsapp-more-button = Pilih
whatsapp-nofill-why = Kenapa? Balas dengan huruf atau kata-katanya.
whatsapp-item-nofill = ⛔ Tidak terisi
whatsapp-item-note = 📝 Tulis catatan
whatsapp-item-why = Kenapa sinyal ini
whatsapp-item-chart = 📊 Chart
whatsapp-item-stop = Hentikan alert
whatsapp-more-text = Sinyal #{ $number }
    3 ⛔ tidak terisi
    4 📝 tulis catatan
    KENAPA #{ $number }: alasannya
    /chart { $number }: chart-nya
    STOP: hentikan alert

## Jendela 24 jam
whatsapp-keep = ⏳ Satu jam lagi WhatsApp menutup chat ini untuk alert, karena sudah lama tidak ada pesan darimu.
    Ketuk tombol atau balas OK supaya alert tetap masuk 24 jam ke depan.
whatsapp-kept = 👍 Alert tetap masuk ke sini 24 jam ke depan.
whatsapp-missed = Selama chat ini tertutup, { $count } pesan keburu basi dan tidak dikirim (entry atau kabar lama).
    Hasil sinyal tetap dikirim dan tercatat: STATS.
whatsapp-held = 📪 <b>Pesan WhatsApp tertahan</b>
    { $phone } sudah lebih dari 24 jam tidak menulis, dan template { $template } belum ada.
    Pesannya dikirim begitu orangnya menulis lagi.
whatsapp-held-consent = 📪 <b>Pesan WhatsApp tertahan</b>
    { $phone } belum meminta alert (belum pernah kirim START).
    Pesannya dikirim begitu orangnya menulis lagi.
whatsapp-template-refused = 📪 <b>Template WhatsApp ditolak</b>
    { $template }, Twilio { $code }. Cek statusnya di konsol Twilio.
    Pesan yang memakainya ditahan dulu.

## Biaya
help-costs = pesan dan biaya WhatsApp
    .usage = [hari]
costs-title = <b>💬 WhatsApp { $days } hari terakhir</b>
costs-none = Belum ada pesan WhatsApp.
costs-row = { $category } ke { $country }: { $messages }
costs-price = { $priced } di antaranya berharga: { $price } { $currency }
costs-unpriced = Twilio belum memberi harganya.
costs-category = { $category ->
    [answer] Jawaban
    [session] Dalam jendela
    [utility] Template utility
    [marketing] Template marketing
   *[other] { $category }
 }
costs-statuses = Sampai { $delivered }, dibaca { $read }, gagal { $failed }
costs-held = Tertahan sekarang { $held } · lewat Telegram { $telegram }
costs-usage = Tulis /costs atau /costs [hari], misalnya /costs 7.

## Kata yang ditulis orang sebagai perintah (pisahkan dengan koma)
words-stop = berhenti, stop, batal langganan, unsub, hentikan alert
words-start = mulai, start, langganan
words-keep = ok, oke, lanjutkan alert
words-stats = hasil, stats
words-status = status
words-watch = pantau, watch
words-help = bantuan, help, info
words-why = kenapa, why
words-pause = jeda, pause
words-resume = lanjut, resume
