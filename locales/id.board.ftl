### Dasbor di samping obrolan web

web-views = Bagian halaman
web-talk = Obrolan
web-board = Dasbor
board-title = { $part ->
    [state] Sinyal baru
    [figures] Angka semua sinyal
    [signals] Sinyal terbuka
    [layers] Delapan layer saat ini
    [waiting] Menunggu trigger 5m
    [funnel] Nasib setup
    [equity] Total R
    [chances] Peluang win: disebut vs terjadi
    [model] Model dan kontes
    [books] Book
    [opinion] Opini kedua
    [feeds] Data
   *[delivery] Pengiriman
 }
board-warming = ⏳ Pemanasan: belum ada yang dinilai.
board-more = dan { $count } lagi
board-why = Kenapa?
board-first = Belum ada sinyal yang selesai. Berjalan sejak { $at }.
board-last-closed = Yang terakhir selesai { $at }.

## Layer
board-layers = Skor tiap layer untuk tiap pair
board-layer = { $name ->
    [smc] SMC
    [cvd] CVD
    [rsi_ema_macd] RSI+
    [structure] Strukt
    [oi] OI
    [funding] Fund
    [orderflow] Flow
   *[fibo] Fibo
 }
board-layer-state = { $state ->
    [stale] data basi
   *[unavailable] tanpa data
 }
board-side = { $side ->
    [long] LONG
   *[short] SHORT
 }
board-layers-at = Penutupan 15m { $at }. Di atas 0 mendukung LONG. LONG dan SHORT: tingkat kesepakatan layer; setup dinilai mulai { $least }.
board-more-pairs = { $count } pair lagi, { $cold } di antaranya masih pemanasan

## Corong
board-judged = Setup dinilai dalam 24 jam: { $count }. Alasan pertama ditolak:
board-funnel-none = Tidak ada setup yang dinilai dalam 24 jam terakhir.
board-published = ✅ Dikirim
board-refusal = { $reason ->
    [coverage] Data kurang
    [no_anchor] Tidak ada level penopang
    [side_order] Urutan level salah
    [rr] RR terlalu kecil
    [tp2_atr] TP2 terlalu jauh
    [spread] Spread terlalu lebar
    [volatility] Terlalu volatil
    [costs] Biaya terlalu besar
    [stale] Data atau harga sudah basi
    [liquidity] Volume terlalu kecil
    [cooldown] Sisi ini masih jeda
    [heat] Terlalu banyak posisi searah
    [breaker] Breaker
    [paused] Dijeda pemilik
    [open_signal] Pair masih punya sinyal
    [regime] Melawan pasar atau bias
    [location] Lokasi tidak cocok
    [order_flow] Order flow melawan
    [confluence] Layer kurang sepakat
    [p_win] Peluang win terlalu kecil
    [trigger] Trigger 5m tidak datang
    [opinion] Opini kedua menolak
    [unproven] Edge belum terbukti
   *[other] { $reason }
 }

## Model
board-chances = Peluang win yang disebut dibanding yang terjadi
board-labels = Label efektif sejauh ini: { $have }
board-contest = Bukti edge dan penantang
board-proof = 🏅 Bukti edge
board-race = { $name ->
    [who] Siapa
    [e] Bukti E
    [r] R per setup
    [left] Sisa hari
   *[lacks] Kurang
 }
board-e = { $e } dari { $needed }
board-days = { $count }
board-books = Book dan apakah edge-nya terbukti
board-book = { $name ->
    [name] Book
    [mode] Status
    [n] Label efektif
   *[e] Bukti E
 }
board-every-book = Semua book
board-mode = { $mode ->
    [live] ✅ terbukti
   *[paper] 🧪 PAPER
 }
board-books-none = Belum ada model: semua sinyal 🧪 PAPER.
board-books-rule = Book menyebut peluang win mulai { $least } label efektif, dan tetap PAPER sampai edge-nya dan edge semua book terbukti.
board-opinion = { $on ->
    [yes] Aktif. Belum ada opini.
   *[no] Nonaktif: OPENAI_API_KEY belum diisi.
 }
