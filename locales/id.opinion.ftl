## Opini kedua
opinion-post = { $stance ->
    [agrees] 🤖 Opini kedua: setuju
    [decides] 🤖 Atas dasar opini kedua
    [against] 🤖 Opini kedua: tidak setuju
   *[silent] 🤖 Opini kedua: tidak menjawab
 }
signal-triggers-opinion = Trigger 5m: belum terpenuhi
opinion-why = 🤖 Opini kedua: { $word } · { $p }
opinion-why-silent = 🤖 Opini kedua: tidak menjawab ({ $why ->
    [timeout] terlalu lambat
    [budget] jatah habis
    [breaker] jeda setelah error
    [busy] terlalu banyak sekaligus
    [rate] terlalu sering ditanya
    [key] key ditolak
    [refusal] menolak menjawab
    [invalid] jawaban tidak valid
   *[other] tanpa jawaban
 })
opinion-title = <b>🤖 Opini kedua</b>
opinion-model = { $model }, prompt { $prompt }
opinion-state = { $state ->
    [learning] Belajar: { $pairs } dari { $needed } hasil
    [earned] Terbukti: boleh menahan sinyal
   *[ignored] Diabaikan: belum menambah apa-apa
 }
opinion-answered = Menjawab { $answered } dari { $asked }
opinion-worth = { $which ->
    [agreed] Setuju: { $mean } per trade ({ $n })
   *[against] Menolak: { $mean } per trade ({ $n })
 }
opinion-range = Rentang 90%: { $low } s/d { $high }
opinion-uplift = Nilai tambah: E { $e } dari { $needed }
