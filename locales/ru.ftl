### Русский. Ключи и переменные те же, что в каждом языке (проверяется тестами).
### В предложениях с разметкой можно <b>, <code>, <blockquote expandable>; знак «меньше» пишется &lt;.

## Длительность
span-seconds = { $s } с
span-minutes = { $m } мин
span-hours = { $h } ч { $m } мин
span-days = { $d } д { $h } ч

## Как пишется время (шаблоны Unicode LDML)
pattern-clock = HH:mm
pattern-day = d MMM

## Сигнал: заголовок и пометки
signal-headline = <b>{ $side ->
    [long] 🟢 LONG
   *[short] 🔴 SHORT
 } { $ticker } · { $grade } · { $timeframe }</b>
mark-simulated = 🎮 СИМУЛЯЦИЯ: рынок не настоящий
mark-demo = 🎓 DEMO: пример, не считается
mark-paper = 🧪 PAPER: edge не доказан (n={ $n })

## Сигнал: состояния
state-waiting = ⏳ Ждём вход
state-ambiguous = В одном баре оба уровня: засчитан худший
state-filled = ▶️ Вход { $price }
state-tp1 = ✅ TP1 { $price } взят
state-banked = { $r } зафиксировано
state-breakeven = SL в безубыток
state-theory = Теоретически, без задержки
end-mark = { $end ->
    [win] 🏁
    [lose] 🏁
    [expire] ⌛
    [missed] 🏃
    [invalidated] 🚫
    [cancelled] 🚫
    [no-fill] ⛔
   *[void] ⚪️
 }
result = { $kind ->
    [win] Профит
    [lose] Убыток
    [expire] Истёк
    [missed] Упущен
    [invalidated] Сломан
    [cancelled] Отменён
    [no-fill] Нет входа
   *[void] Не считается
 }
exit-reason = { $reason ->
    [tp1] TP1 взят
    [tp2] TP2 взят
    [breakeven] TP1 взят, остаток в безубытке
    [timeout] Вышло время позиции
    [sl] Сработал SL
    [invalidated] Идея сломана
    [invalidated_early] Идея сломана до входа
    [expired] Вход не взят вовремя
    [missed] Цена ушла: не догонять
    [cancelled] Отменён до входа
    [touched] Зона задета, но не пройдена
    [reported] Входа не было, подтверждено
    [data_gap] Пробел в данных: не оценить
    [delisted] Пара снята с торгов
   *[other] { $reason }
 }

## Сигнал: содержание
signal-entry = <b>Вход</b> { $zone }
signal-price = сейчас { $price }
signal-sl = <b>SL</b> { $price }
signal-tp1 = <b>TP1</b> { $price } (50%)
signal-tp2 = <b>TP2</b> { $price }
signal-tp-single = <b>TP</b> { $price } (100%)
signal-rr = <b>RR</b> { $tp1 } / { $tp2 }
signal-costs = издержки { $cost }R
probability-none = Шанс: пока ничего не доказано
probability-point = Шанс ≈ { $p } (n={ $n })
probability-range = Шанс ≈ { $p } ({ $low }–{ $high }, n={ $n })
signal-risk = Риск { $share } капитала × { $multiplier }
signal-risk-paper = Размер 0: только смотреть
signal-expiry = Действует до { $until }
signal-invalidation = Отмена: { $timeframe } close { $beyond } { $price }
signal-funding = Funding { $at }
signal-funding-cost = { $r } при удержании
signal-heat = Открытый риск { $open }R из { $most }R
signal-bias = Bias 1D { $side ->
    [long] LONG { $strength }
    [short] SHORT { $strength }
   *[neutral] нейтральный
 }
signal-bias-none = Bias 1D: данных ещё нет
signal-structure = 4H { $state ->
    [intact] цела
    [broken] сломана
   *[other] { $state }
 }
signal-triggers = Триггеры 5m: { $triggers }
signal-triggers-none = Триггеры 5m: нет, данные 15m

## Сигнал: причины
reasons-summary = <b>Почему</b>: за { $agree } из { $layers } слоёв
reasons-score = счёт { $score }
reasons-coverage = данные { $coverage }
reasons-layer = { $group ->
    [agree] ✅
    [neutral] ➖
    [against] ❌
    [stale] 🕒
   *[unavailable] 🚫
 } { $layer }{ $group ->
    [stale] {": данные устарели"}
    [unavailable] {": нет данных"}
   *[other] {""}
 }
reasons-rebuilt = пересчитано после пробела
reasons-anchor = { $use ->
    [entry] Вход
    [sl] SL
    [tp1] TP1
    [tp2] TP2
   *[other] { $use }
 }: { $kind } { $timeframe }
reasons-hedge = Если идея сломается: { $side ->
    [long] LONG
   *[short] SHORT
 }
reasons-hedge-idea = Это идея, не сигнал: без учёта
reasons-regime = Режим { $regime }
reasons-session = { $session ->
    [asia] Азия
    [london] Лондон
    [new_york] Нью-Йорк
    [overlap] Лондон+Нью-Йорк
   *[off] вне сессий
 }, { $part ->
    [morning] утро
    [afternoon] день
    [evening] вечер
   *[night] ночь
 }
reasons-grade = { $grade ->
    [A] Класс A: хватает даже нижней границы шанса
    [B] Класс B: заметно выше порога
   *[C] Класс C: порог пройден
 }
reasons-snapshot = В момент сигнала
reasons-ages = Возраст данных
reasons-policy = Модель { $policy }
reasons-engine = движок { $engine }
snapshot-price = цена { $price }
snapshot-spread = спред { $spread }
snapshot-oi = OI { $oi } { $coin }
snapshot-funding = funding { $funding }
reasons-setup = Сетап: { $setup } ({ $model ->
    [trend_continuation] по тренду
    [mean_reversion] возврат к среднему
   *[other] { $model }
 })
layer = { $name ->
    [smc] SMC
    [cvd] CVD
    [rsi_ema_macd] RSI/EMA/MACD
    [structure] Структура
    [oi] OI
    [funding] Funding
    [orderflow] Order flow
    [fibo] Фибо
   *[other] { $name }
 }
reasons-market = Рынок: { $state ->
    [balanced] в балансе
    [out_of_balance_uptrend] вне баланса, вверх
    [out_of_balance_downtrend] вне баланса, вниз
   *[other] { $state }
 }
reasons-location = Место: { $location ->
    [at_lvn] у LVN
    [at_poc] у POC
    [at_vah] у VAH
    [at_val] у VAL
    [at_order_block] у ордерблока
    [at_fvg] у FVG
    [at_ote] в OTE
    [in_value] внутри value
    [nowhere] без важного уровня
   *[other] { $location }
 }
reasons-flow = Order flow 5m: { $confirmed ->
    [yes] за
    [no] пока не за
   *[unknown] нет данных
 }
anchor-kind = { $kind ->
    [order_block] ордерблок
    [breaker_block] брейкер
    [fair_value_gap] FVG
    [swing_high] свинг-хай
    [swing_low] свинг-лоу
    [equal_highs] равные хаи
    [equal_lows] равные лоу
    [ote] OTE
    [extension] расширение Фибо
    [poc] POC
    [vah] VAH
    [val] VAL
    [hvn] HVN
    [lvn] LVN
    [swept_level] снятый уровень
   *[other] { $words }
 }

## Ответы под сигналом
reply-head = <b>{ $sign } { $ticker } { $side }</b>
reply-filled = вход { $price }
reply-tp1 = TP1 { $price }
reply-after-signal = через { $after } после сигнала
reply-after-fill = через { $after } после входа
reply-half = половина позиции
reply-breakeven = SL остатка: безубыток { $price }
reply-never-entered = входа не было
reply-captured = Взято { $share } от MFE
reply-today = Сегодня { $r } ({ $count ->
    [one] { $count } сделка
    [few] { $count } сделки
    [many] { $count } сделок
   *[other] { $count } сделки
 })
reply-followable = R от входа через 45 секунд после сигнала, за вычетом издержек

## Уведомления
notice-halted = { $kind ->
    [breaker] ⏸ <b>Новые сигналы остановлены</b>
    [best] ⏸ <b>Только лучшие сетапы</b>
    [daily] ½ <b>Размер урезан вдвое</b>
   *[pause] ⏸ <b>Новые сигналы на паузе</b>
 }
notice-halted-latest = самое позднее { $until }
notice-halted-reason = Причина: { $reason }
notice-halted-stops = Стопы: { $stops }
notice-halted-open = Открытые сигналы ведутся дальше.
notice-halted-over = Это уже закончилось.
halt-until = до { $at }
halt-open-ended = пока кто-нибудь не отправит /resume
halt-reason = { $code ->
    [three_stops_in_a_row] три стопа подряд
    [the_day_stands_below_its_limit] сегодня (UTC) убыток больше 2R; закончится, когда станет меньше
   *[other] { $reason }
 }
button-why = ❓ Почему
button-resume = ▶️ Продолжить
notice-lifted = { $kind ->
    [best] ▶️ <b>Снова все сетапы</b>
    [daily] ▶️ <b>Размер снова полный</b>
   *[other] ▶️ <b>Новые сигналы снова идут</b>
 }
notice-restarted = 🔄 <b>Снова работаю</b>, перерыв { $down }
notice-restarted-open = { $open ->
    [0] Открытых сигналов не было.
    [one] Проверен { $open } открытый сигнал{ $end }
    [few] Проверено { $open } открытых сигнала{ $end }
    [many] Проверено { $open } открытых сигналов{ $end }
   *[other] Проверено { $open } открытого сигнала{ $end }
 }
notice-restarted-row = #{ $number } { $ticker }
notice-restarted-state = { $state ->
    [waiting] ждём вход
    [filled] в позиции
    [tp1] TP1 взят
    [missed] упущен
    [touched] нет входа
    [reported] нет входа
    [expired] истёк
    [invalidated] сломан
    [cancelled] отменён
    [win] прибыль
    [lose] убыток
    [expire] истёк
    [no-fill] нет входа
    [void] не считается
   *[other] { $state }
 }
notice-more = и ещё { $count }
notice-restarted-none = Повторно ничего не отправлено.
notice-feed-lost = 📡 <b>Данные пропали: { $stream }</b>
notice-feed-since = с { $at }
notice-feed-lost-means = Слои, которым они нужны, не голосуют, пока они не вернутся.
notice-feed-back = 📡 <b>Данные вернулись: { $stream }</b>
notice-feed-back-after = Не было { $span }
stream = { $stream ->
    [candle] свечи
    [trades] сделки
    [book] стакан
    [open_interest] OI
    [funding] funding
   *[other] { $stream }
 }
notice-unlisted = ⚠️ Больше не торгуется на OKX:
notice-unlisted-means = Остальные пары работают. Открытые по ней сигналы не будут засчитаны.
notice-unlisted-mend = Уберите её из SHARPSIGNAL_PAIRS и перезапустите бота.
held-back-since = 🤫 Без сигналов { $span }
held-back-p-win = Сетапов отсеяно по шансу: { $count }
held-back-confluence = По согласию слоёв: { $count }
held-back-means = Бот работает; хороших сетапов пока нет. Подробнее: /why PAIR.
notice-policy-taken = 🧠 Новая модель в работе:
    <code>{ $version }</code>
notice-policy-refused = 🧠 Модель отклонена:
    <code>{ $version }</code>
    Причина: { $reason }
notice-trained-few = 🧠 Мало меток для обучения:
    { $labels } из { $needed }
    Ничего не изменено.
notice-trained-same = 🧠 Обучение по меткам: { $labels }.
    Все выиграли или все проиграли: различать нечего, ничего не изменено.
notice-trained-new = 🧠 Обучение по меткам: { $labels }.
    Новая модель: <code>{ $version }</code>
notice-pending = 🚪 <b>{ $name }</b> просит доступ
    { $channel } <code>{ $user }</code>
notice-approved = ✅ Доступ открыт. Сигналы будут приходить сюда. Начните с /help.
notice-rejected = Ваш запрос отклонён.
button-approve = ✅ Впустить
button-reject = ❌ Отказать

## Графики результатов
equity-title = Эквити в R · { $count ->
    [one] { $count } сделка
    [few] { $count } сделки
    [many] { $count } сделок
   *[other] { $count } сделки
 }
equity-none = Ещё ни одна сделка не закрыта.
equity-sum = Глубочайшая просадка { $drawdown } · сумма { $r }
equity-theory = пунктир: в теории { $r }
calibration-title = Шансы: названо и сбылось · { $count ->
    [one] { $count } сделка
    [few] { $count } сделки
    [many] { $count } сделок
   *[other] { $count } сделки
 }
calibration-few = Мало сделок: нужно не меньше { $least } с шансом.
calibration-brier = Brier { $brier } · одна базовая частота { $base }
calibration-said = вправо: названо, вверх: сбылось, внизу: сделки
chart-usage = Напишите /chart, /chart 1423, /chart equity или /chart calibration; dark в конце даст тёмную картинку.
chart-none = Здесь нечего рисовать.
help-chart = картинка сигнала или результатов
    .usage = [номер|equity|calibration]
toast-chart-link = 📊 График придёт в личном чате с ботом.
button-chart = 📊 График
button-cornix = 📋 Cornix

## Сводка, копи-боты, история поста
digest-title = 🌅 <b>Пока было тихо</b>
digest-valid = <b>Ещё действуют</b>
digest-running = <b>В работе</b>
digest-gone = <b>Завершены</b>
copy-now = Тексты для копи-ботов в этом чате: { $form ->
    [off] выключены
   *[other] { $form }
 }
copy-usage = Напишите /copy cornix, /copy 3commas или /copy off. Отправляются только доказанные сигналы; с all в конце — все.
help-copy = тексты для копи-ботов
    .usage = [cornix|3commas|off] [all]
history-usage = Напишите /history или /history 1423.
history-none = Поста этого сигнала в этом чате нет.
history-title = 🕘 <b>#{ $number }</b>: { $count ->
    [one] версий: { $count }
    [few] версий: { $count }
    [many] версий: { $count }
   *[other] версий: { $count }
 }
history-row = { $rev } · { $at }
help-history = все версии поста
    .usage = [номер]
replay-equal = ✅ #{ $number } собран заново из сохранённого: совпадает до байта.
replay-differs = ⚠️ #{ $number } собран заново, и он другой. Отличия: { $names }
replay-impossible = #{ $number } нельзя собрать заново: { $lacking ->
    [basis] исходные данные не сохранены.
    [policy] модели, которая его оценила, здесь нет.
   *[other] эта версия не находит для него уровней.
 }
help-replay = собрать сигнал заново, для проверки
    .usage = [номер]

## Нажатия
toast-up = { $active ->
    [yes] 👍 учтено. Нажмите ещё раз, чтобы снять.
   *[no] 👍 снято.
 }
toast-down = { $active ->
    [yes] 👎 учтено. Нажмите ещё раз, чтобы снять.
   *[no] 👎 снято.
 }
toast-nofill = { $active ->
    [yes] ⛔ учтено: вашего входа не было. Нажмите ещё раз, чтобы снять.
   *[no] ⛔ снято.
 }
toast-note = 📝 Напишите заметку ответом на сообщение.
toast-note-link = 📝 Напишите заметку в личном чате с ботом.
toast-unknown = Эта кнопка больше не работает.
toast-gone = Такого сигнала у нас нет.
toast-denied = Это может только владелец.
toast-approved = Доступ открыт.
toast-rejected = Отказано.
note-prompt = 📝 Заметка к { $name }: ответьте на это сообщение одним сообщением.
note-placeholder = Почему? Хватит одной строки
note-saved = 📝 Заметка к { $name } сохранена.
note-saved-cut = 📝 Заметка к { $name } сохранена, первые символы: { $limit }.
note-empty = Заметка пустая. Ответьте ещё раз текстом.
vote-saved = { $emoji } к { $name }: { $active ->
    [yes] учтено. Отправьте ещё раз, чтобы снять.
   *[no] снято.
 }
vote-nothing = Здесь пока нет сигнала, который можно оценить.

## Команды
start-welcome = <b>SharpSignal</b>
    Сигналы по бессрочным контрактам OKX из 8 слоёв, каждый результат записан как был: прибыль, убыток, истёк, нет входа.
    Оцените каждый сигнал:
    👍 хороший · 👎 плохой
    ⛔ входа не было · 📝 заметка
start-advice = Это не финансовый совет. Бот не держит деньги и никогда не выставляет ордера.
start-commands = Все команды: /help
    English: /lang en
start-pending = Доступа пока нет. Запрос ушёл владельцу, ответ придёт сюда.
start-no-owner = У бота ещё нет владельца. Владелец: откройте ссылку, которую бот печатает при запуске.
start-claimed = ✅ Теперь бот ваш. Сигналы будут приходить в этот чат.
start-claimed-elsewhere = ✅ Теперь бот ваш. Сигналы идут в чаты из TELEGRAM_CHAT_IDS, не сюда.
start-claim-failed = Ссылка уже использована или неверна. Запустите бота заново, он напечатает новую.
note-how = Для заметки ответьте на моё сообщение с 📝. Остальное: /help.
note-signal-gone = Такого сигнала у нас нет.
number-usage = Напишите /{ $command } или /{ $command } 1423 для другого сигнала.
denied-owner = Эта команда только для владельца.
denied-admin = Эта команда только для админов.
denied-analyst = Эта команда только для аналитиков.
denied-stranger = Доступа пока нет. Отправьте /start, чтобы попросить его.
denied-chat = Этот чат не настроен. Владелец может добавить его в настройках.
unknown-command = Команды /{ $command } нет. См. /help.
unknown-text = Я понимаю только команды и кнопки. См. /help.
help-member = <b>Команды</b>
help-owner = <b>Только для владельца</b>
help-stats = результаты, убытки тоже
    .usage = [7d|30d|90d|all]
help-why = почему сигнал есть (или нет)
    .usage = ПАРА|номер
help-watch = сетапы, которые ждут триггера
help-status = состояние бота и данных
help-lang = язык
    .usage = { $languages }
help-timezone = часовой пояс
    .usage = Europe/Moscow
help-start = знакомство
help-pause = остановить новые сигналы
    .usage = [минуты] [причина]
help-resume = продолжить
help-demo = пример сигнала
help-digits = Без кнопок: ответьте на сигнал 1 👍, 2 👎, 3 ⛔, 4 📝. СТАТИСТИКА: результаты, ПОЧЕМУ BTC: почему сигнал есть (или нет), СТОП: больше не присылать.
pause-done = ⏸ Новые сигналы на паузе { $until }. Открытые ведутся дальше.
pause-usage = Напишите /pause [минуты] [причина], например /pause 60 FOMC или /pause 2 ч. От 1 до { $max } минут.
resume-done = ▶️ Пауза снята. Новые сигналы снова возможны.
language-name = Русский
lang-done = Язык: русский.
lang-usage = Напишите { $choices }.
timezone-done = Часовой пояс: { $zone }, сейчас { $at }.
timezone-usage = Такого часового пояса нет. Например: /timezone Europe/Moscow, /timezone Asia/Almaty.
demo-done = Это пример сигнала. Кнопки работают, нажатия нигде не считаются.
stopped = Хорошо, сигналов здесь больше не будет. Ответьте СТАРТ, чтобы продолжить.
started-again = Сигналы снова приходят сюда. Ответьте СТОП, чтобы остановить.

## Статистика
stats-title = <b>📊 Результаты { $days ->
    [all] за всё время
   *[other] за { $days } дн.
 }</b>
stats-none = Сигналов пока нет.
stats-signals = Сигналов { $signals } · открыто { $open }
stats-results = Входов { $filled }: прибыль { $win }, убыток { $lose }
stats-unfilled = Истекло, упущено { $expire } · Нет входа { $no_fill } · Не считается { $void }
stats-win-rate = Доля прибыльных { $rate } от входов
stats-expectancy = Матожидание { $r } на вход
stats-interval = Диапазон 90%: от { $low } до { $high }
stats-interval-none = Диапазон 90%: пока не посчитать
stats-small = ⚠️ { $filled ->
    [0] Входов ещё не было: выводы делать не из чего.
   *[other] Входов всего { $filled }: слишком мало, чтобы делать выводы.
 }
stats-unproven = ⚠️ В диапазоне ещё есть ноль: edge не доказан.
stats-net = За вычетом комиссий, проскальзывания и funding. Вход через 45 секунд после сигнала.
stats-by = { $group ->
    [regime] По режимам
    [side] По сторонам
   *[mode] По статусу
 }
stats-row = { $name }: входов { $filled }, { $r }
stats-usage = Напишите /stats или /stats [дни], например /stats 30.
stats-label-signals = Сигналы
stats-label-open = Ещё открыты
stats-label-filled = Входы
stats-label-win = Профит
stats-label-lose = Убыток
stats-label-expire = Истекли, упущены
stats-label-no-fill = Нет входа
stats-label-void = Не считаются
stats-label-win-rate = Доля прибыльных входов
stats-label-expectancy = Матожидание на вход
stats-label-interval = Диапазон 90%
stats-label-theoretical = Теоретически (без 45 секунд)
stats-label-factor = Профит-фактор
stats-label-drawdown = Глубочайшая просадка
stats-label-rate = Доля прибыльных
stats-label-r = R на вход
stats-range = от { $low } до { $high }
stats-window = { $days ->
    [all] Всё
   *[other] { $days } д
 }
stats-ambiguous = Спорных баров { $share }
stats-theory = Без 45 секунд { $r }
stats-profit-factor = Профит-фактор { $factor }
stats-drawdown = Глубочайшая просадка { $drawdown }
stats-hold = В среднем в позиции { $span }
stats-group = <b>{ $group ->
    [source] По источнику
    [setup] По сетапам
    [regime] По режимам
    [timeframe] По таймфреймам
    [session] По сессиям
    [confidence] По шансу
    [side] По сторонам
   *[mode] По статусу
 }</b>
group-name = { $name ->
    [rule_based] только правила
    [hybrid] правила + OpenAI
    [openai] OpenAI
    [trend_continuation] по тренду
    [mean_reversion] возврат к среднему
    [asia] Азия
    [london] Лондон
    [new_york] Нью-Йорк
    [overlap] Лондон+Нью-Йорк
    [off] вне сессий
    [none] шанса ещё нет
   *[other] { $name }
 }

## Опубликованное
signals-title = <b>📣 Сигналы</b>
signals-none = Сигналов пока нет.
signals-row = <b>#{ $number } { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 } { $timeframe }</b>
signal-state = { $state ->
    [waiting] ⏳ ждём вход
    [filled] ▶️ в позиции
    [tp1] ✅ TP1 взят
   *[closed] закрыт
 }
page-newer = ‹ Новее
page-older = Раньше ›
button-refresh = 🔄 Обновить
active-title = <b>📌 Открытых сигналов: { $count }</b> · { $at }
active-none = Ничего не открыто.
active-head = <b>#{ $number } { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 }</b>
active-state = { $state } · ещё { $span }
active-r = <b>{ $r }</b> при { $price }
active-price = Цена { $price }
active-old = Цене { $span }
active-no-price = Цены ещё нет
active-net = R до издержек на выход.
help-signals = что опубликовано
help-active = что открыто, с R
help-last = последний сигнал
    .usage = [номер]
help-cancel = отменить вопрос бота
help-privacy = что о вас хранится
help-export = копия ваших данных
help-erase = удалить ваши данные
help-link = один голос на все ваши каналы
    .usage = [код]

## Обратная связь
nofill-reason = { $reason ->
    [never] Не дошла
    [late] Поздно
   *[skipped] Пропустил
 }
toast-reason = ⛔ учтено: { $reason }
toast-second-look = ⛔ учтено. { $said ->
    [thin] Проверили ещё раз: цена едва прошла сквозь вход. Считаем, что входа не было.
    [wait] Решает рынок: проверим ещё раз, когда время входа выйдет.
    [market] Проверили ещё раз: через 45 секунд после сигнала цена была в зоне. Вход остаётся.
    [deep] Проверили ещё раз: цена явно прошла сквозь вход. Вход остаётся.
   *[closed] Позиция закрыта, а закрытый результат не переписывается.
 }
cancel-done = Хорошо, отменено.
cancel-nothing = Отменять было нечего.
link-code = Напишите на другом канале:
    /link <b>{ $code }</b>
    Действует { $minutes } мин. После этого у вас один голос на сигнал.
link-wrong = Код неверен или истёк. Отправьте /link на другом канале, чтобы получить новый.
link-done = 🔗 Связано с вашим каналом: { $channel ->
    [telegram] Telegram
    [whatsapp] WhatsApp
   *[web] веб-чат
 }. Теперь один голос на сигнал.

## Личные данные
privacy-title = <b>🔒 Ваши данные</b>
privacy-kept = Хранится: ваш id и имя на этом канале, язык, часовой пояс и настройки, нажатия (👍 👎 ⛔ ✅), причины и заметки со временем, исходные сообщения боту.
privacy-why = Зачем: чтобы кнопки работали, голос считался один раз и бот узнавал, где вход был возможен.
privacy-how-long = Сколько: пока вы не удалите. Удалённые голоса остаются в счёте без имени.
privacy-raw = Текст исходных сообщений стирается через { $raw } дн., отчёты о доставке WhatsApp через { $days } дн.
privacy-stop = STOP в WhatsApp хранится и после /erase, только номер и время: без вашего START туда больше не пишут.
privacy-nobody = Больше никому: без слежки, без рекламы, без доступа к счёту на бирже.
privacy-mine = Ваше: нажатий { $taps }, заметок { $notes }, ✅ { $takes }
privacy-commands = /export: копия, /erase: удалить всё.
private-only = Спросите это в личном чате с ботом.
button-export = 📄 Копия
button-erase = 🗑 Удалить
button-erase-yes = 🗑 Да, удалить всё
button-no = Нет
export-title = <b>📄 Всё, что о вас хранится</b>
export-none = О вас ничего не хранится.
erase-ask = Удалить всё о вас на всех связанных каналах? Заметки, настройки и ваш учёт пропадут насовсем; сигналы в этот чат прекратятся. Без кнопок: /erase yes
erase-done = 🗑 Удалено. { $owner ->
    [yes] Осталось только ваше право владельца: без него бота никто не остановит.
   *[no] Чтобы вернуться, отправьте /start.
 }

## Состояние
status-title = <b>🩺 Состояние</b> { $at }
status-uptime = Работает { $span }
status-feed = { $pair }: { $age }
status-feed-age = данным { $span }
status-feed-none = данных ещё нет
status-feed-lost = { $age }, пропали: { $streams }
status-open = Открытых сигналов: { $count }
status-heat = Риск { $side ->
    [long] LONG
   *[short] SHORT
 } { $open }R: { $pairs }
status-heat-link = · { $one } – { $other } { $value ->
    [none] неизвестно: как одно
   *[other] { $value }
 }
status-open-row = #{ $number } { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 }: { $state ->
    [waiting] ждём вход
    [filled] в позиции
    [tp1] TP1 взят
   *[other] { $state }
 }
status-halted = ⏸ { $kind ->
    [breaker] Остановлено
    [best] Только лучшие сетапы
    [daily] Размер урезан вдвое
   *[pause] На паузе
 } { $until }: { $reason }
status-running = ▶️ Новые сигналы возможны
status-policy = Модель: { $version }
status-policy-none = Модель: ещё нет, исходные веса
status-outbox = К отправке: { $pending }, старейшему { $oldest }
status-outbox-empty = К отправке: пусто
status-outbox-lost = Не ушло: { $dead } · поздно: { $dropped }

## Графики
chart-title = { $side ->
    [long] LONG
   *[short] SHORT
 } { $ticker } { $timeframe } · #{ $number }
chart-desc = Опубликован { $at }. Вход от { $low } до { $high }, стоп { $sl }, первая цель { $tp1 }, вторая цель { $tp2 }.
chart-simulated = СИМУЛЯЦИЯ

## Почему
why-title = ❓ <b>{ $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 } { $timeframe }</b>
why-published = ✅ Опубликован как <b>#{ $number }</b>
why-waits = 👀 Есть всё, кроме триггеров 5m: ждём { $until ->
    [none] их
   *[other] до { $until }
 }
why-refused = 🚫 <b>Не опубликован</b>: { $reason }
why-others = Отказали бы ещё и эти:
why-other = { $reason }
why-score = Согласие слоёв { $score }
why-distance = { $what ->
    [chance] Шанс { $value }
   *[score] Согласие слоёв { $value }
 }, нужно { $needed }: { $met ->
    [yes] запас { $gap }
   *[no] не хватает { $gap }
 }
why-coverage = Данные были у { $coverage } веса слоёв
why-no-evidence = Подробности этого решения не сохранены.
why-layers = <b>Слои</b>: счёт за эту сторону, вес, что видели
why-layer = { $mark ->
    [agree] ✅ { $layer } { $score } · { $weight }
    [against] ❌ { $layer } { $score } · { $weight }
    [neutral] ➖ { $layer } { $score } · { $weight }
    [stale] 🕒 { $layer } · { $weight }: данные устарели
   *[unavailable] 🚫 { $layer } · { $weight }: нет данных
 }{ $state ->
    [rebuilt] { " " }(пересчитано после пробела)
   *[other] { "" }
 }{ $facts }
why-setup = Сетап: { $model ->
    [trend_continuation] по тренду
    [mean_reversion] возврат к среднему
   *[other] { $model }
 }
why-failed-break = Пробой не удался: цена вышла и закрылась обратно внутри
why-triggers = Не хватает триггеров 5m: { $parts }
why-triggers-met = Триггеры 5m: все есть
why-no-levels = Уровней нет: не за что зацепиться
why-anchor = { $use ->
    [entry] Вход
    [sl] SL
    [tp1] TP1
    [tp2] TP2
    [invalidation] Отмена
   *[other] { $use }
 } { $price }: { $kind } { $timeframe } { $area }, известен с { $known }
why-unknown = За { $pair } не слежу. Пары: { $pairs }
why-none = Ни один сетап { $ticker } ещё не оценивался.
why-now = <b>{ $ticker }</b> сейчас ({ $at }): согласие long { $long }, short { $short }
why-now-least = Сетап оценивается от { $least }, если уровень для входа в пределах досягаемости.
why-now-warm = Прогрев: не хватает закрытых баров 15m: { $bars }.
why-now-none = <b>{ $ticker }</b>: данных ещё нет.
why-now-lost = Свечи сейчас пропали: оценивать нечего.
why-quiet = Последний оценённый сетап: { $at }. С тех пор ничего.
fact = { $what ->
    [block_up] заход в demand-блок
    [block_down] заход в supply-блок
    [gap_up] заход в бычий FVG
    [gap_down] заход в медвежий FVG
    [swept_lows] сняты лоу { $value }
    [swept_highs] сняты хаи { $value }
    [place] на { $value } диапазона
    [choch_up] CHOCH вверх { $value }
    [bos_up] BOS вверх { $value }
    [bos_down] BOS вниз { $value }
    [choch_down] CHOCH вниз { $value }
    [rsi] RSI { $value }
    [slope] наклон { $value }
    [divergence_up] бычья дивергенция { $value }
    [divergence_down] медвежья дивергенция { $value }
    [long_build_up] набор лонгов
    [short_build_up] набор шортов
    [short_covering] закрытие шортов
    [long_unwinding] выход из лонгов
    [rate] { $value } за 8 ч
    [crowded] перекос, z { $value }
    [sellers_absorbed] продавцы поглощены
    [buyers_absorbed] покупатели поглощены
    [sellers_exhausted] продавцы выдохлись
    [buyers_exhausted] покупатели выдохлись
    [imbalance] перекос стакана { $value }
    [retraced] откат { $value } импульса
   *[other] { $what }
 }
bars-ago = { $bars ->
    [0] на этом баре
    [one] { $bars } бар назад
    [few] { $bars } бара назад
    [many] { $bars } баров назад
   *[other] { $bars } бара назад
 }
trigger-part = { $part ->
    [structure] CHOCH или снятие с более высоким лоу (низким хаем)
    [reclaim] закрытие обратно за EMA50
    [delta] дельта в нашу сторону
   *[ready] достаточно баров 5m
 }
refusal = { $reason ->
    [coverage] данные лишь у { $value } веса слоёв, нужно { $limit }
    [no_anchor] нет уровня для входа, стопа или цели
    [side_order] стоп, зона и цели не по порядку
    [rr] RR в среднем { $value } (не меньше { $limit }), у TP1 { $first } (не меньше { $first_limit })
    [tp2_atr] до TP2 { $value } ATR 1h, не больше { $limit }
    [spread] спред { $value } цены, не больше { $limit }
    [volatility] ATR 1h { $value } цены, не больше { $limit }
    [costs] издержки { $value }R, не больше { $limit }R
    [stale] свечи или цена уже не те, что при оценке
    [stale_lost] свечи сейчас пропали
    [stale_incomplete] часть бара так и не пришла
    [stale_moved] цена на { $value }R дальше входа, не больше { $limit }R
    [stale_late] бар закрылся слишком давно
    [liquidity] оборот { $value } USDT за бар, не меньше { $limit }
    [cooldown] эта сторона пары отдыхает до { $until }
    [heat] уже открыто { $value }R по парам, что ходят вместе, не больше { $limit }R
    [breaker] предохранитель до { $until }
    [paused] владелец остановил новые сигналы
    [open_signal] по паре уже открыт сигнал
    [regime] против рынка, структуры 4h или дневного bias
    [location] не в том месте, которого требует сетап
    [order_flow] order flow 5m в другую сторону
    [confluence] согласие слоёв { $value }, нужно { $limit }
    [p_win] шанс { $value }, нужно { $limit }
    [trigger] триггеры 5m не пришли вовремя или цена ушла без них
    [opinion] второе мнение против
    [unproven] edge не доказан, а отправляются только доказанные
   *[other] { $reason }
 }

## Ожидание триггеров
watch-title = <b>👀 Ждут триггеров 5m</b>
watch-none = Ни один сетап не ждёт триггера.
watch-row = <b>{ $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 } { $timeframe }</b> до { $until }
    Вход { $zone } · SL { $sl }
    { $parts ->
        [none] Всё на месте, мешает другое
       *[other] Не хватает: { $parts }
    }

## Помощь
help-title = <b>Команды</b>
    Нажмите раздел, чтобы увидеть, что делает каждая.
help-help = все команды
help-back = ‹ Все
section-signals = <b>Сигналы</b>
section-results = <b>Результаты</b>
section-mine = <b>Мои настройки</b>
section-admin = <b>Админ</b>
help-users = люди, роли, запросы
help-health = данные, отправка, каналы, модель
help-logs = последние строки журнала
    .usage = [строки]
help-route = результаты или ops в эту тему
    .usage = signals|results|ops|off

## Чаты, в которые ничего не идёт
notice-quiet = 🔇 <b>{ $chat }</b> сейчас ничего не получает
    { $reason ->
        [rights] Боту там нельзя писать. Сделайте его админом с правом публиковать.
        [topic_closed] Тема закрыта. Откройте её или дайте боту право управлять темами.
        [not_found] Чата или темы нет. Проверьте строку TELEGRAM_CHAT_IDS.
       *[left] Бота убрали. Добавьте его снова.
    }
    После этого отправка продолжится сама.
notice-awake = 🔊 <b>{ $chat }</b> снова получает сообщения. Пропущенное досылается.

## Люди
role-name = { $role ->
    [owner] владелец
    [admin] админ
    [analyst] аналитик
    [subscriber] подписчик
    [viewer] читатель
   *[other] { $role }
 }
notice-role = 👤 Ваша роль теперь: <b>{ $role ->
    [admin] админ
    [analyst] аналитик
    [subscriber] подписчик
    [viewer] читатель
   *[other] { $role }
 }</b>
    { $role ->
        [admin] Вы можете впускать людей и присматривать за ботом: /users, /health, /logs.
        [analyst] Вам видно, как работает модель. Сигналы приходят сюда.
        [subscriber] Сигналы приходят сюда.
       *[viewer] Можно читать и спрашивать; сигналы сюда больше не приходят.
    }
notice-removed = Доступ закрыт. Сюда больше ничего не отправляется.
toast-decided = { $inside ->
    [yes] Уже решено: доступ есть.
   *[no] Уже решено: доступа нет.
 }
toast-above = Эту роль может менять только владелец.
toast-gone-user = Этого человека больше нет среди участников.
toast-removed = Доступ закрыт.
toast-role = { $role ->
    [admin] Теперь админ.
    [analyst] Теперь аналитик.
    [subscriber] Теперь подписчик.
   *[viewer] Теперь читатель.
 }
users-title = <b>👥 Люди</b>: { $count }
users-owner = 👑 { $name }
users-count = { $role ->
    [admin] Админы
    [analyst] Аналитики
    [subscriber] Подписчики
   *[viewer] Читатели
 }: { $count }
users-deeds = <b>Недавние действия</b>
users-deed = { $at } { $who }: { $action ->
    [approve] впуск
    [reject] отказ
    [remove] доступ закрыт
    [role] роль
    [claim] стал владельцем
    [pause] пауза
    [resume] пауза снята
    [demo] отправил DEMO
    [copy] копирование
    [costs] расходы WhatsApp
    [promote] модель включена
    [rollback] откат модели
    [chat] настройки чата
    [route] перенос темы
   *[other] { $action }
 } { $target }
users-waiting-button = ⏳ Ждут ({ $count })
users-waiting-title = <b>⏳ Ждут</b>: { $count }
users-waiting-row = { $name }, { $channel } { $user }
users-waiting-none = Никто не ждёт.
users-out-button = 🚫 Закрыто ({ $count })
users-out-title = <b>🚫 Отказ или доступ закрыт</b>: { $count }
users-out-none = Никому не отказано.
users-name = { $name }
users-id = { $channel } <code>{ $user }</code>
users-role = Роль: { $role ->
    [admin] админ
    [analyst] аналитик
    [subscriber] подписчик
   *[viewer] читатель
 }
users-since = Известен с { $at }
users-not-yours = Менять это может только владелец.
users-up = ⬆ { $role ->
    [admin] админ
    [analyst] аналитик
   *[subscriber] подписчик
 }
users-down = ⬇ { $role ->
    [analyst] аналитик
    [subscriber] подписчик
   *[viewer] читатель
 }
users-remove = 🗑 Закрыть доступ
users-remove-ask = Закрыть доступ для <b>{ $name }</b>? Попросить снова будет нельзя.
users-remove-yes = Да, закрыть
users-remove-no = Нет
users-back = ‹ Назад

## Здоровье и журнал
health-title = <b>🩺 Здоровье</b> { $at }
health-feed = { $pair }: { $age } назад
health-feed-lost = ⚠️ { $pair }: { $age } назад
    пропали: { $streams }
health-feeds-more = и ещё пар: { $count }
health-running = ▶️ Новые сигналы возможны
health-halted = ⏸ Остановлено { $until }: { $reason }
health-model = 🧠 Модель { $version }
health-model-none = 🧠 Модель: ещё нет, исходные веса
health-raters = 🗳 Учтено голосующих: { $counted } из { $people }
health-raters-did = верно: { $agreement } · сдвинуто меток: { $labels } · p не более чем на { $moved }
health-outbox = 📤 К отправке { $pending }, старейшему { $oldest }
health-outbox-empty = 📤 К отправке: пусто
health-lost = ✉️ Не ушло { $dead } · поздно { $dropped }
health-letter = { $at } { $chat }: { $error }
health-silent = 🔇 { $chat }: { $reason ->
    [rights] нельзя писать
    [topic_closed] тема закрыта
    [not_found] не найден
    [blocked] бота выгнали
    [left] бота убрали
    [stop] сказали СТОП
   *[other] { $reason }
 }
health-silent-more = и ещё молчащих чатов: { $count }
health-line = ✅ { $name }: отправлено { $sent }, отказов 429: { $floods }
health-line-lost = ❌ { $name }: { $problem }
health-refresh = 🔄 Обновить
logs-title = <b>📜 Журнал</b>: строк { $count } (UTC)
logs-none = Журнал пуст.
logs-private = В журнале имена людей и чатов: спросите его в личном чате с ботом.

## Темы группы и карточка состояния
route-usage = Напишите /route в теме: signals (сигналы), results (что с ними стало), ops (карточка состояния и технические новости) или off.
route-now = Здесь: { $signals ->
    [yes] сигналы
   *[no] без сигналов
 }, { $results ->
    [yes] результаты
   *[no] без результатов
 }, { $ops ->
    [yes] ops
   *[no] без ops
 }.
route-done = ✅ { $what ->
    [signals] Сигналы этой группы приходят сюда.
    [results] Результаты этой группы приходят сюда.
    [ops] Карточка состояния стоит здесь, технические новости приходят сюда.
   *[off] Сюда больше ничего не переносится.
 }
route-unknown = Эта группа ещё не получает сигналов: сначала внесите её в TELEGRAM_CHAT_IDS.
card-title = <b>🩺 Состояние</b> · { $at }
card-tick = Новейшим данным { $age }
card-tick-none = Данных ещё нет
card-feed = { $stream }: { $age }
card-feed-lost = ⚠️ { $stream }: нет данных, { $pairs }
card-open = Открытых сигналов: { $count }
card-stale = Старше 10 минут? Бот не работает.

## Что Telegram показывает о боте
bot-description = Сигналы по бессрочным контрактам OKX из 8 слоёв: вход, стоп, цели и каждый результат как был: прибыль, убыток, истёк, нет входа. Не финансовый совет; бот не держит деньги и не выставляет ордера. Нажмите «Старт».
bot-short = Сигналы по фьючерсам OKX, об убытках так же прямо, как о прибыли. Не финансовый совет.

## Первый разговор: язык, часовой пояс, пары, риск, куда слать
setup-press = Нажмите одну из кнопок выше.
setup-lang = <b>{ $place } · Язык</b>
setup-zone = <b>{ $place } · Часовой пояс</b>
    Другой можно задать позже: /timezone
setup-pairs = <b>{ $place } · Какие пары?</b>
    Бессрочные USDT-контракты на OKX
setup-pairs-later = Больше пар позже в SHARPSIGNAL_PAIRS.
setup-risk = <b>{ $place } · Сколько для вас 1R?</b>
    1R — это цена одного стопа.
setup-risk-why = Только для вашего размера позиции. Бот не выставляет ордера.
setup-risk-row = { $amount } USDT
setup-risk-none = Не сейчас
setup-risk-open = 1R: пока не задан
setup-where = <b>{ $place } · Куда приходят сигналы?</b>
setup-where-row = { $kind ->
    [only] Сигналы: этот чат
    [both] Сигналы: этот чат + группы и каналы ({ $count })
   *[others] Сигналы: группы и каналы ({ $count })
 }
setup-where-how = Нужны и в группе или канале? Добавьте бота кнопкой ниже, вернитесь сюда и нажмите «Дальше».
setup-where-group = ➕ Группа
setup-where-channel = ➕ Канал
setup-where-on = Дальше
setup-here = ✅ Сигналы будут приходить сюда.
setup-done = <b>✅ Готово</b>
    { $choices }

    Ниже пример сигнала. Нажмите его кнопки: ничего не будет засчитано.
    Настоящие придут, когда бот будет запущен в терминале.

## Публичный архив
record-title = Архив сигналов
record-intro = Все сигналы за всё время, сначала убытки. Истёкшие и открытые тоже здесь; убрать ничего нельзя.
record-since = Первый сигнал: { $at }
record-tracks = Повторимо: что мог получить человек, начиная с 45-й секунды после сигнала. Теоретически: без этой задержки.
record-ambiguous = В одном баре оба уровня (засчитан худший)
record-every = Все
record-pair = Пара
record-side = Сторона
record-closed-in = Закрыты за
record-period = { $days ->
    [all] всё время
   *[other] последние { $days } дн.
 }
record-order = Порядок
record-worst = Сначала худшие
record-newest = Сначала новые
record-best = Сначала лучшие
record-show = Показать
record-file = Файл CSV
record-none = Здесь сигналов пока нет.
record-head-signal = Сигнал
record-head-given = Опубликован
record-head-plan = Вход, SL, TP
record-head-end = Чем закончился
record-head-r = R повторимо
record-head-theory = R теоретически
record-open = <b>Открыт</b>: { $state ->
    [filled] в позиции
    [tp1] TP1 взят
   *[waiting] ждём вход
 }
record-two-levels = оба уровня в одном баре
record-page = Страница { $page } из { $pages }
record-before = Назад
record-after = Дальше
record-proof = Как это проверить
record-proof-why = Каждая строка несёт хэш предыдущей. Если сигнал или результат потом изменить или убрать, цепочка рвётся с этого места. Вот новейшие хэши:
record-chain-signals = Сигналы
record-chain-outcomes = Результаты
record-lines = { $count ->
    [one] { $count } строка
    [few] { $count } строки
    [many] { $count } строк
   *[other] { $count } строки
 }
record-proof-how = Запишите хэш сегодня и сравните завтра: 6 знаков после каждого номера — начало хэша этого сигнала. Сами строки лежат в <code>/api/signals</code> и <code>/api/outcomes</code>; хозяин бота пересчитывает их все командой <code>sharpsignal verify</code>.
record-advice = Не финансовый совет. Прошлые результаты ничего не обещают.

## Веб-чат
web-simulated = СИМУЛЯЦИЯ: рынок выдуман. Здесь нет настоящих цен, сигналов и результатов.
web-log = Сообщения
web-input = Сообщение или /команда
web-send = Отправить
web-commands = Команды
web-live = На связи
web-connecting = Соединяюсь…
web-lost = Связь пропала, пробую снова…
web-empty = Слежу за рынком. Первый сигнал появится здесь сам.
web-new = Новые сообщения
web-answering = Ваш ответ на
web-cancel = Отмена
web-language = Язык
web-zone = Мой часовой пояс
web-market-time = Время рынка
web-chart = График сигнала #{ $number }
web-updated = обновлено
web-failed = Не отправлено. Программа ещё работает? Попробуйте снова.
web-too-long = Слишком длинно: не больше { $most } символов.
web-details = Подробнее
web-you = Вы
web-up = Хороший сигнал
web-down = Плохой сигнал
web-nofill = Моего входа не было
web-note = Написать заметку
web-skip = К полю сообщения
web-script = Чтобы показывать новые сообщения, странице нужен JavaScript.
web-record = Архив
web-copied = Скопировано
web-copy-failed = Не удалось скопировать. Выделите текст вручную: { $text }
web-picture = Картинка
chip-stats = 📊 Итоги
chip-active = 📂 Открытые
chip-watch = 👀 Ждут
chip-status = 🩺 Состояние
chip-demo = 🎓 Пример
chip-help = ❓ Помощь

## WhatsApp: шаблоны (вне окна 24 часа)
whatsapp-template-signal = 🔔 { $head }
    Вход { $entry }
    SL { $sl }
    TP { $targets }
    RR { $rr }
    Действует до { $until }
    Примечание: { $note }
    Ответьте СТОП, чтобы больше не получать.
whatsapp-template-update = 🔔 { $head }
    Подробности: { $detail }
    Ответьте СТОП, чтобы больше не получать.
whatsapp-template-outcome = 🔔 { $head }
    Результат: { $detail }
    Ответьте СТОП, чтобы больше не получать.
whatsapp-template-notice = 🔔 { $head }
    Подробности: { $detail }
    Ответьте СТОП, чтобы больше не получать.
whatsapp-template-wake = Вы просили уведомления SharpSignal, и для вас есть сообщения. Нажмите кнопку ниже, чтобы получить их, или ответьте СТОП.

## WhatsApp: кнопки и список
whatsapp-button-more = Ещё
whatsapp-button-keep = Оставить сигналы
whatsapp-more = Сигнал #{ $number }: выберите из списка или ответьте цифрой.
whatsapp-more-button = Выбрать
whatsapp-nofill-why = Почему? Ответьте буквой или этими словами.
whatsapp-item-nofill = ⛔ Входа не было
whatsapp-item-note = 📝 Написать заметку
whatsapp-item-why = Почему этот сигнал
whatsapp-item-chart = 📊 График
whatsapp-item-stop = Не присылать больше
whatsapp-more-text = Сигнал #{ $number }
    3 ⛔ входа не было
    4 📝 написать заметку
    ПОЧЕМУ #{ $number }: причины
    /chart { $number }: график
    СТОП: больше не присылать

## WhatsApp: окно 24 часа
whatsapp-keep = ⏳ Через час WhatsApp закроет этот чат для уведомлений: вы давно ничего не писали.
    Нажмите кнопку или ответьте ОК, чтобы получать их ещё 24 часа.
whatsapp-kept = 👍 Уведомления будут приходить сюда ещё 24 часа.
whatsapp-missed = Пока чат был закрыт, до вас не дошли входы, которые уже прошли: { $count }. Их результаты сохранены: СТАТИСТИКА.
whatsapp-held = 📪 <b>Сообщения WhatsApp задержаны</b>
    { $phone } не пишет больше 24 часов, а шаблона { $template } нет.
    Они уйдут, как только человек напишет.
whatsapp-held-consent = 📪 <b>Сообщения WhatsApp задержаны</b>
    { $phone } не просил уведомлений (ни разу не отправил СТАРТ).
    Они уйдут, как только человек напишет.
whatsapp-template-refused = 📪 <b>WhatsApp отклонил шаблон</b>
    { $template }, Twilio { $code }. Посмотрите его состояние в консоли Twilio.
    Сообщения, которым он нужен, пока задержаны.

## WhatsApp: расходы
help-costs = сообщения и расходы WhatsApp
    .usage = [дни]
costs-title = <b>💬 WhatsApp за { $days } дн.</b>
costs-none = Сообщений WhatsApp пока нет.
costs-row = { $category }, { $country }: { $messages }
costs-price = с ценой: { $priced }, вместе { $price } { $currency }
costs-unpriced = Twilio ещё не сообщил цены.
costs-category = { $category ->
    [answer] Ответы
    [session] Внутри окна
    [utility] Шаблоны utility
    [marketing] Шаблоны marketing
   *[other] { $category }
 }
costs-statuses = Доставлено { $delivered }, прочитано { $read }, не ушло { $failed }
costs-held = Задержано сейчас { $held } · через Telegram { $telegram }
costs-usage = Напишите /costs или /costs [дни], например /costs 7.

## Слова, которые люди пишут как команды (через запятую)
words-stop = стоп, отписаться, отписка, не присылать больше
words-start = старт, начать, подписаться
words-keep = ок, окей, оставить сигналы
words-stats = статистика, итоги
words-status = статус
words-watch = ждут
words-help = помощь, справка
words-why = почему
words-pause = пауза
words-resume = продолжить

## Личное: учёт, размер, настройки
health-feed-none = { $pair }: данных ещё нет
help-ledger = что вы взяли и чем это стало
    .usage = [номер [цена]]
help-size = один R сигнала в контрактах
    .usage = [номер]
help-risk = сколько для вас один R
    .usage = [сумма]
help-quiet = часы без звука
    .usage = [22:00-06:00|off]
help-settings = язык, пояс, пары, тишина, риск
help-pairs = какие пары приходят сюда
    .usage = [BTC,ETH|all]
button-took = ✅ Взял
button-size = 📐 Размер
toast-took = { $taken ->
    [yes] ✅ #{ $number } в вашем учёте. Нажмите ещё раз, чтобы убрать. /ledger
   *[no] #{ $number } убран из учёта.
 }
toast-size = 📐 #{ $number }: контрактов { $contracts }, плечо не больше { $leverage }x. Подробнее в личном чате: /size { $number }
ledger-title = <b>📒 Ваш учёт</b>
ledger-none = Пока пусто. Нажмите ✅ под сигналом, который взяли.
ledger-taken = Вы взяли { $taken } из { $closed }
ledger-mine = Вы <b>{ $r }</b>
ledger-channel = Канал { $r }
ledger-slippage = Проскальзывание входа { $r }
ledger-open = Ещё открыто: { $open }
ledger-since = С #{ $number }, за вычетом издержек. Своя цена входа: /ledger НОМЕР ЦЕНА
ledger-usage = Напишите /ledger или /ledger НОМЕР ЦЕНА для того, что взяли, например /ledger 12 64210.
ledger-entered = ✅ #{ $number } в вашем учёте{ $price ->
    [none] .
   *[other] { " " }по { $price }.
 }
size-head = <b>📐 { $ticker } { $side ->
    [long] LONG
   *[short] SHORT
 }</b> <code>{ $name }</code>
size-risk = 1R = { $risk } { $coin }
size-contracts = Контрактов <b>{ $contracts }</b>
size-coins = Монет { $coins } { $coin }
size-value = Стоимость { $value } { $coin }
size-leverage = Плечо не больше { $leverage }x
size-liquidation = Ликвидация { $price }, за SL
size-margin = Маржа от { $margin }
size-no-leverage = Ни с каким плечом ликвидация не останется за SL.
size-small = Один R меньше самого малого ордера. Нужно не меньше { $least } { $coin } на R.
size-over = 🏁 Этот сигнал завершён.
size-paper = 🧪 PAPER: совет — размер 0
size-assumed = Вход у дальнего края зоны, изолированная маржа, поддерживающая маржа 2%, до комиссий.
size-no-risk = Сначала скажите, сколько для вас один R, например /risk 25
size-no-contract = Контракт этой пары сейчас неизвестен.
risk-now = <b>💵 1R = { $risk ->
    [none] не задан
   *[other] { $risk } USDT
 }</b>
    Столько вы теряете на SL. Только для вашей карточки размера.
    Другая сумма: /risk 40
risk-usage = Напишите сумму от 0 до { $most }, например /risk 25.
quiet-now = <b>🌙 Тишина: { $hours ->
    [none] выключена
   *[other] { $hours }
 }</b> ({ $zone })
    В эти часы сообщения приходят без звука.
    Другие часы: /quiet 23:30-05:30
quiet-usage = Напишите часы, например /quiet 22:00-06:00, или /quiet off.
pairs-now = <b>🎯 Пары: { $count } из { $all }</b>
    Сюда приходят сигналы по ним. Пришедший сигнал ведётся до конца.
pairs-usage = За одной из них бот не следит. Пары: { $pairs }
settings-title = <b>⚙️ { $whose ->
    [mine] Ваши настройки
   *[chat] Настройки этого чата
 }</b>
settings-language = Язык: { $language }
settings-zone = Часовой пояс: { $zone }, { $at }
settings-quiet = Тишина: { $hours ->
    [none] выключена
   *[other] { $hours }
 }
settings-pairs = Пары: { $count ->
    [all] все
   *[other] { $count }
 }
settings-risk = 1R: { $risk ->
    [none] не задан
   *[other] { $risk } USDT
 }
button-settings = ‹ Настройки
button-setting = { $name ->
    [language] 🌐 Язык
    [zone] 🕐 Пояс
    [quiet] 🌙 Тишина
    [pairs] 🎯 Пары
   *[risk] 💵 Риск
 }
choice-off = Выкл.
choice-all = Все
toast-kept = ✅ Сохранено.
toast-denied-choice = В этом чате выбирает админ или владелец.
timezone-now = <b>🕐 { $zone }</b>, сейчас { $at }
    Другой: назовите город, например /timezone Moscow
why-pick = ❓ Какая пара? Сигнал по номеру: /why 12. Или так: /why { $pair }

## Модель: шансы, выводы, откат
help-calibration = обещанные шансы и что вышло
help-insights = что работает лучше и хуже
help-model = модель в работе
help-promote = взять модель вручную
help-rollback = вернуть прежнюю модель
forecasts-title = <b>🎯 Шансы: названо и сбылось</b>
forecasts-none = Ещё не закрыт ни один сигнал с шансом. Пока модель не доказана, шанс не называется и проверять нечего.
forecasts-row = { $told } → { $came } ({ $low }–{ $high }) n={ $n }
forecasts-n = Сигналов { $n } · прибыльных { $rate }
forecasts-brier = Brier { $brier } (меньше лучше)
forecasts-base = Одна базовая частота { $brier }
forecasts-verdict = { $verdict ->
    [few] ⚠️ Слишком мало: нужно не меньше 100.
    [better] ✅ Лучше, чем базовая частота.
   *[worse] ❌ Не лучше базовой частоты.
 }
model-title = <b>🧠 Модель в работе</b>
model-none = Пока нет: исходные веса, без шансов. Первая появится ночью после 100 эффективных меток.
model-version = Версия <code>{ $version }</code>
model-since = С { $since }
model-labels = Меток { $labels }, до { $cut }
model-effective = Эффективных меток { $n }
model-books = Свои шансы для:
button-rollback = ↩️ К прежней модели
button-rollback-yes = ↩️ Да, вернуть
rollback-none = Прежней модели нет, вернуться не к чему. Ничего не изменено.
rollback-ask = Вернуть модель <code>{ $version }</code> (раньше в работе: { $since ->
    [none] никогда
   *[other] с { $since }
 })? Открытые сигналы сохранят свой план.
rollback-done = ↩️ Модель <code>{ $version }</code> передана движку; чаты узнают, когда она вступит в силу.
rollback-already = Эта модель уже в работе.
rollback-kept = Хорошо, ничего не изменено.

## Чему научился: карточка модели
procedure = { $name ->
    [linear] восемь слоёв
    [surroundings] слои и обстановка
    [recent] недавнее
    [timed] слои, другой вход
    [avoiding] слои без плохих условий
   *[other] { $name }
}
learned-promoted = 🧠 <b>Модель сменилась</b>
    Новая: { $name }
    На тех же сетапах она показала себя лучше прежней.
learned-rolled_back = 🧠 <b>Возврат к прежней модели</b>
    Действует: { $name }
    Новая оказалась хуже, чем обещала.
learned-chosen = 🧠 <b>Модель выбрана вручную</b>
    Действует: { $name }
learned-proven = 🧠 <b>Edge доказан</b>
    Книга: { $book }
    Её сигналы больше не 🧪 PAPER.
learned-unproven = 🧪 <b>Снова PAPER</b>
    Книга: { $book }
    Её edge больше не доказан.
learned-evidence = Доказательство E: { $e } (нужно: { $needed })
evidence-means = (E 1: нет признаков, { $needed }: доказано)
learned-sample = Сетапов: { $setups } за { $days } дн.
learned-difference = R на сетап: { $difference }
learned-interval = Диапазон 90%: от { $low } до { $high }
learned-probation = Половина размера на 48 ч. Если станет хуже, вернётся сама.
learned-labels = Меток за этим: { $labels }
learned-alarm = ⚠️ <b>Тревога: модель не дотягивает</b>
learned-alarm-how = Все книги снова 🧪 PAPER, пока edge не докажется заново. 14 дней она забывает быстрее и требует на 0,05R больше.
learned-tripped = ⚠️ <b>Что-то не так</b>
learned-cleared = ✅ <b>Снова в порядке</b>
learned-restarted = 🧠 <b>Доказательство начато заново</b>
    Движок, чувствительность или пары уже другие.
sign = { $name ->
    [cusum] Побед меньше, чем обещано
    [adwin] Побед стало меньше обещанного
    [drawdown] Просадка глубже, чем на PAPER
    [p_range] Невозможные шансы на победу
    [bundle] Файл модели повреждён
    [publish_rate] Сигналов намного больше или меньше
    [data_quality] Нет данных: { $about }
    [missing] Часто нет данных: { $about }
    [moved] Сместилось: { $about }
    [stale] Слишком долго нет сетапов
    [regime] Необычная доля { $about }
    [fewer] Побед меньше обещанного: { $about }
    [more] Побед больше обещанного: { $about }
    [canary] Проверка на утечку не пройдена
    [worse_than_old] Прежняя модель лучше
   *[other] { $name }
}
sign-about = { $about ->
    [all] все
    [trend_agrees] согласие с трендом
    [trend_4h_agrees] согласие с трендом 4h
    [bias_1d] дневной bias
    [volatility_percentile] перцентиль волатильности
    [efficiency_ratio] эффективность движения
    [asia_open] открытие Азии
    [london_open] открытие Лондона
    [new_york_open] открытие Нью-Йорка
    [flow_agrees] order flow 5m
    [risk_atr] расстояние до SL в ATR
    [distance_atr] расстояние до входа в ATR
    [confluence] согласие слоёв
    [coverage] доля данных
    [rr_target] RR цели
    [rr_tp1] RR до TP1
    [cost_r] издержки в R
    [atr_pct] ATR в %
    [adx] ADX
    [state_agrees] согласие с рынком
    [spread_bp] спред
    [buyers_control] контроль покупателей
    [sellers_control] контроль продавцов
    [funding] фандинг
    [variance_ratio] отношение дисперсий
    [hurst] показатель Хёрста
    [candles] свечи
   *[other] { $about }
 }
notice-trained-held = 🧠 Обучение по меткам: { $labels }.
    Модель этой ночи изменилась слишком сильно.
    Действующая остаётся.

## /model и /promote
model-procedure = Читает: { $name }
model-forecasts = Прогнозов завершено: { $n }
model-no-forecasts = Ещё ни один прогноз не завершён.
model-skill = Лучше базовой частоты: { $skill }
model-skill-range = Диапазон 90%: от { $low } до { $high }
model-no-skill = Edge пока не показан.
model-proof = Доказательство: E { $e } из { $needed }
model-proof-sample = Уверенных сетапов: { $setups }
model-proof-mean = В среднем: { $mean }
model-proof-none = Доказательство: не начато.
model-proof-left = В таком темпе ещё { $days } дн.
model-looked = Данные на { $at }
model-rivals = <b>Претенденты</b>
model-rival = ⚔️ { $name }
model-rival-e = E { $e }/{ $needed } · { $difference } на сетап
model-missing = Не хватает:
gate = { $name ->
    [evidence] доказательства
    [days] дней
    [pairs] сетапов
    [disagreements] расхождений
    [pr_auc] порядка
    [brier] калибровки
    [net_r] чистого R
    [drawdown_r] просадки
   *[other] порядка корзин
}
model-live = { $book } · live
model-paper = { $book } · 🧪 PAPER
model-warnings = <b>⚠️ Не в порядке на эту ночь</b>
promote-title = <b>⚔️ Претенденты</b>
promote-none = Претендентов пока нет. Первый придёт с первой моделью, затем по одному в неделю, не больше трёх. Каждый виден здесь через ночь после прихода.
promote-how = Кто заслужил, встаёт сам. Ничего не изменено.
button-promote = 🏆 { $name }
promote-ask = Сделать <b>{ $name }</b> моделью сейчас? Открытые сигналы сохранят план.
button-promote-yes = 🏆 Да, сменить
promote-done = 🏆 { $name } передана движку; чаты узнают, когда она вступит в силу.
model-later = Новая модель вступает в силу в { $when }. Выберите после этого: ничего не изменено.
promote-not-earned = Она этого не заслужила: ничего не изменено.

## /insights: какие сетапы работают лучше и хуже
insights-title = <b>💡 Что уже видно</b>
insights-none = Пока ничего не выучено. Первая ночь придёт после 100 эффективных меток.
insights-waiting = Пока ничего не выучено: эффективных меток { $n } из 100.
insights-labels = По закрытым сетапам: { $n }, до { $cut }
insights-whole = Все: { $r } на сетап, побед { $rate }
insights-nothing = <b>Различий пока не видно.</b>
insights-nearest = Ближе всего, но может быть случайностью:
insights-row = { $verdict ->
    [best] 🥇
    [better] 📈
    [worst] ⛔
    [worse] 📉
   *[none] ➖
 } { $name }
insights-range = { $r } ({ $low } … { $high }) n={ $n }
insights-how = R на сетап после издержек, сдвинуто к нулю, диапазон 90% по дням. Стрелки: рядом с остальными. Проверено групп: { $cells }; 10% показанного может быть случайностью.
insights-cell = { $dimension ->
    [direction_with] { $name }, по тренду
    [direction_against] { $name }, против тренда
    [direction_flat] { $name }, без тренда
    [bias_with] по дневному уклону
    [bias_against] против дневного уклона
    [bias_between] без дневного уклона
    [volatility_low] низкая волатильность
    [volatility_middle] средняя волатильность
    [volatility_high] высокая волатильность
    [layer_agreed] { $name } за
    [layer_not] { $name } не за
   *[other] { $name }
 }
insights-failures = <b>Почему сетапы срываются</b>
insights-failure = { $kind ->
    [unfilled] Вход не достигнут
    [ran_away] Цена ушла раньше
    [stopped_early] Сразу стоп
    [timed_out] Время вышло
   *[invalidated] Сценарий отменён
 }
insights-failure-share = { $what } { $share }
insights-failure-where = { $what }, { $share } против { $rest }
insights-advice = { $advice ->
    [nearer_entry] → вход ближе к цене
    [quicker_entry] → входить раньше или пропустить
    [wait_for_trigger] → ждать триггер 5m
    [nearer_target] → цель ближе
   *[stronger_structure] → более сильная отмена
 }
insights-avoid = <b>Лучше не трогать</b>
insights-avoid-row = 🚫 { $name }
insights-avoid-since = С { $since } · n={ $n }
insights-avoid-saved = Сберегло бы { $r }
insights-avoid-cost = Стоило бы { $r }
insights-avoid-nothing = Судить пока не по чему
insights-pairs = <b>Выигрывают и теряют вместе</b>
insights-pair = { $one } – { $other } { $value }
insights-moves = <b>Как далеко идут сетапы</b>
insights-moves-book = { $name }, половина:
insights-moves-row = { $best }R за, { $worst }R против
insights-moves-levels = Модель: TP { $tp1 }R, { $tp2 }R, SL { $stop }R
insights-moves-worth = точно { $r }; пока не используется
insights-reach = { $ratio }R до стопа: { $p }, точно { $low }
insights-after = <b>Половина сетапов идёт (ATR)</b>
insights-after-row = { $minutes } мин: от { $low } до { $high }
insights-after-came = Позже внутри: { $share } из { $n }
insights-timing = <b>Против полного триггера</b>
insights-timing-way = { $way ->
    [now] Сразу, сетапов: { $n }
    [choch] Только CHOCH, сетапов: { $n }
   *[reclaim] Только EMA50, сетапов: { $n }
}
insights-timing-row = { $r } (от { $low } до { $high })
insights-timing-none = Разницы пока не видно
forecasts-learned = <b>🎯 Шансы: названо и сбылось</b>
forecasts-learned-n = Закрытых сетапов { $n }
forecasts-error = Промах { $value } (от { $low } до { $high })
forecasts-error-alone = Промах { $value }
forecasts-error-how = (за вычетом случайности)
insights-page = Что выучено
insights-column = { $name ->
    [kind] группа
    [n] n
    [rate] побед
    [r] R на сетап
   *[rest] рядом с остальными
 }
insights-too-few = слишком мало для вывода
insights-together = Корреляция результатов пар
insights-group = { $name ->
    [timeframe] Таймфрейм
    [regime] Режим
    [direction] Режим и тренд
    [bias] Дневной уклон
    [session] Сессия
    [setup] Модель сетапа
    [confidence] Шанс
    [volatility] Волатильность
    [layer] Слой
   *[pair] Пара
 }

## Второе мнение
opinion-post = { $stance ->
    [agrees] 🤖 Второе мнение: согласно
    [decides] 🤖 По второму мнению
    [against] 🤖 Второе мнение: против
   *[silent] 🤖 Второе мнение: молчит
 }
signal-triggers-opinion = Триггеры 5m: не сработали
opinion-why = 🤖 Второе мнение: { $word } · { $p }
opinion-why-silent = 🤖 Второе мнение: молчит ({ $why ->
    [timeout] слишком медленно
    [budget] лимит исчерпан
    [breaker] пауза после ошибок
    [busy] слишком много сразу
    [rate] слишком частые запросы
    [key] ключ не принят
    [refusal] отказ отвечать
    [invalid] негодный ответ
   *[other] нет ответа
 })
opinion-title = <b>🤖 Второе мнение</b>
opinion-model = { $model }, промпт { $prompt }
opinion-state = { $state ->
    [learning] Учится: { $pairs } из { $needed } исходов
    [earned] Заслужило право удержать сигнал
   *[ignored] Не учитывается: пользы нет
 }
opinion-answered = Ответов { $answered } из { $asked }
opinion-worth = { $which ->
    [agreed] За: { $mean } на сделку ({ $n })
   *[against] Против: { $mean } на сделку ({ $n })
 }
opinion-range = Диапазон 90%: { $low } … { $high }
opinion-uplift = Польза прогнозу: E { $e } из { $needed }

# Тревоги: показатели за своей границей
alarm-name = { $name ->
    [latency] ответы медленные
    [errors] сбои наших ответов
    [rate_limited] OKX нас ограничивает
    [round_trip] связь с OKX медленная
    [time_to_trigger] сигналы опаздывают
    [win_rate] шансы не по порядку
    [outbox] сообщения ждут
   *[other] { $name }
}
alarm-means = { $name ->
    [latency] p95 наших ответов HTTP
    [errors] доля ошибок в ответах HTTP
    [rate_limited] доля отказов (429)
    [round_trip] p95 от ping до pong
    [time_to_trigger] p95 от закрытия до сигнала
    [win_rate] высокий шанс выигрывал реже
    [outbox] возраст старейшего сообщения
   *[other] { $name }
}
notice-alarm = 🚨 <b>Тревога: { $name }</b>
notice-alarm-value = Сейчас { $value }, граница { $bound }
notice-alarm-since = с { $at }
notice-alarm-over = ✅ <b>Прошло: { $name }</b>
notice-alarm-over-after = Длилось { $span }
unit-seconds = { $value } с
unit-errors = { $value } SE

### Доска рядом с веб-чатом

web-views = Части страницы
web-talk = Чат
web-board = Доска
board-title = { $part ->
    [state] Новые сигналы
    [figures] Итоги всех сигналов
    [signals] Открытые сигналы
    [layers] Восемь слоёв сейчас
    [waiting] Ждут триггера 5m
    [funnel] Что стало с сетапами
    [equity] Сумма R
    [chances] Шансы: названо и сбылось
    [model] Модель и соревнование
    [books] Книги
    [opinion] Второе мнение
    [feeds] Данные
   *[delivery] Доставка
 }
board-warming = ⏳ Прогрев: пока ничего не оценивается.
board-more = { $count ->
    [one] и ещё { $count }
    [few] и ещё { $count }
   *[other] и ещё { $count }
 }
board-why = Почему?
board-first = Ни один сигнал ещё не закрыт. Работает с { $at }.
board-last-closed = Последний закрыт { $at }.

## Слои
board-layers = Оценка каждого слоя по каждой паре
board-layer = { $name ->
    [smc] SMC
    [cvd] CVD
    [rsi_ema_macd] RSI+
    [structure] Структ
    [oi] OI
    [funding] Фанд
    [orderflow] Поток
   *[fibo] Фибо
 }
board-layer-state = { $state ->
    [stale] устарело
   *[unavailable] нет данных
 }
board-side = { $side ->
    [long] LONG
   *[short] SHORT
 }
board-layers-at = Закрытие 15m { $at }. Выше 0 — за LONG. LONG и SHORT: согласие слоёв; сетап оценивается от { $least }.
board-more-pairs = { $count ->
    [one] ещё { $count } пара
    [few] ещё { $count } пары
   *[other] ещё { $count } пар
 }, из них прогреваются: { $cold }

## Воронка
board-judged = Сетапов оценено за 24 часа: { $count }. Первая причина отказа:
board-funnel-none = За последние 24 часа ни один сетап не оценивался.
board-published = ✅ Опубликовано
board-refusal = { $reason ->
    [coverage] Мало данных
    [no_anchor] Нет опорного уровня
    [side_order] Уровни не по порядку
    [rr] RR слишком мал
    [tp2_atr] TP2 слишком далеко
    [spread] Спред слишком широк
    [volatility] Слишком волатильно
    [costs] Издержки слишком велики
    [stale] Данные или цена устарели
    [liquidity] Мал оборот
    [cooldown] Сторона отдыхает
    [heat] Слишком много открыто вместе
    [breaker] Предохранитель
    [paused] Пауза владельца
    [open_signal] По паре открыт сигнал
    [regime] Против рынка или bias
    [location] Не то место
    [order_flow] Поток ордеров против
    [confluence] Слои мало согласны
    [p_win] Шанс слишком мал
    [trigger] Триггер 5m не пришёл
    [opinion] Второе мнение против
    [unproven] Edge не доказан
   *[other] { $reason }
 }

## Модель
board-chances = Обещанные шансы против того, что вышло
board-labels = Эффективных меток пока: { $have }
board-contest = Доказательство edge и претенденты
board-proof = 🏅 Доказательство
board-race = { $name ->
    [who] Кто
    [e] Свидетельство E
    [r] R на сетап
    [left] Осталось дней
   *[lacks] Не хватает
 }
board-e = { $e } из { $needed }
board-days = { $count }
board-books = Книги и доказан ли их edge
board-book = { $name ->
    [name] Книга
    [mode] Состояние
    [n] Эффективных меток
   *[e] Свидетельство E
 }
board-every-book = Все книги
board-mode = { $mode ->
    [live] ✅ доказан
   *[paper] 🧪 PAPER
 }
board-books-none = Модели ещё нет: каждый сигнал 🧪 PAPER.
board-books-rule = Книга называет шанс от { $least } эффективных меток и остаётся PAPER, пока не доказан edge её и всех книг.
board-opinion = { $on ->
    [yes] Включено. Мнений ещё не было.
   *[no] Выключено: OPENAI_API_KEY не задан.
 }

### Терминал: `init` и `doctor`

## `doctor`: эта машина
doctor-mark = { $state ->
    [ok] ok
    [warn] внимание
    [fail] СБОЙ
   *[off] выкл
 }
doctor-name = { $name ->
    [settings] настройки
    [time_zones] часовые пояса
    [disk] диск
    [database] база
    [port] порт
    [okx_stream] поток okx
    [clock] часы
    [pairs] пары
    [owner] владелец
    [whatsapp_in] ответы whatsapp
    [templates] шаблоны
    [model] модель
   *[other] { $words }
 }
doctor-settings = язык { $locale }, пояс { $zone }, пары { $pairs }
doctor-settings-no-file = { $told }; файла .env здесь нет, взято из окружения и значений по умолчанию
doctor-settings-open = { $told }; .env могут прочесть другие на этой машине
doctor-zones = известно поясов: { $count }
doctor-zones-missing = нет данных для { $zones }
doctor-zones-mend = установите пакет tzdata
doctor-disk = свободно { $free } ГБ для { $folder }
doctor-disk-mend = освободите хотя бы 1 ГБ или укажите другую папку в SHARPSIGNAL_DATA_DIR
doctor-disk-tape-mend = запись рынка занимает до 4 ГБ: освободите место или уменьшите SHARPSIGNAL_RECORD_DAYS
doctor-database = { $path } цела, доступна для записи и этой версии
doctor-database-none = ещё нет; `sharpsignal run` создаст { $path }
doctor-database-used = { $path } цела и занята процессом { $pid }
doctor-database-kind = DATABASE_URL указывает базу, которой ещё нет в программе
doctor-database-kind-mend = оставьте DATABASE_URL пустым: есть только SQLite
doctor-database-folder = в { $folder } нельзя писать
doctor-database-folder-mend = укажите свою папку в SHARPSIGNAL_DATA_DIR
doctor-database-read-only = { $path } только для чтения
doctor-database-read-only-mend = сделайте её своей: chown или chmod u+w { $path }
doctor-database-lock = { $path } не блокируется ({ $why })
doctor-database-lock-mend = используйте локальный диск
doctor-database-damaged = { $path } повреждена: { $why }
doctor-database-damaged-mend = остановите бота, сохраните копию файла, восстановите последнюю резервную копию
doctor-database-foreign = { $path }: { $why }
doctor-database-foreign-mend = укажите другую папку в SHARPSIGNAL_DATA_DIR или обновите программу
doctor-database-unreadable = { $path } не читается ({ $why })
doctor-database-unreadable-mend = это файл другой программы? Уберите его
doctor-database-older = { $path } старой версии
doctor-database-older-mend = следующий `sharpsignal run` обновит её
doctor-port = { $address } свободен для страницы и вебхуков
doctor-port-taken = { $address } занят
doctor-port-taken-mend = верно, если SharpSignal запущен; иначе смените SHARPSIGNAL_PORT
doctor-port-mend = исправьте SHARPSIGNAL_HOST или SHARPSIGNAL_PORT

## `doctor`: OKX, Twilio, модель
doctor-silent = { $url } не отвечает: { $why }
doctor-no-answer = нет ответа за { $seconds } с
doctor-reach-mend = проверьте сеть, DNS и файрвол этой машины или { $name }
doctor-okx = { $url } отвечает за { $ms } мс
doctor-okx-mend = проверьте сеть, DNS и файрвол этой машины или OKX_REST_URL (в некоторых странах нужен региональный хост или прокси)
doctor-okx-odd = { $url } отвечает, но не как OKX
doctor-okx-odd-mend = возможно, OKX здесь закрыта: укажите в OKX_REST_URL региональный хост или прокси
doctor-clock-near = расходятся с OKX на { $seconds } с
doctor-clock = { $side ->
    [ahead] спешат на { $seconds } с против OKX
   *[behind] отстают на { $seconds } с от OKX
 }
doctor-clock-mend = пусть машина сверяет часы сама: timedatectl set-ntp true
doctor-stream = { $url } открывается и отвечает
doctor-stream-closed = { $url } не открывается: { $why }
doctor-stream-odd = { $url } открывается, но не отвечает на ping
doctor-stream-odd-mend = проверьте OKX_WS_URL
doctor-pairs = торгуется на OKX: { $count } из { $all }
doctor-pairs-all = все свопы USDT; на OKX свопов: { $count }
doctor-pairs-unread = список контрактов OKX не читается
doctor-pairs-missing = не торгуется на OKX: { $pairs }
doctor-pairs-missing-mend = уберите из SHARPSIGNAL_PAIRS
doctor-whatsapp-off = не настроен (TWILIO_ACCOUNT_SID и ещё две строки)
doctor-whatsapp-unknown = Twilio не знает этот аккаунт или не принимает токен
doctor-whatsapp-unknown-mend = скопируйте TWILIO_ACCOUNT_SID и TWILIO_AUTH_TOKEN заново из консоли Twilio
doctor-whatsapp-state = Twilio говорит: { $state }
doctor-whatsapp-state-mend = посмотрите в консоли Twilio
doctor-whatsapp = { $number } — номер этого аккаунта
doctor-whatsapp-other = { $number } нет среди номеров этого аккаунта
doctor-whatsapp-other-mend = верно для песочницы Twilio или отправителя только для WhatsApp; иначе исправьте TWILIO_WHATSAPP_FROM
doctor-whatsapp-in = ответы приходят на { $url }
doctor-whatsapp-in-closed = ответы людей сюда не доходят
doctor-whatsapp-in-closed-mend = укажите в SHARPSIGNAL_PUBLIC_URL адрес, по которому Twilio достигает этой машины
doctor-whatsapp-nobody = сигналы никто не получает
doctor-whatsapp-nobody-mend = впишите согласившихся в WHATSAPP_RECIPIENTS
doctor-model = { $model } отвечает
doctor-model-off = без второго мнения (OPENAI_API_KEY)
doctor-model-key = ключ не принят
doctor-model-key-mend = укажите верный OPENAI_API_KEY или оставьте пустым
doctor-model-unknown = { $model } там неизвестна
doctor-model-unknown-mend = укажите в OPENAI_MODEL модель, которая есть на сервере
doctor-model-status = сервер отвечает { $status }
doctor-model-status-mend = попробуйте позже или проверьте OPENAI_BASE_URL

## `doctor`: Telegram
doctor-telegram = @{ $name } отвечает
doctor-telegram-off = бота нет
doctor-telegram-off-mend = `sharpsignal init` настроит его за две минуты
doctor-telegram-shape = TELEGRAM_BOT_TOKEN { $shape }
doctor-telegram-unknown = Telegram не знает этого бота: возьмите токен у @BotFather заново
doctor-telegram-no-token = чаты или владельцы указаны, а TELEGRAM_BOT_TOKEN пуст
doctor-telegram-refused-mend = `sharpsignal init` спросит новый токен
doctor-telegram-silent = Telegram не отвечает: { $why }
doctor-telegram-mend = проверьте сеть; где Telegram закрыт, задайте HTTPS_PROXY или TELEGRAM_API_BASE_URL
doctor-telegram-server-mend = есть ли сервер Bot API на { $url }? (TELEGRAM_API_BASE_URL)
doctor-owner = у бота есть владелец
doctor-owner-none = у бота ещё нет владельца
doctor-owner-none-mend = откройте ссылку, которую печатает `sharpsignal init`
doctor-chat-moved = группа стала супергруппой с другим id
doctor-chat-moved-mend = впишите { $id } в TELEGRAM_CHAT_IDS (работающий бот переходит сам)
doctor-chat-closed = закрыт для бота: { $why }
doctor-chat-closed-mend = добавьте туда бота (в личном чате /start) или исправьте TELEGRAM_CHAT_IDS: `sharpsignal init` находит id
doctor-chat-no-topics = в { $chat } нет тем
doctor-chat-no-topics-mend = напишите { $id } без :{ $topic }
doctor-chat-out = бота нет в { $chat }
doctor-chat-out-mend = добавьте его туда
doctor-chat-mute = бот не может писать в { $chat }
doctor-chat-mute-mend = сделайте его админом с правом писать
doctor-chat-member = { $chat }: писать может, закреплять нет
doctor-chat-member-mend = сделайте его админом с правом закреплять, для карточки состояния
doctor-chat-admin = { $chat }: админ, может писать, править и закреплять
doctor-chat-lacks = { $chat }: нет прав: { $rights }
doctor-chat-lacks-mend = дайте эти права на сообщения: { $rights }
doctor-right = { $right ->
    [post] писать
    [edit] править
   *[pin] закреплять
 }

## `doctor`: шаблоны WhatsApp
doctor-templates = одобрено WhatsApp: { $count }
doctor-templates-none = нет: вне окна 24 часов ничего не отправить, и нет кнопок
doctor-templates-none-mend = `sharpsignal templates --create` создаст их; впишите напечатанную строку в TWILIO_CONTENT_SIDS
doctor-templates-unread = одобрение не узнать: { $why }
doctor-templates-unread-mend = попробуйте позже
doctor-templates-bad = { $group ->
    [gone] неизвестны Twilio: { $names }
    [unsubmitted] одобрение не запрошено: { $names }
    [waiting] WhatsApp ещё не решил: { $names }
   *[refused] { $states }: { $names }
 }
doctor-templates-bad-mend = { $group ->
    [gone] уберите их из TWILIO_CONTENT_SIDS и запустите `sharpsignal templates --create`
    [unsubmitted] запросите одобрение в консоли Twilio (Content Template Builder)
    [waiting] WhatsApp решает обычно за день; до того сообщения с ними задержаны
   *[refused] консоль Twilio скажет почему; исправьте шаблон там или создайте заново под другим именем
 }
doctor-templates-missing = нет на языке { $locale } для: { $kinds }
doctor-templates-missing-mend = `sharpsignal templates --create` создаст то, чего нет в TWILIO_CONTENT_SIDS

## `init`
init-other-language = English: { $program } init --locale en
init-token-from = Токен бота даёт @BotFather в Telegram: /newbot, затем вставьте его сюда (он не будет виден).
init-token-ask = Токен:
init-token-keep = Токен (Enter оставит токен бота { $bot }):
init-token-none = ничего не введено; @BotFather в Telegram даёт токен (/newbot)
init-token-needed = нужно задать; @BotFather в Telegram даёт его (/newbot)
init-token-shape = должен выглядеть как 123456789:AAE…, без лишнего до и после
init-token-kept = @{ $bot } отвечает; токен лежит в { $file } (читать можете только вы).
init-token-other = в окружении другой бот, чем в { $file }; уберите его из окружения
init-store-used = sharpsignal уже работает с этими данными (процесс { $pid }): остановите его и запустите init снова
init-store-closed = { $folder } не подходит ({ $why }); укажите папку, куда вы можете писать
init-preflight = Проверка:
init-start = Запуск: { $program } run
init-mend = Исправьте то, где СБОЙ, и проверьте снова: { $program } doctor
init-link = Откройте на телефоне и нажмите «Старт»: { $link }
init-waiting = Жду вас, самое большее { $minutes } мин. Ctrl+C прервёт; ссылка останется в силе.
init-owned = Бот теперь ваш. Продолжайте в чате; там вопросы с кнопками ({ $questions }).
init-demo = DEMO-сигнал в чате: нажмите кнопку под ним (через минуту это закончится в любом случае).
init-pressed = Нажато, и ответ пришёл. Попробуйте и другие: если нажатий больше нет, пойдём дальше.
init-nobody = За { $seconds } с никто не закончил. Ссылка в силе: `sharpsignal init` продолжит.
init-conflict = Сообщения этого бота читает другая программа: остановите её (старую копию, другой сервер) или отзовите токен через /revoke у @BotFather и запустите init с новым.
init-trouble = Telegram: { $problem }. Пробую снова.
init-places = { $line }: сигналы пойдут и туда.
init-places-none = { $name } снова пуст.

## `run` и `demo`, при запуске
start-demo = СИМУЛЯЦИЯ рынка (seed { $seed }, заложенный edge { $edge }): час проходит за { $seconds } с.
start-demo-open = Откройте { $url }; Ctrl+C здесь завершит.
start-claim-link = У бота ещё нет владельца. Откройте { $link }, чтобы стать им.
start-claim-word = У веб-чата ещё нет владельца. Напишите там { $word }, чтобы стать им.

## `verify`, `export`, `explain` и `replay --signal`
store-no-signal = в этой базе нет сигнала { $ident }
store-no-decision = в этой базе нет сигнала или решения { $ident }; все решения пишет `sharpsignal export --table decisions`
store-decision-gone = сигнал { $ident } сохранён, но решения за ним нет
verify-whole = все строки сходятся; последние хеши: { $heads }
export-done = { $table }, строк: { $count }; записано в { $file }
made-again-equal = сигнал { $number }: собран заново из сохранённого, совпадает до байта
made-again-other = сигнал { $number }: собран заново, есть отличия (сохранено → собрано):
