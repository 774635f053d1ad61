-- noqa: disable=LT02
-- (the linter knows no indentation for macros)
-- How dates, periods and durations are read, beside the other macros. Names of months and units
-- are macros too, made by ingest.columns.vocabulary.
-- A time as computers write it.
create or replace macro read_plain_time(cell) as
    try_strptime(cell, '%Y-%m-%d %H:%M:%S');

-- ISO 8601; a time with an offset or a zone becomes local time of `zone`.
create or replace macro read_iso(cell, zone) as
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
            or regexp_matches(cell, '\d([Zz]| ?UTC| ?GMT| [A-Z]\w+/\w+)$')
            or (
                length(cell) > 16
                and (substr(cell, -6, 1) = '-' or substr(cell, -5, 1) = '-')
            )
            then
                coalesce(
                    timezone(zone, try_cast(cell as timestamptz)),
                    read_bracketed(cell, zone)
                )
        -- Names of zones such as BST: the database has its own ideas of them.
        when cell[-1] not between '0' and '9' then read_bracketed(cell, zone)
        when length(cell) = 7 then try_strptime(cell, '%Y-%m')
        when length(cell) >= 8 then try_cast(cell as timestamp)
    end;

-- What systems write for "never": the first day of their calendar, or zeros.
create or replace macro is_placeholder(cell) as
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

-- A cell that may be a date, in lower case and without accents or strokes (poniedziałek, lørdag);
-- all blanks are single spaces.
create or replace macro folded_date(cell) as
    regexp_replace(
        replace(replace(lower(strip_accents(cell)), 'ł', 'l'), 'ø', 'o'),
        '[\s\x{00a0}\x{202f}]+',
        ' ',
        'g'
    );

-- The same, where the time of day stands first, or behind a dash: 14:05 03/06/2025,
-- 03/06/2025 - 14h05. No number with a point: that could be the end of a period.
create or replace macro date_before_time(cell) as
    regexp_replace(
        regexp_replace(
            folded_date(cell),
            '^(\d{1,2}(?: ?h ?|:)\d{2}(?::\d{2}| ?min)?(?: ?[ap]\.? ?m\.?)?'
            || '|\d{1,2} ?h)(?: (?:uhr|uur|hrs?|hs?|u)\.?)?'
            || '[, ] ?(?:[-–—|@·] )?(.+)$',
            '\2 \1'
        ),
        '(\d) [-–—|@·] ((?:[a-z]{1,4}\.? ){0,2}'
        || '\d{1,2}(?: ?[:h]| ?uhr| ?uur| ?[ap]\.? ?m))',
        '\1 \2'
    );

-- The time of day as computers write it: from 9h05, 9 h 05 min, 9.05, 9:05 a. m. or 9 am.
create or replace macro plain_clock(t) as
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(t, '\s?([ap])\.?\s?m\.?$', ' \1m'),
                    '^(\d{1,2})(?:\s?h\s?|[:.])(\d{2})',
                    '\1:\2'
                ),
                '^(\d{1,2}:\d{2})(?:\s?m(?:in)?\s?|[:.])(\d{2})',
                '\1:\2'
            ),
            '^(\d{1,2}:\d{2})(?:(:\d{2})(?:[.,](\d{1,6})\d*)?)?'
            || '\s?(?:s|min)?( [ap]m)?$',
            '\1\2.\3\4'
        ),
        '(?:\.( [ap]m)?|^(\d{1,2})(?:\s?(?:h[a-z]*|uhr|uur))?( [ap]m)?)$',
        '\1\2\3'
    );

-- The time of day as 14:05, 2:05 PM, 14h05 or 9 am; a year of two digits is of 1970 to 2069.
create or replace macro plain_moment(y, m, d, t) as
    try_strptime(
        case
            when length(y) = 4 then y
            when try_cast(y as integer) < 70 then '20' || y
            else '19' || y
        end
        || '-' || m || '-' || d || ' ' || plain_clock(t),
        [
            '%Y-%m-%d ',
            '%Y-%m-%d %H:%M:%S',
            '%Y-%m-%d %H:%M',
            '%Y-%m-%d %H:%M:%S.%f',
            '%Y-%m-%d %I:%M %p',
            '%Y-%m-%d %I:%M:%S %p',
            '%Y-%m-%d %I:%M:%S.%f %p',
            '%Y-%m-%d %H',
            '%Y-%m-%d %I %p'
        ]
    );

-- An offset as computers write it: from z, cest, gmt+2 or +0530.
create or replace macro plain_offset(o) as
    coalesce(
        offset_of_zone(o),
        regexp_replace(
            regexp_replace(o, '^(?:utc|gmt)\s?', ''),
            '^([+-])(\d)(:|$)',
            '\10\2\3'
        )
    );

create or replace macro moment_with_offset(clock, o, zone) as
    case
        when o = '' then clock
        else
            timezone(
                zone,
                try_cast(
                    strftime(clock, '%Y-%m-%d %H:%M:%S')
                    || plain_offset(o) as timestamptz
                )
            )
    end;

-- A moment out of its parts: texts, all digits but for am, pm and the offset.
-- (The list of one binds what it holds once: a macro writes an argument out wherever it is used.)
create or replace macro moment_of(parts, zone) as
    list_transform(
        [plain_moment(parts.y, parts.m, coalesce(parts.d, '1'), parts.t)],
        lambda clock: moment_with_offset(clock, parts.o, zone)
    )[1];

create or replace macro offset_pattern() as
    '((?:utc|gmt)\s?[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}(?::?\d{2})?|'
    || zone_names() || ')';

-- What may follow a day: a time, after a word or two such as "at" or "a las", and an offset.
create or replace macro time_pattern() as
    '(?:(?:, ?|[t: ])(?:[a-z]{1,4}\.? ){0,2}'
    || '(\d{1,2}(?: ?h ?|[:.])\d{2}'
    || '(?:(?: ?m(?:in)? ?|[:.])\d{2}(?:[.,]\d{1,9})?)?'
    || '(?: ?min| ?s)?(?: ?[ap]\.? ?m\b\.?)?'
    || '|\d{1,2} ?(?:h[a-z]*|uhr|uur|[ap]\.? ?m\b\.?))'
    || '(?: ?(?:uhr|uur|hrs?|hs|horas?|h|u))?\.?'
    || ' ?' || offset_pattern() || '?(?: ?\([^()]*\))?)?$';

-- The five orders of a date that names its month: Jun 3 09:12:00 2025, June 3, 2025,
-- 2025 June 3, June 2025, and 3 June 2025; words such as "de" may stand between.
-- Any word may be the month here: `month_number` knows those that are.
create or replace macro named_parts(folded) as
    case
        when regexp_matches(
                folded, ' \d{1,2}:\d{2}:\d{2} (?:[^ ]+ )?\d{4}$'
            )
            then
                regexp_extract(
                    folded,
                    '^(?:[a-z]+\.?,? )?([a-z]{3,}) (\d{1,2}) '
                    || '(\d{1,2}:\d{2}:\d{2}) '
                    || '(?:' || offset_pattern() || ' )?(\d{4})$',
                    ['m', 'd', 't', 'o', 'y']
                )
        when
            regexp_matches(
                folded,
                '[a-z]{3,}\.?[- ]\d{1,2}(?:st|nd|rd|th|[.º°])?,?[- ]+\d{4}'
            )
            then
                regexp_extract(
                    folded,
                    '^(?:[a-z-]+\.?,? )?([a-z]{3,})'
                    || '\.?[- ](\d{1,2})(?:st|nd|rd|th|[.º°])?,?[- ]+(\d{4})'
                    || time_pattern(),
                    ['m', 'd', 'y', 't', 'o']
                )
        when regexp_matches(folded, '^\d{4}[-/. ]+[a-z]{3,}')
            then
                regexp_extract(
                    folded,
                    '^(\d{4})[-/. ]+([a-z]{3,})'
                    || '(?:\.?[-/. ]+(\d{1,2})' || time_pattern() || ')?\.?$',
                    ['y', 'm', 'd', 't', 'o']
                )
        when
            regexp_full_match(
                folded,
                '[a-z]{3,}\.?[-/, ]+(?:d[ei]l? |of )?(\d{4}|''?\d{2})'
            )
            then
                regexp_extract(
                    folded,
                    '^()([a-z]{3,})\.?[-/, ]+(?:d[ei]l? |of )?'
                    || '''?(\d{4}|\d{2})()()$',
                    ['d', 'm', 'y', 't', 'o']
                )
        else
            regexp_extract(
                folded,
                '^(?:[a-z-]+\.?,? ){0,3}(\d{1,2})'
                || '(?:st|nd|rd|th|ere?|[.º°])?[-/. ]*(?:d[ei] |of )?'
                || '([a-z]{3,})[-/., ]*(?:d[ei]l? |of )?''?(\d{4}|\d{2})'
                || time_pattern(),
                ['d', 'm', 'y', 't', 'o']
            )
    end;

create or replace macro named_as_digits(parts) as
    struct_pack(
        y := parts.y,
        m := month_number(parts.m),
        d := nullif(parts.d, ''),
        t := parts.t,
        o := parts.o
    );

create or replace macro parts_of_named(folded) as
    list_transform(
        [named_parts(folded)], lambda parts: named_as_digits(parts)
    )[1];

-- A date that names its month: 12/Mar/24 9:41 AM, 3 févr. 2024, 3 de junio de 2025.
create or replace macro read_named(cell, zone) as
    list_transform(
        [parts_of_named(date_before_time(cell))],
        lambda parts: moment_of(parts, zone)
    )[1];

create or replace macro two_in_order(parts, day_first, month_first) as
    case
        when
            day_first or (not month_first and try_cast(parts.a as integer) > 12)
            or parts.a = parts.b
            then
                struct_pack(
                    y := parts.y,
                    m := parts.b,
                    d := parts.a,
                    t := parts.t,
                    o := parts.o
                )
        when month_first or try_cast(parts.b as integer) > 12
            then
                struct_pack(
                    y := parts.y,
                    m := parts.a,
                    d := parts.b,
                    t := parts.t,
                    o := parts.o
                )
    end;

-- Digits, two at a time, then the year; `sort` is dmy or mdy, else only what cannot be both.
create or replace macro parts_of_digits(folded, sort) as
    list_transform(
        [
            regexp_extract(
                folded,
                '^(?:[a-z-]+\.?,? ){0,2}(\d{1,2})[-/. ] ?(\d{1,2})[-/. ] ?'
                || '(\d{4}|\d{2})'
                || time_pattern(),
                ['a', 'b', 'y', 't', 'o']
            )
        ],
        lambda parts: two_in_order(
            parts,
            sort = 'dmy'
            or regexp_matches(folded, '\d{1,2}\. ?\d{1,2}\. ?\d'),
            sort = 'mdy'
        )
    )[1];

create or replace macro read_digits(cell, sort, zone) as
    list_transform(
        [parts_of_digits(date_before_time(cell), sort)],
        lambda parts: moment_of(parts, zone)
    )[1];

-- The year first, or all of it without signs: 2024.03.01 9h05, 20240301T090500Z.
create or replace macro parts_of_year_first(folded) as
    case
        when regexp_matches(folded, '^\d{8}[t ]')
            then
                regexp_extract(
                    regexp_replace(
                        regexp_replace(
                            folded, '[t ](\d{2})(\d{2})', ' \1:\2'
                        ),
                        ' (\d{2}:\d{2})(\d{2})',
                        ' \1:\2'
                    ),
                    '^(\d{4})(\d{2})(\d{2}) (\d{2}:\d{2}(?::\d{2})?'
                    || '(?:[.,]\d{1,9})?) ?' || offset_pattern() || '?$',
                    ['y', 'm', 'd', 't', 'o']
                )
        else
            regexp_extract(
                folded,
                '^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})' || time_pattern(),
                ['y', 'm', 'd', 't', 'o']
            )
    end;

create or replace macro read_year_first(cell, zone) as
    list_transform(
        [parts_of_year_first(folded_date(cell))],
        lambda parts: moment_of(parts, zone)
    )[1];

-- GLPI writes how much of the time is used up behind a date: 2024-03-01 10:00 8%.
create or replace macro without_progress(cell) as
    case
        when ends_with(cell, '%')
            then
                trim(
                    regexp_replace(
                        cell,
                        '\s+(\d{1,3}([ \x{00a0}\x{202f}]\d{3})+|\d{1,5})'
                        || '([.,]\d+)?[\s\x{00a0}\x{202f}]?%$',
                        ''
                    ),
                    e' \r\n\t'
                )
        else cell
    end;

create or replace macro parts_of_date(folded, sort) as
    case
        when regexp_matches(folded, '^\d{4}[-/.]\d{1,2}[-/.]|^\d{8}[t ]')
            then parts_of_year_first(folded)
        when
            regexp_matches(folded, '^\D*\d{1,2}[-/. ] ?\d{1,2}[-/. ] ?\d')
            then parts_of_digits(folded, sort)
        else parts_of_named(folded)
    end;

-- A date in another form than its column's: only where it can be nothing else.
create or replace macro read_other_date(cell, sort, zone) as
    coalesce(
        case
            when regexp_matches(cell, '^\d{4}[-/.]\d{1,2}([-/.]|$)')
                then read_iso(cell, zone)
        end,
        list_transform(
            [parts_of_date(date_before_time(cell), sort)],
            lambda parts: moment_of(parts, zone)
        )[1]
    );

-- A part of a year by its number: 2024-Q1, T1 2024, 1er trimestre 2024.
create or replace macro part_of_year(folded, names) as
    case
        when regexp_matches(folded, '^\d{4}')
            then
                regexp_extract(
                    folded,
                    '^(\d{4})[-/ ]{0,3}' || names || '[-. ]?(\d{1,2})$',
                    ['y', 'n']
                )
        when regexp_matches(folded, '^\d')
            then
                regexp_extract(
                    folded,
                    '^(\d{1,2})(?:er|st|nd|rd|th|e|eme|o|[.º°])?[- ]?' || names
                    || '[-/. ]{0,3}(?:de |of )?(\d{4}|\d{2})$',
                    ['n', 'y']
                )
        else
            regexp_extract(
                folded,
                '^' || names || '[-. ]?(\d{1,2})[-/, ]{1,3}(?:de |of )?''?'
                || '(\d{4}|\d{2})$',
                ['n', 'y']
            )
    end;

-- The month in which a part of a year begins; `months` is how long it is.
create or replace macro month_of_part(part, months) as
    case
        when try_cast(part.n as integer) between 1 and 12 // months
            then
                make_date(
                    try_cast(right('20' || part.y, 4) as integer),
                    (try_cast(part.n as integer) - 1) * months + 1,
                    1
                )
    end;

-- A week is in the month of its Thursday, as it is in that day's year.
create or replace macro month_of_week(week) as
    cast(
        date_trunc(
            'month',
            try_strptime(
                right('20' || week.y, 4) || ' ' || lpad(week.n, 2, '0') || ' 4',
                '%G %V %u'
            )
        ) as date
    );

-- The first month of a quarter, of half a year or of a week; 2024M01 too.
create or replace macro month_of_period(folded) as
    coalesce(
        cast(
            try_strptime(
                regexp_extract(folded, '^\d{4}-?m\d{2}$'), ['%Ym%m', '%Y-m%m']
            ) as date
        ),
        month_of_part(part_of_year(folded, quarter_names()), 3),
        case
            when not regexp_matches(folded, 's\d\d')
                then month_of_part(part_of_year(folded, half_names()), 6)
        end,
        month_of_week(part_of_year(folded, week_names()))
    );

create or replace macro read_period(cell) as
    list_transform(
        [folded_date(cell)], lambda folded: month_of_period(folded)
    )[1];

-- Days since the end of 1899, as Excel counts; to the second, which is what it means.
create or replace macro read_excel(cell) as
    case
        when try_cast(replace(cell, ',', '.') as double) between 29221 and 73050
            then
                timestamp '1899-12-30'
                + to_seconds(
                    cast(
                        round(
                            try_cast(replace(cell, ',', '.') as double) * 86400
                        ) as bigint
                    )
                )
    end;

-- Seconds since 1970 in UTC, or thousandths or millionths of them.
create or replace macro read_epoch(cell, zone) as
    case
        when not regexp_full_match(cell, '\d{9,17}(\.\d+)?') then null
        when try_cast(cell as double) < 1e11
            then timezone(zone, to_timestamp(try_cast(cell as double)))
        when try_cast(cell as double) < 1e14
            then timezone(zone, to_timestamp(try_cast(cell as double) / 1e3))
        else timezone(zone, to_timestamp(try_cast(cell as double) / 1e6))
    end;

-- The number before one of these words in 1 day 2h 15m; 0 where there is none.
create or replace macro times_of(folded, names) as
    coalesce(
        try_cast(
            replace(
                regexp_extract(
                    folded,
                    '(\d+(?:[.,]\d+)?) ?' || names || '\.?(?:[^a-z]|t\d|$)',
                    1
                ),
                ',',
                '.'
            ) as double
        ),
        0
    );

create or replace macro seconds_of_clock(clock) as
    try_cast(split_part(clock, ':', 1) as double) * 3600
    + try_cast(split_part(clock, ':', 2) as double) * 60
    + coalesce(try_cast(nullif(split_part(clock, ':', 3), '') as double), 0);

create or replace macro seconds_of_words(folded) as
    times_of(folded, names_of_weeks()) * 604800
    + times_of(folded, names_of_days()) * 86400
    + times_of(folded, names_of_hours()) * 3600
    + times_of(folded, names_of_minutes()) * 60
    + times_of(folded, names_of_seconds()) * 1
    + coalesce(
        seconds_of_clock(
            nullif(regexp_extract(folded, '\d+:\d+(:\d+(\.\d+)?)?'), '')
        ),
        0
    );

create or replace macro names_of_units() as
    '(?:' || names_of_weeks() || '|' || names_of_days() || '|'
    || names_of_hours() || '|' || names_of_minutes() || '|'
    || names_of_seconds() || ')';

-- A duration with a number before each unit: from an hour, 1h05, 1:05 h, or 1.02:03:04, whose
-- first number is days.
create or replace macro folded_duration(cell) as
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    folded_date(cell),
                    '^' || one_names() || ' (' || names_of_units() || ')\b',
                    '1 \1'
                ),
                '^(\d+)[.: ](\d{1,2}:\d{2}:\d{2})',
                '\1 d \2'
            ),
            '(\d ?' || names_of_hours() || ')\.? ?(\d{1,2})$',
            '\1 \2 min'
        ),
        '^(\d+:\d{2}(?::\d{2})?) ?' || names_of_hours() || '\.?$',
        '\1'
    );

create or replace macro seconds_of_folded(folded) as
    case
        when
            regexp_full_match(
                folded,
                'p?t?(?:\d+(?:[.,]\d+)? ?' || names_of_units()
                || '\.?[ ,]*(?:' || and_names() || '\b)? ?t?)+'
                || '(?:\d+:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?'
                || '|\d+:[0-5]\d(?::[0-5]\d)?'
            )
            then seconds_of_words(folded)
    end;

-- A duration in seconds: 2:15:00, 2:15 (hours and minutes), 1 day 03:00:00, 2h 15m, PT2H15M,
-- the same as a moment of 1900 counted from `zero`, or what `plain` has read as a number.
create or replace macro read_duration(cell, plain, seconds, zero) as
    case
        when plain is not null then plain * seconds
        when regexp_full_match(cell, '\d+:[0-5]\d(:[0-5]\d(\.\d+)?)?')
            then seconds_of_clock(cell)
        when
            regexp_matches(cell, '^(1899-12-3|1900-01-|1970-01-)\d+[ T]\d+:\d+')
            then epoch(try_cast(cell as timestamp)) - epoch(zero)
        else
            list_transform(
                [folded_duration(cell)],
                lambda folded: seconds_of_folded(folded)
            )[1]
    end;
