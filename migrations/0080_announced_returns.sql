-- Unspent money that was announced is booked to its grant when it comes, and nothing is booked to a grant that is closed: a grant is closed once
-- what was announced has come or was taken back.
create function grants_close_after_returns() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare v_no smallint;
begin
  select min(t.no) into v_no from grant_return r join tranche t using (book_id, tranche_id)
   where r.book_id = new.book_id and t.grant_id = new.grant_id and r.state = 'announced';
  if v_no is not null then
    perform refuse('grant_closing_return_awaited', jsonb_build_object('no', v_no));
  end if;
  return new;
end $$;
create trigger grant_log_returns before insert on grant_log for each row when (new.to_state = 'closed') execute function grants_close_after_returns();
