using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A line of the preview.</summary>
public sealed record PreviewLine(StatementLine Line, bool IsKnown, bool IsBeforeOpening);

/// <summary>What stands before the file: the line before it here, or else the books; and whether the file goes on from
/// there.</summary>
public sealed record StandsBefore(bool IsBooks, Amount Balance, Amount FileOpening)
{
    public Amount Difference => FileOpening - Balance;
}

/// <summary>A file as it would be imported.</summary>
/// <param name="Chosen">The account it would go to; null if a person has to choose, or <paramref name="AccountRefusal"/> says
/// why not.</param>
public sealed record Preview(
    StatementFile File, string FileName, LocalDate FirstDay, LocalDate LastDay, Amount MoneyIn, Amount MoneyOut, int New,
        int Known, int BeforeOpening,
    int Empty, LocalDate OpeningDay, IReadOnlyList<PreviewLine> First, IReadOnlyList<BankAccount> Accounts, int? Chosen,
        Refusal? AccountRefusal,
    StandsBefore? Before);

/// <summary>Looks at an uploaded file beside what is here; changes nothing.</summary>
public sealed record StatementPreview(long Upload, int? BankAccount) : Query<Preview>
{
    /// <summary>So many lines are shown; all are counted.</summary>
    public const int Shown = 50;

    internal override Need Needs => Need.Any(Role.Accountant).ForWholeBook();

    internal override async Task<Preview> Answer(Work work, CancellationToken ct)
    {
        BankUpload upload = await BankUpload.Of(work, Upload, ct);
        StatementFile file = StatementFile.Read(upload.Content, upload.FileName);
        List<BankAccount> accounts = await OwnAccount.All(work, ct);
        (BankAccount? account, Refusal? refusal) = await Account(work, file, ct);
        HashSet<string> known = account is null ? [] : await ImportStatement.Known(work, account.BankAccountId, file, ct);
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay)
            .SingleAsync(ct);
        LocalDate first = file.Lines.Min(line => line.OccurredOn);
        StatementLine[] moving = [.. file.Lines.Where(line => !line.Amount.IsZero)];
        StatementLine[] added = [.. moving.Where(line => !known.Contains(line.Identity))];
        return new Preview(
            file, upload.FileName, first, file.Lines.Max(line => line.OccurredOn),
            Sum(file.Lines.Where(line => line.Amount.IsPositive)), Sum(file.Lines.Where(line => line.Amount.IsNegative)),
            added.Length, moving.Length - added.Length, added.Count(line => line.OccurredOn < opening),
                file.Lines.Count - moving.Length, opening,
            [.. file.Lines.Take(Shown)
                .Select(line => new PreviewLine(line, known.Contains(line.Identity), line.OccurredOn < opening))],
            [.. OwnAccount.Fitting(accounts, file.AccountNumber)], account?.BankAccountId, refusal,
            account is null ? null : await Before(work, account, file, first, ct));
    }

    private async Task<(BankAccount? Account, Refusal? Refusal)> Account(
        Work work, StatementFile file, CancellationToken ct)
    {
        try
        {
            return (await OwnAccount.Of(work, file, BankAccount, ct), null);
        }
        catch (RefusedException refused)
        {
            return (null, refused.Refusal);
        }
    }

    private static Amount Sum(IEnumerable<StatementLine> lines) =>
        lines.Aggregate(Amount.Fen(0), (sum, line) => sum + line.Amount);

    /// <summary>A fact to look at, never a reason to refuse: banks export from any day, and books may lag.</summary>
    private static async Task<StandsBefore?> Before(Work work, BankAccount account, StatementFile file, LocalDate first,
        CancellationToken ct)
    {
        if (file.Opening is not { } opening)
        {
            return null;
        }

        var last = await work.Db.Set<BankLine>()
            .Where(line => line.BookId == work.Book && line.BankAccountId == account.BankAccountId
                && line.OccurredOn < first && line.BalanceAfter != null)
            .OrderByDescending(line => line.OccurredOn).ThenByDescending(line => line.BalanceAfter == opening.Units)
            .ThenByDescending(line => line.BankLineId)
            .Select(line => line.BalanceAfter).FirstOrDefaultAsync(ct);
        if (last is { } before)
        {
            return new StandsBefore(IsBooks: false, Amount.Fen(before), opening);
        }

        long booked = await (from line in work.Db.Postings
                             join entry in work.Db.Entries on new { line.BookId, line.EntryNo } equals new
                             {
                                 entry.BookId,
                                 entry.EntryNo
                             }
                             where line.BookId == work.Book && line.AccountId == account.AccountId
                                   && (entry.OccurredOn < first || entry.Kind == VoucherKind.Opening)
                             select line.Side == Side.Debit ? line.Units : -line.Units).SumAsync(ct);
        return new StandsBefore(IsBooks: true, Amount.Fen(booked), opening);
    }
}
