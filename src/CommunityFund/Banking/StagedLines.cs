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
            select new StagedLine(line.BankLineId, line.Identity, line.OccurredOn, line.Units, line.BalanceAfter, line.Serial,
                line.CounterpartyName, each.Layout)).ToListAsync(ct);

        // The bank may tell another day of a line that it numbers the same, or number another line so.
        string[] serials = [.. file.Lines.Where(line => line.BankSerial is not null).Select(line => line.Identity)];
        if (serials.Length > 0 && await here.AnyAsync(line => line.OccurredOn < start || line.OccurredOn > end, ct))
        {
            staged.AddRange(await (
                from line in here.Where(line => (line.OccurredOn < start || line.OccurredOn > end) && serials.Contains(line.Identity))
                join each in work.Db.Set<BankFile>() on new { line.BookId, line.BankFileId } equals new { each.BookId, each.BankFileId }
                orderby line.BankLineId
                select new StagedLine(line.BankLineId, line.Identity, line.OccurredOn, line.Units, line.BalanceAfter, line.Serial,
                    line.CounterpartyName, each.Layout)).ToListAsync(ct));
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
            Write(copy, work, file, lines[i], plan.IdentityOf(i), plan.DoubleOf(i), isEarly);
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
