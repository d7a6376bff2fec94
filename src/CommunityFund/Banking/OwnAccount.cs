using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>Which of our bank accounts a file is about: its own number decides, a person only where it is silent.</summary>
public static class OwnAccount
{
    /// <summary>The file is of an account that the books do not know, or not of the one chosen.</summary>
    public const string Other = "bank.other-account";

    /// <summary>The file does not say whose it is, and nobody chose.</summary>
    public const string Choose = "bank.choose-account";

    private static readonly char[] Masks = ['*', 'x', 'X'];

    internal static async Task<BankAccount> Of(Work work, StatementFile file, int? chosen, CancellationToken ct)
    {
        List<BankAccount> accounts = await All(work, ct);
        BankAccount[] fitting = [.. Fitting(accounts, file.AccountNumber)];
        BankAccount? named = fitting.FirstOrDefault(account => account.BankAccountId == chosen);
        return (named, fitting) switch
        {
            ({ } one, _) => one,
            (_, [BankAccount only]) when chosen is null && file.AccountNumber is not null => only,
            _ when file.AccountNumber is { } number && (fitting.Length == 0 || chosen is not null) => throw new RefusedException(
                Other, ("number", number), ("known", accounts.Select(account => account.Number).ToArray())),
            _ => throw new RefusedException(Choose),
        };
    }

    internal static async Task<List<BankAccount>> All(Work work, CancellationToken ct) =>
        await work.Db.Set<BankAccount>().AsNoTracking().Where(account => account.BookId == work.Book)
            .OrderBy(account => account.BankAccountId).ToListAsync(ct);

    /// <summary>Accounts whose number is, or behind the bank's stars may be, the one in the file.</summary>
    internal static IEnumerable<BankAccount> Fitting(IEnumerable<BankAccount> accounts, string? number) =>
        accounts.Where(account => number is null || account.Number == number || MayBe(account.Number, number));

    /// <summary>Whether two ways of writing a number, stars in the one or the other, may be one account.</summary>
    internal static bool MayBeOne(string one, string other) => one == other || MayBe(one, other) || MayBe(other, one);

    private static bool MayBe(string known, string read)
    {
        int from = read.IndexOfAny(Masks), to = read.LastIndexOfAny(Masks);
        int tail = read.Length - to - 1;
        return from >= 0 && tail >= 4 && known.Length >= from + tail
            && known.StartsWith(read[..from], StringComparison.Ordinal)
            && known.EndsWith(read[(to + 1)..], StringComparison.Ordinal);
    }
}
