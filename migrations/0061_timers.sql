-- What the calendar gives up is reviewed by a rule of its own, which two people approved (rulings 2): it only ever makes promises smaller, and
-- only with a logged move of the calendar. And a corrected text that one has signed may be sent or taken back to be written once more.

alter table review_rule drop constraint review_rule_key,
  add constraint review_rule_key check (key in ('month-close', 'lapsed-commitments'));

create or replace function rules_are_decided_by_two() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_last date;
begin
  -- What was reviewed by a rule stays reviewed by it: a decision is about months that are still to be closed.
  select max(q.ends) into v_last from period q where q.book_id = new.book_id and q.period % 100 between 1 and 12 and q.closed_at is not null;
  if pg_trigger_depth() < 2 and new.state <> 'dropped' and new.valid_from <= v_last then
    perform refuse('review_rule_looks_back', jsonb_build_object('rule', new.key, 'day', new.valid_from, 'closed', v_last));
  end if;
  -- In an open month too: whoever decides waits for what is being posted, and decides about days after it.
  if pg_trigger_depth() < 2 and new.state <> 'dropped' then
    perform 1 from book b where b.book_id = new.book_id for no key update;
    select max(j.occurred_on) into v_last from period q join journal_entry j on j.book_id = q.book_id and j.period = q.period and j.series = '备'
     where q.book_id = new.book_id and q.closed_at is null and j.review_rule = new.key;
    if new.valid_from <= v_last then
      perform refuse('review_rule_used', jsonb_build_object('rule', new.key, 'day', new.valid_from, 'used', v_last));
    end if;
  end if;
  if tg_op = 'INSERT' then
    -- Only the book's own beginning, one trigger further out, is approved by nobody in it.
    if pg_trigger_depth() < 2 and (new.state <> 'waiting' or new.proposed_by is null or new.decided_by is not null or new.reason = '') then
      perform refuse('review_rule_by_two', jsonb_build_object('rule', new.key));
    end if;
    return new;
  end if;
  if old.state <> 'waiting' then
    perform refuse('append_only', jsonb_build_object('table', tg_table_name, 'operation', tg_op));
  end if;
  if new.state = 'waiting' or new.decided_by is null or new.state = 'approved' and new.decided_by = new.proposed_by then
    perform refuse('review_rule_by_two', jsonb_build_object('rule', new.key));
  end if;
  return new;
end $$;

-- The closing rule reviews closing vouchers, the other one what is given up; each is proved by itself.
drop trigger journal_entry_close_proved on journal_entry;
create trigger journal_entry_close_proved after insert on journal_entry for each row
  when (new.kind = 'close' or new.review_rule is not null and new.review_rule <> 'lapsed-commitments') execute function close_entries_are_proved();

-- Every line of such an entry makes a promise smaller.
create function rules_only_give_up() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_gives_up boolean;
begin
  if new.series <> '备' or new.kind <> 'ordinary' or new.corrects_entry_no is not null then
    perform refuse('review_rule_beyond', jsonb_build_object('rule', new.review_rule));
  elsif not rule_in_force(new.book_id, new.review_rule, new.occurred_on) then
    perform refuse('commitment_rule_not_approved', jsonb_build_object('rule', new.review_rule, 'day', new.occurred_on));
  end if;
  select bool_and(l.project_id is not null and case a.key when 'commitments' then signed(l.side, l.units) < 0
                    when 'commitments-contra' then signed(l.side, l.units) > 0 else false end) into v_gives_up
    from voucher v
    join voucher_line l on l.book_id = v.book_id and l.voucher_id = v.voucher_id
    join account a on a.book_id = l.book_id and a.account_id = l.account_id
   where v.book_id = new.book_id and v.voucher_id = new.voucher_id and v.proved;
  if v_gives_up is not true then
    perform refuse('commitment_rule_promises', jsonb_build_object('voucher', new.voucher_id));
  end if;
  return null;
end $$;
create trigger journal_entry_gives_up after insert on journal_entry for each row when (new.review_rule = 'lapsed-commitments')
  execute function rules_only_give_up();

-- And it comes with one logged move of the calendar that gives up what was promised to that project, never more than is promised.
create index grant_award_of_project on grant_award (book_id, project_id);
create function calendars_give_up() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_grants bigint[]; v_fund text;
begin
  select array_agg(distinct a.grant_id) into v_grants
    from voucher_line l left join grant_award a on a.book_id = l.book_id and a.project_id = l.project_id
   where l.book_id = new.book_id and l.voucher_id = new.voucher_id;
  if cardinality(v_grants) is distinct from 1 or v_grants[1] is null
     or (select count(*) from grant_log g join grant_move_rule r on r.from_state = g.from_state and r.move = g.move
          where g.book_id = new.book_id and g.grant_id = v_grants[1] and new.voucher_id = any (g.vouchers) and g.actor_id is null
            and r.movers = '{calendar}' and r.posts = 'commitment-released') <> 1 then
    perform refuse('commitment_rule_unlogged', jsonb_build_object('voucher', new.voucher_id));
  end if;
  select f.name into v_fund
    from (select distinct l.fund_id, l.account_id, l.project_id from voucher_line l join account a using (book_id, account_id)
           where l.book_id = new.book_id and l.voucher_id = new.voucher_id and a.key = 'commitments') m
    join fund f on f.book_id = new.book_id and f.fund_id = m.fund_id
   where (select sum(signed(p.side, p.units)) from posting p where p.book_id = new.book_id and p.account_id = m.account_id
             and p.project_id = m.project_id and p.fund_id = m.fund_id) < 0 limit 1;
  if v_fund is not null then
    perform refuse('commitment_rule_above', jsonb_build_object('fund', v_fund));
  end if;
  return null;
end $$;
create constraint trigger journal_entry_with_calendar after insert on journal_entry deferrable initially deferred
  for each row when (new.review_rule = 'lapsed-commitments') execute function calendars_give_up();

-- An award lapses by the calendar when its days are over, with the voucher that the rule reviewed; all else that ends it has its two signers.
create or replace function grant_voucher_says(a grant_award, p_voucher bigint, p_sign integer) returns boolean language sql stable as $$
  select exists (select 1 from journal_entry j where j.book_id = a.book_id and j.voucher_id = p_voucher and j.series = '备'
                    and j.maker_id = a.signed_by
                    and case when p_sign < 0 and a.ended_as = 'lapsed' then j.review_rule = 'lapsed-commitments'
                             else j.reviewer_id = a.confirmed_by end)
     and not exists (
       select 1 from (select f.fund_id, f.units * p_sign as units from grant_award_fund f
                       where f.book_id = a.book_id and f.grant_id = a.grant_id and f.award_no = a.award_no) w
         full join (select l.fund_id, sum(signed(l.side, l.units)) filter (where x.key = 'commitments') as up,
                           sum(signed(l.side, l.units)) filter (where x.key = 'commitments-contra') as down
                      from voucher_line l join account x using (book_id, account_id)
                     where l.book_id = a.book_id and l.voucher_id = p_voucher and l.project_id = a.project_id group by l.fund_id) b using (fund_id)
        where w.units is distinct from b.up or -w.units is distinct from b.down)
     and (select count(*) from voucher_line l where l.book_id = a.book_id and l.voucher_id = p_voucher)
         = 2 * (select count(*) from grant_award_fund f where f.book_id = a.book_id and f.grant_id = a.grant_id and f.award_no = a.award_no)
$$;
create function awards_lapse_when_due() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from grant_award a where a.book_id = new.book_id and a.grant_id = new.grant_id and a.ended_as = 'lapsed'
                    and a.ended_voucher_id = any (new.vouchers) and a.agreement_due < (new.at at time zone 'Asia/Shanghai')::date) then
    perform refuse('grant_lapse_early', '{}');
  end if;
  return new;
end $$;
create trigger grant_log_lapses before insert on grant_log for each row when (new.move = 'agreement-timeout')
  execute function awards_lapse_when_due();

-- 补正 that the other does not agree to goes back to the lead, and the lead may take it back, within the same days.
create or replace function grant_is_written(p_book integer, p_grant bigint, p_section text) returns boolean language plpgsql
  security definer set search_path = public, pg_temp as $$
declare c grant_case;
begin
  select * into c from grant_case x where x.book_id = p_book and x.grant_id = p_grant for no key update;
  return c.state = 'draft' or c.state = 'correction-requested'
    and exists (select 1 from grant_correction o where o.book_id = p_book and o.grant_id = p_grant and (p_section = '' or o.section = p_section)
                   and o.state_version + 1 = (select max(l.state_version) from grant_log l where l.book_id = p_book and l.grant_id = p_grant
                                                and l.move = 'request-correction'))
    and not exists (select 1 from grant_signature s where s.book_id = p_book and s.grant_id = p_grant and s.state_version = c.state_version
                       and s.move = 'resubmit');
end $$;
alter table grant_move_rule disable trigger grant_move_rule_lasting;
insert into grant_move_rule (from_state, move, to_state, movers, posts) values
  ('correction-requested', 'send-back-correction', 'correction-requested', '{signer}', ''),
  ('correction-requested', 'reopen-correction', 'correction-requested', '{lead}', '');
alter table grant_move_rule enable trigger grant_move_rule_lasting;
