namespace CommunityFund.Checks;

/// <summary>The register of grants' money and the books say the same: every sum is added up again, every promise, advance and claim stands on a
/// voucher, gifts are reserved for no more than a grant may still use, and states are as the logs left them.</summary>
internal sealed class GrantsAgree : BookCheck
{
    public override string Key => "grants";

    protected override FormattableString Examined(int book) => $"""
        select (select count(*) from grant_money where book_id = {book}) + (select count(*) from tranche where book_id = {book})
             + (select count(*) from grant_case where book_id = {book}) as "Value"
        """;

    protected override IEnumerable<FormattableString> Finders(int book) =>
        [Sums(book), TrancheSums(book), Parts(book), Ledger(book), Vouchers(book), Lots(book), States(book), TrancheStates(book)];

    /// <summary>What is kept of a grant against its moves added up again.</summary>
    private static FormattableString Sums(int book) => $"""
        select 'grant.sums' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('grant', c.number, 'fund', fund_id,
                                  'word', 'term.MoneyMove.' || replace(initcap(replace(w.move, '-', ' ')), ' ', ''),
                                  'is', w.kept, 'should', w.moved)::text as "Facts"
          from (select coalesce(f.grant_id, m.grant_id) as grant_id, coalesce(f.fund_id, m.fund_id) as fund_id, coalesce(f.move, m.move) as move,
                       coalesce(f.units, 0) as kept, coalesce(m.units, 0) as moved
                  from (select x.grant_id, x.fund_id, y.move, y.units from grant_fund x
                         cross join lateral (values ('committed', x.committed), ('cancelled', x.cancelled), ('paid', x.paid),
                                                    ('acquitted', x.acquitted), ('returned', x.returned), ('demanded', x.demanded),
                                                    ('recovered', x.recovered), ('written-off', x.written_off)) y(move, units)
                         where x.book_id = {book}) f
                  full join (select grant_id, fund_id, move, sum(units)::bigint as units from grant_money
                              where book_id = {book} and move not in ('carried', 'recovered-late') group by 1, 2, 3) m
                    on m.grant_id = f.grant_id and m.fund_id = f.fund_id and m.move = f.move
                 where coalesce(f.units, 0) <> coalesce(m.units, 0)) w
          join grant_case c on c.book_id = {book} and c.grant_id = w.grant_id
        """;

    private static FormattableString TrancheSums(int book) => $"""
        select 'grant.tranche-sums' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('grant', c.number, 'no', t.no, 'fund', w.fund_id,
                                  'word', 'term.MoneyMove.' || replace(initcap(replace(w.move, '-', ' ')), ' ', ''),
                                  'is', w.kept, 'should', w.moved)::text as "Facts"
          from (select coalesce(f.tranche_id, m.tranche_id) as tranche_id, coalesce(f.fund_id, m.fund_id) as fund_id,
                       coalesce(f.move, m.move) as move, coalesce(f.units, 0) as kept, coalesce(m.units, 0) as moved
                  from (select x.tranche_id, x.fund_id, y.move, y.units from tranche_fund x
                         cross join lateral (values ('cancelled', x.cancelled), ('paid', x.paid), ('acquitted', x.acquitted),
                                                    ('returned', x.returned), ('carried', x.carried), ('demanded', x.demanded)) y(move, units)
                         where x.book_id = {book}) f
                  full join (select tranche_id, fund_id, move, sum(units)::bigint as units from grant_money
                              where book_id = {book} and tranche_id is not null
                                and move in ('cancelled', 'paid', 'acquitted', 'returned', 'carried', 'demanded') group by 1, 2, 3) m
                    on m.tranche_id = f.tranche_id and m.fund_id = f.fund_id and m.move = f.move
                 where coalesce(f.units, 0) <> coalesce(m.units, 0)) w
          join tranche t on t.book_id = {book} and t.tranche_id = w.tranche_id
          join grant_case c on c.book_id = t.book_id and c.grant_id = t.grant_id
        """;

    /// <summary>The tranches of a grant make up what the grant paid, accounted for and got back; what was carried cancels out.</summary>
    private static FormattableString Parts(int book) => $"""
        select 'grant.parts' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('grant', c.number, 'fund', fund_id,
                                  'word', 'term.MoneyMove.' || replace(initcap(replace(y.move, '-', ' ')), ' ', ''),
                                  'is', y.parts, 'should', y.whole)::text as "Facts"
          from (select coalesce(t.grant_id, f.grant_id) as grant_id, coalesce(t.fund_id, f.fund_id) as fund_id, coalesce(t.paid, 0) as part_paid,
                       coalesce(f.paid, 0) as paid, coalesce(t.acquitted, 0) as part_acquitted, coalesce(f.acquitted, 0) as acquitted,
                       coalesce(t.returned, 0) as part_returned, coalesce(f.returned, 0) as returned, coalesce(t.carried, 0) as carried
                  from (select x.grant_id, p.fund_id, sum(p.paid)::bigint as paid, sum(p.acquitted)::bigint as acquitted,
                               sum(p.returned)::bigint as returned, sum(p.carried)::bigint as carried
                          from tranche_fund p join tranche x using (book_id, tranche_id) where p.book_id = {book} group by 1, 2) t
                  full join (select * from grant_fund where book_id = {book}) f on f.grant_id = t.grant_id and f.fund_id = t.fund_id) s
          cross join lateral (values ('paid', s.part_paid, s.paid), ('acquitted', s.part_acquitted, s.acquitted),
                                     ('returned', s.part_returned, s.returned), ('carried', s.carried, 0::bigint)) y(move, parts, whole)
          join grant_case c on c.book_id = {book} and c.grant_id = s.grant_id
         where y.parts <> y.whole
        """;

    /// <summary>Promises, advances and claims of a grant's project in the books, fund by fund.</summary>
    private static FormattableString Ledger(int book) => $"""
        select 'grant.ledger' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('grant', c.number, 'fund', w.fund_id, 'account', a.account_id, 'is', w.booked, 'should', w.kept)::text as "Facts"
          from (select coalesce(f.grant_id, b.grant_id) as grant_id, coalesce(f.fund_id, b.fund_id) as fund_id, coalesce(f.key, b.key) as key,
                       coalesce(f.units, 0) as kept, coalesce(b.units, 0) as booked
                  from (select x.grant_id, x.fund_id, y.key, y.units from grant_fund x
                         cross join lateral (values ('commitments', x.committed - x.cancelled - x.paid),
                                                    ('project-advances', x.paid - x.acquitted - x.returned - x.demanded),
                                                    ('recovery-claims', x.demanded - x.recovered - x.written_off)) y(key, units)
                         where x.book_id = {book}) f
                  full join (select p.grant_id, l.fund_id, k.key, sum(case l.side when 'D' then l.units else -l.units end)::bigint as units
                               from account k join posting l on l.book_id = k.book_id and l.account_id = k.account_id
                               join (select distinct grant_id, project_id from grant_award where book_id = {book}) p on p.project_id = l.project_id
                              where k.book_id = {book} and k.key in ('commitments', 'project-advances', 'recovery-claims') group by 1, 2, 3) b
                    on b.grant_id = f.grant_id and b.fund_id = f.fund_id and b.key = f.key
                 where coalesce(f.units, 0) <> coalesce(b.units, 0)) w
          join account a on a.book_id = {book} and a.key = w.key
          join grant_case c on c.book_id = {book} and c.grant_id = w.grant_id
        """;

    /// <summary>Vouchers, with those decided together with them, that move a grant's money otherwise than the register says, or without it.</summary>
    private static FormattableString Vouchers(int book) => $"""
        with projects as (select distinct grant_id, project_id from grant_award where book_id = {book}),
        booked as (
          select p.grant_id, coalesce(v.bundle_id, v.voucher_id) as bundle, l.fund_id, k.key,
                 sum(case l.side when 'D' then l.units else -l.units end)::bigint as units
            from account k join posting l on l.book_id = k.book_id and l.account_id = k.account_id
            join projects p on p.project_id = l.project_id
            join journal_entry j on j.book_id = l.book_id and j.entry_no = l.entry_no
            join voucher v on v.book_id = j.book_id and v.voucher_id = j.voucher_id
           where k.book_id = {book} and k.key in ('commitments', 'project-advances', 'recovery-claims') group by 1, 2, 3, 4),
        said as (
          select m.grant_id, coalesce(v.bundle_id, v.voucher_id) as bundle, m.fund_id, y.key, sum(y.units)::bigint as units
            from grant_money m join voucher v using (book_id, voucher_id)
            cross join lateral (values
              ('commitments', case m.move when 'committed' then m.units when 'cancelled' then -m.units when 'paid' then -m.units else 0 end),
              ('project-advances', case m.move when 'paid' then m.units when 'acquitted' then -m.units when 'returned' then -m.units
                                               when 'demanded' then -m.units else 0 end),
              ('recovery-claims', case m.move when 'demanded' then m.units when 'recovered' then -m.units when 'written-off' then -m.units
                                              else 0 end)) y(key, units)
           where m.book_id = {book} group by 1, 2, 3, 4)
        select 'grant.voucher' as "Code", null::bigint as "EntryNo", w.bundle as "VoucherId",
               jsonb_build_object('grant', c.number, 'fund', w.fund_id, 'account', a.account_id, 'is', w.noted, 'should', w.moved)::text as "Facts"
          from (select grant_id, bundle, fund_id, key, coalesce(s.units, 0) as noted, coalesce(b.units, 0) as moved
                  from booked b full join said s using (grant_id, bundle, fund_id, key)) w
          join account a on a.book_id = {book} and a.key = w.key
          join grant_case c on c.book_id = {book} and c.grant_id = w.grant_id
         where w.noted <> w.moved
        """;

    private static FormattableString Lots(int book) => $"""
        select 'grant.lots' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('grant', c.number, 'fund', r.fund_id, 'is', r.units, 'should', coalesce(f.rest, 0))::text as "Facts"
          from (select l.grant_id, g.fund_id, sum(l.units)::bigint as units from grant_lot l join gift_lot g using (book_id, lot_id)
                 where l.book_id = {book} group by 1, 2) r
          join grant_case c on c.book_id = {book} and c.grant_id = r.grant_id
          left join (select grant_id, fund_id, committed - cancelled - acquitted - returned - recovered - written_off as rest
                       from grant_fund where book_id = {book}) f on f.grant_id = r.grant_id and f.fund_id = r.fund_id
         where r.units > coalesce(f.rest, 0)
        """;

    private static FormattableString States(int book) => $"""
        select 'grant.state' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('grant', coalesce(nullif(c.number, ''), c.title),
                                  'word', 'term.GrantState.' || replace(initcap(replace(c.state, '-', ' ')), ' ', ''))::text as "Facts"
          from grant_case c
          left join grant_log l on l.book_id = c.book_id and l.grant_id = c.grant_id and l.state_version = c.state_version
         where c.book_id = {book} and l.to_state is distinct from c.state
        """;

    private static FormattableString TrancheStates(int book) => $"""
        select 'grant.tranche-state' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('grant', c.number, 'no', t.no,
                                  'word', 'term.TrancheState.' || replace(initcap(replace(t.state, '-', ' ')), ' ', ''))::text as "Facts"
          from tranche t join grant_case c using (book_id, grant_id)
          left join tranche_log l on l.book_id = t.book_id and l.tranche_id = t.tranche_id and l.state_version = t.state_version
         where t.book_id = {book} and l.to_state is distinct from t.state
        """;
}
