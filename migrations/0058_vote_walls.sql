-- Walls of the vote: rules do not change once proposed, one voter has one channel and one ballot for each project, nobody votes who must step
-- back, or after the close; paper is keyed by two; a count is added to and never changed.

create trigger grant_meeting_by_two before insert or update on grant_meeting for each row execute function decided_by_another();
create function meeting_rules_stay() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare m grant_meeting;
begin
  if tg_table_name = 'grant_meeting' then
    if tg_op = 'DELETE' or (to_jsonb(new) - array['state', 'decided_by', 'decided_at', 'rules_text', 'rules_hash', 'noticed_on', 'noticed_where', 'noticed_by'])
        is distinct from (to_jsonb(old) - array['state', 'decided_by', 'decided_at', 'rules_text', 'rules_hash', 'noticed_on', 'noticed_where', 'noticed_by'])
       or old.rules_text is not null and (new.rules_text, new.rules_hash) is distinct from (old.rules_text, old.rules_hash)
       or old.noticed_on is not null and (new.noticed_on, new.noticed_where, new.noticed_by) is distinct from (old.noticed_on, old.noticed_where, old.noticed_by) then
      perform refuse('meeting_rules_fixed', jsonb_build_object('title', old.title));
    end if;
    if new.state = 'agreed' and old.state = 'waiting' and (
         (select coalesce(sum(c.weight), 0) from grant_meeting_criterion c where c.book_id = new.book_id and c.grant_meeting_id = new.grant_meeting_id) <> 100
         or not exists (select 1 from grant_meeting_group g where g.book_id = new.book_id and g.grant_meeting_id = new.grant_meeting_id)) then
      perform refuse('meeting_weights', jsonb_build_object('title', new.title));
    end if;
    return new;
  end if;
  select * into m from grant_meeting x where x.book_id = coalesce(new.book_id, old.book_id)
     and x.grant_meeting_id = coalesce(new.grant_meeting_id, old.grant_meeting_id) for no key update;
  if tg_op <> 'INSERT' or m.state <> 'waiting' then
    perform refuse('meeting_rules_fixed', jsonb_build_object('title', m.title));
  end if;
  return new;
end $$;
create trigger grant_meeting_fixed before update or delete on grant_meeting for each row execute function meeting_rules_stay();
create trigger grant_meeting_criterion_fixed before insert or update or delete on grant_meeting_criterion for each row execute function meeting_rules_stay();
create trigger grant_meeting_group_fixed before insert or update or delete on grant_meeting_group for each row execute function meeting_rules_stay();

create function meeting_opened(p_book integer, p_meeting bigint) returns boolean language sql stable as $$
  select exists (select 1 from grant_meeting_item i where i.book_id = p_book and i.grant_meeting_id = p_meeting and i.state in ('open', 'closed'))
$$;

-- A project comes on the agenda of a locked meeting of its round, and no more once voting has begun; it opens once and closes once.
create function agenda_goes_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare m grant_meeting; c grant_case;
begin
  select * into m from grant_meeting x where x.book_id = new.book_id and x.grant_meeting_id = new.grant_meeting_id for no key update;
  select * into c from grant_case x where x.book_id = new.book_id and x.grant_id = new.grant_id;
  if m.state <> 'agreed' or c.grant_round_id <> m.grant_round_id
     or tg_op = 'INSERT' and new.state <> 'listed'
     or tg_op = 'UPDATE' and ((to_jsonb(new) - array['state', 'order_no', 'opened_at', 'closed_at', 'put_by', 'put_at'])
          is distinct from (to_jsonb(old) - array['state', 'order_no', 'opened_at', 'closed_at', 'put_by', 'put_at'])
        or old.state || '>' || new.state not in ('listed>listed', 'listed>open', 'open>closed', 'listed>taken-off', 'taken-off>listed')
        or old.state <> 'listed' and new.order_no <> old.order_no and new.state <> 'listed'
        or old.opened_at is not null and new.opened_at is distinct from old.opened_at) then
    perform refuse('agenda_out_of_turn', jsonb_build_object('title', c.title));
  end if;
  -- Once voting has begun only what was withdrawn meanwhile comes off.
  if (tg_op = 'INSERT' or old.state <> new.state and 'taken-off' in (old.state, new.state)) and meeting_opened(new.book_id, new.grant_meeting_id)
     and not (new.state = 'taken-off' and c.state <> 'in-review') then
    perform refuse('meeting_has_opened', jsonb_build_object('title', m.title));
  end if;
  if tg_op = 'UPDATE' and new.state = 'open' and exists (
       select 1 from grant_recusal r where r.book_id = new.book_id and r.grant_meeting_id = new.grant_meeting_id and r.grant_id = new.grant_id and r.state = 'asked') then
    perform refuse('recusal_undecided', jsonb_build_object('title', c.title));
  end if;
  return new;
end $$;
create trigger grant_meeting_item_step before insert or update on grant_meeting_item for each row execute function agenda_goes_step_by_step();
create trigger grant_meeting_item_kept before delete or truncate on grant_meeting_item for each statement execute function books_are_append_only();

-- The roll is closed when voting begins; a voter comes once and votes by phone or on paper, not both.
create function voters_have_one_channel() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if new.present_at is not null or new.channel <> 'none' or meeting_opened(new.book_id, new.grant_meeting_id) then
      perform refuse('meeting_has_opened', jsonb_build_object('title', (select title from grant_meeting m
        where m.book_id = new.book_id and m.grant_meeting_id = new.grant_meeting_id)));
    end if;
    return new;
  end if;
  if (to_jsonb(new) - array['present_at', 'channel']) is distinct from (to_jsonb(old) - array['present_at', 'channel']) then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if old.channel <> 'none' and new.channel <> old.channel then
    perform refuse('vote_one_channel', jsonb_build_object('channel', old.channel));
  end if;
  if old.present_at is not null and new.present_at is distinct from old.present_at
     and (old.channel <> 'none' or new.present_at is not null or meeting_opened(new.book_id, new.grant_meeting_id)) then
    perform refuse('voter_stays', '{}');
  end if;
  return new;
end $$;
create trigger grant_meeting_voter_channel before insert or update on grant_meeting_voter for each row execute function voters_have_one_channel();
create trigger grant_meeting_voter_kept before delete or truncate on grant_meeting_voter for each statement execute function books_are_append_only();

-- What the books know of a voter and a project; null if nothing ties them.
create function grant_voter_tie(p_book integer, p_meeting bigint, p_person bigint, p_grant bigint) returns text language sql stable as $$
  select case when c.lead_id = p_person then 'lead' when c.fin_lead_id = p_person then 'fin-lead' when c.signer_id = p_person then 'signer'
              when c.filled_by = p_person then 'filled-by'
              when exists (select 1 from grant_member t where t.book_id = p_book and t.grant_id = p_grant and t.person_id = p_person) then 'team'
              when m.own_community and v.community <> '' and v.community = c.community then 'community' end
    from grant_case c
    join grant_meeting m on m.book_id = c.book_id and m.grant_meeting_id = p_meeting
    join grant_meeting_voter v on v.book_id = c.book_id and v.grant_meeting_id = p_meeting and v.person_id = p_person
   where c.book_id = p_book and c.grant_id = p_grant
$$;

create function recusals_before_votes() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_title text;
begin
  select c.title into v_title from grant_case c where c.book_id = new.book_id and c.grant_id = new.grant_id;
  perform 1 from grant_meeting_item i where i.book_id = new.book_id and i.grant_meeting_id = new.grant_meeting_id and i.grant_id = new.grant_id
     and i.state = 'listed' for no key update;
  if not found then
    perform refuse('recusal_late', jsonb_build_object('title', v_title));
  end if;
  if exists (select 1 from grant_meeting_voter v where v.book_id = new.book_id and v.grant_meeting_id = new.grant_meeting_id
                and v.person_id = new.person_id and v.channel = 'paper') then
    perform refuse('recusal_after_paper', jsonb_build_object('title', v_title));
  end if;
  if tg_op = 'UPDATE' and (old.state <> 'asked' or new.decided_by = new.person_id
       or (to_jsonb(new) - array['state', 'decided_by', 'decided_at']) is distinct from (to_jsonb(old) - array['state', 'decided_by', 'decided_at'])) then
    perform refuse('recusal_decided', jsonb_build_object('title', v_title));
  end if;
  return new;
end $$;
create trigger grant_recusal_early before insert or update on grant_recusal for each row execute function recusals_before_votes();
create trigger grant_recusal_kept before delete or truncate on grant_recusal for each statement execute function books_are_append_only();

create function votes_are_allowed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_title text; v grant_meeting_voter;
begin
  select c.title into v_title from grant_case c where c.book_id = new.book_id and c.grant_id = new.grant_id;
  perform 1 from grant_meeting_item i where i.book_id = new.book_id and i.grant_meeting_id = new.grant_meeting_id and i.grant_id = new.grant_id
     and i.state = 'open' for share;
  if not found then
    perform refuse('vote_not_open', jsonb_build_object('title', v_title));
  end if;
  select * into v from grant_meeting_voter x where x.book_id = new.book_id and x.grant_meeting_id = new.grant_meeting_id and x.person_id = new.person_id;
  if v.channel = 'paper' then
    perform refuse('vote_on_paper', '{}');
  end if;
  if v.present_at is null or v.channel <> 'phone' then
    perform refuse('vote_not_present', '{}');
  end if;
  if grant_voter_tie(new.book_id, new.grant_meeting_id, new.person_id, new.grant_id) is not null or exists (
       select 1 from grant_recusal r where r.book_id = new.book_id and r.grant_meeting_id = new.grant_meeting_id and r.grant_id = new.grant_id
          and r.person_id = new.person_id and r.state <> 'dismissed') then
    perform refuse('vote_recused', jsonb_build_object('title', v_title));
  end if;
  if tg_op = 'UPDATE' and (to_jsonb(new) - 'sealed') is distinct from (to_jsonb(old) - 'sealed') then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  return new;
end $$;
create trigger grant_vote_allowed before insert or update on grant_vote for each row execute function votes_are_allowed();
create trigger grant_vote_kept before delete or truncate on grant_vote for each statement execute function books_are_append_only();

-- As many ballots are out in a group as voters hold one; none is handed out once a project has closed.
create function papers_match_voters() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and ((to_jsonb(new) - 'state') is distinct from (to_jsonb(old) - 'state') or old.state = 'exchanged')
     or tg_op = 'INSERT' and new.state <> 'out' then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if exists (select 1 from grant_meeting_item i where i.book_id = new.book_id and i.grant_meeting_id = new.grant_meeting_id and i.state = 'closed') then
    perform refuse('paper_late', '{}');
  end if;
  return new;
end $$;
create trigger grant_ballot_early before insert or update on grant_ballot for each row execute function papers_match_voters();
create trigger grant_ballot_kept before delete or truncate on grant_ballot for each statement execute function books_are_append_only();
create function papers_are_of_voters() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if (select count(*) from grant_ballot p where p.book_id = new.book_id and p.grant_meeting_id = new.grant_meeting_id and p.group_no = new.group_no and p.state = 'out')
     <> (select count(*) from grant_meeting_voter v where v.book_id = new.book_id and v.grant_meeting_id = new.grant_meeting_id
            and v.group_no = new.group_no and v.channel = 'paper') then
    perform refuse('paper_unlike_voters', '{}');
  end if;
  return null;
end $$;
create constraint trigger grant_ballot_of_voters after insert or update on grant_ballot deferrable initially deferred
  for each row execute function papers_are_of_voters();
create constraint trigger grant_voter_of_papers after update on grant_meeting_voter deferrable initially deferred
  for each row when (new.channel = 'paper') execute function papers_are_of_voters();

-- Paper is keyed after the close and before the count, twice, by two; where the two differ, both do it again.
create function papers_are_keyed_twice() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare p grant_ballot; v_last grant_ballot_keying;
begin
  select * into p from grant_ballot x where x.book_id = new.book_id and x.grant_meeting_id = new.grant_meeting_id and x.serial = new.serial for no key update;
  if p.state <> 'out' or exists (select 1 from grant_meeting_item i where i.book_id = new.book_id and i.grant_meeting_id = new.grant_meeting_id
                                    and i.state in ('listed', 'open'))
     or (select max(t.version) filter (where t.state <> 'keying') from grant_tally t where t.book_id = new.book_id and t.grant_meeting_id = new.grant_meeting_id)
          is distinct from nullif(new.version - 1, 0)
     or new.version > 1 and not exists (select 1 from grant_tally t where t.book_id = new.book_id and t.grant_meeting_id = new.grant_meeting_id
                                           and t.version = new.version and t.state = 'keying') then
    perform refuse('paper_out_of_turn', jsonb_build_object('serial', new.serial::text));
  end if;
  select * into v_last from grant_ballot_keying k where k.book_id = new.book_id and k.grant_meeting_id = new.grant_meeting_id and k.version = new.version
     and k.serial = new.serial order by k.pass desc, k.no desc limit 1;
  if (new.pass, new.no) is distinct from (case when v_last.pass is null then 1 when v_last.no = 1 then v_last.pass else v_last.pass + 1 end,
                                          case when v_last.no = 1 then 2 else 1 end) or v_last.agrees then
    perform refuse('paper_out_of_turn', jsonb_build_object('serial', new.serial::text));
  end if;
  return new;
end $$;
create trigger grant_ballot_keying_order before insert on grant_ballot_keying for each row execute function papers_are_keyed_twice();
create trigger grant_ballot_keying_kept before update or delete or truncate on grant_ballot_keying for each statement execute function books_are_append_only();

-- A count opens when all is closed and all paper agrees, is signed by three, and never counts fewer than voted or more than could.
create function tallies_go_step_by_step() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_step text := case tg_op when 'UPDATE' then old.state || '>' || new.state else '>' || new.state end;
begin
  perform 1 from grant_meeting m where m.book_id = new.book_id and m.grant_meeting_id = new.grant_meeting_id for no key update;
  if v_step not in ('>opened', '>keying', 'keying>opened', 'opened>signed') or tg_op = 'INSERT' and (new.state = 'opened') <> (new.version = 1)
     or tg_op = 'INSERT' and new.version > 1 and not exists (select 1 from grant_tally t where t.book_id = new.book_id
          and t.grant_meeting_id = new.grant_meeting_id and t.version = new.version - 1 and t.state = 'signed')
     or new.state = 'opened' and (
          not exists (select 1 from grant_meeting_item i where i.book_id = new.book_id and i.grant_meeting_id = new.grant_meeting_id and i.state = 'closed')
          or exists (select 1 from grant_meeting_item i where i.book_id = new.book_id and i.grant_meeting_id = new.grant_meeting_id and i.state in ('listed', 'open'))
          or exists (select 1 from grant_ballot p where p.book_id = new.book_id and p.grant_meeting_id = new.grant_meeting_id and p.state = 'out'
                        and not exists (select 1 from grant_ballot_keying k where k.book_id = p.book_id and k.grant_meeting_id = p.grant_meeting_id
                                           and k.version = new.version and k.serial = p.serial and k.agrees))) then
    perform refuse('tally_out_of_turn', jsonb_build_object('version', new.version::text));
  end if;
  if v_step = 'opened>signed' and ((select count(*) from grant_tally_signature s where s.book_id = new.book_id
        and s.grant_meeting_id = new.grant_meeting_id and s.version = new.version) < 3
      or (to_jsonb(new) - array['state', 'signed_at']) is distinct from (to_jsonb(old) - array['state', 'signed_at'])) then
    perform refuse('tally_unsigned', jsonb_build_object('version', new.version::text));
  end if;
  if v_step = 'opened>signed' and exists (
       select 1 from grant_tally_group g
        where g.book_id = new.book_id and g.grant_meeting_id = new.grant_meeting_id and g.version = new.version
          and coalesce((select sum(p.ballots) from grant_tally_pattern p where p.book_id = g.book_id and p.grant_meeting_id = g.grant_meeting_id
                           and p.version = g.version and p.grant_id = g.grant_id and p.group_no = g.group_no), 0)
              not between (select count(*) from grant_vote v join grant_meeting_voter r using (book_id, grant_meeting_id, person_id)
                            where v.book_id = g.book_id and v.grant_meeting_id = g.grant_meeting_id and v.grant_id = g.grant_id and r.group_no = g.group_no)
                  and g.entitled) then
    perform refuse('tally_unlike_votes', jsonb_build_object('version', new.version::text));
  end if;
  return new;
end $$;
create trigger grant_tally_step before insert or update on grant_tally for each row execute function tallies_go_step_by_step();
create trigger grant_tally_kept before delete or truncate on grant_tally for each statement execute function books_are_append_only();

create function counts_while_open() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from grant_tally t where t.book_id = new.book_id and t.grant_meeting_id = new.grant_meeting_id and t.version = new.version
                    and t.state = 'opened')
     or tg_table_name <> 'grant_tally_signature' and exists (select 1 from grant_tally_signature s where s.book_id = new.book_id
          and s.grant_meeting_id = new.grant_meeting_id and s.version = new.version) then
    perform refuse('tally_out_of_turn', jsonb_build_object('version', new.version::text));
  end if;
  return new;
end $$;
create trigger grant_tally_group_open before insert on grant_tally_group for each row execute function counts_while_open();
create trigger grant_tally_pattern_open before insert on grant_tally_pattern for each row execute function counts_while_open();
create trigger grant_tally_lot_open before insert on grant_tally_lot for each row execute function counts_while_open();
create trigger grant_tally_signature_open before insert on grant_tally_signature for each row execute function counts_while_open();
create trigger grant_tally_group_kept before update or delete or truncate on grant_tally_group for each statement execute function books_are_append_only();
create trigger grant_tally_pattern_kept before update or delete or truncate on grant_tally_pattern for each statement execute function books_are_append_only();
create trigger grant_tally_lot_kept before update or delete or truncate on grant_tally_lot for each statement execute function books_are_append_only();
create trigger grant_tally_signature_kept before update or delete or truncate on grant_tally_signature for each statement execute function books_are_append_only();

create function ranks_are_signed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from grant_tally_group g where g.book_id = new.book_id and g.grant_meeting_id = new.grant_meeting_id
                    and g.version = new.tally_version and g.grant_id = new.grant_id)
     or (select count(*) from grant_tally_signature s where s.book_id = new.book_id and s.grant_meeting_id = new.grant_meeting_id
            and s.version = new.tally_version) < 3 then
    perform refuse('tally_unsigned', jsonb_build_object('version', new.tally_version::text));
  end if;
  return new;
end $$;
create trigger grant_rank_signed before insert on grant_rank for each row execute function ranks_are_signed();
create trigger grant_rank_kept before update or delete or truncate on grant_rank for each statement execute function books_are_append_only();

create trigger grant_meeting_truncate before truncate on grant_meeting for each statement execute function books_are_append_only();
create trigger grant_meeting_criterion_truncate before truncate on grant_meeting_criterion for each statement execute function books_are_append_only();
create trigger grant_meeting_group_truncate before truncate on grant_meeting_group for each statement execute function books_are_append_only();

grant select, insert on grant_meeting, grant_meeting_criterion, grant_meeting_group, grant_meeting_item, grant_meeting_voter, grant_recusal,
  grant_vote, grant_ballot, grant_ballot_keying, grant_tally, grant_tally_group, grant_tally_pattern, grant_tally_lot, grant_tally_signature,
  grant_rank to :"app";
grant update (state, decided_by, decided_at, rules_text, rules_hash, noticed_on, noticed_where, noticed_by) on grant_meeting to :"app";
grant update (state, order_no, put_by, put_at, opened_at, closed_at) on grant_meeting_item to :"app";
grant update (present_at, channel) on grant_meeting_voter to :"app";
grant update (state, decided_by, decided_at) on grant_recusal to :"app";
grant update (sealed) on grant_vote to :"app";
grant update (state) on grant_ballot to :"app";
grant update (state, opened_by, opened_at, signed_at, present, papers, valid_papers, spoiled_papers, absent_papers) on grant_tally to :"app";
grant execute on function grant_voter_tie(integer, bigint, bigint, bigint) to :"app";
grant select on grant_move_rule to :"app";
grant select, insert on grant_round, grant_round_pool, grant_round_need, grant_case, grant_signature, grant_log to :"app";
grant select, insert, delete on grant_member to :"app";
grant update (state, decided_by, decided_at) on grant_round to :"app";
grant update (number, title, community, lead_id, fin_lead_id, signer_id, state, state_version, due_on, requested, own_units, submitted_at)
  on grant_case to :"app";
