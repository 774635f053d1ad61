-- noqa: disable=LT02
-- (the linter knows no indentation for macros)
-- How places in a ranking, and its years, are read; after the macros of all other cells.
-- A place in a ranking. Shared ones are written =94, 5= or T-5; of a band such as 101-150, 501+
-- or `top 10` only its ends are known, and `last` is null where it is open.
create or replace macro folded_place(cell) as
    regexp_replace(lower(strip_accents(cell)), '[‐‑‒–—−]', '-', 'g');

create or replace macro place_number() as
    '(\d{1,3}(?:[ .,''’\x{00a0}\x{202f}]\d{3})+|\d+)(?:[.,]0+)?';

create or replace macro place_words() as
    '(?:ranks?|ranked|rangs?|places?|platz|platze'
    || '|pos(?:ition(?:s|en)?)?\.?'
    || '|posizion[ei]|post[oi]|posicion(?:es)?|posic(?:ao|oes)|puestos?'
    || '|lugar(?:es)?|colocac(?:ao|oes)|plaats(?:en)?|plek(?:ken)?|posities?)';

create or replace macro before_place() as
    '^\s*(?:(?:=|#|n[o°º.]*|nr\.?|t\.?-?|joint|tied?|equal|ex[ -]?(?:ae|æ)quo'
    || '|top-?ranked|' || place_words() || '):?\s*)*';

create or replace macro after_place() as
    '(?:\s*(?:=|st|nd|rd|th|ere?|re|e|i?eme|nde?|s?te|de'
    || '|[°º.ª*†]|o|a|t|\([t=]\)'
    || '|\(?(?:tied?|joint|equal|ex\.?(?:[ -]?(?:ae|æ)quo)?)\)?'
    || '|' || place_words() || '))*';

create or replace macro plain_place() as
    before_place() || place_number() || after_place()
    || '(?:\s*(?:/|of|out of|sur|von|de|di|su|van)\s*\d[\d .,]*)?\s*$';

create or replace macro place_between() as
    before_place()
    || '(?:(?:between|entre|zwischen|from|de|du|von|vom|tra|fra|tussen|van'
    || '|da|dal|del|desde|do)\s(?:(?:le|la|el|os|dem)\s)?\s*'
    || '(?:' || place_words() || '\s)?)?\s*' || place_number() || after_place()
    || '\s*(?:-|to|a|au|al|ao|bis|and|et|und|y|e|en|tot|t/m|t\.?e?\.?m\.?'
    || '|\.\.+|…|through|thru|up to|jusqu.a|hasta|ate|fino al?|bis zum?'
    || '|tot en met)'
    || '(?:\s(?:le|la|el|o|il|de))?\s*(?:' || place_words() || '\s)?=?#?'
    || place_number() || after_place() || '\s*$';

-- The words before a place that itself belongs to the band.
create or replace macro place_on() as
    '>=|≥|=>|(?:ab|from|starting (?:at|from)|a partir d(?:u|o|el?)'
    || '|depuis|a partire dal?|dal?|desde|vanaf)'
    || '(?:\s(?:dem|der|le|la|el|o|il|de))?\s';

create or replace macro place_beyond() as
    before_place()
    || '(' || place_on() || '|>|over|above|beyond|outside|below|after|more than'
    || '|plus de|au-dela de|apres|hors|mehr als|uber|nach|mas de|mais de'
    || '|oltre|piu di|meer dan)\s*(?:(?:top|' || place_words() || ')\s*)?'
    || place_number() || after_place()
    || '(?:\s(?:on|onwards?|in poi|en adelante|em diante|aufwarts))?\s*$';

create or replace macro place_from() as
    before_place() || place_number() || after_place()
    || '\s*(?:\+|-|onwards?|ff\.?|in poi|en adelante|em diante'
    || '|(?:and|or|et|ou|und|oder|y|o|e|of|en)\s'
    || '(?:above|below|beyond|more|over|lower|up|onwards?|plus|au-dela|suivants'
    || '|mehr|tiefer|schlechter|folgende|mas|siguientes|mais|seguintes'
    || '|oltre|successivi|meer|lager|verder)\.?)\s*$';

create or replace macro place_within() as
    '^\s*(<=?|≤|=<|top|up to|within|under|less than|fewer than|moins de|jusqu.a'
    || '|bis(?: zu)?|unter|weniger als|hasta|menos de|ate|fino a|meno di'
    || '|tot)[\s-]*'
    || place_number() || '\s*$';

create or replace macro number_of_place(digits) as
    try_cast(regexp_replace(digits, '[^0-9]', '', 'g') as bigint);

-- First and last place, both the same where it is no band; null is no place at all.
create or replace macro span_of_place(folded) as
    case
        when regexp_matches(folded, plain_place())
            then
                [
                    number_of_place(regexp_extract(folded, plain_place(), 1)),
                    number_of_place(regexp_extract(folded, plain_place(), 1))
                ]
        when regexp_matches(folded, place_between())
            then
                [
                    number_of_place(regexp_extract(folded, place_between(), 1)),
                    number_of_place(regexp_extract(folded, place_between(), 2))
                ]
        when regexp_matches(folded, place_beyond())
            then
                [
                    number_of_place(regexp_extract(folded, place_beyond(), 2))
                    + case
                        when
                            regexp_full_match(
                                regexp_extract(folded, place_beyond(), 1),
                                place_on()
                            )
                            then 0
                        else 1
                    end,
                    null
                ]
        when regexp_matches(folded, place_from())
            then
                [
                    number_of_place(regexp_extract(folded, place_from(), 1)),
                    null
                ]
        when regexp_matches(folded, place_within())
            then
                [
                    1,
                    number_of_place(regexp_extract(folded, place_within(), 2))
                    - case
                        when
                            regexp_matches(
                                regexp_extract(folded, place_within(), 1),
                                '^(<|under|less|fewer|moins|unter|weniger'
                                || '|menos|meno)'
                            )
                            and not contains(folded, '<=')
                            then 1
                        else 0
                    end
                ]
    end;

create or replace macro first_place(span) as
    case when span[2] is null or span[1] <= span[2] then span[1] end;

create or replace macro last_place(span) as
    case when span[1] < span[2] then span[2] end;

-- (The list of one is made once: a macro writes an argument out wherever it is used.)
create or replace macro spans_in(cell) as
    list_transform(
        [folded_place(cell)], lambda folded: span_of_place(folded)
    );

create or replace macro read_place(cell) as
    list_transform(spans_in(cell), lambda span: first_place(span))[1];

create or replace macro read_last_place(cell) as
    list_transform(spans_in(cell), lambda span: last_place(span))[1];

create or replace macro read_band(cell) as
    case
        when
            list_transform(
                spans_in(cell),
                lambda span: first_place(span) is not null
                and span[2] is distinct from span[1]
            )[1]
            then cell
    end;

create or replace macro century(digits) as
    case
        when length(digits) = 4 then try_cast(digits as bigint)
        when try_cast(digits as bigint) < 80
            then 2000 + try_cast(digits as bigint)
        else 1900 + try_cast(digits as bigint)
    end;

create or replace macro is_year(cell) as
    regexp_full_match(
        trim(folded_place(cell)),
        '(fy|ay|gj|ex\.?|exercice|year|annee|jahr)?\s*''?(19|20)\d\d(\.0+)?'
        || '|(fy|ay)\s*''?\d\d'
        || '|(fy|ay|exercice)?\s*(19|20)\d\d\s*/\s*(\d\d|(19|20)\d\d)'
    );

create or replace macro years_in(folded) as
    list_distinct(
        list_filter(
            regexp_extract_all(folded, '[0-9]+'),
            lambda digits: regexp_full_match(digits, '(19|20)[0-9]{2}')
        )
    );

create or replace macro season_pattern() as
    '^[^0-9]*((?:19|20)\d{2})\s*([/-])\s*((?:19|20)\d{2}|\d{2})[^0-9]*$';

-- Two years that follow each other; 2011-12 can be a month, where its column does not say.
create or replace macro is_season(folded, seasons) as
    regexp_matches(folded, season_pattern())
    and (
        try_cast(regexp_extract(folded, season_pattern(), 1) as bigint) + 1
    ) % 100
    = try_cast(right(regexp_extract(folded, season_pattern(), 3), 2) as bigint)
    and (
        seasons
        or regexp_extract(folded, season_pattern(), 2) = '/'
        or length(regexp_extract(folded, season_pattern(), 3)) = 4
        or try_cast(regexp_extract(folded, season_pattern(), 3) as bigint) > 12
    );

create or replace macro year_of(folded, seasons) as
    case
        when regexp_full_match(folded, '\d{4}(\.0+)?')
            then cast(left(folded, 4) as bigint)
        when regexp_full_match(folded, '(19|20)\d{4}(\d{2})?')
            then cast(left(folded, 4) as bigint)
        when regexp_full_match(folded, '\d{5}(\.\d+)?')
            then year(read_excel(folded))
        when is_season(folded, seasons)
            then
                try_cast(
                    regexp_extract(folded, season_pattern(), 1) as bigint
                ) + 1
        when regexp_full_match(folded, '(fy|ay)\s*''?(\d{4}|\d{2})')
            then century(regexp_extract(folded, '(\d{4}|\d{2})$', 1))
        when
            regexp_full_match(
                folded,
                '\d{1,2}[-/. ](\d{1,2}|[a-z]+\.?)[-/. ]\d{2}(\s+\d{1,2}:.*)?'
            )
            then
                century(
                    regexp_extract(
                        folded,
                        '^\d{1,2}[-/. ](?:\d{1,2}|[a-z]+\.?)[-/. ](\d{2})',
                        1
                    )
                )
        when regexp_full_match(folded, '[a-z]{3,}\.?[-/ ]''?\d{2}')
            then century(right(folded, 2))
        when len(years_in(folded)) = 1
            then cast(years_in(folded)[1] as bigint)
    end;

-- The year that a date lies in, or a season or financial year ends in.
create or replace macro read_year(cell) as
    year_of(folded_place(cell), false);

create or replace macro read_season(cell) as
    year_of(folded_place(cell), true);
