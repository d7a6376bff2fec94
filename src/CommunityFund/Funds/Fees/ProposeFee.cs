using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Funds.Fees;

/// <summary>What was agreed about the fee on gifts to a fund is written down; it waits for another person.</summary>
/// <param name="Basis">Hundredths of a percent of what is received.</param>
/// <param name="Agreement">Number of one agreement, whose gifts only it is for; empty for the fund's own.</param>
/// <param name="Source">Where it is agreed.</param>
public sealed record ProposeFee(
    Guid Key, int Fund, int Basis, [property: Personal] string Agreement, LocalDate FromDay,
        [property: Personal] string Source) : Command<long>(Key)
{
    /// <summary>Not between nothing and the most that may be taken.</summary>
    public const string BadPercent = "fee.bad-percent";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(FundSigners.Deciding).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        FeeRule rule = new()
        {
            BookId = work.Book,
            FundId = (await work.FundById(Fund, ct)).FundId,
            Basis = Basis is >= 0 and <= FeeRule.Cap ? (short)Basis : throw new RefusedException(BadPercent),
            Agreement = FundSigners.Said(Agreement, 60, isNeeded: false),
            FromDay = FromDay,
            Source = FundSigners.Said(Source, 200),
            State = FeeRuleState.Proposed,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(rule);
        await work.Db.SaveChangesAsync(ct);
        return rule.FeeRuleId;
    }
}
