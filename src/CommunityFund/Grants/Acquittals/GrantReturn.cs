using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>Where unspent money stands that is to come back.</summary>
public enum GrantReturnState
{
    /// <summary>待到账.</summary>
    Announced,

    /// <summary>已退回.</summary>
    Returned,

    /// <summary>已取消.</summary>
    Dropped,
}

/// <summary>余款退回: unspent money that the lead announced, and the bank's line that brought it.</summary>
public sealed class GrantReturn
{
    public required int BookId { get; init; }

    public long GrantReturnId { get; init; }

    public required long TrancheId { get; init; }

    public required long Units { get; init; }

    public required GrantReturnState State { get; set; }

    public required long AnnouncedBy { get; init; }

    public required Instant AnnouncedAt { get; init; }

    public required long ExpectationId { get; init; }

    public long? VoucherId { get; set; }

    /// <summary>What is announced for a tranche and has not come, in fen.</summary>
    internal static Task<long> Announced(Work work, long tranche, CancellationToken ct) => work.Db.Set<GrantReturn>()
        .Where(row => row.BookId == work.Book && row.TrancheId == tranche && row.State == GrantReturnState.Announced)
        .SumAsync(row => row.Units, ct);

    /// <summary>The tranches of a grant of which something is announced and has not come.</summary>
    internal static Task<HashSet<long>> AnnouncedOf(Work work, long grant, CancellationToken ct) => (
        from row in work.Db.Set<GrantReturn>()
        join tranche in work.Db.Set<Tranche>() on new { row.BookId, row.TrancheId } equals new { tranche.BookId, tranche.TrancheId }
        where row.BookId == work.Book && tranche.GrantId == grant && row.State == GrantReturnState.Announced
        select row.TrancheId).ToHashSetAsync(ct);

    /// <summary>The same, fund by fund, of an advance.</summary>
    internal static Task<Dictionary<int, long>> AnnouncedByFund(Work work, long tranche, CancellationToken ct) => (
        from row in work.Db.Set<GrantReturn>()
        join line in work.Db.Set<ExpectationLine>() on new { row.BookId, row.ExpectationId } equals new { line.BookId, line.ExpectationId }
        join account in work.Db.Accounts on new { line.BookId, line.AccountId } equals new { account.BookId, account.AccountId }
        where row.BookId == work.Book && row.TrancheId == tranche && row.State == GrantReturnState.Announced
            && account.Key == AcquittalEntry.AdvanceAccount
        group line.Units by line.FundId into fund
        select new { fund.Key, Units = fund.Sum() }).ToDictionaryAsync(row => row.Key, row => row.Units, ct);

    /// <summary>What was announced is not waited for any more, since the money that it was of went another way.</summary>
    /// <exception cref="RefusedException">The bank has shown it by now; its voucher is decided first.</exception>
    internal static async Task Drop(Work work, Tranche tranche, CancellationToken ct)
    {
        if (await work.Db.Set<GrantReturn>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId
            && row.State == GrantReturnState.Announced, ct) is not { } open)
        {
            return;
        }

        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from expectation where book_id = {work.Book} and expectation_id = {open.ExpectationId} for no key update", ct);
        Expectation awaited = await work.Db.Set<Expectation>()
            .SingleAsync(row => row.BookId == work.Book && row.ExpectationId == open.ExpectationId, ct);
        await work.Db.Entry(awaited).ReloadAsync(ct);
        if (awaited.VoucherId is not null)
        {
            throw new RefusedException(ReturnUnspent.OneOpen, ("no", tranche.No), ("amount", Amount.Fen(open.Units)));
        }

        (open.State, awaited.ClosedBy, awaited.ClosedAt) = (GrantReturnState.Dropped, work.Actor ?? awaited.MadeBy, work.Now);
        await work.Db.SaveChangesAsync(ct);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantReturn>
    {
        public void Configure(EntityTypeBuilder<GrantReturn> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantReturnId });
            entity.Property(row => row.GrantReturnId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}
