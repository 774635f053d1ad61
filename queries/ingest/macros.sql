-- noqa: disable=LT02
-- (the linter knows no indentation for macros)
-- How cells are read; temporary, so only the connection that reads a file has them.
-- A cell as text: trimmed, no-break spaces too; null when it is empty.
-- Trimming is slow, and a cell between two printable ASCII signs needs none.
create or replace temp macro read_text(cell) as
    case
        when cell[1] between '!' and '~' and cell[-1] between '!' and '~'
            then cell
        else nullif(trim(cell, e' \t\r\n' || chr(160) || chr(8239)), '')
    end;

-- Codes that mean "nothing here" in a column of dates or numbers.
create or replace temp macro is_nothing(cell) as
    lower(cell) in (
        '?', '-', '--', 'na', 'n/a', '#n/a', 'null', 'none', 'nan', 'nat'
    );

-- What is left of a number once spaces, currency and per-cent signs are gone.
create or replace temp macro bare_number(cell) as
    regexp_replace(cell, '[\s\x{00a0}\x{202f}€$£%]', '', 'g');

-- A plain number is read as it stands, others by their digits; never inf or NaN.
create or replace temp macro read_point_number(cell) as
    case
        when isfinite(try_cast(cell as double)) then try_cast(cell as double)
        when
            regexp_full_match(
                bare_number(cell),
                '[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?'
            )
            then try_cast(replace(bare_number(cell), ',', '') as double)
    end;

-- Points only between thousands: in a column of decimal commas 5.7 is not 57.
create or replace temp macro read_comma_number(cell) as
    case
        when
            regexp_full_match(
                bare_number(cell),
                '[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d*)?'
            )
            then read_point_number(
                replace(replace(bare_number(cell), '.', ''), ',', '.')
            )
    end;

-- A whole number stays what it is: 5.7 is not 6.
create or replace temp macro read_whole(number) as
    case
        when number = trunc(number) and abs(number) < 9e15
            then cast(number as bigint)
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

-- ISO 8601; a time with an offset becomes local time of `zone`.
create or replace temp macro read_iso(cell, zone) as
    case
        -- The commonest form first: seconds and no offset.
        when
            length(cell) = 19
            and cell[17] = ':'
            and cell[19] between '0' and '9'
            then try_cast(cell as timestamp)
        when
            contains(cell, '+')
            or ends_with(upper(cell), 'Z')
            or (
                length(cell) > 16
                and (substr(cell, -6, 1) = '-' or substr(cell, -5, 1) = '-')
            )
            then timezone(zone, try_cast(cell as timestamptz))
        when length(cell) = 7 then try_strptime(cell, '%Y-%m')
        when length(cell) >= 8 then try_cast(cell as timestamp)
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
