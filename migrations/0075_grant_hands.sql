-- What an auditor looks at in running grants: who had a hand in two steps of one thing, one of which decides (rulings 21), and which lines of a
-- budget are over within the tenth that is allowed.

-- Acts of a chain in their order; each with the latest act before it by the same person. Preparing twice is no exception, deciding is.
create function grant_same_hands(p_book integer, p_first date)
returns table (grant_id bigint, no smallint, hand text, before text, person bigint, at timestamptz, units bigint, voucher bigint)
language sql stable as $$
  with acts(grant_id, no, chain, place, hand, decides, person, at, units, voucher) as (
    select t.grant_id, t.no, 'pay' || m.voucher_id, x.place, x.hand, true, x.person, x.at, m.units, m.voucher_id
      from (select g.book_id, g.tranche_id, g.voucher_id, sum(g.units)::bigint as units from grant_money g
             where g.book_id = p_book and g.move = 'paid' and g.units > 0 and g.occurred_on >= p_first - 366
             group by g.book_id, g.tranche_id, g.voucher_id) m
      join tranche t on t.book_id = m.book_id and t.tranche_id = m.tranche_id
      join voucher v on v.book_id = m.book_id and v.voucher_id = m.voucher_id
     cross join lateral (
       select 1 as place, 'payment-approved' as hand, l.actor_id as person, max(l.at) as at from tranche_log l
        where l.book_id = t.book_id and l.tranche_id = t.tranche_id and l.move like 'approve%' and l.at <= v.decided_at
          and l.state_version > (select max(r.state_version) from tranche_log r where r.book_id = t.book_id and r.tranche_id = t.tranche_id
                                    and r.move = 'request' and r.at <= v.decided_at)
        group by l.actor_id
       union all
       select 2, 'payment-released', b.released_by, b.released_at from expectation e join payment_row p using (book_id, expectation_id)
         join payment_batch b using (book_id, payment_batch_id)
        where e.book_id = v.book_id and e.voucher_id = v.voucher_id and b.released_by is not null and p.state <> 'failed'
       union all
       select 3, 'payment-reviewed', v.decided_by, v.decided_at where v.state = 'posted') x
    union all
    select t.grant_id, t.no, 'account' || a.tranche_id || '.' || a.version, x.place, x.hand, x.decides, x.person, x.at,
           (select sum(l.units)::bigint from grant_acquittal_line l where l.book_id = a.book_id and l.tranche_id = a.tranche_id
               and l.version = a.version and l.accepted), a.voucher_id
      from grant_acquittal a join tranche t on t.book_id = a.book_id and t.tranche_id = a.tranche_id
      left join voucher v on v.book_id = a.book_id and v.voucher_id = a.voucher_id
     cross join lateral (
       select 1 as place, 'account-decided' as hand, true as decides, l.decided_by as person, max(l.decided_at) as at
         from grant_acquittal_line l where l.book_id = a.book_id and l.tranche_id = a.tranche_id and l.version = a.version and l.accepted
        group by l.decided_by
       union all
       select 2, 'account-booked', false, v.maker_id, v.prepared_at where v.voucher_id is not null
       union all
       select 3, 'account-reviewed', true, v.decided_by, v.decided_at where v.state = 'posted') x
     where a.book_id = p_book and coalesce(v.decided_at, a.submitted_at) >= p_first::timestamp at time zone 'Asia/Shanghai'
    union all
    select t.grant_id, t.no, 'return' || r.grant_return_id, x.place, x.hand, x.decides, x.person, x.at, r.units, r.voucher_id
      from grant_return r join tranche t on t.book_id = r.book_id and t.tranche_id = r.tranche_id
      left join voucher v on v.book_id = r.book_id and v.voucher_id = r.voucher_id
     cross join lateral (values (1, 'return-announced', false, r.announced_by, r.announced_at),
                                (2, 'return-booked', true, v.maker_id, v.prepared_at),
                                (3, 'return-reviewed', true, v.decided_by, v.decided_at)) x(place, hand, decides, person, at)
     where r.book_id = p_book
    union all
    select a.grant_id, null, 'amendment' || a.grant_id || '.' || a.amendment_no, x.place, x.hand, x.decides, x.person, x.at,
           nullif(abs(a.units), 0), a.voucher_id
      from grant_amendment a
     cross join lateral (values (1, 'amendment-asked', false, a.asked_by, a.asked_at),
                                (2, 'amendment-decided', true, a.decided_by, a.decided_at)) x(place, hand, decides, person, at)
     where a.book_id = p_book and a.state = 'in-force'
    union all
    select l.grant_id, null, 'stop' || l.grant_id || '.' || s.state_version, case when l.state_version = s.state_version then 1 else 2 end,
           case when l.state_version = s.state_version then 'grant-suspended' else 'grant-resumed' end, true, l.actor_id, l.at, null, null
      from grant_suspension s join grant_log l on l.book_id = s.book_id and l.grant_id = s.grant_id
           and (l.state_version = s.state_version or l.state_version = s.state_version + 1 and l.move in ('resume', 'resume-by-panel'))
     where s.book_id = p_book
    union all
    select g.grant_id, null, 'end' || g.grant_id, x.place, x.hand, x.decides, x.person, x.at, null, null
      from grant_log g
     cross join lateral (
       select 1 as place, 'lead-heard' as hand, false as decides, h.heard_by as person, h.noted_at as at from grant_hearing h
        where h.book_id = g.book_id and h.grant_id = g.grant_id and h.noted_at <= g.at
       union all
       select 2, 'end-proposed', false, p.proposed_by, p.proposed_at from grant_termination p
        where p.book_id = g.book_id and p.grant_id = g.grant_id and p.proposed_at <= g.at
       union all
       select 3, 'end-signed', true, s.person_id, s.at from grant_signature s
        where s.book_id = g.book_id and s.grant_id = g.grant_id and s.state_version = g.state_version - 1 and s.move = 'terminate') x
     where g.book_id = p_book and g.move = 'terminate'
    union all
    select d.grant_id, null, 'demand' || d.grant_demand_id, x.place, x.hand, x.decides, x.person, x.at,
           (select sum(p.open_units + p.refused_units)::bigint from grant_demand_part p
             where p.book_id = d.book_id and p.grant_demand_id = d.grant_demand_id), d.voucher_id
      from grant_demand d left join voucher v on v.book_id = d.book_id and v.voucher_id = d.voucher_id
     cross join lateral (values (1, 'demand-drafted', false, d.drafted_by, d.drafted_at), (2, 'demand-signed', true, d.signed_by, d.signed_at),
                                (3, 'demand-booked', false, v.maker_id, v.prepared_at),
                                (4, 'demand-reviewed', true, v.decided_by, v.decided_at)) x(place, hand, decides, person, at)
     where d.book_id = p_book and d.state <> 'withdrawn'
    union all
    select w.grant_id, null, 'write-off' || w.grant_write_off_id, x.place, x.hand, x.decides, x.person, x.at, w.units, w.voucher_id
      from grant_write_off w left join voucher v on v.book_id = w.book_id and v.voucher_id = w.voucher_id
     cross join lateral (values (1, 'write-off-drafted', false, w.drafted_by, w.drafted_at),
                                (2, 'write-off-resolved', true, w.resolved_by, w.resolved_at),
                                (3, 'write-off-booked', false, v.maker_id, v.prepared_at),
                                (4, 'write-off-reviewed', true, v.decided_by, v.decided_at)) x(place, hand, decides, person, at)
     where w.book_id = p_book and w.state <> 'withdrawn')
  select distinct on (a.chain, a.person, a.place) a.grant_id, a.no, a.hand, b.hand, a.person, a.at, a.units, a.voucher
    from acts a join acts b on b.chain = a.chain and b.person = a.person
   where b.place < a.place and (b.decides or a.decides) and a.at >= p_first::timestamp at time zone 'Asia/Shanghai'
   order by a.chain, a.person, a.place, b.place desc
$$;

-- Lines on which more is accounted for than the budget in force gives them: by how much, the last of it by whom.
create function grant_lines_over(p_book integer)
returns table (grant_id bigint, no smallint, what text, units bigint, waits boolean, person bigint, at timestamptz, voucher bigint)
language sql stable as $$
  select u.grant_id, u.no, b.what, u.used - b.units, u.waits, u.person, u.at, u.voucher
    from (select r.grant_id, r.line_no, sum(l.units)::bigint as used, bool_or(a.state <> 'posted') as waits,
                 (array_agg(t.no order by a.submitted_at desc))[1] as no,
                 (array_agg(coalesce(l.decided_by, a.submitted_by) order by a.submitted_at desc, l.line desc))[1] as person,
                 max(coalesce(l.decided_at, a.submitted_at)) as at, (array_agg(a.voucher_id order by a.submitted_at desc))[1] as voucher
            from grant_acquittal a
            join tranche t on t.book_id = a.book_id and t.tranche_id = a.tranche_id
            join grant_acquittal_line l on l.book_id = a.book_id and l.tranche_id = a.tranche_id and l.version = a.version
            join grant_receipt r on r.book_id = l.book_id and r.grant_receipt_id = l.grant_receipt_id
           where a.book_id = p_book and a.state in ('submitted', 'booked', 'posted') and l.accepted is distinct from false
           group by r.grant_id, r.line_no) u
    join lateral (
      select w.award_no, coalesce((select max(m.amendment_no) from grant_amendment m where m.book_id = w.book_id and m.grant_id = w.grant_id
                                      and m.award_no = w.award_no and m.state = 'in-force'), 0) as amendment
        from grant_award w where w.book_id = p_book and w.grant_id = u.grant_id order by w.award_no desc limit 1) f on true
    join lateral (
      select l.what, l.units from grant_amended_line l
       where l.book_id = p_book and l.grant_id = u.grant_id and l.amendment_no = f.amendment and l.no = u.line_no
      union all
      select l.what, l.units from grant_agreed_line l
       where f.amendment = 0 and l.book_id = p_book and l.grant_id = u.grant_id and l.award_no = f.award_no and l.no = u.line_no
         and l.version = (select max(g.version) from grant_agreement g where g.book_id = p_book and g.grant_id = u.grant_id
                             and g.award_no = f.award_no)) b on true
   where u.used > b.units
$$;

-- One cut of a claim waits at a time, so that its voucher says which one was posted.
create unique index grant_demand_cut_one on grant_demand_cut (book_id, grant_demand_id) where state = 'prepared';

grant execute on function grant_same_hands, grant_lines_over to :"app";
