namespace CommunityFund.Checks;

/// <summary>What lies on the shelf follows its moves, and is worth what account 存货 says of each fund that keeps a register of goods.</summary>
internal sealed class StockAgrees : BookCheck
{
    public override string Key => "stock";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from stock_move where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) => [Standing(book), Fate(book), Worth(book)];

    private static FormattableString Standing(int book) => $"""
        with moved as (
          select m.stock_lot_id, sum(m.quantity) filter (where m.state = 'done') as on_hand, sum(m.units) filter (where m.state = 'done') as value,
                 -sum(m.quantity) filter (where m.state = 'waiting' and m.quantity < 0) as held
            from stock_move m where m.book_id = {book} group by m.stock_lot_id),
        lying as (select stock_lot_id, sum(on_hand) as on_hand, sum(held) as held from stock_stand where book_id = {book} group by stock_lot_id)
        select 'stock.standing' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', l.fund_id, 'lot', l.stock_lot_id::text, 'count', l.on_hand::text,
                                  'moved', coalesce(m.on_hand, 0)::text)::text as "Facts"
          from stock_lot l
          left join moved m using (stock_lot_id)
          left join lying s using (stock_lot_id)
         where l.book_id = {book}
           and ((l.on_hand, l.value, l.held) is distinct from (coalesce(m.on_hand, 0), coalesce(m.value, 0), coalesce(m.held, 0))
                or (l.on_hand, l.held) is distinct from (coalesce(s.on_hand, 0), coalesce(s.held, 0)))
        """;

    private static FormattableString Fate(int book) => $"""
        select 'stock.fate' as "Code", v.entry_no as "EntryNo", v.voucher_id as "VoucherId", jsonb_build_object('is', m.units)::text as "Facts"
          from stock_move m join voucher v using (book_id, voucher_id)
         where m.book_id = {book} and m.state <> case v.state when 'prepared' then 'waiting' when 'posted' then 'done' else 'dropped' end
        """;

    private static FormattableString Worth(int book) => $"""
        select 'stock.worth' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('fund', s.fund_id, 'is', s.units, 'should', coalesce(b.net, 0))::text as "Facts"
          from (select fund_id, sum(value) as units from stock_lot where book_id = {book} group by fund_id having bool_or(units > 0)) s
          left join (select p.fund_id, sum(p.net) as net from fund_position p join account a using (book_id, account_id)
                      where p.book_id = {book} and (a.key = 'inventory' or a.key like 'inventory.%') group by p.fund_id) b using (fund_id)
         where s.units <> coalesce(b.net, 0)
        """;
}
