### Orang, peran, menu, dan ruang operator.

## Bantuan
help-title = <b>Perintah</b>
    Tekan satu bagian untuk tahu gunanya.
help-back = ‹ Semua
section-signals = <b>Sinyal</b>
section-results = <b>Hasil</b>
section-mine = <b>Pengaturanku</b>
section-admin = <b>Admin</b>
