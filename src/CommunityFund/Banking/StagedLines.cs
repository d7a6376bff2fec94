using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace CommunityFund.Banking;

/// <summary>Lines that are here, and lines that come: read as far as they are compared, written in one stream.</summary>
internal static class StagedLines
{
    private const int SerialsAtATime = 5_000;

    /// <summary>What becomes of a file's lines in an account.</summary>
    public static async Task<StagingPlan> Plan(Work work, int account, StatementFile file, CancellationToken ct)
    {
        LocalDate start = file.FirstDay - StagingPlan.Reach, end = file.LastDay + StagingPlan.Reach;
        IQueryable<BankLine> here = work.Db.Set<BankLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && line.BankAccountId == account);
        Dictionary<long, TextKey> layouts = await work.Db.Set<BankFile>()
            .Where(each => each.BookId == work.Book && each.BankAccountId == account)
            .Select(each => new { each.BankFileId, each.Layout }).ToDictionaryAsync(each => each.BankFileId, each => TextKey.Of(each.Layout), ct);
        List<StagedLine> staged = [];
        await Add(staged, here.Where(line => line.OccurredOn >= start && line.OccurredOn <= end), layouts, ct);

        // The bank may tell another day of a line that it numbers the same, or number another line so.
        IQueryable<BankLine> elsewhere = here.Where(line => line.OccurredOn < start || line.OccurredOn > end);
        if (file.Figures.Any(line => line.HasSerial) && await elsewhere.AnyAsync(ct))
        {
            foreach (string[] serials in file.Lines.Where(line => line.BankSerial is not null).Select(line => line.Identity)
                .Chunk(SerialsAtATime))
            {
                await Add(staged, elsewhere.Where(line => serials.Contains(line.Identity)), layouts, ct);
            }
        }

        return StagingPlan.Of(file, staged);
    }

    private static async Task Add(
        List<StagedLine> staged, IQueryable<BankLine> lines, Dictionary<long, TextKey> layouts, CancellationToken ct)
    {
        await foreach (var line in lines.OrderBy(line => line.BankLineId).Select(line => new
        {
            line.BankLineId,
            line.Identity,
            line.OccurredOn,
            line.Units,
            line.BalanceAfter,
            line.Serial,
            line.CounterpartyName,
            line.BankFileId,
        }).AsAsyncEnumerable().WithCancellation(ct))
        {
            staged.Add(new StagedLine(
                line.BankLineId, TextKey.Of(line.Identity), line.OccurredOn, line.Units, line.BalanceAfter,
                line.Serial is { } serial ? TextKey.Of(serial) : null, TextKey.Of(line.CounterpartyName), layouts[line.BankFileId]));
        }
    }

    /// <returns>How many of the new lines lie before the opening day.</returns>
    public static async Task<int> Write(
        Work work, BankFile file, IEnumerable<StatementLine> lines, StagingPlan plan, LocalDate opening, Action<int> told,
        CancellationToken ct)
    {
        int early = 0;
        await using NpgsqlBinaryImporter copy = await ((NpgsqlConnection)work.Db.Database.GetDbConnection()).BeginBinaryImportAsync(
            """
            copy bank_line (book_id, bank_account_id, bank_file_id, line_no, identity, occurred_on, units, balance_after,
                            counterparty_name, counterparty_account, summary, remark, serial, state, reason, decided_by, decided_at, double_of)
            from stdin (format binary)
            """, ct);
        foreach ((int i, StatementLine line) in lines.Index().Where(each => plan.FateOf(each.Index) is LineFate.New or LineFate.Doubtful))
        {
            bool isEarly = line.OccurredOn < opening;
            early += isEarly ? 1 : 0;
            Write(copy, work, file, line, plan.IdentityOf(i, line), plan.DoubleOf(i), isEarly);
            if (i % 1024 == 0)
            {
                ct.ThrowIfCancellationRequested();
                told(i);
            }
        }

        await copy.CompleteAsync(ct);
        return early;
    }

    private static void Write(
        NpgsqlBinaryImporter copy, Work work, BankFile file, StatementLine line, string identity, long? doubleOf, bool isEarly)
    {
        copy.StartRow();
        copy.Write(file.BookId, NpgsqlDbType.Integer);
        copy.Write(file.BankAccountId, NpgsqlDbType.Integer);
        copy.Write(file.BankFileId, NpgsqlDbType.Bigint);
        copy.Write(line.LineNo, NpgsqlDbType.Integer);
        copy.Write(identity, NpgsqlDbType.Text);
        copy.Write(line.OccurredOn.ToDateOnly(), NpgsqlDbType.Date);
        copy.Write(line.Amount.Units, NpgsqlDbType.Bigint);
        Write(copy, line.BalanceAfter?.Units);
        copy.Write(line.CounterpartyName, NpgsqlDbType.Text);
        copy.Write(line.CounterpartyAccount, NpgsqlDbType.Text);
        copy.Write(line.Summary, NpgsqlDbType.Text);
        copy.Write(line.Remark, NpgsqlDbType.Text);
        Write(copy, line.BankSerial);
        copy.Write(isEarly ? "ignored" : doubleOf is null ? "new" : "doubtful", NpgsqlDbType.Text);
        copy.Write(isEarly ? ImportStatement.WithinOpening : "", NpgsqlDbType.Text);
        Write(copy, isEarly ? work.ActorId : null);
        if (isEarly)
        {
            copy.Write(work.Now.ToDateTimeUtc(), NpgsqlDbType.TimestampTz);
        }
        else
        {
            copy.WriteNull();
        }

        Write(copy, doubleOf);
    }

    private static void Write(NpgsqlBinaryImporter copy, long? number)
    {
        if (number is { } written)
        {
            copy.Write(written, NpgsqlDbType.Bigint);
        }
        else
        {
            copy.WriteNull();
        }
    }

    private static void Write(NpgsqlBinaryImporter copy, string? text)
    {
        if (text is not null)
        {
            copy.Write(text, NpgsqlDbType.Text);
        }
        else
        {
            copy.WriteNull();
        }
    }
}
