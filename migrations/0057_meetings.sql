-- The scoring meeting (ruling 23): its rules are proposed by one, locked by another and published with their hash; the roll says who votes in
-- which group and who steps back from what; a vote is kept sealed until the chair opens the count; what was counted is never changed.

create table grant_meeting (
  book_id           integer not null references book,
  grant_meeting_id  bigint generated always as identity,
  grant_round_id    bigint not null,
  title             text not null constraint grant_meeting_title check (char_length(title) between 1 and 100),
  place             text not null constraint grant_meeting_place check (char_length(place) between 1 and 100),
  starts_at         timestamptz not null,
  speak_minutes     smallint not null constraint grant_meeting_speak check (speak_minutes between 1 and 60),
  answer_minutes    smallint not null constraint grant_meeting_answer check (answer_minutes between 0 and 60),
  mode              text not null constraint grant_meeting_mode check (mode in ('count', 'share')),
  weighs_groups     boolean not null,
  quorum            smallint not null constraint grant_meeting_quorum check (quorum between 1 and 2000),
  own_community     boolean not null,                           -- nobody votes on projects of the own community
  ties              text[] not null constraint grant_meeting_ties check (
    ties <@ array['first-criterion', 'more-votes', 'smaller-request', 'lots'] and cardinality(ties) between 1 and 4 and ties[cardinality(ties)] = 'lots'),
  rules_text        text,
  rules_hash        bytea,
  noticed_on        date,
  noticed_where     text constraint grant_meeting_noticed_where check (char_length(noticed_where) between 1 and 200),
  noticed_by        bigint references person,
  state             text not null constraint grant_meeting_state check (state in ('waiting', 'agreed', 'dropped')),
  proposed_by       bigint not null references person,
  proposed_at       timestamptz not null,
  decided_by        bigint references person,
  decided_at        timestamptz,
  primary key (book_id, grant_meeting_id),
  foreign key (book_id, grant_round_id) references grant_round,
  constraint grant_meeting_decided check ((state = 'waiting') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint grant_meeting_hash check ((state = 'agreed') = (rules_text is not null) and (rules_text is null) = (rules_hash is null)
    and rules_hash = sha256(convert_to(rules_text, 'UTF8'))),
  constraint grant_meeting_noticed check (num_nonnulls(noticed_on, noticed_where, noticed_by) in (0, 3) and (noticed_on is null or state = 'agreed'))
);
create index grant_meeting_of_round on grant_meeting (book_id, grant_round_id, grant_meeting_id desc);

create table grant_meeting_criterion (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  no                smallint not null constraint grant_meeting_criterion_no check (no between 1 and 8),
  name              text not null constraint grant_meeting_criterion_name check (char_length(name) between 1 and 20),
  weight            smallint not null constraint grant_meeting_criterion_weight check (weight between 1 and 100),
  primary key (book_id, grant_meeting_id, no),
  foreign key (book_id, grant_meeting_id) references grant_meeting
);

create table grant_meeting_group (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  no                smallint not null constraint grant_meeting_group_no check (no between 1 and 12),
  name              text not null constraint grant_meeting_group_name check (char_length(name) between 1 and 30),
  weight            smallint not null constraint grant_meeting_group_weight check (weight between 1 and 100),
  quorum            smallint not null constraint grant_meeting_group_quorum check (quorum between 0 and 2000),
  primary key (book_id, grant_meeting_id, no),
  foreign key (book_id, grant_meeting_id) references grant_meeting
);

create table grant_meeting_item (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  grant_id          bigint not null,
  order_no          smallint not null constraint grant_meeting_item_order check (order_no between 1 and 500),
  state             text not null constraint grant_meeting_item_state check (state in ('listed', 'open', 'closed', 'taken-off')),
  put_by            bigint not null references person,
  put_at            timestamptz not null,
  opened_at         timestamptz,
  closed_at         timestamptz,
  primary key (book_id, grant_meeting_id, grant_id),
  foreign key (book_id, grant_meeting_id) references grant_meeting,
  foreign key (book_id, grant_id) references grant_case,
  constraint grant_meeting_item_times check ((opened_at is not null) = (state in ('open', 'closed')) and (closed_at is not null) = (state = 'closed'))
);
create unique index grant_meeting_item_one on grant_meeting_item (book_id, grant_id) where state <> 'taken-off';

create table grant_meeting_voter (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  person_id         bigint not null references person,
  group_no          smallint not null,
  community         text not null constraint grant_meeting_voter_community check (char_length(community) <= 60),
  ticket            text not null constraint grant_meeting_voter_ticket check (ticket ~ '^[0-9]{8}$'),
  salt              bytea not null constraint grant_meeting_voter_salt check (octet_length(salt) = 16),
  present_at        timestamptz,
  channel           text not null constraint grant_meeting_voter_channel check (channel in ('none', 'phone', 'paper')),
  added_by          bigint not null references person,
  added_at          timestamptz not null,
  primary key (book_id, grant_meeting_id, person_id),
  foreign key (book_id, grant_meeting_id, group_no) references grant_meeting_group,
  constraint grant_meeting_voter_here check (channel = 'none' or present_at is not null)
);
create unique index grant_meeting_voter_ticket_once on grant_meeting_voter (ticket);

create table grant_recusal (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  person_id         bigint not null,
  grant_id          bigint not null,
  reason            text not null constraint grant_recusal_reason check (reason in (
    'lead', 'fin-lead', 'signer', 'filled-by', 'team', 'community', 'family', 'payee', 'employer', 'other')),
  computed          boolean not null,                           -- known to the books, not declared
  state             text not null constraint grant_recusal_state check (state in ('asked', 'stands', 'dismissed')),
  declared_by       bigint references person,
  declared_at       timestamptz not null,
  decided_by        bigint references person,
  decided_at        timestamptz,
  primary key (book_id, grant_meeting_id, person_id, grant_id),
  foreign key (book_id, grant_meeting_id, person_id) references grant_meeting_voter,
  foreign key (book_id, grant_meeting_id, grant_id) references grant_meeting_item,
  constraint grant_recusal_computed check (computed = (reason in ('lead', 'fin-lead', 'signer', 'filled-by', 'team', 'community'))
    and (not computed or state = 'stands' and decided_by is null) and (computed or (state = 'asked') = (decided_by is null))
    and (decided_by is null) = (decided_at is null))
);

-- What a voter says of a project, sealed under a key that stands outside the database: no question asked here tells it.
create table grant_vote (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  grant_id          bigint not null,
  person_id         bigint not null,
  sealed            bytea not null constraint grant_vote_sealed check (octet_length(sealed) between 29 and 64),
  primary key (book_id, grant_meeting_id, grant_id, person_id),
  foreign key (book_id, grant_meeting_id, grant_id) references grant_meeting_item,
  foreign key (book_id, grant_meeting_id, person_id) references grant_meeting_voter
);

-- A numbered ballot is not tied to whom it was handed: only to the group, and to what its voter steps back from.
create table grant_ballot (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  serial            integer not null constraint grant_ballot_serial check (serial between 1 and 99999),
  group_no          smallint not null,
  recused           bigint[] not null,
  state             text not null constraint grant_ballot_state check (state in ('out', 'exchanged')),
  primary key (book_id, grant_meeting_id, serial),
  foreign key (book_id, grant_meeting_id, group_no) references grant_meeting_group
);

create table grant_ballot_keying (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  version           smallint not null constraint grant_ballot_keying_version check (version between 1 and 20),
  serial            integer not null,
  pass              smallint not null constraint grant_ballot_keying_pass check (pass between 1 and 20),
  no                smallint not null constraint grant_ballot_keying_no check (no in (1, 2)),
  keyed_by          bigint not null references person,
  keyed_at          timestamptz not null,
  agrees            boolean,
  sealed            bytea not null constraint grant_ballot_keying_sealed check (octet_length(sealed) between 29 and 8192),
  primary key (book_id, grant_meeting_id, version, serial, pass, no),
  foreign key (book_id, grant_meeting_id, serial) references grant_ballot,
  constraint grant_ballot_two_clerks unique (book_id, grant_meeting_id, version, serial, pass, keyed_by),
  constraint grant_ballot_keying_agrees check ((agrees is null) = (no = 1))
);

create table grant_tally (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  version           smallint not null constraint grant_tally_version check (version between 1 and 20),
  state             text not null constraint grant_tally_state check (state in ('keying', 'opened', 'signed')),
  reason            text not null constraint grant_tally_reason check (char_length(reason) <= 300 and (version = 1 or reason <> '')),
  begun_by          bigint not null references person,
  begun_at          timestamptz not null,
  opened_by         bigint references person,
  opened_at         timestamptz,
  signed_at         timestamptz,
  present           integer not null,
  papers            integer not null,
  valid_papers      integer not null,
  spoiled_papers    integer not null,
  absent_papers     integer not null,
  primary key (book_id, grant_meeting_id, version),
  foreign key (book_id, grant_meeting_id) references grant_meeting,
  constraint grant_tally_opened check ((state = 'keying') = (opened_at is null) and (opened_at is null) = (opened_by is null)
    and (state = 'signed') = (signed_at is not null)),
  constraint grant_tally_papers check (papers >= 0 and least(valid_papers, spoiled_papers, absent_papers, present) >= 0
    and (state = 'keying' or papers = valid_papers + spoiled_papers + absent_papers))
);

-- Who could have voted on a project, and how many ballots ticked which criteria (bit 0 is criterion 1): all that a recount needs, and nobody's name.
create table grant_tally_group (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  version           smallint not null,
  grant_id          bigint not null,
  group_no          smallint not null,
  entitled          integer not null constraint grant_tally_group_entitled check (entitled >= 0),
  primary key (book_id, grant_meeting_id, version, grant_id, group_no),
  foreign key (book_id, grant_meeting_id, version) references grant_tally,
  foreign key (book_id, grant_meeting_id, grant_id) references grant_meeting_item
);
create table grant_tally_pattern (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  version           smallint not null,
  grant_id          bigint not null,
  group_no          smallint not null,
  ticks             smallint not null constraint grant_tally_pattern_ticks check (ticks between 0 and 255),
  ballots           integer not null constraint grant_tally_pattern_ballots check (ballots > 0),
  primary key (book_id, grant_meeting_id, version, grant_id, group_no, ticks),
  foreign key (book_id, grant_meeting_id, version, grant_id, group_no) references grant_tally_group
);

create table grant_tally_lot (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  version           smallint not null,
  grant_id          bigint not null,
  lot_no            smallint not null constraint grant_tally_lot_no check (lot_no between 1 and 500),
  drawn_by          bigint not null references person,
  drawn_at          timestamptz not null,
  primary key (book_id, grant_meeting_id, version, grant_id),
  foreign key (book_id, grant_meeting_id, version) references grant_tally,
  constraint grant_tally_lot_once unique (book_id, grant_meeting_id, version, lot_no)
);

create table grant_tally_signature (
  book_id           integer not null,
  grant_meeting_id  bigint not null,
  version           smallint not null,
  mover             text not null constraint grant_tally_signature_mover check (mover in ('chair', 'clerk', 'second-clerk')),
  person_id         bigint not null references person,
  at                timestamptz not null,
  primary key (book_id, grant_meeting_id, version, mover),
  foreign key (book_id, grant_meeting_id, version) references grant_tally,
  constraint grant_tally_signed_by_three unique (book_id, grant_meeting_id, version, person_id)
);

-- The rank that a signed count gave to a case; of several the newest version counts.
create table grant_rank (
  book_id           integer not null,
  grant_id          bigint not null,
  tally_version     smallint not null,
  grant_meeting_id  bigint not null,
  rank              smallint not null constraint grant_rank_rank check (rank between 1 and 500),
  score_text        text not null constraint grant_rank_score check (char_length(score_text) between 1 and 40),
  counted_at        timestamptz not null,
  primary key (book_id, grant_id, tally_version),
  foreign key (book_id, grant_id) references grant_case,
  foreign key (book_id, grant_meeting_id, tally_version) references grant_tally
);
create index grant_rank_of_meeting on grant_rank (book_id, grant_meeting_id, tally_version, rank);
