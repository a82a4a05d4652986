# Alarm: angka yang melewati batasnya
alarm-name = { $name ->
    [latency] jawaban lambat
    [errors] jawaban kami gagal
    [rate_limited] OKX membatasi kami
    [round_trip] koneksi OKX lambat
    [time_to_trigger] sinyal terlambat
    [win_rate] peluang win tidak urut
    [outbox] pesan tertahan
   *[other] { $name }
}
alarm-means = { $name ->
    [latency] p95 jawaban HTTP kami
    [errors] porsi jawaban HTTP yang gagal
    [rate_limited] porsi permintaan ditolak (429)
    [round_trip] p95 dari ping ke pong
    [time_to_trigger] p95 dari tutup candle ke sinyal
    [win_rate] peluang tinggi lebih jarang menang
    [outbox] umur pesan tertua
   *[other] { $name }
}
notice-alarm = 🚨 <b>Alarm: { $name }</b>
notice-alarm-value = Kini { $value }, batas { $bound }
notice-alarm-since = sejak { $at }
notice-alarm-over = ✅ <b>Selesai: { $name }</b>
notice-alarm-over-after = Berlangsung { $span }
unit-seconds = { $value } dtk
unit-errors = { $value } SE
