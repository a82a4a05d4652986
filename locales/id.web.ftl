### Obrolan web, halaman rekam jejak, dan obrolan pertama dengan pemilik baru: yang bukan milik satu perintah.

## Obrolan pertama: bahasa, zona waktu, pair, risiko
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
setup-done = <b>✅ Beres</b>
    { $choices }

    Di bawah ini sinyal contoh. Coba tombolnya: tidak ada yang masuk hitungan.
