-- 封签: what the log of a book was at one moment, signed by the installation, so that it can be compared for ever: how many entries, the
-- root over their leaves (RFC 6962), and the few hashes from which the log is taken up again without reading it from its beginning.

-- Public keys that signed. A key that was restored or changed later leaves the old ones here, and what they signed can still be verified.
create table checkpoint_key (
  fingerprint  bytea primary key,
  public_key   bytea not null,
  first_used   timestamptz not null constraint checkpoint_key_instant check (isfinite(first_used)),
  constraint checkpoint_key_fingerprint check (fingerprint = sha256(public_key))
);
create trigger checkpoint_key_lasting before update or delete or truncate on checkpoint_key
  for each statement execute function books_are_append_only();

create table checkpoint (
  book_id          integer not null references book,
  size             bigint not null constraint checkpoint_size check (size >= 0),
  root             bytea not null constraint checkpoint_root check (length(root) = 32),
  peaks            bytea[] not null,
  made_at          timestamptz not null,
  signature        bytea not null constraint checkpoint_signature check (length(signature) = 64),
  key_fingerprint  bytea not null references checkpoint_key,
  primary key (book_id, size)
);
create trigger checkpoint_lasting before update or delete or truncate on checkpoint
  for each statement execute function books_are_append_only();

-- Which seal a month was closed with; the same seal may be that of a package too.
create table closing_checkpoint (
  book_id  integer not null,
  period   integer not null,
  size     bigint not null,
  primary key (book_id, period),
  foreign key (book_id, period) references period,
  foreign key (book_id, size) references checkpoint
);
create trigger closing_checkpoint_lasting before update or delete or truncate on closing_checkpoint
  for each statement execute function books_are_append_only();

-- The root that the peaks of a log make; null if there are not as many as the size has bits, or one is no hash.
create function root_of_peaks(p_size bigint, p_peaks bytea[]) returns bytea language plpgsql immutable as $$
declare v_root bytea; v_peak bytea;
begin
  if cardinality(p_peaks) <> bit_count(p_size::bit(64)) then
    return null;
  end if;
  foreach v_peak in array p_peaks loop
    if v_peak is null or length(v_peak) <> 32 then
      return null;
    end if;
  end loop;
  if p_size = 0 then
    return sha256(''::bytea);
  end if;
  v_root := p_peaks[cardinality(p_peaks)];
  for i in reverse cardinality(p_peaks) - 1 .. 1 loop
    v_root := sha256('\x01'::bytea || p_peaks[i] || v_root);
  end loop;
  return v_root;
end $$;

-- Under the book's lock, so that the log is no longer than what is looked at and no other seal comes between.
create function prove_checkpoint() returns trigger language plpgsql as $$
declare v_size bigint; v_last record;
begin
  perform 1 from book where book_id = new.book_id for no key update;
  select coalesce(max(entry_no), 0) into v_size from journal_entry where book_id = new.book_id;
  if new.size > v_size then
    perform refuse('checkpoint_beyond', jsonb_build_object('number', new.size, 'count', v_size));
  end if;
  select size, made_at into v_last from checkpoint where book_id = new.book_id order by size desc limit 1;
  if new.size <= v_last.size then
    perform refuse('checkpoint_not_growing', jsonb_build_object('number', new.size, 'count', v_last.size));
  end if;
  if not isfinite(new.made_at) or new.made_at < v_last.made_at
     or new.made_at < (select posted_at from journal_entry where book_id = new.book_id and entry_no = new.size) then
    perform refuse('checkpoint_time', jsonb_build_object('number', new.size));
  end if;
  if new.root is distinct from root_of_peaks(new.size, new.peaks) then
    perform refuse('checkpoint_peaks', jsonb_build_object('number', new.size));
  end if;
  return new;
end $$;
create trigger checkpoint_proved before insert on checkpoint for each row execute function prove_checkpoint();

-- A month's seal has every entry of the month in it, and the month takes no more.
create function prove_closing_checkpoint() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from period where book_id = new.book_id and period = new.period and closed_at is not null)
     or exists (select 1 from journal_entry where book_id = new.book_id and period = new.period and entry_no > new.size) then
    perform refuse('closing_checkpoint_open', jsonb_build_object('period', new.period));
  end if;
  return new;
end $$;
create trigger closing_checkpoint_proved before insert on closing_checkpoint for each row execute function prove_closing_checkpoint();

-- Locks the book as a review does, so that no entry comes while the log is sealed; says how long it is and what time it has reached.
create function lock_log(p_book integer) returns table (size bigint, reached timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from book b where b.book_id = p_book for no key update;
  return query
    select coalesce(j.entry_no, 0), greatest(b.created_at, j.posted_at, c.made_at)
      from book b
      left join lateral (select e.entry_no, e.posted_at from journal_entry e where e.book_id = b.book_id order by e.entry_no desc limit 1) j on true
      left join lateral (select k.made_at from checkpoint k where k.book_id = b.book_id order by k.size desc limit 1) c on true
     where b.book_id = p_book;
end $$;

-- The app's only way to keep a seal.
create function keep_checkpoint(p_book integer, p_size bigint, p_root bytea, p_peaks bytea[], p_at timestamptz, p_signature bytea, p_key bytea)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into checkpoint_key (fingerprint, public_key, first_used) values (sha256(p_key), p_key, p_at) on conflict do nothing;
  insert into checkpoint (book_id, size, root, peaks, made_at, signature, key_fingerprint)
    values (p_book, p_size, p_root, p_peaks, p_at, p_signature, sha256(p_key));
end $$;

-- The app's only way to say that a month was closed with it.
create function seal_close(p_book integer, p_period integer, p_size bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into closing_checkpoint (book_id, period, size) values (p_book, p_period, p_size);
end $$;

grant select on checkpoint_key, checkpoint, closing_checkpoint to :"app";
grant execute on function lock_log, keep_checkpoint, seal_close to :"app";
