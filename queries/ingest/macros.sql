-- noqa: disable=LT02
-- (the linter knows no indentation for macros)
-- How cells are read; temporary, so only the connection that reads a file has them.
-- A cell as text: trimmed, no-break spaces too; null when it is empty.
-- Trimming is slow, and a cell between two printable ASCII signs needs none; to look for the last
-- sign from behind is the fastest.
create or replace temp macro read_text(cell) as
    case
        when
            cell >= '!' and cell < chr(127)
            and reverse(cell) >= '!' and reverse(cell) < chr(127)
            then cell
        else nullif(trim(cell, e' \t\r\n' || chr(160) || chr(8239)), '')
    end;

-- A word as it is compared: without case, accents and punctuation.
create or replace temp macro read_word(cell) as
    nullif(
        trim(
            replace(
                replace(
                    translate(
                        replace(lower(strip_accents(cell)), 'ł', 'l'),
                        '-_.,;:/\()[]''’"&+!?#',
                        '                    '
                    ),
                    '  ',
                    ' '
                ),
                '  ',
                ' '
            )
        ),
        ''
    );

-- What is left of a number once currency and per-cent signs are gone.
create or replace temp macro bare_number(cell) as
    trim(
        regexp_replace(
            cell,
            '[€$£¥%]|\b(EUR|USD|GBP|CHF|CAD|AUD)\b|^(Fr\.|kr\.?)\s*|\s*kr$',
            '',
            'g'
        ),
        e' \t' || chr(160) || chr(8239)
    );

-- A plain number is read as it stands, others by their digits; never inf or NaN.
-- Thousands stand in groups of three behind one kind of sign.
create or replace temp macro read_point_number(cell) as
    case
        when isfinite(try_cast(cell as double)) and not contains(cell, '_')
            then try_cast(cell as double)
        when
            regexp_full_match(
                bare_number(cell),
                '[+-]?\s?(\d{1,3}(,\d{3})+|\d{1,3}([ \x{00a0}\x{202f}]\d{3})+'
                || '|\d{1,3}([''’]\d{3})+|\d+)(\.\d*)?'
            )
            then
                try_cast(
                    regexp_replace(
                        bare_number(cell),
                        '[, \x{00a0}\x{202f}''’]',
                        '',
                        'g'
                    ) as double
                )
    end;

-- Points only between thousands: in a column of decimal commas 5.7 is not 57.
create or replace temp macro read_comma_number(cell) as
    case
        when
            regexp_full_match(
                bare_number(cell),
                '[+-]?\s?(\d{1,3}(\.\d{3})+|\d{1,3}([ \x{00a0}\x{202f}]\d{3})+'
                || '|\d{1,3}([''’]\d{3})+|\d+)(,\d*)?'
            )
            then
                read_point_number(
                    replace(
                        regexp_replace(
                            bare_number(cell),
                            '[. \x{00a0}\x{202f}''’]',
                            '',
                            'g'
                        ),
                        ',',
                        '.'
                    )
                )
    end;

-- Where a column shows money, (1,234) is a debt.
create or replace temp macro without_brackets(cell) as
    case
        when regexp_full_match(cell, '[^()\d]*\([^()]*\)[^()\d]*')
            then
                '-'
                || trim(replace(replace(bare_number(cell), '(', ''), ')', ''))
        else cell
    end;

-- A rank or count that is only told from below, from above or between.
create or replace temp macro is_range(cell) as
    regexp_full_match(
        cell, '([<>=≤≥~≈]=?\s*[\d.,]+|[\d.,]+\s*(\+|[-–—]\s*[\d.,]+))'
    );

-- A whole number stays what it is: 5.7 is not 6.
create or replace temp macro read_whole(number) as
    case
        when number = trunc(number) and abs(number) < 9e15
            then cast(number as bigint)
    end;

-- A whole number as computers write it.
create or replace temp macro read_plain_whole(cell) as
    case
        when
            strlen(cell) < 16
            and cast(try_cast(cell as bigint) as varchar) = cell
            then try_cast(cell as bigint)
    end;

create or replace temp macro read_yes_no(cell) as
    case
        when
            lower(cell) in (
                'yes', 'y', 'true', 't', '1', '1.0', 'oui', 'o', 'vrai', 'ja'
            )
            then true
        when
            lower(cell) in (
                'no', 'n', 'false', 'f', '0', '0.0', 'non', 'faux', 'nein'
            )
            then false
    end;

-- A name folded to an id: `Ponctualité TGV` is ponctualite_tgv.
create or replace temp macro read_id(cell) as
    nullif(
        trim(
            regexp_replace(lower(strip_accents(cell)), '[^a-z0-9]+', '_', 'g'),
            '_'
        ),
        ''
    );

-- A time as computers write it.
create or replace temp macro read_plain_time(cell) as
    try_strptime(cell, '%Y-%m-%d %H:%M:%S');

-- ISO 8601; a time with an offset or a zone becomes local time of `zone`.
create or replace temp macro read_iso(cell, zone) as
    case
        -- The commonest form first: seconds and no offset.
        when
            length(cell) = 19
            and cell[17] = ':'
            and cell[19] between '0' and '9'
            then try_cast(cell as timestamp)
        when cell[1] not between '0' and '9' then null
        when
            contains(cell, '+')
            or cell[-1] not between '0' and '9'
            or (
                length(cell) > 16
                and (substr(cell, -6, 1) = '-' or substr(cell, -5, 1) = '-')
            )
            then timezone(zone, try_cast(cell as timestamptz))
        when length(cell) = 7 then try_strptime(cell, '%Y-%m')
        when length(cell) >= 8 then try_cast(cell as timestamp)
    end;

-- What systems write for "never": the first day of their calendar, or zeros.
create or replace temp macro is_placeholder(cell) as
    regexp_full_match(
        upper(cell),
        '('
        || '(1899[-/.]12[-/.]3[01]|1900[-/.]0?1[-/.]0?[01]|1970[-/.]0?1[-/.]0?1'
        || '|0000[-/.]00[-/.]00|0001[-/.]01[-/.]01)'
        || '|(12[-/.]3[01]|3[01][-/.]12)[-/.]1899'
        || '|(0?1[-/.]0?[01]|0?0[-/.]0?1)[-/.]1900'
        || '|0?1[-/.]0?1[-/.]1970|00[-/.]00[-/.]0000'
        || '|0?1[-/. ](JAN|JANV\.?|JANUARY|JANVIER|JANUAR)[-/. ](1900|1970)'
        || ')([T ]+(0?0:00(:00(\.0+)?)?|12:00(:00)? AM)'
        || '\s*(Z|UTC|GMT|[+-]00:?00)?)?|0(\.0+)?'
    );

-- The time of day as 14:05, 2:05 PM or 14h05; a year of two digits is of 1970 to 2069.
create or replace temp macro plain_moment(y, m, d, t) as
    try_strptime(
        case
            when length(y) = 4 then y
            when try_cast(y as integer) < 70 then '20' || y
            else '19' || y
        end
        || '-' || m || '-' || d || ' '
        || regexp_replace(
            replace(t, 'h', ':'), '\s*([ap])\.?m\.?', ' \1m'
        ),
        [
            '%Y-%m-%d ',
            '%Y-%m-%d %H:%M:%S',
            '%Y-%m-%d %H:%M',
            '%Y-%m-%d %H:%M:%S.%f',
            '%Y-%m-%d %I:%M %p',
            '%Y-%m-%d %I:%M:%S %p'
        ]
    );

-- A moment out of its parts: texts, all digits but for am, pm and the offset.
create or replace temp macro moment_of(y, m, d, t, o, zone) as
    case
        when o <> ''
            then
                timezone(
                    zone,
                    try_cast(
                        strftime(plain_moment(y, m, d, t), '%Y-%m-%d %H:%M:%S')
                        || case
                            when o[1] in ('+', '-') then o
                            when contains(o, '+') or contains(o, '-')
                                then o[4] || lpad(o[5:], 2, '0')
                            else '+00'
                        end
                        as timestamptz
                    )
                )
        else plain_moment(y, m, d, t)
    end;

-- Months in English, French and German, short or long, without accents.
create or replace temp macro month_names() as
    '(jan(?:v(?:ier)?|uary|uar)?|janner|feb(?:ruary|ruar|r)?|fev(?:rier|r)?'
    || '|mar(?:ch|s|z)?|maerz|mrz|apr(?:il)?|avr(?:il)?|may|mai|june?|juni|juin'
    || '|july?|juli|juil(?:let)?|aug(?:ust)?|aout|sept?(?:ember|embre)?'
    || '|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember|embre)?)';

create or replace temp macro month_number(name) as
    cast(
        case
            when starts_with(name, 'ja') then 1
            when starts_with(name, 'f') then 2
            when starts_with(name, 'mai') or starts_with(name, 'may') then 5
            when starts_with(name, 'm') then 3
            when starts_with(name, 'ap') or starts_with(name, 'av') then 4
            when starts_with(name, 'jun') or starts_with(name, 'juin') then 6
            when starts_with(name, 'ju') then 7
            when starts_with(name, 'a') then 8
            when starts_with(name, 's') then 9
            when starts_with(name, 'o') then 10
            when starts_with(name, 'n') then 11
            when starts_with(name, 'd') then 12
        end as varchar
    );

-- What may follow a day: a time, and an offset.
create or replace temp macro time_pattern() as
    '(?:(?:,|\s|t|\sa|\sat|\sum)\s*'
    || '(\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d{1,6})?)?'
    || '(?:\s*[ap]\.?m\.?)?)'
    || '(?:\s*uhr)?'
    || '\s*(z|(?:utc|gmt)(?:[+-]\d{1,2})?|[+-]\d{2}(?::?\d{2})?)?)?$';

create or replace temp macro named_parts(folded) as
    case
        when
            regexp_matches(
                folded,
                month_names() || '\.?[- ]\d{1,2}(st|nd|rd|th)?,?[- ]+\d{4}'
            )
            then
                regexp_extract(
                    folded,
                    '^(?:[a-z]+\.?,?\s+)??' || month_names()
                    || '\.?[- ](\d{1,2})(?:st|nd|rd|th)?,?[- ]+(\d{4})'
                    || time_pattern(),
                    ['m', 'd', 'y', 't', 'o']
                )
        when
            regexp_full_match(folded, month_names() || '\.?[-/ ]+(\d{4}|\d{2})')
            then
                regexp_extract(
                    folded,
                    '^()' || month_names() || '\.?[-/ ]+(\d{4}|\d{2})()()$',
                    ['d', 'm', 'y', 't', 'o']
                )
        else
            regexp_extract(
                folded,
                '^(?:[a-z]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|er|\.)?[-/. ]+'
                || month_names()
                || '\.?[-/., ]+(\d{4}|\d{2})'
                || time_pattern(),
                ['d', 'm', 'y', 't', 'o']
            )
    end;

create or replace temp macro moment_of_named(parts, zone) as
    moment_of(
        parts.y,
        month_number(parts.m),
        coalesce(nullif(parts.d, ''), '1'),
        parts.t,
        parts.o,
        zone
    );

-- A date that names its month: 12/Mar/24 9:41 AM, 3 févr. 2024, 31. März 2024.
-- (The list of one binds its parts once: a macro writes an argument out wherever it is used.)
create or replace temp macro read_named(cell, zone) as
    list_transform(
        [named_parts(lower(strip_accents(cell)))],
        lambda parts: moment_of_named(parts, zone)
    )[1];

create or replace temp macro moment_of_digits(
    parts, day_first, month_first, zone
) as
    case
        when
            day_first or (not month_first and try_cast(parts.a as integer) > 12)
            or parts.a = parts.b
            then moment_of(parts.y, parts.b, parts.a, parts.t, parts.o, zone)
        when month_first or try_cast(parts.b as integer) > 12
            then moment_of(parts.y, parts.a, parts.b, parts.t, parts.o, zone)
    end;

-- Digits, two at a time, then the year; `sort` is dmy or mdy, else only what cannot be both.
create or replace temp macro read_digits(folded, sort, zone) as
    list_transform(
        [
            regexp_extract(
                folded,
                '^(\d{1,2})[-/. ]\s?(\d{1,2})[-/. ]\s?(\d{4}|\d{2})'
                || time_pattern(),
                ['a', 'b', 'y', 't', 'o']
            )
        ],
        lambda parts: moment_of_digits(
            parts,
            sort = 'dmy' or contains(split_part(folded, ' ', 1), '.'),
            sort = 'mdy',
            zone
        )
    )[1];

create or replace temp macro moment_of_year_first(parts, zone) as
    moment_of(parts.y, parts.m, parts.d, parts.t, parts.o, zone);

-- GLPI writes how much of the time is used up behind a date: 2024-03-01 10:00 8%.
create or replace temp macro without_progress(cell) as
    case
        when ends_with(cell, '%')
            then trim(
                regexp_replace(cell, '\s+\d{1,5}([.,]\d+)?\s?%$', ''), e' \r\n\t'
            )
        else cell
    end;

-- A date in another form than its column's: only where it can be nothing else.
create or replace temp macro read_other_date(cell, sort, zone) as
    case
        when regexp_matches(cell, '^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}')
            then
                coalesce(
                    read_iso(cell, zone),
                    list_transform(
                        [
                            regexp_extract(
                                lower(cell),
                                '^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})'
                                || time_pattern(),
                                ['y', 'm', 'd', 't', 'o']
                            )
                        ],
                        lambda parts: moment_of_year_first(parts, zone)
                    )[1]
                )
        when regexp_matches(cell, '^\d{4}-\d{2}$') then read_iso(cell, zone)
        when regexp_matches(lower(strip_accents(cell)), month_names())
            then read_named(cell, zone)
        else read_digits(lower(cell), sort, zone)
    end;

-- Days since the end of 1899, as Excel counts; to the second, which is what it means.
create or replace temp macro read_excel(cell) as
    case
        when try_cast(cell as double) between 29221 and 73050
            then
                timestamp '1899-12-30'
                + to_seconds(
                    cast(round(try_cast(cell as double) * 86400) as bigint)
                )
    end;

-- Seconds since 1970 in UTC, or thousandths or millionths of them.
create or replace temp macro read_epoch(cell, zone) as
    case
        when not regexp_full_match(cell, '\d{9,17}(\.\d+)?') then null
        when try_cast(cell as double) < 1e11
            then timezone(zone, to_timestamp(try_cast(cell as double)))
        when try_cast(cell as double) < 1e14
            then timezone(zone, to_timestamp(try_cast(cell as double) / 1e3))
        else timezone(zone, to_timestamp(try_cast(cell as double) / 1e6))
    end;

-- The number before one of these words in 1 day 2h 15m; 0 where there is none.
create or replace temp macro times_of(folded, names) as
    coalesce(
        try_cast(
            replace(
                regexp_extract(
                    folded,
                    '(\d+(?:[.,]\d+)?)\s*(?:' || names || ')(?:[^a-z]|t\d|$)',
                    1
                ),
                ',',
                '.'
            ) as double
        ),
        0
    );

create or replace temp macro seconds_of_clock(clock) as
    try_cast(split_part(clock, ':', 1) as double) * 3600
    + try_cast(split_part(clock, ':', 2) as double) * 60
    + coalesce(try_cast(nullif(split_part(clock, ':', 3), '') as double), 0);

create or replace temp macro seconds_of_words(folded) as
    times_of(folded, 'w|weeks?|semaines?|wochen?') * 604800
    + times_of(folded, 'd|days?|j|jours?|t|tagen?|tage|tag') * 86400
    + times_of(folded, 'h|hrs?|hours?|heures?|stunden?|std\.?') * 3600
    + times_of(folded, 'm|mins?|minutes?|minuten?') * 60
    + times_of(folded, 's|secs?|seconds?|secondes?|sekunden?') * 1
    + coalesce(
        seconds_of_clock(
            nullif(regexp_extract(folded, '\d+:\d+(:\d+(\.\d+)?)?'), '')
        ),
        0
    );

-- A duration in seconds: 2:15:00, 2:15 (hours and minutes), 1 day 03:00:00, 2h 15m, PT2H15M,
-- the same as a moment of 1900 counted from `zero`, or what `plain` has read as a number.
create or replace temp macro read_duration(cell, plain, seconds, zero) as
    case
        when plain is not null then plain * seconds
        when regexp_full_match(cell, '\d+:[0-5]\d(:[0-5]\d(\.\d+)?)?')
            then seconds_of_clock(cell)
        when
            regexp_matches(cell, '^(1899-12-3|1900-01-|1970-01-)\d+[ T]\d+:\d+')
            then epoch(try_cast(cell as timestamp)) - epoch(zero)
        when
            regexp_full_match(
                lower(cell),
                'p?t?(\d+([.,]\d+)?\s*('
                || 'w|weeks?|semaines?|wochen?|d|days?|j|jours?|tage?n?'
                || '|h|hrs?|hours?|heures?|stunden?|std\.?'
                || '|m|mins?|minutes?|minuten?|s|secs?|seconds?|secondes?'
                || '|sekunden?)[\s,]*(and|et|und)?\s*t?)+'
                || '(\d+:[0-5]\d(:[0-5]\d(\.\d+)?)?)?'
            )
            then seconds_of_words(lower(cell))
    end;

create or replace temp macro scale_low(scale) as
    try_cast(regexp_extract(scale, '^(\d+)-', 1) as integer);

create or replace temp macro scale_high(scale) as
    try_cast(regexp_extract(scale, '^\d+-(\d+)', 1) as integer);

-- The best end is the high one unless `:best` names the other.
create or replace temp macro scale_best(scale) as
    case
        when contains(scale, ':')
            then try_cast(regexp_extract(scale, ':(\d+)$', 1) as integer)
        else scale_high(scale)
    end;

-- A scale as low-high; 5-1 is the scale 1-5 whose best end is 1.
create or replace temp macro plain_scale(cell) as
    regexp_replace(trim(cell), '\s*(-|–|to|à|\.\.)\s*', '-');

create or replace temp macro read_scale(cell) as
    case
        when not regexp_full_match(plain_scale(cell), '\d+-\d+(:\d+)?')
            then null
        when scale_low(plain_scale(cell)) > scale_high(plain_scale(cell))
            then
                scale_high(plain_scale(cell)) || '-'
                || scale_low(plain_scale(cell)) || ':'
                || scale_high(plain_scale(cell))
        when scale_best(plain_scale(cell)) = scale_high(plain_scale(cell))
            then
                scale_low(plain_scale(cell)) || '-'
                || scale_high(plain_scale(cell))
        when scale_best(plain_scale(cell)) = scale_low(plain_scale(cell))
            then plain_scale(cell)
    end;

-- An identifier of a person as the first half of its HMAC-SHA-256; the two keys are padded.
create or replace temp macro keyed_hash(cell, inner_key, outer_key) as
    left(
        sha256(
            cast(outer_key as blob)
            || unhex(
                sha256(cast(inner_key as blob) || encode(lower(trim(cell))))
            )
        ),
        32
    );

-- A cell as it may be kept of a row that was set aside: what is long or an address may have
-- slipped there from another column.
create or replace temp macro stored_cell(cell) as
    case
        when length(cell) > 80 or contains(cell, '@') then '…'
        else cell
    end;
