using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>An account at a bank, with a sub-account of 银行存款 of its own, or one with a payment platform, named as its bills name it,
/// with one of 其他货币资金.</summary>
public sealed partial record AddBankAccount(Guid Key, string Number, string BankName, string Suffix, string NameZh,
    string NameEn, BankAccountKind Kind = BankAccountKind.Bank) : Command<int>(Key)
{
    /// <summary>The number has other characters than digits, letters, stars and those of an e-mail address, or a wrong
    /// length.</summary>
    public const string BadNumber = "bank-account.bad-number";

    /// <summary>The number is in the books already.</summary>
    public const string Taken = "bank-account.taken";

    private const string OtherMonetary = "other-monetary";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant, Role.Admin).ForWholeBook());

    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        if (!Shape().IsMatch(Number) || PlainText.Of(BankName).Length is 0 or > 60)
        {
            throw new RefusedException(BadNumber, ("typed", Number));
        }

        DbSet<BankAccount> accounts = work.Db.Set<BankAccount>();
        if (await accounts.AnyAsync(account => account.BookId == work.Book && account.Number == Number, ct))
        {
            throw new RefusedException(Taken, ("number", Number));
        }

        LedgerAccount ledger = await new SubAccount(Parent, Suffix, NameZh, NameEn, "").Add(work, ct);
        BankAccount account = new()
        {
            BookId = work.Book,
            BankAccountId = (await accounts.Where(row => row.BookId == work.Book).MaxAsync(row => (int?)row.BankAccountId, ct)
                ?? 0) + 1,
            AccountId = ledger.AccountId,
            Number = Number,
            BankName = PlainText.Of(BankName),
            Kind = Kind,
        };
        work.Db.Add(account);
        await work.Db.SaveChangesAsync(ct);
        return account.BankAccountId;
    }

    private string Parent => Kind == BankAccountKind.Platform ? OtherMonetary : Account.Keys.Bank;

    [GeneratedRegex(@"\A[0-9A-Za-z*@._-]{4,40}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Shape();
}
