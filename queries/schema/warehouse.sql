-- What the warehouse knows beside the rows themselves. There are no keys: not
-- all places have them, and nothing is looked up by one.
create table if not exists meta (
    only_row boolean not null,
    data_version bigint not null,
    rollup_version varchar not null
);

insert into meta (only_row, data_version, rollup_version)
select
    true as only_row,
    0 as data_version,
    '' as rollup_version
where not exists (select 1 from meta);

-- A hash of the tables, columns and bits that there are.
alter table meta add column if not exists made_of varchar;

create table if not exists uploads (
    upload_id varchar not null,
    position bigint not null,
    uploaded_at timestamp not null,
    uploaded_by varchar not null,
    file varchar not null,
    kind varchar not null,
    source varchar not null,
    status varchar not null,
    superseded_by varchar,
    content_hash varchar not null,
    words_hash varchar not null,
    header_hash varchar not null,
    words varchar not null,
    outcome varchar not null,
    rows_read bigint not null,
    rows_accepted bigint not null,
    rows_rejected bigint not null,
    first_at timestamp,
    last_at timestamp,
    observed_until timestamp
);

-- A fingerprint of the headers; older data folders have none, and forget.
alter table uploads add column if not exists headers varchar;

-- Which bit of `mapped` stands for which column. A column keeps its bit for as
-- long as there is a warehouse, wherever it stands in its module.
create table if not exists column_bits (
    kind varchar not null,
    name varchar not null,
    bit utinyint not null
);

create table if not exists rejects (
    upload_id varchar not null,
    record bigint not null,
    reasons varchar not null,
    cells varchar not null
);

-- Which spellings of a dimension's values are another entity: what the register
-- of names comes to. The views of the schema `named` read it.
create table if not exists spellings (
    dimension varchar not null,
    value varchar not null,
    entity varchar not null
);

-- Which tables of sums there are in the schema `rollup`, with their columns.
create table if not exists summed (
    name varchar not null,
    columns varchar[] not null
);

create schema if not exists named;

create schema if not exists rollup;

create or replace view observation as
select
    source,
    kind,
    max(observed_until) as observed_until
from uploads
where status = 'published'
group by source, kind;
