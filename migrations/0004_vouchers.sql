-- Vouchers before and after review, and what they hold meanwhile: money of funds, and parts of gift lots. The app may
-- only write a new voucher; proving, dropping and posting it are functions of the next migrations.

-- Words of an entry stand beside a salt, and the log covers only their digest, so a text can be blanked one day
-- (erasure of personal data) and the log still proves everything else.
create table narrative (
  book_id       integer not null references book,
  narrative_id  bigint generated always as identity,
  salt          bytea not null check (length(salt) = 16),
  text          text constraint narrative_text check (char_length(text) between 1 and 200),
  digest        bytea not null check (length(digest) = 32),
  primary key (book_id, narrative_id),
  constraint narrative_digest check (text is null or digest = sha256(salt || convert_to(text, 'UTF8')))
);

create table voucher (
  book_id            integer not null references book,
  voucher_id         bigint generated always as identity,
  kind               text not null constraint voucher_kind check (kind in ('ordinary', 'opening', 'close', 'reversal', 'correction')),
  occurred_on        date not null,
  period             integer not null,
  narrative_id       bigint not null,
  line_count         smallint not null constraint voucher_line_count check (line_count between 2 and 500),
  total              bigint not null,
  document_hashes    bytea[] not null default '{}',
  bank_line_id       bigint,
  corrects_entry_no  bigint,
  maker_id           bigint not null references person,
  prepared_at        timestamptz not null,
  then_move          jsonb,
  otherwise_move     jsonb,
  proved             boolean not null default false,
  state              text not null default 'prepared'
                       constraint voucher_state check (state in ('prepared', 'posted', 'rejected', 'withdrawn')),
  decided_by         bigint references person,
  decided_at         timestamptz,
  reason             text not null default '',
  entry_no           bigint,
  primary key (book_id, voucher_id),
  foreign key (book_id, period) references period,
  foreign key (book_id, narrative_id) references narrative,
  foreign key (book_id, bank_line_id) references bank_line,
  constraint voucher_posted check ((state = 'posted') = (entry_no is not null)),
  constraint voucher_reason check (state <> 'rejected' or reason <> ''),
  constraint voucher_own_review check (state not in ('posted', 'rejected') or decided_by is distinct from maker_id),
  constraint voucher_own_withdrawal check (state <> 'withdrawn' or (decided_by is not null and decided_by = maker_id)),
  constraint voucher_decided check (state not in ('rejected', 'withdrawn') or (decided_by is not null and decided_at is not null))
);
create index on voucher (book_id, state, prepared_at);
create unique index voucher_one_per_bank_line on voucher (book_id, bank_line_id)
  where bank_line_id is not null and state in ('prepared', 'posted');
create unique index voucher_one_opening on voucher (book_id) where kind = 'opening' and state in ('prepared', 'posted');

create table voucher_line (
  book_id          integer not null,
  voucher_id       bigint not null,
  line_no          smallint not null,
  account_id       integer not null,
  fund_id          integer not null,
  commodity        text not null collate "C",
  side             text not null constraint line_side check (side in ('D', 'C')),
  units            bigint not null constraint line_units check (units <> 0),
  restriction      text not null constraint line_restriction check (restriction in ('', 'U', 'R')),
  cash_flow        text not null,
  movement         text not null constraint line_movement check (movement in ('ordinary', 'close', 'release', 're-restrict',
                     'transfer', 'prior-year', 'opening', 'conversion', 'registered-capital')),
  project_class    text not null,
  project_id       bigint,
  counterparty_id  bigint references person,
  enterprise_id    bigint,
  document_id      bigint,
  clause           text not null default '', -- narrows a restricted inflow beyond its fund; its lot keeps it
  narrative_id     bigint not null,
  primary key (book_id, voucher_id, line_no),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, account_id) references account,
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, narrative_id) references narrative
);

-- Money of a fund that a waiting voucher (or, later, an award) has spoken for.
create table hold (
  book_id      integer not null,
  hold_id      bigint generated always as identity,
  fund_id      integer not null,
  units        bigint not null constraint hold_units check (units > 0),
  voucher_id   bigint,
  placed_at    timestamptz not null,
  released_at  timestamptz,
  primary key (book_id, hold_id),
  foreign key (book_id, fund_id) references fund,
  foreign key (book_id, voucher_id) references voucher
);
create index hold_open on hold (book_id, fund_id) where released_at is null;
create index on hold (book_id, voucher_id);

-- One lot per restricted inflow, from the first gift on.
create table gift_lot (
  book_id        integer not null,
  lot_id         bigint generated always as identity,
  fund_id        integer not null,
  received_on    date not null,
  units          bigint not null constraint gift_lot_units check (units > 0),
  reserved       bigint not null default 0,
  used           bigint not null default 0,
  clause         text not null default '',
  counterparty_id bigint references person,
  entry_no       bigint not null,
  line_no        smallint not null,
  primary key (book_id, lot_id),
  foreign key (book_id, fund_id) references fund,
  constraint gift_lot_source unique (book_id, entry_no, line_no),
  constraint gift_lot_balance check (reserved >= 0 and used >= 0 and used + reserved <= units)
);
create index gift_lot_open on gift_lot (book_id, fund_id, received_on, lot_id) where used < units;

-- What one voucher takes from a lot (positive) or gives back to it (negative).
create table lot_move (
  book_id     integer not null,
  voucher_id  bigint not null,
  lot_id      bigint not null,
  units       bigint not null constraint lot_move_units check (units <> 0),
  state       text not null constraint lot_move_state check (state in ('reserved', 'used', 'released')),
  primary key (book_id, voucher_id, lot_id),
  foreign key (book_id, voucher_id) references voucher,
  foreign key (book_id, lot_id) references gift_lot
);
create index on lot_move (book_id, lot_id);

grant select on narrative, voucher, voucher_line, hold, gift_lot, lot_move to :"app";
grant insert on narrative, voucher_line to :"app";
grant insert (book_id, kind, occurred_on, period, narrative_id, line_count, total, document_hashes, bank_line_id,
              corrects_entry_no, maker_id, prepared_at, then_move, otherwise_move) on voucher to :"app";
