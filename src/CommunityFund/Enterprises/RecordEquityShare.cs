using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>The body's share of an investee's profit for one year.</summary>
public sealed class EquityShare
{
    public required int BookId { get; init; }

    public required long EnterpriseId { get; init; }

    public required short Year { get; init; }

    public required long Profit { get; init; }

    public required int StakePpm { get; init; }

    public required long Units { get; init; }

    public required long VoucherId { get; init; }

    public required long MadeBy { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<EquityShare>
    {
        public void Configure(EntityTypeBuilder<EquityShare> entity) => entity.HasKey(row => new { row.BookId, row.VoucherId });
    }
}

/// <summary>
/// 权益法 at the year's end: the share of the investee's profit raises the investment against investment income, a loss lowers both
/// in red.
/// How the standard from 2026 treats it is not confirmed; the page says so.
/// </summary>
/// <param name="Profit">Of the whole enterprise; below zero for a loss.</param>
public sealed record RecordEquityShare(
    Guid Key, long Enterprise, short Year, Amount Profit, IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>The body has no say in the enterprise: only what it pays out counts.</summary>
    public const string CostMethod = "enterprise.cost-method";

    /// <summary>The year is not over, or nothing comes of it.</summary>
    public const string NoShare = "enterprise.no-share";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct)
    {
        Need need = Need.Any(RegisterRoles.Keeping).For(await EnterpriseTerm.FundsOf(work, Enterprise, ct));
        return await NatureOf.Holder(work, Enterprise, ct) is { } holder ? need.For(holder) : need;
    }

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (Year < 2000 || Year > work.Today.Year)
        {
            throw new RefusedException(NoShare, ("year", $"{Year}"));
        }

        Enterprise enterprise = await Enterprises.Enterprise.Of(work, Enterprise, ct);
        LocalDate end = new(Year, 12, 31);
        EnterpriseTerm term = await EnterpriseTerm.On(work, Enterprise, end, ct);
        if (!term.IsEquityMethod)
        {
            throw new RefusedException(CostMethod);
        }

        Int128 exact = checked((Int128)Profit.Units * term.StakePpm);
        Int128 half = exact < 0 ? -500_000 : 500_000;
        Amount share = Amount.Fen(checked((long)((exact + half) / 1_000_000)));
        if (share.IsZero || end > work.Today)
        {
            throw new RefusedException(NoShare, ("year", $"{Year}"));
        }

        Fund fund = await work.FundById(await NatureOf.Holder(work, Enterprise, ct) ?? term.FundId, ct);
        LocalDate day = await work.FirstOpenDay(end, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account investment = chart.Part(NatureOf.Key.Investment, NatureOf.Key.Part).Account, income =
            chart.Part(NatureOf.Key.InvestmentIncome).Account;
        Tags of = new(Counterparty: enterprise.PersonId, Enterprise: Enterprise);
        Tags earned = of with
        {
            Restriction = share.IsPositive ? term.Restriction : Restriction.Unrestricted,
            Clause = share.IsPositive && term.Restriction == Restriction.Restricted ? term.Clause : null,
        };
        EntryDraft draft = JournalEntry.On(day, $"权益法确认{Year}年度投资收益");
        JournalEntry entry = (share.IsPositive ? draft.Debit(investment, fund.Code, share, of).Credit(income, fund.Code, share,
            earned)
            : draft.RedDebit(investment, fund.Code, -share, of).RedCredit(income, fund.Code, -share, earned)).Balanced();
        long voucher = await work.Prepare(new Draft(entry, Documents: Documents, Undo: new EquityShareUndone(Enterprise)), ct);
        work.Db.Add(new EquityShare
        {
            BookId = work.Book,
            EnterpriseId = Enterprise,
            Year = Year,
            Profit = Profit.Units,
            StakePpm = term.StakePpm,
            Units = share.Units,
            VoucherId = voucher,
            MadeBy = work.ActorId,
        });
        return voucher;
    }
}

/// <summary>The share's voucher was reversed: its row counts no longer, and the year may be recorded anew.</summary>
[Consequence("equity-share-undone", 1)]
internal sealed record EquityShareUndone(long Enterprise) : RegisterUndone
{
    internal override VoucherRegister Register => VoucherRegister.Enterprises;

    internal override Task Happen(Work work, CancellationToken ct) => Task.CompletedTask;
}
