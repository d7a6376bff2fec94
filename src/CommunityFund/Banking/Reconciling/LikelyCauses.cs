using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking.Reconciling;

/// <summary>Where to look when bank and books do not come to the same; the surest cause first.</summary>
internal static class LikelyCauses
{
    private const int MostOfAKind = 3;

    public static async Task<IReadOnlyList<LikelyCause>> Of(Work work, BankSheet sheet, Reconciliation? last, CancellationToken ct)
    {
        if (sheet.Difference is not { IsZero: false } difference)
        {
            return [];
        }

        long fen = Math.Abs(difference.Units);
        List<LikelyCause> causes = [.. await Missing(work, sheet, last, ct)];
        causes.AddRange(await Lines(work, sheet, fen, ct));
        causes.AddRange(sheet.Items.Where(item => item.Size.Units == fen).Take(MostOfAKind)
            .Select(item => new LikelyCause("same-amount", [item.Day, item.Text], item.Line, item.Voucher)));
        causes.AddRange(fen % 2 == 0 ? sheet.Items.Where(item => item.Size.Units * 2 == fen).Take(MostOfAKind)
            .Select(item => new LikelyCause("wrong-side", [item.Day, item.Amount, item.Text], item.Line, item.Voucher)) : []);
        if (fen % 9 == 0)
        {
            causes.Add(new LikelyCause("transposed", [Amount.Fen(fen)]));
        }

        return causes;
    }

    /// <summary>What the lines add up to, from what was signed last or where the first of them began.</summary>
    private static async Task<IReadOnlyList<LikelyCause>> Missing(Work work, BankSheet sheet, Reconciliation? last, CancellationToken ct)
    {
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay).SingleAsync(ct);
        LocalDate after = last?.StatementDay ?? opening.PlusDays(-1);
        IQueryable<BankLine> lines = work.Db.Set<BankLine>()
            .Where(line => line.BookId == work.Book && line.BankAccountId == sheet.Account && line.OccurredOn > after
                && line.OccurredOn <= sheet.Day && !(line.State == BankLineState.Ignored && line.Reason == DecideDouble.SameLine));
        LocalDate? first = await lines.MinAsync(line => (LocalDate?)line.OccurredOn, ct);
        if (first is not { } begins)
        {
            return [];
        }

        long? began = await ClosingBalance.Before(work, sheet.Account, after, ct);
        if ((began ?? last?.StatementUnits) is not { } before)
        {
            return [];
        }

        List<LikelyCause> causes = [];
        if (last is not null && began is not null && began != last.StatementUnits)
        {
            causes.Add(new LikelyCause(
                "begins-elsewhere", [begins, Amount.Fen(before), last.StatementDay, Amount.Fen(last.StatementUnits)]));
        }

        if (last is null && await Booked(work, sheet.Account, begins.PlusDays(-1), ct) is var booked && booked != before)
        {
            causes.Add(new LikelyCause("opening-differs", [begins, Amount.Fen(before), Amount.Fen(booked)]));
        }

        Amount byLines = Amount.Fen(before + await lines.SumAsync(line => line.Units, ct));
        if (byLines != sheet.Statement)
        {
            causes.Add(new LikelyCause("lines-missing", [byLines, sheet.Statement, sheet.Statement! - byLines]));
        }

        return causes;
    }

    /// <summary>Lines of just that amount that nobody counts: set aside, or from before the books began.</summary>
    private static async Task<IEnumerable<LikelyCause>> Lines(Work work, BankSheet sheet, long fen, CancellationToken ct)
    {
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay).SingleAsync(ct);
        List<BankLine> lines = await work.Db.Set<BankLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && line.BankAccountId == sheet.Account && line.OccurredOn <= sheet.Day
                && (line.Units == fen || line.Units == -fen) && (line.State == BankLineState.Ignored || line.OccurredOn < opening))
            .OrderByDescending(line => line.OccurredOn).Take(MostOfAKind).ToListAsync(ct);
        return lines.Select(line => new LikelyCause(
            line.OccurredOn < opening ? "before-opening" : "ignored", [line.OccurredOn, line.Summary, line.Reason], line.BankLineId));
    }

    private static Task<long> Booked(Work work, int account, LocalDate day, CancellationToken ct)
    {
        DateOnly by = day.ToDateOnly();
        return work.Db.Database.SqlQuery<long>(
            $"""
            select bank_book_balance({work.Book}, {account}, {by})
                   + coalesce((select sum(signed(p.side, p.units)) from bank_account a
                                 join posting p on p.book_id = a.book_id and p.account_id in (a.account_id, a.agency_account_id)
                                  and p.period % 100 = 0 and p.occurred_on > {by}
                                where a.book_id = {work.Book} and a.bank_account_id = {account}), 0)::bigint as "Value"
            """).SingleAsync(ct);
    }
}
