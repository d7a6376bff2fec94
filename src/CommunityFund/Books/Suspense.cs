using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>Why money that came in cannot be booked as what it is.</summary>
public enum SuspenseKind
{
    /// <summary>Nobody knows who paid.</summary>
    UnknownPayer,

    /// <summary>The payer is known, the purpose is not.</summary>
    UnclearPurpose,

    /// <summary>Paid to us by mistake; it will go back.</summary>
    NotOurs,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>
/// Money that came in and is nobody's yet (暂收款): a debt, never income, until somebody finds out what it is. It is there while its
/// voucher stands; what later vouchers take out of it, its clearings say.
/// </summary>
public sealed class Suspense
{
    /// <summary>There is no such item, or its voucher does not stand in the books.</summary>
    public const string Unknown = "suspense.unknown";

    /// <summary>The voucher of an item that was cleared, in part or whole, cannot be reversed before the clearing is.</summary>
    public const string Cleared = "suspense.cleared";

    public required int BookId { get; init; }

    public long SuspenseId { get; init; }

    public required SuspenseKind Kind { get; init; }

    public required long Units { get; init; }

    public required int FundId { get; init; }

    public required int AccountId { get; init; }

    public required string Note { get; init; }

    public required LocalDate ReceivedOn { get; init; }

    public long? VoucherId { get; set; }

    /// <summary>Finds an item that stands, and where its cash lies.</summary>
    internal static async Task<(Suspense Item, int BankAccount)> Find(Work work, long suspense, CancellationToken ct)
    {
        Suspense item = await work.Db.Set<Suspense>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.SuspenseId == suspense, ct)
            ?? throw new RefusedException(Unknown, ("item", suspense));
        int bank = await (from line in work.Db.VoucherLines
                          join voucher in work.Db.Vouchers on new { line.BookId, line.VoucherId }
                              equals new { voucher.BookId, voucher.VoucherId }
                          join account in work.Db.Accounts on new { line.BookId, line.AccountId }
                              equals new { account.BookId, account.AccountId }
                          where line.BookId == work.Book && line.VoucherId == item.VoucherId
                              && account.Role == AccountRole.OwnCash
                              && voucher.State == VoucherState.Posted && voucher.ReversedBy == null
                          select line.AccountId).FirstOrDefaultAsync(ct);
        return bank != 0 ? (item, bank) : throw new RefusedException(Unknown, ("item", suspense));
    }

    /// <summary>
    /// The lines that hand the amount to a fund as money of an item of the cash-flow statement. The bank is not touched again:
    /// what it gains for the one it loses for the other. The caller writes what stands against them.
    /// </summary>
    internal EntryDraft HandTo(EntryDraft draft, Chart chart, int bankAccount, Fund home, Fund to, Amount amount, CashFlow item)
    {
        draft.Debit(chart.ById(AccountId).Account, home.Code, amount, Tags.None);
        if (home.FundId != to.FundId || item != CashFlow.OtherReceived)
        {
            Account bank = chart.ById(bankAccount).Account;
            draft.RedDebit(bank, home.Code, amount, new Tags(CashFlow: CashFlow.OtherReceived))
                .Debit(bank, to.Code, amount, new Tags(CashFlow: item));
        }

        return draft;
    }

    /// <summary>Notes what a voucher that was just written takes; the database refuses more than is left.</summary>
    internal static async Task Take(Work work, long suspense, long voucher, Amount amount, CancellationToken ct)
    {
        work.Db.Add(new SuspenseClearing
        {
            BookId = work.Book,
            SuspenseId = suspense,
            VoucherId = voucher,
            Units = amount.Units
        });
        await work.Db.SaveChangesAsync(ct);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<Suspense>
    {
        public void Configure(EntityTypeBuilder<Suspense> entity)
        {
            entity.HasKey(item => new { item.BookId, item.SuspenseId });
            entity.Property(item => item.SuspenseId).ValueGeneratedOnAdd();
            entity.Property(item => item.Kind).AsCode();
        }
    }
}

/// <summary>What one voucher takes out of a suspense item.</summary>
public sealed class SuspenseClearing
{
    public required int BookId { get; init; }

    public required long SuspenseId { get; init; }

    public required long VoucherId { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<SuspenseClearing>
    {
        public void Configure(EntityTypeBuilder<SuspenseClearing> entity) =>
            entity.HasKey(row => new { row.BookId, row.SuspenseId, row.VoucherId });
    }
}
