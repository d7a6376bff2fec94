using System.Globalization;
using Npgsql;

namespace CommunityFund.Outside;

/// <summary>
/// What a superuser could do to the books, each as carefully as its forger could: where a corruption would show by itself in
/// balances or headers, those are forged along, unless that is the very thing.
/// </summary>
/// <param name="Flag">The name under which the checker must find it.</param>
public sealed record Corruption(string Name, string Flag, string Sql)
{
    // The sums again from what the forger has left of the lines.
    private const string AddUpAgain =
        """
        delete from balance;
        insert into balance (book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement,
                             debit, credit)
          select book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement,
                 coalesce(sum(units) filter (where side = 'D'), 0), coalesce(sum(units) filter (where side = 'C'), 0)
            from posting group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
        delete from fund_position;
        insert into fund_position (book_id, fund_id, account_id, commodity, net)
          select book_id, fund_id, account_id, commodity, sum(case side when 'D' then units else -units end)
            from posting group by 1, 2, 3, 4;
        """;

    /// <param name="middle">An entry that was acknowledged and has others after it.</param>
    /// <param name="tail">The newest entry.</param>
    public static IReadOnlyList<Corruption> All(long middle, long tail) =>
    [
        new("a voucher in the middle deleted", Fault.Gap, Delete(middle)),
        new("a voucher in the middle deleted, as memory sees it", Fault.Missing, Delete(middle)),
        new("the newest voucher cut off", Fault.Missing, Delete(tail)),
        new("one line changed by a fen", Fault.Unbalanced, Text(
            $"update posting set units = units + 1 where book_id = 1 and entry_no = {middle} and line_no = 1;")),
        new("two lines changed in balance, voucher, header and sums forged along", Fault.Amount, Text(
            $"""
            update posting set units = units + 1 where book_id = 1 and entry_no = {middle} and line_no <= 2;
            update voucher_line set units = units + 1 where line_no <= 2
               and voucher_id = (select voucher_id from journal_entry where book_id = 1 and entry_no = {middle});
            update journal_entry set total = total + 1 where book_id = 1 and entry_no = {middle};
            update voucher set total = total + 1 where book_id = 1 and entry_no = {middle};
            {AddUpAgain}
            """)),
        new("another fund pays", Fault.Amount, Text(
            $"""
            update posting set fund_id = fund_id % 3 + 1 where book_id = 1 and entry_no = {middle};
            update voucher_line set fund_id = fund_id % 3 + 1
             where voucher_id = (select voucher_id from journal_entry where book_id = 1 and entry_no = {middle});
            {AddUpAgain}
            """)),
        new("lines changed after the review", Fault.NotAsReviewed, Text(
            $"""
            update posting set units = units + 1 where book_id = 1 and entry_no = {middle};
            update journal_entry set total = total + line_count / 2 where book_id = 1 and entry_no = {middle};
            {AddUpAgain}
            """)),
        new("a header that says another total", Fault.Incomplete, Text(
            $"update journal_entry set total = total + 1 where book_id = 1 and entry_no = {middle};")),
        new("a balance that drifted", Fault.Balance,
            "update balance set debit = debit + 1, credit = credit + 1 where ctid = (select min(ctid) from balance);"),
        new("a fund's position that drifted", Fault.FundPosition,
            "update fund_position set net = net + 1 where ctid = (select min(ctid) from fund_position);"),
        new("an entry posted twice under another number", Fault.Doubled, Text(
            $"""
            alter table journal_entry drop constraint entry_voucher_once;
            create temp table twice on commit drop as select * from journal_entry where book_id = 1 and entry_no = {middle};
            update twice set entry_no = {tail} + 1,
              number = (select max(number) + 1 from journal_entry j where j.book_id = 1 and (j.period, j.series) = (twice.period, twice.series));
            insert into journal_entry select * from twice;
            create temp table lines on commit drop as select * from posting where book_id = 1 and entry_no = {middle};
            update lines set entry_no = {tail} + 1;
            insert into posting select * from lines;
            {AddUpAgain}
            """)),
        new("two numbers swapped", Fault.Number, Text(
            $"""
            create temp table pair on commit drop as
              select entry_no, number, series, period from journal_entry where book_id = 1 and entry_no in ({middle}, {middle} + 1);
            update journal_entry set number = -number where book_id = 1 and entry_no in ({middle}, {middle} + 1);
            update journal_entry j set number = p.number from pair p
             where j.book_id = 1 and j.entry_no in ({middle}, {middle} + 1) and p.entry_no = {middle} + {middle} + 1 - j.entry_no;
            """)),
        new("a reviewer who is the maker", Fault.OwnReview, Text(
            $"""
            update journal_entry set reviewer_id = maker_id where book_id = 1 and entry_no = {middle};
            """)),
        new("a voucher that nobody sent", Fault.NeverSent, Text(
            $"""
            alter table narrative drop constraint narrative_digest;
            update narrative set text = '外部核对 伪造'
             where narrative_id = (select narrative_id from journal_entry where book_id = 1 and entry_no = {middle});
            """)),
        new("a review that no log knows", Fault.Log, Text(
            $"""
            delete from command_log where name = 'ReviewVoucher'
               and (input ->> 'Voucher')::bigint = (select voucher_id from journal_entry where book_id = 1 and entry_no = {middle});
            """)),
    ];

    /// <summary>Does it, in the transaction that is open, with every trigger and foreign key off.</summary>
    public async Task Plant(NpgsqlConnection forger)
    {
        await using NpgsqlCommand command = new("set local session_replication_role = replica;\n" + Sql, forger);
        await command.ExecuteNonQueryAsync();
    }

    private static string Delete(long entry) => Text(
        $"""
        delete from command_log where name = 'ReviewVoucher'
           and (input ->> 'Voucher')::bigint = (select voucher_id from journal_entry where book_id = 1 and entry_no = {entry});
        delete from voucher_line where voucher_id = (select voucher_id from journal_entry where book_id = 1 and entry_no = {entry});
        delete from voucher where book_id = 1 and entry_no = {entry};
        delete from posting where book_id = 1 and entry_no = {entry};
        delete from journal_entry where book_id = 1 and entry_no = {entry};
        {AddUpAgain}
        """);

    private static string Text(FormattableString sql) => sql.ToString(CultureInfo.InvariantCulture);
}
