-- What comes back of a grant goes to the gifts that it used, and nothing is spent twice on the way: lines of what is expected of the bank may be red
-- (a release that is undone), and give-backs know the grant.

alter table expectation_line drop constraint expectation_line_units;
alter table expectation_line add constraint expectation_line_units check (units <> 0);

-- Restricted gifts that vouchers of a grant have used, net of what they gave back.
create function grant_lots_used(p_book integer, p_project bigint) returns table (lot_id bigint, units bigint, last bigint) language sql stable
security definer set search_path = public, pg_temp as $$
  select m.lot_id, sum(m.units)::bigint, max(m.voucher_id) filter (where m.units > 0)
    from (select distinct x.voucher_id from grant_award a join grant_money x using (book_id, grant_id)
           where p_project is not null and a.book_id = p_book and a.project_id = p_project and x.voucher_id is not null) v
   cross join lateral unnest(bundle_of(p_book, v.voucher_id)) b(voucher_id)
    join lot_move m on m.book_id = p_book and m.voucher_id = b.voucher_id and m.state = 'used'
   where not exists (select 1 from voucher r where r.book_id = p_book and r.voucher_id = m.voucher_id and r.kind not in ('ordinary', 'reversal'))
   group by m.lot_id having sum(m.units) > 0
$$;

-- As much as the grant used of it, of which others that wait give nothing back.
create function give_back_to_grant(g gift_lot, p_units bigint) returns bigint language sql stable as $$
  select greatest(0, least(p_units, g.used + coalesce((select sum(m.units) from lot_move m where m.book_id = g.book_id and m.lot_id = g.lot_id
                                                          and m.state = 'reserved' and m.units < 0), 0)))::bigint
$$;
create function gift_is_undone(g gift_lot) returns boolean language sql stable as $$
  select exists (select 1 from voucher r where r.book_id = g.book_id and r.kind = 'reversal' and r.corrects_entry_no = g.entry_no
                    and r.state in ('prepared', 'posted'))
$$;

-- As in 0052; what comes back of a grant goes to the gifts that the grant used (rulings 20).
create or replace function reserve_lots(p_book integer, p_bundle bigint) returns void language plpgsql as $$
declare
  v_vouchers bigint[]; v_lots bigint[]; v_units bigint[]; need record; lot record; left_over bigint; part bigint; v_bar fund_clause;
begin
  perform prove_lots_to_undo(p_book, p_bundle);
  perform prove_named_lots(p_book, p_bundle);
  select coalesce(array_agg(m.voucher_id), '{}'), coalesce(array_agg(m.lot_id), '{}'), coalesce(array_agg(m.units), '{}')
    into v_vouchers, v_lots, v_units
    from (select * from reversal_moves(p_book, p_bundle)
          union all
          select d.voucher_id, d.lot_id, d.units from voucher v join voucher_lot d using (book_id, voucher_id)
           where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle)) m;
  for need in
    select n.*, f.name,
           -- What lots the voucher names take over of it, in the order of its needs.
           greatest(0, least(n.units, n.named - n.before)) as named_part,
           n.spends and exists (select 1 from fund_clause c where c.book_id = p_book and c.fund_id = n.fund_id
                                   and (c.kind = 'period' or c.classes <> '{}' or c.communities <> '{}')) as bound,
           exists (select 1 from gift_agreement a where a.book_id = p_book and a.fund_id = n.fund_id and a.principal_minimum > 0
                      and a.state = 'confirmed') as keeps
      from (select v.voucher_id, happened_on(v) as occurred_on, n.*,
                   coalesce(sum(greatest(0, n.units)) over (partition by v.voucher_id, n.fund_id order by n.project_class, n.project_id
                              rows between unbounded preceding and 1 preceding), 0)::bigint as before,
                   coalesce((select sum(d.units) from voucher_lot d join gift_lot g using (book_id, lot_id)
                              where d.book_id = p_book and d.voucher_id = v.voucher_id and g.fund_id = n.fund_id and g.restriction = 'R'), 0)::bigint as named,
                   exists (select 1 from voucher_line l join account a using (book_id, account_id)
                            where l.book_id = p_book and l.voucher_id = v.voucher_id
                              and (a.class = 'expense' or a.role = 'own-cash' and l.cash_flow <> 'internal')) as spends
              from voucher v
              cross join lateral voucher_lot_needs(p_book, v.voucher_id) n
             where v.book_id = p_book and (v.voucher_id = p_bundle or v.bundle_id = p_bundle) and v.kind <> 'reversal') n
      join fund f on f.book_id = p_book and f.fund_id = n.fund_id
     order by n.voucher_id, f.code, n.units > 0, n.project_class, n.project_id loop
    left_over := abs(need.units) - case when need.units > 0 then need.named_part else 0 end;
    continue when left_over = 0;
    for lot in
      -- What the bundle itself gives back comes first, then the open lots in the order of their gifts.
      select * from (select x.lot_id, -sum(x.units) as free from unnest(v_lots, v_units) x(lot_id, units)
                       join gift_lot g on g.book_id = p_book and g.lot_id = x.lot_id
                      where need.units > 0 and g.fund_id = need.fund_id and g.restriction = 'R'
                        and (not need.bound or lot_serves(p_book, g.lot_id, need.occurred_on, need.project_class, need.project_id))
                      group by x.lot_id having sum(x.units) < 0) own
      union all
      select * from (select g.lot_id, g.units - g.used - g.reserved
                            - greatest(0, coalesce((select sum(x.units) from unnest(v_lots, v_units) x(lot_id, units) where x.lot_id = g.lot_id), 0))
                            - case when need.keeps then lot_kept(p_book, g.lot_id) else 0 end as free
                       from gift_lot g
                      where need.units > 0 and g.book_id = p_book and g.fund_id = need.fund_id and g.restriction = 'R' and g.used < g.units
                        and (not need.bound or lot_serves(p_book, g.lot_id, need.occurred_on, need.project_class, need.project_id))
                      order by g.in_goods, g.received_on, g.lot_id) unspent
      union all
      -- Money of a grant goes back to the gifts that the grant's own vouchers used, the last first.
      select * from (select g.lot_id, give_back_to_grant(g, o.units) as free
                       from grant_lots_used(p_book, case when need.units < 0 then need.project_id end) o
                       join gift_lot g on g.book_id = p_book and g.lot_id = o.lot_id
                      where g.fund_id = need.fund_id and g.restriction = 'R' and g.used > 0 and not gift_is_undone(g)
                      order by o.last desc, g.received_on desc, g.lot_id desc) of_grant
      union all
      -- A give-back goes to what was spent last among those that serve it, less what waiting vouchers give back already.
      select * from (select g.lot_id, g.used + coalesce((select sum(m.units) from lot_move m
                                                          where m.book_id = p_book and m.lot_id = g.lot_id and m.state = 'reserved' and m.units < 0), 0)
                            + coalesce((select sum(x.units) from unnest(v_lots, v_units) x(lot_id, units) where x.lot_id = g.lot_id and x.units < 0), 0)
                            - coalesce((select give_back_to_grant(g, o.units) from grant_lots_used(p_book, need.project_id) o where o.lot_id = g.lot_id), 0) as free
                       from gift_lot g
                      where need.units < 0 and g.book_id = p_book and g.fund_id = need.fund_id and g.restriction = 'R' and g.used > 0
                        and not gift_is_undone(g)
                      order by not need.bound or lot_serves(p_book, g.lot_id, need.occurred_on, need.project_class, need.project_id) desc,
                               g.received_on desc, g.lot_id desc) spent loop
      part := least(left_over, lot.free);
      continue when part <= 0;
      v_vouchers := v_vouchers || need.voucher_id;
      v_lots := v_lots || lot.lot_id;
      v_units := v_units || case when need.units > 0 then part else -part end;
      left_over := left_over - part;
      exit when left_over = 0;
    end loop;
    if left_over <> 0 then
      v_bar := null;
      if need.units > 0 and need.bound then
        select b.* into v_bar from gift_lot g
         cross join lateral lot_bar(p_book, g.lot_id, need.occurred_on, need.project_class, need.project_id) b
         where g.book_id = p_book and g.fund_id = need.fund_id and g.restriction = 'R' and g.used + g.reserved < g.units and b.fund_clause_id is not null
         order by g.received_on, g.lot_id limit 1;
      end if;
      if need.units > 0 and need.keeps then
        perform principal_refused(p_book, need.fund_id, need.units);
      end if;
      perform refuse(case when v_bar.fund_clause_id is null then 'lots_not_enough' when v_bar.kind = 'period' then 'lots_outside_period'
                          else 'lots_against_purpose' end,
        jsonb_build_object('fund', need.name, 'asked', need.units, 'missing', left_over, 'day', need.occurred_on, 'clause', v_bar.words));
    end if;
  end loop;
  insert into lot_move (book_id, voucher_id, lot_id, units, state)
    select p_book, x.voucher_id, x.lot_id, sum(x.units)::bigint, 'reserved' from unnest(v_vouchers, v_lots, v_units) x(voucher_id, lot_id, units)
     group by x.voucher_id, x.lot_id having sum(x.units) <> 0;
end $$;

grant execute on function grant_lots_used to :"app";
