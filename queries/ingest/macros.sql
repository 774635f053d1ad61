-- noqa: disable=LT02
-- (the linter knows no indentation for macros)
-- How cells are read; made in a database in memory, which only those who read files look into.
-- A cell as text: trimmed, no-break spaces too; null when it is empty.
-- Trimming is slow, and a cell between two printable ASCII signs needs none; to look for the last
-- sign from behind is the fastest.
create or replace macro read_text(cell) as
    case
        when
            cell >= '!' and cell < chr(127)
            and reverse(cell) >= '!' and reverse(cell) < chr(127)
            then cell
        else nullif(trim(cell, e' \t\r\n' || chr(160) || chr(8239)), '')
    end;

-- A word as it is compared: without case, accents and punctuation of any kind, as
-- `folded` of definitions/statuses.py writes what it is compared with.
create or replace macro read_word(cell) as
    case
        -- Nearly all are plain: a tenth of the work.
        when regexp_full_match(cell, '[A-Za-z0-9]+( [A-Za-z0-9]+)*')
            then lower(cell)
        else
            nullif(
                trim(
                    regexp_replace(
                        replace(lower(strip_accents(cell)), 'ł', 'l'),
                        '[^\pL\pN]+',
                        ' ',
                        'g'
                    )
                ),
                ''
            )
    end;

-- What is left of a number once currency and per-cent signs are gone.
create or replace macro bare_number(cell) as
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
create or replace macro read_point_number(cell) as
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
create or replace macro read_comma_number(cell) as
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
create or replace macro without_brackets(cell) as
    case
        when regexp_full_match(cell, '[^()\d]*\([^()]*\)[^()\d]*')
            then
                '-'
                || trim(replace(replace(bare_number(cell), '(', ''), ')', ''))
        else cell
    end;

-- A rank or count that is only told from below, from above or between.
create or replace macro is_range(cell) as
    regexp_full_match(
        cell, '([<>=≤≥~≈]=?\s*[\d.,]+|[\d.,]+\s*(\+|[-–—]\s*[\d.,]+))'
    );

-- A whole number stays what it is: 5.7 is not 6.
create or replace macro read_whole(number) as
    case
        when number = trunc(number) and abs(number) < 9e15
            then cast(number as bigint)
    end;

-- A whole number as computers write it.
create or replace macro read_plain_whole(cell) as
    case
        when
            strlen(cell) < 16
            and cast(try_cast(cell as bigint) as varchar) = cell
            then try_cast(cell as bigint)
    end;

create or replace macro read_yes_no(cell) as
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
create or replace macro read_id(cell) as
    nullif(
        trim(
            regexp_replace(lower(strip_accents(cell)), '[^a-z0-9]+', '_', 'g'),
            '_'
        ),
        ''
    );

create or replace macro scale_low(scale) as
    try_cast(regexp_extract(scale, '^(\d+)-', 1) as integer);

create or replace macro scale_high(scale) as
    try_cast(regexp_extract(scale, '^\d+-(\d+)', 1) as integer);

-- The best end is the high one unless `:best` names the other.
create or replace macro scale_best(scale) as
    case
        when contains(scale, ':')
            then try_cast(regexp_extract(scale, ':(\d+)$', 1) as integer)
        else scale_high(scale)
    end;

-- A scale as low-high; 5-1 is the scale 1-5 whose best end is 1.
create or replace macro plain_scale(cell) as
    regexp_replace(trim(cell), '\s*(-|–|to|à|\.\.)\s*', '-');

create or replace macro read_scale(cell) as
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
create or replace macro keyed_hash(cell, inner_key, outer_key) as
    left(
        sha256(
            cast(outer_key as blob)
            || unhex(
                sha256(cast(inner_key as blob) || encode(lower(trim(cell))))
            )
        ),
        32
    );

-- A cell as it may be kept of a row that was set aside: what is long, an address, a phone number
-- or a bank account may have slipped there from another column.
create or replace macro stored_cell(cell) as
    case
        when length(cell) > 80 or contains(cell, '@') then '…'
        when regexp_matches(cell, '(\+|\b00)\d[\d ().\-/]{7,}\d') then '…'
        when regexp_matches(cell, '\b0\d([ .-]\d\d){4}\b') then '…'
        when regexp_matches(cell, '\b[A-Z]{2}\d{2}( ?[A-Z0-9]{4}){3,}') then '…'
        else cell
    end;

-- Java writes the zone in brackets, behind an offset or in its place.
create or replace macro read_bracketed(cell, zone) as
    case
        when cell[-1] = ']'
            then
                timezone(
                    zone,
                    try_cast(
                        regexp_replace(
                            regexp_replace(
                                cell, '([Zz]|[+-]\d\d:?\d\d)\[.*$', '\1'
                            ),
                            '\[(.*)\]$',
                            ' \1'
                        ) as timestamptz
                    )
                )
    end;
