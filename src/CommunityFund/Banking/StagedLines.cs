using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace CommunityFund.Banking;

/// <summary>Lines that are here, and lines that come: read as far as they are compared, written in one stream.</summary>
internal static class StagedLines
{
    /// <summary>What becomes of a file's lines in an account.</summary>
    public static async Task<StagingPlan> Plan(Work work, int account, StatementFile file, CancellationToken ct)
    {
        LocalDate start = file.Lines.Min(line => line.OccurredOn) - StagingPlan.Reach;
        LocalDate end = file.Lines.Max(line => line.OccurredOn) + StagingPlan.Reach;
        IQueryable<BankLine> here = work.Db.Set<BankLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && line.BankAccountId == account);
        List<StagedLine> staged = await (
            from line in here.Where(line => line.OccurredOn >= start && line.OccurredOn <= end)
            join each in work.Db.Set<BankFile>() on new { line.BookId, line.BankFileId } equals new { each.BookId, each.BankFileId }
            orderby line.BankLineId
            select new StagedLine(line.BankLineId, line.Identity, line.OccurredOn, line.Units, line.BalanceAfter, line.Serial != null,
                line.CounterpartyName, each.Layout)).ToListAsync(ct);

        // The bank may tell another day of a line that it numbers the same.
        string[] serials = [.. file.Lines.Where(line => line.BankSerial is not null).Select(line => line.Identity)];
        if (serials.Length > 0 && await here.AnyAsync(line => line.OccurredOn < start || line.OccurredOn > end, ct))
        {
            staged.AddRange(await here.Where(line => (line.OccurredOn < start || line.OccurredOn > end) && serials.Contains(line.Identity))
                .OrderBy(line => line.BankLineId)
                .Select(line => new StagedLine(line.BankLineId, line.Identity, line.OccurredOn, line.Units, line.BalanceAfter, true, "", ""))
                .ToListAsync(ct));
        }

        return StagingPlan.Of(file.Lines, file.Fingerprint, staged);
    }

    /// <returns>How many of the new lines lie before the opening day.</returns>
    public static async Task<int> Write(
        Work work, BankFile file, IReadOnlyList<StatementLine> lines, StagingPlan plan, LocalDate opening, Action<int> told,
        CancellationToken ct)
    {
        int early = 0;
        await using NpgsqlBinaryImporter copy = await ((NpgsqlConnection)work.Db.Database.GetDbConnection()).BeginBinaryImportAsync(
            """
            copy bank_line (book_id, bank_account_id, bank_file_id, line_no, identity, occurred_on, units, balance_after,
                            counterparty_name, counterparty_account, summary, remark, serial, state, reason, decided_by, decided_at, double_of)
            from stdin (format binary)
            """, ct);
        for (int i = 0; i < lines.Count; i++)
        {
            if (plan.FateOf(i) is not (LineFate.New or LineFate.Doubtful))
            {
                continue;
            }

            bool isEarly = lines[i].OccurredOn < opening;
            early += isEarly ? 1 : 0;
            await Write(copy, work, file, lines[i], plan.IdentityOf(i), plan.DoubleOf(i), isEarly, ct);
            if (i % 1024 == 0)
            {
                told(i);
            }
        }

        await copy.CompleteAsync(ct);
        return early;
    }

    private static async Task Write(
        NpgsqlBinaryImporter copy, Work work, BankFile file, StatementLine line, string identity, long? doubleOf, bool isEarly,
        CancellationToken ct)
    {
        await copy.StartRowAsync(ct);
        await copy.WriteAsync(file.BookId, NpgsqlDbType.Integer, ct);
        await copy.WriteAsync(file.BankAccountId, NpgsqlDbType.Integer, ct);
        await copy.WriteAsync(file.BankFileId, NpgsqlDbType.Bigint, ct);
        await copy.WriteAsync(line.LineNo, NpgsqlDbType.Integer, ct);
        await copy.WriteAsync(identity, NpgsqlDbType.Text, ct);
        await copy.WriteAsync(line.OccurredOn.ToDateOnly(), NpgsqlDbType.Date, ct);
        await copy.WriteAsync(line.Amount.Units, NpgsqlDbType.Bigint, ct);
        await Write(copy, line.BalanceAfter?.Units, ct);
        await copy.WriteAsync(line.CounterpartyName, NpgsqlDbType.Text, ct);
        await copy.WriteAsync(line.CounterpartyAccount, NpgsqlDbType.Text, ct);
        await copy.WriteAsync(line.Summary, NpgsqlDbType.Text, ct);
        await copy.WriteAsync(line.Remark, NpgsqlDbType.Text, ct);
        await (line.BankSerial is { } serial ? copy.WriteAsync(serial, NpgsqlDbType.Text, ct) : copy.WriteNullAsync(ct));
        await copy.WriteAsync(isEarly ? "ignored" : doubleOf is null ? "new" : "doubtful", NpgsqlDbType.Text, ct);
        await copy.WriteAsync(isEarly ? ImportStatement.WithinOpening : "", NpgsqlDbType.Text, ct);
        await Write(copy, isEarly ? work.ActorId : null, ct);
        await (isEarly ? copy.WriteAsync(work.Now.ToDateTimeUtc(), NpgsqlDbType.TimestampTz, ct) : copy.WriteNullAsync(ct));
        await Write(copy, doubleOf, ct);
    }

    private static Task Write(NpgsqlBinaryImporter copy, long? number, CancellationToken ct) =>
        number is { } written ? copy.WriteAsync(written, NpgsqlDbType.Bigint, ct) : copy.WriteNullAsync(ct);
}
