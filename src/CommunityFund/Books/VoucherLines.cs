using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>Writes the lines of a voucher. They never change; hundreds go in one statement, which costs a tenth of as many rows one by one.</summary>
internal static class VoucherLines
{
    private const int Many = 50;

    public static async Task Write(Work work, IReadOnlyList<VoucherLine> lines, CancellationToken ct)
    {
        if (lines.Count > Many)
        {
            await WriteMany(work, lines, ct);
            return;
        }

        work.Db.AddRange(lines);
        await work.Db.SaveChangesAsync(ct);

        // A bundle may have thousands: they are not looked through again at every later save.
        foreach (VoucherLine line in lines)
        {
            work.Db.Entry(line).State = EntityState.Detached;
        }
    }

    private static Task<int> WriteMany(Work work, IReadOnlyList<VoucherLine> lines, CancellationToken ct)
    {
        T[] Of<T>(Func<VoucherLine, T> column) => [.. lines.Select(column)];
        return work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into voucher_line (book_id, voucher_id, line_no, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                project_class, project_id, counterparty_id, enterprise_id, document_id, clause, narrative_id)
            select {work.Book}, {lines[0].VoucherId}, * from unnest(
              {Of(line => line.LineNo)}, {Of(line => line.AccountId)}, {Of(line => line.FundId)}, {Of(line => line.Commodity)},
              {Of(line => Codes.Of(line.Side))}, {Of(line => line.Units)}, {Of(line => line.Restriction)}, {Of(line => line.CashFlow)},
              {Of(line => Codes.Kebab(line.Movement))}, {Of(line => line.ProjectClass)}, {Of(line => line.ProjectId)},
              {Of(line => line.CounterpartyId)}, {Of(line => line.EnterpriseId)}, {Of(line => line.DocumentId)}, {Of(line => line.Clause)},
              {Of(line => line.NarrativeId)})
            """, ct);
    }
}
