## Apa yang dipelajari: kartu model
procedure = { $name ->
    [linear] delapan layer
    [surroundings] layer dan kondisi pasar
    [recent] yang terbaru
    [avoiding] layer, hindari yang buruk
   *[other] { $name }
}
learned-promoted = 🧠 <b>Model diganti</b>
    Baru: { $name }
    Di setup yang sama, ia lebih sering benar daripada model lama.
learned-rolled_back = 🧠 <b>Kembali ke model lama</b>
    Berlaku: { $name }
    Model baru lebih buruk dari janjinya.
learned-chosen = 🧠 <b>Model dipilih manual</b>
    Berlaku: { $name }
learned-proven = 🧠 <b>Edge terbukti</b>
    Buku: { $book }
    Sinyalnya tidak lagi 🧪 PAPER.
learned-unproven = 🧪 <b>Kembali ke PAPER</b>
    Buku: { $book }
    Edge-nya tidak lagi terbukti.
learned-evidence = Bukti E: { $e } (perlu: { $needed })
learned-sample = Setup: { $setups } dalam { $days } hari
learned-difference = R per setup: { $difference }
learned-interval = 90 %: { $low } s.d. { $high }
learned-probation = Ukuran setengah selama 48 jam. Otomatis kembali kalau hasilnya lebih buruk.
learned-labels = Label di baliknya: { $labels }
notice-trained-held = 🧠 Sudah belajar dari { $labels } label.
    Model malam ini melompat terlalu jauh.
    Model yang berlaku tetap dipakai.
