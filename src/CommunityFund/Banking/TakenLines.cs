using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>The bank lines that a voucher rests on.</summary>
/// <param name="Lines">Of one bank account; each with all that is left of it.</param>
/// <param name="Part">Positive: only this part of the one line, on purpose.</param>
public sealed record BankRest(IReadOnlyList<long> Lines, Amount? Part = null);

/// <summary>Lines locked for one voucher: what they say is what it books, so day, account and amount are never typed.</summary>
public sealed record TakenLines
{
    /// <summary>No line, or a part that is not smaller than what is left of one line.</summary>
    public const string BadPart = "bank-lines.bad-part";

    /// <summary>The lines are of several bank accounts, or some are money in and others out.</summary>
    public const string Unlike = "bank-lines.unlike";

    /// <summary>Money in cannot be disposed of so, or money out.</summary>
    public const string WrongWay = "bank-lines.wrong-way";

    /// <summary>More lines than one voucher takes.</summary>
    public const string TooMany = "bank-lines.too-many";

    private const int Most = 200;

    public required BankAccount Account { get; init; }

    /// <summary>Positive is money in.</summary>
    public required Amount Amount { get; init; }

    public required LocalDate Day { get; init; }

    public required IReadOnlyList<BankPart> Parts { get; init; }

    /// <summary>How much, whichever way.</summary>
    internal Amount Size => Amount.IsNegative ? -Amount : Amount;

    internal static async Task<TakenLines> Lock(Work work, BankRest rest, CancellationToken ct)
    {
        long[] ids = [.. rest.Lines.Distinct().Order()];
        if (ids.Length > Most)
        {
            throw new RefusedException(TooMany, ("limit", Most));
        }

        List<BankLine> lines = [];
        foreach (long id in ids)
        {
            lines.Add(await UndecidedLine.Lock(work, id, mayBePartly: true, ct));
        }

        Dictionary<long, long> taken = await BankMatch.Open(work.Db, work.Book).Where(match => ids.Contains(match.BankLineId))
            .GroupBy(match => match.BankLineId).Select(group => new { group.Key, Units = group.Sum(match => match.Units) })
            .ToDictionaryAsync(row => row.Key, row => row.Units, ct);
        Amount left = Amount.Fen(lines.Sum(line => line.Units - taken.GetValueOrDefault(line.BankLineId)));
        if (lines.Count == 0
            || (rest.Part is { } part && (lines.Count > 1 || !part.IsPositive || part.Units >= Math.Abs(left.Units))))
        {
            throw new RefusedException(BadPart, ("left", left));
        }

        if (lines.Select(line => (line.BankAccountId, line.Units > 0)).Distinct().Count() > 1)
        {
            throw new RefusedException(Unlike);
        }

        int account = lines[0].BankAccountId;
        Amount? signed = rest.Part is { } one ? (left.IsNegative ? -one : one) : null;
        return new TakenLines
        {
            Account = await work.Db.Set<BankAccount>()
                .SingleAsync(row => row.BookId == work.Book && row.BankAccountId == account, ct),
            Amount = signed ?? left,
            Day = lines.Max(line => line.OccurredOn),
            Parts = [.. lines.Select(line => new BankPart(line.BankLineId, signed?.Units))],
        };
    }

    /// <summary>The same, of lines that must be money in, or money out.</summary>
    internal static async Task<TakenLines> Lock(Work work, BankRest rest, bool isIn, CancellationToken ct) =>
        await Lock(work, rest, ct) is var taken && taken.Amount.IsPositive == isIn ? taken
            : throw new RefusedException(WrongWay, ("amount", taken.Amount));
}
